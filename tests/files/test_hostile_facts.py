"""Facts that anyone may have written: each value of each sample replaced by what it must not be.

The files are well-formed archives, so that nothing but the model file's own checks stands between them and the model.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from files.samples import SAMPLES
from glassnet.errors import BrokenFile
from glassnet.files import load
from glassnet.files.kinds import KINDS

DEEP: Any = []
for _ in range(50):
    DEEP = [DEEP]
MOST = 1_500
ABSURD = [None, -1, 10**12, 1e308, "", "x" * 10_000, [], {}, DEEP]


def places(facts: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in nested facts: of lists, that of the first and the last."""
    inside: list[Any] = list(facts) if isinstance(facts, dict) else []
    if isinstance(facts, list):
        inside = sorted({0, len(facts) - 1}) if facts else []
    for key in inside:
        yield (*path, key)
        yield from places(facts[key], (*path, key))


def replaced(facts: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The facts with another value at the place; everything else is shared."""
    changed = facts.copy()
    changed[place[0]] = replaced(facts[place[0]], place[1:], value) if place[1:] else value
    return changed


def without(facts: Any, place: tuple[Any, ...]) -> Any:
    """The facts without the value at the place."""
    changed = facts.copy()
    if place[1:]:
        changed[place[0]] = without(facts[place[0]], place[1:])
    else:
        del changed[place[0]]
    return changed


@pytest.mark.parametrize("name", SAMPLES)
def test_any_value_replaced_by_any_other(name, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    cases = [(path, value) for path in places(facts) for value in ABSURD]
    cases = random.Random(0).sample(cases, min(MOST, len(cases)))  # files of several networks say the same many times
    tried = [survives(forge(arrays, replaced(facts, path, value)), data) for path, value in cases]
    # Free texts and counters may say anything; most values may not.
    assert len(tried) > 100 and tried.count(False) > 0.6 * len(tried)


@pytest.mark.parametrize("name", SAMPLES)
def test_any_value_left_out(name, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    needed = [path for path in places(facts) if not survives(forge(arrays, without(facts, path)), data)]
    assert {("kind",), ("network",), ("dtype",), ("network", "inputs"), ("network", "layers")} <= set(needed)


@pytest.mark.parametrize("name", SAMPLES)
def test_numbers_a_little_wrong(name, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]

    def at(path: tuple[Any, ...]) -> Any:
        value: Any = facts
        for key in path:
            value = value[key]
        return value

    numbers = [path for path in places(facts) if type(at(path)) in (int, float)]
    tried = [survives(forge(arrays, replaced(facts, p, change(at(p)))), data) for p in numbers for change in NEAR]
    assert numbers and False in tried


NEAR = [lambda n: n + 1, lambda n: -n - 1, lambda n: n * 1000 + 7, lambda n: n + 0.5]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_model_under_the_name_of_another_kind(name, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    others = [kind for kind in KINDS if kind != facts["kind"]]
    # The two perceptrons' and the two regressions' files differ in classes; none passes for another.
    assert not any(survives(forge(arrays, facts | {"kind": kind}), data) for kind in others if kind != "network")


@pytest.mark.parametrize("name", SAMPLES)
def test_parts_of_two_models(name, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    swaps = [
        (arrays | other_arrays, facts | {section: other[section]})
        for other_name, (other_arrays, other) in contents.items()
        for section in other
        if other_name != name and section in facts
    ]
    tried = [survives(forge(*swap), data) for swap in swaps]
    assert len(tried) > 20 and tried.count(False) > len(tried) / 2


CASES = [
    ("table-words", ("target", "classes", "values"), ["low"], "fewer than two"),
    ("table-words", ("target", "classes", "values"), ["low", "low", "middle"], "twice"),
    (
        "table-words",
        ("target", "classes", "values"),
        ["middle", "low", "hoch"],
        None,
    ),  # words may be ordered as numbers
    ("table-words", ("network", "inputs"), 99, "does not fit its columns"),
    ("table-words", ("recipe", "dtype"), "float64", "another dtype than its recipe"),
    ("table-words", ("recipe", "hidden"), [0], "impossible recipe"),
    ("table-words", ("recipe", "optimizer"), "adma", "impossible recipe"),
    ("table-words", ("recipe", "learning_rate"), -1, "impossible recipe"),
    ("table-words", ("encoder", "columns", 0, "name"), "city", "has a column twice"),
    ("table-words", ("encoder", "columns", 0, "kind"), "picture", "of an unknown kind"),
    ("table-words", ("training", "ending"), "exploded", "among the 4 known names"),
    ("table-words", ("network", "layers", 0, "units"), 10**12, r"array '1\.W' is not"),
    ("table-words", ("network", "loss", "name"), "binary_cross_entropy", "loss that does not fit"),
    ("table-two-classes", ("network", "loss"), {"name": "squared_error"}, "loss that does not fit"),
    ("table-numbers", ("network", "loss"), {"name": "binary_cross_entropy"}, "loss that does not fit"),
    ("mlp-classifier", ("classes", "texts"), ["low", "middle"], "other classes than outputs|is not an integer"),
    ("mlp-classifier", ("classes", "width"), 10**12, "absurd length"),
    ("mlp-classifier", ("classes", "kind"), "binary", "other classes than outputs"),
    ("mlp-classifier", ("settings", "alpha"), -1.0, "impossible setting"),
    ("mlp-classifier", ("settings", "alhpa"), 1.0, "settings that MLPClassifier does not know"),
    ("mlp-classifier", ("settings", "hidden_layer_sizes"), [[4]], "impossible setting"),
    ("mlp-classifier", ("settings", "hidden_layer_sizes"), {"tuple": [None]}, "impossible setting"),
    ("mlp-classifier", ("settings", "momentum"), {"float": "1"}, "impossible setting"),
    ("mlp-classifier", ("feature_names",), ["a"], "other feature names than inputs"),
    ("mlp-classifier", ("state", "step"), -1, "step is not an integer from 0"),
    ("mlp-classifier", ("state", "epoch"), 10**12, "counts other epochs than the history has"),
    ("mlp-classifier", ("state", "step"), 2**64, "step is not an integer from 0"),
    ("mlp-classifier", ("network", "layers", 0, "activation"), None, None),
    ("linear-regression", ("network", "layers"), [{"name": "dense", "units": 1}] * 2, "hidden layers"),
    ("linear-regression", ("network", "layers", 0, "name"), "batch_norm", "impossible network|not known"),
    ("network", ("network", "layers"), [], "needs at least one layer"),
    ("network", ("network", "layers"), [{"name": "dropout"}] * 10_001, "more than 10000 layers"),
    ("network", ("network", "layers", 0), {"name": "dense"}, "impossible network"),
    ("network", ("network", "layers", 0, "units"), -4, "units must be a whole number at least 1"),
    ("network", ("network", "layers", 0, "unitz"), 4, "impossible network|not known"),
    ("network", ("network", "layers", 2, "rate"), 1.5, "rate must be a number"),
    ("network", ("dtype",), "float16", "dtype"),
]


@pytest.mark.parametrize(("name", "place", "value", "message"), CASES)
def test_what_the_error_says(name, place, value, message, contents, trained, forge, survives):
    arrays, facts = contents[name]
    file = forge(arrays, replaced(facts, place, value))
    assert survives(file, trained[name][1]) == (message is None)
    if message is not None:
        with pytest.raises(ValueError, match=message):
            load(file)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_huge_name_makes_no_huge_message(name, contents, forge):
    arrays, facts = contents[name]
    facts = replaced(facts, ("network", "loss", "name"), "loss\n" * 20_000)
    with pytest.raises(ValueError, match="needs what is not known here") as caught:
        load(forge(arrays, facts))
    assert len(str(caught.value)) < 1000


def test_facts_may_be_added_by_a_later_version(contents, trained, forge, survives):
    arrays, facts = contents["table-words"]
    assert survives(forge(arrays, facts | {"licence": "CC0"}), trained["table-words"][1])


def test_another_kind_of_archive(tmp_path, contents):
    from glassnet import archive

    arrays, facts = contents["network"]
    archive.write(tmp_path / "c", arrays, facts, kind="checkpoint", version=1)
    with pytest.raises(BrokenFile, match="is a glassnet checkpoint, not a model"):
        load(tmp_path / "c")


def test_a_later_format(tmp_path, contents):
    from glassnet import archive

    arrays, facts = contents["network"]
    archive.write(tmp_path / "c", arrays, facts, kind="model", version=2)
    with pytest.raises(OSError, match="written by a newer glassnet"):
        load(tmp_path / "c")


def test_numpy_is_not_asked_to_pad_one_long_class_name(contents, forge):
    arrays, facts = contents["mlp-classifier"]
    names = sorted([f"{i:05}" for i in range(50_000)] + ["x" * 1_000_000])
    for width in (1_000_000, 10**9):
        file = forge(arrays, facts | {"classes": {"kind": "multiclass", "texts": names, "width": width}})
        with pytest.raises(BrokenFile, match="absurd length"):
            load(file)
    arrays, facts = contents["table-words"]
    classes = {"kind": "word", "values": names, "counts": [1] * len(names)}
    with pytest.raises(BrokenFile, match="absurd length"):
        load(forge(arrays, replaced(facts, ("target", "classes"), classes)))


def test_no_long_name_is_repeated_for_each_category(contents, forge):
    arrays, facts = contents["table-words"]
    column = {"name": "x" * 1_000_000, "kind": "category", "values": [str(i) for i in range(50_000)]}
    column |= {"rest": True, "flagged": False}
    with pytest.raises(BrokenFile, match="too many for a column with so long a name"):
        load(forge(arrays, replaced(facts, ("encoder", "columns", 0), column)))


def test_words_for_missing_cost_no_more_than_their_length(contents, trained, forge, survives):
    arrays, facts = contents["table-words"]
    markers = ["1" * 1_000_000 + "x", "." + "1" * 1_000_000 + "e"]
    file = forge(arrays, replaced(facts, ("encoder", "markers"), markers))
    assert survives(file, trained["table-words"][1])


def test_nothing_is_trained_or_drawn_by_loading(saved):
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    for path in saved.values():
        load(path)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
