"""``glassnet lesson``: the lessons in the terminal, and as notebooks, worksheets and single pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from glassnet.cli.files import refuse_other, replacing
from glassnet.cli.options import Command, file_option
from glassnet.cli.terminal import tell
from glassnet.errors import InvalidInput, unknown_name

if TYPE_CHECKING:
    from glassnet.lessons.lesson import Lesson, Value


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from glassnet.lessons import LESSONS

    return [name for name in LESSONS if name.startswith(incomplete)]


def _settings(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from glassnet.lessons import LESSONS

    name = ctx.params.get("name") or next(iter(ctx.args), "")
    settings = LESSONS[name].settings if name in LESSONS else ()
    offered = [f"{setting.name}={setting.default}" for setting in settings]
    return [CompletionItem(text) for text in offered if text.startswith(incomplete)]


@click.command(cls=Command)
@click.argument("name", required=False, shell_complete=_names)
@click.argument("changes", nargs=-1, metavar="[SETTING=VALUE]...", shell_complete=_settings)
@click.option("--code", is_flag=True, help="Print the Python that makes the lesson's numbers and pictures.")
@file_option("--notebook", help="Write the lesson as a notebook, .ipynb.")
@file_option("--worksheet", help="Write a worksheet with blanks and an answer sheet, .html, .md.")
@file_option("--static", help="Write one page that needs no server and no network, .html.")
@click.option("--forget", is_flag=True, help="Forget which lessons were done.")
def command(name: str | None, changes: tuple[str, ...], code: bool, forget: bool, **paths: str | None) -> None:
    """Learn how networks work, one idea at a time.

    Without NAME it lists the lessons, and what you have done of them. With NAME it opens one: a few words, questions
    that you answer before the value is shown, every number of the answer, and settings to change.

    \b
    Examples:
      glassnet lesson
      glassnet lesson go-to-class
      glassnet lesson descent alpha=2.1 --static descent.html
    """
    from glassnet.lessons import LESSONS, done

    if forget:
        done.forget()
    if name is None:
        _list()
        return
    lesson, changed = LESSONS[name], _changed(changes)
    lesson.values(changed)
    wanted = {kind: path for kind, path in paths.items() if path is not None}
    for kind, path in wanted.items():
        _refuse(kind, path)
    for kind, path in wanted.items():
        _write(lesson, kind, path, changed)
    if code:
        tell(str(lesson.code(**changed)))
    elif not wanted:
        _open(lesson, changed)


def _changed(changes: tuple[str, ...]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for change in changes:
        setting, equals, value = change.partition("=")
        if not equals:
            raise InvalidInput(f"{change!r} changes no setting", remedy="write SETTING=VALUE, as in alpha=0.5")
        found[setting.strip()] = value.strip()
    return found


def _list() -> None:
    from glassnet.cli.output import Page
    from glassnet.lessons import LESSONS, done

    known, page = done.done(), Page(as_json=False)
    rows = [
        (str(place), name, heading.title, _progress(known.get(name)))
        for place, (name, heading) in enumerate(LESSONS.headings().items(), start=1)
    ]
    page.table(["", "lesson", "what it is about", "done"], rows, right=(0,))
    begin = next((name for name in LESSONS if _progress(known.get(name)) != "done"), next(iter(LESSONS)))
    page.say(f"{'go on' if known else 'begin'} with: glassnet lesson {begin}")


def _progress(counts: tuple[int, int] | None) -> str:
    if counts is None:
        return ""
    right, questions = counts
    return "done" if right >= questions else f"{right} of {questions}"


def _open(lesson: Lesson, changed: dict[str, Value]) -> None:
    """In a terminal a conversation, of one lesson after the other; else its text."""
    from glassnet.cli.pupil import Pupil, print_lesson

    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        print_lesson(lesson, changed)
        return
    following: Lesson | None = lesson
    try:
        while following is not None:
            following, changed = Pupil(following, changed).talk(), {}
    except EOFError:
        tell("\nuntil next time")
    except KeyboardInterrupt:
        tell("")  # what follows does not stand on the line of the answer
        raise


def _endings(kind: str) -> tuple[str, ...]:
    return {"notebook": (".ipynb",), "worksheet": (".html", ".htm", ".md"), "static": (".html", ".htm")}[kind]


def _refuse(kind: str, path: str) -> None:
    """Raise where a file has another ending, is something else already, or cannot be written; before the work."""
    ending = Path(path).suffix.lower()
    if ending not in _endings(kind):
        raise unknown_name(f"ending of a --{kind} file", ending, _endings(kind))
    refuse_other(path, f"a {ending} file of a lesson")


def _write(lesson: Lesson, kind: str, path: str, changed: dict[str, Value]) -> None:
    from glassnet.archive import replace_atomically
    from glassnet.lessons.notebook import notebook
    from glassnet.lessons.static import static_page
    from glassnet.lessons.worksheet import markdown_worksheet, worksheet

    on_paper = markdown_worksheet if path.lower().endswith(".md") else worksheet
    text = {"notebook": notebook, "worksheet": on_paper, "static": static_page}[kind](lesson, **changed)
    replaced = replacing(path)
    with replace_atomically(path) as file:
        file.write(text.encode())
    tell(f"{lesson.title}: written to {path}{replaced}")
