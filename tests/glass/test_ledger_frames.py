"""A ledger that moves: a page that patches what changed shows what the next step's ledger says."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import pairwise

import numpy as np

from glassnet import Dense, Network, ledger, trace
from glassnet.glass.formula import marked
from glassnet.glass.ledger.frames import Behind, behind, changed

NETWORK = Network(3, [Dense(4, "tanh"), Dense(2)], loss="cross_entropy")


def steps(network: Network = NETWORK, count: int = 3, rows: int = 2):
    """One step after the other on the same rows."""
    X, p = np.random.default_rng(0).normal(size=(rows, network.inputs)), network.initialize(seed=0)
    for _ in range(count):
        step = trace(network, X, [0] * rows, parameters=p)
        yield step
        p = step.after


def test_patched_it_is_the_next_steps():
    moments = [behind(ledger(step)) for step in steps()]
    page = {key: (marked(line.numbers), line.remarks) for key, line in moments[0].items()}
    for before, now in pairwise(moments):
        sent = json.loads(changed(now, before))
        assert 40 < len(sent) < len(now), "inputs and targets stay"
        page |= {key: tuple(line) for key, line in sent.items()}
        assert page == {key: (marked(line.numbers), line.remarks) for key, line in now.items()}


def test_what_stands_behind_the_formula_is_what_the_line_says():
    """Symbol, formula, numbers and remarks are the whole line; the markup has the numbers in a place of their own."""
    written = ledger(next(steps()))
    found, markup = behind(written), written.markup()
    for line in written.lines():
        if line.key:
            numbers, remarks = found[line.key]
            assert str(line).endswith("  ".join(filter(None, [numbers, remarks.replace(") (", ")  (")]))) and numbers
            assert not line.formula or str(line).startswith(f"{line.symbol} ")
    places = re.findall(r'data-key="([^"]+)"[^>]*>(?:<summary[^>]*>)?(?:(?!data-key).)*?<span class="numbers">', markup)
    assert [unescape(key) for key in places] == list(found)


def test_other_lines_need_new_markup():
    """Of a wide layer the largest terms are shown, and these may be others after a step."""
    wide = Network(40, [Dense(3, "tanh"), Dense(2)], loss="cross_entropy")
    seen = [behind(ledger(step)) for step in steps(wide, 2)]
    assert changed(seen[1], seen[1]) == "{}" and changed(seen[0], {**seen[0], "w1,99[1]": Behind("1")}) is None
