"""Settings: what a record takes, and what it says about what it does not take."""

import json
from dataclasses import dataclass, fields
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from glassnet.errors import InvalidInput, InvalidType
from glassnet.pieces.losses import LOSSES, Huber, Quantile
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Adam
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES, Cosine
from glassnet.pieces.settings import Range, Record, check_number, setting

CLASSES = [family[name].cls for family in (LOSSES, OPTIMIZERS, SCHEDULES) for name in family] + [Penalties, Clipping]
SETTINGS = [(cls, field) for cls in CLASSES for field in fields(cls)]
every = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)
every_setting = pytest.mark.parametrize(
    ("cls", "field"), SETTINGS, ids=[f"{cls.name}-{field.name}" for cls, field in SETTINGS]
)


@every_setting
def test_has_a_range_and_a_line_of_help(cls, field):
    assert field.metadata["help"].strip()
    assert isinstance(field.default, bool) or field.default in field.metadata["range"]


@every_setting
@pytest.mark.parametrize("wrong", ["0.1", None, [0.1], 1j, np.ones(1)], ids=repr)
def test_wrong_type(cls, field, wrong):
    with pytest.raises(InvalidType, match=f"{cls.name}: {field.name} must be .*seen: ") as error:
        cls(**{field.name: wrong})
    assert repr(wrong) in str(error.value)


@every_setting
def test_booleans_are_no_numbers_nor_numbers_booleans(cls, field):
    wrong = 1 if isinstance(field.default, bool) else True
    with pytest.raises(InvalidType, match=f"{cls.name}: {field.name} must be"):
        cls(**{field.name: wrong})


@every_setting
def test_out_of_range(cls, field):
    if isinstance(field.default, bool):
        assert cls(**{field.name: not field.default}).settings()[field.name] is not field.default
        return
    wanted = field.metadata["range"]
    below = [wanted.low] if wanted.above else [wanted.low - 1] if wanted.low > -inf else []
    above = [wanted.high] if wanted.below else [wanted.high + 1] if wanted.high < inf else []
    for wrong in [*below, *above, 10**400, -(10**400)]:
        wrong = int(wrong) if isinstance(field.default, int) else wrong
        seen = repr(wrong) if len(repr(wrong)) < 100 else f"{repr(wrong)[:20]}.*"  # what is long is shortened
        with pytest.raises(InvalidInput, match=f"^{cls.name}: {field.name} must be .* \\(seen: {seen}\\)\\.$"):
            cls(**{field.name: wrong})


@every_setting
@pytest.mark.parametrize("wrong", [nan, inf, -inf], ids=str)
def test_not_finite(cls, field, wrong):
    with pytest.raises(ValueError if isinstance(field.default, float) else TypeError, match=field.name):
        cls(**{field.name: wrong})


@every_setting
def test_whole_numbers_only_where_whole(cls, field):
    if type(field.default) is not int:
        assert isinstance(field.default, (bool, float))
        return
    with pytest.raises(InvalidType, match=f"{field.name} must be a whole number"):
        cls(**{field.name: 2.0})


@every
@given(data=st.data())
def test_settings_are_plain_data(cls, data):
    record = data.draw(oracles.records(cls))
    assert cls(**json.loads(json.dumps(record.settings()))) == record


@every_setting
def test_numpy_numbers_become_plain(cls, field):
    if isinstance(field.default, bool):
        assert type(getattr(cls(), field.name)) is bool
        return
    kind = type(field.default)
    for scalar in [np.int64, np.int16] if kind is int else [np.float64, np.float32]:
        record = cls(**{field.name: scalar(field.default)})
        assert type(getattr(record, field.name)) is kind
        assert getattr(record, field.name) == pytest.approx(field.default, rel=1e-6)


def test_one_becomes_a_float_where_a_float_is_wanted():
    assert repr(Huber(delta=2)) == "Huber(delta=2.0)"
    assert Huber(delta=2) == Huber(delta=2.0)


@every
def test_records_are_values(cls):
    assert cls() == cls() and hash(cls()) == hash(cls())
    for field in fields(cls):
        with pytest.raises(AttributeError):
            setattr(cls(), field.name, field.default)


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Adam(learning_rate=0), "adam: learning_rate must be a number above 0 (seen: 0)."),
        (lambda: Adam(beta_1=1.0), "adam: beta_1 must be a number at least 0 and below 1 (seen: 1.0)."),
        (lambda: Quantile(level=nan), "quantile: level must be a number above 0 and below 1 (seen: nan)."),
        (lambda: LBFGS(history=0), "lbfgs: history must be a whole number at least 1 (seen: 0)."),
        (
            lambda: Cosine(floor="0"),
            "cosine: floor must be a number at least 0 and at most 1 (seen: '0' of type str); pass it as a number.",
        ),
        (
            lambda: Penalties(per_example=1),
            "penalties: per_example must be True or False (seen: 1); pass one of the two.",
        ),
        (lambda: check_number("x", inf, Range()), "x must be a number that is finite (seen: inf)."),
    ],
)
def test_words(make, words):
    with pytest.raises((InvalidInput, InvalidType)) as error:
        make()
    assert str(error.value) == words


# --- ranges -----------------------------------------------------------------------------------------------------------


@given(value=st.floats(), low=st.floats(-9, 0), high=st.floats(0, 9), above=st.booleans(), below=st.booleans())
def test_range(value, low, high, above, below):
    within = (low < value if above else low <= value) and (value < high if below else value <= high)
    assert (value in Range(low, high, above, below)) == within


def test_range_leaves_its_ends_out_or_in():
    assert 0 in Range(0, 1) and 1 in Range(0, 1)
    assert 0 not in Range(0, 1, above=True) and 1 not in Range(0, 1, below=True)
    assert str(Range()) == "that is finite"
    assert str(Range(0)) == "at least 0"
    assert str(Range(high=2, below=True)) == "below 2"


def test_fields_without_a_range_are_left_alone():
    @dataclass(frozen=True)
    class Own(Record):
        label: str = "x"
        depth: int = setting(2, low=1)
        name = "own"

    assert Own(label="anything").settings() == {"label": "anything", "depth": 2}
    with pytest.raises(InvalidInput, match="own: depth must be a whole number at least 1"):
        Own(depth=0)
