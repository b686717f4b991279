"""The house stays small: limits on its size, and on knowledge that modules have of each other."""

import measures
from test_floors import imports


def test_classes_are_at_most_three_deep():
    assert {name: depth for name, depth in measures.class_depths().items() if depth > 3} == {}


def test_lines_of_the_kernels():
    assert sum(measures.kernel_lines().values()) <= 4_080


def test_functions_are_short():
    assert measures.long_functions(most=40) == []


def test_folders_are_small():
    assert {folder: files for folder, files in measures.folders().items() if files > 20} == {}


def test_any_is_rare():
    assert len(measures.any_parameters()) < 120


def test_modules_do_not_go_round_even_for_types():
    assert measures.circles(imports()) == []


def test_private_names_stay_private():
    assert measures.private_reach() == []


def test_errors_say_what_to_do():
    sites, without = measures.error_sites()
    assert len(without) < len(sites) / 10, without


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
