"""A table's model of rows larger than memory: the numbers of a training in memory, whatever the order of the files; a
process killed at any moment loses nothing; memory does not grow with the rows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import glassnet
from glassnet import Dataset, Recipe, TableModel, TabularClassifier, open_source
from glassnet.data.splitting.options import SplitBy
from glassnet.data.streams.slices import Shares
from glassnet.errors import InvalidInput, UnusableFile
from glassnet.estimators.table import judging
from glassnet.estimators.table.experiment import Experiment
from glassnet.estimators.table.streaming.experiment import StreamedExperiment
from glassnet.estimators.table.streaming.room import Room
from warm import PIPE, Warm

RECIPE = Recipe(epochs=6, batch_size=64, hidden=(16,))


def table(m: int = 2000, seed: int = 0) -> pa.Table:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, 3))
    kinds = np.array(["red", "blue"])[rng.integers(0, 2, m)]
    score = X[:, 0] + X[:, 1] * X[:, 2] + (kinds == "red")
    labels = np.array(["low", "mid", "top"])[np.digitize(score, [-0.5, 1.0])]
    return pa.table({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "kind": kinds, "amount": score * 5, "y": labels})


def write(folder: Path, rows: pa.Table, files: int = 4) -> Path:
    folder.mkdir(exist_ok=True)
    each = -(-rows.num_rows // files)
    for number in range(files):
        parquet.write_table(rows.slice(number * each, each), folder / f"{number}.parquet", row_group_size=100)
    return folder


@pytest.fixture
def narrow(monkeypatch):
    """Buffers of 640 rows."""
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(640, 500)))


@pytest.mark.parametrize("target", ["y", "amount"])
def test_in_one_buffer_the_numbers_are_those_of_memory(tmp_path, target):
    rows = table().drop(["amount" if target == "y" else "y"])
    recipe = replace(RECIPE, validation=0.0)
    memory = TableModel(recipe).fit(rows, target)
    streamed = TableModel(recipe).fit(Dataset(write(tmp_path / "t", rows)), target)
    assert streamed.encoder.to_parts()[1] == memory.encoder.to_parts()[1]
    # The mean of a target is rounded in another order than in memory; classes have none.
    exact = {"rtol": 0, "atol": 0} if target == "y" else {"rtol": 1e-3, "atol": 1e-4}
    np.testing.assert_allclose(streamed.parameters.theta, memory.parameters.theta, **exact)
    assert "their order is that of a training in memory" in streamed.notes[0]


@pytest.mark.parametrize("how", ["by class", "by number", "shuffled"])
def test_files_sorted_by_the_target_teach_as_much(tmp_path, narrow, how):
    rows, target = table().drop(["y"] if how == "by number" else ["amount"]), "amount" if how == "by number" else "y"
    order = np.arange(2000) if how == "shuffled" else np.argsort(rows[target].to_numpy(), kind="stable")
    data = Dataset(write(tmp_path / "t", rows.take(order)))
    recipe = RECIPE if target == "y" else replace(RECIPE, epochs=40)
    found = StreamedExperiment.of_dataset(data, target).prepare(recipe).train().judge()
    shuffled = TableModel(recipe).fit(rows.slice(0, 1600), target).evaluate(rows.slice(1600))
    value, in_memory = found.evaluation.scores[-1].value, shuffled.scores[-1].value
    assert value > in_memory - 0.05
    assert in_memory > 0.7
    assert ("lie sorted by the target" in found.notes[0]) == (how != "shuffled")
    assert found.evaluation.rows == found.counts[1] and sum(found.counts) == 2000


def test_what_is_judged_in_blocks_is_judged_as_at_once(tmp_path, monkeypatch):
    rows = table(1500)
    for target in ("y", "amount"):
        model = TableModel(replace(RECIPE, epochs=2), row_digests=False).fit(rows, target)
        whole = model.evaluate(rows)
        with monkeypatch.context() as patched:
            patched.setattr(judging, "LARGE", 0)
            blocks = model.evaluate(Dataset(write(tmp_path / target, rows)))
        assert (blocks.rows, blocks.baseline, blocks.judged) == (whole.rows, whole.baseline, whole.judged)
        for one, other in zip(blocks.scores, whole.scores, strict=True):
            assert (one.name, one.words) == (other.name, other.words)
            np.testing.assert_allclose([one.value, one.baseline], [other.value, other.baseline], rtol=1e-4, atol=1e-12)
        if whole.confusion is not None:
            np.testing.assert_array_equal(blocks.confusion, whole.confusion)


def test_an_estimator_takes_a_dataset(tmp_path):
    data = Dataset(write(tmp_path / "t", table(600).drop(["amount"])))
    model = TabularClassifier(preset="plain").fit(data, "y")
    assert set(model.predict(data)) <= set(model.classes_) and "one network" in model.report()
    glassnet.save(model, tmp_path / "model.safetensors")
    loaded = glassnet.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.predict(data), model.predict(data))


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda d: TableModel(preset="best").fit(d, "y"), "preset 'best' trains several networks"),
        (lambda d: TableModel().fit(d, "y", groups=[1, 2]), "groups of a dataset is a column of it"),
        (lambda d: TableModel().fit(d, "y", groups="kind", order_by="a"), "divided by groups or by an order, not by"),
        (lambda d: TableModel().fit(d, "y", order_by="kind"), "'kind' holds neither numbers nor dates"),
        (lambda d: TableModel().fit(d, "y", sample_weight="a"), "column 'a' has weights below 0"),
        (lambda d: TableModel().fit(d, [1, 2]), "a dataset holds its target itself"),
        (lambda d: TableModel(Recipe(optimizer="lbfgs")).fit(d, "y"), "takes steps on all rows at once"),
        (lambda d: TableModel(Recipe(hidden=(4000, 4000))).fit(d, "y"), "takes too much of the memory"),
    ],
)
def test_what_needs_rows_in_memory_is_refused(tmp_path, make, said):
    with pytest.raises(InvalidInput, match=said):
        make(Dataset(write(tmp_path / "t", table(300))))


@pytest.mark.parametrize("target", ["y", "amount"])
def test_weights_are_those_of_a_training_in_memory(tmp_path, target):
    rows = table().drop(["amount" if target == "y" else "y"])
    weights = np.random.default_rng(3).integers(0, 4, rows.num_rows).astype(float)
    rows = rows.append_column("w", pa.array(weights))
    recipe, by = replace(RECIPE, validation=0.0), SplitBy(weight="w")
    held = pa.concat_tables([rows.slice(0, 400)])
    files = Dataset(write(tmp_path / "t", rows))
    memory = Experiment.of(open_source(rows), target, test=open_source(held), by=by).prepare(recipe).train().judge()
    streamed = StreamedExperiment.of_dataset(files, target, test=open_source(held), by=by)
    streamed.prepare(recipe).train().judge()
    exact = {"rtol": 0, "atol": 0} if target == "y" else {"rtol": 1e-3, "atol": 1e-4}
    np.testing.assert_allclose(streamed.model.parameters.theta, memory.model.parameters.theta, **exact)
    assert (
        "w" not in streamed.model.encoder.input_names
        and streamed.divided.split(";")[-1] == memory.divided.split(";")[-1]
    )
    for one, other in zip(streamed.evaluation.scores, memory.evaluation.scores, strict=True):
        np.testing.assert_allclose([one.value, one.baseline], [other.value, other.baseline], rtol=1e-3, atol=1e-3)


def test_no_group_stands_on_two_sides(tmp_path):
    shops = np.random.default_rng(1).integers(0, 60, 2000)
    rows = table().drop(["amount"]).append_column("shop", pa.array([f"shop {n}" for n in shops]))
    found = StreamedExperiment.of_dataset(Dataset(write(tmp_path / "t", rows)), "y", by=SplitBy(group="shop"))
    found.prepare(replace(RECIPE, epochs=2)).train().judge()
    sides = [which(np.arange(2000)) for which in (found.shares.tested, found.shares.known)]
    assert set(shops[sides[0]]).isdisjoint(shops[sides[1]]) and 250 < sides[0].sum() < 550
    assert found.divided.split(";")[0].endswith("whole groups by 'shop', chosen by a hash of their names")
    held = found.model.job.stream.sample, found.model.job.validation
    assert len(held[1].Y) == found.model.validation_rows > 100 and found.evaluation.rows == sides[0].sum()


def test_the_last_in_an_order_are_held_out(tmp_path):
    days = np.random.default_rng(2).permutation(2000) // 10
    dates = np.datetime64("2024-01-01", "us") + days * np.timedelta64(1, "D")
    rows = table().drop(["amount"]).append_column("day", pa.array(dates))
    by, recipe = SplitBy(order_by="day"), replace(RECIPE, epochs=2)
    memory = Experiment.of(open_source(rows), "y", by=by).prepare(recipe)
    files = Dataset(write(tmp_path / "t", rows))
    streamed = StreamedExperiment.of_dataset(files, "y", by=by).prepare(recipe).train().judge()
    np.testing.assert_array_equal(np.flatnonzero(streamed.shares.tested(np.arange(2000))), memory.held_out)
    assert streamed.divided == memory.divided and "the last by 'day', from " in streamed.divided
    same = StreamedExperiment.of_dataset(files, "y", by=SplitBy(order_by="day")).prepare(recipe)
    assert same.model.job.fingerprint == streamed.model.job.fingerprint


@pytest.mark.parametrize("by", [SplitBy(order_by="day"), SplitBy()])
def test_a_class_that_is_only_held_out_is_named_before_the_training(tmp_path, by):
    held = Shares(0.2, seed=0).tested(np.arange(500)) if by.order_by is None else np.arange(500) >= 490
    rows = pa.table({"a": np.arange(500.0) % 7, "day": np.arange(500), "y": np.where(held, "new", "old")})
    rows = rows.set_column(2, "y", pa.array(["other", *rows["y"].to_pylist()[1:]]))
    with pytest.raises(InvalidInput, match=r"the class 'new' of 'y' is only in rows held out .*hold out fewer"):
        StreamedExperiment.of_dataset(Dataset(write(tmp_path / "t", rows)), "y", by=by)


def test_a_file_that_goes_missing_ends_the_training_with_a_sentence(tmp_path, narrow):
    folder = write(tmp_path / "t", table())
    model = TableModel(replace(RECIPE, epochs=50))

    def lose(run: object) -> None:
        (folder / "2.parquet").unlink(missing_ok=True)

    with pytest.raises(UnusableFile, match=r"^2\.parquet \(row group \d+\) is gone"):
        model.fit(Dataset(folder), "y", callbacks=[lose])


KILLED = """
import sys, time
from glassnet import Dataset, LocalCluster, Recipe, Callback
from glassnet.estimators.table.streaming.experiment import StreamedExperiment
from glassnet.estimators.table.streaming.room import Room
from glassnet.learning import training
training.CHUNK_SECONDS = 0.0  # a look at the callbacks after every step
Room.of = classmethod(lambda cls, *_: cls(640, 500))

