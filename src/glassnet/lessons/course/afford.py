"""Can we afford the house? Logistic regression: a score becomes a probability."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.glass.ledger import ledger
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
Now we ask a yes-or-no question of the same house: can we afford it? Logistic regression does two things. It takes the
linear combination you know, z = w1 x1 + w2 x2 + w3 x3 + b, and feeds it through the sigmoid, a = sigmoid(z) = 1/(1 +
e^-z).

Whatever z is, a lies between 0 and 1, and we read it as the probability of "yes". The threshold is 0.5, which is
where z = 0: above it we say yes, below it no. Then a is compared with what was true, y.
"""


def make(bedrooms: float, bathrooms: float, square_feet: float) -> Screen:
    net = Network(3, [Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = net.initialize()
    p.W[1], p.b[1] = [[0.3, 0.2, -0.001]], [0.5]
    names = ["bedrooms", "bathrooms", "square feet"]
    weights = draw("network", net, p, names=names, outputs=["affordable"])
    step = trace(net, [[bedrooms, bathrooms, square_feet]], [1], parameters=p, columns=names)
    written = ledger(step)
    answer = "we can afford it" if step.predictions[0, 0] > 0.5 else "we cannot afford it"
    z, a = written["z1[1]"], written["y^1"]
    return Screen([weights], [z, a, answer], step=step, z=z, a=a)


def ask(s: SimpleNamespace) -> list[Question]:
    x, w, b, z, a = s.step.X[0], s.step.W[1][0], s.step.b[1].item(), s.z.value, s.a.value
    spelled = " ".join(f"{'-' if v < 0 else '+'} {shown(abs(v))}*{shown(u)}" for v, u in zip(w, x, strict=True))
    return [
        Question(
            f"First the score: what is z = {spelled.removeprefix('+ ')} + {shown(b)}?",
            z,
            f"{s.z}",
            {"the bias is forgotten": z - b, "the minus of the third weight is lost": z - 2 * float(w[2] * x[2])},
        ),
        Question(
            f"Now the activation: what is a = sigmoid({shown(z)})? Take the e^x key of a calculator, or a good guess.",
            a,
            f"{s.a}",
            {
                "the activation is forgotten": z,
                "the minus in e^-z is forgotten: that is 1 - a, the probability of no": 1 - a,
                "the 1 below the line is forgotten": float(np.exp(z)),
                "tanh is taken in place of the sigmoid": float(np.tanh(z)),
            },
        ),
        Question(
            "It turned out that we could (y = 1). How far off were we, y - a?",
            1 - a,
            f"y - a = 1 - {shown(a)} = {shown(1 - a)}",
            {"the sign is wrong": a - 1, "z is taken in place of a: the activation is forgotten": 1 - z},
        ),
    ]


LESSON = Lesson(
    title="Can we afford it? Logistic regression",
    rows=(4,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("bedrooms", 5, Range(0, 20), "x1"),
        Setting("bathrooms", 3, Range(0, 20), "x2"),
        Setting("square_feet", 3000, Range(0, 20000), "x3"),
    ),
    change=(
        "How small must the house be until the answer turns to yes? It turns where z = 0: try "
        "square_feet=2500, then 2700."
    ),
)
