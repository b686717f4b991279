"""The cost of a trace as a computation graph: the chain rule from ``J`` back to every ``W[l]``.

Source: Intro to Neural Networks, *Chain rule*.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from glassnet import graph
from glassnet.arrays import dense
from glassnet.engines.step_record import LayerRecord
from glassnet.errors import InvalidType
from glassnet.glass.gradients.witness import layer_output, losses
from glassnet.glass.tracing.record import Trace
from glassnet.graph.picture import Graph
from glassnet.network.cache import Cache, Mode

Named = dict[str, Any]


def cost_graph(trace: Trace) -> Graph:
    """How the cost of a trace comes about, with the derivative of the cost by everything on the way.

    The end is ``L`` of one example, ``J`` of several; penalties are not in it. Values are in float64. The numbers are
    those of the graph, which knows nothing of the layers; the trace's own are to agree with them.

    Args:
        trace: of any network whose pieces the graph can derive.

    Raises:
        InvalidType: no trace.
        Unsupported: a user's own piece that the graph cannot derive; says which and why.

    >>> from glassnet import Dense, Network, trace
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> step = trace(net, [[0.4, 2, 17]], [1], parameters=net.initialize(seed=1))
    >>> found = {node.name: node for node in cost_graph(step).nodes}
    >>> [name for name in found if "[" in name]
    ['W[1]', 'b[1]', 'Z[1]', 'A[1]', 'W[2]', 'b[2]', 'Z[2]']
    >>> np.allclose(found["W[1]"].derivative, step.dW[1])
    True
    """
    if not isinstance(trace, Trace):
        raise InvalidType("this graph is made of a trace", seen=repr(trace)[:60], remedy="pass trace(model, X, y)")
    A: Any = graph.inputs(X=np.asarray(dense(trace.X), np.float64))[0]
    names: Named = {}
    for layer in trace.layers:
        A = _through(trace, layer, A, names)
    L = losses(trace.plan.network.loss, A, trace.Y)
    end = np.sum(L) if trace.m == 1 else np.sum(L * trace.shares)
    return Graph(end, **names, **{"L" if trace.m == 1 else "J": end})


def _through(trace: Trace, t: LayerRecord, A: Any, names: Named) -> Any:
    """``A[l]`` of ``A[l-1]``, and what is met on the way by its symbol."""
    p, A_prev = SimpleNamespace(), A
    for name, values in vars(trace.before.layers[t.l - 1]).items():
        (node,) = graph.inputs(**{f"{name}[{t.l}]": np.asarray(values, np.float64)})
        setattr(p, name, node)
    c = Cache(t.l, Mode(training=True), trace.before.running_layers[t.l - 1])
    vars(c).update(t.cached)
    A = layer_output(t.layer, A, p, c)
    if t.layer.g is not None and hasattr(c, "Z"):
        names[f"Z[{t.l}]"] = c.Z
    if A is not A_prev and A is not names.get(f"Z[{t.l}]"):
        names[f"A[{t.l}]"] = A
    return A
