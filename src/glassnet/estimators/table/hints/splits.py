"""Hints at rows that are not independent: of one patient, or of one time. Held out at random, they leak."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.kinds import Column
from glassnet.data.kinds.category import CategoryColumn
from glassnet.data.kinds.time import TimeColumn
from glassnet.data.source import Source
from glassnet.data.splitting.columns import read_words
from glassnet.data.splitting.split import Split
from glassnet.estimators.table.hints.leakage import code_of

FEWEST_GROUPS = 10  # of fewer values, a column is a category of things that new rows have too
FEWEST_BLOCKS = 20  # likewise of a column whose name says nothing
ROWS_OF_A_GROUP = 1.5  # on average: below, hardly a row has another of its group
FIRST_ROWS = 2000  # that are looked at before all of a column is
FEW = 100  # values: most columns show among the first that they come again
DAY = 86_400.0  # seconds
# Beings and things of which there are several rows, alone or with a word for "number": patient, user_id, Subject No.
_OWNERS = "patient|subject|participant|respondent|person|user|customer|client|household|student|speaker|writer|session"
_NUMBER = "id|ids|uid|uuid|guid|key|no|nr|num|number|code|name"
_ID = re.compile(rf"(.+[ _.-])?(id|uid|uuid|guid)|({_OWNERS})s?[ _.-]?({_NUMBER})?")
_BIRTH = re.compile(r"birth|born|\bdob\b|geburt|naiss|nacim|nascit")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_id_like(name: str) -> bool:
    """Whether a column of this name says whose a row is.

    >>> [name for name in ("id", "patientId", "User-ID", "subject", "width", "valid", "paid") if is_id_like(name)]
    ['id', 'patientId', 'User-ID', 'subject']
    """
    return _ID.fullmatch(_HUMP.sub("_", name.strip()).lower()) is not None


def split_hints(encoder: TableEncoder, source: Source, X: Array, split: Split) -> tuple[str, ...]:
    """What is worth saying about columns by which the rows had better be divided, as sentences.

    Args:
        encoder: of the columns.
        source: the table.
        X: the table as encoded, (m, width).
        split: by what the rows are divided: what was asked for needs no hint.
    """
    return (*(_groups(encoder, source, X) if split.groups is None else ()), *_times(encoder, X, split))


def _groups(encoder: TableEncoder, source: Source, X: Array) -> Iterator[str]:
    for column in encoder.columns:
        if column.kind not in ("number", "category") or not column.outputs:
            continue
        named = is_id_like(column.name)
        if not (named or _in_blocks(column, X[:, encoder.outputs[column.name]])):
            continue
        words = read_words(source, column.name).drop_null().dictionary_encode()
        values, codes = words.dictionary.to_pylist(), words.indices.to_numpy()
        if len(values) < (FEWEST_GROUPS if named else FEWEST_BLOCKS) or len(codes) < ROWS_OF_A_GROUP * len(values):
            continue
        blocks = np.count_nonzero(np.diff(codes)) + 1 == len(values)
        whole = column.kind == "category" or all(word.lstrip("-").isdigit() for word in values)
        if whole and (named or blocks):
            how = "stand in blocks of rows" if blocks else "come again in other rows"
            what = f"the {len(values):,} values of column {column.name!r} {how}"
            yield f"{what}: if the model is for new ones, keep the rows of one on one side (group=, --group)"


def _in_blocks(column: Column, encoded: Array) -> bool:
    """Whether all rows of a value seem to stand together, in a column that is not just sorted numbers."""
    if isinstance(column, CategoryColumn) and not column.rest and len(column.values) < FEWEST_BLOCKS:
        return False
    return all(_are_blocks(column, code_of(column, some)) for some in (encoded[:FIRST_ROWS], encoded)) and (
        column.kind == "category" or not _sorted(encoded[:, 0])
    )


def _are_blocks(column: Column, codes: Array) -> bool:
    """Whether no value begins twice; the rare ones of a category share a code, so they may."""
    starts = codes[np.flatnonzero(np.diff(codes, prepend=np.nan))]
    if len(starts) * ROWS_OF_A_GROUP > len(codes):
        return False
    if isinstance(column, CategoryColumn):
        starts = starts[starts < len(column.values)]
    return all(len(np.unique(some)) == len(some) for some in (starts[:FEW], starts))


def _sorted(values: Array) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _times(encoder: TableEncoder, X: Array, split: Split) -> Iterator[str]:
    if split.order is not None:
        return
    dated = [c for c in encoder.columns if isinstance(c, TimeColumn) and c.outputs and _is_dated(c)]
    if dated:
        in_order = [column for column in dated if _sorted(X[:, encoder.outputs[column.name].start])]
        name = (in_order or dated)[0].name
        yield (
            f"column {name!r} holds dates: if the model is for later rows, judge it by the latest "
            f"(order_by=, --order-by)"
        )


def _is_dated(column: Column) -> bool:
    """Whether it says when a row was: over days; a date of birth does not."""
    parts = {name: (low, high) for name, low, high in getattr(column, "parts", ())}
    low, high = parts.get("elapsed", (0.0, 0.0))
    return high - low >= DAY and _BIRTH.search(column.name.lower()) is None
