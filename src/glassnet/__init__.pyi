"""For type checkers: the names that ``__init__.py`` loads when first used. Written by tests/public_names.py."""

import glassnet.graph as graph
from glassnet.cluster.local import LocalCluster
from glassnet.cluster.on_ray import RayCluster
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.splitting.options import SplitBy
from glassnet.data.streams.dataset import Dataset
from glassnet.data.target import TargetEncoder
from glassnet.data.unfamiliar import UnfamiliarWarning
from glassnet.engines.choice import ENGINES, choose
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import GlassnetError
from glassnet.estimators.linear.logistic import LogisticRegression
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.estimators.mlp.regressor import MLPRegressor
from glassnet.estimators.table.experiment import Experiment, experiment
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.presets import PRESETS
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.table.regressor import TabularRegressor
from glassnet.estimators.table.tabular import TabularClassifier
from glassnet.estimators.warnings import DivergenceWarning, SingleClassWarning
from glassnet.files import describe, load, save
from glassnet.glass.collapsed import collapsed
from glassnet.glass.compare_engines import EngineComparison, compare_engines
from glassnet.glass.compare_runs import first_difference
from glassnet.glass.gradients.cost_graph import cost_graph
from glassnet.glass.gradients.gradcheck import GradCheck, gradcheck
from glassnet.glass.ledger import Ledger, ledger
from glassnet.glass.scenes import Scene
from glassnet.glass.tracing.trace import Trace, trace
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import load_checkpoint, save_checkpoint
from glassnet.learning.history import History
from glassnet.learning.metrics import METRICS, Metric
from glassnet.learning.progress import Progress
from glassnet.learning.run import Callback, TimeLimit
from glassnet.learning.states.recorder import StateRecorder
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import Outcome, train
from glassnet.lessons import LESSONS
from glassnet.network.layers import LAYERS, Dense, Dropout, Layer
from glassnet.network.mix import Mix
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.parameters import Parameter, Parameters
from glassnet.network.periodic import Periodic
from glassnet.network.scale import Scale
from glassnet.pieces.activation import Activation, own_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.initializers import INITIALIZERS, Initializer
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import OPTIMIZERS, Optimizer
from glassnet.pieces.own_loss import own_loss
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES, Schedule
from glassnet.studio import studio
from glassnet.version import __version__
from glassnet.views.displays import (
    ActivationsDisplay,
    CalibrationDisplay,
    ConfusionDisplay,
    CostSurfaceDisplay,
    CurveDisplay,
    DecisionBoundaryDisplay,
    DescentsDisplay,
    DistributionRecorder,
    DistributionsDisplay,
    FirstLayerDisplay,
    HistoryDisplay,
    LayersDisplay,
    PathRecorder,
    PredictionDisplay,
    UnitBoundariesDisplay,
)
from glassnet.views.explain import Explanation, Importance, explain, importance
from glassnet.views.figures import FIGURES, draw

__all__ = [
    "ACTIVATIONS",
    "ENGINES",
    "FIGURES",
    "INITIALIZERS",
    "LAYERS",
    "LESSONS",
    "LINKS",
    "LOSSES",
    "METRICS",
    "OPTIMIZERS",
    "PRESETS",
    "SCHEDULES",
    "Activation",
    "ActivationsDisplay",
    "BatchNorm",
    "CalibrationDisplay",
    "Callback",
    "Checkpointing",
    "Clipping",
    "ConfusionDisplay",
    "CostSurfaceDisplay",
    "CurveDisplay",
    "Dataset",
    "DecisionBoundaryDisplay",
    "Dense",
    "DescentsDisplay",
    "DistributionRecorder",
    "DistributionsDisplay",
    "DivergenceWarning",
    "Dropout",
    "EngineComparison",
    "Experiment",
    "Explanation",
    "FirstLayerDisplay",
    "GlassnetError",
    "GradCheck",
    "History",
    "HistoryDisplay",
    "Importance",
    "Initializer",
    "Layer",
    "LayerNorm",
    "LayersDisplay",
    "Ledger",
    "LinearRegression",
    "LocalCluster",
    "LogisticRegression",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "Metric",
    "Mix",
    "Network",
    "Optimizer",
    "Outcome",
    "Parameter",
    "Parameters",
    "PathRecorder",
    "Penalties",
    "Periodic",
    "Plan",
    "PredictionDisplay",
    "Progress",
    "RayCluster",
    "ReadOptions",
    "Recipe",
    "Rows",
    "Scale",
    "Scene",
    "Schedule",
    "SingleClassWarning",
    "SplitBy",
    "State",
    "StateRecorder",
    "Stopping",
    "TableEncoder",
    "TableModel",
    "TabularClassifier",
    "TabularRegressor",
    "TargetEncoder",
    "TimeLimit",
    "Trace",
    "UnfamiliarWarning",
    "UnitBoundariesDisplay",
    "__version__",
    "choose",
    "collapsed",
    "compare_engines",
    "cost_graph",
    "describe",
    "draw",
    "experiment",
    "explain",
    "first_difference",
    "gradcheck",
    "graph",
    "importance",
    "ledger",
    "load",
    "load_checkpoint",
    "open_source",
    "own_activation",
    "own_loss",
    "save",
    "save_checkpoint",
    "studio",
    "trace",
    "train",
]
