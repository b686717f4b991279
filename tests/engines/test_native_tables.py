"""Every entry of the tables has its twin in the compiled library, or is named here as one that has none."""

from dataclasses import dataclass, replace

import pytest

import isas
from glassnet.engines.native.lowering import KINDS, only_python_knows
from glassnet.engines.native.session import bytes_of
from glassnet.engines.plan import Plan
from glassnet.network.layers import LAYERS, Dense
from glassnet.network.network import Network
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.optimizers import OPTIMIZERS, Adam

WITHOUT = {"lbfgs"}  # it asks for costs and gradients, and steps by itself

CODES = {
    "activation": {name: ACTIVATIONS[name].code for name in ACTIVATIONS},
    "loss": {name: LOSSES[name].cls.code for name in LOSSES},
    "optimizer": {name: OPTIMIZERS[name].cls.code for name in OPTIMIZERS},
    "layer": {name: KINDS.get(LAYERS[name].cls, 0) for name in LAYERS},
}


def with_entry(table, name):
    """A plan with that entry."""
    plan = Plan(Network(3, [Dense(4), Dense(2)], "squared_error"), examples=10)
    match table:
        case "optimizer":
            return replace(plan, optimizer=OPTIMIZERS.make(name))
        case "loss":
            return replace(plan, network=Network(3, [Dense(4), Dense(2)], name))
        case "activation":
            return replace(plan, network=Network(3, [Dense(4, name), Dense(2)], "squared_error"))
    layer = LAYERS.make({"name": name, "units": 4} if name == "dense" else name)
    return replace(plan, network=Network(3, [layer, Dense(2)], "squared_error"))


ENTRIES = [(table, name) for table, codes in CODES.items() for name in codes]


@pytest.mark.parametrize(("table", "name"), ENTRIES)
def test_every_entry_has_a_code_of_its_own(table, name):
    codes = CODES[table]
    assert (codes[name] > 0) == (name not in WITHOUT)
    assert codes[name] == 0 or list(codes.values()).count(codes[name]) == 1


@isas.built
@pytest.mark.parametrize(("table", "name"), ENTRIES)
def test_the_library_knows_it(table, name):
    plan = with_entry(table, name)
    assert only_python_knows(plan) is None
    assert bytes_of(plan, rows=8, threads=1) > 0


@isas.built
@pytest.mark.parametrize("table", CODES)
def test_the_library_knows_no_more(table, monkeypatch):
    """The number after the last is no plan: the sizes above say that an entry is known, and not merely counted."""
    last = max(CODES[table].values())
    name = next(name for name, code in CODES[table].items() if code == last)
    plan = with_entry(table, name)
    match table:
        case "activation":
            monkeypatch.setitem(vars(ACTIVATIONS[name]), "code", last + 1)  # frozen, but not to vars
        case "layer":
            monkeypatch.setitem(KINDS, LAYERS[name].cls, last + 1)
        case _:
            monkeypatch.setattr((LOSSES if table == "loss" else OPTIMIZERS)[name].cls, "code", last + 1)
    assert bytes_of(plan, rows=8, threads=1) == -1


def test_one_without_is_passed_by():
    @dataclass(frozen=True)
    class Slower(Adam):
        name = "slower"

    plan = replace(with_entry("activation", "relu"), optimizer=Slower())
    assert only_python_knows(plan) == "optimizer 'slower' is known to Python only"
