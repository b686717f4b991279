"""Parameters: one flat vector, with views ``W[l]``, ``b[l]`` into it.

Optimizers, L-BFGS, gradient checks and files take the flat vector; layers and people take the views. All weights come
first, then everything else, so a penalty on the weights is a penalty on the first part of the vector.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.hardware import refuse_too_large
from glassnet.text import one_line


@dataclass(frozen=True)
class Parameter:
    """One array that a layer asks for.

    Args:
        name: the attribute the layer finds it under.
        shape: its shape as it lies in memory.
        weight: True for what penalties apply to, and decay where ``decay`` does not say otherwise.
        transposed: True shows the layer the transpose: ``W`` (n_out, n_in) lies as (n_in, n_out) rows, what matrix
            products want and scikit-learn's ``coefs_`` are.
        fill: its value before the layer initializes it.
        low: what it can never be below, such as 0 for a variance; files are checked for it.
        rate: its learning rate is ``rate * alpha``; 0 leaves it as it is.
        decay: decoupled weight decay takes ``rate * alpha * decay * weight_decay`` of it away in a step; None for 1 of
            a weight, 0 of anything else.

    >>> Parameter("s", (3,), fill=1.0).shape
    (3,)
    """

    name: str
    shape: tuple[int, ...]
    weight: bool = False
    transposed: bool = False
    fill: float = 0.0
    low: float = -math.inf
    rate: float = field(default=1.0, compare=False)  # how it learns is not how it lies in memory
    decay: float | None = field(default=None, compare=False)

    @property
    def decays(self) -> float:
        """The factor of decoupled weight decay, 0 for none."""
        return float(self.weight) if self.decay is None else self.decay


class Group(NamedTuple):
    """Neighbors in the flat vector that learn alike: an optimizer steps group by group.

    Args:
        start, stop: where they lie.
        decayed: how many of the first ones decoupled weight decay shrinks.
        rate, decay: the factors of the learning rate and of the decay.
    """

    start: int
    stop: int
    decayed: int
    rate: float
    decay: float

    @property
    def part(self) -> slice:
        """Where they lie, as NumPy takes it."""
        return slice(self.start, self.stop)

    def joined(self, other: Group) -> Group | None:
        """This group and the next one as one, where that is possible."""
        alike = self.rate == other.rate and (not other.decayed or self.decay == other.decay)
        if not alike or (other.decayed and self.decayed < self.stop - self.start):
            return None
        return self._replace(stop=other.stop, decayed=self.decayed + other.decayed)


@dataclass(frozen=True)
class Place:
    """Where a parameter lies: layer ``l`` (from 1), and its start and stop in the flat vector."""

    layer: int
    parameter: Parameter
    start: int
    stop: int

    def view(self, vector: Array) -> Array:
        """The parameter in the flat ``vector``, as the layer sees it."""
        view = vector[self.start : self.stop].reshape(self.parameter.shape)
        return view.T if self.parameter.transposed else view

    @property
    def group(self) -> Group:
        """How it learns."""
        size, decay = self.stop - self.start, self.parameter.decays
        return Group(self.start, self.stop, size if decay else 0, self.parameter.rate, decay)


class Layout:
    """The plan of a flat vector.

    Args:
        wanted: for each layer, in order, the parameters it asks for.
    """

    def __init__(self, wanted: Sequence[Sequence[Parameter]]) -> None:
        every = [(layer, parameter) for layer, asked in enumerate(wanted, start=1) for parameter in asked]
        weights_first = sorted(every, key=lambda pair: not pair[1].weight)  # stable: layers stay in order
        places, start = [], 0
        for layer, parameter in weights_first:
            stop = start + math.prod(parameter.shape)
            places.append(Place(layer, parameter, start, stop))
            start = stop
        self.places, self.size, self.layers = tuple(places), start, len(wanted)
        self.weights = sum(place.stop - place.start for place in places if place.parameter.weight)
        self.groups = _groups(places)

    def new(self, dtype: DTypeLike = np.float64) -> Array:
        """A flat vector with every parameter at its fill.

        Raises:
            InvalidInput: it does not fit in memory.
        """
        self.check_memory(np.dtype(dtype).itemsize)
        vector = np.empty(self.size, dtype)
        for place in self.places:
            vector[place.start : place.stop] = place.parameter.fill
        return vector

    def check_memory(self, bytes_each: int, remedy: str = "choose fewer units") -> None:
        """Raise where so many bytes for each parameter do not fit in memory.

        Args:
            bytes_each: of a parameter and of all that is stored for it.
            remedy: how to need less.

        Raises:
            InvalidInput: with both sizes.
        """
        number = f"{self.size:,}" if self.size < 10**18 else "more than 10^18"
        refuse_too_large(f"a network of {number} parameters", bytes_each * self.size, remedy)

    def check(self, vector: Array) -> None:
        """Raise where ``vector`` is not laid out so.

        Raises:
            InvalidInput: it has another length.
        """
        if vector.shape != (self.size,):
            raise InvalidInput(
                f"the flat vector must have shape ({self.size},) for this network",
                seen=f"shape {vector.shape}",
                remedy="make parameters of this network with initialize()",
            )

    def views(self, vector: Array) -> list[SimpleNamespace]:
        """For each layer, a namespace of views into a ``vector`` of this layout under the parameters' names."""
        layers = [SimpleNamespace() for _ in range(self.layers)]
        for place in self.places:
            setattr(layers[place.layer - 1], place.parameter.name, place.view(vector))
        return layers


