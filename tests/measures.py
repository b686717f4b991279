"""The house in numbers, read from its source: ``python tests/measures.py`` prints, test_measures.py limits them."""

from __future__ import annotations

import ast
import importlib
import io
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

from test_floors import SOURCE, Import, cycle, imports, module_name

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Public in spite of the underscore: of named tuples, and what scikit-learn asks of those who build on it.
NOT_PRIVATE = {"_replace", "_asdict", "_fields", "_make", "_validate_params", "_init_callback_context"}
NOT_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


@cache
def sources() -> dict[str, ast.Module]:
    """Each Python file of ours, by its path below ``src/glassnet``."""
    return {
        str(path.relative_to(SOURCE)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def docstring(node: ast.AST) -> ast.Expr | None:
    """The statement that is the docstring of a module, class or function."""
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first
    return None


def code_lines(path: Path) -> int:
    """Lines with code on them: no comments, docstrings or empty lines."""
    text = path.read_text(encoding="utf-8")
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and (doc := docstring(node)):
            documented.update(range(doc.lineno, doc.end_lineno + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - documented)


def functions() -> Iterator[tuple[str, Function]]:
    """Each function, with ``file:name``."""
    for file, tree in sources().items():
        yield from ((f"{file}:{node.name}", node) for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines, without the docstring."""
    doc = docstring(function)
    return function.end_lineno - function.lineno + 1 - (doc.end_lineno - doc.lineno + 1 if doc else 0)


def long_functions(most: int = 40) -> list[str]:
    """Functions of more than ``most`` lines; constructors, whose parameters are one a line, aside."""
    return [f"{name} ({length(f)})" for name, f in functions() if f.name != "__init__" and length(f) > most]


def any_parameters() -> list[str]:
    """Parameters annotated as exactly ``Any``."""
    found = []
    for name, function in functions():
        a = function.args
        for argument in [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]:
            if argument is not None and argument.annotation and ast.unparse(argument.annotation) == "Any":
                found.append(f"{name}({argument.arg})")
    return found


def class_depths() -> dict[str, int]:
    """Each class of ours: how many of ours stand in the longest line of its bases, itself included."""

    def depth(cls: type) -> int:
        return cls.__module__.startswith("glassnet") + max(map(depth, cls.__bases__), default=0)

    depths = {}
    for file in sources():
        name = module_name(SOURCE / file, SOURCE)
        if not name.endswith("__main__"):
            things = vars(importlib.import_module(name)).values()
            mine = [cls for cls in things if isinstance(cls, type) and cls.__module__ == name]
            depths |= {f"{name}.{cls.__qualname__}": depth(cls) for cls in mine}
    return depths


def circles(edges: Iterable[Import]) -> list[list[str]]:
    """Rings of modules that import each other, those for type checkers only counted too; one edge of each is cut."""
    left = {(edge.source, edge.target) for edge in edges if edge.source != "glassnet"}
    found = []
    while ring := cycle(left):
        found.append(ring)
        left -= {(ring[0], ring[1]), (ring[1], ring[0])}
    return found


def private_reach() -> list[str]:
    """Private names of other modules' objects that are read, or imported."""
    found = []
    for file, tree in sources().items():
        own = set(own_names(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("glassnet"):
                names = [alias.name for alias in node.names if private(alias.name)]
            elif isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in own | NOT_PRIVATE:
                names = [] if ast.unparse(node.value) in ("self", "cls", "super()") else [node.attr]
            else:
                names = []
            found += [f"{file}:{node.lineno} {name}" for name in names]
    return found


def private(name: str) -> bool:
    """One underscore in front; names such as ``_repr_html_`` are protocols."""
    return name.startswith("_") and not name.endswith("_")


def own_names(tree: ast.Module) -> Iterator[str]:
    """The names a module defines: of functions and classes, in bodies, and on ``self``."""
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # __slots__, setattr
            yield node.value


def error_sites() -> tuple[list[str], list[str]]:
    """Where errors are made, and those of these places that give no remedy."""
    tree = sources()["errors.py"]
    ours = {"GlassnetError"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in ours for base in node.bases):
            ours.add(node.name)
    sites, without = [], []
    for file, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours:
                sites.append(f"{file}:{node.lineno}")
                if len(node.args) < 3 and "remedy" not in [keyword.arg for keyword in node.keywords]:
                    without.append(f"{file}:{node.lineno}")
    return sites, without


def sizes() -> dict[str, int]:
    """Lines of each Python file."""
    return {file: (SOURCE / file).read_text(encoding="utf-8").count("\n") for file in sources()}


def folders() -> Counter[str]:
    """Source files in each folder."""
    paths = [path for path in SOURCE.rglob("*") if path.suffix in (".py", ".cpp", ".h")]
    return Counter(str(path.parent.relative_to(SOURCE)) for path in paths)


def kernel_lines() -> dict[str, int]:
    """Lines of each C++ file, comments included."""
    paths = [path for path in SOURCE.rglob("*") if path.suffix in (".cpp", ".h")]
    return {str(path.relative_to(SOURCE)): path.read_text(encoding="utf-8").count("\n") for path in paths}


LIMITS = {
    # What was reached: 18,800 was asked for before there were studio, lessons, scale and PyTorch. It may only fall, or
    # rise with an ability that is worth its lines.
    "lines of Python code": 43_250,
    "lines of C++": 4_210,
    "longest file": 500,
    "most files in a folder": 20,
    "longest function (constructors aside)": 40,
    "deepest class": 3,
    "parameters annotated Any": 119,
    "circles of imports, types included": 0,
    "private names of others read": 0,
    "error sites without a remedy, %": 2,
}


def measured() -> dict[str, float]:
    """The value of each measure that has a limit."""
    sites, without = error_sites()
    values = [
        sum(code_lines(SOURCE / file) for file in sources()),
        sum(kernel_lines().values()),
        max(sizes().values()),
        max(folders().values()),
        max(length(f) for _, f in functions() if f.name != "__init__"),
        max(class_depths().values()),
        len(any_parameters()),
        len(circles(imports())),
        len(private_reach()),
        round(100 * len(without) / len(sites), 1),
    ]
    return dict(zip(LIMITS, values, strict=True))


if __name__ == "__main__":
    for name, value in measured().items():
        print(f"{name:40}{value:>10,}  limit {LIMITS[name]:,}")
    print(f"{'Python files; median lines':40}{len(sizes()):>10,}; {median(sizes().values()):.0f}")
