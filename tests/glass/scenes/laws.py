"""What holds for every picture, whatever is in it."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import numpy as np

from glassnet.glass.scenes import Scene
from glassnet.glass.scenes.shapes import Path, Shape, Text, leaves

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")


def texts(scene: Scene) -> list[Text]:
    return [shape for shape in leaves(scene.shapes) if isinstance(shape, Text)]


def meeting(scene: Scene) -> list[tuple[str, str]]:
    """Pairs of labels that overlap."""
    rows = sorted(((text.bounds, text.text) for text in texts(scene)), key=lambda row: row[0].top)
    found = []
    for i, (a, text) in enumerate(rows):
        for b, other in itertools.takewhile(lambda row, a=a: row[0].top < a.bottom, rows[i + 1 :]):
            if a.meets(b):
                found.append((text, other))
    return found


def outside(scene: Scene) -> list[Shape]:
    """What reaches beyond the view box."""
    v = scene.view
    return [
        shape
        for shape in leaves(scene.shapes)
        for b in [shape.bounds]
        if b.left < v.left or b.top < v.top or b.right > v.right or b.bottom > v.bottom
    ]


def struck(scene: Scene) -> list[str]:
    """Labels that a line runs through."""
    lines = [points(shape) for shape in leaves(scene.shapes) if isinstance(shape, Path)]
    x, y = np.concatenate([np.zeros((2, 0)), *lines], axis=1)
    boxes = [(text.text, text.bounds) for text in texts(scene)]
    return [word for word, b in boxes if np.any((b.left < x) & (x < b.right) & (b.top < y) & (y < b.bottom))]


def points(path: Path) -> np.ndarray:
    """Points along a path as it is drawn, (2, n)."""
    t = np.linspace(0, 1, 40)
    pieces = []
    for (x1, y1), (x2, y2) in itertools.pairwise(path.points):
        # A smooth piece is a cubic whose control points have the middle's x.
        along, down = (1.5 * t - 1.5 * t**2 + t**3, 3 * t**2 - 2 * t**3) if path.smooth else (t, t)
        pieces.append([x1 + (x2 - x1) * along, y1 + (y2 - y1) * down])
    return np.concatenate(pieces, axis=1)


def missing_from_twin(scene: Scene) -> list[str]:
    """Numbers that are seen and that the text twin does not say."""
    twin_numbers = set(NUMBER.findall(scene.text()))
    return [n for text in texts(scene) for n in NUMBER.findall(text.text) if n not in twin_numbers]


def parsed(svg: str) -> ET.Element:
    """The root, after what every drawing must have."""
    assert len(svg.encode()) < 1_000_000
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg" and root.get("role") == "group"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text and desc is not None and desc.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "g", "path", "circle", "rect", "text", "tspan"}
        assert not [n for n in element.attrib if n == "style" or n.startswith("on") or n.endswith("href")]
    assert "url(" not in svg and "@import" not in svg and "nan" not in "".join(_places(root))
    return root


def _places(root: ET.Element) -> list[str]:
    names = ("x", "y", "d", "cx", "cy", "r", "width", "height", "viewBox")
    return [element.get(name, "") for element in root.iter() for name in names]


def check(scene: Scene) -> None:
    """All of it."""
    assert scene.shapes and scene.sentence.endswith(".") and scene.tables
    assert meeting(scene) == []
    assert outside(scene) == []
    parsed(scene.svg())
    again = Scene.from_json(scene.json())
    assert again.describe()["shapes"] == scene.describe()["shapes"]
    assert again.text() == scene.text()
