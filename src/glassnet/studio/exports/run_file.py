"""A run as a file: what makes it, its rows, its parameters as a proof. It holds no code; what is opened is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from glassnet.archive import Arrays, Facts, kind_at, read, write
from glassnet.archive.os_errors import StrPath
from glassnet.archive.untrusted import is_number
from glassnet.arrays import Array
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput
from glassnet.network.network import Network
from glassnet.studio import limits
from glassnet.studio.data import Data, DataSet
from glassnet.studio.datasets import DATASETS
from glassnet.studio.session.address import fragment, opened
from glassnet.studio.session.setup import LESSON, Cell, Edit, Point, Setup
from glassnet.studio.session.view import Desk, View
from glassnet.studio.words import word

KIND, VERSION = "studio-run", 1
MOST = 1000  # cells, points, edits
MOST_PARAMETERS = 1_000_000


class Opened(NamedTuple):
    """What a file holds.

    Args:
        setup: makes the run. desk: where it was looked at.
        theta: the parameters there, (n,).
    """

    setup: Setup
    desk: Desk
    theta: Array


# -- out ---------------------------------------------------------------------------------------------------------------


def run_file(view: View) -> bytes:
    """The bytes of the file of what is looked at."""
    setup, data = view.run.setup, view.run.table
    facts = {
        "title": view.title,
        "view": fragment(Setup(), view.desk),
        "data": setup.data,
        "lesson": setup.lesson,
        "lesson_values": [list(pair) for pair in setup.lesson_values],
        "changed": [list(pair) for pair in setup.changed],
        "cells": [list(map(float, cell)) for cell in setup.cells],
        "points": [list(map(float, point)) for point in setup.points],
        "edits": [[edit.step, edit.key, float(edit.value)] for edit in setup.edits],
        "table": {"names": list(data.names), "target": data.target, "classes": list(data.classes)},
        "defaults": [list(pair) for pair in setup.chosen.defaults.items()],
        "network": None if data.network is None else data.network.describe(),
    }
    arrays = {"X": data.X, "Y": np.asarray(data.Y), "validate": data.validate, "judge": data.judge}
    arrays["theta"] = view.paused.state.theta
    if setup.own is not None and setup.own.file is not None:
        facts["file"] = setup.own.file[0]
        arrays["file"] = np.frombuffer(setup.own.file[1], np.uint8)
    if data.start is not None:
        arrays["start"] = data.start.theta
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.safetensors"
        write(path, arrays, facts, kind=KIND, version=VERSION)
        return path.read_bytes()


# -- in ----------------------------------------------------------------------------------------------------------------


def is_run(path: StrPath) -> bool:
    """Whether a file says that it is a run."""
    return kind_at(path) == KIND


def open_bytes(data: bytes) -> Opened | None:
    """What bytes hold; None where they do not say that they are a run.

    Raises:
        BrokenFile: as :func:`open_run`. InvalidInput: it is a model.
    """
    if data[8:9] != b"{":  # where the header of such a file begins, behind its length
        return None
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        path.write_bytes(data)
        kind = kind_at(path)
        if kind == "model":
            raise InvalidInput("a model is looked at on its table", remedy="open both: glassnet studio MODEL DATA")
        return open_run(path) if kind == KIND else None


def open_run(path: StrPath) -> Opened:
    """A run that was taken along, from anyone: nothing in the file is executed, everything is checked.

    Raises:
        BrokenFile: it is damaged, was edited, or does not fit together.
        UnusableFile: it cannot be read, or is of a newer glassnet.
    """
    arrays, facts, _ = read(path, kind=KIND, newest=VERSION)
    try:
        return _opened(arrays, facts)
    except BrokenFile:
        raise
    except (GlassnetError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        why = error.cause if isinstance(error, GlassnetError) else f"{type(error).__name__}: {error}"
        raise BrokenFile("this file of a run does not fit together", why, "take the run along again") from None


def _opened(arrays: Arrays, facts: Facts) -> Opened:
    data = _data(arrays, facts)
    setup = _named(facts, data) or _rebuilt(facts, data, arrays)
    setup = replace(setup, edits=tuple(Edit(*edit) for edit in _edits(facts)))
    theta = arrays.expect("theta", "f", (None,))
    _, desk = opened(facts.text("view"))
    return Opened(setup, replace(desk, lesson=setup.lesson, lesson_values=setup.lesson_values), theta)


def _named(facts: Facts, data: Data) -> Setup | None:
    """The data set by its name, where it still makes these very rows."""
    name = facts.text("data")
    if name not in DATASETS and name != LESSON:
        return None
    found = Setup(name, facts.text("lesson"), tuple(_pairs(facts, "lesson_values")))
    cells, points = (tuple(_triples(facts, kind)) for kind in ("cells", "points"))
    found = replace(
        found, cells=tuple(Cell(int(r), int(c), v) for r, c, v in cells), points=tuple(map(Point._make, points))
    )
    found = _changed(found, facts)
    made = found.table
    return found if np.array_equal(made.X, data.X) and np.array_equal(made.Y, data.Y) else None


def _rebuilt(facts: Facts, data: Data, arrays: Arrays) -> Setup:
    """The table that was dropped on the page, where it is read as it was; else the rows as they are in the file."""
    if "file" in facts:
        setup = _changed(Setup("own", "", own=_dropped(facts, arrays)), facts)
        if np.array_equal(setup.table.X, data.X) and np.array_equal(setup.table.Y, data.Y):
            return setup
    defaults = dict(_pairs(facts, "defaults"))
    own = DataSet("own", facts.text("title")[:60], lambda _: data, defaults, word("own.of_run"))
    return _changed(Setup("own", "", own=own), facts)


def _dropped(facts: Facts, arrays: Arrays) -> DataSet:
    """The table's own file."""
    from glassnet.studio.tables import dropped

    found = arrays.expect("file", "u", (None,)).astype(np.uint8)
    limits.UPLOAD.check(len(found))
    return dropped(facts.text("file"), found.tobytes())


