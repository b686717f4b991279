"""Table files, recognized by their content first and their name second."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from glassnet.data.reading import columnar, content, delimited, json_files, spreadsheets
from glassnet.data.reading.content import Content
from glassnet.data.reading.formats import FORMATS, TEXT
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source
from glassnet.errors import BrokenFile, UnusableFile, nearest
from glassnet.text import printable

SHEETS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")  # one of these is in every spreadsheet of today


def from_file(name: str, options: ReadOptions) -> Source:
    """The table in the file called ``name``, or in a folder of Parquet files.

    Raises:
        UnusableFile: where there is no such file, or it may not be read.
        BrokenFile: where it is not a table.
    """
    path = Path(name)
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", name):
        raise UnusableFile(f"{name!r} is an address, not a file", remedy="download it first and pass the file")
    if name == "-":
        raise UnusableFile("standard input cannot be read twice", remedy="save it as a file first and pass the file")
    if _is_folder(path):
        return columnar.from_folder(path, options)
    _check_readable(path)
    return from_content(Content(printable(path.name), lambda: path.open("rb"), path), options)


def from_content(whole: Content, options: ReadOptions) -> Source:
    """The table that ``whole`` is or, packed, holds.

    Raises:
        BrokenFile: it is not a table.
    """
    head = whole.head()
    if head.startswith(b"PK\x03\x04"):
        return _from_zip(whole, options)
    if (inner := content.unpacked(whole, head)) is not None:
        whole, head = inner, inner.head()
    for format in FORMATS:
        if format.begins(head):
            if format.open is None:
                raise BrokenFile(f"{whole.label} is {format.name}, not a table", remedy=format.remedy)
            if whole.packing:
                what = f"{whole.label} is {format.name} inside {whole.packing}"
                raise BrokenFile(what, remedy="unpack it and pass the file in it")
            return format.open(whole, options)
    if json_files.is_json(head, options.encoding):
        return json_files.from_json(whole, options)
    _refuse_false_name(whole.label, head)
    return delimited.from_text(whole, head, options)


def _from_zip(whole: Content, options: ReadOptions) -> Source:
    with content.archive(whole) as file:
        names = file.namelist()
    if any(name in SHEETS for name in names):
        return spreadsheets.from_sheet(whole, options)
    if names and all(name.endswith(".npy") for name in names):
        remedy = "load it with numpy.load and pass an array of it"
        raise BrokenFile(f"{whole.label} holds NumPy arrays, not a table", remedy=remedy)
    return from_content(content.member(whole, names, options.part), options)


def stem(name: str) -> str:
    """The name of a table file without its folder and the endings that are known: all that tells it from others.

    >>> stem("data/sales.2023.csv.gz"), stem("v1.2"), stem("sales/"), stem("..")
    ('sales.2023', 'v1.2', 'sales', '')
    """
    name = Path(name).name.strip(".")
    endings = {*TEXT, *json_files.ENDINGS, *(ending for format in FORMATS for ending in format.endings)}
    for known in (content.SUFFIXES, endings):
        if (suffix := Path(name).suffix.lower()) in known:
            name = name[: -len(suffix)]
    return name


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for a file
        return False


def _check_readable(path: Path) -> None:
    try:
        if not path.is_file() and path.exists():  # a pipe can be read once only
            raise UnusableFile(f"{str(path)!r} is not a file that can be read twice", remedy="save it as a file first")
        with path.open("rb"):
            pass
    except UnusableFile:
        raise
    except FileNotFoundError as problem:
        raise UnusableFile(f"there is no file {str(path)!r}", remedy=_suggestion(path)) from problem
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        text = "pass io.StringIO(text) if the text is the table itself"
        remedy = text if getattr(problem, "errno", None) == errno.ENAMETOOLONG else "check its permissions"
        raise UnusableFile(f"{str(path)!r} cannot be read", reason, remedy) from problem


def _suggestion(path: Path) -> str:
    """The nearest name in the folder, or the folder that was searched."""
    from glassnet.data.reading.bundled import SETS

    if set("*?[") & set(path.name):
        return "it is a pattern: pass one file, a folder of Parquet files, or glassnet.Dataset(pattern)"
    try:
        close = nearest(path.name, [*(entry.name for entry in path.parent.iterdir()), *SETS])
    except OSError:
        return f"there is no folder {str(path.parent)!r} either"
    if close is None:
        return f"check the name; the folder is {str(path.parent.absolute())!r}"
    return f"the nearest name is {close if close in SETS else str(path.parent / close)!r}"


def _refuse_false_name(label: str, head: bytes) -> None:
    seen = f"it begins with {head[:8]!r}"
    if Path(label).with_suffix("").name.lower().endswith(json_files.ENDINGS) or label.lower().endswith(
        json_files.ENDINGS
    ):
        what = f"{label} is not JSON, although its name says so"
        raise BrokenFile(what, seen, "rename it if it is CSV, or write it again")
    for format in FORMATS[:4]:  # a spreadsheet's name is often given to text
        if label.lower().endswith(format.endings or "\0"):
            raise BrokenFile(
                f"{label} is not {format.name}, although its name says so", seen, "fetch or write it again"
            )
