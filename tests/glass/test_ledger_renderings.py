"""Ledgers on paper: HTML with MathML, the terminal, JSON, notebooks; all say the same."""

import io
import json
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from glassnet import BatchNorm, Dense, Dropout, Ledger, Network, Penalties, Plan, State, ledger, trace
from glassnet.glass.ledger import Line, Step
from glassnet.glass.ledger.html import mathml
from glassnet.pieces.optimizers import Adam

rng = np.random.default_rng(0)


@pytest.fixture(scope="module")
def written():
    layers = [Dense(3), BatchNorm("tanh"), Dropout(0.5), Dense(12, "relu"), Dense(3)]
    plan = Plan(Network(2, layers, "cross_entropy"), 4, Adam(), batch_size=4, penalties=Penalties(l2=0.1))
    names = {"columns": ["a <b> & c", "[bold]d"], "classes": ["<i>", "j", "k"]}
    return ledger(trace(plan, rng.normal(size=(4, 2)), [0, 1, 2, 1], state=State.new(plan, seed=1), **names))


def test_html_is_well_formed_and_says_the_same(written):
    html = written.to_html()
    assert "<script" not in html and "<i>" not in html and "http" not in html
    tree = ElementTree.fromstring(f"<root>{html}</root>")
    shown = [element for element in tree.iter() if element.tag == "summary" or element.get("class") == "line"]
    assert len(tree.findall(".//details")) == sum(bool(line.inside) for line in written.lines())
    remarks = [span.text for span in tree.iter("span")]
    assert "(a <b> & c)" in remarks
    for element, line in zip(shown, written.lines(), strict=True):
        digits = re.findall(r"\d+", " ".join(line.parts))
        formulas = ["".join(formula.itertext()) for formula in element.iter("math")]
        assert "".join(re.findall(r"\d", "".join(formulas))) == "".join(digits), line
        assert element.tag != "summary" or element.find("span").text == str(line), "a name for what unfolds"
    assert max(len("".join(formula.itertext())) for formula in tree.iter("math")) < 60, "a narrow page breaks a line"
    page = written.to_page()
    assert page.startswith("<!doctype html>") and "<title>One training step" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("W[1]^T", "<msup><mi>W</mi><mrow><mi>[1]</mi><mi>T</mi></mrow></msup>"),
        ("dw1,12[3]", "<msubsup><mi>dw</mi><mn>1,12</mn><mi>[3]</mi></msubsup>"),
        ("-0.5*x2", '<mo form="prefix">−</mo><mn>0.5</mn><mo>·</mo><msub><mi>x</mi><mn>2</mn></msub>'),
        ("1.5e-7", "<mn>1.5e-7</mn>"),
        ("gamma2[3]", "<msubsup><mi>γ</mi><mn>2</mn><mi>[3]</mi></msubsup>"),
        ("sum_k ak[1]", "<munder><mo>∑</mo><mi>k</mi></munder><msubsup><mi>a</mi><mn>k</mn><mi>[1]</mi></msubsup>"),
        ("over the", "<mtext>&#160;over&#160;</mtext><mtext>&#160;the&#160;</mtext>"),
        ("relu(z)", "<mi>relu</mi><mo>(</mo><mi>z</mi><mo>)</mo>"),
        ("e^(-1.5)", '<mi>e</mi><msup><mrow></mrow><mrow><mo form="prefix">−</mo><mn>1.5</mn></mrow></msup>'),
        ("y^1", "<msub><mover><mi>y</mi><mo>^</mo></mover><mn>1</mn></msub>"),
    ],
)
def test_mathml(text, said):
    assert mathml(text) == said


def test_the_terminal(written):
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    console.print(written)
    printed = console.file.getvalue()
    assert "[bold]d" in printed and "1. Forward propagation" in printed and "Z[1] = A[0] W[1]^T + b[1]" in printed


def test_json(written):
    facts = json.loads(written.to_json())
    assert [step["title"] for step in facts["steps"]] == [
        "Forward propagation",
        "The cost",
        "Back propagation",
        "The update",
    ]
    first = facts["steps"][0]["lines"][1]
    assert first["symbol"] == "Z[1]" and first["shape"] == [4, 3]
    assert first["inside"][0]["value"] == pytest.approx(written["z1[1]"].value)
    assert facts["digits"] == 6


def test_numbers_that_are_none_are_null():
    line = Line("J", value=math.inf, shown="inf")
    made = Ledger("t", (Step("s", (line,)),), 4)
    assert json.loads(made.to_json())["steps"][0]["lines"][0]["value"] is None


def test_notebooks(written):
    bundle = written._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"} and bundle["text/plain"] == str(written)


def test_only_symbols_are_bold():
    """In the terminal: formulas, numbers and remarks keep the weight of ordinary text."""
    network = Network(2, [Dense(1)])
    written = ledger(trace(network, [[1.0, 2.0]], [1.0], parameters=network.initialize(seed=0)))
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard", legacy_windows=False)
    bold = {
        segment.text.strip()
        for segment in console.render(written)
        if segment.style is not None and segment.style.bold and segment.text.strip()
    }
    assert {"Z[1]", "dW[1]"} <= bold and not [text for text in bold if " = " in text or "alpha dW" in text]
