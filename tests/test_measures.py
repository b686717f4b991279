"""The house stays small: limits on its size, and on knowledge that modules have of each other."""

from functools import cache

import pytest

import measures
from test_floors import imports


@pytest.mark.parametrize("name", measures.LIMITS)
def test_the_limit_is_kept(name):
    found = measured()[name]
    assert found <= measures.LIMITS[name], DETAILS.get(name, list)()


@cache
def measured():
    return measures.measured()


DETAILS = {  # what is too much, of a measure that counts places
    "longest function (constructors aside)": lambda: measures.long_functions(),
    "most files in a folder": lambda: measures.folders().most_common(3),
    "deepest class": lambda: max(measures.class_depths().items(), key=lambda pair: pair[1]),
    "circles of imports, types included": lambda: measures.circles(imports()),
    "private names of others read": measures.private_reach,
    "longest file": lambda: max(measures.sizes().items(), key=lambda pair: pair[1]),
    "error sites without a remedy, %": lambda: measures.error_sites()[1],
}


# --- would it notice? -------------------------------------------------------------------------------------------------


def test_code_lines_are_those_with_code(tmp_path):
    file = tmp_path / "a.py"
    file.write_text('"""Doc."""\n\n# why\ndef f(\n    x,\n):\n    """Doc.\n\n    More."""\n    return """a\nb"""\n')
    assert measures.code_lines(file) == 5


def test_a_private_name_of_another_module_is_noticed(monkeypatch):
    code = {"a.py": "class A:\n    def f(self): self._x = 1\ny._x", "b.py": "from glassnet.a import _g\nz._x\nself._x"}
    monkeypatch.setattr(measures, "sources", lambda: {file: measures.ast.parse(text) for file, text in code.items()})
    assert measures.private_reach() == ["b.py:1 _g", "b.py:2 _x"]


def test_any_and_long_functions_are_noticed(monkeypatch):
    code = "def f(a: Any, *b: Any, c: list[Any] = ()):\n" + "    pass\n" * 40 + "def g(x):\n    pass"
    monkeypatch.setattr(measures, "sources", lambda: {"a.py": measures.ast.parse(code)})
    assert measures.any_parameters() == ["a.py:f(a)", "a.py:f(b)"]
    assert measures.long_functions(most=40) == ["a.py:f (41)"]
