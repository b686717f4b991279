"""The tables and the compiled library know the same names; a record that only has such a name is not taken for it."""

import ctypes
from dataclasses import dataclass, replace

import pytest

import isas
from glassnet.engines.kernels import library
from glassnet.engines.native.lowering import lowered, only_python_knows
from glassnet.engines.native.session import bytes_of
from glassnet.engines.plan import Plan
from glassnet.network.layers import LAYERS, Dense
from glassnet.network.network import Network
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, SquaredError
from glassnet.pieces.optimizers import OPTIMIZERS, Adam

pytestmark = isas.built
TABLES = {"layer": LAYERS, "activation": ACTIVATIONS, "loss": LOSSES, "optimizer": OPTIMIZERS}
ENTRIES = [(kind, name) for kind, table in TABLES.items() for name in table]


def with_entry(kind, name):
    """A plan with that entry."""
    plan = Plan(Network(3, [Dense(4), Dense(2)], "squared_error"), examples=10)
    match kind:
        case "optimizer":
            return replace(plan, optimizer=OPTIMIZERS.make(name))
        case "loss":
            return replace(plan, network=Network(3, [Dense(4), Dense(2)], name))
        case "activation":
            return replace(plan, network=Network(3, [Dense(4, name), Dense(2)], "squared_error"))
    layer = LAYERS.make({"name": name, "units": 4} if name == "dense" else name)
    return replace(plan, network=Network(3, [layer, Dense(2)], "squared_error"))


def test_there_are_rules_of_no_other_kind():
    assert library.rules("schedule") == {}


@pytest.mark.parametrize("kind", TABLES)
def test_the_library_knows_the_tables_names(kind):
    """But for optimizers that take no steps: they ask for costs and gradients."""
    without = {name for name in OPTIMIZERS if OPTIMIZERS[name].cls.whole_batch} if kind == "optimizer" else set()
    assert library.rules(kind).keys() == TABLES[kind].keys() - without


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_a_session_is_made_of_it(kind, name):
    plan = with_entry(kind, name)
    assert only_python_knows(plan) is None
    assert bytes_of(plan, rows=8, threads=1) > 0


@pytest.mark.parametrize("kind", ["layer", "activation", "loss", "optimizer"])
def test_an_index_behind_the_last_is_no_plan(kind):
    """The sizes above say that an entry is known, and not merely counted."""
    record = lowered(with_entry(kind, next(iter(library.rules(kind)))), 8, 1)
    holder = record.layers[0] if kind == "activation" else record
    if kind == "layer":
        record.layers[0].kind = len(library.rules(kind))
    else:
        setattr(holder, kind, len(library.rules(kind)))
    assert library.load().gn_bytes(ctypes.byref(record)) == -1


@dataclass(frozen=True)
class SlowerAdam(Adam):
    """The name of a built-in, inherited; the arithmetic could be any."""


@dataclass(frozen=True)
class Renamed(Adam):
    name = "renamed"


@dataclass(frozen=True)
class OwnSquaredError(SquaredError):
    """As :class:`SlowerAdam`."""


@dataclass(frozen=True)
class OwnDense(Dense):
    """As :class:`SlowerAdam`."""


def test_a_record_with_the_name_of_a_built_in_one_is_not_taken_for_it():
    plan = with_entry("activation", "relu")
    network = plan.network
    assert only_python_knows(replace(plan, optimizer=SlowerAdam())) == "optimizer 'adam' is known to Python only"
    assert only_python_knows(replace(plan, optimizer=Renamed())) == "optimizer 'renamed' is known to Python only"
    own_loss = Network(3, network.declared_layers, OwnSquaredError())
    assert only_python_knows(replace(plan, network=own_loss)) == "loss 'squared_error' is known to Python only"
    own_layer = Network(3, [OwnDense(4, "relu"), Dense(2)], "squared_error")
    assert only_python_knows(replace(plan, network=own_layer)) == "layer 1 (dense) is known to Python only"
    relu = replace(ACTIVATIONS["relu"], value=ACTIVATIONS["tanh"].value)
    own_activation = Network(3, [Dense(4, relu), Dense(2)], "squared_error")
    expected = "activation 'relu' of layer 1 is known to Python only"
    assert only_python_knows(replace(plan, network=own_activation)) == expected


def test_a_rule_that_lacks_a_setting_is_not_taken(monkeypatch):
    """A library that does not read label smoothing would train without it."""
    bare = {name: rule._replace(settings=()) for name, rule in library.rules("loss").items()}
    rules = library._rules
    monkeypatch.setattr(library, "_rules", lambda kind: bare if kind == "loss" else rules(kind))
    assert only_python_knows(with_entry("loss", "squared_error")) is None
    assert only_python_knows(with_entry("loss", "huber")) == "loss 'huber' is known to Python only"
