"""Optimizers: from the gradient to the change of the parameters (deck, *Gradient descent*).

All work on the flat vectors ``theta``, ``gradient`` and ``slots`` of the same length n: a step is a handful of array
operations whatever the number of layers. In order of increasing complexity.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar, NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.settings import Record, setting
from glassnet.pieces.tables import Family


def _rate(default: float) -> float:
    return setting(default, low=0, above=True, help="learning rate alpha, before its schedule")


def _share(default: float, help: str) -> float:
    return setting(default, low=0, high=1, below=True, help=help)


def _small(default: float) -> float:
    return setting(default, low=0, above=True, help="keeps the division finite")


class Step(NamedTuple):
    """What an optimizer may look at.

    Args:
        theta: the parameters (n,), not to be touched.
        gradient: dJ/dtheta (n,), not to be touched.
        slots: what the optimizer remembers, (len(optimizer.slots), n); zeros before the first step.
        number: the number of this step, from 1.
        alpha: the learning rate of this step.
        decayed: how many of the first parameters are weights, which decoupled decay shrinks.
    """

    theta: Array
    gradient: Array
    slots: Array
    number: int
    alpha: float
    decayed: int


class Optimizer(Record):
    """The protocol of an optimizer; one's own is a frozen dataclass below this class.

    Class attributes: ``name``; ``slots``, the names of the vectors it remembers; ``formula``; ``source``; ``code`` in
    the native engine (0: only Python knows it); ``whole_batch``, True for one that asks for the cost of all examples
    again and again instead of stepping from batch to batch.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    whole_batch: ClassVar[bool] = False
    code: ClassVar[int] = 0

    learning_rate: float

    @abstractmethod
    def change(self, at: Step, out: Array) -> None:
        """Write the change of the parameters, (n,), into ``out`` and bring ``at.slots`` up to date."""


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """Gradient descent as in the deck.

    >>> theta, gradient, out = np.ones(1), np.array([2.0]), np.empty(1)
    >>> GradientDescent().change(Step(theta, gradient, np.empty((0, 1)), 1, 0.1, 1), out)
    >>> out.tolist()
    [-0.2]
    """

    learning_rate: float = _rate(0.1)

    name = "gradient_descent"
    formula = "theta := theta - alpha g"
    source = "deck, Gradient descent"
    code = 1

    def change(self, at: Step, out: Array) -> None:
        np.multiply(at.gradient, -at.alpha, out=out)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Gradient descent with momentum; the learning rate is inside the velocity (scikit-learn's form, not PyTorch's).

    Args:
        learning_rate: alpha.
        momentum: the share of the velocity kept from step to step.
    """

    learning_rate: float = _rate(0.01)
    momentum: float = setting(0.9, low=0, high=1, help="share of the velocity kept")

    name = "momentum"
    slots = ("velocity",)
    formula = "v := mu v - alpha g; theta := theta + v"
    source = "Polyak 1964; Rumelhart, Hinton, Williams 1986"
    code = 2

    def change(self, at: Step, out: Array) -> None:
        v = at.slots[0]
        v *= self.momentum
        np.multiply(at.gradient, at.alpha, out=out)
        v -= out
        out[...] = v


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Nesterov's momentum: the velocity is looked ahead by one step (in the form of Sutskever et al. 2013)."""

    name = "nesterov"
    formula = "v := mu v - alpha g; theta := theta + mu v - alpha g"
    source = "Nesterov 1983; Sutskever, Martens, Dahl, Hinton 2013"
    code = 3

    def change(self, at: Step, out: Array) -> None:
        v = at.slots[0]
        v *= self.momentum
        np.multiply(at.gradient, at.alpha, out=out)
        v -= out
        np.subtract(self.momentum * v, out, out=out)


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """RMSprop: each parameter's step divided by the recent size of its slope; epsilon outside the root, not centred.

    Args:
        learning_rate: alpha.
        decay: the share kept of the mean square.
        epsilon: keeps the division finite.
    """

    learning_rate: float = _rate(0.001)
    decay: float = _share(0.9, "share kept of the mean square")
    epsilon: float = _small(1e-8)

    name = "rmsprop"
    slots = ("mean_square",)
    formula = "v := rho v + (1 - rho) g^2; theta := theta - alpha g / (sqrt(v) + eps)"
    source = "Tieleman, Hinton 2012, Coursera lecture 6.5"
    code = 4

    def change(self, at: Step, out: Array) -> None:
        v = at.slots[0]
        _blend(v, self.decay, np.multiply(at.gradient, at.gradient, out=out))
        _root(v, self.epsilon, out)
        np.divide(at.gradient, out, out=out)
        out *= -at.alpha


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam. The variant of scikit-learn and Keras: epsilon is the paper's "epsilon hat", added after the bias
    correction has been folded into alpha; PyTorch's differs by a factor sqrt(1 - beta_2^t) on epsilon.

    Args:
        learning_rate: alpha.
        beta_1: the share kept of the mean of the gradients.
        beta_2: the share kept of the mean of their squares.
        epsilon: keeps the division finite.
    """

    learning_rate: float = _rate(0.001)
    beta_1: float = _share(0.9, "share kept of the mean gradient")
    beta_2: float = _share(0.999, "share kept of the mean square")
    epsilon: float = _small(1e-8)

    name = "adam"
    slots = ("mean", "mean_square")
    formula = (
        "m := b1 m + (1 - b1) g; v := b2 v + (1 - b2) g^2; "
        "theta := theta - alpha sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps)"
    )
    source = "Kingma, Ba 2015, arXiv 1412.6980, end of section 2"
    code = 5

    def change(self, at: Step, out: Array) -> None:
        m, v = at.slots
        np.copyto(out, at.gradient)
        _blend(m, self.beta_1, out)
        _blend(v, self.beta_2, np.multiply(at.gradient, at.gradient, out=out))
        _root(v, self.epsilon, out)
        np.divide(m, out, out=out)
        out *= -at.alpha * sqrt(1 - self.beta_2**at.number) / (1 - self.beta_1**at.number)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay: weights (not biases) also shrink by ``alpha * weight_decay`` of themselves.

    Args:
        learning_rate, beta_1, beta_2, epsilon: as in :class:`Adam`.
        weight_decay: lambda, multiplied by the learning rate of the step (PyTorch's form).
    """

    weight_decay: float = setting(0.01, low=0, help="share of each weight taken away, times the learning rate")

    name = "adamw"
    formula = Adam.formula + " - alpha lambda theta"
    source = "Loshchilov, Hutter 2019, arXiv 1711.05101"
    code = 6

    def change(self, at: Step, out: Array) -> None:
        super().change(at, out)
        out[: at.decayed] -= (at.alpha * self.weight_decay) * at.theta[: at.decayed]


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """L-BFGS-B through SciPy: second-order steps on the cost of all examples at once; no learning rate to choose.

    Args:
        learning_rate: not used; SciPy's line search finds the step.
        history: how many past steps shape the next one.
        tolerance: stop when the largest slope is below this.
        improvement: stop when a step lowers the cost by less than this share of it.
        max_evaluations: the most evaluations of cost and gradient.
    """

    learning_rate: float = setting(1.0, low=0, above=True, help="not used: the line search finds the step")
    history: int = setting(10, low=1, help="how many past steps shape the next one")
    tolerance: float = setting(1e-4, low=0, help="stop when the largest slope is below this")
    improvement: float = setting(2.2e-9, low=0, help="stop when a step lowers the cost by less than this share of it")
    max_evaluations: int = setting(15000, low=1, help="the most evaluations of the cost")

    name = "lbfgs"
    whole_batch = True
    formula = "theta := theta - alpha H g, H the inverse curvature estimated from past steps"
    source = "Byrd, Lu, Nocedal, Zhu 1995, A limited memory algorithm for bound constrained optimization"

    def change(self, at: Step, out: Array) -> None:
        raise NotImplementedError("L-BFGS evaluates the whole batch; learning/lbfgs.py drives it")


def _blend(mean: Array, kept: float, scratch: Array) -> None:
    """``mean := kept mean + (1 - kept) scratch``; scratch is overwritten."""
    mean *= kept
    scratch *= 1 - kept
    mean += scratch


def _root(v: Array, epsilon: float, out: Array) -> None:
    np.sqrt(v, out=out)
    out += epsilon


OPTIMIZERS: Family[Optimizer] = Family(
    "optimizer",
    [GradientDescent, Momentum, Nesterov, RMSprop, Adam, AdamW, LBFGS],
    aliases={"sgd": "gradient_descent"},
)
