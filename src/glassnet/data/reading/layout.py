"""How a text file is laid out, found in its first lines: delimiter, quotation mark, row of names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from statistics import mode

from glassnet.data.reading.options import ReadOptions
from glassnet.data.reading.row_of_names import doubt
from glassnet.data.reading.text_file import BLANKS, Dialect
from glassnet.data.source import check_names
from glassnet.errors import BrokenFile
from glassnet.text import counted

DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)  # the line that Excel writes and obeys
NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?$")
DECIMAL_COMMA = re.compile(r"\s*[-+]?[\d. ]*,\d+\s*$")
THOUSANDS = re.compile(r"\s*[-+]?\d{1,3}( \d{3})+([.,]\d+)?\s*$")


@dataclass(frozen=True)
class Layout:
    """What the first lines say.

    Args:
        names: of the columns.
        width: cells of a row; one more than there are names where every line ends with a delimiter.
        notes: what was found that the user may not expect.
    """

    names: list[str]
    width: int
    notes: tuple[str, ...] = ()


def find_dialect(lines: list[str], options: ReadOptions) -> Dialect:
    """What stands between and around the cells of ``lines``."""
    quote = options.quote or ("'" if _single_quoted(lines) else '"')
    dialect = Dialect(options.delimiter or find_delimiter(lines, quote), quote)
    if any(re.search(f"{re.escape(dialect.delimiter)} +{re.escape(quote)}", line) for line in lines):
        dialect = replace(dialect, spaced=dialect.delimiter != BLANKS)
    escaped = replace(dialect, escape="\\")  # as MySQL writes it; a folder's name may end so, too
    if any(f"\\{quote}" in line for line in lines) and len(_lengths(escaped, lines)) < len(_lengths(dialect, lines)):
        return escaped
    return dialect


def _lengths(dialect: Dialect, lines: list[str]) -> set[int]:
    rows = [row for row in dialect.rows(iter(lines)) if row]
    return {len(row) for row in (rows[:-1] if len(rows) > 3 else rows)}  # the last one may go on below these lines


def find_delimiter(lines: list[str], quote: str = '"') -> str:
    """The delimiter by which the lines fall into the most cells, the same number in each where possible.

    >>> find_delimiter(["a;b\\n", "1,5;2,5\\n"]), find_delimiter(["1,5;2,5\\n"]), find_delimiter(["a  b\\n", "1  2\\n"])
    (';', ';', ' ')
    """

    def fit(delimiter: str) -> tuple[float, bool, int]:
        rows = [row for row in Dialect(delimiter, quote).rows(iter(lines)) if row] or [[""]]
        usual = mode(map(len, rows[1:] or rows))
        agreeing = sum(len(row) == usual for row in rows) / len(rows)
        commas = [cell for row in rows for cell in row if "," in cell]
        decimal = delimiter != "," and bool(commas) and all(map(DECIMAL_COMMA.match, commas))
        return (agreeing if usual > 1 else 0.0), decimal, usual

    best = max(DELIMITERS, key=fit)
    if best == "\t" and fit(best)[0] and all(map(_crowded, Dialect(best, quote).rows(iter(lines[1:])))):
        return BLANKS if _falls_at_blanks(lines, quote, short=0) else best
    return BLANKS if not fit(best)[0] and _falls_at_blanks(lines, quote, short=1) else best


def _crowded(row: list[str]) -> bool:
    """Whether a cell holds several numbers, which must be cells themselves."""
    return not row or any(
        len(cell.split()) > 1 and all(map(NUMBER.match, cell.split())) and not THOUSANDS.match(cell) for cell in row
    )


def _falls_at_blanks(lines: list[str], quote: str, short: int) -> bool:
    """Whether blanks divide all lines into as many cells, some of them numbers: words of a text would differ.

    The row of names may be ``short`` of one.
    """
    first, *body = [row for row in Dialect(BLANKS, quote).rows(iter(lines)) if row]
    width = len(body[0]) if body else 0
    alike = width > 1 and len(first) > 1 and 0 <= width - len(first) <= short and all(len(row) == width for row in body)
    return alike and all(any(map(NUMBER.match, row)) for row in body)


def _single_quoted(lines: list[str]) -> bool:
    """Whether every line has cells in single quotation marks, and none in double ones."""
    filled = [line.strip() for line in lines if line.strip()]
    return not any('"' in line for line in lines) and all(
        re.search(r"(^|[,;\t|])'[^']*'($|[,;\t|])", line) for line in filled[1:] or filled
    )


def find_layout(label: str, rows: list[list[str]], lines: list[int], options: ReadOptions) -> Layout:
    """Names and width of the table that begins with ``rows``.

    Args:
        label: what messages call the file.
        rows: the first ones that are not blank, with the row of names if there is one.
        lines: on which they end.
        options: whether there is a row of names.

    Raises:
        BrokenFile: what is above the row of names does not belong to the table.
        InvalidInput: a name comes twice.
    """
    first, body = rows[0], rows[1:] or rows[:1]
    width = mode(map(len, body))
    alike = all(len(row) == width for row in body)
    closed = width > 1 and alike and all(not row[-1].strip() for row in body)  # every line ends with a delimiter
    if not options.header:
        return Layout([f"x{j}" for j in range(1, width + 1 - (closed and len(first) == width))], width)
    notes: tuple[str, ...] = ()
    if alike and len(first) == width + 1 and not first[-1].strip():
        first = first[:-1]
    elif closed and len(first) in (width - 1, width) and not "".join(first[width - 1 :]).strip():
        first = first[: width - 1]
        notes = (f"the lines of {label} end with a delimiter: no column is made of what is behind it",)
    elif alike and len(body) > 1 and 1 < len(first) == width - 1 and not _has_names(body):
        if len({row[0] for row in body}) < len(body):  # as R writes them, names of rows differ
            seen = f"{counted(len(first), 'name')}, {width} cells in each line below"
            remedy = "name every column; a number with a decimal comma needs quotation marks"
            raise BrokenFile(f"line {lines[0]} of {label} lacks a name", seen, remedy)
        first = ["", *first]
        notes = (f"{label} has one name less than cells in a row: the first column is called 'column 1'",)
    elif above := _above(rows, width):
        what = f"line {lines[0]} of {label} is not a row of names"
        filled = [cell for cell in first if cell.strip()]
        seen = f"{counted(len(filled), 'cell')}, {width} in the lines below: {', '.join(filled)[:40]!r}"
        raise BrokenFile(what, seen, _remedy(first, lines[above - 1]))
    notes = (*notes, *doubt(label, first, rows[1:]), *_undivided(label, rows))
    # pandas writes its index as a first column without a name.
    names = check_names(label, [name.strip() or f"column {j}" for j, name in enumerate(first, 1)])
    return Layout(names, width if len(names) in (width, width - 1) else len(names), notes)


def _undivided(label: str, rows: list[list[str]]) -> tuple[str, ...]:
    """A note where all rows are of one cell, and a mark that may be a delimiter comes as often in each of them."""
    if len(rows) < 2 or any(len(row) != 1 for row in rows):
        return ()
    alike = (mark for mark in "^~:\x01\x1f" if len({row[0].count(mark) for row in rows}) == 1)
    mark = next((mark for mark in alike if mark in rows[0][0]), None)
    if mark is None:
        return ()
    return (f"{label} has one column; if {mark!r} divides it, pass delimiter={mark!r} (--delimiter {mark!r})",)


def _has_names(body: list[list[str]]) -> bool:
    """Whether the first row has words where all others have numbers."""
    columns = [[NUMBER.match(cell.strip()) is not None for cell in column] for column in zip(*body, strict=True)]
    return any(all(below) and not first for first, *below in columns)


def _above(rows: list[list[str]], width: int) -> int:
    """How many rows stand above a table of rows of ``width`` cells; 0 where it is not clear."""
    several = [sum(map(bool, map(str.strip, row))) > 1 for row in rows]
    if len(rows[0]) == width > 2 and True in several[1:] and not several[0]:  # a title with a delimiter for each cell
        above = several.index(True)
        table = [row for row in rows[above:] if len(row) == width]
        return above if len(table) > 2 and _has_names(table) else 0
    fitting = [len(row) == width for row in rows]
    above = fitting.index(True)
    below = fitting[above:]  # a total may end the table
    return above if width > 1 and sum(below) > max(2, 0.8 * len(below)) and len(rows[0]) < width else 0


def _remedy(first: list[str], line: int) -> str:
    if mark := re.match(r"#|//|%|!|\*", first[0].strip()):
        return f"pass comment=({mark[0]!r},) (--comment {mark[0]!r}) if such lines are comments"
    return f"pass skip={line} (--skip {line}) if what is above the names is a title"
