"""Displays: pictures by matplotlib, in scikit-learn's Display manner. The data are on the object; drawing is apart."""

from glassnet.views.displays.boundary import DecisionBoundaryDisplay, UnitBoundariesDisplay
from glassnet.views.displays.calibration import CalibrationDisplay
from glassnet.views.displays.confusion import ConfusionDisplay
from glassnet.views.displays.curve import CurveDisplay
from glassnet.views.displays.curves import ActivationsDisplay, HistoryDisplay
from glassnet.views.displays.descents import DescentsDisplay
from glassnet.views.displays.display import Display
from glassnet.views.displays.distributions import DistributionsDisplay
from glassnet.views.displays.first_layer import FirstLayerDisplay
from glassnet.views.displays.layers import LayersDisplay
from glassnet.views.displays.predictions import PredictionDisplay
from glassnet.views.displays.recorders import DistributionRecorder, PathRecorder
from glassnet.views.displays.surface import CostSurfaceDisplay

__all__ = [
    "ActivationsDisplay",
    "CalibrationDisplay",
    "ConfusionDisplay",
    "CostSurfaceDisplay",
    "CurveDisplay",
    "DecisionBoundaryDisplay",
    "DescentsDisplay",
    "Display",
    "DistributionRecorder",
    "DistributionsDisplay",
    "FirstLayerDisplay",
    "HistoryDisplay",
    "LayersDisplay",
    "PathRecorder",
    "PredictionDisplay",
    "UnitBoundariesDisplay",
]
