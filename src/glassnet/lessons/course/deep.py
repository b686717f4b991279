"""Deep networks: layers as functions of functions, and the features they learn from images of digits."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

from sklearn.datasets import load_digits

from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
A layer is a function of what the layer below says: a[l] = f[l](a[l-1]). A deep network is such functions inside each
other, L of them; the input is not counted. Nothing else changes: forward, cost, backward and update are written once
for a layer, and repeated. Any transformation may be a layer, one of your own too.

Why more layers? The lower ones learn simple features (edges and strokes), the higher ones put these together (loops,
digits, faces). No one tells them what to look for. Here a network learns the digits 0 to 9 from images of 8 by 8
pixels; the picture shows what each unit of the first layer looks for: its 64 weights as an image.
"""


def make(hidden: int, layers: int, epochs: int) -> Screen:
    X, y = load_digits(return_X_y=True)
    X = X / 16  # pixels from 0 to 1
    model = MLPClassifier((hidden,) * layers, "tanh", alpha=0.3, learning_rate_init=0.01, random_state=0)
    for _ in range(epochs):  # every other image teaches, the others judge
        model.partial_fit(X[::2], y[::2], classes=range(10))
    known, new = model.score(X[::2], y[::2]), model.score(X[1::2], y[1::2])
    net = model.fitted.network
    widths = "-".join(map(str, net.widths))
    judged = (
        f"{widths} after {epochs} epochs: {known:.1%} of the images it learned from are right, {new:.1%} of new ones"
    )
    outputs = "\n".join(f"a[{l}]: {A.shape[1]} numbers an image" for l, A in enumerate(model.layer_outputs(X[:4])))
    features = draw("weights", model)
    return Screen([f"a network {widths}, images of 8 x 8 pixels"], [net.summary(), outputs, judged, features], net=net)


def ask(s: SimpleNamespace) -> list[Question]:
    net = s.net
    L, n, n1 = len(net.layers), net.widths[0], net.widths[1]
    widths = "-".join(map(str, net.widths))
    return [
        Question(
            f"The network is {widths}. How many layers does it have, what is L?",
            L,
            f"the input layer computes nothing and is not counted: L = {L}",
            {"the input is counted": L + 1, "only the hidden layers are counted": L - 1},
        ),
        Question(
            "How many weights look at the pixels, that is, how many numbers are in W[1]?",
            n1 * n,
            f"W[1] is ({n1}, {n}): {n1}*{n} = {n1 * n} weights, and {n1} biases",
            {
                "the biases are counted too": n1 * (n + 1),
                "only one unit is counted": n,
                "the output's weights are counted": n1 * 10,
            },
        ),
        Question(
            "All in all, how many numbers does this network learn?",
            net.size,
            " + ".join(f"{b}*({a} + 1)" for a, b in pairwise(net.widths)) + f" = {net.size}",
            {
                "the biases are forgotten": sum(a * b for a, b in pairwise(net.widths)),
                "the first layer is forgotten": net.size - n1 * (n + 1),
                "the output layer is forgotten": net.size - 10 * (net.widths[-2] + 1),
            },
        ),
    ]


LESSON = Lesson(
    title="Deep networks and what they see",
    rows=(22, 21, 23),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("hidden", 16, Range(1, 64), "units of each hidden layer"),
        Setting("layers", 2, Range(1, 6), "hidden layers"),
        Setting("epochs", 30, Range(1, 200), "passes over the images"),
    ),
    change=(
        "Train longer, epochs=100: does it pay for new images? Then hidden=1: one number cannot tell ten digits apart."
    ),
)
