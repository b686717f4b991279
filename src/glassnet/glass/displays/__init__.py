"""Displays: pictures by matplotlib, in scikit-learn's Display manner. The data are on the object; drawing is apart."""

from glassnet.glass.displays.activation_curves import ActivationsDisplay
from glassnet.glass.displays.boundary import DecisionBoundaryDisplay, UnitBoundariesDisplay
from glassnet.glass.displays.display import Display
from glassnet.glass.displays.distributions import DistributionsDisplay
from glassnet.glass.displays.first_layer import FirstLayerDisplay
from glassnet.glass.displays.history import HistoryDisplay
from glassnet.glass.displays.judged import CalibrationDisplay, ConfusionDisplay, PredictionDisplay, ResidualsDisplay
from glassnet.glass.displays.kinds import DISPLAYS, DisplayKind
from glassnet.glass.displays.recorders import DistributionRecorder, PathRecorder
from glassnet.glass.displays.surface import CostSurfaceDisplay

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
