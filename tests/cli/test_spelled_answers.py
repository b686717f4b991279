"""What ``predict``, ``evaluate`` and ``explain`` print is spelled as the table spells it."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.commands import Call, written


@pytest.mark.parametrize(
    "words",
    [("007", "042"), ("TRUE", "FALSE"), ("True", "False"), ("1.0", "2.0"), ("1", "2"), ("a,b", "ä"), ("01", "02")],
    ids=ascii,
)
def test_answers_are_spelled_as_in_the_file(call: Call, folder: Path, words: tuple[str, str]) -> None:
    cells = [f'{i % 2},"{words[i % 2]}"' for i in range(40)]
    written(folder / "t.csv", ["x,y", *cells])
    assert call("train", "t.csv", "--quiet", "--epochs", 60, "--hidden", "4", "--learning-rate", 0.1).code == 0
    answers = list(csv.reader(io.StringIO(call("predict", "t.safetensors", "t.csv").out)))
    assert [row[0] for row in answers[1:]] == [words[i % 2] for i in range(40)]
    table = call("evaluate", "t.safetensors", "t.csv").out
    assert all(f"\n{word} " in table for word in words)
    assert call("explain", "t.safetensors", "t.csv", "--row", 1).out.startswith(
        f"row 1 (learned from): the model predicts {words[0]} ("
    )
    chosen = call("predict", "t.safetensors", "t.csv", "--probabilities").out.splitlines()[0]
    assert all(f"probability of {word}" in chosen for word in words)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1.0, 2.0]),
        pa.array([1, 2], pa.int8()),
        pa.array([True, False]),
        pa.array([Decimal("1"), Decimal("2")]),
        pa.array([2**62, 2**62 + 1]),
    ],
    ids=lambda values: str(values.type),
)
def test_a_parquet_file_gets_its_own_type_back(call: Call, folder: Path, values: pa.Array) -> None:
    table = pa.table({"x": np.arange(40) % 2, "y": values.take(pa.array(np.arange(40) % 2))})
    pq.write_table(table, folder / "t.parquet")
    assert call("train", "t.parquet", "--quiet", "--epochs", 60, "--hidden", "4", "--learning-rate", 0.1).code == 0
    assert call("predict", "t.safetensors", "t.parquet", "-o", "out.parquet").code == 0
    assert pq.read_table(folder / "out.parquet")["predicted y"].to_pylist() == table["y"].to_pylist()
    text = list(csv.reader(io.StringIO(call("predict", "t.safetensors", "t.parquet").out)))
    assert [row[0] for row in text[1:]] == list(map(str, table["y"].to_pylist()))
    document = json.loads(call("predict", "t.safetensors", "t.parquet", "--json").out)
    assert str(document[0]["predicted y"]) == str(values[0].as_py())
