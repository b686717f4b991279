"""Random trainings for Hypothesis: any network, and everything a plan can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

import witnesses as w
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES
from isas import Job

STEPWISE = [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch]
# Those whose step is as long as the slope: adaptive ones enlarge the rounding of a slope that is almost 0.
PLAIN = ["gradient_descent", "momentum", "nesterov"]

widths = st.integers(1, 70)
between = st.sampled_from(sorted(w.OWN - {"dense"})).flatmap(w.layers_of)
learning = {"rate_factor": w.factors, "bias_rate_factor": w.factors, "ntk": st.booleans()}
hidden = st.one_of(st.builds(Dense, widths, w.activations, **learning), between)
penalties = st.builds(
    Penalties, l1=st.sampled_from([0.0, 0.1]), l2=st.sampled_from([0.0, 0.3]), per_example=st.booleans()
)
clipping = st.builds(Clipping, norm=st.sampled_from([0.0, 0.5]), value=st.sampled_from([0.0, 0.01]))


@st.composite
def networks(draw: Callable[..., Any], outputs: st.SearchStrategy[int] | None = None) -> Network:
    """0 to 4 layers of any kind before the last dense one, 0 to 2 after it."""
    loss = draw(w.losses)
    before, after = draw(st.lists(hidden, max_size=4)), draw(st.lists(between, max_size=2))
    if after and loss.link != "identity":  # its scores are taken as they are
        after = [
            type(layer)(**(layer.settings() | ({"activation": None} if "activation" in vars(layer) else {})))
            for layer in after
        ]
    free = after or loss.link == "identity"
    last = Dense(
        draw(st.integers(1, 5) if outputs is None else outputs), draw(st.none() | w.activations) if free else None
    )
    return Network(draw(widths), [*before, last, *after], loss)


@st.composite
def wide_networks(draw: Callable[..., Any]) -> Network:
    """So wide that two threads share out the first layer by its columns, or almost; the rest is any network."""
    rest = draw(networks())
    first = Dense(draw(st.integers(62, 90)), draw(st.none() | w.activations))
    return Network(draw(st.integers(254, 300)), [first, *rest.layers], rest.loss)


@st.composite
def jobs(
    draw: Callable[..., Any],
    dtype: str = "float32",
    optimizers: list[str] = STEPWISE,
    epochs: int = 0,
    network: st.SearchStrategy[Network] | None = None,
    rows: st.SearchStrategy[int] | None = None,
    **settings: Any,
) -> Job:
    """Jobs with ``epochs`` shuffled orders; the state is in the middle of a training."""
    net = draw(networks() if network is None else network)
    m = draw(st.integers(1, 40) if rows is None else rows)
    rng = np.random.default_rng(draw(w.seeds))
    factors = rng.uniform(0.2, 5, net.layout.weights) if draw(st.booleans()) else None
    plan = Plan(
        net,
        m,
        **{
            "optimizer": OPTIMIZERS.make(draw(st.sampled_from(optimizers)), learning_rate=0.01),
            "schedule": SCHEDULES.make(draw(st.sampled_from(list(SCHEDULES))), warmup=draw(st.integers(0, 2))),
            "penalties": draw(penalties),
            "clipping": draw(clipping),
            "batch_size": draw(st.integers(1, m + 2)),
            "epochs": 9,
            "dtype": dtype,
            "penalty_factors": factors,
            **settings,
        },
    )
    state = State.new(plan, seed=int(rng.integers(2**62)))
    state.theta += rng.normal(0, 0.2, net.size).astype(dtype)
    state.running += rng.uniform(0, 0.5, state.running.size).astype(dtype)
    state.slots += rng.uniform(0.1, 1, state.slots.shape).astype(dtype) / 10
    state.step, state.epoch = plan.steps_per_epoch, 1
    orders = [rng.permutation(m) for _ in range(epochs)]
    return Job(plan, state, rows_of(net, m, rng, draw(st.booleans()), draw(st.booleans()), dtype), orders)


def rows_of(network: Network, m: int, rng: np.random.Generator, weighted: bool, labels: bool, dtype: str) -> Rows:
    """Examples for a network; ``labels``: classes by number where the loss takes them."""
    X, Y = rng.normal(size=(m, network.inputs)).astype(dtype), w.targets(network.loss, m, network.outputs, rng)
    Y = Y.argmax(axis=1) if labels and network.loss.targets == "classes" else Y.astype(dtype)
    return Rows(X, Y, w.weights(m, rng).astype(dtype) if weighted else None)
