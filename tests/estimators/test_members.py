"""Several networks, trained side by side and blended by rows held out: what they answer, keep, show and forget."""

from __future__ import annotations

import copy
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.metrics import log_loss

from glassnet import (
    LOSSES,
    SCHEDULES,
    Dense,
    Network,
    Plan,
    Recipe,
    Rows,
    State,
    explain,
    importance,
    load,
    open_source,
    save,
)
from glassnet.engines.choice import choose
from glassnet.estimators.table import members
from glassnet.estimators.table.choice import Candidate, Choice, blended, predicted
from glassnet.estimators.table.division import Division
from glassnet.estimators.table.members import Checkpointed, cycle_ends, train_members, within
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.presets import MOST_STEPS, PRESETS
from glassnet.learning.blending.blend import Member, tempered
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.blending.choosing import blend_weights
from glassnet.learning.blending.criteria import CRITERIA
from glassnet.learning.checkpointing import CheckpointFile
from glassnet.learning.job import Job
from glassnet.learning.run import Run
from glassnet.learning.training import INTERRUPTED

QUICK = Recipe(hidden=(16,), epochs=16)


@pytest.fixture(scope="module")
def cancer() -> Any:
    return load_breast_cancer(as_frame=True).frame.sample(frac=1, random_state=0, ignore_index=True)


@pytest.fixture(scope="module")
def model(cancer: Any) -> TableModel:
    return TableModel(QUICK, preset="balanced").fit(cancer, "target")


def test_the_blend_is_the_mean_by_weight_at_its_temperature(model: TableModel, cancer: Any) -> None:
    blend = model.blend
    assert len(blend.members) > 1 and sum(one.weight for one in blend.members) == pytest.approx(1)
    assert [one.weight for one in blend.members] == sorted((one.weight for one in blend.members), reverse=True)
    X = model.encoder.transform(cancer)
    p = sum(one.weight * one.network.forward(X, one.precise).predictions for one in blend.members)
    p = tempered(p, blend.temperature)
    np.testing.assert_allclose(model.predict_proba(cancer), np.hstack([1 - p, p]), atol=2e-6)


def test_any_number_of_threads_makes_the_same_model(model: TableModel, cancer: Any) -> None:
    for threads in (1, 3):
        other = TableModel(Recipe(hidden=(16,), epochs=16, threads=threads), preset="balanced").fit(cancer, "target")
        assert [(m.number, m.epoch, m.weight) for m in other.blend.members] == [
            (m.number, m.epoch, m.weight) for m in model.blend.members
        ]
        assert (other.predict_proba(cancer) == model.predict_proba(cancer)).all()


def test_the_choice_is_better_than_the_plain_mean_on_its_own_rows(model: TableModel) -> None:
    choice = model.choice
    assert choice.criterion == "log-loss" and choice.rows == model.validation_rows == 114
    assert choice.blend <= choice.plain and 18 <= choice.candidates <= 6 * 4  # some stop where they get worse
    assert f"{choice.blend:.4g}" in choice.sentence(model.blend)


def test_a_file_keeps_all_members(model: TableModel, cancer: Any, tmp_path: Path) -> None:
    save(model, tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    assert (again.predict_proba(cancer) == model.predict_proba(cancer)).all()
    assert again.choice == model.choice and again.preset == "balanced" and again.best_epoch == model.best_epoch
    assert [str(one) for one in again.blend.members] == [str(one) for one in model.blend.members]


def test_what_shows_one_network_says_which(model: TableModel, cancer: Any) -> None:
    leading = model.blend.members[0]
    assert f"Shown is {leading}, of {len(model.blend.members)} that predict together." in model.fitted.note
    assert model.fitted.network is leading.network and model.fitted.parameters is leading.parameters
    second = model.member(2)
    assert second.parameters is model.blend.members[1].parameters and str(model.blend.members[1]) in second.note
    assert explain(second, cancer[:1], row=1).sentences() != explain(model, cancer[:1], row=1).sentences()
    assert importance(model, cancer, repeats=1).score == pytest.approx(model.score(cancer, "target"), abs=1e-3)
    with pytest.raises(Exception, match="there is no member 99"):
        model.member(99)


def test_numbers_in_their_own_unit() -> None:
    table = load_diabetes(as_frame=True).frame
    model = TableModel(QUICK, preset="balanced", metric="mae").fit(table, "target")
    assert model.choice.criterion == "MAE" and 20 < model.choice.blend < 80
    assert model.score(table, "target") > 0.3 and model.blend.temperature == 1


def test_each_candidate_is_as_sure_as_it_is_right() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 2)).astype(np.float32)
    rows = Rows(X, (rng.uniform(size=(4000, 1)) < 1 / (1 + np.exp(-X[:, :1]))).astype(np.float32))
    network = Network(2, [Dense(1)], LOSSES.make("binary_cross_entropy"))
    slopes = ((8.0, 0.0), (0.25, 0.1))  # far too sure, and not sure enough; the truth has slope 1
    found = [Member(network, network.parameters(np.float32([*slope, 0])), number=i) for i, slope in enumerate(slopes)]
    blend, choice = blended([Candidate((one,)) for one in found], [rows], CRITERIA["log_loss"], 1.0)
    assert [tuple(one.parameters.theta) for one in found] == [(*np.float32(slope), 0) for slope in slopes]
    for one in blend.members:
        assert one.parameters.theta[0] == pytest.approx(1, abs=0.15)
        assert log_loss(rows.Y, predicted(one, X)) == pytest.approx(choice.single, abs=0.05)
    assert blend.temperature == pytest.approx(1, abs=0.1)


