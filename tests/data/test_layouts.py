"""Text files as people write them: read as the table they mean, or refused with the option that helps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import BrokenFile, InvalidInput, UnusableFile

ROWS = [(i, i * i % 7, i * 2.5) for i in range(30)]
LINES = ["a,b,c", *(",".join(map(str, row)) for row in ROWS)]
PLAIN = "\n".join(LINES) + "\n"


def read(folder: Path, text: str, written: str = "utf-8", **options: Any) -> tuple[Any, list[list[Any]]]:
    path = folder / "t.csv"
    path.write_text(text, encoding=written, newline="")
    source = open_source(path, ReadOptions(**options))
    return source, [list(row.values()) for block in source.blocks() for row in block.columns.to_pylist()]


def is_the_table(rows: list[list[Any]]) -> bool:
    return [tuple(map(float, row)) for row in rows] == [tuple(map(float, row)) for row in ROWS]


SAME = {
    "plain": PLAIN,
    "sep, as Excel writes it": "sep=;\r\n" + PLAIN.replace(",", ";"),
    "sep in quotes": '"sep=|"\n' + PLAIN.replace(",", "|"),
    "one blank": PLAIN.replace(",", " "),
    "several blanks": PLAIN.replace(",", "    "),
    "blanks around": "\n".join(f"   {line.replace(',', '  ')}  " for line in LINES),
    "blanks and tabs": "\n".join(line.replace(",", " \t ", 1).replace(",", "  ") for line in LINES),
    "a delimiter at each end": PLAIN.replace("\n", ",\n"),
    "a delimiter at each end but that of names": PLAIN.replace("\n", ",\n").replace("c,", "c", 1),
    "a delimiter at the end of names": PLAIN.replace("c\n", "c,\n"),
    "single quotes": "\n".join(",".join(f"'{cell}'" for cell in line.split(",")) for line in LINES),
    "blanks before quotes": "\n".join(", ".join(f'"{cell}"' for cell in line.split(",")) for line in LINES),
    "old Macs": PLAIN.replace("\n", "\r"),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_table(tmp_path: Path, name: str) -> None:
    source, rows = read(tmp_path, SAME[name])
    assert source.names == ("a", "b", "c")
    assert is_the_table(rows)
    assert source.rows == len(ROWS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("said", ["utf-8", "latin-1"])
def test_a_byte_order_mark_decides(tmp_path: Path, encoding: str, said: str) -> None:
    source, rows = read(tmp_path, PLAIN.replace("a", "ä"), encoding, encoding=said)
    assert (source.names, is_the_table(rows)) == (("ä", "b", "c"), True)


def test_utf_16_without_a_mark_is_named(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        with pytest.raises(BrokenFile, match=f"--encoding {encoding}"):
            read(tmp_path, PLAIN, encoding)


# what is written -> the option that the sentence names, and its value
HINTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a title": ("Sales of 2023\n" + PLAIN, "--skip 1", {"skip": 1}),
    "a title and a blank line": ("\nSales of 2023\n\n" + PLAIN, "--skip 2", {"skip": 2}),
    "two titles": ("Sales, 2023\nof the north\n" + PLAIN, "--skip 2", {"skip": 2}),
    "a title with a comma": ("Sales, 2023\n" + PLAIN, "--skip 1", {"skip": 1}),
    "a title and delimiters": ("Sales of 2023,,\n,,\n" + PLAIN, "--skip 2", {"skip": 2}),
    "comments above": ("# made by\n# hand\n" + PLAIN, "--comment '#'", {"comment": ("#",)}),
    "comments of R": ("%% made by hand\n" + PLAIN, "--comment '%'", {"comment": ("%",)}),
    "a comment between": (PLAIN.replace("5,4,12.5\n", "# hi\n5,4,12.5\n"), "--comment '#'", {"comment": ("#",)}),
    "a total": (PLAIN + "Total: 435\n", "--comment 'Total'", {"comment": ("Total",)}),
    "a long total": (PLAIN + "\nTotal,,,,435\n", "--comment 'Total'", {"comment": ("Total",)}),
}


@pytest.mark.parametrize("name", HINTS)
def test_a_hint_that_helps(tmp_path: Path, name: str) -> None:
    text, hint, options = HINTS[name]
    with pytest.raises(BrokenFile) as refused:
        read(tmp_path, text)
    assert hint in str(refused.value)
    source, rows = read(tmp_path, text, **options)
    assert (source.names, is_the_table(rows)) == (("a", "b", "c"), True)


def test_a_decimal_comma_among_commas_moves_no_column(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"2 names, 3 cells in each line below.*decimal comma"):
        read(tmp_path, "a,b\n1,5,x\n1,7,y\n2,5,x\n")


def test_a_strange_delimiter_is_named(tmp_path: Path) -> None:
    for mark in "^~:\x01":
        text = PLAIN.replace(",", mark)
        assert f"--delimiter {mark!r}" in read(tmp_path, text)[0].notes[0]
        assert read(tmp_path, text, delimiter=mark)[0].names == ("a", "b", "c")
    assert read(tmp_path, "time\n12:30\n13:45\n")[0].notes == ()


def test_the_text_of_a_table_is_not_its_name() -> None:
    with pytest.raises(UnusableFile, match="StringIO"):
        open_source(PLAIN * 100)


def test_names_of_rows_as_r_writes_them(tmp_path: Path) -> None:
    for delimiter in ", ":
        text = "\n".join(
            delimiter.join(f'"{cell}"' for cell in cells) for cells in (("a", "b"), ("1", "2", "x"), ("2", "3", "y"))
        )
        source, rows = read(tmp_path, text)
        assert (source.names, rows) == (("column 1", "a", "b"), [["1", "2", "x"], ["2", "3", "y"]])
        assert "column 1" in source.notes[0]


def test_delimiters_behind_rows_are_said(tmp_path: Path) -> None:
    assert "end with a delimiter" in read(tmp_path, SAME["a delimiter at each end"])[0].notes[0]
    assert read(tmp_path, PLAIN)[0].notes == ()


def test_commas_in_numbers_do_not_divide(tmp_path: Path) -> None:
    for delimiter in ";\t|":
        rows = read(tmp_path, f"1,5{delimiter}2,5\n3,5{delimiter}4,5\n", header=False)[1]
        assert rows == [["1,5", "2,5"], ["3,5", "4,5"]]


@pytest.mark.parametrize(
    "text", ["full name\nJohn Smith\nMary Jones\n", "day time\n2024-01-01 10:00\n2024-01-02 11:00\n"]
)
def test_blanks_within_words_do_not_divide(tmp_path: Path, text: str) -> None:
    assert len(read(tmp_path, text)[0].names) == 1


def test_cells_of_many_numbers_are_rows(tmp_path: Path) -> None:
    line = '{}.0   8   307.0   130.0  12.0   70\t"chevrolet {}"\n'
    _, rows = read(tmp_path, "".join(line.format(i, i) for i in range(9)), header=False)
    assert rows[3] == ["3.0", "8", "307.0", "130.0", "12.0", "70", "chevrolet 3"]


def test_ragged_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"line 6 of t.csv has another length .*2 cells where the first row has 3"):
        read(tmp_path, "# a\n\na b c\n1 2 3\n# b\n4 5\n7 8 9\n", comment=("#",), delimiter=" ")


def test_comments_read_in_any_block_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.data.reading.delimited.ROWS", 7)
    assert is_the_table(read(tmp_path, "#\n" + PLAIN, comment=("#",))[1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quote": "''"}, "quote=.* is not one character"),
        ({"skip": -1}, "skip=-1 is negative"),
        ({"comment": "#"}, "comment is not a tuple"),
    ],
)
def test_options_are_checked(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        ReadOptions(**options)


def test_escaped_quotation_marks(tmp_path: Path) -> None:
    _, rows = read(tmp_path, 'a,b\n1,"x \\"y, z\\""\n2,"u"\n')
    assert rows == [["1", 'x "y, z"'], ["2", "u"]]
    _, rows = read(tmp_path, 'a,b\n"C:\\dir\\",2\n"D:\\",3\n')  # folders of Windows
    assert rows == [["C:\\dir\\", "2"], ["D:\\", "3"]]


def test_long_cells_and_comments(tmp_path: Path) -> None:
    _, rows = read(tmp_path, f"#\na,b\n1,{'x' * 200_000}\n", comment=("#",))
    assert len(rows[0][1]) == 200_000
