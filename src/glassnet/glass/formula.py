"""Formulas as our text writes them, read token by token: MathML and pictures set them from here.

``W[1]^T`` is a symbol with its layer raised, ``w13[1]`` has its unit lowered, ``y^`` a hat; ``sum_k``, ``e^-z``, ``*``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A sum over k; names with their unit's number and their layer, Z[1], dw12[1], y^1, ak[1]; numbers; powers; signs.
TOKEN = re.compile(
    r"sum_(?P<over>[a-z])"
    r"|(?P<name>d?[wzanyxb](?=[jk]\b|[jk],?\d)|(?:alpha|[A-Za-z])(?=_[a-z]\b)|[A-Za-z_]+)"
    r"(?P<hat>(?<=y)\^)?(?P<unit>(?:\d+|[jk](?=\b|,?\d))(?:,?(?:\d+|k\b))?|_[a-z]\b)?(?P<layer>\[[^\]]*\])?(?P<T>\^T)?"
    r"|(?P<number>\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?)"
    r"|\^(?:\((?P<raised>[^()]*)\)|(?P<power>-?\d+(?:\.\d+)?|-?\w+))"
    r"|(?P<sign>:=|[^\sA-Za-z\d])"
)
SIGNS = {"*": "·", "-": "−"}
GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "eps": "ε",
    "epsilon": "ε",
    "theta": "θ",
}
SHORT = {"dw", "db", "dz", "da", "dn", "dx"}  # symbols, though they look like words


def is_word(match: re.Match[str]) -> bool:
    """Whether a name is one of a sentence, such as "sum over the examples": none of a function or a symbol."""
    name, after = match["name"], match.string[match.end() : match.end() + 1]
    marked = match["unit"] or match["layer"] or after in ("(", "'")
    return len(name) > 1 and name.islower() and not marked and name not in SHORT and name not in GREEK


@dataclass(frozen=True)
class Run:
    """A piece of a formula that is set in one size.

    Args:
        text: what is written.
        level: 0 on the line, 1 raised, -1 lowered.
        stacked: True where it stands above the piece before it rather than behind it.
    """

    text: str
    level: int = 0
    stacked: bool = False


def runs(formula: str) -> tuple[Run, ...]:
    """A formula of ours as pieces to be set on the line, above it and below it.

    >>> [(run.text, run.level) for run in runs("dJ/dW[2] = y^1 - 0.5*x2")]
    [('∂J/∂W', 0), ('[2]', 1), (' = ŷ', 0), ('1', -1), (' − 0.5·x', 0), ('2', -1)]
    """
    joined: list[Run] = []
    for run in _runs(_SLOPE.sub(r"∂\1/∂", formula.replace("->", "→"))):
        if joined and joined[-1].level == run.level and not run.stacked:
            joined[-1] = Run(joined[-1].text + run.text, run.level, joined[-1].stacked)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def is_equation(text: str) -> bool:
    """Whether a remark is a formula, and not a name that a user gave.

    >>> is_equation("theta := theta - alpha g"), is_equation("days until midterm")
    (True, False)
    """
    return " = " in text or ":=" in text


def marked(formula: str) -> str:
    """A formula as it is set, for a page to patch in: what is raised stands in ``^{}``, what is lowered in ``_{}``.

    >>> marked("z1 = -2e-5")
    'z_{1} = −2·10^{−5}'
    """
    return "".join(f"{MARKS[run.level]}{{{run.text}}}" if run.level else run.text for run in runs(formula))


MARKS = {1: "^", -1: "_"}
_SLOPE = re.compile(r"\bd([A-Za-z]\w*\^?(?:\[\d+\])?)/d(?=[A-Za-z])")
HATS = {"y": "ŷ", "a": "â", "f": "f̂"}


def _runs(text: str) -> Iterator[Run]:
    end = 0
    for match in TOKEN.finditer(text):
        yield Run(text[end : match.start()])  # blanks
        end = match.end()
        yield from _set(match)
    yield Run(text[end:])


def _set(match: re.Match[str]) -> Iterator[Run]:
    if match["over"]:
        yield from (Run("Σ"), Run(match["over"], -1))
    elif match["power"] or match["raised"]:
        yield from (Run(run.text, 1) for run in _runs(match["power"] or match["raised"]))
    elif match["sign"]:
        apart = match.string[match.end() : match.end() + 1] == " "  # "dA * g'": of matrices, number by number
        yield Run("*" if match["sign"] == "*" and apart else SIGNS.get(match["sign"], match["sign"]))
    elif match["number"]:
        digits, _, power = match["number"].partition("e")
        yield Run(f"{digits}·10" if power else digits)
        yield Run(power.replace("-", "−").replace("−0", "−").lstrip("0"), 1)
    elif is_word(match):
        yield Run(match[0])
    else:
        name = GREEK.get(match["name"], match["name"])
        yield Run(HATS.get(name, name) if match["hat"] else name)
        yield Run((match["unit"] or "").strip("_"), -1)
        above = (match["layer"] or "") + "T" * bool(match["T"])
        yield Run(above, 1, bool(match["unit"] and above))
