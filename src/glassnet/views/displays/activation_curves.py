"""Activations with their derivatives (deck, *Activation functions*)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.style import tone
from glassnet.network.layer import Activated
from glassnet.pieces.activation import Activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.views.displays.display import Display
from glassnet.views.subjects import subject_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ActivationsDisplay(Display):
    """``a = g(z)`` and its slope ``g'(z)``, a panel for each activation.

    Args:
        activations: the records.
        z: where they are drawn, (q,).

    >>> display = ActivationsDisplay.from_names(["relu", "tanh"])
    >>> float(display.slopes["tanh"].max())
    1.0
    """

    def __init__(self, activations: Iterable[Activation], z: Array | None = None) -> None:
        self.activations = tuple(activations)
        self.z = np.linspace(-4, 4, 401) if z is None else np.asarray(z, np.float64)
        self.values = {g.name: g(self.z) for g in self.activations}
        self.slopes = {g.name: g.prime(self.z) for g in self.activations}

    @classmethod
    def from_names(cls, names: Iterable[str | Activation] | None = None, z: Array | None = None) -> ActivationsDisplay:
        """Of some activations by name, or of all there are.

        Args:
            names: names or records; None takes the whole table.
            z: where they are drawn, (q,); None is -4 ... 4.

        Raises:
            UnknownName: there is no such activation.
        """
        return cls([ACTIVATIONS.find(name) for name in (ACTIVATIONS if names is None else names)], z)

    @classmethod
    def from_estimator(cls, model: Any) -> ActivationsDisplay:
        """Of those that a model uses, its output's among them.

        Args:
            model: a fitted estimator, a ``TableModel``, or ``(network, parameters)``.
        """
        network = subject_of(model).network
        used = [layer.g for layer in network.layers[:-1] if isinstance(layer, Activated)]
        if network.link.name in ACTIVATIONS:
            used.append(ACTIVATIONS[network.link.name])
        used = list({g.name: g for g in used if g.name != "identity"}.values())
        if not used:
            raise InvalidInput("no layer of this network has an activation that is a curve", remedy="see from_names()")
        return cls(used)

    @property
    def title(self) -> str:
        return "activations a = g(z) and their slopes g'(z)"

    def _size(self) -> tuple[float, float]:
        columns = int(np.ceil(np.sqrt(len(self.activations))))
        return 3.2 * columns, 2.5 * int(np.ceil(len(self.activations) / columns)) + 0.3

    def _draw(self, ax: Axes) -> None:
        for panel, g in zip(self._panels(ax, len(self.activations)), self.activations, strict=True):
            panel.axhline(0, color=tone("faint"), linewidth=0.6)
            panel.axvline(0, color=tone("faint"), linewidth=0.6)
            panel.plot(self.z, self.values[g.name], label="g(z)")
            panel.plot(self.z, self.slopes[g.name], "--", label="g'(z)")
            low, high = min(-1.2, -0.2 + max(-2.0, self.values[g.name].min())), 2.2
            panel.set(title=g.name, ylim=(low, high))
        self.axes_[0].legend(loc="upper left")
