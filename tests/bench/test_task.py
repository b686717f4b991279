"""What every library is given: the same, and counted rightly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet import Dense, Network
from glassnet.bench.networks import NETWORKS, SWEPT_WIDTHS, swept
from glassnet.bench.task import Task


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.integers(1, 5))
def test_operations_are_counted_product_by_product(widths: list[int], m: int) -> None:
    operations = 0
    for l in range(1, len(widths)):
        forward = weights = back = 2 * m * widths[l - 1] * widths[l]
        operations += forward + weights + (back if l > 1 else 0)
    assert Task(tuple(widths), batch=m).flops == operations


@pytest.mark.parametrize("name", ["2-8-8-2", "54-256x3-7"])
def test_predictions_are_those_of_a_network(name: str) -> None:
    task = NETWORKS[name]
    loss = "cross_entropy" if task.classification else "squared_error"
    layers = [*(Dense(n, "relu") for n in task.hidden), Dense(task.widths[-1])]
    network = Network(task.widths[0], layers, loss=loss)
    parameters = network.initialize(seed=0)
    for l, (W, b) in enumerate(task.parameters, start=1):
        parameters.W[l][...], parameters.b[l][...] = W.T, b
    X = task.questions(20)
    np.testing.assert_allclose(task.predicted(X), network.forward(X, parameters).predictions, rtol=1e-4, atol=1e-6)


def test_every_library_gets_the_same_rows() -> None:
    one, other = Task((3, 4, 5), batch=8, steps=2), Task((3, 4, 5), batch=8, steps=2, threads=2)
    assert one.X.tobytes() == other.X.tobytes()
    assert one.Y.tobytes() == other.Y.tobytes()
    assert (one.X.dtype, len(one.Y)) == (np.float32, 16)
    assert set(one.Y) <= set(range(5))


def test_the_cost_is_the_mean_loss() -> None:
    classes, numbers = Task((3, 4, 5), batch=4), Task((3, 4, 2), batch=4)
    assert classes.cost(np.full((4, 5), 0.2)) == pytest.approx(np.log(5))
    assert numbers.cost(numbers.Y) == 0
    assert numbers.cost(numbers.Y + 1) == pytest.approx(0.5)


def test_a_task_survives_the_way_to_a_worker() -> None:
    assert Task(**swept(12).described()) == swept(12)


def test_the_tables_are_those_of_the_names() -> None:
    assert NETWORKS["784-1024x2-10"].widths == (784, 1024, 1024, 10)
    assert [swept(width).widths[1] for width in SWEPT_WIDTHS] == sorted(SWEPT_WIDTHS)
    assert all(task.rows == task.batch * task.steps == len(task.X) for task in NETWORKS.values())
