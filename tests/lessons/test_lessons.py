"""The lessons: the workshop's own numbers, rows and order; questions that know answers and slips; their Python."""

from __future__ import annotations

import contextlib
import io
import math
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from glassnet import LESSONS
from glassnet.errors import InvalidInput, InvalidType, UnknownName
from glassnet.lessons import course
from glassnet.lessons.lesson import Screen
from glassnet.pieces.settings import Range
from glassnet.text import format_number

NAMES = list(LESSONS)
FILES = [path for path in Path(course.__path__[0]).glob("*.py") if path.name != "__init__.py"]
SLOW = {
    "row",
    "column",
    "steps",
    "examples",
    "hidden",
    "layers",
    "epochs",
    "batch",
    "seed",
}  # settings whose far end takes seconds
TIMED = {"vectorization": "One forward pass"}  # where times begin, which are others at each run

# The workshop's own numbers, written down again; what it leaves open, by formulas that share no code with a network.
SIGMOID = {z: 1 / (1 + math.exp(-z)) for z in (-0.4, 0.7)}
LOSSES = (-math.log(0.45), -math.log(0.8), -math.log(0.7))
SECOND = 1 / (
    1 + math.exp(-(0.8 * 0.6674 - 0.5 * 0.4 + 0.9 * 0.13 - 0.5375506954621511))
)  # y^ of back propagation's second example
EXPECTED = {
    "line": [6, 0.8 + 1.8 * 4, 4],  # least squares through (0, 1), (1, 2), (2, 5), (3, 6)
    "house-prices": [5 * 5 - 5 * 3 + 0.15 * 3000 + 40, 15],
    "afford": [-0.4, SIGMOID[-0.4], 1 - SIGMOID[-0.4]],
    "network": [4, 4 * 4 + 5, 4],
    "neuron": [0.0986, 0.6986, 0],
    "activations": [SIGMOID[0.7], SIGMOID[0.7] * (1 - SIGMOID[0.7]), 1 - math.tanh(0.7) ** 2],
    "xor": [3, 30, -10 + 20 / (1 + math.exp(10)), 9],
    "collapse": [2 * 3, 2 * 1 + 5],
    "go-to-class": [0.6986, math.log(0.45 / 0.55), 0.45, 0.798508],
    "loss": [LOSSES[0], LOSSES[2], sum(LOSSES) / 3],
    "descent": [-3, -0.7, 2, 2],
    "chain-rule": [-12, -4, 3],
    "vectorization": [15, 63, 4],
    "backprop": [-0.55, (0.45 - 1 + SECOND) / 2, -0.44, 0],
    "deep": [3, 16 * 64, 16 * 65 + 16 * 17 + 10 * 17],
    "whole-loop": [5, 100, math.log(3)],
}


@cache
def screen(name: str) -> Screen:
    return LESSONS[name].screen()


@cache
def questions(name: str):
    return tuple(LESSONS[name].ask(screen(name).names))


def test_every_row_of_the_workshop_has_a_place_and_only_one():
    rows = [row for heading in LESSONS.headings().values() for row in heading.rows]
    assert sorted(rows) == list(range(1, 27))


def test_lessons_stand_in_the_order_of_the_workshop():
    assert len(NAMES) == 16 and NAMES[0] == "line" and NAMES[-1] == "whole-loop"
    assert NAMES.index("go-to-class") == NAMES.index("collapse") + 1 == NAMES.index("loss") - 1


def test_a_lesson_is_one_short_file():
    assert {path.stem.replace("_", "-") for path in FILES} == set(NAMES)
    assert {path.name for path in FILES if path.read_text(encoding="utf-8").count("\n") >= 150} == set()


def test_listing_imports_no_lesson():
    code = "from glassnet.lessons import LESSONS; print(len(LESSONS.headings()))\nimport sys\n"
    code += "print([m for m in sys.modules if m == 'numpy' or m.startswith('glassnet.lessons.course.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:2] == ["16", "[]"]


