"""What is not a table gets one clear sentence, whichever way it is broken."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest

from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput, UnusableFile

JUNK = np.random.default_rng(0).bytes(5000)
BODY = "a,b\n" + "".join(f"{i},{i * i}\n" for i in range(20_000))
ZIPPED = gzip.compress(BODY.encode())
FLIPPED = ZIPPED[:20_000] + bytes([ZIPPED[20_000] ^ 255]) + ZIPPED[20_001:]

BAD: dict[str, tuple[bytes, type[GlassnetError], str]] = {
    "empty.csv": (b"", BrokenFile, "empty.csv is empty"),
    "blank.csv": (b"\n \n\n", GlassnetError, "blank lines|no rows"),
    "names.csv": (b"a,b\n", InvalidInput, "names.csv has no rows"),
    "names-only.csv": (b"a,b", InvalidInput, "no rows"),
    "names-and-blanks.csv": (b"a,b\n\n\n", InvalidInput, "no rows"),
    "ragged.csv": (
        b"a,b\n1,2\n3\n",
        BrokenFile,
        "line 3 of ragged.csv .*1 cell where the first row has 2.*--delimiter",
    ),
    "ragged-late.csv": (BODY.encode() + b"1,2,3\n", BrokenFile, "line 20002 .*3 cells"),
    "twice.csv": (b"a,b,a\n1,2,3\n", InvalidInput, "two columns named 'a' .*columns 1 and 3.*--no-header"),
    "junk.csv": (JUNK, BrokenFile, "not a table"),
    "junk": (JUNK.replace(b"\0", b""), BrokenFile, "not UTF-8 text"),
    "latin.csv": ("a,b\né,1\n".encode("latin-1"), BrokenFile, r"0xe9 .*encoding='latin-1' \(--encoding latin-1\)"),
    "latin-late.csv": (BODY.encode() + "é,1\n".encode("latin-1"), BrokenFile, "0xe9 .*--encoding"),
    "latin-names.csv": ("é,b\n1,1\n".encode("latin-1"), BrokenFile, "0xe9 .*--encoding"),
    "utf16-no-mark.csv": ("a,b\n2,1\n".encode("utf-16-le"), BrokenFile, "--encoding utf-16-le"),
    "zero.csv": (b"a,b\n1,\0\n", BrokenFile, "zero bytes"),
    "cut.csv.gz": (ZIPPED[:-100], BrokenFile, "damaged gzip"),
    "cut-early.csv.gz": (ZIPPED[:12], BrokenFile, "damaged gzip"),
    "flipped.csv.gz": (FLIPPED, BrokenFile, "damaged gzip"),
    "checksum.csv.gz": (ZIPPED[:-6] + bytes(6), BrokenFile, "damaged gzip"),
    "nothing.csv.gz": (gzip.compress(b""), BrokenFile, "empty inside"),
    "inside.gz": (gzip.compress(b"PAR1" + JUNK), BrokenFile, "Parquet file inside gzip"),
    "junk.parquet": (b"PAR1" + JUNK + b"PAR1", BrokenFile, "damaged Parquet"),
    "short.parquet": (b"PAR1", BrokenFile, "damaged Parquet"),
    "text.parquet": (b"a,b\n1,2\n", BrokenFile, "not a Parquet file"),
    "junk.arrow": (b"ARROW1\0\0" + JUNK, BrokenFile, "damaged Arrow"),
    "junk.feather": (b"FEA1" + JUNK + b"FEA1", BrokenFile, "damaged Feather"),
    "sheet.xlsx": (b"PK\x03\x04" + JUNK, BrokenFile, "spreadsheet.*CSV"),
    "page.pdf": (b"%PDF-1.4" + JUNK, BrokenFile, "a PDF"),
    "quote.csv": (b'a,b\n0,1\n1,"2\n3,4\n', BrokenFile, "quotation mark .*never closed .*line 3"),
    "quote-large.csv": (b'a,b\n1,"2\n' + b"3,4\n" * 600_000, BrokenFile, "quotation mark"),
}


def read_all(path: Path, options: ReadOptions | None = None) -> int:
    return sum(len(block.rows) for block in open_source(path, options).blocks())


@pytest.mark.parametrize("name", BAD)
def test_bad_content(tmp_path: Path, name: str) -> None:
    content, error, words = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=words) as caught:
        read_all(tmp_path / name, ReadOptions(block_bytes=1 << 20))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text("a\n1\n")
    with pytest.raises(UnusableFile, match=r"there is no file .*house.csv.*the nearest name is .*houses.csv"):
        open_source(tmp_path / "house.csv")
    with pytest.raises(UnusableFile, match="the nearest name is 'digits'"):
        open_source("digit")
    with pytest.raises(UnusableFile, match="there is no folder"):
        open_source(tmp_path / "no" / "such.csv")
    with pytest.raises(UnusableFile, match="check the name"):
        open_source(tmp_path / "zzzzzzzzzzzz")


def test_what_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="is a folder"):
        open_source(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableFile, match="read twice"):
        open_source(tmp_path / "pipe")
    with pytest.raises(UnusableFile, match="cannot be read"):
        open_source("a\0b.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "t.csv").chmod(0)
    with pytest.raises(UnusableFile, match=r"Permission denied.*permissions"):
        open_source(tmp_path / "t.csv")


def test_no_permission_as_the_system_reports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    refuse = PermissionError(13, "Permission denied")
    monkeypatch.setattr(Path, "open", lambda *args, **settings: (_ for _ in ()).throw(refuse))
    with pytest.raises(UnusableFile, match=r"Permission denied.*permissions"):
        open_source(tmp_path / "t.csv")


@pytest.mark.parametrize("name", ["t.parquet", "t.feather", "t.csv.gz", "plain.arrow"])
def test_no_cut_and_no_flipped_byte_crashes(tmp_path: Path, name: str) -> None:
    path, rng = tmp_path / name, np.random.default_rng(0)
    table = pa.table({"a": rng.normal(size=300), "b": rng.choice(["u", "v"], 300), "c": rng.integers(0, 9, 300)})
    if name.endswith("parquet"):
        parquet.write_table(table, path)
    elif name.endswith("gz"):
        path.write_bytes(gzip.compress(b"a,b\n" + b"1,x\n2,y\n" * 300))
    else:
        feather.write_feather(table, path, compression="uncompressed" if name == "plain.arrow" else "lz4")
    whole = path.read_bytes()
    damaged = [whole[:cut] for cut in rng.integers(0, len(whole), 60)]
    for place in rng.integers(0, len(whole), 100):
        damaged.append(whole[:place] + bytes([whole[place] ^ int(rng.integers(1, 256))]) + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        try:
            TableEncoder().fit(path).transform(path)  # a flipped bit in a number may well go unseen
        except GlassnetError as error:
            assert str(error)
