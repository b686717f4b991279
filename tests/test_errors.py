"""Errors: one sentence with cause, sight and remedy, of the class a user would catch."""

import copy
import pickle

import pytest

from glassnet import errors

CLASSES = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.GlassnetError)]


@pytest.mark.parametrize("cls", CLASSES)
def test_one_sentence_that_survives_pickling(cls):
    error = cls("the cause", seen="what was seen", remedy="do this")
    assert str(error) == "the cause (seen: what was seen); do this."
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(twin), str(twin), twin.remedy) == (cls, str(error), "do this")


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls is not errors.GlassnetError])
def test_is_also_a_built_in_error(cls):
    assert any(base.__module__ == "builtins" and base not in (Exception, BaseException, object) for base in cls.__mro__)


def test_an_unusable_file_has_no_made_up_number():
    assert errors.UnusableFile("the cause", seen="that", remedy="this").errno is None


def test_cause_alone():
    assert str(errors.InvalidInput("the cause")) == "the cause."


def test_unknown_names_suggest_the_nearest():
    assert "did you mean 'relu'?" in str(errors.unknown_name("activation", "RELU", ["tanh", "relu"]))
    assert "there is nothing to choose from" in str(errors.unknown_name("setting", "x", []))
    assert "(41 in all)" in str(errors.unknown_name("name", "zzz", [f"a{i}" for i in range(41)]))
