"""Draws the workshop's 26 rows into ``docs/pictures``, light and dark, and writes their table into ``docs/seeing.md``:
``python docs/pictures.py``. A test runs every call and says which pictures changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import glassnet
from glassnet.views.figures import Picture

DOCS = Path(__file__).parent
PAGE, FOLDER = DOCS / "seeing.md", DOCS / "pictures"
BEGIN, END = "<!-- the workshop: python docs/pictures.py -->\n", "<!-- end of the workshop -->\n"
WIDEST = 640  # pixels in the page; a click shows the file

SETUP = """\
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits, load_iris, make_circles
from glassnet import *

# Go to class? Difficulty 0.4, two assignments due, the midterm in 17 days.
net = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
p = net.initialize(seed=0)
p.W[1] = [[0.5, 0.1, 0.0058], [0.3, -0.2, 0.01], [-1.0, 0.4, 0.02], [0.2, -0.6, -0.05]]
p.b[1], p.W[2], p.b[2] = [0.2, 0.1, 0.0, 0.1], [[0.8, -0.5, -0.3, 0.9]], [-0.5375506955]
names = ["difficulty", "assignments due", "days until midterm"]
descent = OPTIMIZERS.make("gradient_descent", learning_rate=0.01)
step = trace(net, [[0.4, 2, 17]], [1], parameters=p, optimizer=descent, columns=names)
days = np.random.default_rng(0).normal(size=(200, 3))

# House prices, in thousands.
features = ["bedrooms", "bathrooms", "square feet"]
houses = np.array([[5, 3, 3000], [2, 1, 900], [4, 2, 1800], [3, 2, 1500], [4, 3, 2400], [1, 1, 600]])
price = np.array([500, 210, 300, 305, 380, 120])
area = pd.DataFrame({"thousand square feet": houses[:, 2] / 1000})
affordable = np.where(price < 300, "affordable", "too expensive")
line = LinearRegression().fit(area, price)
afford = LogisticRegression(C=10).fit(area, affordable)
house = Network(3, [Dense(1)])
h = house.initialize()
h.W[1], h.b[1] = [[5, -5, 0.15]], [40]

# XOR, by the best line and by a network; two rings, by a deeper one.
corners, xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
best_line = LogisticRegression(C=100).fit(corners, xor, sample_weight=[1, 1, 1, 0.1])
bent = MLPClassifier((2,), activation="logistic", solver="lbfgs", random_state=5).fit(corners, xor)
circles, ring = make_circles(200, noise=0.08, factor=0.5, random_state=0)
rings = MLPClassifier((8, 8, 2), activation="tanh", solver="lbfgs", alpha=1e-3, random_state=1).fit(circles, ring)

