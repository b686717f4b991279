"""Gradient descent: down the cost surface, one step against the slope after the other."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.engines.plan import Plan
from glassnet.glass.ledger import ledger
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.settings import Range
from glassnet.views.displays import CostSurfaceDisplay
from glassnet.views.figures import draw

WORDS = """
We want parameters with a small cost. The derivative of the cost with respect to one parameter is the slope of the
surface in its direction; all slopes together are the gradient. Go against it, a little at a time: theta_j := theta_j
- alpha dJ/dtheta_j.

W and b are parameters: training learns them. alpha, the learning rate, is a hyperparameter: you set it, as you set
the number of layers and of steps. Too small, and nothing happens; too large, and the path climbs out of the valley.

The valley here is that of a line, w x + b, through (-1, -1) and (1, 3). Its bottom is at w = 2, b = 1.
"""


def make(w: float, b: float, alpha: float, steps: int) -> Screen:
    line = Network(1, [Dense(1)])
    X, y = np.array([[-1.0], [1.0]]), np.array([-1.0, 3.0])
    p = line.initialize()
    p.W[1], p.b[1] = [[w]], [b]
    descent = OPTIMIZERS.make("gradient_descent", learning_rate=alpha)
    plan = Plan(line, len(X), optimizer=descent, batch_size=len(X), epochs=steps)
    step = trace(line, X, y, parameters=p, optimizer=descent)
    written = ledger(step, depth=3)
    settings = draw("settings", plan, p)
    several = draw("descents", line, p, X, y, alphas=sorted({alpha, 1.0, 2.1}), steps=steps)
    surface = CostSurfaceDisplay.from_descent(line, p, X, y, alpha=alpha, steps=steps, resolution=21)
    start = f"start at w = {w:.6g}, b = {b:.6g}, where the cost is J = {step.cost:.6g}"
    dw, w_after, db, b_after = (written[symbol] for symbol in ("dw11[1]", "w11[1]", "db1[1]", "b1[1]"))
    return Screen(
        [start], [dw, w_after, db, b_after, surface, several, settings], step=step, alpha=alpha, p=p, surface=surface
    )


def ask(s: SimpleNamespace) -> list[Question]:
    return [*of_the_step(s), *of_the_learning_rate(s)]


def of_the_step(s: SimpleNamespace) -> list[Question]:
    w, slope, alpha = s.p.W[1].item(), s.step.dW[1].item(), s.alpha
    after, m = s.step.after.W[1].item(), s.step.m
    errors = (s.step.predictions - s.step.Y)[:, 0]
    products = " + ".join(f"({shown(e)})*({shown(x)})" for e, x in zip(errors, s.step.X[:, 0], strict=True))
    return [
        Question(
            f"The slope in the direction of w is dJ/dw = 1/m sum (y^ - y) x = 1/2 ({products}). What is it?",
            slope,
            f"dJ/dw = 1/2 ({products}) = {shown(slope)}",
            {
                "the mean 1/m is forgotten": m * slope,
                "the sign is wrong: y - y^ in place of y^ - y": -slope,
                "the inner derivative x is forgotten": float(errors.sum()) / m,
            },
        ),
        Question(
            f"One step with alpha = {shown(alpha)}: where is w then?",
            after,
            f"w := w - alpha dJ/dw = {shown(w)} - {shown(alpha)}*({shown(slope)}) = {shown(after)}",
            {
                "the sign is wrong: that step goes uphill": w + alpha * slope,
                "alpha is forgotten": w - slope,
                "only the change is given, without the old w": -alpha * slope,
                "the mean 1/m is forgotten": w - alpha * m * slope,
            },
        ),
    ]


def of_the_learning_rate(s: SimpleNamespace) -> list[Question]:
    return [
        Question(
            "w, b and alpha: how many of these three numbers are learned?",
            s.p.theta.size,
            "w and b are parameters, learned; alpha is a hyperparameter, set: 2 of 3",
            {"alpha, which is set, is counted as learned": 3.0, "the bias is forgotten": 1.0},
        ),
        Question(
            "At w the surface is J = 1/2 (w - 2)^2, so a step makes w - 2 to (1 - alpha) (w - 2). From which "
            "alpha on does it diverge?",
            2.0,
            "the distance shrinks while |1 - alpha| < 1, that is while alpha < 2",
            {"only the overshooting begins there: it still comes back, in smaller and smaller swings": 1.0},
        ),
    ]


LESSON = Lesson(
    title="Gradient descent on a cost surface",
    rows=(16, 15),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("w", -1.0, Range(-10, 10), "the weight at the start"),
        Setting("b", 3.0, Range(-10, 10), "the bias at the start"),
        Setting("alpha", 0.1, Range(0, 5, above=True), "the learning rate"),
        Setting("steps", 20, Range(1, 500), "steps of gradient descent"),
    ),
    change=(
        "alpha=1 is there in one step, alpha=1.9 swings from side to side, alpha=2.1 diverges: the cost grows "
        "with each step."
    ),
    drag=("w", "b"),
)
