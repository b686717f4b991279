"""Fitting a line: learning as approximation, f^(x) = theta0 + theta1 x."""

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
Somewhere there is an unknown function f; there are only examples of it, the data D. Learning is to
approximate it: we assume a form, here a line f^(x) = theta0 + theta1 x, and let the examples set theta0 and theta1.

A line is the smallest network: one weight (the slope theta1), one bias (the intercept theta0), no activation. It
starts flat, at theta0 = theta1 = 0. Each step of gradient descent makes it a little less wrong, until it is the
least-squares line that you could also have calculated at once.

The slides put one example in each column of X (features x examples). In Python, and so here, each row of X is an
example.
"""


def make(x: float, steps: int, alpha: float) -> Screen:
    X = np.array([[0.0], [1.0], [2.0], [3.0]])  # four examples with one feature each
    y = np.array([1.0, 2.0, 5.0, 6.0])
    examples = draw("data", X, y)
    line = Network(1, [Dense(1)])
    p = line.initialize()
    p.theta[:] = 0
    costs = [line.step(p, X, y, alpha) for _ in range(steps)]
    costs.append(line.cost(line.forward(X, p), y))
    course = f"cost J before and after {steps} steps: {costs[0]:.6g} → {costs[-1]:.6g}"
    theta1, theta0 = np.polyfit(X[:, 0], y, 1)
    best = f"least squares, calculated at once: theta0 = {theta0:.6g}, theta1 = {theta1:.6g}"
    fitted = draw("curve", (line, p), X, y)
    picture = draw("network", line, p)
    asked = ledger(trace(line, [[x]], [0.0], parameters=p))["z1[1]"]
    return Screen([examples], [fitted, picture, course, best, asked], X=X, y=y, p=p, x=x, asked=asked)


def ask(s: SimpleNamespace) -> list[Question]:
    theta0, theta1, x = s.p.b[1].item(), s.p.W[1].item(), s.x
    m, n = s.X.shape
    return [
        Question(
            "The first line is flat: f^(x) = 0 for every x. How large is its error y - f^(x) at the last "
            "example, (3, 6)?",
            float(s.y[-1]),
            f"y - f^(3) = {shown(s.y[-1])} - 0 = {shown(s.y[-1])}",
            {"x is taken in place of y": float(s.X[-1, 0]), "the sign is wrong": -float(s.y[-1])},
        ),
        Question(
            f"After training theta0 = {shown(theta0)} and theta1 = {shown(theta1)}. What does the line predict at x "
            f"= {shown(x)}?",
            s.asked.value,
            f"f^(x) = theta0 + theta1 x, {s.asked}",
            {
                "theta0, the bias, is forgotten": theta1 * x,
                "theta0 and theta1 are swapped": theta1 + theta0 * x,
                "the slope is not multiplied by x": theta0 + theta1,
            },
        ),
        Question(
            f"X holds {m} examples with {n} feature. How many rows does it have in Python?",
            m,
            f"rows are examples, X is (m, n) = ({m}, {n}); on the slides it is its transpose, {n} x {m}",
            {"rows and columns are swapped, as on the slides": n},
        ),
    ]


LESSON = Lesson(
    title="Fitting a line",
    rows=(1, 2),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("x", 4.0, Range(-100, 100), "where the line is asked"),
        Setting("steps", 300, Range(0, 5000), "steps of gradient descent"),
        Setting("alpha", 0.2, Range(0, 0.5), "the learning rate"),
    ),
    change=(
        "Take steps=1, then 10, then 300: the line comes closer to least squares with each. With alpha=0.5 it "
        "runs away."
    ),
)
