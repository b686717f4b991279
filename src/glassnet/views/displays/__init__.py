"""Displays: pictures by matplotlib, in scikit-learn's Display manner. The data are on the object; drawing is apart."""

from glassnet.views.displays.activation_curves import ActivationsDisplay
from glassnet.views.displays.boundary import DecisionBoundaryDisplay, UnitBoundariesDisplay
from glassnet.views.displays.display import Display
from glassnet.views.displays.distributions import DistributionsDisplay
from glassnet.views.displays.first_layer import FirstLayerDisplay
from glassnet.views.displays.history import HistoryDisplay
from glassnet.views.displays.judged import CalibrationDisplay, ConfusionDisplay, PredictionDisplay, ResidualsDisplay
from glassnet.views.displays.kinds import DISPLAYS, DisplayKind
from glassnet.views.displays.recorders import DistributionRecorder, PathRecorder
from glassnet.views.displays.surface import CostSurfaceDisplay

__all__ = [
    "DISPLAYS",
    "ActivationsDisplay",
    "CalibrationDisplay",
    "ConfusionDisplay",
    "CostSurfaceDisplay",
    "DecisionBoundaryDisplay",
    "Display",
    "DisplayKind",
    "DistributionRecorder",
    "DistributionsDisplay",
    "FirstLayerDisplay",
    "HistoryDisplay",
    "PathRecorder",
    "PredictionDisplay",
    "ResidualsDisplay",
    "UnitBoundariesDisplay",
]
