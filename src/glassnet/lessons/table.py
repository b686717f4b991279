"""The table of lessons: the files of ``course/``, in the order of the workshop; each is imported when it is opened."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from glassnet.errors import unknown_name
from glassnet.lessons import course
from glassnet.lessons.lesson import Lesson


@dataclass(frozen=True)
class Heading:
    """What a list says of a lesson: its title, and the rows of the workshop that it covers, its own row first."""

    title: str
    rows: tuple[int, ...]


class Lessons(Mapping[str, Lesson]):
    """Lessons by name.

    >>> list(LESSONS)[:3], LESSONS.headings()["line"].rows
    (['line', 'house-prices', 'afford'], (1, 2))
    """

    def headings(self) -> dict[str, Heading]:
        """Every lesson's heading, read from its file without importing it."""
        modules = [module.name for module in pkgutil.iter_modules(course.__path__)]
        found = {module.replace("_", "-"): _heading(module) for module in modules}
        return dict(sorted(found.items(), key=lambda item: (item[1].rows, item[0])))

    def __getitem__(self, name: str) -> Lesson:
        if name not in self.headings():
            raise unknown_name("lesson", name, self)
        lesson: Lesson = importlib.import_module(f"{course.__name__}.{name.replace('-', '_')}").LESSON
        return lesson

    def __iter__(self) -> Iterator[str]:
        return iter(self.headings())

    def __len__(self) -> int:
        return len(self.headings())


@cache
def _heading(module: str) -> Heading:
    """The title and the rows in ``LESSON = Lesson(title=..., rows=...)``."""
    spec = find_spec(f"{course.__name__}.{module}")
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    for node in ast.parse(source[source.find("\nLESSON = ") + 1 :]).body:  # the last statement, the rest takes long
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.targets[0]) == "LESSON"
        ):
            said = {key.arg: key.value for key in node.value.keywords}
            return Heading(ast.literal_eval(said["title"]), ast.literal_eval(said["rows"]))
    return Heading(module, ())


LESSONS = Lessons()
"""Every lesson."""
