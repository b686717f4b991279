"""Values taken out of a file: the right one, or an error that names file and place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.archive import Arrays, Facts, read
from glassnet.errors import BrokenFile

GETTERS: dict[str, Callable[[Facts, str], Any]] = {
    "text": Facts.text,
    "integer": Facts.integer,
    "number": Facts.number,
    "flag": Facts.flag,
    "texts": Facts.texts,
    "integers": Facts.integers,
    "numbers": Facts.numbers,
    "section": Facts.section,
    "sections": Facts.sections,
    "choice": lambda facts, key: facts.choice(key, ["relu", "tanh"]),
}
# Each value, and the getters that take it.
VALUES: list[tuple[Any, set[str]]] = [
    ("relu", {"text", "choice"}),
    ("rleu", {"text"}),
    ("", {"text"}),
    (3, {"integer", "number"}),
    (-3, {"integer", "number"}),
    (2.5, {"number"}),
    (3.0, {"number"}),
    (float("nan"), set()),
    (float("inf"), set()),
    (True, {"flag"}),
    (False, {"flag"}),
    (None, set()),
    ([], {"texts", "integers", "numbers", "sections"}),
    (["a"], {"texts"}),
    ([1], {"integers", "numbers"}),
    ([1, 2.5], {"numbers"}),
    ([1, True], set()),
    ([1, "a"], set()),
    ([1, None], set()),
    ([{}], {"sections"}),
    ([{}, []], set()),
    ({}, {"section"}),
    ({"a": 1}, {"section"}),
]


@pytest.mark.parametrize("getter", GETTERS)
@pytest.mark.parametrize(("value", "takers"), VALUES, ids=[str(value) for value, _ in VALUES])
def test_each_getter_takes_its_own(getter: str, value: Any, takers: set[str]) -> None:
    facts = Facts({"key": value}, "f.safetensors", "network")
    if getter in takers:
        assert GETTERS[getter](facts, "key") == value
        return
    with pytest.raises(BrokenFile) as caught:
        GETTERS[getter](facts, "key")
    assert str(caught.value).startswith("'f.safetensors': network.key is not ")
    assert caught.value.remedy


@pytest.mark.parametrize("getter", GETTERS)
def test_absent_keys(getter: str) -> None:
    with pytest.raises(BrokenFile, match=r"'f': key is missing; the file is damaged"):
        GETTERS[getter](Facts({}, "f"), "key")


def test_a_number_is_a_float() -> None:
    assert type(Facts({"rate": 1}).number("rate")) is float
    assert all(type(value) is float for value in Facts({"rates": [1, 2]}).numbers("rates"))


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [((4, None), "from 4"), ((None, 2), "up to 2"), ((4, 9), "from 4 up to 9"), ((-1, 2), "from -1 up to 2")],
)
def test_bounds(bounds: tuple[int | None, int | None], expected: str) -> None:
    facts = Facts({"units": 3})
    for get, noun in ((facts.integer, "an integer"), (facts.number, "a number")):
        assert get("units", 3, 3) == 3
        with pytest.raises(BrokenFile, match=rf"units is not {noun} {expected} \(seen: 3\)"):
            get("units", *bounds)


def test_a_choice_suggests_the_nearest() -> None:
    with pytest.raises(BrokenFile, match=r"among the 2 known names, 'relu' is the nearest \(seen: 'rleu'\)"):
        Facts({"activation": "rleu"}).choice("activation", ["relu", "tanh"])


def test_the_path_leads_through_sections() -> None:
    facts = Facts({"network": {"layers": [{}, {"units": -1}]}}, "f")
    layer = facts.section("network").sections("layers")[1]
    with pytest.raises(BrokenFile, match=r"'f': network\.layers\[1\]\.units is not an integer from 1"):
        layer.integer("units", low=1)


def test_a_long_value_is_shown_short() -> None:
    with pytest.raises(BrokenFile) as caught:
        Facts({"a": ["x" * 10**6] * 10}).text("a")
    assert len(str(caught.value)) < 500


def test_facts_are_a_plain_dict_too() -> None:
    facts = Facts({"a": 1})
    assert facts == {"a": 1}
    assert facts.get("b") is None
    assert json.dumps(facts) == '{"a": 1}'


def test_what_is_read_names_its_file(small: Path) -> None:
    arrays, facts, _ = read(small, kind="model", newest=2)
    with pytest.raises(BrokenFile, match=r"small\.safetensors': array 'V' is missing"):
        arrays["V"]
    with pytest.raises(BrokenFile, match=r"small\.safetensors': epochs is missing"):
        facts.integer("epochs")


def test_arrays_as_expected() -> None:
    W = np.zeros((3, 2), np.float32)
    arrays = Arrays({"W": W, "step": np.array(3), "mask": np.zeros(4, bool)})
    assert arrays.expect("W", "f", (None, 2)) is W
    assert arrays.expect("step", "iu", ()) == 3
    assert arrays.expect("mask", "b", (4,)).shape == (4,)


@pytest.mark.parametrize(
    ("kinds", "shape"),
    [("i", (3, 2)), ("f", (2, 3)), ("f", (6,)), ("f", (None,)), ("f", ()), ("f", (3, 2, 1)), ("", (3, 2))],
)
def test_arrays_of_another_kind_or_shape(kinds: str, shape: tuple[int | None, ...]) -> None:
    with pytest.raises(BrokenFile, match=r"seen: float64 of shape \(3, 2\)"):
        Arrays({"W": np.zeros((3, 2))}).expect("W", kinds, shape)
