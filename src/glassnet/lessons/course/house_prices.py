"""House prices: linear regression with several inputs, in the units people use."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from glassnet.estimators.linear.regression import LinearRegression
from glassnet.glass.ledger import ledger
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, plus, shown
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

SOLD = 520.0  # thousand dollars
WORDS = f"""
A house has x1 = 5 bedrooms, x2 = 3 bathrooms, x3 = 3000 square feet. Its price could be z = 5 w1 + 3 w2 + 3000 w3 +
b: every feature pulls with its weight, and the bias b is what is left when all of them are zero.

Four houses with known prices (in thousands of dollars) are enough to learn three weights and a bias. The inputs are as
people write them; glassnet standardizes them while it learns, and gives the weights back in your units: w3 is
what one square foot adds to the price. The house is sold for {SOLD:g}; a training step would learn from the difference.
"""


def make(bedrooms: float, bathrooms: float, square_feet: float) -> Screen:
    houses = [[5, 3, 3000], [2, 1, 900], [3, 2, 1500], [4, 2, 2000]]
    prices = [500, 180, 270, 350]
    model = LinearRegression().fit(houses, prices)
    names = ["bedrooms", "bathrooms", "square feet"]
    weights = draw("network", model.fitted.network, model.fitted.parameters, names=names, outputs=["price"])
    step = replace(model.trace([[bedrooms, bathrooms, square_feet]], [SOLD]), columns=tuple(names))
    priced = ledger(step)["z1[1]"]
    return Screen([weights], [priced], model=model, step=step, priced=priced)


def ask(s: SimpleNamespace) -> list[Question]:
    w, b, x = s.model.coef_, float(s.model.intercept_), s.step.X[0]
    products = [float(v) for v in w * x]
    names = ("bedrooms", "bathrooms", "square feet")
    sums = " ".join(f"{plus(float(v))} {name}" for v, name in zip(w, names, strict=True)).removeprefix("+ ")
    return [
        Question(
            f"The price learned is {sums} {plus(b)}. What does a house with {shown(x[0])} bedrooms, "
            f"{shown(x[1])} bathrooms "
            f"and {shown(x[2])} square feet cost, in thousands of dollars?",
            s.priced.value,
            f"{s.priced}",
            {
                "the bias is forgotten": s.priced.value - b,
                "the minus of the second weight is lost": s.priced.value - 2 * products[1],
                "the weights are added without their inputs": float(w.sum()) + b,
            },
        ),
        Question(
            "A house grows by 100 square feet, all else the same. By how much does its price rise?",
            100 * float(w[2]),
            f"only x3 changes: 100 w3 = 100*{shown(w[2])} = {shown(100 * w[2])} thousand dollars",
            {"it grows by a single square foot": float(w[2]), "the bias is added again": 100 * float(w[2]) + b},
        ),
    ]


LESSON = Lesson(
    title="House prices: linear regression",
    rows=(3,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("bedrooms", 5, Range(0, 20), "x1"),
        Setting("bathrooms", 3, Range(0, 20), "x2"),
        Setting("square_feet", 3000, Range(0, 20000), "x3"),
    ),
    change="Price a house of your own. Then bedrooms=0 bathrooms=0 square_feet=0: the price of nothing is the bias.",
)
