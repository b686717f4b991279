"""Whatever an untrusted file holds, reading gives one clear error or sound arrays: no other exception, no crash."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glassnet.archive import Archive
from glassnet.archive.header import tensors_of

Forge = Callable[..., Path]
Outcome = Callable[[Path], Archive | None]
LABEL = {"glassnet": "model 1", "facts": "{}"}


def entry(**changes: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes


BAD_ENTRIES: list[Any] = [
    entry(shape=[3]),
    entry(shape=[-2]),
    entry(shape=[-1, -2]),
    entry(shape=[2.0]),
    entry(shape=[True, 2]),
    entry(shape=["2"]),
    entry(shape=2),
    entry(shape=[]),
    entry(shape=[1] * 65 + [2]),
    entry(shape=[2**62, 2**62]),
    entry(shape=[2**64, 2**64, 0]),
    entry(shape=[0, 2**63], data_offsets=[0, 0]),
    entry(shape=[0, 2**62], data_offsets=[0, 0]),
    entry(shape=[2**62 + 2]),
    entry(shape=[10**79]),
    entry(data_offsets=[8, 0]),
    entry(data_offsets=[-8, 0]),
    entry(data_offsets=[0, 2**63]),
    entry(data_offsets=[0, 2**64 + 8]),
    entry(data_offsets=[0, 8, 8]),
    entry(data_offsets=[0]),
    entry(data_offsets=[False, 8]),
    entry(data_offsets=[0, 8.0]),
    entry(data_offsets=None),
    entry(data_offsets=[4, 12]),
    entry(dtype="F31"),
    entry(dtype="BF16"),
    entry(dtype="object"),
    entry(dtype="O"),
    entry(dtype="<f4"),
    entry(dtype=""),
    entry(dtype=4),
    entry(dtype=["F32"]),
    entry(dtype=None),
    entry(extra=1),
    {"dtype": "F32", "shape": [2]},
    {},
    [],
    None,
    "F32",
    1,
]


@pytest.mark.parametrize("bad", BAD_ENTRIES, ids=lambda bad: str(bad)[:60])
def test_bad_array_entries(forge: Forge, bad: object, outcome: Outcome) -> None:
    path = forge({"__metadata__": LABEL, "w": entry()}, bytes(8))
    assert outcome(path) is not None
    assert outcome(forge({"__metadata__": LABEL, "w": bad}, bytes(8))) is None


@pytest.mark.parametrize("bad", BAD_ENTRIES, ids=lambda bad: str(bad)[:60])
def test_bad_array_entries_never_get_as_far_as_numpy(bad: object) -> None:
    assert tensors_of({"w": entry()}, 8)[0].shape == (2,)
    with pytest.raises(ValueError, match=r"array 'w' (has|is not|starts)"):
        tensors_of({"w": bad}, 8)


@pytest.mark.parametrize("byte", range(256))
def test_booleans_are_0_or_1(forge: Forge, outcome: Outcome, byte: int) -> None:
    found = outcome(forge({"__metadata__": LABEL, "w": entry(dtype="BOOL", data_offsets=[0, 2])}, bytes([1, byte])))
    assert (found is not None) == (byte <= 1)


@pytest.mark.parametrize(
    "tensors",
    [
        {"a": entry(), "b": entry()},
        {"a": entry(), "b": entry(data_offsets=[4, 12])},
        {"a": entry(), "b": entry(data_offsets=[12, 20])},
        {"a": entry(), "b": entry(data_offsets=[16, 24])},
        {"a": entry(shape=[6], data_offsets=[0, 24]), "b": entry(data_offsets=[8, 16])},
        {"a": entry(shape=[6], data_offsets=[0, 24]), "b": entry(shape=[0], data_offsets=[12, 12])},
        {"a": entry()},
        {},
    ],
)
def test_overlaps_gaps_and_leftovers(forge: Forge, tensors: dict[str, Any], outcome: Outcome) -> None:
    assert outcome(forge({"__metadata__": LABEL, **tensors}, bytes(24))) is None


BAD_HEADERS = [
    "",
    "{",
    "}",
    "[]",
    "null",
    " {}",
    '{"a": }',
    "{} {}",
    "{}\0",
    "{'a': 1}",
    '{"a": 1, "a": 2}',
    '{"__metadata__": []}',
    '{"__metadata__": null}',
    '{"__metadata__": {"glassnet": 1}}',
    '{"__metadata__": {"glassnet": "model 1", "facts": {}}}',
    '{"__metadata__": {"glassnet": "model 1"}}',
    '{"__metadata__": {"glassnet": "model 1", "facts": "{}"}, "__metadata__": {}}',
    '{"\\ud800": {}}',
    '{"w": NaN}',
    '{"w": Infinity}',
    '{"w": 1e999}',
    '{"w": ' + "9" * 5000 + "}",
    '{"w": 0.' + "9" * 5000 + "}",
    '{"w": ' + "[" * 100_000 + "]" * 100_000 + "}",
    '{"w": ' + '{"w":' * 100_000 + "1" + "}" * 100_001,
    "{" + "[" * 1_000_000,
    '{"w": [' + ",".join(["[]"] * 300_000) + "]}",
    '{"' + '"' * 5_000_000,
    b'{"\xff": 1}',
    b'{"\xed\xa0\x80": 1}',
    b"\xef\xbb\xbf{}",
    '{"a": 1}'.encode("utf-16"),
]


@pytest.mark.parametrize("header", BAD_HEADERS, ids=lambda header: repr(header[:40]))
def test_bad_headers(forge: Forge, header: str | bytes, outcome: Outcome) -> None:
    assert outcome(forge(header)) is None


BAD_FACTS = [
    "",
    "[]",
    "1",
    "null",
    '"text"',
    "{",
    "{}{}",
    '{"a": NaN}',
    '{"a": -Infinity}',
    '{"a": 1e400}',
    '{"a": ' + "1" * 5000 + "}",
    '{"a": 1, "b": {"c": 1, "c": 2}}',
    '{"a": ' + "[" * 65 + "]" * 65 + "}",
    '{"a": "\\ud83d"}',
    '{"a": ' + "[" * 50_000,
]


@pytest.mark.parametrize("facts", BAD_FACTS, ids=lambda facts: facts[:40])
def test_bad_facts(forge: Forge, facts: str, outcome: Outcome) -> None:
    assert outcome(forge({"__metadata__": LABEL | {"facts": facts}})) is None


@pytest.mark.parametrize("length", [1, 99, 2**20, 2**31, 2**32, 2**40, 2**63 - 9, 2**63, 2**64 - 8, 2**64 - 1])
def test_huge_lengths(forge: Forge, length: int, outcome: Outcome) -> None:
    assert outcome(forge({"__metadata__": LABEL}, b"{}", length=length)) is None


def test_a_long_header_in_a_sparse_file(forge: Forge, outcome: Outcome) -> None:
    path = forge({"__metadata__": LABEL}, length=2**33)
    os.truncate(path, 2**34)
    assert outcome(path) is None


@pytest.mark.parametrize(
    "label", ["", "model", "model 0", "model -1", "model 1.5", "model ٣", "model 1 ", "Model 1", " 1"]
)
def test_bad_labels(forge: Forge, label: str, outcome: Outcome) -> None:
    assert outcome(forge({"__metadata__": LABEL | {"glassnet": label}})) is None


PLAUSIBLE = st.sampled_from(
    [0, 1, 2, 3, 4, 8, 12, 16, 24, -1, 2**31, 2**32, 2**63, 2**64, 10**30, True, None, 1.5, "1"]
)
ENTRIES = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "F64", "BOOL", "U8", "I64", "F16", "X", "", 3, None]),
        "shape": st.lists(PLAUSIBLE, max_size=4) | PLAUSIBLE,
        "data_offsets": st.lists(PLAUSIBLE, min_size=1, max_size=3) | st.just([0, 8]),
    },
    optional={"more": PLAUSIBLE},
)
fuzz = settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_what_is_sound_is_read(forge: Forge, outcome: Outcome) -> None:
    """Else the tests below would pass with a reader that refuses everything."""
    tensors = {"a": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}}
    found = outcome(forge({"__metadata__": LABEL | {"facts": "{}"}, **tensors}, b"ab"))
    assert found is not None and found.arrays["a"].tobytes() == b"ab" and found.facts == {}


@fuzz
@given(tensors=st.dictionaries(st.text(max_size=3), ENTRIES | PLAUSIBLE, max_size=3), data=st.binary(max_size=24))
def test_plausible_headers(forge: Forge, tensors: dict[str, Any], data: bytes, outcome: Outcome) -> None:
    found = outcome(forge({"__metadata__": LABEL, **tensors}, data))
    assert found is None or sum(array.nbytes for array in found.arrays.values()) == len(data)


@fuzz
@given(junk=st.binary(max_size=200))
def test_junk(tmp_path: Path, junk: bytes, outcome: Outcome) -> None:
    (tmp_path / "junk").write_bytes(junk)
    assert outcome(tmp_path / "junk") is None


@fuzz
@given(facts=st.text(st.sampled_from('{}[]",:\\0123456789eE+-.ntfu aN\ud7ff😀'), max_size=60))
def test_json_soup(forge: Forge, facts: str, outcome: Outcome) -> None:
    found = outcome(forge({"__metadata__": LABEL | {"facts": facts}}))
    # Python's own parser is the witness of what is JSON at all.
    assert found is None or found.facts == json.loads(facts)