def _groups(places: Iterable[Place]) -> tuple[Group, ...]:
    """As few as possible: a network without factors is one, its weights decayed."""
    groups: list[Group] = []
    for place in places:
        both = groups[-1].joined(place.group) if groups else None
        groups[-1:] = [both] if both else [*groups[-1:], place.group]
    return tuple(groups)


class Views(Mapping[int, Array]):
    """``W[l]`` for the layers that have a ``W``; l counts from 1. Assigning copies into the vector."""

    def __init__(self, name: str, layers: Sequence[SimpleNamespace]) -> None:
        self.name = name
        self._layers = {l: vars(views)[name] for l, views in enumerate(layers, start=1) if name in vars(views)}

    def __getitem__(self, l: int) -> Array:
        try:
            return self._layers[l]
        except KeyError:
            raise KeyError(f"layer {l} has no {self.name}; layers {list(self._layers)} have") from None

    def __setitem__(self, l: int, value: object) -> None:
        view, value = self[l], np.asarray(value)
        if value.shape != view.shape:
            raise InvalidInput(
                f"{self.name}[{l}] has another shape",
                seen=f"{value.shape} given where {view.shape} is",
                remedy="rows are the layer's units, columns its inputs" if view.ndim == 2 else "",
            )
        if not view.flags.writeable:
            remedy = "change a copy of the parameters, parameters.copy()"
            raise InvalidInput(f"{self.name}[{l}] lies in memory that is read-only", remedy=remedy)
        view[...] = value

    def __iter__(self) -> Iterator[int]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)


class Parameters:
    """A flat vector with its views.

    Args:
        layout: the plan of the vector.
        theta: the flat vector (n,), kept, not copied; None makes a new one.
        running: the plan and the flat vector of what layers learn without a gradient (batch normalization's means).

    >>> from glassnet.network.network import Network
    >>> from glassnet.network.layers import Dense
    >>> p = Network(2, [Dense(3, "tanh"), Dense(1)], loss="squared_error").initialize(seed=0)
    >>> p.theta.shape, p.W[1].shape, p.b[2].shape
    ((13,), (3, 2), (1,))
    """

    def __init__(
        self, layout: Layout, running_layout: Layout, theta: Array | None = None, running: Array | None = None
    ) -> None:
        self.layout, self.running_layout = layout, running_layout
        self.theta = layout.new() if theta is None else theta
        self.running = running_layout.new(self.theta.dtype) if running is None else running
        layout.check(self.theta)
        running_layout.check(self.running)

    def __repr__(self) -> str:
        named = ", ".join(f"{name} {array.shape}" for name, array in self.named().items())
        return f"<{type(self).__name__}: {self.theta.size:,} numbers; {one_line(named)}>"

    @cached_property
    def layers(self) -> list[SimpleNamespace]:
        """For each layer its parameters by name, views."""
        return self.layout.views(self.theta)

    @cached_property
    def running_layers(self) -> list[SimpleNamespace]:
        """For each layer its running statistics by name, views."""
        return self.running_layout.views(self.running)

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled as plain data: copied views would no longer be views.
        return type(self), (self.layout, self.running_layout, self.theta, self.running)

    @property
    def W(self) -> Views:
        """Weights by layer: ``W[l]`` (n[l], n[l-1])."""
        return Views("W", self.layers)

    @property
    def b(self) -> Views:
        """Biases by layer: ``b[l]`` (n[l],)."""
        return Views("b", self.layers)

    @property
    def weights(self) -> Array:
        """The part of ``theta`` that penalties apply to, a view."""
        return self.theta[: self.layout.weights]

    def copy(self) -> Parameters:
        """Parameters of their own memory."""
        return Parameters(self.layout, self.running_layout, self.theta.copy(), self.running.copy())

    def named(self) -> dict[str, Array]:
        """Every array under the name a file gives it, such as ``"1.W"``, as the layer sees it."""
        both = ((self.layout, self.theta), (self.running_layout, self.running))
        return {
            f"{place.layer}.{place.parameter.name}": place.view(vector)
            for layout, vector in both
            for place in layout.places
        }


class Gradients(Parameters):
    """dJ/dtheta of every parameter: ``dW[l]``, ``db[l]`` have the shapes of ``W[l]``, ``b[l]``."""

    @property
    def dW(self) -> Views:
        """``dJ/dW`` by layer."""
        return self.W

    @property
    def db(self) -> Views:
        """``dJ/db`` by layer."""
        return self.b
