"""Floor 0: automatic differentiation, the chain rule on a computation graph.

Reverse mode, on NumPy arrays, independent of the layers: it teaches the chain rule, differentiates users' functions,
and checks the derivatives written by hand. What it differentiates is one table, ``primitives.py``.

>>> from glassnet import graph
>>> x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
>>> q = x + y
>>> print(graph.Graph(q * z, q=q))
forward
  x = -2
  y = 5
  z = -4
  q = x + y = 3
  f = q * z = -12
backward
  df/df = 1
  df/dq = -4
  df/dz = 3
  df/dy = df/dq * dq/dy = -4 * 1 = -4
  df/dx = df/dq * dq/dx = -4 * 1 = -4
"""

from glassnet.graph.backward import backward, grad, hvp, value_and_grad
from glassnet.graph.functions import (
    cos_turns,
    erf,
    functions,
    log_softmax,
    logsumexp,
    ndtr,
    relu,
    sigmoid,
    softmax,
    softplus,
)
from glassnet.graph.node import Node, Primitive, inputs
from glassnet.graph.picture import Graph
from glassnet.graph.primitives import PRIMITIVES
from glassnet.graph.rendering import GraphEdge, GraphNode
from glassnet.graph.rules import elementwise

__all__ = [
    "PRIMITIVES", "Graph", "GraphEdge", "GraphNode", "Node", "Primitive", "backward", "cos_turns", "elementwise", "erf",
    "functions", "grad", "hvp", "inputs", "log_softmax", "logsumexp", "ndtr", "relu", "sigmoid", "softmax",
    "softplus", "value_and_grad",
]  # fmt: skip
