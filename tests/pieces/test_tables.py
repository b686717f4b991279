"""Every table at once: names, documentation, plain data and back, records of the user's own."""

import importlib
import json
import pkgutil
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import glassnet.pieces
import oracles
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName
from glassnet.pieces.activations import ACTIVATIONS, Activation
from glassnet.pieces.losses import LOSSES, Huber, Loss
from glassnet.pieces.optimizers import OPTIMIZERS, Adam
from glassnet.pieces.schedules import SCHEDULES, Constant
from glassnet.pieces.settings import setting
from glassnet.pieces.tables import Family, Table

MODULES = [
    importlib.import_module(f"glassnet.pieces.{module.name}")
    for module in pkgutil.iter_modules(glassnet.pieces.__path__)
]
TABLES = list(
    {table.kind: table for module in MODULES for table in vars(module).values() if isinstance(table, Table)}.values()
)
FAMILIES = [table for table in TABLES if isinstance(table, Family)]
RECORDS = [(table, getattr(record, "cls", record)) for table in TABLES for record in table.values()]

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
every_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda table: table.kind)
every_record = pytest.mark.parametrize(
    ("table", "record"), RECORDS, ids=[f"{table.kind}-{record.name}" for table, record in RECORDS]
)
every_class = pytest.mark.parametrize(
    ("family", "cls"),
    [pair for pair in RECORDS if isinstance(pair[1], type)],
    ids=lambda value: getattr(value, "name", ""),
)


def test_tables_found():
    kinds = {"activation", "link", "loss", "initializer", "optimizer", "schedule"}
    assert kinds <= {table.kind for table in TABLES}


# --- documentation ----------------------------------------------------------------------------------------------------


@every_record
def test_documented(table, record):
    """The house's rule: formula, source, and for a class of records what it is and what its settings mean."""
    assert record.formula.strip(), f"{table.kind} {record.name} has no formula"
    assert record.source.strip(), f"{table.kind} {record.name} has no source"
    derivative = {"activation": "derivative_formula", "loss": "gradient_formula"}.get(table.kind)
    assert derivative is None or getattr(record, derivative).strip()
    if isinstance(record, type):
        assert record.__doc__ and not record.__doc__.startswith(f"{record.__name__}("), (
            "dataclass wrote its own docstring"
        )


@every_table
def test_names_are_identifiers_of_their_own(table):
    names = [*table, *table.aliases]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name == name.lower() for name in names)


# --- names ------------------------------------------------------------------------------------------------------------


@every_table
def test_a_mapping_in_the_order_written(table):
    assert list(table) == list(table.keys()) and len(table) == len(list(table))
    assert all(table[name].name == name and name in table for name in table)
    assert all(alias in table and table[alias] is table[name] for alias, name in table.aliases.items())
    assert "nothing like it" not in table


@every_record
def test_a_misspelt_name_suggests_the_nearest(table, record):
    misspelt = record.name.upper() if len(record.name) < 4 else record.name[:-1] + "?"
    with pytest.raises(UnknownName) as error:
        table[misspelt]
    words = str(error.value)
    assert words.startswith(f"there is no {table.kind} {misspelt!r}; did you mean '")
    assert all(name in words for name in table)
    # Of two names as near as each other ("sklearn", "sklearn_logistic"; "adam", "adamw") it may suggest either.
    suggested = words.split("did you mean '")[1].split("'")[0]
    assert suggested == record.name or record.name.startswith(suggested) or suggested.startswith(record.name[:-1])


@every_table
@pytest.mark.parametrize("name", ["", "qqqqqqq", 3, None, ["relu"]], ids=repr)
def test_a_name_like_no_other_lists_the_choices(table, name):
    with pytest.raises(UnknownName) as error:
        table[name]
    assert str(error.value).startswith(f"there is no {table.kind} {name!r}; the choices are {next(iter(table))}")


@pytest.mark.parametrize("table", [table for table in TABLES if table not in FAMILIES], ids=lambda table: table.kind)
def test_find(table):
    for name, record in table.items():
        assert table.find(name) is record and table.find(record) is record
    with pytest.raises(InvalidType, match=f"{table.kind}: a name or a record"):
        table.find(3)


# --- families: records with settings ----------------------------------------------------------------------------------


@every_class
@given(data=st.data())
def test_described_and_made_again(family, cls, data):
    record = data.draw(oracles.records(cls))
    description = family.describe(record)
    assert description["name"] == cls.name
    assert family.make(json.loads(json.dumps(description))) == record
    assert family.make(record) is record


