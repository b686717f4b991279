"""From regressions to a network: several side by side, one more on what they say."""

from __future__ import annotations

from types import SimpleNamespace

from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
One logistic regression answers one question about its inputs. Put k of them side by side, each with weights and a
bias of its own: a1 = sigmoid(w(1) x + b(1)), ..., ak = sigmoid(w(k) x + b(k)). Then let one more logistic regression
look at their k answers instead of the inputs. That is a neural network.

The inputs are the input layer, the k in the middle are the hidden layer, the last one is the output layer. Each
activation takes its inputs from the layer before. More layers let it learn more complicated functions.

The same network is drawn in two ways: expanded, with every unit and edge, and compact, with one block a layer.
"""


def make(inputs: int, hidden: int) -> Screen:
    net = Network(inputs, [Dense(hidden, "sigmoid"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = net.initialize(seed=0)
    sizes = f"{inputs} inputs, {hidden} hidden units, 1 output"
    return Screen([sizes], [draw("compact", net), draw("network", net, p), net.summary()], net=net)


def ask(s: SimpleNamespace) -> list[Question]:
    n, k, _ = s.net.widths
    return [
        Question(
            f"{n} inputs and one hidden unit: how many numbers does this single logistic regression learn?",
            n + 1,
            f"{n} weights and 1 bias = {n + 1}",
            {"the bias is forgotten": n},
        ),
        Question(
            f"Now {k} of them side by side, and one more on their {k} answers: how many numbers does the "
            "network learn?",
            s.net.size,
            f"{k}*({n} + 1) + ({k} + 1) = {k * (n + 1)} + {k + 1} = {s.net.size}",
            {
                "the biases are forgotten": k * n + k,
                "the output's own weights and bias are forgotten": k * (n + 1),
                "the output's bias is forgotten": k * (n + 1) + k,
                "the hidden units share one bias": k * n + 1 + k + 1,
            },
        ),
        Question(
            "The hidden layer's weights are one matrix W[1]; row j belongs to unit j. How many rows does it have?",
            k,
            f"W[1] is n[1] x n[0] = {k} x {n}: a row for each unit, a column for each input",
            {"rows and columns are swapped": n},
        ),
    ]


LESSON = Lesson(
    title="From regressions to a network",
    rows=(5, 6),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("inputs", 3, Range(1, 8), "units of the input layer"),
        Setting("hidden", 4, Range(1, 8), "units of the hidden layer"),
    ),
    change="Double the hidden units: do the parameters double? Which part grows with the inputs, which does not?",
)
