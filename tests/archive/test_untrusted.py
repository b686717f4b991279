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
    "flags": Facts.flags,
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
    (2**53 + 1, {"integer"}),
    (10**400, {"integer"}),
    (float("nan"), set()),
    (float("inf"), set()),
    (True, {"flag"}),
    (False, {"flag"}),
    (None, set()),
    ([], {"texts", "integers", "numbers", "flags", "sections"}),
    ([True, False], {"flags"}),
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
@pytest.mark.parametrize(("value", "takers"), VALUES, ids=[str(value)[:40] for value, _ in VALUES])
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


def test_bounds_of_each_in_a_list() -> None:
    facts = Facts({"units": [3, 4]})
    assert facts.integers("units", 3, 4) == [3, 4]
    for low, high in ((4, None), (None, 3)):
        with pytest.raises(BrokenFile, match=r"units is not a list of integers (from|up to) . \(seen: \[3, 4\]\)"):
            facts.integers("units", low, high)


def test_texts_that_may_not_repeat() -> None:
    facts = Facts({"names": ["a", "b", "a"]})
    assert facts.texts("names") == ["a", "b", "a"]
    with pytest.raises(BrokenFile, match=r"names has an entry twice \(seen: \['a', 'b', 'a'\]\)"):
        facts.texts("names", distinct=True)


def test_half_letters() -> None:
    facts = Facts({"name": "\ud800", "names": ["ü", "\udfff"]}, path="model")
    with pytest.raises(BrokenFile, match=r"^model\.name holds half of a surrogate pair"):
        facts.text("name")
    with pytest.raises(BrokenFile, match=r"^model\.names\[1\] holds half of a surrogate pair"):
        facts.texts("names")
    with pytest.raises(BrokenFile, match="holds half of a surrogate pair"):
        facts.choice("name", ["relu"])


def test_exactly_these_keys() -> None:
    facts = Facts({"a": 1, "b": 2}, "f", "encoder")
    assert facts.exactly("b", "a") is facts
    with pytest.raises(BrokenFile, match=r"'f': encoder\.c is missing"):
        facts.exactly("a", "b", "c")
    with pytest.raises(BrokenFile, match=r"'f': encoder has unknown entries \(seen: \['b'\]\)"):
        facts.exactly("a")


@pytest.mark.parametrize(
    ("file", "path", "key", "start"),
    [
        ("f", "encoder", "key", "'f': encoder.key is odd"),
        ("f", "encoder", "", "'f': encoder is odd"),
        ("f", "", "", "'f' is odd"),
        ("", "encoder", "key", "encoder.key is odd"),
        ("", "", "", "the file is odd"),
    ],
)
def test_errors_say_as_much_of_the_place_as_is_known(file: str, path: str, key: str, start: str) -> None:
    assert str(Facts({}, file, path).broken("is odd", at=key)).startswith(f"{start}; the file is damaged")
    assert str(Arrays({}, file, path).broken("is odd")).startswith(f"{start.replace('.key', '')}; the file is damaged")


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


def test_an_array_that_is_none_and_one_of_a_section() -> None:
    arrays = Arrays({"W": [1.0]}, "f", "encoder")  # type: ignore[dict-item]
    with pytest.raises(BrokenFile, match=r"'f': array 'encoder\.W' is not an array \(seen: \[1\.0\]\)"):
        arrays.expect("W", "f", (None,))
    with pytest.raises(BrokenFile, match=r"'f': array 'encoder\.V' is missing"):
        arrays["V"]


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
