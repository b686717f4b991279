"""The studio's words stand in one table: no other file has a sentence that people read, and each word is used."""

import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest

from glassnet.studio.words import WORDS, word

ROOT = Path(str(files("glassnet.studio")))
RECORDS = {
    "datasets.py",
    "settings.py",
    "looks.py",
    "limits.py",
    "lanes.py",
    "kinds.py",
    "words.py",
}  # tables themselves
CODE = {"literals.py", "script.py", "reveal.py", "handle.py", "kept.py"}  # write Python, read notes, speak in terminals
FILES = sorted(path for path in ROOT.rglob("*.py") if path.name not in RECORDS | CODE)
SAYING = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}")
MARKUP = re.compile(r"<[^>]*>|^[^<]*>|<[^>]*$|&\w+;|(?<![\w-])[\w-]+=(\"[^\"]*\"?|'[^']*'?)")
RAISED = (
    "InvalidInput",
    "InvalidType",
    "UnusableFile",
    "unknown_name",
    "Limit",
    "Part",
    "compile",
    "close",
    "ask_to_stop",
    "counted",
)
"""Errors say what was wrong where it is found; a part's title stands in its record; `counted` has a noun."""


def spoken(path):
    """The sentences of a file: strings of several words that are neither docstring, error, markup nor program."""
    tree, silent = ast.parse(path.read_text(encoding="utf-8")), set()
    for node in ast.walk(tree):
        if is_silent(node):
            silent |= {id(one) for one in ast.walk(node)}
    strings = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in silent]
    said = (one.value for one in strings if isinstance(one.value, str) and "import " not in one.value)
    return [text for text in said if SAYING.search(MARKUP.sub(" | ", text))]


def is_silent(node):
    """Whether nothing of it is said to those who use the page."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", getattr(node.func, "attr", "")) in RAISED
    if isinstance(node, ast.Assign):
        return getattr(node.targets[0], "id", "") in ("remedy", "reason")  # of an error
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    return isinstance(node, ast.Raise | ast.Assert) or (isinstance(node, ast.keyword) and node.arg == "class_")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_file_has_sentences(path):
    assert spoken(path) == []


def test_nor_has_the_javascript():
    for path in sorted((ROOT / "web" / "static").glob("*.js")):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        strings = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", code)
        assert [one for one in strings if re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+|[a-z]+ [a-z]+ [a-z]+\.", one)] == []


def test_every_word_is_used():
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if path.name != "words.py")
    named = {name for name in WORDS if f'"{name}"' in source or f"'{name}'" in source}
    built = tuple(re.findall(r"word\(f[\"']([\w.]+\.)\{", source))  # word(f"lens.{name}")
    assert sorted(name for name in WORDS if name not in named and not name.startswith(built)) == []


def test_what_is_asked_for_is_there():
    for path in ROOT.rglob("*.py"):
        for name in re.findall(r"\bwords?\([\"']([\w. ]+)[\"'][,)]", path.read_text(encoding="utf-8")):
            assert name in WORDS, (path.name, name)
    assert word("lesson:xor:title").startswith("XOR")
