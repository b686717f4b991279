"""Writes ``docs/lessons.md`` from the table: ``python docs/lessons.py``. A test fails when the page is out of date."""

from __future__ import annotations

from pathlib import Path

from glassnet import LESSONS

PAGE = Path(__file__).with_suffix(".md")
HEAD = """\
# Lessons

*Intro to Neural Networks* idea by idea, in the order of the workshop. This page is written from the lessons by
`python docs/lessons.py`.

Each lesson opens on the workshop's own example, asks before it shows a value, and knows the usual slips: a forgotten
bias or activation, a forgotten mean 1/m or derivative, a wrong sign, rows and columns swapped. Every number is computed
by the engine when the lesson opens, at the settings you choose, and the lesson hands out the Python that makes exactly
what it shows.

```
glassnet lesson                                  # the list, with what you have done
glassnet lesson go-to-class                      # a conversation; printed where no one can answer
glassnet lesson descent alpha=2.1                # with another setting
glassnet lesson xor --code                       # the Python
glassnet lesson xor --notebook xor.ipynb         # a notebook that judges your answers
glassnet lesson xor --worksheet xor.html         # for the printer, answers on a separate sheet; or .md
glassnet lesson xor --static xor.html            # one page: no server, no network, its script allowed by its hash
```

In a conversation: a number (0.7, 0,7 and 7/10 are all fine), `show`, `skip`, `all`; later `NAME=VALUE`, `ask`, `code`,
`next`, `leave`; Ctrl-D and Ctrl-C leave too. What you have done is noted in one file, of which the first lesson tells
you; `glassnet lesson --forget` removes it. Nothing else is written.

In Python a lesson is a record:

>>> from glassnet import LESSONS
>>> lesson = LESSONS["go-to-class"]
>>> question = lesson.questions()[0]
>>> question.ask
'Unit 1: what is z1 = 0.5*0.4 + 0.1*2 + 0.0058*17 + 0.2?'
>>> question.judge("0.4986").sentence, question.judge("0.7").kind
('0.4986 is what comes out when the bias is forgotten.', 'right')
>>> lesson.screen(difficulty=1).shown[0]
'goto_class()'

| | lesson | what it is about | rows of the workshop | settings |
| --- | --- | --- | --- | --- |
"""
END = """
## A lesson of your own

One file in `src/glassnet/lessons/course/`; its name is the lesson's, and list, completion, exports, this page and the
tests follow from it. It defines `LESSON`, a record of words, settings, a function `make` whose body is the Python that
people see (it ends in `return Screen([what is given], [what is shown], name=name)`), and a function `ask` that makes
the questions of the names: `Question(text, answer, how it comes about, {"a clause that names a slip": its number})`.
`collapse.py` is a short one to start from.
"""


def page() -> str:
    """The whole page."""
    lines = []
    for place, (name, lesson) in enumerate(LESSONS.items(), start=1):
        settings = ", ".join(f"`{setting.name}`" for setting in lesson.settings)
        lines.append(
            f"| {place} | `{name}` | {lesson.title} | {', '.join(map(str, sorted(lesson.rows)))} | {settings} |\n"
        )
    return HEAD + "".join(lines) + END


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
