"""One neuron: an affine function that gathers and weighs, an activation that decides."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from glassnet.glass.ledger import ledger
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
A neuron, also called a unit, has two halves. The affine half gathers and weighs: z = w1 a1 + ... + wn an + b. The
activation half, a = g(z), is a threshold of significance: it decides how much of z is passed on.

Where are the weights in the drawing? On the edges, one number each. The bias is an edge too, from a 1 that never
changes. This unit belongs to the next example of the workshop: is it worth going to class?
"""


def make(difficulty: float, due: float, days: float, bias: float) -> Screen:
    neuron = Network(3, [Dense(1, "relu")])
    p = neuron.initialize()
    p.W[1], p.b[1] = [[0.5, 0.1, 0.0058]], [bias]
    names = ["difficulty", "assignments due", "days until midterm"]
    weights = draw("network", neuron, p, names=names, outputs=["a"])
    step = trace(neuron, [[difficulty, due, days]], [0.0], parameters=p, columns=names)
    written = ledger(step)
    z = written["z1[1]"]
    halves = draw("neuron", neuron, p, step, names=names)
    forward = replace(written, steps=written.steps[:1])
    return Screen([weights], [halves, forward], step=step, z=z)


def ask(s: SimpleNamespace) -> list[Question]:
    w, b, x, z = s.step.W[1][0], s.step.b[1].item(), s.step.X[0], s.z.value
    products = [float(v) for v in w * x]
    return [
        Question(
            f"The midterm is in {shown(x[2])} days, and the edge from there says {shown(w[2])}. What does it "
            "bring to z?",
            products[2],
            f"w3 x3 = {shown(w[2])}*{shown(x[2])} = {shown(products[2])}",
            {
                "weight and input are added, not multiplied": float(w[2]) + x[2],
                "the decimal point is one place off": 10 * products[2],
                "the decimal point is one place off, the other way": products[2] / 10,
            },
        ),
        Question(
            f"With {shown(w[0])}*{shown(x[0])} + {shown(w[1])}*{shown(x[1])} + {shown(w[2])}*{shown(x[2])} and "
            "the bias "
            f"{shown(b)}: what is z?",
            z,
            f"{s.z}",
            {
                "the bias is forgotten": z - b,
                "the bias is subtracted": z - 2 * b,
                "the inputs are not weighted": sum(x) + b,
                "the third input is forgotten": z - products[2],
            },
        ),
        Question(
            "The activation is ReLU(z) = max(0, z). What would the unit pass on if z were -0.7?",
            0.0,
            "ReLU(-0.7) = max(0, -0.7) = 0",
            {"the activation is forgotten": -0.7, "the sign is dropped, where ReLU drops the number": 0.7},
        ),
    ]


LESSON = Lesson(
    title="One neuron",
    rows=(7,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("difficulty", 0.4, Range(0, 1), "difficulty of the material"),
        Setting("due", 2.0, Range(0, 20), "assignments due"),
        Setting("days", 17.0, Range(0, 200), "days until the midterm"),
        Setting("bias", 0.2, Range(-9, 9), "b"),
    ),
    change=(
        "Make the bias so negative that the unit falls silent, a = 0: bias=-0.5 does it. Why is the limit at -0.4986?"
    ),
)
