"""Tables larger than memory on the command line: trained, judged, described, predicted; refused in a sentence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import glassnet
from cli.commands import Call, Refused, contents

TRAIN = ["train", "big/*.parquet", "--target", "y", "--epochs", 3, "--quiet"]


@pytest.fixture
def big(folder):
    (folder / "big").mkdir()
    for number in range(3):
        X = np.random.default_rng(number).normal(size=(200, 2))
        rows = pa.table({"a": X[:, 0], "b": X[:, 1], "y": np.array(["no", "yes"])[(X[:, 0] > 0).astype(int)]})
        parquet.write_table(rows, folder / "big" / f"{number}.parquet", row_group_size=80)
    return folder


def test_from_many_files_to_predictions(call: Call, big):
    done = call(*TRAIN, "--memory", "500MB")
    assert done.code == 0 and "read as needed" not in done.err
    model = glassnet.load("big.safetensors")
    assert model.rows + model.validation_rows + model.evaluation.rows == 600
    judged = call("evaluate", "big.safetensors", "big/*.parquet")
    assert "600 rows" in judged.out and "accuracy" in judged.out
    assert call("predict", "big.safetensors", "big/*.parquet", "-o", "p.parquet").code == 0
    assert parquet.read_table("p.parquet").num_rows == 600
    printed = call("predict", "big.safetensors", "big/*.parquet")
    answers = parquet.read_table("p.parquet")["predicted y"].to_pylist()
    assert [line.strip('"') for line in printed.out.splitlines()[1:]] == answers
    described = call("describe", "big/*.parquet")
    assert "600 rows, 3 columns" in described.out and "classification" in described.out


def test_what_is_done_is_said(call: Call, big):
    said = call(*TRAIN[:-1], "--test", 0, "-o", "m.safetensors")
    assert "big/*.parquet: 9 parts, read as needed, in 1,000 MB of memory" in said.err
    assert any("fit into one buffer" in note for note in said.notes)
    assert "validated on 88 rows, chosen by a hash of their numbers" in said.out
    assert "one network, because" not in said.out and "glassnet predict m.safetensors 'big/*.parquet'" in said.out


@pytest.mark.parametrize(
    "options, said",
    [
        (["--memory", "3"], "'3' is too little memory to train in; give at least 400MB."),
        (["--memory", "much"], "'much' is not an amount of memory; write it as 500MB or 2GB."),
        (["--preset", "best"], "preset 'best' trains several networks"),
        (["--group", "a", "--order-by", "b"], "a dataset is divided by groups or by an order, not by both"),
        (["--n-folds", 3], "n_folds is not there for a dataset"),
    ],
)
def test_what_is_not_there_is_refused_before_the_work(refused: Refused, big, options, said):
    before = contents(big)
    assert said in refused(*TRAIN, *options)
    assert contents(big) == before


def test_files_that_cannot_be_read_are_named(refused: Refused, big):
    assert refused("train", "none/*.parquet").startswith("nothing matches")
    raw = bytearray((big / "big" / "1.parquet").read_bytes())
    place = parquet.ParquetFile(big / "big" / "1.parquet").metadata.row_group(1).column(0).data_page_offset
    raw[place : place + 30] = b"\xff" * 30
    (big / "big" / "1.parquet").write_bytes(raw)
    assert refused(*TRAIN).startswith("1.parquet (row group 2) is damaged")
    parquet.write_table(pa.table({"a": ["x"], "b": [1.0], "y": ["no"]}), big / "big" / "1.parquet")
    assert "the column 'a' changes its type between the files" in refused(*TRAIN)
    assert sorted(path.name for path in big.iterdir()) == ["big"]
