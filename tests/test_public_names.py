"""The public names: each resolves, is documented with an example, and is known to type checkers."""

import importlib
from functools import cached_property
from types import FunctionType

import pytest

import glassnet
import public_names


def test_type_checkers_know_the_same_names():
    assert public_names.STUB.read_text(encoding="utf-8") == public_names.stub(), "run: python tests/public_names.py"


@pytest.mark.parametrize("name", glassnet._HOME_OF)
def test_each_name_resolves(name):
    value = getattr(glassnet, name)
    assert value is getattr(importlib.import_module(f"glassnet.{glassnet._HOME_OF[name]}"), name)
    assert name in dir(glassnet)


@pytest.mark.parametrize("name", glassnet._HOME_OF)
def test_each_name_is_documented_with_an_example(name):
    """Not by a docstring it inherits, nor by the signature that dataclasses write; a table by its module's."""
    value, home = getattr(glassnet, name), importlib.import_module(f"glassnet.{glassnet._HOME_OF[name]}")
    is_table = not callable(value)
    text = vars(value).get("__doc__") if isinstance(value, type) else home.__doc__ if is_table else value.__doc__
    assert text and not text.startswith(f"{name}(")
    _, example, lines = text.partition(">>> ")
    assert example and (name in lines or not is_table)
    assert not isinstance(value, type) or undocumented(value) == []


def undocumented(cls):
    """Public methods and properties of ours without a docstring; one that overrides has that of what it overrides."""
    lines = [base for base in cls.__mro__ if base.__module__.startswith("glassnet")]
    kinds = (property, cached_property, classmethod, staticmethod, FunctionType)
    members = {name for base in lines for name, value in vars(base).items() if isinstance(value, kinds)}
    of_each = {name: [vars(base)[name] for base in cls.__mro__ if name in vars(base)] for name in members}
    return [name for name, known in of_each.items() if name[0] != "_" and not any(one.__doc__ for one in known)]


def test_a_method_without_a_docstring_is_noticed():
    """Not one that overrides a documented one."""

    class Above:
        __module__ = "glassnet.above"

        def documented(self):
            """What it does."""

    class Below(Above):
        __module__ = "glassnet.below"

        def documented(self): ...

        def silent(self): ...

    assert undocumented(Below) == ["silent"]


def test_a_name_that_is_none():
    with pytest.raises(AttributeError, match="has no attribute 'Netwrok'"):
        _ = glassnet.Netwrok