@pytest.mark.parametrize("name", NAMES)
def test_the_record_agrees_with_its_heading(name):
    lesson, heading = LESSONS[name], LESSONS.headings()[name]
    assert (lesson.name, lesson.title, lesson.rows) == (name, heading.title, heading.rows)
    assert lesson.paragraphs and lesson.change and lesson.settings
    assert all(setting.help for setting in lesson.settings)


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_are_the_workshops(name):
    assert [question.answer for question in questions(name)] == pytest.approx(EXPECTED[name], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_and_slips_are_recognized(name):
    assert questions(name)
    for question in questions(name):
        assert question.judge(repr(float(question.answer))).kind == "right"
        assert question.judge(format_number(question.answer, 3)).kind == "right"
        assert question.distinct_slips(), question.ask
        for clause, value in question.distinct_slips().items():
            verdict = question.judge(repr(value))
            assert verdict.kind == "slip" and clause in verdict.sentence


@pytest.mark.parametrize("name", NAMES)
def test_the_reason_ends_at_the_answer_and_what_is_given_does_not_tell_it(name):
    given = " ".join(map(str, screen(name).given))
    for question in questions(name):
        written = [format_number(question.answer, digits) for digits in (3, 4, 5, 6)]
        assert any(text in question.why for text in written), question
        if len(written[-1].strip("-0.")) > 3:
            assert written[-1] not in given


@pytest.mark.parametrize("name", NAMES)
def test_its_python_prints_the_same_and_computes_the_same(name):
    code, names, printed = str(LESSONS[name].code()), {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, f"{name}.py", "exec"), names)
    expected = screen(name).text() + "\n"
    assert printed.getvalue().partition(TIMED.get(name, "\0"))[0] == expected.partition(TIMED.get(name, "\0"))[0]
    assert name not in TIMED or TIMED[name] in expected
    again = LESSONS[name].ask(SimpleNamespace(**names))
    assert [question.answer for question in again] == [question.answer for question in questions(name)]
    assert "glassnet.lessons" not in code and max(map(len, code.splitlines())) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_settings_change_the_screen_and_their_ends_work(name):
    lesson = LESSONS[name]
    for setting in lesson.settings:
        with pytest.raises(UnknownName, match=r"did you mean"):
            lesson.values({f"{setting.name}s": 1})
        if isinstance(setting.values, Range) and setting.name not in SLOW:
            wanted = setting.values
            with pytest.raises(InvalidInput, match=rf"^{setting.name} must be a "):
                lesson.values({setting.name: wanted.high + 1})
            ends = [wanted.low + 1e-9 * wanted.above, wanted.high - 1e-9 * wanted.below]
            for end in (type(setting.default)(end) for end in ends):
                assert all(math.isfinite(question.answer) for question in lesson.questions(**{setting.name: end}))
    number = next((setting for setting in lesson.settings if isinstance(setting.values, Range)), None)
    assert number is not None
    assert lesson.values({number.name: f" {number.default} "}) == lesson.values()


def test_a_setting_that_cannot_be_read():
    with pytest.raises(
        InvalidInput, match=r"alpha is a number above 0 and at most 5 .seen: 'much'.; write it as alpha=0.1"
    ):
        LESSONS["descent"].values({"alpha": "much"})
    with pytest.raises(InvalidType, match=r"steps must be a whole number"):
        LESSONS["descent"].values({"steps": 2.5})
    with pytest.raises(UnknownName, match=r"there is no lesson 'desent'; did you mean 'descent'\?"):
        LESSONS["desent"]


def test_a_changed_setting_changes_answer_question_and_code():
    lesson = LESSONS["chain-rule"]
    assert lesson.questions(z="0,5")[1].answer == 0.5 and "z = 0.5" in lesson.questions(z=0.5)[0].ask
    assert re.search(r"^z = 0.5  # ", str(lesson.code(z=0.5)), re.MULTILINE)


def test_check_is_what_notebooks_ask():
    lesson = LESSONS["chain-rule"]
    assert lesson.check(2, None).kind == "unread"
    assert lesson.check(2, -4).kind == "right" and lesson.check(2, -4, z=1).kind == "wrong"
    with pytest.raises(InvalidInput, match="number must be a whole number at least 1 and at most 3"):
        lesson.check(4, 1)


def test_ones_own_table(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("size,color,price\n" + "".join(f"{i},{'red' if i % 3 else 'blue'},{2.5 * i}\n" for i in range(40)))
    shown = LESSONS["whole-loop"].screen(table=str(table), epochs=2)
    assert "40 rows" in shown.text() and "'price'" in shown.text()
    assert [question.answer for question in LESSONS["whole-loop"].ask(shown.names)] == [2, 4]
