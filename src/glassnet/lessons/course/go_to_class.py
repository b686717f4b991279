"""Is it worth going to class? One example forward through a shallow network, as the workshop's loops do it."""

from __future__ import annotations

import math
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
Three steps train a network: forward propagation, the cost, backward propagation, and then the weights are updated.
This lesson walks the first one. Is it worth going to class? The material's difficulty is 0.4, two assignments are
due, the midterm is in 17 days. Four hidden ReLU units look at that, one sigmoid unit makes a probability of their
answers.

The workshop says it as three loops: for each sample i, for each layer l, for each activation j: a_j[l] = g(sum_k
w_jk[l] a_k[l-1] + b_j[l]). Do the first unit by hand, and you have done them all.
"""


def make(difficulty: float, due: float, days: float) -> Screen:
    net = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = net.initialize()
    p.W[1] = [[0.5, 0.1, 0.0058], [0.3, -0.2, 0.01], [-1.0, 0.4, 0.02], [0.2, -0.6, -0.05]]
    p.b[1], p.W[2], p.b[2] = [0.2, 0.1, 0.0, 0.1], [[0.8, -0.5, -0.3, 0.9]], [-0.5375506954621511]
    names, outputs = ["difficulty", "assignments due", "days until midterm"], ["go to class"]
    before = draw("network", net, p, names=names, outputs=outputs)
    step = trace(net, [[difficulty, due, days]], [1], parameters=p, columns=names)  # y = 1: it was worth it
    after = draw("network", net, p, step, step.gradients, names=names, outputs=outputs)
    written = ledger(step, depth=2)
    forward = replace(written, steps=written.steps[:2])
    decision = "goto_class()" if step.predictions[0, 0] > 0.5 else "skip()"
    return Screen([before], [decision, after, forward], step=step, written=written)


def ask(s: SimpleNamespace) -> list[Question]:
    return [*of_the_sums(s), *of_the_answer(s)]


def of_the_sums(s: SimpleNamespace) -> list[Question]:
    x, W, b = s.step.X[0], s.step.W[1], s.step.b[1]
    z, w2, b2 = s.step.Z[1][0], s.step.W[2][0], s.step.b[2].item()
    z1, score = s.written["z1[1]"], s.step.Z[2].item()
    activations = ", ".join(shown(a) for a in s.step.A[1][0])
    return [
        Question(
            f"Unit 1: what is z1 = {shown(W[0, 0])}*{shown(x[0])} + {shown(W[0, 1])}*{shown(x[1])} + "
            f"{shown(W[0, 2])}*{shown(x[2])} + {shown(b[0])}?",
            z1.value,
            f"{z1}",
            {
                "the bias is forgotten": z1.value - float(b[0]),
                "the third input is forgotten": z1.value - float(W[0, 2] * x[2]),
            },
        ),
        Question(
            f"The hidden units say {activations}. The output weighs them with 0.8, -0.5, -0.3, 0.9 and the bias "
            f"{shown(b2)}. What is its z?",
            score,
            f"{s.written['z1[2]']}",
            {
                "the activation is forgotten: z in place of ReLU(z) in the hidden layer": float(w2 @ z) + b2,
                "the bias is forgotten": score - b2,
                "the minus signs of the weights are lost": float(abs(w2) @ s.step.A[1][0]) + b2,
            },
        ),
    ]


def of_the_answer(s: SimpleNamespace) -> list[Question]:
    score, y_hat, loss = s.step.Z[2].item(), s.step.predictions.item(), s.written["L"].value
    return [
        Question(
            f"What probability does the network give, y^ = sigmoid({shown(score)})? (e^{shown(-score)} is about "
            f"{math.exp(-score):.4g}.)",
            y_hat,
            f"{s.written['y^1']}",
            {
                "the activation is forgotten": score,
                "the minus in e^-z is forgotten: that is the probability of skipping": 1 - y_hat,
            },
        ),
        Question(
            f"It turned out that midterm material was covered, y = 1. What is the loss, -ln {shown(y_hat)}?",
            loss,
            f"{s.written['L']}",
            {
                "the minus is forgotten": -loss,
                "the logarithm is taken to base 10": loss / math.log(10),
                "the difference y - y^ is taken: that is not a loss yet": 1 - y_hat,
            },
        ),
    ]


LESSON = Lesson(
    title="Go to class: forward propagation",
    rows=(13, 8, 9),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("difficulty", 0.4, Range(0, 1), "difficulty of the material"),
        Setting("due", 2.0, Range(0, 20), "assignments due"),
        Setting("days", 17.0, Range(0, 200), "days until the midterm"),
    ),
    change=(
        "When does the network say go? Try difficulty=1. Which way do more assignments push it, and which way "
        "more days?"
    ),
)
