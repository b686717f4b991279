"""What can be learned in the studio: each data set is one record, a name that leads to a table of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.tables import Table as Named
from glassnet.randomness import generator
from glassnet.studio.data import TABLE, Data, DataSet, Held, Value, Values

__all__ = ["DATASETS", "Data", "DataSet", "Value", "Values"]


def _dealt(data: Data, values: Values) -> Data:
    """The same with some rows held out."""
    return replace(data, **Held.of(values, len(data.X), data.Y if data.classes else None)._asdict())


def line(values: Values) -> Data:
    """Points on both sides of a straight line."""
    draws, m = generator(int(values["points_seed"])), int(values["points"])
    x = np.linspace(-1, 1, m)
    y = 0.8 * x + 0.3 + float(values["noise"]) * draws.normal(size=m)
    return _dealt(Data(x.reshape(-1, 1), y.reshape(-1, 1), ("x",)), values)


def xor(values: Values) -> Data:
    """The truth table; its cells can be written over."""
    corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    return Data(corners, np.array([0, 1, 1, 0]), ("x1", "x2"), "xor", NO_YES)


def clicked(values: Values) -> Data:
    """One point of each class, and room for those that are added."""
    return Data(np.array([[-0.5, 0.0], [0.5, 0.0]]), np.array([0, 1]), ("x1", "x2"), classes=NO_YES)


def _points(shape: Callable[[Array, Array], tuple[Array, Array]], spread: float = 1.0) -> Callable[[Values], Data]:
    """Two classes of points in a plane: where they belong, and noise of the setting times ``spread``."""

    def make(values: Values) -> Data:
        draws, m = generator(int(values["points_seed"])), int(values["points"])
        kind = np.arange(m) % 2
        X = np.stack(shape(draws.uniform(size=m), kind), axis=1)
        X = X + float(values["noise"]) * spread * draws.normal(size=X.shape)
        return _dealt(Data(X, kind, ("x1", "x2"), classes=NO_YES), values)

    return make


def _circles(t: Array, kind: Array) -> tuple[Array, Array]:
    r = np.where(kind == 1, 0.4, 1.0)
    return r * np.cos(2 * np.pi * t), r * np.sin(2 * np.pi * t)


def _moons(t: Array, kind: Array) -> tuple[Array, Array]:
    x, y = np.cos(np.pi * t), np.sin(np.pi * t)
    return np.where(kind == 1, 0.5 - x, x - 0.5), np.where(kind == 1, 0.25 - y, y - 0.25)


def _spirals(t: Array, kind: Array) -> tuple[Array, Array]:
    r, turn = 0.1 + 0.9 * t, 3.5 * np.pi * t + np.pi * kind
    return r * np.cos(turn), r * np.sin(turn)


def above(values: Values) -> Data:
    """Points above and below a wave; noise moves points near it to the other side."""
    draws, m = generator(int(values["points_seed"])), int(values["points"])
    X = draws.uniform(-1, 1, size=(m, 2))
    over = X[:, 1] + 0.5 * float(values["noise"]) * draws.normal(size=m) > 0.5 * np.sin(np.pi * X[:, 0])
    return _dealt(Data(X, over.astype(np.int64), ("x1", "x2"), classes=("below", "above")), values)


def _bundled(name: str) -> Callable[[Values], Data]:
    def make(values: Values) -> Data:
        from glassnet.studio.tables import table

        return table(name, values)

    return make


NO_YES = ("no", "yes")
TWO_D: dict[str, Value] = {"layers": "8", "activation": "tanh", "optimizer": "adam", "learning_rate": 0.03}
WIDER = {**TWO_D, "layers": "16,16"}
ALL: dict[str, Value] = {"validate": 0.0, "judge": 0.0}  # every row teaches
FOUR: dict[str, Value] = {"layers": "3", "activation": "tanh", "learning_rate": 0.5, "batch_size": 4, **ALL}
BUNDLED = ("iris", "wine", "breast_cancer", "digits", "diabetes")
"""The tables that come with scikit-learn, by name."""

DATASETS = Named(
    "data set",
    [
        DataSet("line", "a line", line, {"layers": "", "points": 40}, "a number for each x", drawn=True),
        DataSet("xor", "XOR", xor, FOUR, "yes where exactly one of the two is 1"),
        DataSet("circles", "circles", _points(_circles, 0.5), TWO_D, "one around the other", drawn=True),
        DataSet("moons", "moons", _points(_moons, 0.6), TWO_D, "two half circles", drawn=True),
        DataSet("spirals", "spirals", _points(_spirals, 0.2), WIDER, "one wound into the other", drawn=True),
        DataSet("above", "above or below a wave", above, TWO_D, "on which side of a curve", drawn=True),
        DataSet("clicked", "points of your own", clicked, {**TWO_D, **ALL}, "click into the map to add some"),
        DataSet("iris", "iris", _bundled("iris"), TABLE, "three kinds of flowers by four lengths"),
        DataSet("wine", "wine", _bundled("wine"), TABLE, "three growers by thirteen measurements"),
        DataSet("breast_cancer", "breast cancer", _bundled("breast_cancer"), TABLE, "malignant or benign?"),
        DataSet("digits", "digits", _bundled("digits"), {**TABLE, "layers": "16"}, "ten digits of 8 x 8 pixels"),
        DataSet("diabetes", "diabetes", _bundled("diabetes"), TABLE, "how a disease goes on, a number"),
    ],
)
"""Every data set."""
