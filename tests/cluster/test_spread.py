"""Several networks spread over workers: the same bits as side by side, stopped and saved as they are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet import LocalCluster, Recipe, TableModel, TabularClassifier
from glassnet.learning.rounds import spread
from glassnet.learning.run import Callback, Run


def members(model: TableModel) -> list[Any]:
    return [(m.number, m.epoch, m.weight, m.parameters.theta.tolist()) for m in model.blend.members]


def test_a_blend_is_the_same_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "SLICE", 0.0)  # as often as can be
    alone = TabularClassifier("fast").fit("iris")
    spread_out = TabularClassifier("fast", cluster=LocalCluster(threads=2)).fit("iris")
    assert members(spread_out) == members(alone)
    assert [one.reason for one in spread_out.trained] == [one.reason for one in alone.trained]
    assert len(spread_out.trained) > 1


def test_folds_are_the_same_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "SLICE", 0.0)
    few = Recipe(hidden=(4,), epochs=2)
    alone = TableModel(few, preset="best", n_folds=2).fit("iris")
    spread_out = TableModel(few, preset="best", n_folds=2, cluster=LocalCluster(threads=2)).fit("iris")
    assert alone.folds == spread_out.folds == 2 and members(spread_out) == members(alone)


class StopAt(Callback):
    """Asks every training to stop once one is so far."""

    def __init__(self, epoch: int) -> None:
        self.epoch, self.heard = epoch, list[str]()

    def on_train_begin(self, run: Run) -> None:
        self.heard.append("begin")

    def on_epoch_end(self, run: Run) -> None:
        if run.state.epoch >= self.epoch:
            run.ask_to_stop("enough")

    def on_train_end(self, run: Run) -> None:
        self.heard.append("end")


def test_a_stopped_blend_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "SLICE", 0.0)
    from glassnet import open_source

    def prepared(cluster: LocalCluster | None) -> TableModel:
        return TableModel(Recipe(), preset="fast", cluster=cluster).prepare(open_source("iris"))

    whole = prepared(None).learn()
    stop = StopAt(3)
    stopped = prepared(LocalCluster(threads=2)).save_to(tmp_path / "c").learn([stop])
    assert {one.reason for one in stopped.trained} == {"enough"}
    assert stop.heard == ["begin"] * len(stopped.trained) + ["end"] * len(stopped.trained)
    resumed = prepared(LocalCluster()).resume(tmp_path / "c").learn()
    assert members(resumed) == members(whole)


def test_one_network_of_a_table_is_trained_over_shards() -> None:
    alone, spread_out = (
        TableModel(Recipe(hidden=(6,), epochs=4, dtype="float64"), cluster=cluster).fit("iris")
        for cluster in (None, LocalCluster(4))
    )
    assert spread_out.outcome.engine.why.endswith("4 shards, 1 step a round")
    assert spread_out.parameters.theta.shape == alone.parameters.theta.shape
    assert not np.array_equal(spread_out.parameters.theta, alone.parameters.theta)  # another order of the rows


def test_an_error_of_a_worker_ends_all() -> None:
    class Failing(StopAt):
        def on_epoch_end(self, run: Run) -> None:
            raise RuntimeError("no")

        def on_train_broken(self, run: Run) -> None:
            self.heard.append("broken")

    failing = Failing(0)
    with pytest.raises(RuntimeError, match="no"):
        TableModel(preset="fast", cluster=LocalCluster()).fit("iris", callbacks=[failing])
    assert failing.heard.count("broken") == failing.heard.count("begin") > 1
