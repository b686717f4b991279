"""Frames of a ledger: what changes in its lines from step to step, by key; symbols and formulas stay where they are.

A page has a ledger's markup and patches what stands in an element's ``<span class="numbers">``. It needs new markup
only where other lines are there, which a long sum may bring about: it shows its largest terms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from glassnet.glass.formula import marked
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.rendered import Ledger


class Behind(NamedTuple):
    """What stands behind the formula of a line: ``0.5*3 + 0.25 = 1.75``, and its remarks."""

    numbers: str
    remarks: str = ""


def of_line(line: Line) -> Behind:
    """What changes in a line."""
    return Behind(" = ".join(line.behind), " ".join(f"({r})" for r in line.remarks))


def behind(written: Ledger) -> dict[str, Behind]:
    """What changes in the lines of a ledger, by key.

    >>> from glassnet import Dense, Network, ledger, trace
    >>> net = Network(1, [Dense(1)])
    >>> p = net.initialize()
    >>> p.W[1], p.b[1] = [[0.5]], [0.25]
    >>> behind(ledger(trace(net, [[3.0]], [1.0], parameters=p)))["z1[1]"].numbers
    '0.5*3 + 0.25 = 1.75'
    """
    return {line.key: of_line(line) for line in written.lines() if line.key}


def changed(now: Mapping[str, Behind], before: Mapping[str, Behind]) -> str | None:
    """What is different from before, as it is sent: compact JSON, the numbers as ``marked`` sets them.

    None where other lines are there, and the page needs new markup.

    >>> one, other = Behind("0"), Behind("2*-3e-5 = -6e-5", "(rounded)")
    >>> changed({"z1[1]": other, "J": one}, {"z1[1]": one, "J": one})
    '{"z1[1]":["2·−3·10^{−5} = −6·10^{−5}","(rounded)"]}'
    """
    if now.keys() != before.keys():
        return None
    others = {key: (marked(line.numbers), line.remarks) for key, line in now.items() if line != before[key]}
    return json.dumps(others, ensure_ascii=False, separators=(",", ":"))
