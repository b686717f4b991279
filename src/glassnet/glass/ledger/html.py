"""A ledger as HTML: lines that unfold, formulas in MathML. No script, no style from elsewhere, no colors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from glassnet.glass.ledger.record import Line, Step

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
GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "lambda": "λ", "mu": "μ", "rho": "ρ", "eps": "ε", "theta": "θ"}
SHORT = {"dw", "db", "dz", "da", "dn", "dx"}  # symbols, though they look like words


def as_html(title: str, notes: Sequence[str], steps: Sequence[Step]) -> str:
    """A ledger's markup; its style is in the sheet."""
    above = "".join(f"<p>{escape(note)}</p>" for note in notes)
    below = "".join(
        f"<h4>{number}. {escape(step.title)}</h4>"
        + (f"<p>{escape(step.note)}</p>" if step.note else "")
        + "".join(map(_line, step.lines))
        for number, step in enumerate(steps, start=1)
    )
    return f'<div class="glassnet-ledger"><h3>{escape(title)}</h3>{above}{below}</div>'


def _line(line: Line) -> str:
    first, *others = line.parts
    signs = [":=" if line.assigned and not place else "=" for place in range(len(others))]
    terms = "".join(f"<mo>{sign}</mo>{mathml(text)}" for sign, text in zip(signs, others, strict=True))
    remarks = "".join(f'<span class="remark">({escape(remark)})</span>' for remark in line.remarks)
    shown = f"<math><mrow>{mathml(first)}{terms}</mrow></math>{remarks}"
    if not line.inside:
        return f'<div class="line">{shown}</div>'
    return f"<details><summary>{shown}</summary>{''.join(map(_line, line.inside))}</details>"


def mathml(text: str) -> str:
    """A formula of ours in MathML.

    >>> mathml("W[1]^T")
    '<msup><mi>W</mi><mrow><mi>[1]</mi><mi>T</mi></mrow></msup>'
    >>> mathml("0.5*x2")
    '<mn>0.5</mn><mo>·</mo><msub><mi>x</mi><mn>2</mn></msub>'
    """
    return "".join(_token(match) for match in TOKEN.finditer(text))


def _token(match: re.Match[str]) -> str:
    if match["over"]:
        return f"<munder><mo>∑</mo><mi>{match['over']}</mi></munder>"
    if match["number"]:
        return f"<mn>{match['number']}</mn>"
    if match["power"] or match["raised"]:
        return f"<msup><mrow></mrow><mrow>{mathml(match['power'] or match['raised'])}</mrow></msup>"
    if match["sign"]:
        return f"<mo{_form(match)}>{escape(SIGNS.get(match['sign'], match['sign']))}</mo>"
    if match["name"] == "ln":
        return '<mo lspace="0.17em" rspace="0.17em">ln</mo>'
    if _is_word(match):
        return f"<mtext>&#160;{match['name']}&#160;</mtext>"
    base = f"<mi>{GREEK.get(match['name'], match['name'])}</mi>"
    if match["hat"]:
        base = f"<mover>{base}<mo>^</mo></mover>"
    above = "".join(f"<mi>{escape(part)}</mi>" for part in (match["layer"], match["T"] and "T") if part)
    above = f"<mrow>{above}</mrow>" if match["layer"] and match["T"] else above
    below = match["unit"] and f"<mn>{match['unit'].strip('_')}</mn>"
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    return f"<msub>{base}{below}</msub>" if below else f"<msup>{base}{above}</msup>" if above else base


def _form(match: re.Match[str]) -> str:
    """A minus that begins something is written close to it."""
    before = match.string[: match.start()].rstrip()[-1:]
    return ' form="prefix"' if match["sign"] == "-" and before in ("", *"(,:*/+-=") else ""


def _is_word(match: re.Match[str]) -> bool:
    """Whether a name is one of a sentence, such as "sum over the examples": none of a function or a symbol."""
    name, after = match["name"], match.string[match.end() : match.end() + 1]
    marked = match["unit"] or match["layer"] or after in ("(", "'")
    return len(name) > 1 and name.islower() and not marked and name not in SHORT and name not in GREEK
