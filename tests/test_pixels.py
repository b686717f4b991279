"""The workshop's pictures, pixel by pixel, in light, dark and 400 pixels, against those last approved.

Only with ``GLASSNET_TEST_PIXELS=1``, as ``.ci/run`` has it: the pixels are those of one matplotlib. Everywhere else
``test_pictures.py`` compares labels and geometry. ``python tests/pixels.py`` approves anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
Image = pytest.importorskip("PIL.Image")

import pixels  # noqa: E402
from test_pictures import script  # noqa: E402, F401

WANTED = pytest.mark.skipif(
    os.environ.get("GLASSNET_TEST_PIXELS") != "1", reason="pixels are compared with GLASSNET_TEST_PIXELS=1"
)


@WANTED
def test_every_picture_looks_like_the_approved_one(script: Any) -> None:  # noqa: F811
    assert matplotlib.__version__ == pixels.MATPLOTLIB, f"pip install matplotlib=={pixels.MATPLOTLIB}"
    left, said = {path.name for path in pixels.APPROVED.iterdir()}, []
    for name, now in pixels.photographs(script):
        if name not in left:
            said.append(f"{name} is new")
            continue
        left.remove(name)
        with Image.open(pixels.APPROVED / name) as opened:
            approved = opened.convert("RGB")
        if share := pixels.changed(now, approved):
            said.append(f"{name}: {share:.1%} of its pixels changed, see {pixels.shown(name, now, approved)}")
    said += [f"{name} is drawn no more" for name in sorted(left)]
    assert not said, "look at them, then: python tests/pixels.py\n" + "\n".join(said)


def painted(*spots: tuple[int, int, int, int, int]) -> Any:
    """A gray picture with gray boxes: left, top, width, height, shade."""
    canvas = np.full((120, 200, 3), 200, np.uint8)
    for left, top, width, height, shade in spots:
        canvas[top : top + height, left : left + width] = shade
    return Image.fromarray(canvas)


@pytest.mark.parametrize(
    ("spot", "share"),
    [
        ((70, 50, 8, 8, 90), 64 / 24000),  # a letter of another color
        ((0, 119, 200, 1, 90), 0),  # a line moved by less than a pixel
        ((70, 50, 4, 4, 90), 0),
        ((0, 0, 200, 120, 160), 0),  # another shade of the same
        ((0, 0, 200, 120, 140), 1),
    ],
)
def test_what_counts_as_a_change(spot: tuple[int, int, int, int, int], share: float) -> None:
    assert pixels.changed(painted(spot), painted()) == pytest.approx(share)


def test_a_longer_picture_is_another_and_is_shown_next_to_the_approved_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "SEEN", tmp_path)
    short = painted().crop((0, 0, 200, 100))
    assert pixels.changed(painted(), short) == pytest.approx(1 / 6)
    path = pixels.shown("a-light.webp", painted(), short)
    with Image.open(path) as three:
        assert three.size == (3 * 208, 120) and path.name == "a-light.png"
