"""The drawing: valid, accessible, safe, light and dark."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from glass.scenes.laws import SVG, parsed
from glassnet import draw
from glassnet.errors import UnknownName
from glassnet.glass.palette import ROLES, SCHEMES, SIGNS
from glassnet.glass.scenes import Scene
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Text, leaves, line
from glassnet.glass.sheet import sheet
from glassnet.network.network import Network

HOSTILE = ["<script>alert(1)</script>", "a&b\"c'd", "]]>\x00\x1b[31m", "\ud800\ufffe", "&lt;&#60;", "\u202eabc"]

GOLDEN = """\
<rect x="-18.75" y="-18.75" width="77.5" height="57.5" fill="#ffffff" class="t-paper"/>
<g tabindex="0" role="img" aria-label="edge"><title>edge</title>\
<path d="M0 0L40 20" stroke="#a94400" stroke-width="1.5" stroke-dasharray="5.5 4" fill="none" class="l-negative"/></g>
</svg>"""


def test_golden():
    scene = Scene(
        "matrix", "A line", "It falls.", (), (Group((line(0, 0, 40, 20, role="negative", dash=True),), "edge"),)
    )
    svg = scene.svg("light")
    assert svg.splitlines()[1].endswith('-t">A line</title>') and svg.endswith(GOLDEN)


def test_names_are_only_names():
    network = Network.mlp(len(HOSTILE), [2], 2, loss="cross_entropy")
    scene = draw("network", network, network.initialize(), names=HOSTILE, outputs=HOSTILE[:2])
    root = parsed(scene.svg())
    words = {element.text for element in root.iter() if element.tag in (f"{SVG}text", f"{SVG}title")}
    assert {"<script>alert(1)</script>", "a&b\"c'd", "&lt;&#60;"} <= words
    assert "\x1b" not in scene.text() and "\u202e" not in scene.text() + scene.svg()
    scene.json().encode()


def test_identifiers_differ_between_pictures_on_a_page():
    a, b = (draw("matrix", [[value]]).svg() for value in (1, 2))
    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (a, b)]
    assert len(ids[0]) == 2 and not ids[0] & ids[1]
    assert draw("matrix", [[1]]).svg() == a


def test_light_and_dark_are_attributes_and_the_pages_scheme_is_the_sheets():
    """One markup: a saved picture has its colors in it, a page gives those of its own scheme."""
    scene = draw("matrix", [[1, -2]])
    light, dark = scene.svg(), scene.svg("dark")
    assert "<style" not in light + dark and " style=" not in light + dark
    for role, svg, other in (("light", light, dark), ("dark", dark, light)):
        assert SCHEMES[role]["paper"].tint in svg and SCHEMES[role]["paper"].tint not in other
    for role in ROLES:
        both = f"light-dark({SCHEMES['light'][role].line},{SCHEMES['dark'][role].line})"
        assert f"--gn-{role}:{both}" in sheet() and f".glassnet .l-{role}{{stroke:var(--gn-{role})}}" in sheet()
        theirs = f'.glassnet-scene svg [stroke="{SCHEMES["light"][role].line}"]{{stroke:var(--gn-{role})}}'
        assert theirs in sheet(), "matplotlib's pictures have no classes"
    assert scene.html() == f"<style>{sheet()}</style>{scene.markup()}" and light in scene.markup()
    with pytest.raises(UnknownName, match=r"no color scheme 'drak'; did you mean 'dark'\?"):
        scene.svg("drak")


def test_the_sheet_is_about_our_classes_alone():
    """In a notebook there are other people's cells."""
    rules = re.findall(r"([^{}]+){[^{}]*}", re.sub(r"@supports \([^{]*{", "", sheet()))
    assert len(rules) > len(ROLES)
    assert [one for rule in rules for one in rule.split(",") if not re.match(r"\.glassnet\b", one)] == []


def test_programs_without_style_sheets_see_colors(workshop):
    """Every shape has its color as an attribute, and a class under which the style sheet finds it."""
    for element in parsed(draw("network", workshop.network, workshop.parameters).svg()).iter():
        if element.tag.removeprefix(SVG) in ("path", "circle", "rect", "text"):
            assert element.get("fill") and element.get("class")


