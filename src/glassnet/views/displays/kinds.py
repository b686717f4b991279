"""The table of displays: what ``glassnet plot KIND`` can draw, what each needs, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glassnet.pieces.tables import Table
from glassnet.views.displays.activation_curves import ActivationsDisplay
from glassnet.views.displays.boundary import DecisionBoundaryDisplay, UnitBoundariesDisplay
from glassnet.views.displays.display import Display
from glassnet.views.displays.distributions import DistributionsDisplay
from glassnet.views.displays.first_layer import FirstLayerDisplay
from glassnet.views.displays.history import HistoryDisplay
from glassnet.views.displays.judged import CalibrationDisplay, ConfusionDisplay, PredictionDisplay, ResidualsDisplay
from glassnet.views.displays.surface import CostSurfaceDisplay


@dataclass(frozen=True)
class DisplayKind:
    """One kind of display.

    Args:
        name: its name on the command line.
        cls: the class; its ``from_estimator`` makes it.
        data: "needed", "optional" or "none".
        help: what is seen, in a few words.
        settings: names of keyword arguments that ``from_estimator`` takes.
    """

    name: str
    cls: type[Display]
    data: str
    help: str
    settings: tuple[str, ...] = ()

    def make(self, model: Any, data: Any = None, **settings: Any) -> Display:
        """The display of a model, and of a table where it needs one."""
        made: Callable[..., Display] = self.cls.from_estimator  # type: ignore[attr-defined]  # every one has it
        return made(model, **settings) if self.data == "none" else made(model, data, **settings)


DISPLAYS: Table[DisplayKind] = Table(
    "display",
    [
        DisplayKind("history", HistoryDisplay, "none", "the cost by epoch, on training and held-out rows", ("metric",)),
        DisplayKind("activations", ActivationsDisplay, "none", "the activations a model uses, with their slopes"),
        DisplayKind(
            "boundary",
            DecisionBoundaryDisplay,
            "needed",
            "the answer over the plane of two columns",
            ("features", "unit"),
        ),
        DisplayKind(
            "units", UnitBoundariesDisplay, "needed", "the boundary of each unit of a layer", ("features", "layer")
        ),
        DisplayKind(
            "surface",
            CostSurfaceDisplay,
            "needed",
            "the cost over a plane through the parameters",
            ("directions", "reach"),
        ),
        DisplayKind("weights", FirstLayerDisplay, "none", "the first layer's weights as images", ("shape",)),
        DisplayKind("distributions", DistributionsDisplay, "optional", "weights and gradients by layer"),
        DisplayKind("confusion", ConfusionDisplay, "needed", "truth against the model's answers"),
        DisplayKind("calibration", CalibrationDisplay, "needed", "probabilities against what is found"),
        DisplayKind("predictions", PredictionDisplay, "needed", "predicted against true numbers"),
        DisplayKind("residuals", ResidualsDisplay, "needed", "what a regression leaves unexplained"),
    ],
)
"""Every kind of display."""
