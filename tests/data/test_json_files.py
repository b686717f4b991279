"""JSON and JSON Lines: read as the table they hold, or refused; never taken for CSV, whatever the name."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.target import TargetEncoder
from glassnet.errors import BrokenFile, InvalidInput

FRAME = pd.DataFrame({"size": [1.5, 2.0, 4.25], "code": ["007", "042", "007"], "sold": [True, False, True]})
RECORDS: list[dict[str, Any]] = FRAME.to_dict("records")


def columns(path: Path, options: ReadOptions | None = None) -> dict[str, list[object]]:
    source = open_source(path, options)
    blocks = list(source.blocks())
    return {name: [cell for block in blocks for cell in block.arrays[name].to_pylist()] for name in source.names}


@pytest.mark.parametrize(
    "text",
    [
        *(FRAME.to_json(orient=orient) for orient in ("records", "columns", "split", "table", "index")),
        FRAME.to_json(orient="records", lines=True),
        FRAME.to_json(orient="records", indent=2),
        json.dumps(FRAME.to_dict("list")),
        "\n\n".join(json.dumps(record, indent=1) for record in RECORDS),
        json.dumps([list(FRAME), *FRAME.to_numpy().tolist()]),
        "\n".join(json.dumps(row) for row in [list(FRAME), *FRAME.to_numpy().tolist()]),
        json.dumps({"source": "a web page", "results": RECORDS, "count": 3}),
        "\ufeff  " + json.dumps(RECORDS),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("name", ["t.json", "t.csv", "t.jsonl.gz"])
def test_every_form_is_the_same_table(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    held = columns(path)
    held.pop("index", None)  # of pandas' "table"
    assert held == FRAME.to_dict("list")


def test_records_may_lack_names_and_keep_long_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": 1234567890123456789, "a": 1}\n\n{"id": 1234567890123456788, "b": "x", "a": null}\n')
    assert columns(path) == {"id": [1234567890123456789, 1234567890123456788], "a": [1, None], "b": [None, "x"]}
    assert open_source(path).label == "t.jsonl"
    path.write_text('{"a": 1, "b": "only one"}')
    assert columns(path) == {"a": [1], "b": ["only one"]}
    path.write_text('{"a": 1}\n{"a": "two"}\n')
    assert columns(path) == {"a": ["1", "two"]}


def test_rows_without_names(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[[1, "a"], [2, "b"]]')
    assert columns(tmp_path / "t.json") == {"x1": [1, 2], "x2": ["a", "b"]}
    (tmp_path / "t.json").write_text('[["c", "a"], ["d", "b"]]')
    assert columns(tmp_path / "t.json", ReadOptions(header=False)) == {"x1": ["c", "d"], "x2": ["a", "b"]}


def test_text_in_json_is_the_users_type(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps([{"y": "1"}, {"y": "2"}] * 3))
    classes = TargetEncoder().fit(open_source(tmp_path / "t.json"), "y").classes
    assert classes is not None and classes.tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"a": 1}, {"a": 2}', r"is not valid JSON \(seen: line 1: "),
        ('{"a": 1}\n{"a": 2\n', r"is not valid JSON \(seen: line 3: "),
        ('{"a": 1}\nnot JSON\n', r"is not valid JSON \(seen: line 2: Expecting value\)"),
        ("[1, 2, 3]", r"is JSON, but not a table \(seen: it begins with \[1, 2, 3\]\); pass a list of records"),
        ('[{"a": 1}, 2]', "is JSON, but not a table"),
        ('{"a": [1], "b": 2}', "is JSON, but not a table"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"a": [1], "b": [1, 2]}', "differ in length"),
        ("[[1, 2], [3]]", "row 2 of t.json has 1 cell"),
        ("a,b\n1,2\n", r"is not JSON, although its name says so \(seen: it begins with b'a,b"),
        ("{}", "has no columns|no rows|not a table"),
        ("[]", "not a table"),
    ],
)
def test_what_is_no_table_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises((BrokenFile, InvalidInput), match=words) as refused:
        open_source(tmp_path / "t.json")
    assert len(str(refused.value)) <= 300


def test_bytes_of_another_encoding_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes('[{"a": "é"}]'.encode("latin-1"))
    with pytest.raises(BrokenFile, match="is not UTF-8 text"):
        open_source(tmp_path / "t.json")
    assert columns(tmp_path / "t.json", ReadOptions(encoding="latin-1")) == {"a": ["é"]}


def test_names_in_brackets_are_csv(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("[name],[age]\nx,3\n")
    assert columns(tmp_path / "t.csv") == {"[name]": ["x"], "[age]": ["3"]}
