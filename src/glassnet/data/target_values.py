"""The values of a target column: read, and judged to be classes or numbers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.data.cells import Cells, form
from glassnet.data.source import Source
from glassnet.data.spelling import Spelling
from glassnet.data.survey import Finding, survey
from glassnet.errors import InvalidInput
from glassnet.text import counted, in_all

MOST_CLASSES = 20  # more different numbers than this are measured, not labelled
# What classes may be, and the NumPy type that holds them.
CLASS_TYPES: dict[str, type] = {"word": str, "whole": int, "number": float, "boolean": bool}


@dataclass(frozen=True)
class Answers:
    """The values of a target column.

    Args:
        name: of the column.
        kind: what they are, one of ``CLASS_TYPES``.
        distinct: the different values, sorted (k,).
        codes: for each row the place of its value in ``distinct``, int64 (m,); -1 where missing.
        rows: the number of each row in its table, int64 (m,).
        learned: whether training is over, so that no option changes how they are read.
    """

    name: str
    kind: str
    distinct: np.ndarray
    codes: np.ndarray
    rows: np.ndarray
    learned: bool = False

    def refuse_missing(self) -> None:
        """Raise if there are no values, or some are missing."""
        if not len(self.codes):
            raise InvalidInput(f"the target {self.name!r} has no rows")
        if not len(self.distinct):
            raise InvalidInput(
                f"the target {self.name!r} is empty", counted(len(self.codes), "row"), "name another column"
            )
        if (gone := self.codes < 0).any():
            seen = f"{gone.sum()} of {counted(len(gone), 'row')}, the first is row {self.rows[gone.argmax()] + 1}"
            keep = "" if self.learned else " (if the cells hold a word that is a class, pass keep=, --keep)"
            raise InvalidInput(f"the target {self.name!r} is missing in some rows", seen, f"leave these rows out{keep}")

    def numbers(self) -> np.ndarray:
        """The value of each row, float64 (m,)."""
        if self.kind == "word":
            seen = ", ".join(map(repr, self.distinct[:3].tolist()))
            remedy = "correct these cells" if self.learned else "choose classification"
            raise InvalidInput(f"the target {self.name!r} holds words, and a regression needs numbers", seen, remedy)
        return np.asarray(self.distinct.astype(np.float64)[self.codes])

    def scaling(self) -> tuple[float, float]:
        """Mean and standard deviation.

        Raises:
            InvalidInput: where all values are the same, or too large to be squared.
        """
        numbers = self.numbers()
        with np.errstate(over="ignore", invalid="ignore"):
            centre, scale = float(np.mean(numbers)), float(np.std(numbers))
        if not np.isfinite(centre + scale):
            raise InvalidInput(f"the target {self.name!r} is too large to be scaled", remedy="pass it in a larger unit")
        if scale <= abs(centre) * 1e-14 or 1 / scale == np.inf:
            seen = f"{numbers[0]:g} {in_all(len(numbers))}"
            raise InvalidInput(f"the target {self.name!r} is constant", seen, "there is nothing to learn from it")
        return centre, scale


def read_answers(source: Source, name: str, spelling: Spelling, task: str | None, learned: bool = False) -> Answers:
    """The column ``name`` of a table; for a classification numbers may have words among them.

    Args:
        source: the table.
        name: of the column.
        spelling: what the words mean.
        task: the one asked for, or learned.
        learned: whether training is over, so that messages advise no option of it.

    Raises:
        InvalidInput: for an infinite number, for times, for numbers mixed with words (unless classes are wanted).
    """
    finding = survey(source, [name], spelling, mixed=task == "classification", learned=learned)[name]
    if finding.kind == "category" and _coded_numbers(source, name):
        finding = Finding("number")
    if finding.kind == "time":
        raise InvalidInput(f"the target {name!r} holds dates or times", remedy="convert it to a number or to classes")
    method = {"number": "numbers", "boolean": "booleans"}.get(finding.kind, "texts")
    blocks = [(block.rows, _values(block.cells(name, spelling), method)) for block in source.blocks([name])]
    rows = np.concatenate([np.empty(0, np.int64), *(rows for rows, _ in blocks)])
    columns = [column for _, column in blocks]
    if finding.kind == "number":
        answers = _of_numbers(name, np.concatenate([np.empty(0), *columns]), rows, _whole(source, name))
    else:
        answers = _of_words(name, columns, rows, "boolean" if finding.kind == "boolean" else "word")
    return dataclasses.replace(answers, learned=learned)


def _values(cells: Cells, method: str) -> Any:
    """What ``cells`` hold; the advice to leave a cell empty is for inputs, a target must have a value."""
    try:
        return getattr(cells, method)()
    except InvalidInput as error:
        remedy = "replace it, or leave the row out" if "empty" in error.remedy else error.remedy
        raise InvalidInput(error.cause, error.seen, remedy) from None


def _whole(source: Source, name: str) -> bool:
    """Whether whole numbers of this column are meant as such: not where they are stored as 1.0."""
    import pyarrow.types as types

    return not types.is_floating(source.schema.field(name).type)


def _coded_numbers(source: Source, name: str) -> bool:
    """Whether a column is stored as categories (as pandas does) that are numbers: classes keep their type."""
    import pyarrow.types as types

    kind = source.schema.field(name).type
    return bool(types.is_dictionary(kind) and form(name, kind.value_type) == "number")


def _of_numbers(name: str, numbers: np.ndarray, rows: np.ndarray, whole: bool) -> Answers:
    here = ~np.isnan(numbers)
    distinct, places = np.unique(numbers[here], return_inverse=True)
    codes = np.full(len(numbers), -1, dtype=np.int64)
    codes[here] = places
    if whole and (distinct == np.floor(distinct)).all() and (np.abs(distinct) < 2**53).all():
        return Answers(name, "whole", distinct.astype(np.int64), codes, rows)
    return Answers(name, "number", distinct, codes, rows)


def _of_words(name: str, columns: list[Any], rows: np.ndarray, kind: str) -> Answers:
    import pyarrow as pa

    values = pa.chunked_array(columns, pa.bool_() if kind == "boolean" else pa.string())
    encoded = values.combine_chunks().dictionary_encode()
    distinct: np.ndarray = np.array(encoded.dictionary.to_pylist(), dtype=CLASS_TYPES[kind])
    order = np.argsort(distinct, kind="stable")
    found = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    rank = np.append(np.argsort(order), -1)  # so that -1 stays -1
    return Answers(name, kind, distinct[order], rank[found], rows)


def find_task(answers: Answers, asked: str | None) -> tuple[str, str]:
    """ "classification" or "regression", and a sentence that says why.

    Words and booleans are classes. Whole numbers are classes if there are two of them, or if they are few (at most
    ``MOST_CLASSES``, on average in two rows or more) and close together, as labels are: 0 1 2, not 10 250 9000.
    """
    name, different = answers.name, len(answers.distinct)
    if asked == "classification" and answers.kind == "number" and _measured(answers):
        seen = f"{counted(different, 'different number')} in {counted(len(answers.codes), 'row')}"
        raise InvalidInput(f"the target {name!r} is no set of classes", seen, "choose regression")
    if asked is not None:
        return asked, f"{asked}, as asked"
    if answers.kind in ("word", "boolean"):
        return "classification", f"classification, because {name!r} holds {answers.kind}s ({different} different)"
    if _labels(answers):
        return "classification", f"classification, because {name!r} holds few whole numbers ({different} different)"
    return "regression", f"regression, because {name!r} holds numbers ({different} different)"


def _labels(answers: Answers) -> bool:
    values = answers.distinct.astype(np.float64)
    if (values != np.floor(values)).any():
        return False
    close = values[-1] - values[0] < 3 * len(values)
    return len(values) == 2 or bool(len(values) <= min(MOST_CLASSES, len(answers.codes) // 2) and close)


def _measured(answers: Answers) -> bool:
    """Whether numbers are fractions of which most come once: prices, not labels."""
    fractions = (answers.distinct != np.floor(answers.distinct)).any()
    return bool(fractions and len(answers.distinct) > max(MOST_CLASSES, len(answers.codes) // 2))
