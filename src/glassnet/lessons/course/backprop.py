"""Back propagation with the building blocks: dZ, dW, db, layer by layer, from the end to the beginning."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from glassnet.glass.gradients.gradcheck import gradcheck
from glassnet.glass.ledger import ledger
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
Each layer is a block. Forward it takes A[l-1], gives A[l], and keeps what it will need in a cache. Backward it takes
the derivative dA[l] from the right, gives dA[l-1] to the left, and leaves dW[l] and db[l] behind for the update:

dZ[L] = A[L] - Y, and below it dZ[l] = W[l+1]^T dZ[l+1] * g'(Z[l]). Then dW[l] = 1/m dZ[l] A[l-1]^T and db[l] = 1/m
sum dZ[l]. That the last dZ is so short is not an accident: the derivatives of sigmoid and cross-entropy cancel.

The network is that of going to class, with a second example, for which skipping was right (y = 0). glassnet divides
by m at once, in dZ; the slides do it in dW and db. The results are the same.
"""


def make(difficulty: float, due: float, days: float) -> Screen:
    net = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = net.initialize()
    p.W[1] = [[0.5, 0.1, 0.0058], [0.3, -0.2, 0.01], [-1.0, 0.4, 0.02], [0.2, -0.6, -0.05]]
    p.b[1], p.W[2], p.b[2] = [0.2, 0.1, 0.0, 0.1], [[0.8, -0.5, -0.3, 0.9]], [-0.5375506954621511]
    X, y = np.array([[difficulty, due, days], [0.9, 0.0, 3.0]]), [1, 0]
    step = trace(net, X, y, parameters=p)
    blocks = draw("blocks", net, m=2)
    written = ledger(step, depth=2)
    back = replace(written, steps=written.steps[2:3])
    equations = draw("backward", step)
    check = gradcheck(net, X, y, parameters=p, count=None)
    return Screen([blocks], [equations, back, check], step=step, p=p)


def ask(s: SimpleNamespace) -> list[Question]:
    return [*of_the_output(s), *of_the_hidden_layer(s)]


def of_the_output(s: SimpleNamespace) -> list[Question]:
    m, y_hat, db = s.step.m, s.step.predictions[:, 0], s.step.db[2].item()
    dz = m * s.step.dZ[2][:, 0]  # as on the slides, where 1/m comes later
    prime = y_hat * (1 - y_hat)
    return [
        Question(
            f"For the first example y^ = {shown(y_hat[0])} and y = 1. What is dz[2] = a[2] - y?",
            dz[0],
            f"dz[2] = {shown(y_hat[0])} - 1 = {shown(dz[0])}",
            {
                "the sign is wrong: y - a in place of a - y": -dz[0],
                "the derivative of the sigmoid is multiplied in again, which the loss has cancelled": dz[0] * prime[0],
            },
        ),
        Question(
            f"The two examples have dz[2] = {shown(dz[0])} and {shown(dz[1])}. What is db[2]?",
            db,
            f"db[2] = 1/m sum dz[2] = 1/2 ({shown(dz[0])} + {shown(dz[1])}) = {shown(db)}",
            {"the mean 1/m is forgotten": m * db, "the sign is wrong": -db, "only the first example is counted": dz[0]},
        ),
    ]


def of_the_hidden_layer(s: SimpleNamespace) -> list[Question]:
    w, z, y_hat = s.p.W[2][0], s.step.Z[1][0], s.step.predictions[:, 0]
    dz, dz1 = s.step.m * s.step.dZ[2][:, 0], s.step.m * s.step.dZ[1][0]
    prime = y_hat * (1 - y_hat)
    return [
        Question(
            f"Back into unit 1 for the first example: its weight to the output is {shown(w[0])}, its z is "
            f"{shown(z[0])}. "
            "What is dz1[1] = w dz[2] ReLU'(z)?",
            dz1[0],
            f"dz1[1] = {shown(w[0])}*({shown(dz[0])})*{int(z[0] > 0)} = {shown(dz1[0])}",
            {
                "the weight is forgotten": dz[0],
                "the sign is wrong": -dz1[0],
                "the derivative of the sigmoid is taken, not that of ReLU": w[0] * dz[0] * prime[0],
                "the activation is multiplied in, where its derivative belongs": w[0] * dz[0] * max(0.0, z[0]),
            },
        ),
        Question(
            f"And unit 2, with the weight {shown(w[1])} and z = {shown(z[1])}?",
            dz1[1],
            f"dz2[1] = {shown(w[1])}*({shown(dz[0])})*{int(z[1] > 0)} = {shown(dz1[1])}: ReLU' is 0 where z < "
            "0, 1 where z > 0",
            {
                "the derivative of the activation, ReLU'(z), is forgotten": w[1] * dz[0],
                "the weight is forgotten": dz[0],
            },
        ),
    ]


LESSON = Lesson(
    title="Back propagation, block by block",
    rows=(20, 24),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("difficulty", 0.4, Range(0, 1), "difficulty, first example"),
        Setting("due", 2.0, Range(0, 20), "assignments due, first example"),
        Setting("days", 17.0, Range(0, 200), "days until the midterm, first example"),
    ),
    change=(
        "With days=30 unit 2 wakes up (its z is positive): its derivative passes through, and its weights "
        "begin to learn."
    ),
)
