"""Linear layers collapse: without an activation, two layers are one."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.glass.collapsed import collapsed
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
Take the activation away, and a layer is a1 = w1 x + b1; the next one is a2 = w2 a1 + b2. Put the first into the
second: a2 = w2 (w1 x + b1) + b2 = (w2 w1) x + (w2 b1 + b2).

That is w x + b again: one layer. However many layers you stack, a network without nonlinear activations computes what
a single layer computes, and draws a straight line where a straight line was. Depth pays only with a bend in between.
"""


def make(w1: float, b1: float, w2: float, b2: float) -> Screen:
    deep = Network(1, [Dense(1, "identity"), Dense(1, "identity")])
    p = deep.initialize()
    p.W[1], p.b[1], p.W[2], p.b[2] = [[w1]], [b1], [[w2]], [b2]
    two = draw("network", deep, p)
    q = collapsed(deep, p)[1]
    one = draw("collapse", deep, p)
    return Screen([two], [one], p=p, q=q)


def ask(s: SimpleNamespace) -> list[Question]:
    (w1, b1), (w2, b2) = ((s.p.W[l].item(), s.p.b[l].item()) for l in (1, 2))
    w, b = s.q.W[1].item(), s.q.b[1].item()
    layers = f"a1 = {shown(w1)} x + {shown(b1)} and a2 = {shown(w2)} a1 + {shown(b2)}"
    return [
        Question(
            f"Two layers: {layers}. Written as one, a2 = w x + b: what is w?",
            w,
            f"w = w2 w1 = {shown(w2)}*{shown(w1)} = {shown(w)}",
            {"the weights are added, not multiplied": w1 + w2, "only the first layer is taken": w1},
        ),
        Question(
            "And what is b?",
            b,
            f"b = w2 b1 + b2 = {shown(w2)}*{shown(b1)} + {shown(b2)} = {shown(b)}",
            {
                "b1 is not weighted by w2": b1 + b2,
                "the layers change places, w1 b2 + b1": w1 * b2 + b1,
                "the second bias is forgotten": w2 * b1,
            },
        ),
    ]


LESSON = Lesson(
    title="Linear layers collapse",
    rows=(12,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("w1", 3.0, Range(-9, 9), "weight of the first layer"),
        Setting("b1", 1.0, Range(-9, 9), "bias of the first layer"),
        Setting("w2", 2.0, Range(-9, 9), "weight of the second layer"),
        Setting("b2", 5.0, Range(-9, 9), "bias of the second layer"),
    ),
    change="Make w2 = 0: what does the second layer still know of x?",
)
