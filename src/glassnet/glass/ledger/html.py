"""A ledger as HTML: lines that unfold, formulas in MathML. No script, no style from elsewhere, no colors."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from html import escape

from glassnet.glass.formula import GREEK, SIGNS, TOKEN, is_word
from glassnet.glass.ledger.record import Line, Step


def as_html(
    title: str,
    notes: Sequence[str],
    steps: Sequence[Step],
    level: int = 3,
    unfolded: Container[str] | None = None,
) -> str:
    """A ledger's markup; its style is in the sheet.

    Args:
        title: a heading of some ``level``.
        notes: above the steps.
        steps: the lines.
        unfolded: keys of the lines that are; a page asks for what is inside the others. None writes all, folded.
    """
    above = "".join(f"<p>{escape(note)}</p>" for note in notes)
    below = "".join(
        f"<h{level + 1}>{number}. {escape(step.title)}</h{level + 1}>"
        + (f"<p>{escape(step.note)}</p>" if step.note else "")
        + "".join(_line(line, unfolded) for line in step.lines)
        for number, step in enumerate(steps, start=1)
    )
    return f'<div class="glassnet-ledger"><h{level}>{escape(title)}</h{level}>{above}{below}</div>'


def _line(line: Line, unfolded: Container[str] | None) -> str:
    first, *others = line.parts
    signs = [":=" if line.assigned and not place else "=" for place in range(len(others))]
    known = len(line.parts) - len(line.behind)
    pieces = [[mathml(first)]]  # each a formula of its own: a narrow page breaks between them
    for place, (sign, text) in enumerate(zip(signs, others, strict=True), start=1):
        start, *terms = map(mathml, _TERMS.split(text))
        sign = f"<mo>{sign}</mo>"
        if place == known:  # a page that moves patches what stands behind the sign
            pieces[-1].append(sign)
            sign = ""
        pieces.append([f"{sign}{start}", *terms])
    still, moving = (
        " ".join(_math(piece) for part in some for piece in part) for some in (pieces[:known], pieces[known:])
    )
    remarks = "".join(f' <span class="remark">({escape(remark)})</span>' for remark in line.remarks)
    shown = f'{still} <span class="numbers">{moving}{remarks}</span>' if moving or remarks else still
    key = f' data-key="{escape(line.key)}"' if line.key else ""
    if not line.inside:
        return f'<div class="line"{key}>{shown}</div>'
    said = f'<span class="said">{escape(str(line))}</span>'  # mathematics alone does not name what unfolds
    drawn = f'<span aria-hidden="true">{shown}</span>'
    is_open = unfolded is not None and line.key in unfolded
    inside = "".join(_line(inner, unfolded) for inner in line.inside) if is_open or unfolded is None else ""
    return f"<details{key}{' open' * is_open}><summary>{said}{drawn}</summary>{inside}</details>"


def _math(piece: str) -> str:
    return f"<math><mrow>{piece}</mrow></math>"


_TERMS = re.compile(r"(?:(?<= [+-])|(?<=[,;:])) ")


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
    if is_word(match):
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
