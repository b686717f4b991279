"""A forward pass on tensors: every layer through its own expression, running statistics as values that come out."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NoReturn

from glassnet.arrays import Matrix
from glassnet.engines.torch.package import Tensor, torch
from glassnet.engines.torch.values import Values, torch_operations
from glassnet.errors import Unsupported
from glassnet.network.cache import Cache, Mode
from glassnet.network.network import Network
from glassnet.network.parameters import Layout
from glassnet.randomness import mixed


class StepMode(Mode):
    """A mode without seed and step: what depends on them is drawn by :class:`TensorCache`, not frozen into a step."""

    def __init__(self, training: bool, learn_running: bool) -> None:
        self.training, self.learn_running = training, learn_running
        self.replace_running = self.input_gradient = False

    def _is_drawn(self) -> NoReturn:
        raise Unsupported("a layer draws by itself", remedy="let it draw by c.random_bits(rows, units)")

    seed = property(_is_drawn)
    step = property(_is_drawn)


class TensorCache(Cache):
    """The cache of a layer on tensors.

    Args:
        l, mode, running: as in :class:`Cache`.
        keys: (2,) of this layer in this step, see ``randomness.keys``; None where there are none.
        like: of the network's dtype, on its device.
        drawing: takes l of each layer that draws.
    """

    def __init__(
        self, l: int, mode: Mode, running: SimpleNamespace, keys: Tensor | None, like: Values, drawing: set[int]
    ) -> None:
        super().__init__(l, mode, running)
        self._keys, self._like, self._drawing = keys, like, drawing

    def again(self) -> Cache:
        return TensorCache(self.l, self.mode, self.running, self._keys, self._like, self._drawing)

    def array(self, name: str, like: Matrix, columns: int | None = None) -> Any:
        shape = (like.shape[0], like.shape[1] if columns is None else columns)
        return Values(torch.empty(shape, dtype=self._like.float, device=self._like.tensor.device), self._like.float)

    def random_bits(self, rows: int, units: int) -> Values:
        self._drawing.add(self.l)
        x = torch.arange(rows * units, device=self._like.tensor.device)
        keys = (x[0], x[0]) if self._keys is None else (self._keys[0], self._keys[1])
        return Values(mixed(x, *keys).reshape(rows, units), self._like.float)


def scores(
    network: Network,
    theta: Tensor,
    running: Tensor,
    X: Tensor,
    mode: StepMode,
    keys: Mapping[int, Tensor],
    drawing: set[int] | None = None,
) -> tuple[Tensor, Tensor]:
    """The last layer's output (m, k), and the running statistics after the pass (r,).

    Args:
        network: whose layers have expressions.
        theta, running: its vectors.
        X: (m, n).
        mode: of the pass.
        keys: (2,) of each layer that draws, by l.
        drawing: takes l of each layer that draws.
    """
    ns, A, drawing = torch_operations(), Values(X), set() if drawing is None else drawing
    own = _views(network.running_layout, running)
    for place in network.running_layout.places:  # not views: a layer may give each a new value
        views = own[place.layer - 1]
        setattr(views, place.parameter.name, Values(getattr(views, place.parameter.name).tensor))
    layers = zip(network.layers, _views(network.layout, theta), own, strict=True)
    for l, (layer, p, statistics) in enumerate(layers, start=1):
        A = layer.expression(ns, A, p, TensorCache(l, mode, statistics, keys.get(l), A, drawing))
    after = [getattr(own[place.layer - 1], place.parameter.name) for place in network.running_layout.places]
    return A.tensor, torch.cat([x.tensor.reshape(-1) for x in after]) if after else running


def _views(layout: Layout, vector: Tensor) -> list[SimpleNamespace]:
    """For each layer its parameters by name."""
    views: list[SimpleNamespace] = layout.views(Values(vector))  # type: ignore[arg-type]  # they work as arrays do
    return views
