"""Files of every kind hold the same table."""

from __future__ import annotations

import gzip
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest

from glassnet.data.cell_format import CellFormat
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source
from glassnet.errors import BrokenFile

TABLE = pa.table({"größe": [1.5, None, 3.0], "名前": ["a", "b, c", None]})
CSV = 'größe,名前\n1.5,a\n,"b, c"\n3.0,\n'


def cells(source: Source) -> list[list[object]]:
    """All columns: the first as numbers, the second as words."""
    batches = list(source.blocks())
    numbers = [n for block in batches for n in block.cells(source.names[0], CellFormat()).numbers().tolist()]
    words = [w for block in batches for w in block.cells(source.names[1], CellFormat()).texts().to_pylist()]
    return [[None if n != n else n for n in numbers], words]


def write_feather1(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        feather.write_feather(TABLE, path, version=1)


def write_ipc_in_pieces(path: Path) -> None:
    with pa.ipc.new_file(str(path), TABLE.schema) as file:
        file.write_table(TABLE, max_chunksize=2)


WRITERS = {
    "plain.csv": lambda path: path.write_text(CSV, encoding="utf-8"),
    "bom.csv": lambda path: path.write_text(CSV, encoding="utf-8-sig"),
    "crlf.csv": lambda path: path.write_text(CSV, encoding="utf-8", newline="\r\n"),
    "blank.csv": lambda path: path.write_text("\n\n" + CSV.replace("\n", "\n\n"), encoding="utf-8"),
    "no-last-newline.csv": lambda path: path.write_text(CSV + "", encoding="utf-8"),
    "zipped.csv.gz": lambda path: path.write_bytes(gzip.compress(CSV.encode())),
    "zipped-under-another-name": lambda path: path.write_bytes(gzip.compress(CSV.encode())),
    "tabs.tsv": lambda path: path.write_text("größe\t名前\n1.5\ta\n\tb, c\n3.0\t\n", encoding="utf-8"),
    "semicolons.txt": lambda path: path.write_text("größe;名前\n1.5;a\n;b, c\n3.0;\n", encoding="utf-8"),
    "bars": lambda path: path.write_text("größe|名前\n1.5|a\n|b, c\n3.0|\n", encoding="utf-8"),
    "table.parquet": lambda path: parquet.write_table(TABLE, path),
    "pieces.parquet": lambda path: parquet.write_table(TABLE, path, row_group_size=1),
    "parquet-under-another-name.csv": lambda path: parquet.write_table(TABLE, path),
    "table.feather": lambda path: feather.write_feather(TABLE, path),
    "plain.arrow": lambda path: feather.write_feather(TABLE, path, compression="uncompressed"),
    "pieces.arrow": write_ipc_in_pieces,
    "old.feather": write_feather1,
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_table_from_every_file(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    source = open_source(tmp_path / name)
    assert source.label == name
    assert source.names == ("größe", "名前")
    assert cells(source) == [[1.5, None, 3.0], ["a", "b, c", None]]
    assert source.rows == 3
    assert cells(open_source(str(tmp_path / name), ReadOptions(block_bytes=64))) == cells(source)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_when_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text("größe,name\n1.5,é\n2,ü\n", encoding=encoding)
    source = open_source(path, ReadOptions(encoding=encoding))
    assert source.names == ("größe", "name")
    assert cells(source) == [[1.5, 2.0], ["é", "ü"]]


def test_options_of_text_files(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("1,5:a\n-999:b\n", encoding="utf-8")
    options = ReadOptions(delimiter=":", decimal=",", header=False, missing=("-999",))
    source = open_source(path, options)
    assert source.names == ("x1", "x2")
    assert next(source.blocks()).cells("x1", CellFormat.of(options)).numbers().tolist() == [
        1.5,
        pytest.approx(np.nan, nan_ok=True),
    ]


def test_names_are_trimmed_and_empty_ones_numbered(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(", age ,\n0,31,x\n")
    assert open_source(tmp_path / "t.csv").names == ("column 1", "age", "column 3")


def test_a_row_of_names_on_two_lines(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('"a\nb",c\n1,"x\ny"\n')
    source = open_source(tmp_path / "t.csv")
    assert source.names == ("a\nb", "c")
    assert cells(source) == [[1.0], ["x\ny"]]


def test_one_column_and_one_row(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n7")
    assert next(open_source(tmp_path / "t.csv").blocks()).columns.to_pydict() == {"a": ["7"]}


def test_rows_are_counted_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n" + "1\n" * 1000)
    source = open_source(path, ReadOptions(block_bytes=100))
    assert sum(len(block.rows) for block in source.blocks()) == 1000
    path.unlink()
    assert source.rows == 1000  # without the file


def test_ten_thousand_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"a rather long name for column {j}" for j in range(10_000)]
    rows = [",".join(map(str, range(i, i + 10_000))) for i in range(3)]
    path.write_text("\n".join([",".join(names), *rows]))
    encoder = TableEncoder().fit(path)
    assert encoder.transform(path).shape == (3, 10_000)


def test_a_table_larger_than_a_block_is_encoded_as_in_one(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rng = np.random.default_rng(0)
    lines = [f"{a:.4g},{b}" for a, b in zip(rng.normal(size=500), rng.choice(["u", "v", ""], 500), strict=True)]
    path.write_text("\n".join(["a,b", *lines]))
    small, large = (open_source(path, ReadOptions(block_bytes=size)) for size in (128, 1 << 20))
    one, other = TableEncoder().fit(small), TableEncoder().fit(large)
    assert one.columns == other.columns
    np.testing.assert_array_equal(one.transform(small), other.transform(large))
    np.testing.assert_array_equal(np.concatenate(list(one.blocks(small))), one.transform(large))


def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n2\n3\n")
    source = open_source(path)
    encoder = TableEncoder().fit(source)
    for text in ("a\n1\n2\n", "a\n1\n2\n3\n4\n"):
        path.write_text(text)
        with pytest.raises(BrokenFile, match="changed while it was read"):
            encoder.transform(source)
