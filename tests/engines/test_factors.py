"""Factors of the learning rate and of weight decay, parameter by parameter; the NTK parameterization by them."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isas
import oracles
import problems
import witnesses as w
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.cache import Mode
from glassnet.network.layer import Layer
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Group, Parameter
from glassnet.pieces.optimizers import OPTIMIZERS, AdamW
from isas import RUNNING

X = np.random.default_rng(1).normal(size=(6, 4))
Y = np.sin(X.sum(axis=1))


def trained(network: Network, steps: int, engine: str = "reference", **settings: object) -> State:
    """A state after so many steps on all rows."""
    plan = Plan(network, 6, **{"dtype": "float64", "batch_size": 6, **settings})
    state, runner = State.new(plan, seed=5), RUNNING[engine](plan)
    for _ in range(steps):
        runner.train(state, Rows(X, Y), np.arange(6))
    return state


@pytest.mark.parametrize("name", problems.STEPWISE)
@settings(max_examples=15)
@given(data=st.data(), seed=w.seeds)
def test_each_parameter_takes_its_own_steps(name, data, seed):
    """The optimizer's formula on plain numbers, alpha times the factor; decay times both."""
    network = data.draw(problems.networks())
    rows = problems.rows_of(network, 5, np.random.default_rng(seed), False, False, "float64")
    optimizer = OPTIMIZERS.make(name, learning_rate=0.01)
    plan = Plan(network, 5, optimizer=optimizer, batch_size=5, dtype="float64")
    state, engine, slopes = State.new(plan, seed=1), Reference(plan), []
    start = state.theta.copy()
    for step in range(3):
        gradients = Gradients(network.layout, network.running_layout, np.empty_like(state.theta))
        parameters = network.parameters(state.theta, state.running.copy())
        engine.value_and_gradient(parameters, rows, Mode(training=True, seed=1, step=step), gradients)
        slopes.append(gradients.theta)
        engine.train(state, rows, np.arange(5))
    for place in network.layout.places:
        rate, decay = place.parameter.rate, place.parameter.decays
        own = replace(optimizer, weight_decay=decay * optimizer.weight_decay) if name == "adamw" else optimizer
        for j in np.unique(np.linspace(place.start, place.stop - 1, 4).astype(int)):
            formula = oracles.witness(oracles.OPTIMIZERS, name)
            *_, by_hand = formula(own, float(start[j]), [float(g[j]) for g in slopes], 0.01 * rate)
            np.testing.assert_allclose(state.theta[j], by_hand, rtol=1e-9, atol=1e-11)


@dataclass(frozen=True)
class Scaled(Layer):
    """``Z = A_prev V^T / sqrt(n) + b``: the NTK parameterization as it is defined."""

    units: int

    name = "scaled"

    def width(self, n_in):
        return self.units

    def parameters(self, n_in):
        return Parameter("V", (n_in, self.units), weight=True), Parameter("b", (self.units,))

    def forward(self, A_prev, p, c):
        return np.tanh(A_prev @ p.V / sqrt(len(p.V)) + p.b)

    def backward(self, dA, p, g, c):
        dZ = dA * (1 - c.A**2)
        g.V[...], g.b[...] = c.A_prev.T @ dZ / sqrt(len(p.V)), dZ.sum(axis=0)
        return dZ @ p.V.T / sqrt(len(p.V))


@pytest.mark.parametrize("engine", RUNNING)
def test_ntk_is_the_definition_in_other_terms(engine):
    """Adam's steps of V, its decay too, are those of W = V / sqrt(n) at a rate of 1 / sqrt(n)."""
    optimizer = AdamW(learning_rate=0.05, epsilon=1e-14, weight_decay=0.3)
    defined = Network(4, [Scaled(9), Dense(1)])
    plan = Plan(defined, 6, optimizer=optimizer, batch_size=6, dtype="float64")
    theirs, engine_of_it = State.new(plan, seed=5), Reference(plan)
    ours = State.new(replace(plan, network=Network(4, [Dense(9, "tanh", ntk=True), Dense(1)])), seed=5)
    theirs.theta[...] = ours.theta
    theirs.theta[:36] *= 2
    plan = replace(plan, network=Network(4, [Dense(9, "tanh", ntk=True), Dense(1)]))
    for state, runner in ((theirs, engine_of_it), (ours, RUNNING[engine](plan))):
        for _ in range(20):
            runner.train(state, Rows(X, Y), np.arange(6))
    theirs.theta[:36] /= 2
    np.testing.assert_allclose(ours.theta, theirs.theta, rtol=1e-8)


def test_ntk_draws_weights_of_variance_one_over_n():
    parameters = Network(400, [Dense(300, "relu", ntk=True), Dense(1)]).initialize(0)
    assert np.std(parameters.W[1]) == pytest.approx(1 / 20, rel=0.02)


@pytest.mark.parametrize("engine", RUNNING)
def test_a_factor_of_0_leaves_a_layer_as_it_is(engine):
    network = Network(4, [Dense(8, "tanh", rate_factor=0, bias_rate_factor=0), Dense(1)])
    state = trained(network, 3, engine, optimizer=AdamW())
    first = state.parameters(network)
    fresh = network.initialize(5)
    assert np.array_equal(first.W[1], fresh.W[1]) and np.array_equal(first.b[1], fresh.b[1])
    assert not np.array_equal(first.W[2], fresh.W[2])


def test_by_hand_as_in_training():
    network = Network(4, [Dense(8, "tanh", rate_factor=3, bias_rate_factor=0.1), Dense(1)])
    parameters = network.initialize(5)
    network.step(parameters, X, Y, alpha=0.1)
    plain = trained(network, 1, optimizer=OPTIMIZERS.make("gradient_descent", learning_rate=0.1))
    np.testing.assert_allclose(parameters.theta, plain.theta, rtol=1e-14)


def test_as_few_groups_as_possible():
    plain = Network(3, [Dense(4, "relu"), Dense(2)]).layout
    assert plain.groups == (Group(0, plain.size, plain.weights, 1.0, 1.0),)
    ntk = Network(4, [Dense(4, ntk=True), Dense(4, ntk=True), Dense(1, bias_rate_factor=0.1)]).layout
    assert ntk.groups == (
        Group(0, 32, 32, 0.5, 2.0),
        Group(32, 44, 4, 1.0, 1.0),
        Group(44, 45, 0, 0.1, 0.0),
    )


@isas.built
def test_sessions_of_other_factors_are_not_taken_for_each_other():
    """A session is kept for the next training of its plan: factors are part of it."""
    found = []
    for factor in (1.0, 0.5, 1.0):
        network = Network(4, [Dense(8, "tanh", rate_factor=factor), Dense(1)])
        found.append(trained(network, 2, Native.name).theta)
    assert np.array_equal(found[0], found[2]) and not np.array_equal(found[0], found[1])
