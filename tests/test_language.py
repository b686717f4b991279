"""One language: words that a reader from elsewhere would stumble over, each with what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "docs", "tests", "benchmarks", "examples", ".ci", "cmake")
PAGES = ("README.md", "CONTRIBUTING.md", "CMakeLists.txt", "pyproject.toml")
ENDINGS = (".py", ".pyi", ".md", ".h", ".cpp", ".js", ".css", ".html", ".sh", ".cmake", ".ipynb", "")

# Words as parts of names too: `_told`. Not below `tests/files/kept`, where samples of earlier versions are.
INSTEAD = {
    r"(un)?told": "said, shown, reported, called with; told apart: different, separated",
    r"beside": "next to (a place), with, compared with, apart from",
    r"nobody('s)?|somebody('s)?|everybody('s)?|anybody('s)?|whoever": "no one, the user, all, any; or without a person",
    r"strangers?('s)?": "untrusted, unknown",
    r"by heart": "overfits",
    r"(?<!there )(is|was|be) no(?= (?!(longer|more|one|lower|higher|such|other)\b)[a-z])": "is not a",
    r"(?<!there )(are|were) no(?= (?!(longer|more|such|other)\b)[a-z])": "are not",
    r"that are none|which are none": "that are not valid",
    r"oftener": "more often",
    r"of one's own": "one's own, the user's own",
    r"in vain|let go|many a": "without effect, free, many",
    r"the deck": "*Intro to Neural Networks*, the workshop",
    r"normalisation|standardis(e|ed|es|ation)|initialis(e|ed|er|es|ation)|optimis(e|ed|er|es|ation)|regularis(e|ed|ation)|"
    r"colou?r(?<=our)s?|cent(?=re)res?|behaviours?|neighbou?r(?<=our)s?|favou?r(?<=our)(ite)?": "the American spelling",
}
# Said on purpose: a value in a test, a name that others gave.
ALLOWED = {
    "tests/test_language.py": ".*",
    "tests/estimators/test_unfamiliar.py": "nobody",  # a new value of a column
}


def pages() -> list[Path]:
    """Every page of ours with words in it."""
    found = [ROOT / name for name in PAGES]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in ENDINGS]
    return [path for path in found if not {"__pycache__", "kept", "pictures"} & set(path.parts)]


def found_in(text: str, allowed: str = "") -> list[tuple[int, str, str]]:
    """The line, the word and what to write instead, of each that stands in a text."""
    found = []
    for word, instead in INSTEAD.items():
        for match in re.finditer(rf"(?<![a-zA-Z])({word})(?![a-zA-Z])", text, re.IGNORECASE):
            if not (allowed and re.fullmatch(allowed, match[0], re.IGNORECASE)):
                found.append((text.count("\n", 0, match.start()) + 1, match[0], instead))
    return found


def test_one_language() -> None:
    seen = []
    for path in pages():
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8", errors="replace")
        seen += [f"{name}:{line}: {word!r}: {i}" for line, word, i in found_in(text, ALLOWED.get(name, ""))]
    assert seen == []


# --- would it notice? -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "he is told",
        "_beside(x)",
        "Nobody asks",
        "a stranger's file",
        "this is no table",
        "they are no inputs",
        "colour",
    ],
)
def test_a_word_is_noticed(text: str) -> None:
    assert len(found_in(text)) == 1, text


@pytest.mark.parametrize(
    "text", ["besides", "there is no table", "is no longer", "is no more than 3", "color", "cents"]
)
def test_other_words_are_not(text: str) -> None:
    assert found_in(text) == []
