"""Optimizers: from the gradient to the change of the parameters (Intro to Neural Networks, *Gradient descent*).

In order of increasing complexity.

>>> OPTIMIZERS.make("adam").slots
('mean', 'mean_square')
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.optimizer import Optimizer as Optimizer
from glassnet.pieces.optimizer import Step as Step
from glassnet.pieces.optimizer import StepValues
from glassnet.pieces.settings import setting
from glassnet.pieces.tables import Family


def _rate(default: float) -> float:
    return setting(default, low=0, above=True, help="learning rate alpha, before its schedule")


def _kept_velocity() -> float:
    return setting(0.9, low=0, high=1, help="share of the velocity kept")


def _share(default: float, help: str) -> float:
    return setting(default, low=0, high=1, below=True, help=help)


def _small(default: float) -> float:
    return setting(default, low=0, above=True, help="keeps the division finite")


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """Gradient descent, the same rate for every parameter.

    >>> theta, gradient, out = np.ones(1), np.array([2.0]), np.empty(1)
    >>> GradientDescent().change(Step(theta, gradient, np.empty((0, 1)), 1, 0.1, 1), out)
    >>> out.tolist()
    [-0.2]
    """

    learning_rate: float = _rate(0.1)

    name = "gradient_descent"
    aliases = ("sgd",)
    formula = "theta := theta - alpha g"
    source = "Intro to Neural Networks, Gradient descent"

    def change(self, at: Step, out: Array) -> None:
        np.multiply(at.gradient, -at.alpha, out=out)

    def expression(self, ns: Operations, at: StepValues) -> Value:
        return at.theta - at.alpha * at.gradient


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Gradient descent with momentum; the learning rate is inside the velocity (scikit-learn's form, not PyTorch's).

    Args:
        learning_rate: alpha.
        momentum: the share of the velocity kept from step to step.
    """

    learning_rate: float = _rate(0.01)
    momentum: float = _kept_velocity()

    name = "momentum"
    slots, powers = ("velocity",), (1,)
    symbols = ("v",)
    formula = "v := mu v - alpha g; theta := theta + v"
    source = "Polyak 1964; Rumelhart, Hinton, Williams 1986"

    def change(self, at: Step, out: Array) -> None:
        out[...] = _accelerate(at, self.momentum, out)

    def expression(self, ns: Operations, at: StepValues) -> Value:
        return at.theta + _new_velocity(ns, ns.named("mu", self.momentum), at)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Nesterov's momentum: the velocity is looked ahead by one step (in the form of Sutskever et al. 2013).

    Args:
        learning_rate, momentum: as in :class:`Momentum`.
    """

    learning_rate: float = _rate(0.01)
    momentum: float = _kept_velocity()

    name = "nesterov"
    slots, powers = ("velocity",), (1,)
    symbols = ("v",)
    formula = "v := mu v - alpha g; theta := theta + mu v - alpha g"
    source = "Nesterov 1983; Sutskever, Martens, Dahl, Hinton 2013"

    def change(self, at: Step, out: Array) -> None:
        v = _accelerate(at, self.momentum, out)
        np.subtract(self.momentum * v, out, out=out)

    def expression(self, ns: Operations, at: StepValues) -> Value:
        mu = ns.named("mu", self.momentum)
        return at.theta + mu * _new_velocity(ns, mu, at) - at.alpha * at.gradient


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """RMSprop: each step divided by the recent size of the derivative; epsilon outside the root, not centered.

    Args:
        learning_rate: alpha.
        decay: the share kept of the mean square.
        epsilon: keeps the division finite.
    """

    learning_rate: float = _rate(0.001)
    decay: float = _share(0.9, "share kept of the mean square")
    epsilon: float = _small(1e-8)

    name = "rmsprop"
    slots, powers = ("mean_square",), (2,)
    symbols = ("v",)
    formula = "v := rho v + (1 - rho) g^2; theta := theta - alpha g / (sqrt(v) + eps)"
    source = "Tieleman, Hinton 2012, Coursera lecture 6.5"

    def change(self, at: Step, out: Array) -> None:
        v = at.slots[0]
        _blend(v, self.decay, np.multiply(at.gradient, at.gradient, out=out))
        _root(v, self.epsilon, out)
        np.divide(at.gradient, out, out=out)
        out *= -at.alpha

    def expression(self, ns: Operations, at: StepValues) -> Value:
        v = _new_mean(ns, "mean_square", ns.named("rho", self.decay), at.slots[0], at.gradient**2)
        return at.theta - at.alpha * at.gradient / (ns.sqrt(v) + ns.named("eps", self.epsilon))


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
    slots, powers = ("mean", "mean_square"), (1, 2)
    symbols = ("m", "v")
    formula = (
        "m := beta1 m + (1 - beta1) g; v := beta2 v + (1 - beta2) g^2; "
        "alpha_t = alpha sqrt(1 - beta2^t) / (1 - beta1^t); theta := theta - alpha_t m / (sqrt(v) + eps)"
    )
    source = "Kingma, Ba 2015, arXiv 1412.6980, end of section 2"

    def change(self, at: Step, out: Array) -> None:
        _adam_change(self, at, out)

    def expression(self, ns: Operations, at: StepValues) -> Value:
        return at.theta - _adam_step(ns, self, at)


@dataclass(frozen=True)
class AdamW(Optimizer):
    """Adam with decoupled weight decay: weights (not biases) also shrink by ``alpha * weight_decay`` of themselves.

    Args:
        learning_rate, beta_1, beta_2, epsilon: as in :class:`Adam`.
        weight_decay: lambda, multiplied by the learning rate of the step (PyTorch's form).
    """

    learning_rate: float = _rate(0.001)
    beta_1: float = _share(0.9, "share kept of the mean gradient")
    beta_2: float = _share(0.999, "share kept of the mean square")
    epsilon: float = _small(1e-8)
    weight_decay: float = setting(0.01, low=0, help="share of each weight taken away, times the learning rate")

    name = "adamw"
    slots, powers, symbols = Adam.slots, Adam.powers, Adam.symbols
    formula = Adam.formula + " - alpha lambda theta"
    source = "Loshchilov, Hutter 2019, arXiv 1711.05101"

    def change(self, at: Step, out: Array) -> None:
        _adam_change(self, at, out)
        out[: at.decayed] -= (at.alpha * at.decay * self.weight_decay) * at.theta[: at.decayed]

    def expression(self, ns: Operations, at: StepValues) -> Value:
        alpha = at.alpha if at.decay == 1 else at.decay * at.alpha
        decayed = at.theta - alpha * ns.named("lambda", self.weight_decay) * at.theta
        return ns.where(at.decays, decayed, at.theta) - _adam_step(ns, self, at)


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """L-BFGS: second-order steps on the cost of all examples at once; no learning rate to choose.

    Args:
        learning_rate: not used; a line search finds the step.
        history: how many past steps shape the next one.
        tolerance: stop when the largest derivative is below this.
        improvement: stop when a step lowers the cost by less than this share of it.
        max_evaluations: the most evaluations of cost and gradient.
    """

    learning_rate: float = setting(1.0, low=0, above=True, help="not used: the line search finds the step")
    history: int = setting(10, low=1, help="how many past steps shape the next one")
    tolerance: float = setting(1e-4, low=0, help="stop when the largest derivative is below this")
    improvement: float = setting(2.2e-9, low=0, help="stop when a step lowers the cost by less than this share of it")
    max_evaluations: int = setting(15000, low=1, help="the most evaluations of the cost")

    name = "lbfgs"
    whole_batch = True
    formula = "theta := theta - alpha H g, H the inverse curvature estimated from past steps"
    source = "Liu, Nocedal 1989, On the limited memory BFGS method for large scale optimization"


# -- what several share ------------------------------------------------------------------------------------------------


def _accelerate(at: Step, momentum: float, scratch: Array) -> Array:
    """``v := momentum v - alpha g``, and ``alpha g`` in scratch."""
    v: Array = at.slots[0]
    v *= momentum
    np.multiply(at.gradient, at.alpha, out=scratch)
    v -= scratch
    return v


def _new_velocity(ns: Operations, mu: Value, at: StepValues) -> Value:
    return ns.named("velocity", mu * at.slots[0] - at.alpha * at.gradient)


def _adam_change(o: Adam | AdamW, at: Step, out: Array) -> None:
    m, v = at.slots
    np.copyto(out, at.gradient)
    _blend(m, o.beta_1, out)
    _blend(v, o.beta_2, np.multiply(at.gradient, at.gradient, out=out))
    _root(v, o.epsilon, out)
    np.divide(m, out, out=out)
    out *= -at.alpha * sqrt(1 - o.beta_2**at.number) / (1 - o.beta_1**at.number)


def _adam_step(ns: Operations, o: Adam | AdamW, at: StepValues) -> Value:
    beta1, beta2 = ns.named("beta1", o.beta_1), ns.named("beta2", o.beta_2)
    m = _new_mean(ns, "mean", beta1, at.slots[0], at.gradient)
    v = _new_mean(ns, "mean_square", beta2, at.slots[1], at.gradient**2)
    rate = ns.named("alpha_t", at.alpha * ns.sqrt(1 - beta2**at.number) / (1 - beta1**at.number))
    return rate * m / (ns.sqrt(v) + ns.named("eps", o.epsilon))


def _new_mean(ns: Operations, name: str, kept: Value, mean: Value, x: Value) -> Value:
    return ns.named(name, kept * mean + (1 - kept) * x)


def _blend(mean: Array, kept: float, scratch: Array) -> None:
    """``mean := kept mean + (1 - kept) scratch``; scratch is overwritten."""
    mean *= kept
    scratch *= 1 - kept
    mean += scratch


def _root(v: Array, epsilon: float, out: Array) -> None:
    np.sqrt(v, out=out)
    out += epsilon


OPTIMIZERS: Family[Optimizer] = Family("optimizer", [GradientDescent, Momentum, Nesterov, RMSprop, Adam, AdamW, LBFGS])