def _changed(setup: Setup, facts: Facts) -> Setup:
    for name, value in _pairs(facts, "changed"):
        setup = setup.with_value(name, value)
    return setup


def _data(arrays: Arrays, facts: Facts) -> Data:
    """The rows, and the network that comes with them."""
    table = facts.section("table")
    X = arrays.expect("X", "f", (None, None)).astype(np.float64)
    m, n = X.shape
    for limit, count in ((limits.ROWS, m), (limits.COLUMNS, n)):
        limit.check(count)
    Y = arrays.expect("Y", "fiu", (m, 1) if np.ndim(arrays["Y"]) == 2 else (m,))
    names, classes = tuple(table.texts("names")), tuple(table.texts("classes", distinct=True))
    limits.CLASSES.check(len(classes))
    if len(names) != n or not m or not (np.isfinite(X).all() and np.isfinite(Y).all()):
        raise facts.broken("has rows that do not fit its names, or are not numbers")
    if classes and not np.isin(Y, np.arange(len(classes))).all():
        raise facts.broken("has rows of other classes than it names")
    validate, judge = (_rows(arrays, name, m) for name in ("validate", "judge"))
    network, start = None, None
    if facts["network"] is not None:
        network = Network.from_description(facts.section("network"))
        limits.LAYERS.check(len(network.layers))
        if network.size > MOST_PARAMETERS or network.inputs != n:
            raise facts.broken("has a network that does not fit its rows")
        start = network.parameters(arrays.expect("start", "f", (network.size,)).astype(np.float64))
    return Data(X, Y, names, table.text("target"), classes, validate, judge, network=network, start=start)


def _rows(arrays: Arrays, name: str, m: int) -> Array:
    """Numbers of rows, from 0."""
    found = arrays.expect(name, "iu", (None,)).astype(np.int64)
    if len(found) and not (found.min() >= 0 and found.max() < m and len(np.unique(found)) == len(found) < m):
        raise arrays.broken("names rows that are not there", at=name)
    return found


def _triples(facts: Facts, name: str) -> Iterator[tuple[float, float, float]]:
    """Rows of three numbers."""
    found = facts[name]
    if not isinstance(found, list) or len(found) > MOST:
        raise facts.broken("is not a list of numbers", at=name)
    for row in found:
        if not (isinstance(row, list) and len(row) == 3 and all(map(is_number, row))):
            raise facts.broken("has an entry that is not three numbers", at=name)
        yield float(row[0]), float(row[1]), float(row[2])


def _pairs(facts: Facts, name: str) -> list[tuple[str, float | int | str]]:
    """Names with values."""
    found = facts[name]
    if not isinstance(found, list) or len(found) > MOST:
        raise facts.broken("is not a list of settings", at=name)
    for pair in found:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise facts.broken("has an entry that is not a setting", at=name)
        if isinstance(pair[1], bool) or not isinstance(pair[1], int | float | str):
            raise facts.broken("has a setting without a value", at=name)
    return [(pair[0], pair[1]) for pair in found]


def _edits(facts: Facts) -> Iterator[tuple[int, str, float]]:
    found = facts["edits"]
    if not isinstance(found, list) or len(found) > MOST:
        raise facts.broken("is not a list of edits", at="edits")
    for edit in found:
        match edit:
            case [int(step), str(key), int() | float() as value] if 0 <= step <= 10**9 and len(key) <= 40:
                yield step, key, float(value)
            case _:
                raise facts.broken("has an entry that is not an edit", at="edits")
