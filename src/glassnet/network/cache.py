"""The cache: what a layer's forward pass leaves for its backward pass (*Intro to Neural Networks*, Building blocks).

It also lends the layer its memory: an array asked for under a name is the same memory at every pass, so nothing is
allocated from one step to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.randomness import random_bits


@dataclass
class Mode:
    """Settings of a forward and backward pass; all layers share one.

    Args:
        training: True drops units and normalizes by the batch; False predicts.
        learn_running: True lets layers move their running statistics towards those of this pass.
        replace_running: True sets them to those of this pass instead.
        input_gradient: True asks the first layer, too, for the gradient with respect to its input.
        seed, step: the counter that dropout's masks are drawn from.
    """

    training: bool = False
    learn_running: bool = False
    replace_running: bool = False
    input_gradient: bool = False
    seed: int = 0
    step: int = 0


class Cache:
    """The cache of layer ``l`` (from 1).

    The network puts ``A_prev`` (m, n[l-1]), ``A`` (m, n[l]) and, backward, ``dA`` into it; the layer adds what else it
    needs, such as ``Z``.
    """

    A_prev: Any  # a Matrix: sparse at the first layer where X is
    A: Array
    Z: Array
    dA: Array

    def __init__(self, l: int, mode: Mode, running: SimpleNamespace) -> None:
        self.l, self.mode, self.running = l, mode, running
        self._memory: dict[str, Array] = {}

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    def again(self) -> Cache:
        """An empty cache of the same layer, mode and running statistics."""
        return type(self)(self.l, self.mode, self.running)

    def random_bits(self, rows: int, units: int) -> Any:
        """32 random bits for each of (rows, units), of this layer in this step: the same in every engine."""
        return random_bits(self.mode.seed, self.mode.step, self.l, rows, units)

    @property
    def wants_dA_prev(self) -> bool:
        """False where the gradient with respect to the layer's input is not needed, which saves a product."""
        return self.l > 1 or self.mode.input_gradient

    def array(self, name: str, like: Matrix, columns: int | None = None) -> Array:
        """Memory of the shape and dtype of ``like`` (or with other ``columns``); its content is whatever was there."""
        rows, shape = like.shape[0], (like.shape[1] if columns is None else columns,)
        memory = self._memory.get(name)
        if memory is None or memory.shape[1:] != shape or len(memory) < rows or memory.dtype != like.dtype:
            memory = self._memory[name] = np.empty((rows, *shape), like.dtype)
        return memory if len(memory) == rows else memory[:rows]
