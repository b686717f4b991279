"""Loss and cost: how wrong one prediction is, and all of them together."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np

from glassnet.glass.ledger import ledger
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range

WORDS = """
The loss says how wrong the prediction for one example is. For a probability it is the binary cross-entropy, L(y^, y)
= -y ln y^ - (1 - y) ln(1 - y^): of its two parts the truth y picks one. Being sure and wrong is costly: the loss has no
upper end. For classes it is the cross-entropy, -sum y ln y^; for numbers the squared error, (y - y^)^2.

The cost J is over all m examples. The slides write it as the sum of the losses and take the mean, 1/m, in the
gradients; glassnet takes the mean from the start, so that J does not grow with the table. (Of squared errors it takes
half the mean: the 2 of the derivative then falls away.)
"""


def make(p1: float, p2: float, p3: float) -> Screen:
    predicted, truth = np.array([p1, p2, p3]), [1, 1, 0]
    net = Network(1, [Dense(1, "sigmoid")], loss="binary_cross_entropy")
    w = net.initialize()
    w.W[1], w.b[1] = [[1.0]], [0.0]
    logits = np.log(predicted / (1 - predicted))  # so that the sigmoid gives these predictions back
    step = trace(net, logits.reshape(-1, 1), truth, parameters=w)
    losses = [ledger(step, 1)["L(row 1)"], ledger(step, 3)["L(row 3)"], ledger(step)["J"]]
    table = "prediction y^  truth y\n" + "\n".join(f"{p:13.6g}  {y:7}" for p, y in zip(predicted, truth, strict=True))
    return Screen([table], [losses[0], losses[1], losses[2]], step=step, losses=losses)


def ask(s: SimpleNamespace) -> list[Question]:
    L1, L3, J = (line.value for line in s.losses)
    three = ", ".join(shown(L) for L in s.step.losses)
    p1, p3 = s.step.predictions[0].item(), s.step.predictions[2].item()
    return [
        Question(
            f"The network said y^ = {shown(p1)}, and the truth is y = 1. What is the loss?",
            L1,
            f"{s.losses[0]}",
            {
                "the minus is forgotten": -L1,
                "the other half is taken, as if y were 0": -math.log(1 - p1),
                "the logarithm is taken to base 10": L1 / math.log(10),
                "the difference y - y^ is taken": 1 - p1,
                "it is squared error": (1 - p1) ** 2,
            },
        ),
        Question(
            f"The third prediction is {shown(p3)}, the truth y = 0. What is that loss?",
            L3,
            f"{s.losses[1]}",
            {
                "the other half is taken, as if y were 1": -math.log(p3),
                "the minus is forgotten": -L3,
                "y^ itself is taken": p3,
            },
        ),
        Question(
            f"The three losses are {three}. What is the cost J, as glassnet has it?",
            J,
            f"{s.losses[2]}",
            {
                "the mean 1/m is forgotten: that is their sum, the J of the slides": float(s.step.losses.sum()),
                "only the first example is counted": L1,
                "they are divided by m - 1": float(s.step.losses.sum()) / 2,
            },
        ),
    ]


LESSON = Lesson(
    title="Loss and cost",
    rows=(14,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("p1", 0.45, Range(0, 1, above=True, below=True), "prediction for the first example, y = 1"),
        Setting("p2", 0.8, Range(0, 1, above=True, below=True), "prediction for the second, y = 1"),
        Setting("p3", 0.3, Range(0, 1, above=True, below=True), "prediction for the third, y = 0"),
    ),
    change=(
        "Let the first be sure and wrong: p1=0.01, then p1=0.0001. One bad answer can cost more than all "
        "the others together."
    ),
)
