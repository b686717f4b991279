"""The chain rule: f = (x + y) z, values forward, derivatives backward."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet import graph
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
A network is a function inside a function inside a function. The chain rule takes its derivative: multiply the
derivatives of the steps along the way, from the end back to where you want to be.

The workshop's example is f = (x + y) z. Give the step in between a name, q = x + y, and then f = q z. Each step by
itself is easy: f changes with q as fast as z says, df/dq = z; q changes with x one to one, dq/dx = 1. So df/dx =
df/dq dq/dx. Back propagation is this and nothing else, for every weight at once.
"""


def make(x: float, y: float, z: float) -> Screen:
    X, Y, Z = graph.inputs(x=x, y=y, z=z)
    q = X + Y
    f = graph.Graph(q * Z, q=q)
    picture = draw("graph", f)
    return Screen(["f = q * z with q = x + y"], [picture, f], f=f)


def ask(s: SimpleNamespace) -> list[Question]:
    value = {node.name: float(node.value) for node in s.f.nodes}
    slope = {node.name: float(node.derivative) for node in s.f.nodes}
    x, y, z, q, f = (value[name] for name in "xyzqf")
    numbers = f"x = {shown(x)}, y = {shown(y)}, z = {shown(z)}"
    return [
        Question(
            f"Forward first. With {numbers}: what is f = (x + y) z?",
            f,
            f"q = x + y = {shown(q)}, f = q z = {shown(f)}",
            {"the last step, times z, is forgotten": q, "the sign is wrong": -f, "z is added, not multiplied": q + z},
        ),
        Question(
            "Now backward: what is df/dx?",
            slope["x"],
            f"df/dx = df/dq * dq/dx = z * 1 = {shown(slope['x'])}",
            {
                "the outer derivative df/dq is forgotten": 1.0,
                "q stands where df/dq = z belongs": q,
                "the sign is wrong": -slope["x"],
                "the inner value x is multiplied in, which has no place in a derivative of a sum": z * x,
            },
        ),
        Question(
            "And df/dz?",
            slope["z"],
            f"df/dz = q = {shown(slope['z'])}",
            {"z is taken in place of q": z, "f itself is taken": f, "only x is kept of q = x + y": x},
        ),
    ]


LESSON = Lesson(
    title="The chain rule on a graph",
    rows=(17,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("x", -2.0, Range(-9, 9), "the first number"),
        Setting("y", 5.0, Range(-9, 9), "the second number"),
        Setting("z", -4.0, Range(-9, 9), "the factor"),
    ),
    change="Make z = 0: which derivatives vanish, and which does not? Then make q = 0 with x = -5.",
)
