"""Photographs of the workshop's pictures, light, dark and 400 pixels wide, and how much two of them differ.

``python tests/pixels.py`` approves them anew; it needs Chromium, Playwright and the matplotlib of ``MATPLOTLIB``. The
letters are those that matplotlib brings, so they are the same on each machine.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from chromium import chromium

MATPLOTLIB = "3.11.2"  # with which they were approved; .ci/run installs it
APPROVED = Path(__file__).parent / "approved"
SEEN = Path(tempfile.gettempdir()) / "glassnet-pictures"  # where changed ones are, to be looked at
SCALE = 0.5  # pixels of a photograph for each of the page
FARTHEST = 48  # of 255: how far a color may be off
TILE, MOST = 16, 0.12  # of a tile's pixels so many may be: what changes is seldom spread over a picture
PLAIN = ["--disable-gpu", "--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb"]

OTHERS = {  # pictures that the workshop has no row for
    "matrix": 'draw("matrix", A)',
    "confusion": 'draw("confusion", seer, digits / 16, digit)',
    "calibration": 'draw("calibration", iris, flowers, kind)',
    "predictions": 'draw("predictions", line, area, price)',
    "residuals": 'draw("residuals", line, area, price)',
    "surface": 'draw("surface", bent, corners, xor)',
    "distributions": 'draw("distributions", iris)',
    "step": "ledger(step)",
}


class View(NamedTuple):
    """How a picture is looked at."""

    name: str
    width: int
    scheme: str


VIEWS = (View("light", 1000, "light"), View("dark", 1000, "dark"), View("narrow", 400, "light"))


def calls(script: Any) -> Iterator[tuple[str, str]]:
    """The name of each picture and its call; those that are measured differ from run to run."""
    for number, row in enumerate(script.ROWS, 1):
        for place, call in enumerate(row.calls):
            if not row.measured:
                yield script.file_name(number, place, dark=False).removesuffix(".svg"), call
    yield from OTHERS.items()


def photographs(script: Any, schemes: str = "light dark") -> Iterator[tuple[str, Image.Image]]:
    """Every picture in every view, by the name of its file."""
    known = script.prepared()
    with chromium(*PLAIN) as browser:
        page = browser.new_context(device_scale_factor=SCALE, reduced_motion="reduce").new_page()
        page.set_content(_sheet(schemes) + '<div id="here"></div>')
        page.evaluate("document.fonts.ready")
        for name, call in calls(script):
            html = eval(call, known).markup()
            page.evaluate("html => {document.getElementById('here').innerHTML = html}", html)
            for view in VIEWS:
                page.set_viewport_size({"width": view.width, "height": 800})
                page.emulate_media(color_scheme=view.scheme)
                taken = page.locator("#here").screenshot(animations="disabled")
                yield f"{name}-{view.name}.webp", Image.open(io.BytesIO(taken)).convert("RGB")


def _sheet(schemes: str) -> str:
    """What the page needs: fonts, color schemes, the sheet of all pictures."""
    from matplotlib import get_data_path

    from glassnet.glass.sheet import sheet

    faces = "".join(
        f"@font-face{{font-family:{family};font-weight:{weight};src:url(data:font/ttf;base64,{encoded})}}"
        for family, weight, name in (
            ("pinned", "normal", "DejaVuSans"),
            ("pinned", "bold", "DejaVuSans-Bold"),
            ("pinned-mono", "normal", "DejaVuSansMono"),
        )
        for encoded in [base64.b64encode(Path(get_data_path(), f"fonts/ttf/{name}.ttf").read_bytes()).decode()]
    )
    return (
        f"<!doctype html><style>{faces}:root{{color-scheme:{schemes}}}body{{margin:0}}"
        f"*{{font-family:pinned!important}}text[font-family*=mono]{{font-family:pinned-mono!important}}{sheet()}</style>"
    )


def changed(now: Image.Image, approved: Image.Image) -> float:
    """The share of pixels that differ; 0 where no part of the picture differs enough to be another.

    >>> white, black = (Image.new("RGB", (64, 64), color) for color in ("white", "black"))
    >>> changed(white, white), changed(white, black), changed(white, white.crop((0, 0, 64, 32)))
    (0.0, 1.0, 0.5)
    """
    off = differing(now, approved)
    high, wide = (-(-side // TILE) * TILE for side in off.shape)
    tiles = np.zeros((high, wide), bool)
    tiles[: off.shape[0], : off.shape[1]] = off
    in_tiles = tiles.reshape(high // TILE, TILE, wide // TILE, TILE).mean(axis=(1, 3))
    return float(off.mean()) if (in_tiles > MOST).any() else 0.0


def differing(now: Image.Image, approved: Image.Image) -> np.ndarray:
    """Which pixels differ; those that only one of them has do."""
    high, wide = max(now.height, approved.height), max(now.width, approved.width)
    both = [np.full((high, wide, 3), 1000 * place, np.int32) for place in (1, 2)]
    for canvas, image in zip(both, (now, approved), strict=True):
        canvas[: image.height, : image.width] = np.asarray(image)
    return np.abs(both[0] - both[1]).max(axis=2) > FARTHEST


def shown(name: str, now: Image.Image, approved: Image.Image) -> Path:
    """Write the approved picture, the present one and where they differ, side by side, to be looked at."""
    where = Image.fromarray(np.where(differing(now, approved), 0, 255).astype(np.uint8)).convert("RGB")
    three = (approved, now, where)
    canvas = Image.new("RGB", (sum(image.width + 8 for image in three), max(image.height for image in three)), "gray")
    left = 0
    for image in three:
        canvas.paste(image, (left, 0))
        left += image.width + 8
    SEEN.mkdir(exist_ok=True)
    path = SEEN / Path(name).with_suffix(".png")
    canvas.save(path)
    return path


def main() -> None:
    """Approve those of now."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
    import pictures as script  # type: ignore[import-not-found]

    APPROVED.mkdir(exist_ok=True)
    for old in APPROVED.iterdir():
        old.unlink()
    for name, image in photographs(script):
        image.save(APPROVED / name, lossless=True, method=6)


if __name__ == "__main__":
    main()
