"""What leaves the house: notebooks that run, worksheets that keep their answers apart, pages that need nothing."""

from __future__ import annotations

import ast
import base64
import hashlib
import html
import json
import re
from functools import cache
from html.parser import HTMLParser

import nbclient
import nbformat
import pytest

from glassnet import LESSONS
from glassnet.lessons.lesson import Lesson
from glassnet.lessons.notebook import notebook
from glassnet.lessons.static import static_page
from glassnet.lessons.typeset import typeset
from glassnet.lessons.worksheet import BLANK, markdown_worksheet, worksheet
from glassnet.views.displays import Display

NAMES = list(LESSONS)
opened = cache(Lesson.opened)
VOID = {"meta", "input", "img", "br"}


@pytest.fixture(autouse=True)
def opened_once(monkeypatch):
    """Every lesson is computed once for all exports."""
    monkeypatch.setattr(Lesson, "opened", opened)


class Page(HTMLParser):
    """What a page holds: its elements, each with what it is in; open ones must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def all(self, tag):
        return [attributes for found, attributes in self.found if found == tag]


@cache
def page(name: str) -> str:
    """The page; of one lesson with its picture by matplotlib, of the others with as good as none, which is quick."""
    with pytest.MonkeyPatch.context() as patch:
        if name != "line":
            patch.setattr(Display, "picture", lambda display, kind: b"\x89PNG")
        return static_page(LESSONS[name])


def policy(text: str) -> str:
    (content,) = [meta["content"] for meta in Page(text).all("meta") if meta.get("http-equiv")]
    return content


@pytest.mark.parametrize("name", NAMES)
def test_a_page_loads_nothing_and_its_policy_names_all_it_runs(name):
    text, found = page(name), Page(page(name))
    for _, attributes in found.found:
        assert not {attribute for attribute in attributes if attribute.startswith("on") or attribute == "style"}
        for link in ("src", "href", "action"):
            assert (attributes.get(link) or "data:image/png").startswith("data:image/png")
    assert "@import" not in text and "url(" not in text
    assert len(found.all("script")) == 1 and found.all("script") == [{}]
    allowed = policy(text)
    assert allowed.startswith("default-src 'none'; ") and "unsafe" not in allowed
    for tag in ("script", "style"):
        (sources,) = re.findall(rf"{tag}-src ([^;]*)", allowed)
        for inside in re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL):
            assert base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode() in sources
    assert len(text) < 600_000


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_each_question_with_a_label_and_has_the_answer(name):
    found, questions = Page(page(name)), LESSONS[name].questions()
    facts = [json.loads(form["data-question"]) for form in found.all("form")]
    assert len(facts) == len(questions)
    assert [label["for"] for label in found.all("label")] == [field["id"] for field in found.all("input")]
    for number, fact in enumerate(facts):
        assert fact["answer"] == questions[number].answer and fact["slips"] == questions[number].distinct_slips()
    assert html.escape(str(LESSONS[name].code())) in page(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_valid_and_compiles(name):
    cells = nbformat.reads(notebook(LESSONS[name]), as_version=4)
    nbformat.validate(cells)
    code = [cell.source for cell in cells.cells if cell.cell_type == "code"]
    for source in code:
        ast.parse(source)
    assert sum("answer = None" in source for source in code) == len(LESSONS[name].questions())


def test_a_notebook_runs_and_judges_an_answer(tmp_path):
    """One with every kind of thing: a scene, a ledger, text."""
    name = "go-to-class"
    cells = nbformat.reads(notebook(LESSONS[name]).replace("answer = None", "answer = 0.7", 1), as_version=4)
    done = nbclient.NotebookClient(cells, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    said = "".join(output["text"] for output in outputs if output.output_type == "stream")
    assert "Right: z1[1]" in said
    assert said.count("Type your number in place of None") == len(LESSONS[name].questions()) - 1
    assert any("image/svg+xml" in output.data for output in outputs if "data" in output)


@pytest.mark.parametrize("name", NAMES)
def test_a_worksheet_has_a_blank_for_each_question_and_its_answers_after_them(name):
    lesson = LESSONS[name]
    sheet, answers = worksheet(lesson).split('<section class="sheet">')
    questions = lesson.questions()
    assert sheet.count(f'class="blank">{BLANK}') == len(questions)
    assert "break-before: page" in sheet and "<script" not in sheet and "script-src 'none'" in sheet
    plain = markdown_worksheet(lesson)
    asked, _, answers_page = plain.partition('<div style="break-before: page"></div>')
    assert asked.count(f"Answer: {BLANK}") == len(questions)
    for question in questions:
        assert typeset(question.why) in answers and typeset(question.why) not in sheet
        assert question.why in answers_page and question.why not in asked
        for clause in question.distinct_slips():
            assert typeset(clause) in answers and clause in answers_page
    Page(worksheet(lesson))


def test_a_changed_setting_is_in_every_export():
    lesson = LESSONS["chain-rule"]
    for text in (notebook(lesson, z=0.5), static_page(lesson, z=0.5)):
        assert "z = 0.5" in text
    assert "z = 0.5" in worksheet(lesson, z=0.5) and "= 0.5" in markdown_worksheet(lesson, z=0.5)
