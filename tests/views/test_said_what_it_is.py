"""Whatever a user holds says what it is: printed, in a list, at the end of a cell; never an address."""

import inspect

import numpy as np
import pytest

import glassnet
from glassnet import (
    Dense,
    HistoryDisplay,
    MLPClassifier,
    Network,
    Recipe,
    TableModel,
    TabularClassifier,
    draw,
    experiment,
    explain,
    importance,
    load,
    save,
)
from glassnet.pieces.losses import LOSSES

ADDRESS = " object at 0x"
CLASSES = sorted(
    name
    for name in dir(glassnet)
    if inspect.isclass(cls := getattr(glassnet, name)) and not issubclass(cls, BaseException)
)
ABSTRACT = {"Layer", "Loss", "Optimizer", "Schedule"}  # records: each one's own says its settings


@pytest.mark.parametrize("name", CLASSES)
def test_no_public_class_leaves_it_to_an_address(name: str) -> None:
    cls = getattr(glassnet, name)
    assert cls.__repr__ is not object.__repr__ or name in ABSTRACT


def test_what_a_user_holds() -> None:
    found = experiment("iris", recipe=Recipe(epochs=3))
    model, network = found.model, Network(2, [Dense(1)])
    things = [found, model, model.encoder, model.target, model.evaluation, model.history, model.diagnose("iris"),
              HistoryDisplay.from_estimator(model), draw("confusion", model, "iris"), explain(model, "iris", 1),
              importance(model, "iris", repeats=1), network, network.initialize(), LOSSES,
              glassnet.TimeLimit(3)]  # fmt: skip
    for thing in things:
        assert ADDRESS not in f"{thing!r}{thing}", type(thing)
    assert repr(things[8]).startswith("<ConfusionDisplay: confusion: ")
    assert "200" not in repr(model.diagnose("iris")) and len(repr(model.diagnose("iris"))) < 200


@pytest.mark.parametrize("several", [False, True])
def test_a_table_model_is_a_card_with_target_score_columns_and_rows(several: bool, tmp_path: object) -> None:
    found = experiment("iris", recipe=Recipe(epochs=3, hidden=(8,)), preset="fast" if several else "plain")
    save(found.model, f"{tmp_path}/m")
    loaded = load(f"{tmp_path}/m")
    assert isinstance(loaded, TableModel) and found.evaluation is not None
    shown = loaded._repr_mimebundle_()
    for text in (str(loaded), shown["text/plain"], shown["text/html"]):
        assert "species (classification: setosa, versicolor, virginica)" in text
        assert "sepal length (cm)" in text and "learned from" in text and "30 rows held out" in text
        assert f"accuracy {found.evaluation['accuracy'].shown(found.evaluation['accuracy'].value)} (baseline" in text
    assert "<svg" in shown["text/html"] and ("predict together" in str(loaded)) == several


def test_an_estimator_of_tables_shows_the_card_too() -> None:
    X, y = np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2
    model = TabularClassifier("plain")
    assert str(model) == repr(model)
    html = model.fit(X, y)._repr_mimebundle_()["text/html"]
    assert "learned from" in html and "<svg" in html and "not judged" in str(model)


def test_results_are_shown_in_a_cell_as_they_print() -> None:
    model = TableModel(Recipe(epochs=3)).fit("iris")
    for thing in (model.evaluate("iris"), model.diagnose("iris")):
        shown = thing._repr_mimebundle_()
        assert shown["text/plain"] == str(thing) and "text/html" in shown
    assert "128 learned from" in str(model.evaluate("iris"))


def test_untrusted_names_are_shown_not_obeyed() -> None:
    table = {"<b>a</b>\x1b[31m": np.arange(20.0), "y": np.arange(20.0)}
    model = TableModel(Recipe(epochs=1)).fit(table, "y")
    html = model._repr_mimebundle_()["text/html"]  # scikit-learn's own remark in it is bold
    assert "\x1b" not in str(model) and "\x1b" not in html and "<b>a" not in html and "&lt;b&gt;a" in html


def test_scikit_learns_own_words_stay() -> None:
    assert repr(MLPClassifier(alpha=1)) == "MLPClassifier(alpha=1)"
