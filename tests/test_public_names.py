"""The public names: each resolves, is documented with an example, and is known to type checkers."""

import importlib

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


def test_a_name_that_is_none():
    with pytest.raises(AttributeError, match="has no attribute 'Netwrok'"):
        _ = glassnet.Netwrok
