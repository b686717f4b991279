"""Answers as people type them: rounded, with a comma, as a fraction; slips; and the script of pages."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet.lessons
from glassnet.lessons.question import Question, readings
from glassnet.lessons.static import facts

Z = Question("z?", 0.6986, "z = 0.6986", {"the bias is forgotten": 0.4986, "the sign is wrong": -0.6986})
NAUGHT = Question("a?", 0.0, "a = 0", {"the derivative is forgotten": 0.275})
MANY = Question("rows?", 1250.0, "m = 1250", {"rows and columns are swapped": 4.0})
NUMBERS = [
    "0.6986",
    "0.7",
    "0,7",
    ".7",
    "0.70",
    " 0.699 ",
    "+0.698",
    "7e-1",
    "0.69",
    "0.65",
    "0.8",
    "-0.7",
    "0.4986",
    "0.5",
]
ODD = [
    "−0.6986",
    "1/2",
    "6986/10000",
    "1/0",
    "1/2/3",
    "0.7 0",
    "",
    "seven",
    "nan",
    "inf",
    "1_000",
    "0x1",
    "--1",
    "1e400",
]
FURTHER = ["0", "-0", "0.0", "0.275", "0.28", "1250", "1,250", "1,250.0", "1.250", "1300", "4", "1e-400"]
TYPED = [*NUMBERS, *ODD, *FURTHER]


@pytest.mark.parametrize(
    "typed", ["0.6986", "0.7", "0,7", ".7", "0.70", "0.699", "0.698", "7e-1", "6986/10000", "+0.69"]
)
def test_right_to_the_digits_that_were_typed(typed):
    assert Z.judge(typed).kind == "right" and Z.judge(typed).sentence == "Right: z = 0.6986."


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("0.6", "wrong"),
        ("0.65", "wrong"),
        ("1", "wrong"),
        ("0.5", "slip"),
        ("1/2", "wrong"),
        ("−0.7", "slip"),
        ("?", "unread"),
    ],
)
def test_other_numbers(typed, kind):
    assert Z.judge(typed).kind == kind


def test_zero_is_only_zero():
    assert {typed: NAUGHT.judge(typed).kind for typed in ("0", "-0.0", "0.001", "0.275")} == {
        "0": "right",
        "-0.0": "right",
        "0.001": "wrong",
        "0.275": "slip",
    }


def test_a_comma_may_stand_for_thousands():
    assert MANY.judge("1,250").kind == MANY.judge("1250").kind == "right" and MANY.judge("1.250").kind == "wrong"


def test_a_slip_that_leads_to_the_answer_is_none():
    same = Question(
        "1 * 1?", 1.0, "1", {"1/m is forgotten, with m = 1": 1.0, "the sign is wrong": -1.0, "it is negative": -1.0}
    )
    assert same.distinct_slips() == {"the sign is wrong": -1.0}


@settings(max_examples=40)
@given(st.floats(-1e6, 1e6), st.integers(2, 12))
def test_every_rounding_to_enough_digits_is_right(answer, digits):
    question = Question("?", answer, "")
    assert question.judge(f"{answer:.{digits}e}").kind == "right"


@settings(max_examples=40)
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_of_answer_and_slip_the_nearer_one_is_meant(answer, slip):
    question = Question("?", answer, "", {"it slips": slip})
    if not math.isclose(answer, slip, rel_tol=1e-6, abs_tol=1e-6):
        assert question.judge(repr(answer)).kind == "right" and question.judge(repr(slip)).kind == "slip"


@settings(max_examples=40)
@given(st.text("0123456789.,/-−e+ x", max_size=12))
def test_nothing_typed_is_a_fault(text):
    assert Z.judge(text).kind in ("right", "slip", "wrong", "unread")
    assert all(place >= 0 for _, place in readings(text))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node, to run the script of static pages")
def test_the_script_of_pages_judges_alike(tmp_path):
    asked = [Z, NAUGHT, MANY]
    script = Path(glassnet.lessons.__path__[0]) / "lesson.js"
    cases = [[json.loads(facts(question)), typed] for question in asked for typed in TYPED]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    run = 'const fs = require("fs"); require("vm").runInThisContext(fs.readFileSync(process.argv[1], "utf8"));'
    run += "const cases = JSON.parse(fs.readFileSync(process.argv[2]));"
    run += "console.log(JSON.stringify(cases.map((c) => judge(...c))))"
    done = subprocess.run(
        ["node", "-e", run, str(script), str(tmp_path / "cases.json")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    verdicts = [(v.kind, v.sentence) for v in (question.judge(typed) for question in asked for typed in TYPED)]
    assert [kind for kind, _ in json.loads(done.stdout)] == [kind for kind, _ in verdicts]
    assert [s for kind, s in json.loads(done.stdout) if kind == "slip"] == [s for kind, s in verdicts if kind == "slip"]