def test_no_letter_is_small(workshop):
    """The size is that of the view box, and does not shrink with the page: what is around scrolls."""
    root = parsed(draw("network", workshop.network, workshop.parameters, workshop.forward_pass).svg())
    _, _, width, height = map(float, root.get("viewBox").split())
    assert (float(root.get("width")), float(root.get("height"))) == (width, height)
    assert ".glassnet-scene{margin:1em 0;overflow-x:auto}" in sheet() and "max-width" not in sheet()
    sizes = [float(text.get("font-size", 11)) for tag in ("text", "tspan") for text in root.iter(f"{SVG}{tag}")]
    assert len(sizes) > 50 and min(sizes) >= 11


def test_formulas_are_set_as_in_mathematics():
    scene = Scene("matrix", "t", "s.", (), (Text(0, 0, "w13[1] := -0.5*y^", style="formula"), Text(0, 30, "w13[1]")))
    first, second = parsed(scene.svg("light")).iter(f"{SVG}text")
    blank = "\N{NO-BREAK SPACE}"  # next to a tspan, where librsvg and others leave a plain one out
    assert "".join(first.itertext()) == f"w13[1]{blank}:= −0.5·ŷ" and second.text == "w13[1]", "a name is only a name"
    lowered, raised, after = first.findall(f"{SVG}tspan")
    assert float(lowered.get("dy")) > 0 > float(raised.get("dy")) and float(raised.get("dx")) < 0
    heights = [float(span.get("dy")) for span in (lowered, raised, after)]
    assert sum(heights) == pytest.approx(0, abs=0.02), "what follows stands on the line again"


def test_the_keyboard_reaches_what_has_a_name(workshop):
    root = parsed(draw("network", workshop.network, workshop.parameters).svg())
    reached = [g for g in root.iter(f"{SVG}g") if g.get("tabindex") == "0"]
    assert len(reached) > 20 and all(g.get("aria-label") and g.get("role") == "img" for g in reached)
    assert not [inner for g in reached for inner in g.iter() if inner is not g and inner.get("tabindex")]


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """WCAG 2.2: 4.5 for text."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_colors_can_be_read(scheme):
    colors = SCHEMES[scheme]
    paper = colors["paper"].tint
    for role in ROLES:
        if role != "paper":
            assert contrast(colors[role].line, paper) >= 4.5, role
            assert contrast(colors[role].line, colors[role].tint) >= 4.5, role
            assert contrast(colors["ink"].line, colors[role].tint) >= 7, role


def seen(color: str, kind: str) -> tuple[float, float, float]:
    """A color as a dichromat sees it: Vienot, Brettel, Mollon 1999, on linear light."""
    rgb = [(int(color[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
    if kind == "full":
        return tuple(rgb)
    same = {"protan": (0.11238, 0.88762, 0.0), "deutan": (0.29275, 0.70725, 0.0)}[kind]
    red = sum(a * b for a, b in zip(same, rgb, strict=True))
    blue = {
        "protan": 0.00401 * rgb[0] - 0.00401 * rgb[1] + rgb[2],
        "deutan": -0.02234 * rgb[0] + 0.02234 * rgb[1] + rgb[2],
    }
    return red, red, blue[kind]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["full", "protan", "deutan"])
def test_signs_differ_for_every_eye(scheme, kind):
    a, b = (seen(SCHEMES[scheme][SIGNS[sign]].line, kind) for sign in ("positive", "negative"))
    assert max(abs(x - y) for x, y in zip(a, b, strict=True)) > 0.2


def test_an_unknown_script_keeps_its_place():
    root = ET.fromstring(draw("matrix", [[1]], name="ﷺ漢").svg())
    squeezed = [element for element in root.iter(f"{SVG}text") if element.get("textLength")]
    assert squeezed and all("漢" in element.text for element in squeezed)
    assert not [e for e in ET.fromstring(draw("matrix", [[1]], name="W[1]").svg()).iter() if e.get("textLength")]


def test_shapes_go_to_data_and_back():
    every = (
        Path(((0, 0), (1.234567, 2)), arrow=True, smooth=True, filled=True, title="t"),
        Circle(1, 2, 3, role="forward"),
        Box(0, 0, 1, 1, round=2),
        Group((Text(0, 0, "x", anchor="end", bold=True, title="t"),), "g"),
    )
    scene = Scene("matrix", "t", "s.", (), every)
    again = Scene.from_json(scene.json())
    assert again.shapes[1:] == every[1:] and again.shapes[0].points == ((0, 0), (1.23, 2))
    assert [type(shape) for shape in leaves(again.shapes)] == [Path, Circle, Box, Text]
