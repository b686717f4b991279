"""Vectorization: the same numbers by loops, vectors, matrices and the kernel, in less and less time."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.glass.compare_engines import compare_engines
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

A = np.array([[1, 2, 1], [0, 1, 0], [2, 3, 4]])
B = np.array([[2, 5], [6, 7], [1, 8]])

WORDS = """
A weighted sum is a dot product: [1 2 3] . [4 1 3] = 1*4 + 2*1 + 3*3. All units of a layer at once are a matrix times
a vector, W x + b. All examples at once are a matrix times a matrix, and the bias is added to every example (it is
broadcast). Gradient descent too changes all weights of a layer at once: W[l] := W[l] - alpha dW[l], the biases
likewise.

In a product of matrices, a row of the first meets a column of the second. The numbers stay the same as with loops;
only the time does not, and efficiency decides what can be learned. Below, the same training runs four times on your
machine.
"""


def make(row: int, column: int, examples: int) -> Screen:
    matrices = f"A =\n{A}\nB =\n{B}"
    dot = draw("product", [[1, 2, 3]], [[4], [1], [3]])
    product = draw("product", A, B, row=row, column=column)
    net = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    X = np.random.default_rng(0).normal(size=(examples, 3))
    layer = draw(
        "product", X[:4], net.initialize(seed=0).W[1].T, bias=np.zeros(4), names=("X", "W[1]^T", "b[1]", "Z[1]")
    )
    step = trace(net, X[:4], X[:4, 0] > 0, parameters=net.initialize(seed=0))
    changed = draw("update", step)
    codes = draw("code", net, step.before, X)
    compared = compare_engines(net, X, X[:, 0] > 0, seconds=0.02)
    return Screen(
        [matrices],
        [dot, product, layer, changed, codes, draw("engines", compared)],
        row=row,
        column=column,
        compared=compared,
        X=X,
    )


def ask(s: SimpleNamespace) -> list[Question]:
    v, w = np.array([1, 2, 3]), np.array([4, 1, 3])
    i, j = s.row - 1, s.column - 1
    meets = " + ".join(f"{a}*{b}" for a, b in zip(A[i], B[:, j], strict=True))
    entry = float((A @ B)[i, j])
    return [
        Question(
            "The dot product [1 2 3] . [4 1 3]: what is it?",
            float(v @ w),
            "1*4 + 2*1 + 3*3 = 15",
            {"the vectors are added, not multiplied": float((v + w).sum()), "the last product is forgotten": 6.0},
        ),
        Question(
            f"A (3, 3) times B (3, 2): what stands in row {s.row}, column {s.column} of the product?",
            entry,
            f"row {s.row} of A meets column {s.column} of B: {meets} = {shown(entry)}",
            {
                "rows and columns are swapped: a column of A meets a column of B": float(A[:, i] @ B[:, j]),
                "the other column of B is taken": float((A @ B)[i, 1 - j]),
                "the entries in that place are multiplied, A times B entry by entry": float(A[i, j] * B[i, j]),
                "rows are counted from 0": float((A @ B)[(i + 1) % 3, j]),
            },
        ),
        Question(
            f"X has {len(s.X)} rows of 3 inputs, W[1] is (4, 3). How many columns does X W[1]^T + b[1] have?",
            4.0,
            f"({len(s.X)}, 3) times (3, 4) is ({len(s.X)}, 4): a row for each example, a column for each unit",
            {"rows and columns are swapped": float(len(s.X)), "the inner size, which both share, is taken": 3.0},
        ),
    ]


LESSON = Lesson(
    title="Vectorization",
    rows=(18, 19, 25),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("row", 3, Range(1, 3), "row of the product, from 1"),
        Setting("column", 2, Range(1, 2), "column of the product, from 1"),
        Setting("examples", 64, Range(4, 2000), "rows that the four engines train on"),
    ),
    change="Take examples=512: the loops need eight times as long. How many times as fast is the kernel then?",
)
