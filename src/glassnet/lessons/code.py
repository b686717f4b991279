"""The Python that makes a screen: the body of a lesson's ``make`` itself, with its settings above it.

It is read from the lesson's source, so what people copy is what ran.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SHORT = 60  # letters of a comment behind a setting


@dataclass(frozen=True)
class Code:
    """A script in its parts.

    Args:
        title: of the lesson.
        imports: what it needs, one statement a line.
        settings: an assignment each, with a comment.
        body: what is computed.
        given, shown: the expressions whose values are on the screen.

    >>> from glassnet import LESSONS
    >>> print(LESSONS["chain-rule"].code(x=3))
    # The chain rule on a graph (glassnet lesson chain-rule)
    from glassnet import draw, graph
    <BLANKLINE>
    x = 3.0  # the first number, at least -9 and at most 9
    y = 5.0  # the second number, at least -9 and at most 9
    z = -4.0  # the factor, at least -9 and at most 9
    <BLANKLINE>
    X, Y, Z = graph.inputs(x=x, y=y, z=z)
    q = X + Y
    f = graph.Graph(q * Z, q=q)
    picture = draw("graph", f)
    <BLANKLINE>
    print("f = q * z with q = x + y")
    print(picture)
    print(f)
    """

    title: str
    imports: str
    settings: str
    body: str
    given: tuple[str, ...]
    shown: tuple[str, ...]

    @classmethod
    def of(
        cls, make: Callable[..., object], title: str, values: Mapping[str, object], comments: Mapping[str, str]
    ) -> Code:
        """The code of ``make`` at some ``values`` of its settings."""
        source = Path(make.__code__.co_filename).read_text(encoding="utf-8")
        module = ast.parse(source)
        function = next(
            node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == make.__name__
        )
        *body, last = [node for node in function.body if not _is_docstring(node)]
        assert isinstance(last, ast.Return) and isinstance(last.value, ast.Call)
        given, shown = ([_text(source, item) for item in _items(argument)] for argument in last.value.args)
        needed = _needed(module, function)
        assignments = [f"{name} = {value!r}  # {comments[name]}" for name, value in values.items()]
        name = make.__module__.rpartition(".")[2].replace("_", "-")
        computed = [*(_text(source, node) for node in needed), *([_lines(source, body)] if body else [])]
        return cls(
            f"{title} (glassnet lesson {name})",
            _imports(module, {*_used(function), *(n for node in needed for n in _used(node))}),
            "\n".join(assignments),
            "\n\n".join(computed),
            tuple(given),
            tuple(shown),
        )

    def __str__(self) -> str:
        prints = "\n".join(f"print({item})" for item in (*self.given, *self.shown))
        parts = (f"# {self.title}\n{self.imports}", self.settings, self.body, prints)
        return "\n\n".join(part for part in parts if part)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _items(argument: ast.expr) -> list[ast.expr]:
    assert isinstance(argument, ast.List)
    return argument.elts


def _text(source: str, node: ast.expr | ast.stmt) -> str:
    """The source of an expression, on lines as they are."""
    lines = [line.encode() for line in source.splitlines()[node.lineno - 1 : node.end_lineno]]  # columns are bytes
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = b" " * node.col_offset + lines[0][node.col_offset :]
    return textwrap.dedent(b"\n".join(lines).decode())


def _lines(source: str, body: list[ast.stmt]) -> str:
    """The source of statements, with the comments between them."""
    lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return textwrap.dedent("\n".join(lines))


def _used(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _needed(module: ast.Module, function: ast.FunctionDef) -> list[ast.stmt]:
    """The constants and functions of the module that ``function`` uses, in their order."""
    defined: dict[str, ast.stmt] = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            defined |= {name: node for target in node.targets for name in _used(target)}
        elif isinstance(node, ast.FunctionDef) and node is not function:
            defined[node.name] = node
    reached, ahead = set[str](), _of_body(function)
    while ahead:
        reached |= ahead
        ahead = {name for known in ahead & defined.keys() for name in _used(defined[known])} - reached
    chosen = {id(defined[name]) for name in reached & defined.keys()}
    return [node for node in module.body if id(node) in chosen]


def _of_body(function: ast.FunctionDef) -> set[str]:
    """What the body uses: annotations are not part of a script."""
    return {name for node in function.body for name in _used(node)}


def _imports(module: ast.Module, used: Iterable[str]) -> str:
    """Import statements of the names used: ours come from ``glassnet`` itself, as people write it."""
    ours, others, wanted = list[str](), list[str](), set(used)
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias for alias in node.names if (alias.asname or alias.name) in wanted]
            from_us = isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("glassnet.")
            if from_us and not f"{getattr(node, 'module', '')}.".startswith("glassnet.lessons."):
                ours += [alias.name for alias in names]
            elif names and not from_us:
                others.append(ast.unparse(node))
    line = f"from glassnet import {', '.join(sorted(ours, key=_by_kind))}"
    if len(line) > 100:
        line = "from glassnet import (\n" + "".join(f"    {name},\n" for name in sorted(ours, key=_by_kind)) + ")"
    return "\n\n".join(filter(None, ("\n".join(others), line if ours else "")))


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, classes, functions."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name
