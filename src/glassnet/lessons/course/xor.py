"""XOR: what no straight line can do, and two hidden units can."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from glassnet.estimators.linear.logistic import LogisticRegression
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.glass.ledger import ledger
from glassnet.glass.tracing.trace import trace
from glassnet.lessons.lesson import Lesson, Screen, Setting
from glassnet.lessons.question import Question, shown
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.settings import Range
from glassnet.views.figures import draw

WORDS = """
XOR is true when exactly one of its two inputs is true: (0, 1) and (1, 0) are yes, (0, 0) and (1, 1) are no. Draw the
four corners of a square. The yes corners lie across from each other, and so do the no corners.

A logistic regression separates yes from no by a straight line. Whatever line you draw, it cannot have both yes
corners on one side and both no corners on the other. A network with a hidden layer draws two lines and combines them.
"""


def make(hidden: int, seed: int) -> Screen:
    corners, xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    table = "x1  x2  XOR\n" + "\n".join(f"{a:2}  {b:2}  {y:3}" for (a, b), y in zip(corners, xor, strict=True))
    line = LogisticRegression(C=100).fit(corners, xor)
    bent = MLPClassifier((hidden,), activation="logistic", solver="lbfgs", random_state=seed, max_iter=500)
    bent.fit(corners, xor)
    straight = f"logistic regression, a straight line: {100 * line.score(corners, xor):.0f} % of the corners are right"
    network = f"a network with {hidden} hidden sigmoid units: {100 * bent.score(corners, xor):.0f} %"
    wired = Network(2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = wired.initialize()  # by hand: unit 1 says OR, unit 2 says NOT AND, the output says AND
    p.W[1], p.b[1], p.W[2], p.b[2] = [[20, 20], [-20, -20]], [-10, 30], [[20, 20]], [-30]
    step = trace(wired, corners, xor, parameters=p)
    written = ledger(step, 4, depth=2)  # of the corner (1, 1)
    by_hand = replace(written, steps=written.steps[:1])
    boundary, units = draw("boundary", line, corners, xor), draw("units", bent, corners, xor)
    return Screen([table], [straight, network, boundary, units, by_hand], bent=bent, step=step, written=written)


def ask(s: SimpleNamespace) -> list[Question]:
    return [*of_units(s), *of_networks(s)]


def of_units(s: SimpleNamespace) -> list[Question]:
    truth = s.step.Y[:, 0] > 0
    lines = [s.step.X @ [w1, w2] > b for w1 in (-1, 0, 1) for w2 in (-1, 0, 1) for b in (-1.5, -0.5, 0.5, 1.5)]
    z1 = s.written["z1[1]"]
    return [
        Question(
            "At best, how many of the four corners can a straight line get right?",
            max(int((line == truth).sum()) for line in lines),
            "one corner can always be cut off alone, so 3 of 4 = 75 %, and never all 4",
            {
                "a line is drawn that is not straight: no straight one has both yes corners to itself": 4.0,
                "a better line is overlooked: cut off a single corner": 2.0,
            },
        ),
        Question(
            "A network wired by hand. Unit 1 says OR: z = 20 x1 + 20 x2 - 10. What is its z at the corner (1, 1)?",
            z1.value,
            f"{z1}",
            {
                "the bias is forgotten": z1.value - s.step.b[1][0],
                "the sign of the bias is wrong": z1.value - 2 * s.step.b[1][0],
                "only one input is counted": 10.0,
            },
        ),
    ]


def of_networks(s: SimpleNamespace) -> list[Question]:
    z2, z = s.written["z2[1]"], s.written["z1[2]"]
    n, hidden, _ = s.bent.fitted.network.widths
    size = s.bent.fitted.network.size
    return [
        Question(
            f"Unit 2 says NOT AND: its z at (1, 1) is {shown(z2.value)}, so a2 is 0, and a1 is 1. The output's is "
            "z = 20 a1 + 20 a2 - 30. What is it, to a whole number?",
            z.value,
            f"{z}",
            {
                "the bias is forgotten": z.value - s.step.b[2][0],
                "the activation is forgotten, z in place of a": float(s.step.W[2][0] @ s.step.Z[1][3] + s.step.b[2][0]),
                "unit 2's answer is counted as 1": -z.value,
            },
        ),
        Question(
            f"How many numbers does a network with {hidden} hidden units learn here?",
            size,
            f"{hidden}*({n} + 1) + ({hidden} + 1) = {size}",
            {"the biases are forgotten": n * hidden + hidden, "the output's bias is forgotten": size - 1},
        ),
    ]


LESSON = Lesson(
    title="XOR, and why a network must bend",
    rows=(11,),
    words=WORDS,
    make=make,
    ask=ask,
    settings=(
        Setting("hidden", 2, Range(1, 8), "units of the hidden layer"),
        Setting("seed", 5, Range(0, 1000), "of the first weights"),
    ),
    change=(
        "hidden=1 is one line again. With hidden=2 some seeds get stuck at 50 or 75 %: try a few; with "
        "hidden=4 none here does."
    ),
)