class Slowly(Callback):
    def on_chunk_end(self, run):
        print(run.state.step, flush=True)
        time.sleep(float(sys.argv[3]))

found = StreamedExperiment.of_dataset(Dataset(sys.argv[1]), "y")
found.prepare(Recipe(epochs=6, batch_size=64, hidden=(16,)))
found.train([Slowly()], checkpoint=sys.argv[2], checkpoint_every=0, resume=sys.argv[4] == "again")
"""


def test_a_killed_process_goes_on_to_the_same_bits(tmp_path, narrow, monkeypatch):
    folder = write(tmp_path / "t", table().drop(["amount"]))
    whole = StreamedExperiment.of_dataset(Dataset(folder), "y").prepare(RECIPE).train()
    step, rng = 0, np.random.default_rng(1)
    for turn in range(2):
        arguments = [folder, tmp_path / "kept", 0.002, "again" if turn else "new"]
        with Warm("-c", KILLED, *arguments, stdout=PIPE) as process:
            until = step + int(rng.integers(10, 40))  # of 21 steps an epoch: in the middle of one, and of a buffer
            for line in process.stdout:
                if (step := int(line)) >= until:
                    break
            process.send_signal(signal.SIGKILL)
    again = StreamedExperiment.of_dataset(Dataset(folder), "y").prepare(RECIPE)
    again.train(checkpoint=tmp_path / "kept", resume=True)
    assert 0 < step < whole.model.job.state.step
    np.testing.assert_array_equal(again.model.job.state.theta, whole.model.job.state.theta)
    assert again.model.history["validation_cost"] == whole.model.history["validation_cost"]
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(700, 500)))
    with pytest.raises(InvalidInput, match=r"another memory \(seen: for 640 rows at once in the .*, for 700"):
        StreamedExperiment.of_dataset(Dataset(folder), "y").prepare(RECIPE).train(
            checkpoint=tmp_path / "kept", resume=True
        )
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, *_: cls(640, 500)))
    (folder / "4.parquet").write_bytes((folder / "3.parquet").read_bytes())
    with pytest.raises(InvalidInput, match=r"of other rows|another number of held-out rows"):
        other = StreamedExperiment.of_dataset(Dataset(folder), "y").prepare(RECIPE)
        other.train(checkpoint=tmp_path / "kept", resume=True)


LIMITED = """
import resource, sys
import numpy as np, pyarrow as pa
pa.set_memory_pool(pa.system_memory_pool())
from glassnet import Dataset, LocalCluster, Recipe, TableModel
from glassnet.data import encoder
from glassnet.estimators.table.streaming.room import Room
encoder.SAMPLE_CELLS = 1 << 18  # as large a sample of few rows as of many
Room.of = classmethod(lambda cls, *_: cls(4096, 2000))
recipe = Recipe(hidden=(), epochs=1, batch_size=512)
TableModel(recipe).fit(Dataset([sys.argv[1]] * 2), "y")
used = 1024 * next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmData"))
resource.setrlimit(resource.RLIMIT_DATA, (used + 64_000_000,) * 2)
many = [sys.argv[1]] * 16
model = TableModel(recipe).fit(Dataset(many), "y")
print(model.rows + model.validation_rows)
for part, _ in model.predict_blocks(Dataset(many)):
    pass
try:
    whole = [part.astype(float) for part in model.encoder.blocks(Dataset(many))]
except MemoryError:
    print("too many for memory")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
def test_memory_does_not_grow_with_the_rows(tmp_path):
    X = np.random.default_rng(0).normal(size=(20_000, 24)).astype("float32")
    rows = pa.table({f"x{j}": X[:, j] for j in range(24)} | {"y": X[:, 0] > 0})
    parquet.write_table(rows, tmp_path / "x.parquet", row_group_size=5000)
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "x.parquet")]
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # each thread would reserve memory for itself
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=alone)
    assert done.stdout.splitlines() == ["320000", "too many for memory"], done.stderr