def test_what_is_far_worse_does_not_count_however_few_rows_decide() -> None:
    truth, weights, near = np.zeros(10), np.full(10, 0.1), np.linspace(0.1, 0.2, 10)
    P = np.stack([near, -near, np.full(10, 3.0), np.full(10, 0.25)])
    chosen = blend_weights(P, truth, CRITERIA["rmse"], weights, [0, 1, 2])
    assert chosen[2] == 0 and chosen[0] == chosen[1] == pytest.approx(0.5)
    assert (blend_weights(P, truth, CRITERIA["rmse"], weights, [0, 3]) > 0).tolist() == [True, True, False, False]


def test_an_own_loss_decides_by_itself() -> None:
    table = load_diabetes(as_frame=True).frame
    model = TableModel(Recipe(hidden=(16,), epochs=16, loss="quantile:level=0.9"), preset="fast").fit(table, "target")
    assert model.choice.criterion == "quantile" and 0.7 < np.mean(model.predict(table) > table["target"]) < 1


def test_nothing_held_out_is_the_plain_mean_and_said(cancer: Any) -> None:
    model = TableModel(Recipe(hidden=(4,), epochs=2, validation=0.0), preset="fast").fit(cancer, "target")
    assert {one.weight for one in model.blend.members} == {0.25}
    assert model.choice == Choice(candidates=8, seconds=model.seconds)
    assert "no rows are held out" in model.choice.sentence(model.blend)


def test_networks_of_all_rows_answer_that_others_chose_without_some(model: TableModel, cancer: Any) -> None:
    kinds, judged = model.kinds, model.jobs[0].validation
    assert len(model.jobs) == 2 * kinds and judged is not None and model.choice.refitted
    assert [job.validation is None for job in model.jobs] == [False] * kinds + [True] * kinds
    assert {one.number for one in model.blend.members} <= set(range(kinds + 1, 2 * kinds + 1))
    assert (model.rows, model.validation_rows) == (569, len(judged.Y)) == (569, 569 - len(model.jobs[0].rows.Y))
    assert set(model.roles(cancer)) == {"learned from"}
    assert "569 learned from, 114 of them validated on" in str(model)
    assert "; the same networks, trained on all rows, answer" in model.report()
    some = replace(model.choice, refitted=1)  # the time was over, or the training of the others diverged
    assert some.why(model.blend).endswith("; 1 of the networks that answer learned from all rows")
    every = model.jobs[-1].rows.X
    assert all(job.rows.X.base is job.validation.X.base is every for job in model.jobs[:kinds])  # views, no copy


def test_networks_of_all_rows_are_trained_as_far_as_they_answer(model: TableModel) -> None:
    epochs = [one.epochs for one in model.trained[model.kinds :]]
    of_each = (
        [one.epoch for one in model.blend.members if one.number == model.kinds + kind]
        for kind in range(1, model.kinds + 1)
    )
    assert epochs == [max(each, default=0) for each in of_each]
    assert sum(epochs) < QUICK.epochs * model.kinds
    ends = [one.reason for one in model.trained[model.kinds :] if one.epochs < QUICK.epochs]
    assert set(ends) == {"the blend needs no more of it"}


