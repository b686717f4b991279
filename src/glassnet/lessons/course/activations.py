"""Activation functions: sigmoid, tanh, ReLU, their ranges and their slopes."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
Three activations do most of the work. The sigmoid, 1/(1 + e^-z), squeezes every z into (0, 1). tanh squeezes it into
(-1, 1). ReLU, max(0, z), cuts off what is negative and leaves the rest as it is.

For learning their slopes matter as much as their values. They can be written with the value itself: sigmoid' = a (1 -
a), tanh' = 1 - a^2, and ReLU' is 0 on the left, 1 on the right. Where a curve is flat, little is learned.
"""


def make(z: float) -> Screen:
    curves = draw("activation", ["sigmoid", "tanh", "relu"])
    values = {name: float(ACTIVATIONS[name](z)) for name in ("sigmoid", "tanh", "relu")}
    slopes = {name: float(ACTIVATIONS[name].prime(z)) for name in values}
    lines = [f"{name}({z:g}) = {values[name]:.6g}, slope {slopes[name]:.6g}" for name in values]
    return Screen([curves], ["\n".join(lines)], z=z, values=values, slopes=slopes)


def ask(s: SimpleNamespace) -> list[Question]:
    z, a, t = s.z, s.values["sigmoid"], s.values["tanh"]
    return [
        Question(
            f"What is sigmoid({shown(z)}) = 1/(1 + e^-z)?",
            a,
            f"sigmoid({shown(z)}) = {shown(a)}",
            {
                "the minus in e^-z is forgotten": 1 - a,
                "the activation is forgotten": z,
                "tanh is taken in place of the sigmoid": t,
            },
        ),
        Question(
            f"The slope of the sigmoid there is a (1 - a), with a = {shown(a)}. What is it?",
            s.slopes["sigmoid"],
            f"a (1 - a) = {shown(a)}*{shown(1 - a)} = {shown(s.slopes['sigmoid'])}",
            {
                "the factor 1 - a is forgotten": a,
                "z stands in place of a": z * (1 - z),
                "the derivative of tanh, 1 - a^2, is taken": 1 - a * a,
            },
        ),
        Question(
            f"And the slope of tanh, 1 - a^2, where a = tanh({shown(z)}) = {shown(t)}?",
            s.slopes["tanh"],
            f"1 - {shown(t)}^2 = {shown(s.slopes['tanh'])}",
            {"the square is forgotten": 1 - t, "z stands in place of a": 1 - z * z, "the 1 - is forgotten": t * t},
        ),
    ]


LESSON = Lesson(
    title="Activation functions",
    rows=(10,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(Setting("z", 0.7, Range(-20, 20), "where the curves are read"),),
    change="Try z=5 and z=-5: the slopes of sigmoid and tanh nearly vanish. That is called saturation.",
)
