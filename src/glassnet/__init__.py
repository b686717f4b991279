"""glassnet: neural networks you can see through.

>>> import glassnet
>>> model = glassnet.MLPClassifier((20,), max_iter=300, random_state=0)
>>> net = glassnet.Network(3, [glassnet.Dense(4, "relu"), glassnet.Dense(1)], loss="binary_cross_entropy")
"""

from __future__ import annotations

import importlib

from glassnet.notebook_hook import set_renderer
from glassnet.version import __version__

# Module -> the public names that live in it. Loaded when first used, so that `import glassnet` stays light.
_HOMES = {
    "errors": ["GlassnetError"],
    "pieces.activation": ["Activation", "own_activation"],
    "pieces.activations": ["ACTIVATIONS"],
    "pieces.initializers": ["INITIALIZERS", "Initializer"],
    "pieces.links": ["LINKS"],
    "pieces.losses": ["LOSSES", "Loss"],
    "pieces.optimizers": ["OPTIMIZERS", "Optimizer"],
    "pieces.own_loss": ["own_loss"],
    "pieces.penalties": ["Clipping", "Penalties"],
    "pieces.schedules": ["SCHEDULES", "Schedule"],
    "data.reading.opening": ["open_source"],
    "data.reading.options": ["ReadOptions"],
    "data.splitting.options": ["SplitBy"],
    "data.streams.dataset": ["Dataset"],
    "data.encoder": ["TableEncoder"],
    "data.target": ["TargetEncoder"],
    "network.layers": ["LAYERS", "Dense", "Dropout", "Layer"],
    "network.mix": ["Mix"],
    "network.norms": ["BatchNorm", "LayerNorm"],
    "network.periodic": ["Periodic"],
    "network.scale": ["Scale"],
    "network.network": ["Network"],
    "network.parameters": ["Parameter", "Parameters"],
    "engines.choice": ["ENGINES", "choose"],
    "engines.plan": ["Plan", "Rows"],
    "engines.state": ["State"],
    "learning.run": ["Callback", "TimeLimit"],
    "learning.checkpointing": ["Checkpointing"],
    "learning.checkpoints": ["load_checkpoint", "save_checkpoint"],
    "learning.history": ["History"],
    "learning.metrics": ["METRICS", "Metric"],
    "learning.progress": ["Progress"],
    "learning.states.recorder": ["StateRecorder"],
    "learning.stopping": ["Stopping"],
    "learning.training": ["Outcome", "train"],
    "cluster.local": ["LocalCluster"],
    "cluster.on_ray": ["RayCluster"],
    "views.displays": [
        "ActivationsDisplay",
        "CalibrationDisplay",
        "ConfusionDisplay",
        "CostSurfaceDisplay",
        "CurveDisplay",
        "DecisionBoundaryDisplay",
        "DescentsDisplay",
        "DistributionRecorder",
        "DistributionsDisplay",
        "FirstLayerDisplay",
        "HistoryDisplay",
        "LayersDisplay",
        "PathRecorder",
        "PredictionDisplay",
        "UnitBoundariesDisplay",
    ],
    "glass.collapsed": ["collapsed"],
    "glass.gradients.cost_graph": ["cost_graph"],
    "views.figures": ["FIGURES", "draw"],
    "views.explain": ["Explanation", "Importance", "explain", "importance"],
    "glass.gradients.gradcheck": ["GradCheck", "gradcheck"],
    "glass.ledger": ["Ledger", "ledger"],
    "glass.scenes": ["Scene"],
    "glass.tracing.trace": ["Trace", "trace"],
    "glass.compare_engines": ["EngineComparison", "compare_engines"],
    "glass.compare_runs": ["first_difference"],
    "data.unfamiliar": ["UnfamiliarWarning"],
    "estimators.linear.regression": ["LinearRegression"],
    "estimators.linear.logistic": ["LogisticRegression"],
    "estimators.mlp.classifier": ["MLPClassifier"],
    "estimators.mlp.regressor": ["MLPRegressor"],
    "estimators.table.recipe": ["Recipe"],
    "estimators.table.experiment": ["Experiment", "experiment"],
    "estimators.table.model": ["TableModel"],
    "estimators.table.presets": ["PRESETS"],
    "estimators.table.regressor": ["TabularRegressor"],
    "estimators.table.tabular": ["TabularClassifier"],
    "estimators.warnings": ["DivergenceWarning", "SingleClassWarning"],
    "files": ["describe", "load", "save"],
    "lessons": ["LESSONS"],
    "studio": ["studio"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_MODULES = ["graph"]  # public as a whole: glassnet.graph.grad

__all__ = ["__version__", *_MODULES, *_HOME_OF]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return importlib.import_module(f"glassnet.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"glassnet.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


# In notebooks networks, histories, traces and graphs are drawn by the glass, which is loaded when one is shown.
set_renderer(lambda thing: importlib.import_module("glassnet.views.notebook").bundle(thing))
