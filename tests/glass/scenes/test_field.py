"""Fields and strokes: what maps are made of; every cell is drawn once, in its ink."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.glass.scenes.field import Field, Ink, Strokes, cells_of, graded
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.table import Table

INKS = (Ink("positive", 0.25), Ink("negative", 0.5), Ink("forward", 1.0))
GRIDS = st.integers(1, 5).flatmap(
    lambda wide: st.lists(st.lists(st.integers(-1, 2), min_size=wide, max_size=wide), min_size=1, max_size=5)
)


def scene(*shapes):
    return Scene("boundary", "A map", "A map.", (Table("T", ("a",), ((1,),)),), shapes)


def painted(field):
    """The cells again, from the paths."""
    cells = np.full((len(field.cells), len(field.cells[0])), -1)
    for number, path in enumerate(field.paths.values()):
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", path):
            strip = cells[int(y), int(x) : int(x) + int(length)]
            assert (strip == -1).all()
            strip[:] = number
    return cells.tolist()


@given(GRIDS)
def test_the_paths_are_the_cells(rows):
    field = Field(0, 0, 10, 10, INKS, tuple(map(tuple, rows)), "m")
    assert painted(field) == rows
    assert list(field.paths) == ["m:0", "m:1", "m:2"]


def test_rows_of_a_plot_go_up():
    assert cells_of(np.array([[0, 1], [2, 2]])) == ((2, 2), (0, 1))


def test_grades_hold_their_ends():
    values = np.array([-1.0, 0.0, 0.999, 1.0, 2.0, np.nan, np.inf, -np.inf])
    assert graded(values, 0.0, 1.0, 4).tolist() == [0, 0, 3, 3, 3, -1, 3, 0]
    assert graded(np.zeros(2), 0.0, 0.0, 4).tolist() == [0, 0]


def test_a_page_finds_the_paths():
    field = Field(5, 6, 20, 10, INKS, ((0, -1), (2, 1)), "map")
    strokes = Strokes((((0, 0), (1.26, 2)), ((3, 3), (4, 4))), key="map:line", title="where it changes")
    drawn = scene(field, strokes).svg()
    assert '<path d="M0 0h1" data-value="map:0" stroke-width="1" stroke-opacity="0.25"' in drawn
    assert (
        'd="M0 0L1.3 2M3 3L4 4" fill="none" data-value="map:line"' in drawn
        and "<title>where it changes</title>" in drawn
    )
    assert "translate(5 8.5) scale(10 5)" in drawn and "style=" not in drawn


def test_they_go_to_data_and_back():
    made = scene(
        Field(0, 0, 4, 4, INKS, ((0, 1), (-1, 2)), "m"), Strokes((((0.0, 1.0), (2.0, 3.5)),), "quiet", key="k")
    )
    assert Scene.from_json(made.json()) == made


def test_they_are_drawn_in_files():
    made = scene(Field(0, 0, 40, 40, INKS, ((0, 1), (-1, 2)), "m"), Strokes((((0, 0), (40, 40)),)))
    assert made.png().startswith(b"\x89PNG")
