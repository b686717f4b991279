"""The whole loop: forward propagate, compute the cost, back propagate, update weights; on a table of your own."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np

from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
This is all of it: 1. forward propagate, 2. compute the cost, 3. back propagate, 4. update the weights; and again,
until the cost no longer falls. The four lines of the loop below are the four lines of the workshop's summary.

Rows come in batches: each batch is one step, and when every row has had its turn an epoch is over. Before that a
table must become numbers: glassnet standardizes numbers, gives each category a column, fills in what is missing.

Bring your own table, its last column is predicted: in a terminal say table=houses.csv, in the studio drop it on the
page. For real work, let "glassnet train houses.csv" do the same: it also holds rows out, stops in time, and uses the
fastest engine.
"""


def make(table: str, hidden: int, epochs: int, batch: int, alpha: float) -> Screen:
    model = TableModel(Recipe(hidden=(hidden,), epochs=1), preset="plain").fit(table)  # finds out what is in the table
    X, Y = model.encode(table)
    net = model.fitted.network
    p = net.initialize(seed=0)
    costs = [net.cost(net.forward(X, p), Y)]
    for epoch in range(epochs):
        order = np.random.default_rng(epoch).permutation(len(X))  # another one in each epoch
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            forward_pass = net.forward(X[rows], p)  # 1. forward propagate
            J = net.cost(forward_pass, Y[rows])  # 2. compute the cost
            gradients = net.backward(forward_pass, Y[rows])  # 3. back propagate
            p.theta -= alpha * gradients.theta  # 4. update weights
        costs.append(net.cost(net.forward(X, p), Y))
    size = f"{table}: {len(X)} rows, {X.shape[1]} inputs after encoding; the target is {model.target.name!r}"
    course = "\n".join(f"after epoch {done}: cost {costs[done]:.6g}" for done in sorted({0, 1, epochs // 2, epochs}))
    last = f"the last batch of the last epoch: {len(Y[rows])} rows, cost {J:.6g}"
    return Screen([size], [draw("compact", net), course, last], net=net, X=X, Y=Y, batch=batch, epochs=epochs)


def ask(s: SimpleNamespace) -> list[Question]:
    m, steps = len(s.X), math.ceil(len(s.X) / s.batch)
    nothing = s.net.parameters(0 * s.net.initialize().theta)
    J = s.net.cost(s.net.forward(s.X, nothing), s.Y)
    k = max(2, s.net.outputs)
    questions = [
        Question(
            f"{m} rows in batches of {s.batch}: how many updates are in one epoch?",
            steps,
            f"{m}/{s.batch} rounded up = {steps}: the last batch may be smaller",
            {"the last, smaller batch is forgotten": m // s.batch, "each row is a step": m, "all rows are one step": 1},
        ),
        Question(
            f"And in {s.epochs} epochs?",
            steps * s.epochs,
            f"{steps}*{s.epochs} = {steps * s.epochs}",
            {"epochs are taken for updates": s.epochs, "the last, smaller batch is forgotten": m // s.batch * s.epochs},
        ),
    ]
    if s.net.loss.targets in ("classes", "zero_one"):
        questions.append(
            Question(
                f"A network whose weights are all 0 gives each of the {k} classes the probability 1/{k}. What "
                "is its cost, "
                f"-ln(1/{k})?",
                J,
                f"J = -ln(1/{k}) = ln {k} = {shown(J)}: a network that costs more knows less than nothing",
                {
                    "the logarithm is forgotten": 1 / k,
                    "the minus is forgotten": -J,
                    "the logarithm is to base 10": J / math.log(10),
                },
            )
        )
    return questions


LESSON = Lesson(
    title="The whole loop, on your own table",
    rows=(26,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("table", "iris", None, "a file, or iris, wine, breast_cancer, digits, diabetes"),
        Setting("hidden", 8, Range(1, 256), "units of the hidden layer"),
        Setting("epochs", 20, Range(1, 1000), "passes over the rows"),
        Setting("batch", 32, Range(1, 10000), "rows of a step"),
        Setting("alpha", 0.1, Range(0, 10), "the learning rate"),
    ),
    change="table=wine, or a table of your own. Then batch=1 and batch=150: more steps an epoch, or steadier ones?",
)
