"""What is written can be read again; what glassnet did not write is refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.data.encoder import TableEncoder
from glassnet.data.target import TargetEncoder
from glassnet.errors import BrokenFile

TABLE = {
    "x": [1.0, 2.0, None, 4.0],
    "w": ["a", "b", "a", None],
    "f": [True, False, None, True],
    "t": ["2020-01-01", "2021-02-02", None, "2022-03-03"],
    "0": [0, 0, 0, 0],
    "price": ["1.234,50 €", "7 €", "8,5 €", None],
    "smoker": ["ja", "nein", "ja", None],
    "when": ["27.02.2024", "1.3.2024", None, "31.12.2024 10:00"],
    "zoned": ["2024-02-27T10:00+02:00", "2024-03-01T11:00+02:00", "2024-03-02T12:30+02:00", None],
}
ENCODER = TableEncoder().fit(TABLE)
TARGETS = [TargetEncoder().fit(y) for y in (["a", "b"], [0, 1, 1], [True, False], [0.5, 1.5, 9.5], [1.0, 2.0, 1.0])]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def again(facts: Any) -> Any:
    """Through JSON and back."""
    return json.loads(json.dumps(facts))


def test_the_encoder_comes_back_whole() -> None:
    arrays, facts = ENCODER.to_parts()
    other = TableEncoder.from_parts(arrays, again(facts))
    assert other.columns == ENCODER.columns
    assert other.cell_format == ENCODER.cell_format
    assert other.report() == ENCODER.report()
    np.testing.assert_array_equal(other.transform(TABLE), ENCODER.transform(TABLE))


@given(
    st.lists(st.none() | st.floats(allow_infinity=False), min_size=2, max_size=20),
    st.lists(st.none() | st.text(max_size=3).filter(lambda t: t.isprintable()), min_size=2, max_size=20),
)
def test_every_encoder_comes_back_whole(numbers: list[float | None], words: list[str | None]) -> None:
    m = min(len(numbers), len(words))
    table = {"x": numbers[:m], "w": words[:m], "i": list(range(m))}
    source_options = {"categorical": ("w",)}
    from glassnet.data.reading.options import ReadOptions

    encoder = TableEncoder().fit(table, options=ReadOptions(**source_options))
    arrays, facts = encoder.to_parts()
    assert TableEncoder.from_parts(arrays, again(facts)).columns == encoder.columns


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.reason)
def test_the_target_comes_back_whole(target: TargetEncoder) -> None:
    arrays, facts = target.to_parts()
    other = TargetEncoder.from_parts(arrays, again(facts))
    assert (other.task, other.name, other.reason) == (target.task, target.name, target.reason)
    assert other.to_parts()[1] == facts
    np.testing.assert_array_equal(other.inverse([0, 1]), target.inverse([0, 1]))
    if target.classes is not None:
        assert other.classes.dtype == target.classes.dtype
        np.testing.assert_array_equal(other.counts, target.counts)


def test_formats_of_earlier_versions_are_read() -> None:
    arrays, facts = TableEncoder().fit({"t": ["01/02/2020", "03/04/2021"]}).to_parts()
    for old, month in (("%d/%m/%Y", 2), ("%m/%d/%Y %H:%M", 1), ("%d.%m.%Y", 2)):
        column = TableEncoder.from_parts(arrays, replaced(facts, ("columns", 0, "format"), old)).columns[0]
        assert column.format.read(pa.array(["01/02/2020"]))[0].as_py().month == month
    assert TableEncoder.from_parts(arrays, replaced(facts, ("columns", 0, "format"), None)).columns[0].format is None


@pytest.mark.parametrize(
    ("column", "format"),
    [
        (5, {"notation": "1;234", "mark": "", "share": False}),
        (5, {"notation": "1234.5", "mark": "x" * 99, "share": False}),
        (5, {"notation": "1234.5", "mark": "", "share": 1}),
        (5, "1234.5"),
        (6, "maybe/never"),
        (7, {"order": "year-last", "zone": ""}),
        (7, {"order": None, "zone": "Mars/Olympus"}),
        (7, {"order": None}),
    ],
    ids=str,
)
def test_formats_that_are_not_ours(column: int, format: object) -> None:
    arrays, facts = ENCODER.to_parts()
    with pytest.raises(BrokenFile, match=rf"columns\[{column}\]"):
        TableEncoder.from_parts(arrays, replaced(facts, ("columns", column, "format"), format))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All paths in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    value = copy.deepcopy(value)
    if not path:
        return new
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


WRITTEN = [(TableEncoder, ENCODER.to_parts()), *((TargetEncoder, target.to_parts()) for target in TARGETS)]


@given(st.data())
@settings(max_examples=400)
def test_whatever_is_changed_is_refused_or_harmless(data: st.DataObject) -> None:
    cls, (arrays, facts) = data.draw(st.sampled_from(WRITTEN))
    path = data.draw(st.sampled_from(places(facts)))
    hostile = replaced(facts, path, data.draw(JUNK))
    try:
        encoder = cls.from_parts(arrays, hostile)
    except BrokenFile as error:
        assert len(str(error)) < 600
    else:
        assert again(encoder.to_parts()[1]) == again(facts) or encoder.to_parts()[1] == hostile


@given(st.data())
def test_entries_that_are_dropped_or_added_are_refused(data: st.DataObject) -> None:
    cls, (arrays, facts) = data.draw(st.sampled_from(WRITTEN))
    path = data.draw(st.sampled_from([p for p in places(facts) if isinstance(_at(facts, p), dict)]))
    smaller = dict(_at(facts, path))
    smaller.pop(data.draw(st.sampled_from(sorted(smaller))))
    for hostile in (smaller, {**_at(facts, path), "extra": 1}):
        with pytest.raises(BrokenFile):
            cls.from_parts(arrays, replaced(facts, path, hostile))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _arrays() -> list[Any]:
    good = ENCODER.to_parts()[0]["numbers"]
    return [
        *(
            None,
            {},
            [],
            {"numbers": None},
            {"numbers": good.tolist()},
            {"other": good},
            {"numbers": good, "more": good},
        ),
        *({"numbers": good[:-1]}, {"numbers": np.append(good, 1.0)}, {"numbers": good.astype(np.float32)}),
        *({"numbers": good.reshape(1, -1)}, {"numbers": good * np.nan}, {"numbers": np.full_like(good, np.inf)}),
        *({"numbers": -good}, {"numbers": good * 0}, {"numbers": good.astype(object)}, {"numbers": np.array(1.0)}),
    ]


@pytest.mark.parametrize("arrays", _arrays(), ids=lambda arrays: str(arrays)[:40])
def test_arrays_that_are_not_ours(arrays: Any) -> None:
    with pytest.raises(BrokenFile):
        TableEncoder.from_parts(arrays, ENCODER.to_parts()[1])


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ((), None, r"^encoder is not a section \(seen: None\)"),
        (("more",), 1, r"^encoder has unknown entries \(seen: \['more'\]\)"),
        (("decimal",), ";", r"^encoder\.decimal is not among the 2 known names \(seen: ';'\)"),
        (("markers",), ["", ""], r"^encoder\.markers has an entry twice"),
        (("markers",), ["\ud800"], r"^encoder\.markers\[0\] holds half of a surrogate pair"),
        (("max_categories",), 0, r"^encoder\.max_categories is not an integer from 1 up to 2147483647 \(seen: 0\)"),
        (("columns", 1, "kind"), "sound", r"^encoder\.columns\[1\] is of an unknown kind \(seen: 'sound'\)"),
        (("columns", 1, "values"), [], r"^encoder\.columns\[1\]\.values is empty"),
        (("columns", 3, "format"), "%Q", r"^encoder\.columns\[3\] has a time format or parts that do not exist"),
        (("columns", 0, "by"), "none", r"^encoder\.columns\[0\]\.spread is not one that a column can have"),
        (("columns", 3, "parts"), [], r"^array 'encoder\.numbers' is too long"),
        (("columns", 4), {}, r"^encoder\.columns\[4\]\.kind is missing"),
    ],
    ids=str,
)
def test_errors_say_where_and_what(path: tuple[Any, ...], value: Any, words: str) -> None:
    arrays, facts = ENCODER.to_parts()
    with pytest.raises(BrokenFile, match=words):
        TableEncoder.from_parts(arrays, replaced(facts, path, value))


@pytest.mark.parametrize("scaling", [[0.0, 0.0], [0.0, -1.0], [0.0, 5e-324], [1.0], [0.0, 1.0, 2.0], [np.nan, 1.0]])
def test_scalings_that_are_not_ours(scaling: list[float]) -> None:
    with pytest.raises(BrokenFile, match=r"scale that is not positive|array 'target\.scaling' is "):
        TargetEncoder.from_parts({"scaling": np.array(scaling)}, TARGETS[3].to_parts()[1])


def test_columns_twice_and_none() -> None:
    arrays, facts = TableEncoder().fit({"w": ["a", "b"]}).to_parts()
    with pytest.raises(BrokenFile, match="twice"):
        TableEncoder.from_parts(arrays, {**facts, "columns": facts["columns"] * 2})
    with pytest.raises(BrokenFile, match="none that is used"):
        TableEncoder.from_parts(arrays, {**facts, "columns": []})


@pytest.mark.parametrize(
    "classes",
    [
        {"kind": "whole", "values": [1, 0], "counts": [1, 1]},
        {"kind": "whole", "values": [0, 0], "counts": [1, 1]},
        {"kind": "whole", "values": [0], "counts": [1]},
        {"kind": "whole", "values": [], "counts": []},
        {"kind": "whole", "values": [0, 10**400], "counts": [1, 1]},
        {"kind": "whole", "values": [0, True], "counts": [1, 1]},
        {"kind": "whole", "values": [0, 1], "counts": [1, -1]},
        {"kind": "whole", "values": [0, 1], "counts": [1]},
        {"kind": "number", "values": [0.5, float("nan")], "counts": [1, 1]},
        {"kind": "number", "values": [0.5, float("inf")], "counts": [1, 1]},
        {"kind": "word", "values": ["a", "\ud800"], "counts": [1, 1]},
        {"kind": "object", "values": ["a", "b"], "counts": [1, 1]},
    ],
    ids=str,
)
def test_classes_that_are_not_ours(classes: dict[str, Any]) -> None:
    arrays, facts = TARGETS[0].to_parts()
    with pytest.raises(BrokenFile):
        TargetEncoder.from_parts(arrays, {**facts, "classes": classes})
