"""Spreadsheets (.xlsx, .xls, .xlsb, .ods), read by python-calamine: one sheet is a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glassnet.data.reading.content import Content
from glassnet.data.reading.in_memory import from_columns
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, check_names
from glassnet.errors import BrokenFile, InvalidInput, MissingPackage
from glassnet.text import quoted

INSTALL = "pip install 'glassnet[sheets]'"


def from_sheet(content: Content, options: ReadOptions) -> Source:
    """The sheet called ``options.part``, or the first one; its first row with cells holds the names.

    Raises:
        MissingPackage: python-calamine is not installed.
        BrokenFile: the file is damaged or encrypted, or the sheet is empty.
        InvalidInput: there is no such sheet.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise MissingPackage(
            f"{content.label} is a spreadsheet, read by python-calamine, which is missing", remedy=INSTALL
        ) from error
    try:
        with content.open() as file:
            book = calamine.load_workbook(file)
        sheets = book.sheet_names
        part = _chosen(content.label, sheets, options.part)
        rows = book.get_sheet_by_name(part).to_python(skip_empty_area=True)
    except (calamine.CalamineError, OSError, ValueError) as problem:
        if isinstance(problem, InvalidInput):
            raise
        what = f"{content.label} is a spreadsheet that cannot be read"
        raise BrokenFile(what, str(problem), "save it again, without a password, or as CSV") from problem
    names, cells = _divided(f"sheet {part!r} of {content.label}", rows[options.skip :], options.header)
    columns = {name: [_plain(row[j]) for row in cells] for j, name in enumerate(names)}
    notes = (f"sheet {part!r} is read, of {quoted(sheets)} (another by part=, --part)",) if len(sheets) > 1 else ()
    return from_columns(columns, options, content.label).noting(*notes)


def _chosen(label: str, sheets: list[str], part: str | None) -> str:
    if part is not None and part not in sheets:
        raise InvalidInput(f"{label} has no sheet {part!r}", quoted(sheets), "name one of these with part= (--part)")
    return part or next(iter(sheets), "")


def _divided(label: str, rows: list[list[Any]], header: bool) -> tuple[list[str], Sequence[list[Any]]]:
    """The names of the columns, and the rows below them that are not blank."""
    filled = [row for row in rows if any(cell != "" for cell in row)]
    if not filled:
        raise BrokenFile(f"{label} is empty", remedy="pass one with a row of names and rows of cells")
    first, width = filled[0], len(filled[0])
    if not header:
        return [f"x{j}" for j in range(1, width + 1)], filled
    if width > 2 and sum(cell != "" for cell in first) == 1:
        what = f"{label} begins with a title"
        raise InvalidInput(
            what,
            repr(next(cell for cell in first if cell != "")),
            "pass skip=1 (--skip 1), or more, to begin with the row of names",
        )
    return check_names(
        label, [str(_plain(cell) or "").strip() or f"column {j}" for j, cell in enumerate(first, 1)]
    ), filled[1:]


def _plain(cell: Any) -> Any:
    """A cell as a CSV file would have it: nothing for an empty one, 3 for 3.0."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return None if cell == "" else cell
