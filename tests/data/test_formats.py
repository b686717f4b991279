"""Every format: read, or refused with one sentence that says what to do instead."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xarray

from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.files import stem
from glassnet.data.reading.formats import FORMATS
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput, MissingPackage, UnusableFile

TEXT = "a,b\n1,x\n2,y\n"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = {
    "[Content_Types].xml": f"<Types xmlns='{PACKAGE}/content-types'/>",
    "_rels/.rels": f"""<Relationships xmlns='{PACKAGE}/relationships'>
        <Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
        <Relationship Id="r2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>
        <sheet name="First" sheetId="1" r:id="r1"/><sheet name="Second" sheetId="2" r:id="r2"/></sheets></workbook>""",
}


def rows_of(source: Source) -> list[dict[str, Any]]:
    return [row for block in source.blocks() for row in block.columns.to_pylist()]


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path


def sheet(rows: list[list[Any]]) -> str:
    def cell(value: Any) -> str:
        words = isinstance(value, str)
        return f"<c t='inlineStr'><is><t>{value}</t></is></c>" if words else f"<c><v>{value}</v></c>"

    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return f"<worksheet xmlns='{MAIN}'><sheetData>{lines}</sheetData></worksheet>"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    first, second = sheet([["a", "b"], [1, "x"], [2.5, "y"]]), sheet([["c", "d"], [7, "z"]])
    return zipped(
        tmp_path / "book.xlsx", {**SHEET, "xl/worksheets/sheet1.xml": first, "xl/worksheets/sheet2.xml": second}
    )


PACKED = {
    "t.csv.gz": gzip.compress(TEXT.encode()),
    "t.csv.bz2": bz2.compress(TEXT.encode()),
    "t.csv.xz": lzma.compress(TEXT.encode()),
    "t.csv.zst": pa.Codec("zstd").compress(TEXT.encode(), asbytes=True),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PACKED[name])
    assert rows_of(open_source(tmp_path / name)) == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    (tmp_path / name).write_bytes(PACKED[name][:-6])
    with pytest.raises(BrokenFile, match=rf"{name} is a damaged \w+ file.*fetch it again"):
        rows_of(open_source(tmp_path / name))


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.xz"])
def test_a_program_that_reads_only_the_beginning_ends_well(tmp_path: Path, name: str) -> None:
    """No thread of Arrow asks Python for more when the interpreter has gone."""
    pack = gzip.compress if name.endswith("gz") else lzma.compress
    (tmp_path / name).write_bytes(pack(("a,b\n" + "1,x\n" * 100_000).encode()))
    code = f"import glassnet; glassnet.open_source({name!r}, glassnet.ReadOptions(block_bytes=1000))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_zip_archive(tmp_path: Path) -> None:
    one = zipped(tmp_path / "one.zip", {"d/": "", "d/t.csv": TEXT, "__MACOSX/d/._t.csv": b"\0", ".DS_Store": b"\0"})
    assert rows_of(open_source(one)) == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    two = zipped(tmp_path / "two.zip", {"t.csv": TEXT, "u.csv.gz": gzip.compress(b"c\n3\n")})
    with pytest.raises(
        InvalidInput, match=r"holds 2 files \(seen: 't.csv', 'u.csv.gz'\); name one with part= \(--part\)"
    ):
        open_source(two)
    assert rows_of(open_source(two, ReadOptions(part="u.csv.gz"))) == [{"c": "3"}]
    with pytest.raises(InvalidInput, match=r"has no part 'v.csv'"):
        open_source(two, ReadOptions(part="v.csv"))
    with pytest.raises(BrokenFile, match=r"an empty zip archive"):
        open_source(zipped(tmp_path / "none.zip", {"d/": ""}))
    with pytest.raises(BrokenFile, match=r"NumPy arrays.*numpy.load"):
        np.savez(tmp_path / "arrays.npz", x=np.ones(3))
        open_source(tmp_path / "arrays.npz")


def test_a_spreadsheet(book: Path) -> None:
    source = open_source(book)
    assert rows_of(source) == [{"a": 1.0, "b": "x"}, {"a": 2.5, "b": "y"}]
    assert source.notes == ("sheet 'First' is read, of 'First', 'Second' (another by part=, --part)",)
    assert rows_of(open_source(book, ReadOptions(part="Second"))) == [{"c": 7, "d": "z"}]
    assert open_source(book, ReadOptions(header=False)).names == ("x1", "x2")
    with pytest.raises(InvalidInput, match=r"has no sheet 'Third' .*First"):
        open_source(book, ReadOptions(part="Third"))


def test_a_title_in_a_spreadsheet(tmp_path: Path, book: Path) -> None:
    rows: list[list[Any]] = [["Sales of 2023"], ["a", "b", "c"], [1, 2, 3]]
    titled = zipped(tmp_path / "t.xlsx", {**SHEET, "xl/worksheets/sheet1.xml": sheet(rows)})
    with pytest.raises(InvalidInput, match=r"begins with a title .*Sales of 2023.*--skip 1"):
        open_source(titled)
    assert open_source(titled, ReadOptions(skip=1)).names == ("a", "b", "c")


def test_a_spreadsheet_without_its_package(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(MissingPackage, match=r"pip install 'glassnet\[sheets\]'"):
        open_source(book)


def test_a_damaged_spreadsheet(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"spreadsheet that cannot be read"):
        open_source(zipped(tmp_path / "t.xlsx", {"xl/workbook.xml": "<"}))
    (tmp_path / "t.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(1000))
    with pytest.raises(BrokenFile, match=r"spreadsheet that cannot be read"):
        open_source(tmp_path / "t.xls")
    (tmp_path / "text.xls").write_text(TEXT)  # as many programs export
    assert open_source(tmp_path / "text.xls").names == ("a", "b")


def test_a_folder_of_parquet(tmp_path: Path) -> None:
    for year, b in ((2023, [1, 2]), (2024, [1.5, 2.5])):
        (tmp_path / f"sales/year={year}").mkdir(parents=True)
        parquet.write_table(pa.table({"a": ["x", "y"], "b": b}), tmp_path / f"sales/year={year}/part.parquet")
    (tmp_path / "sales/_SUCCESS").touch()
    (tmp_path / "sales/_delta_log").mkdir()
    parquet.write_table(pa.table({"add": [1]}), tmp_path / "sales/_delta_log/1.checkpoint.parquet")
    source = open_source(tmp_path / "sales")
    assert (source.label, source.names, source.rows) == ("sales", ("a", "b", "year"), 4)
    assert [(row["b"], row["year"]) for row in rows_of(source)] == [(1, 2023), (2, 2023), (1.5, 2024), (2.5, 2024)]
    parquet.write_table(pa.table({"a": ["x"], "c": [1]}), tmp_path / "sales/year=2024/other.parquet")
    with pytest.raises(BrokenFile, match=r"different columns .*'b', 'c' in only one of"):
        open_source(tmp_path / "sales")


@pytest.mark.parametrize("stream", [io.BytesIO(TEXT.encode()), io.StringIO(TEXT), io.BytesIO(PACKED["t.csv.gz"])])
def test_a_stream(stream: Any) -> None:
    source = open_source(stream)
    assert source.label == "the open file"
    assert rows_of(source) == rows_of(source) == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]


def test_an_open_file(tmp_path: Path, book: Path) -> None:
    parquet.write_table(pa.table({"a": [1, 2]}), tmp_path / "t.parquet")
    with (tmp_path / "t.parquet").open("rb") as file:
        assert open_source(file).label == "t.parquet"
    with book.open("rb") as file:
        assert open_source(file).names == ("a", "b")
    with pytest.raises(InvalidInput, match=r"book.xlsx cannot be read .*closed"):
        open_source(file)
    with (tmp_path / "t.parquet").open(encoding="utf-8") as text, pytest.raises(GlassnetError, match=r"open it|UTF-8"):
        (tmp_path / "t.parquet").write_bytes(b"\xff\xfe\xfd")
        open_source(text)


def test_records() -> None:
    source = open_source([{"a": 1, "b": "x"}, {"b": "y", "c": 2.5}])
    assert rows_of(source) == [{"a": 1, "b": "x", "c": None}, {"a": None, "b": "y", "c": 2.5}]
    point = namedtuple("point", "a b")
    assert rows_of(open_source([point(1, "x"), point(2, "y")])) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_a_dataset_of_xarray() -> None:
    values = {"rain": (("city", "day"), np.arange(6.0).reshape(2, 3))}
    source = open_source(xarray.Dataset(values, coords={"city": ["Rome", "Oslo"]}))
    assert source.names == ("city", "rain")
    assert rows_of(source)[-1] == {"city": "Oslo", "rain": 5.0}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({0: [1, 2], 1: [3, 4]}),
        pd.DataFrame([[1, 3], [2, 4]], columns=pd.MultiIndex.from_tuples([("a", "u"), ("a", "v")])),
        pd.DataFrame([[1, 3], [2, 4]], columns=[2.5, pd.Timestamp("2024-01-01")]),
    ],
    ids=["numbers", "tuples", "mixed"],
)
def test_names_that_are_no_words(frame: pd.DataFrame) -> None:
    source = open_source(frame)
    assert source.names == tuple(map(str, frame.columns))
    last = frame.columns[-1]
    assert source.check_name(last) == str(last)
    encoder = TableEncoder().fit(frame, exclude=[last])
    assert [column.name for column in encoder.columns] == [str(frame.columns[0])]


def not_utf8(name: bytes = b"a", cell: bytes = b"\xff") -> pa.Table:
    cells = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, len(cell)], np.int32)), pa.py_buffer(cell)]
    )
    return pa.table([cells], schema=pa.schema([(name, pa.string())]))


@pytest.mark.parametrize("table", [not_utf8(), not_utf8(b"\xff", b"a")], ids=["cells", "names"])
def test_what_is_not_utf8(tmp_path: Path, table: pa.Table) -> None:
    parquet.write_table(table, tmp_path / "t.parquet")
    with pa.ipc.new_file(str(tmp_path / "t.arrow"), table.schema) as file:
        file.write_table(table)
    for data in (tmp_path / "t.parquet", tmp_path / "t.arrow", table):
        with pytest.raises(BrokenFile, match=r"not UTF-8"):
            rows_of(open_source(data))


OTHERS: dict[str, tuple[bytes, str]] = {
    "t.dta": (b"<stata_dta><header>", "pandas.read_stata"),
    "t.sas7bdat": (bytes(12) + b"\xc2\xea\x81\x60" + bytes(90), "pandas.read_sas"),
    "t.xpt": (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "pandas.read_sas"),
    "t.sav": (b"$FL2@(#) SPSS DATA FILE", "pandas.read_spss"),
    "t.h5": (b"\x89HDF\r\n\x1a\n", "pandas.read_hdf"),
    "t.nc": (b"CDF\x01" + bytes(9), "xarray.open_dataset"),
    "t.npy": (b"\x93NUMPY\x01\0", "numpy.load"),
    "t.pkl": (__import__("pickle").dumps([1]), "foreign code"),
    "t.arff": (b"% iris\n@RELATION iris\n@DATA\n1,2\n", "scipy.io.arff.loadarff"),
    "t.mat": (b"MATLAB 5.0 MAT-file", "scipy.io.loadmat"),
    "t.rds": (gzip.compress(b"X\n\0\0\0\3"), "write.csv"),
    "t.svm": (b"1 1:0.5 7:2\n-1 2:1\n", "load_svmlight_file"),
    "t.orc": (b"ORC\x08\x03", "pandas.read_orc"),
    "t.avro": (b"Obj\x01\x04", "polars.read_avro"),
    "page.xls": (b"\r\n<html><table>", "pandas.read_html"),
    "t.csv": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "t.tar.gz": (gzip.compress(bytes(257) + b"ustar" + bytes(99)), "unpack it"),
    "t.7z": (b"7z\xbc\xaf\x27\x1c", "unpack it"),
    "t.safetensors": (b'\x40\0\0\0\0\0\0\0{"a"', "glassnet.load"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_formats_say_what_to_do(tmp_path: Path, name: str) -> None:
    content, remedy = OTHERS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenFile, match=rf"^{name} is an? .*, not a table; .*{remedy}"):
        open_source(tmp_path / name)


def test_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("create table t (a)")
    database.close()
    with pytest.raises(BrokenFile, match=r"an SQLite database.*pandas.read_sql"):
        open_source(tmp_path / "t.db")


def test_formats_that_are_not_read_have_a_remedy() -> None:
    assert all(bool(format.remedy) == (format.open is None) for format in FORMATS)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("https://example.com/t.csv", "is an address, not a file; download it"),
        ("s3://bucket/t.parquet", "is an address"),
        ("no-such-*.csv", "pattern"),
        ("-", "standard input"),
    ],
)
def test_what_is_no_file(name: str, words: str) -> None:
    with pytest.raises(UnusableFile, match=words):
        open_source(name)


def test_the_stem_of_a_name() -> None:
    said = {
        "a/sales.2023.csv": "sales.2023",
        "sales.2024.CSV.GZ": "sales.2024",
        "v1.2": "v1.2",
        "t.parquet": "t",
        "t.xlsx": "t",
        "t.csv.zip": "t",
        "folder.d/": "folder.d",
        ".csv": "csv",
        "..": "",
    }
    assert {name: stem(name) for name in said} == said