# Two linear layers; a line to descend on; y = (x + y) z; three products; digits; irises.
deep = Network(1, [Dense(1, "identity"), Dense(1)])
w = deep.initialize()
w.W[1], w.b[1], w.W[2], w.b[2] = [[3.0]], [1.0], [[2.0]], [5.0]
linear, x = Network(1, [Dense(1)]), np.linspace(-1, 1, 20).reshape(-1, 1)
start = linear.initialize()
start.W[1], start.b[1] = [[-1.0]], [-0.5]
u, v, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
q = u + v
A, B = [[1, 2, 1], [0, 1, 0], [2, 3, 4]], [[2, 5], [6, 7], [1, 8]]
digits, digit = load_digits(return_X_y=True)
images, moves = digits.reshape(-1, 8, 8) / 16, [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]  # as drawn, and a pixel aside
moved = np.concatenate([np.roll(images, by, axis=(1, 2)).reshape(-1, 64) for by in moves])
seer = MLPClassifier((12,), activation="logistic", solver="lbfgs", alpha=25, max_iter=150, tol=1e-3, random_state=0)
seer.fit(moved, np.tile(digit, len(moves)))
flowers, kind = load_iris(return_X_y=True)
flowers = (flowers - flowers.mean(axis=0)) / flowers.std(axis=0)
iris = MLPClassifier((8,), learning_rate_init=0.02, early_stopping=True, n_iter_no_change=30, random_state=0)
iris.fit(flowers, kind)
"""


class Row(NamedTuple):
    """One row of the checklist: its idea, and the calls that draw it; measured ones differ from run to run."""

    idea: str
    calls: tuple[str, ...]
    measured: bool = False


ROWS = (
    Row("Learning", ('draw("curve", line, area, price)',)),
    Row("Data set", ('draw("data", houses, price, names=features, target="price")',)),
    Row("Linear regression", ('draw("network", house, h, house.forward(houses[:1], h), names=features)',)),
    Row("Logistic regression", ('draw("curve", afford, area, affordable)',)),
    Row("From regressions to networks", ('draw("neuron", net, p, step, names=names)', 'draw("network", net, p)')),
    Row("Network", ('draw("compact", net)',)),
    Row("Neuron", ('draw("neuron", net, p, step, layer=2)',)),
    Row("Three steps of training", ('draw("ledger", ledger(step, depth=1))',)),
    Row("Shallow example", ('draw("network", net, p, step, step.gradients, names=names)',)),
    Row("Activations", ('draw("activation", ["sigmoid", "tanh", "relu"])',)),
    Row(
        "Why nonlinear: XOR",
        (
            'draw("boundary", best_line, corners, xor).next_to(draw("boundary", bent, corners, xor))',
            'draw("units", bent, corners, xor)',
        ),
    ),
    Row("Linear activations collapse", ('draw("collapse", deep, w)',)),
    Row("Forward propagation by loops", ('draw("code", net, p, days)',), measured=True),
    Row("Loss and cost", ('draw("ledger", ledger(step), ["y^1", "y1", "L", "J"])',)),
    Row("Parameters and hyperparameters", ('draw("settings", iris)',)),
    Row("Gradient descent", ('draw("descents", linear, start, x, 2 * x + 1, alphas=(0.05, 0.9, 2.1), steps=20)',)),
    Row("Chain rule", ('draw("graph", graph.Graph(q * z, q=q))', 'draw("chain", step)')),
    Row(
        "Vectorisation",
        ('draw("product", A, B, row=3, column=2)', 'draw("product", step.A[0], step.W[1].T, bias=step.b[1])'),
    ),
    Row("Vectorised gradient descent", ('draw("update", step)',)),
    Row("Back propagation", ('draw("backward", step)',)),
    Row("Layers as functions", ('draw("layers", bent, corners, xor)',)),
    Row("Deep networks", ('draw("layers", rings, circles, ring)',)),
    Row("Feature learning", ('draw("weights", seer)',)),
    Row("Building blocks", ('draw("blocks", net, m=32)',)),
    Row("Efficiency", ('draw("engines", compare_engines(net, days, days[:, 0] > 0))',), measured=True),
    Row("The whole", ('draw("history", iris, metric="cost")',)),
)


def prepared() -> dict[str, Any]:
    """The names that the calls use."""
    known: dict[str, Any] = {name: getattr(glassnet, name) for name in glassnet.__all__}
    exec(SETUP.replace("from glassnet import *\n", ""), known)
    return known


def file_name(number: int, place: int, dark: bool) -> str:
    """``11b-dark.svg``."""
    return f"{number:02d}{'ab'[place] if len(ROWS[number - 1].calls) > 1 else ''}{'-dark' if dark else ''}.svg"


def section(widths: dict[str, float]) -> str:
    """The table, with what it needs before it.

    Args:
        widths: of each light picture in pixels.
    """
    lines = [
        "```python",
        *SETUP.rstrip().splitlines(),
        "```",
        "",
        "| # | idea and call | picture |",
        "| --- | --- | --- |",
    ]
    for number, row in enumerate(ROWS, 1):
        calls = "<br>".join(f"`{call}`" for call in row.calls)
        shown = "<br>".join(_shown(number, place, row, widths) for place in range(len(row.calls)))
        lines.append(f"| {number} | **{row.idea}**<br>{calls} | {shown} |")
    return "\n".join(lines) + "\n"


def _shown(number: int, place: int, row: Row, widths: dict[str, float]) -> str:
    light, dark = (file_name(number, place, dark) for dark in (False, True))
    wide = round(min(widths[light], WIDEST))
    source = f'<source media="(prefers-color-scheme: dark)" srcset="pictures/{dark}">'
    image = f'<img src="pictures/{light}" width="{wide}" alt="{row.idea}">'
    return f'<a href="pictures/{light}"><picture>{source}{image}</picture></a>'


def page(text: str, table: str) -> str:
    """The page with this table in it."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n" + table + "\n" + END + rest.partition(END)[2]


def width_of(svg: str) -> float:
    """In pixels; matplotlib writes points."""
    text = svg.partition(' width="')[2].partition('"')[0]
    return float(text.removesuffix("pt")) * (4 / 3 if text.endswith("pt") else 1)


def main() -> None:
    """Draw all of them."""
    FOLDER.mkdir(exist_ok=True)
    known, widths = prepared(), {}
    for number, row in enumerate(ROWS, 1):
        for place, call in enumerate(row.calls):
            picture: Picture = eval(call, known)
            for dark in (False, True):
                name = file_name(number, place, dark)
                picture.save(FOLDER / name, dark=dark)
                widths[name] = width_of((FOLDER / name).read_text(encoding="utf-8"))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), section(widths)), encoding="utf-8")


if __name__ == "__main__":
    main()
