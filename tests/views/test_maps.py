"""Maps: their numbers are those of the displays, their frames are small, and nothing is said by color alone."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_circles

from glassnet import Dense, LinearRegression, MLPClassifier, Network
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Text, leaves
from glassnet.views.displays.boundary import DecisionBoundaryDisplay, UnitBoundariesDisplay
from glassnet.views.displays.curve import CurveDisplay
from glassnet.views.displays.surface import CostSurfaceDisplay
from glassnet.views.maps.contour import borders, contour
from glassnet.views.maps.decision import DecisionMap
from glassnet.views.maps.marks import FORMS, mark
from glassnet.views.maps.scenes import scene_of
from glassnet.views.maps.surface import SurfaceMap

X, Y = make_circles(60, noise=0.05, factor=0.5, random_state=0)


@pytest.fixture(scope="module")
def rings():
    return MLPClassifier((6,), solver="lbfgs", tol=0.05, random_state=0).fit(X, Y)


def words(scene):
    return [text.text for text in leaves(scene.shapes) if isinstance(text, Text)]


def test_a_contour_lies_where_a_plane_is_zero():
    x, y = np.linspace(-1, 1, 9), np.linspace(-2, 2, 7)
    z = 3 * x[None, :] - y[:, None] + 0.25
    ends = np.array([end for segment in contour(x, y, z) for end in segment])
    assert np.abs(3 * ends[:, 0] - ends[:, 1] + 0.25).max() < 1e-12 and len(ends) > 8


@pytest.mark.parametrize("z", [np.ones((3, 3)), np.full((3, 3), np.nan), np.zeros((3, 3)), np.ones((1, 1))])
def test_no_contour_where_nothing_changes(z):
    ticks = np.arange(float(len(z)))
    assert contour(ticks, ticks, z) == []


def test_a_saddle_has_two_lines():
    assert len(contour(np.array([0.0, 1]), np.array([0.0, 1]), np.array([[1.0, -1], [-1, 1]]))) == 2


def test_borders_run_between_classes():
    classes = np.array([[0, 0, 1], [0, 2, 1]])
    found = borders(np.arange(3.0), np.arange(2.0), classes)
    assert found == [((0.5, 0.5), (0.5, 1.5)), ((1.5, -0.5), (1.5, 1.5)), ((0.5, 0.5), (1.5, 0.5))]


def test_the_map_has_the_numbers_of_the_display(rings):
    display = DecisionBoundaryDisplay.from_estimator(rings, X, Y, resolution=40)
    drawn = DecisionMap(display)
    grades = np.array(drawn.field.cells[::-1])
    assert np.array_equal(grades, np.clip(np.floor(display.response * 10), 0, 9))
    assert drawn.scene().tables[0] == display.tables[0]
    assert np.sum(np.array(drawn.display.plane.wrong)) == len(drawn.wrong.segments) / 2


def test_a_frame_is_small_and_all_of_it_is_in_the_picture(rings):
    for unit in (None, (1, 2)):
        drawn = DecisionMap(DecisionBoundaryDisplay.from_estimator(rings, X, Y, resolution=40, unit=unit))
        frame = drawn.frame()
        assert len(json.dumps(frame)) < 4_000
        svg = drawn.scene().svg()
        assert all(f'd="{path}"' in svg and f'data-value="{key}"' in svg for key, path in frame.items() if path)


def test_a_plane_laid_once_shows_other_weights(rings):
    display = DecisionBoundaryDisplay.from_estimator(rings, X, Y, resolution=12)
    before = DecisionMap(display).frame()
    display.plane.subject.parameters.theta[:] = 0
    after = DecisionMap(DecisionBoundaryDisplay.over(display.plane)).frame()
    assert before.keys() == after.keys() and before != after


def test_classes_have_forms_and_borders():
    X, y = load_iris(return_X_y=True)
    model = MLPClassifier((4,), solver="lbfgs", tol=0.05, random_state=0).fit(X[:, 2:], y)
    scene = DecisionMap(DecisionBoundaryDisplay.from_estimator(model, X[:, 2:], y, resolution=20)).scene()
    rows = [group.shapes[0] for group in scene.shapes if isinstance(group, Group) and group.key.startswith("row:")]
    assert {type(shape) for shape in rows} == {Circle, Box, Path} and len(rows) == 150
    assert {"0", "1", "2", "the decision changes"} <= set(words(scene))
    assert "of 150 rows are answered wrong" in scene.sentence


def test_where_no_row_is_near_the_map_is_hatched(rings):
    display = DecisionBoundaryDisplay.from_estimator(rings, X, Y, resolution=20)
    scene = DecisionMap(display).scene()
    hatched = [shape for shape in scene.shapes if getattr(shape, "title", "").startswith("no rows near")]
    assert len(hatched) == 1 and "hatched: no rows near" in words(scene)
    assert display.plane.far[0, 0] > 0.08 > display.plane.far[10, 3]
    few = DecisionBoundaryDisplay.from_estimator(rings, X[:9], Y[:9], resolution=20)
    assert few.plane.far is None and "hatched: no rows near" not in words(DecisionMap(few).scene())


def test_numbers_have_a_scale():
    rows = np.array([[0.0, 1], [2, 0], [1, 1], [3, 2]])
    display = DecisionBoundaryDisplay.from_estimator(LinearRegression().fit(rows, rows @ [1, 2]), rows, rows @ [1, 2])
    drawn = DecisionMap(display)
    low, high = display.ends
    assert drawn.ends == (low, high) and any(re.match(r"pale .* strong", word) for word in words(drawn.scene()))


@pytest.mark.parametrize("k", range(2 * FORMS))
def test_marks_stay_within_their_size(k):
    bounds = mark(k, 10, 20).bounds
    assert 10 - 8 < bounds.left < 10 < bounds.right < 18 and 12 < bounds.top < 20 < bounds.bottom < 28


def descent(alpha, **settings):
    x = np.linspace(-1, 1, 9).reshape(-1, 1)
    line = Network(1, [Dense(1)])
    start = line.parameters(np.array([-1.0, -0.5]))
    return CostSurfaceDisplay.from_descent(line, start, x, 2 * x + 1, alpha=alpha, steps=25, resolution=14, **settings)


def test_the_surface_says_where_a_descent_ends():
    scene = SurfaceMap(descent(0.3)).scene()
    assert (
        "25 steps to a cost of" in scene.title
        and "end" in words(scene)
        and "In view the cost goes from" in scene.sentence
    )
    assert scene.tables[0].rows[0][1:3] == pytest.approx((-1.0, -0.5))


def test_a_descent_that_diverges_leaves_the_picture():
    display = descent(2.6, window=np.array([[-4.0, -4.0], [8.0, 6.0]]))
    drawn = SurfaceMap(display)
    scene, shapes = drawn.scene(), list(leaves(drawn.shapes))
    assert 2 < len(drawn.way) < len(display.path) and "leaves: it diverges" in words(scene)
    assert scene.sentence.endswith("The path leaves the picture: it diverges.") and "diverged" not in words(scene)
    path = next(shape for shape in shapes if isinstance(shape, Path) and shape.arrow)
    assert path.points[-1] == pytest.approx(drawn.at.place((drawn.way[-1][0], drawn.at.ends[2])))  # on the lower edge
    circles = [(shape.x, shape.y) for shape in shapes if isinstance(shape, Circle)]
    assert circles == list(path.points[1:-1])  # its steps, and no mark of an end


def test_a_descent_that_leaves_at_its_first_step_is_seen_to():
    display = descent(2.6, window=np.array([[-1.0, -0.5], [0.0, 1.0]]))
    drawn = SurfaceMap(display)
    start, edge = np.array(drawn.way)
    first = display.path[1] - display.path[0]
    assert edge[0] == pytest.approx(drawn.at.ends[1])
    assert (edge - start) @ [-first[1], first[0]] == pytest.approx(0, abs=1e-12)  # towards where the step goes
    assert not [shape for shape in leaves(drawn.shapes) if isinstance(shape, Circle)]


def test_names_of_parameters_are_set_as_formulas():
    across, up = SurfaceMap(descent(0.3)).at.axes()[-2:]
    assert (across.text, up.text, across.style, up.style) == ("w11[1]", "b1[1]", "formula", "formula")
    figure = descent(0.3).plot().ax_
    assert figure.get_xlabel().startswith("w$_{") and "[1]" in figure.get_xlabel()


def test_a_surface_of_no_finite_number_is_said_not_drawn():
    display = descent(0.3)
    display.cost[:] = np.nan
    assert "In view the cost goes from 0 to 0" in SurfaceMap(display).scene().sentence


def form(shape):
    """What a mark looks like, wherever it is."""
    corners = len(getattr(shape, "points", ()))
    return type(shape), corners, shape.role, round(shape.bounds.width, 6), round(shape.bounds.height, 6)


def samples(scene):
    """The form of what the legend shows before each of its words."""
    said = pairwise(scene.shapes[-1].shapes)
    return {b.text: form(a) for a, b in said if isinstance(b, Text) and not isinstance(a, Text)}


def test_the_legend_shows_the_marks_themselves():
    X, y = load_iris(return_X_y=True)
    model = MLPClassifier((4,), solver="lbfgs", tol=0.05, random_state=0).fit(X[:, 2:], y)
    map_of_three = DecisionMap(DecisionBoundaryDisplay.from_estimator(model, X[:, 2:], y, resolution=9)).scene()
    of_units = scene_of(UnitBoundariesDisplay.from_estimator(model, X[:, 2:], y, resolution=9))
    for scene in (map_of_three, of_units):
        seen = samples(scene)
        assert [seen[name] for name in "012"] == [form(mark(k, 0, 0)) for k in range(3)]
    line = scene_of(CurveDisplay.from_estimator(LinearRegression().fit(X[:, 2:3], X[:, 3]), X[:, 2:3], X[:, 3]))
    rows = {form(shape) for shape in line.shapes if isinstance(shape, Circle)}
    assert {samples(line)["the data"]} == rows
    way = SurfaceMap(descent(0.3)).scene()
    groups = [shape for shape in way.shapes if isinstance(shape, Group) and shape.title]
    drawn = {group.title.partition(":")[0]: form(group.shapes[0]) for group in groups}
    assert (samples(way)["start"], samples(way)["end"]) == (drawn["start"], drawn["where it ended"])
