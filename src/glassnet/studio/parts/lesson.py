"""The lesson: its words, its screen, questions asked before their values are shown, settings, and the Python of it."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.lessons import LESSONS
from glassnet.lessons.lesson import Lesson, Setting, Value
from glassnet.lessons.markup import paragraphs, preformatted
from glassnet.lessons.typeset import typeset
from glassnet.pieces.settings import Range
from glassnet.studio.datasets import BUNDLED
from glassnet.studio.html import button, element
from glassnet.studio.parts.part import Part
from glassnet.studio.pieces.questions import asked, open_question
from glassnet.studio.pieces.screen import screen
from glassnet.studio.pieces.tables import drop, menu
from glassnet.studio.session.setup import LESSON, WALKED
from glassnet.studio.session.view import View
from glassnet.studio.words import word


def markup(view: View) -> str:
    """The lesson as it is now; of a pupil's own data, what can be done."""
    name = on_the_page(view)
    if name:
        return _walked(LESSONS[name], view) if name in WALKED else _read(view, walks=_has_same_step(view))
    if not view.lesson and view.run.setup.data == LESSON:
        return _invitation()
    about = word("own.words")
    return f'<div class="walked" data-layout="walk"><h1>{escape(view.title)}</h1><p class="words">{about}</p></div>'


def _invitation() -> str:
    """Where one's own table goes, as long as there is none."""
    ready = element("p", menu(word("own.ready"), "", {"": word("own.choose")}), class_="choices")
    steps = paragraphs([word("own.begin"), word("own.then")])
    return f'<article class="read" data-layout="read"><h1>{word("lesson.own")}</h1>{steps}{drop()}{ready}</article>'


def on_the_page(view: View) -> str:
    """The name of the lesson; "" where other rows took its place."""
    stays = _has_same_step(view) or (view.lesson not in WALKED and view.run.setup.own is None)
    return view.lesson if stays else ""


def _has_same_step(view: View) -> bool:
    """Whether network and ledger show the lesson's own step."""
    return bool(view.lesson) and (view.run.setup.data, view.run.setup.lesson) == (LESSON, view.lesson)


def version(view: View) -> Hashable:
    """What was chosen, changed and answered."""
    desk, setup = view.desk, view.run.setup
    answers = tuple((number, verdict) for number, verdict in desk.answers.items() if number)
    done = desk.lesson in WALKED and desk.lesson in desk.finished
    return desk.lesson, desk.lesson_values, answers, desk.revealed, setup.data, setup.lesson, view.title, done


# -- a lesson on the network and the ledger themselves ----------------------------------------------------------------


def _walked(lesson: Lesson, view: View) -> str:
    """A few words; the question is what comes next in the ledger."""
    first, *others = lesson.paragraphs
    changed = dict(view.desk.lesson_values)
    more = (
        f"<details><summary>{word('lesson.more')}</summary>{paragraphs([*others, lesson.change])}"
        f"{_settings(lesson, changed)}</details>{_python(lesson, changed)}"
    )
    return (
        f'<div class="walked" data-layout="walk"><h1>{escape(lesson.title)}</h1>'
        f'<div class="words">{paragraphs([first])}</div><div class="more">{more}</div>'
        f"{_finished(lesson.name) if lesson.name in view.desk.finished else ''}</div>"
    )


# -- a lesson on a page of its own ------------------------------------------------------------------------------------


def _read(view: View, walks: bool) -> str:
    lesson, changed = LESSONS[view.lesson], dict(view.desk.lesson_values)
    given, shown, questions = screen(lesson.name, view.desk.lesson_values)
    done = open_question(view.desk, questions) is None
    numbers = (
        f'<section class="answers"><h2>{word("numbers")}</h2>{shown()}{button(word("lesson.again"), "again")}</section>'
        f"{_finished(lesson.name)}"
        if done
        else ""
    )
    later = "" if done else f'<p class="muted">{word("numbers.later")}</p>'
    return (
        f'<article class="read" data-layout="{"both" if walks else "read"}"><h1>{escape(lesson.title)}</h1>'
        f'<div class="words">{paragraphs(lesson.paragraphs)}</div><div class="given">{given()}</div>'
        f'<section class="questions">{asked(view.desk, questions)}</section>{later}'
        f'<section class="changes"><h2>{word("change")}</h2>{paragraphs([lesson.change])}'
        f"{_settings(lesson, changed)}</section>{numbers}{_python(lesson, changed)}</article>"
        + (f'<p class="same-step">{word("lesson.same_step")}</p>' if walks else "")
    )


def _finished(name: str) -> str:
    names = list(LESSONS)
    at = names.index(name) + 1
    done = f"<p><b>✓ {word('lesson.done' if name in WALKED else 'lesson.all_done')}</b></p>"
    if at == len(names):
        own = button(word("lesson.own"), "own")
        return f'<div class="finished">{done}<p>{word("lesson.end")}</p><p>{own}</p></div>'
    title = escape(word("lesson.go_on", title=word(f"lesson:{names[at]}:title")))
    onward = f'<button type="button" class="primary" data-do="lesson" data-name="{names[at]}">{title}</button>'
    return f'<div class="finished">{done}<p>{onward}</p></div>'


def _python(lesson: Lesson, changed: dict[str, Value]) -> str:
    code = preformatted(lesson.code(**changed))
    return f'<details class="python"><summary>{word("code")}</summary>{code}</details>'


# -- settings ---------------------------------------------------------------------------------------------------------


def _settings(lesson: Lesson, changed: dict[str, Value]) -> str:
    values = lesson.values(changed)
    fields = "".join(_field(setting, values[setting.name]) for setting in lesson.settings)
    return f'<div class="grid">{fields}</div>'


def _field(setting: Setting, value: Value) -> str:
    name = f"change-{setting.name}"
    does = f'id="{name}" data-do="lesson_set" data-name="{setting.name}" aria-describedby="{name}-help"'
    choices = tuple(BUNDLED) if setting.values is None else setting.values  # a text names a table; files are dropped
    if isinstance(choices, tuple):
        options = "".join(
            f"<option{' selected' if choice == value else ''}>{escape(choice)}</option>" for choice in choices
        )
        control = f"<select {does}>{options}</select>"
    else:
        mode = ' inputmode="decimal"' if isinstance(setting.values, Range) else ""
        control = f'<input {does} value="{escape(_shown(value))}"{mode} autocomplete="off" size="12">'
    return (
        f'<div class="field"><label for="{name}">{setting.name}</label>{control}'
        f'<span class="muted" id="{name}-help">{typeset(str(setting))}</span></div>'
    )


def _shown(value: Value) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


PART = Part("lesson", "Lesson", markup, version)