@every_class
def test_defaults_by_name(family, cls):
    assert family.make(cls.name) == cls() and type(family.make(cls.name)) is cls
    for alias, name in family.aliases.items():
        assert family.make(alias) == family.make(name)


@every_class
def test_unknown_settings(family, cls):
    for make in (cls.name, {"name": cls.name}, cls()):
        with pytest.raises(UnknownName, match=f"there is no {cls.name} setting 'color'; "):
            family.make(make, color="red")
    with pytest.raises(UnknownName, match="'name_of_none'"):
        family.make({"name": cls.name, "name_of_none": 1})


def test_settings_change_a_description_or_a_record():
    for adam in ("adam", {"name": "adam", "beta_1": 0.5}, Adam(beta_1=0.5)):
        made = OPTIMIZERS.make(adam, learning_rate=0.25)
        assert made == Adam(learning_rate=0.25, beta_1=0.9 if adam == "adam" else 0.5)
    with pytest.raises(UnknownName, match="did you mean 'learning_rate'"):
        OPTIMIZERS.make("adam", learning_rat=0.1)
    with pytest.raises(InvalidInput, match="adam: beta_1 must be"):
        OPTIMIZERS.make(Adam(), beta_1=2)


@every_family
@pytest.mark.parametrize("wrong", [None, 3, ["adam"], b"adam", {"name": 3}, {"name": None}], ids=repr)
def test_neither_name_nor_record(family, wrong):
    with pytest.raises(InvalidType, match=f"{family.kind}: a name or a record.*choose from {next(iter(family))}"):
        family.make(wrong)


@every_family
@pytest.mark.parametrize("wrong", ["", "nothing", {}, {"name": "nothing"}], ids=repr)
def test_a_name_of_none(family, wrong):
    with pytest.raises(UnknownName, match=f"there is no {family.kind}"):
        family.make(wrong)


@every_family
def test_records_of_another_family(family):
    """And classes instead of records: an easy slip."""
    wrong_record = Constant() if family is not SCHEDULES else Huber()
    for wrong in (wrong_record, type(wrong_record), type(family.make(next(iter(family))))):
        with pytest.raises(GlassnetError, match=f"{family.kind}: a name or a record"):
            family.make(wrong)


# --- one's own --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cauchy(Loss):
    """A user's own loss: ln(1 + (e / width)^2)."""

    width: float = setting(1.0, low=0, above=True, help="the error at which the loss levels off")

    name = "cauchy"

    def value(self, S, Y):
        return np.log1p(((S - Y) / self.width) ** 2).sum(axis=1)

    def gradient(self, S, Y, out):
        e = S - Y
        out[...] = 2 * e / (self.width**2 + e * e)


@pytest.fixture
def losses():
    """A table of its own, so that the tests leave the real one as it was."""
    return Family("loss", [entry.cls for entry in LOSSES.values()])


def test_own_record_works_unregistered_but_cannot_be_named(losses):
    assert losses.make(Cauchy(2.0)) == Cauchy(2.0)
    with pytest.raises(UnknownName, match="no loss 'cauchy'"):
        losses.make("cauchy")
    with pytest.raises(UnknownName, match=r"the loss table does not know the class Cauchy .*register"):
        losses.describe(Cauchy())


def test_own_record_registered(losses):
    assert losses.register(Cauchy) is Cauchy
    assert losses.make("cauchy", width=3) == losses.make(losses.describe(Cauchy(3.0))) == Cauchy(3.0)
    assert "cauchy" in losses and list(losses)[-1] == "cauchy" and "cauchy" not in LOSSES
    with pytest.raises(InvalidInput, match="cauchy: width must be a number above 0"):
        losses.make("cauchy", width=0)


@pytest.mark.parametrize("taken", ["huber", "mse"])
def test_a_name_that_is_taken(losses, taken):
    other = type("Other", (Cauchy,), {"name": taken})
    with pytest.raises(InvalidInput, match=f"the loss '{taken}' exists already; choose another name"):
        losses.register(other)
    with pytest.raises(UnknownName, match="class Other"):  # not written down as another record
        losses.describe(other())
    assert losses.make(taken).name == LOSSES[taken].name


def test_own_record_in_a_plain_table():
    table = Table("activation", ACTIVATIONS.values())
    double = table.add(Activation("double", lambda z, out: np.multiply(z, 2, out=out), lambda z, a, out: out.fill(2),
                                  range=(-np.inf, np.inf), formula="2 z", derivative_formula="2"))  # fmt: skip
    assert table["double"] is double and double([1.0]).tolist() == [2.0] and double.prime([1.0]).tolist() == [2.0]
