"""The public names: each resolves, is documented, and is known to type checkers."""

import ast
import importlib
from pathlib import Path

import pytest

import glassnet


def test_type_checkers_know_the_same_names():
    stub = ast.parse(Path(glassnet.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imported = {
        alias.name: node.module.removeprefix("glassnet.")
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == glassnet._HOME_OF | {"__version__": "version"}
    assert sorted(ast.literal_eval(stub.body[-1].value)) == sorted(glassnet.__all__)


@pytest.mark.parametrize("name", glassnet._HOME_OF)
def test_each_name_resolves_and_is_documented(name):
    value = getattr(glassnet, name)
    home = importlib.import_module(f"glassnet.{glassnet._HOME_OF[name]}")
    assert value is getattr(home, name)
    assert (value.__doc__ or home.__doc__).strip()
    assert name in dir(glassnet)


def test_a_name_that_is_none():
    with pytest.raises(AttributeError, match="has no attribute 'Netwrok'"):
        _ = glassnet.Netwrok