def test_who_answers_where_there_are_other_rows_to_choose_by(cancer: Any) -> None:
    source = open_source(cancer[:300])
    division = Division().validating(open_source(cancer[300:]), "target", None, None)
    made = TableModel(QUICK, preset="balanced").prepare(source, "target", division)
    assert all(len(job.rows.Y) == 300 and job.validation is not None for job in made.jobs)
    made = TableModel(QUICK, preset="fast").prepare(source, "target")
    assert all(len(job.rows.Y) == 240 for job in made.jobs) and made.rows == 240


def test_ctrl_c_between_the_two_stages_stops_the_second(cancer: Any, tmp_path: Path) -> None:
    made = TableModel(QUICK, preset="balanced").prepare(open_source(cancer), "target")
    saved = Checkpointed(CheckpointFile(tmp_path / "cancer.checkpoint"), 1000)

    def needed(*_: object) -> list[int]:
        signal.raise_signal(signal.SIGINT)
        return [16] * made.kinds

    outcomes = train_members(made.jobs, [], 2, needed, saved)
    assert [one.ending for one in outcomes] == ["finished"] * made.kinds + [INTERRUPTED] * made.kinds
    assert outcomes[-1].signal == signal.SIGINT and saved.file.up_to_date


def test_the_epochs_of_a_time_limit_are_those_of_two_stages(cancer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = TableModel(Recipe(epochs=10**6), preset="balanced").prepare(open_source(cancer), "target")

    def run(job: Job) -> None:
        job.state.seconds, job.state.step = 0.001, 1

    monkeypatch.setattr(Job, "run", run)
    monkeypatch.setattr(members, "thread_count", lambda _: 1000)
    steps = sum(part[0].plan.steps_per_epoch for part in (made.jobs, made.jobs[made.kinds :]))
    assert within(made.jobs, 10.0, None)[0].plan.epochs == int(9000 / steps)  # no more at a time than in a stage


def test_a_time_limit_is_kept(cancer: Any) -> None:
    model = TableModel(Recipe(epochs=100_000), preset="balanced", time_limit=1.0).fit(cancer, "target")
    assert model.history.epochs < 50_000 and model.seconds < 5
    hurried = TableModel(preset="balanced", time_limit=0.001).fit(cancer, "target")
    assert hurried.outcome.reason == "the time limit is over" and len(hurried.predict(cancer)) == len(cancer)


def test_epochs_at_which_parameters_are_kept() -> None:
    network = Network.mlp(1, [2], 1)
    for schedule in ("cosine", "coslog", "constant"):
        plans = (Plan(network, 10, epochs=epochs, schedule=SCHEDULES.make(schedule)) for epochs in (64, 1, 2))
        assert [cycle_ends(plan) for plan in plans] == [[4, 13, 30], [], [1]]


@pytest.mark.parametrize("rows", [4, 100, 999, 5_000, 40_000, 1_000_000])
def test_steps_by_rows(rows: int) -> None:
    preset = PRESETS["balanced"]
    for recipe in preset.recipes(Recipe(), rows):
        steps = recipe.epochs * -(-rows // recipe.batch_size)
        assert preset.least_steps <= steps <= MOST_STEPS or recipe.epochs in (1, preset.recipe.epochs)
    assert len({recipe.seed for recipe in preset.recipes(Recipe(seed=3), rows)}) == len(preset.recipes(Recipe(), rows))


def test_a_network_too_sure_goes_on_and_one_that_is_wrong_does_not() -> None:
    X = np.linspace(-1, 1, 200, dtype="float32").reshape(-1, 1)
    rows = Rows(X, ((X > 0) ^ (np.arange(200) % 10 == 0).reshape(-1, 1)).astype(np.float32))  # a tenth is the opposite
    plan = Plan(Network(1, [Dense(1)], LOSSES.make("binary_cross_entropy")), 200, epochs=9)
    run = Run(plan, State.new(plan), rows, choose(plan), rows)
    keep, costs, asked = Keep([1, 2, 3, 4]), [], []
    for epoch, slope in enumerate((3.0, 30.0, -3.0), start=1):
        run.state.epoch, run.state.theta[:] = epoch, (slope, 0.0)
        costs.append(log_loss(rows.Y, run.engine.predict(run.state.parameters(plan.network), X).astype(float)))
        keep.on_epoch_end(run)
        asked.append(run.is_set())
    assert costs[1] > 2 * costs[0] and asked == [False, False, True]
    assert sorted(keep.kept) == [1, 2, 3]


@pytest.mark.parametrize(("share", "stops"), [(0.0, False), (0.1, False), (0.6, True)])
def test_a_training_of_numbers_ends_where_it_is_worse_beyond_noise(share: float, stops: bool) -> None:
    """A share of the rows that is off by 1 more than before; of few rows a tenth may be chance."""
    X = np.repeat(np.float32([[1], [0]]), [round(20 * share), 20 - round(20 * share)], axis=0)
    rows = Rows(X, np.float32([[0.5], [-0.5]] * 10))
    plan = Plan(Network(1, [Dense(1)], LOSSES.make("squared_error")), 20, epochs=9)
    run, keep = Run(plan, State.new(plan), rows, choose(plan), rows), Keep([1, 2])
    for epoch, slope in enumerate((0.0, 1.0), start=1):
        run.state.epoch, run.state.theta[:] = epoch, (slope, 0.0)
        keep.on_epoch_end(run)
    assert run.is_set() is stops


@pytest.mark.parametrize(("metric", "smoothing"), [(None, 0.1), ("accuracy", 0.1), ("log_loss", 0.0)])
def test_labels_are_smoothed_where_right_answers_count(metric: str | None, smoothing: float) -> None:
    model = TableModel(Recipe(seed=1), metric=metric).prepare(open_source("iris"))
    assert {job.plan.network.loss.label_smoothing for job in model.jobs} == {smoothing}


def test_a_loss_that_is_named_stays_as_it_is() -> None:
    for recipe in (Recipe(loss="cross_entropy"), Recipe(named=("loss",))):
        loss = TableModel(recipe).prepare(open_source("iris")).network.loss
        assert loss == LOSSES.make("cross_entropy")


def test_what_the_recipe_says_holds_for_every_member() -> None:
    for recipe in PRESETS["balanced"].recipes(Recipe(hidden=(7,), dropout=0.4, batch_size=9), 100):
        assert recipe.hidden == (7,) and recipe.dropout == 0.4 and recipe.batch_size == 9


def test_plain_is_the_recipe() -> None:
    assert PRESETS["plain"].recipes(QUICK, 100) == [QUICK]
    alone = TableModel(QUICK).fit(open_source("iris"))
    assert alone.blend.members[0].parameters is alone.parameters and alone.fitted.blended is None


def test_a_network_of_all_parts() -> None:
    recipe = Recipe(hidden=(4,), sigma=0.5, scale=True, mix=True, dropout=0.1)
    network = recipe.network(5, 2, recipe.loss_for("classification", 3), numbers=3)
    assert [layer.name for layer in network.declared_layers] == [
        "periodic",
        "scale",
        "dense",
        "mix",
        "dropout",
        "dense",
    ]
    assert network.declared_layers[0].columns == 3 and network.declared_layers[2].activation is None
    none = Recipe(hidden=(), sigma=0.5).network(2, 1, recipe.loss_for("regression", 1), numbers=0)
    assert [layer.name for layer in none.declared_layers] == ["dense"]


def test_numbers_come_first_and_alone_get_waves() -> None:
    table = {"town": ["a", "b", "c"] * 20, "km": np.arange(60.0), "late": [0, 1] * 30}
    model = TableModel(Recipe(hidden=(4,), epochs=2), preset="fast").fit(table, "late")
    assert model.encoder.output_names[0] == "km" and model.encoder.leading == 1
    waves = [one.network.declared_layers[0].columns for one in model.blend.members if one.number == 2]
    assert waves and set(waves) == {1}


def test_a_single_network_at_a_temperature_is_explained_as_it_answers(model: TableModel, cancer: Any) -> None:
    alone = copy.copy(model)
    alone.blend = replace(model.blend, members=(replace(model.blend.members[0], weight=1.0),), temperature=2.0)
    said = explain(alone, cancer, row=1)
    p = alone.predict_proba(cancer[:1])[0, alone.classes_.tolist().index(said.label)]
    assert said.probability == pytest.approx(p, abs=1e-5)
    assert alone.fitted.shown == "" and "Shown is" not in alone.member(1).note
    assert not alone.blend.is_one
