"""A cluster over a ``Dataset``: shards of its slices that workers read themselves, the same bits on any workers."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import Dataset, LocalCluster, MLPRegressor, Recipe, TableModel
from glassnet.data.arrow import pa as pa_when_used
from glassnet.data.streams.part import Part
from glassnet.data.streams.slices import Shares, slices_of
from glassnet.engines.plan import Rows
from glassnet.errors import BrokenFile, InvalidInput
from glassnet.estimators.table.streaming.room import Room
from glassnet.learning.rounds.portions import Portions, divided
from glassnet.learning.rounds.tree import added
from glassnet.learning.run import Callback
from glassnet.learning.streaming.order import Order
from glassnet.learning.streaming.stream import Stream

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
M = 600
X = np.random.default_rng(0).normal(size=(M, 3)).astype("float32")
AMOUNT = X.sum(axis=1) * 40
SMALL: dict[str, Any] = {"hidden_layer_sizes": (6,), "max_iter": 3, "random_state": 3, "batch_size": 40, "tol": 0}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("big")
    table = pa.table({**{f"a{j}": X[:, j] for j in range(3)}, "y": AMOUNT})
    for number in range(3):
        parquet.write_table(table.slice(200 * number, 200), folder / f"{number}.parquet", row_group_size=64)
    return str(folder / "*.parquet")


@pytest.fixture
def several_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(360, 100)))


def fitted(files: str, cluster: Any, **given: Any) -> MLPRegressor:
    return MLPRegressor(**{**SMALL, "cluster": cluster, **given}).fit(Dataset(files), "y")


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 9), st.integers(100, 800), st.integers(5, 90), st.booleans(), st.floats(0, 0.5))
def test_shards_have_each_row_once_as_many_as_those_of_memory(shards, room, most, levels, held_out):
    parts = [Part(str(number), lambda names: [], size) for number, size in enumerate((130, 70, 200, 50))]
    shares = Shares(validation=held_out)
    units = slices_of(parts, shares, most)
    order = Order(units, room, np.arange(len(units)) if levels else None)
    found = list(divided(Stream(order, lambda: iter, shares, Rows(X, X)), shards))
    assert [one.rows for one in found] == [-(-(order.rows - number) // shards) for number in range(shards)]
    slices = [one for own in found for unit in own.units for one in unit]
    numbers = np.concatenate([np.arange(one.first, one.first + one.stop - one.start) for one in slices])
    learned = numbers[shares.learned(numbers)]
    np.testing.assert_array_equal(np.sort(learned), np.flatnonzero(shares.learned(np.arange(450))))


@pytest.mark.parametrize("steps", [1, 3])
def test_a_shard_alone_is_one_machine(files, several_buffers, steps):
    alone, one = fitted(files, None), fitted(files, LocalCluster(1, steps))
    np.testing.assert_allclose(one.parameters_.theta, alone.parameters_.theta, rtol=1e-5, atol=1e-6)
    if steps > 1:  # the same kernels take the same steps
        assert one.parameters_.theta.tobytes() == alone.parameters_.theta.tobytes()
    assert one.n_iter_ == 3 and one.fitted.plan.examples == M


def test_all_rows_a_step_are_one_machine_to_rounding(files):
    alone, together = (fitted(files, c, batch_size=M, shuffle=False) for c in (None, LocalCluster(4)))
    np.testing.assert_allclose(together.parameters_.theta, alone.parameters_.theta, rtol=1e-5, atol=1e-6)


@dataclass(frozen=True)
class Far:
    """A cluster whose workers are other processes that remember nothing: all goes there and back as bytes."""

    shards: int
    steps: int

    def workers(self, work, shards):
        def sent(value):
            return pickle.loads(pickle.dumps(value))

        def read(one):
            return sent(one).read(sent(work))

        portions = Portions(work, shards, put=sent, read=read)

        class Workers:
            def total(self, at):
                return added(
                    (0, len(portions)), {}, lambda n: portions.of(n, at).share({}, n, sent(work), sent, sent(at))
                )

            def close(self):
                pass

        return Workers()

    def pool(self):
        raise NotImplementedError


@pytest.mark.parametrize("room", [360, 1000])
@pytest.mark.parametrize("steps", [1, 3])
def test_who_reads_what_changes_no_bit(files, monkeypatch, room, steps):
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(room, 100)))
    ends = [
        fitted(files, cluster, early_stopping=True)
        for cluster in (LocalCluster(3, steps), LocalCluster(3, steps, threads=2), Far(3, steps))
    ]
    for end in ends[1:]:
        assert end.parameters_.theta.tobytes() == ends[0].parameters_.theta.tobytes()
        assert end.loss_curve_ == ends[0].loss_curve_


def test_pyarrow_travels_by_its_name():
    assert pickle.loads(pickle.dumps(pa_when_used)).schema is pa.schema


@pytest.mark.parametrize("stop", [2, 7, 16])
def test_stopped_in_an_epoch_it_goes_on_to_the_same_bits(files, several_buffers, tmp_path, monkeypatch, stop):
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)

    class StopAt(Callback):
        def on_chunk_end(self, run):
            if run.state.step >= stop:
                run.ask_to_stop("asked")

    cluster = LocalCluster(3, 2)
    kept = {"checkpoint": tmp_path / "c", "checkpoint_every": 0}
    fitted(files, cluster, **kept, callbacks=[StopAt()])
    again = fitted(files, replace(cluster, threads=2), **kept, resume=True)
    assert again.parameters_.theta.tobytes() == fitted(files, cluster).parameters_.theta.tobytes()


def test_a_model_of_a_table(files, several_buffers):
    recipe = Recipe(epochs=12, learning_rate=0.02, hidden=(8,), batch_size=42)
    model = TableModel(recipe, cluster=LocalCluster(4, 2)).fit(Dataset(files), "y")
    assert model.fitted.plan.batch_size == 44 and "4 shards" in model.outcome.engine.why
    assert np.corrcoef(model.predict(Dataset(files).source), AMOUNT)[0, 1] > 0.9


@pytest.mark.parametrize(
    "data, words",
    [(Dataset(X, AMOUNT), "rows 1 on of the array is none"), (None, "each shard of a dataset needs a row")],
)
def test_what_workers_cannot_read_is_refused(files, data, words):
    with pytest.raises(InvalidInput, match=words):
        MLPRegressor(**SMALL, cluster=LocalCluster(M + 1)).fit(data or Dataset(files), "y")


def test_a_file_damaged_meanwhile_is_named(tmp_path, several_buffers):
    place = tmp_path / "one.parquet"
    parquet.write_table(pa.table({"a": X[:, 0], "y": AMOUNT}), place, row_group_size=100, compression="none")
    whole = place.read_bytes()

    def damage(run):
        (other := tmp_path / "other").write_bytes(whole[:4] + b"\xff" * 1500 + whole[1504:])
        other.replace(place)  # cut short in place, a file that is mapped would end the process

    with pytest.raises(BrokenFile, match=r"one\.parquet \(row group \d\) is damaged"):
        MLPRegressor(**SMALL, cluster=LocalCluster(3), callbacks=[damage]).fit(Dataset(place), "y")
