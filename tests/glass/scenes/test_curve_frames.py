"""A history's curves as a frame: what the drawing shows, in few bytes."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from glassnet import draw
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.curves.frames import curve_frame
from glassnet.glass.scenes.curves.plot import Curve, Panel
from glassnet.glass.scenes.shapes import Path, Text, leaves


def points_of(path: str) -> list[list[tuple[float, float]]]:
    pieces = path.split("M")[1:]
    return [[tuple(map(float, pair.split())) for pair in piece.split("L")] for piece in pieces]


@pytest.mark.parametrize(
    "history",
    [
        {"cost": [0.9, 0.4, 0.3]},
        {"cost": [0.9, 0.4, 0.3, 0.2], "validation_cost": [1.0, np.nan, 0.5, 0.6]},
        {"cost": [1e3, 5.0, 0.1], "validation_cost": [2e3, 7.0, 0.2]},
    ],
)
def test_it_is_the_drawing(history):
    """The same pixels, ticks and mark; the drawing's area begins at 0, 0."""
    frame, shapes = curve_frame(history), list(leaves(draw("history", history).shapes))
    drawn = [p for p in shapes if isinstance(p, Path) and p.width == 2.2]
    pieces = [piece for path in frame.paths.values() for piece in points_of(path)]
    assert list(frame.paths) == list(history) and len(pieces) == len(drawn)
    for piece, path in zip(pieces, drawn, strict=True):
        assert np.allclose(piece, path.points, atol=0.051)
    words = {text.text for text in shapes if isinstance(text, Text)}
    assert {text for _, text in (*frame.across, *frame.up)} <= words and frame.across and frame.up
    assert all(
        0 <= at <= size for ticks, size in zip((frame.across, frame.up), frame.size, strict=True) for at, _ in ticks
    )
    assert frame.best[2] == int(re.search(r"best in epoch (\d+)", draw("history", history).sentence)[1])


@pytest.mark.parametrize("epochs", [1, 80, 81, 3000])
def test_it_stays_small(epochs):
    """Whatever the number of epochs; the lowest and the highest entry are among the points."""
    rng = np.random.default_rng(0)
    columns = {name: rng.random(epochs).tolist() for name in ("cost", "validation_cost")}
    frame = curve_frame(columns)
    assert len(frame.as_sent().encode()) < 4000 and json.loads(frame.as_sent())[0] == frame.paths
    if epochs > 1:
        ys = [y for path in frame.paths.values() for piece in points_of(path) for _, y in piece]
        whole = [p.points for p in leaves(draw("history", columns).shapes) if isinstance(p, Path) and p.width == 2.2]
        assert (min(ys), max(ys)) == pytest.approx(
            (min(y for p in whole for _, y in p), max(y for p in whole for _, y in p)), abs=0.051
        )


def test_nothing_to_show():
    with pytest.raises(InvalidInput, match="no history to draw"):
        curve_frame({})


def test_a_cost_of_0_is_at_the_foot_of_a_logarithmic_axis():
    panel = Panel("", "", [], (0.0, 2.0), (1e-30, 1.0), width=300.0, height=190.0, log=True)
    assert panel.pieces(Curve("cost J", [(0.0, 1.0), (1.0, 0.0), (2.0, 1e-30)], "ink")) == [
        ((0.0, 0.0), (150.0, 190.0), (300.0, 190.0))
    ]
