"""The table of figures, and ``draw``: the command ``plot``, its help, notebooks and documentation read it.

A new figure is one record here: a function that makes the scene, or a display.

>>> FIGURES["network"].needs
('network', 'parameters')
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.scenes.code import forward_code
from glassnet.glass.scenes.computation.chain import chain
from glassnet.glass.scenes.computation.diagram import computation_graph
from glassnet.glass.scenes.curves.activations import activation_curves
from glassnet.glass.scenes.curves.history import history_curves
from glassnet.glass.scenes.engines import engine_bars
from glassnet.glass.scenes.listing import ledger_lines, settings
from glassnet.glass.scenes.matrices.data import data_set
from glassnet.glass.scenes.matrices.product import matrix, product
from glassnet.glass.scenes.matrices.step import backward, update
from glassnet.glass.scenes.network.blocks import building_blocks
from glassnet.glass.scenes.network.collapse import collapse
from glassnet.glass.scenes.network.compact import compact
from glassnet.glass.scenes.network.diagram import network_diagram
from glassnet.glass.scenes.network.neuron import neuron
from glassnet.glass.scenes.scene import Scene
from glassnet.learning.fitted import fitted_of
from glassnet.pieces.tables import Table
from glassnet.views import of_models as of
from glassnet.views.displays import (
    CalibrationDisplay,
    ConfusionDisplay,
    CostSurfaceDisplay,
    CurveDisplay,
    DecisionBoundaryDisplay,
    DescentsDisplay,
    Display,
    DistributionsDisplay,
    FirstLayerDisplay,
    LayersDisplay,
    PredictionDisplay,
    UnitBoundariesDisplay,
)
from glassnet.views.options import (
    DIRECTIONS,
    FEATURE,
    FEATURES,
    JUDGE,
    LAYER,
    LENS,
    METRIC,
    REACH,
    ROW,
    SELECT,
    SHAPE,
    UNIT,
    Option,
)

Picture = Scene | Display
Rows = Literal["none", "optional", "needed"]


@dataclass(frozen=True)
class Figure:
    """One kind of picture.

    Args:
        name: its name in :func:`draw` and on the command line.
        help: what it shows, in a few words.
        of_model: makes it from a fitted model, rows ``X`` and their truth ``y``.
        of_parts: makes it from its parts (a network, a matrix, a history); its arguments say which. None where only a
            fitted model will do.
        rows: whether a model's picture needs rows.
        options: those of the command line; ``of_model`` takes them by name.
        by: what draws it.

    >>> FIGURES["network"].needs
    ('network', 'parameters')
    """

    name: str
    help: str
    of_model: Callable[..., Picture]
    of_parts: Callable[..., Picture] | None = None
    rows: Rows = "none"
    options: tuple[Option, ...] = ()
    by: Literal["glassnet", "matplotlib"] = "glassnet"

    @property
    def make(self) -> Callable[..., Picture]:
        """The maker from parts, or the one from a model."""
        return self.of_parts or self.of_model

    @property
    def needs(self) -> tuple[str, ...]:
        """The arguments of :attr:`make` without which the figure cannot be drawn."""
        return tuple(p.name for p in _arguments(self.make) if p.default is p.empty)

    @property
    def takes(self) -> tuple[str, ...]:
        """The arguments that may be left out."""
        return tuple(p.name for p in _arguments(self.make) if p.default is not p.empty)


def _display(name: str, help: str, make: Callable[..., Display], rows: Rows, *options: Option) -> Figure:
    return Figure(name, help, make, rows=rows, options=options, by="matplotlib")


FIGURES: Table[Figure] = Table(
    "picture",
    [
        Figure("network", "every unit, edge and bias, with their numbers",
               of.network_of_model, network_diagram, "optional", (ROW, LENS, SELECT)),
        Figure("neuron", "one unit in its two halves: the sum z and the activation a",
               of.neuron_of_model, neuron, "needed", (LAYER, ROW)),
        Figure("compact", "one block a layer, with the shapes of its parameters",
               of.compact_of_model, compact),
        Figure("blocks", "forward blocks with their caches, backward blocks with their gradients",
               of.blocks_of_model, building_blocks, "optional"),
        Figure("graph", "a computation graph with its values and derivatives; of a model, that of its cost",
               of.graph_of_model, computation_graph, "needed", (ROW,)),
        Figure("matrix", "a matrix as a grid of numbers; of a model, the weights of a layer",
               of.matrix_of_model, matrix, options=(LAYER,)),
        Figure("product", "a matrix product, one of its cells written out; of a model, that of a layer",
               of.product_of_model, product, "needed", (LAYER, ROW)),
        Figure("chain", "the cost's chain rule: values forward, derivatives backward, whole matrices",
               of.chain_of_model, chain, "needed", (ROW,)),
        Figure("backward", "back propagation as equations of whole matrices",
               of.backward_of_model, backward, "needed", (ROW,)),
        Figure("update", "the update of a layer, all its weights at once",
               of.update_of_model, update, "needed", (LAYER, ROW)),
        Figure("ledger", "the lines of a training step, set as at the blackboard",
               of.ledger_of_model, ledger_lines, "needed", (ROW,)),
        Figure("code", "the forward pass by loops, vectors, matrices and the engine, with measured times",
               of.code_of_model, forward_code, "needed"),
        Figure("engines", "the same epoch by loops, vectors, matrices and the kernels, with measured times",
               of.engines_of_model, engine_bars, "needed"),
        Figure("collapse", "linear layers and the one layer that equals them",
               of.collapse_of_model, collapse),
        Figure("data", "a data set as matrices, features by examples",
               of.data_of_model, data_set, "needed"),
        Figure("settings", "parameters, which are learned, and hyperparameters, which are set",
               of.settings_of_model, settings),
        Figure("activation", "activations with their derivatives", of.activations_of_model, activation_curves),
        Figure("history", "the cost by epoch, on training and validation rows",
               of.history_of_model, history_curves, options=(METRIC,)),
        _display("curve", "the answer over one column with the rows; of two classes the sigmoid and its threshold",
                 CurveDisplay.from_estimator, "needed", FEATURE),
        _display("layers", "what each layer adds: the rows as every layer sees them",
                 LayersDisplay.from_estimator, "needed"),
        Figure("descents", "gradient descent with several learning rates on one cost surface",
               of.descents_of_model, DescentsDisplay.from_network, "needed", by="matplotlib"),
        _display("boundary", "the answer over the plane of two columns",
                 DecisionBoundaryDisplay.from_estimator, "needed", FEATURES, UNIT),
        _display("units", "the boundary of each unit of a layer",
                 UnitBoundariesDisplay.from_estimator, "needed", FEATURES, LAYER),
        _display("surface", "the cost over a plane through the parameters",
                 CostSurfaceDisplay.from_estimator, "needed", DIRECTIONS, REACH),
        _display("weights", "the first layer's weights as images", FirstLayerDisplay.from_estimator, "none", SHAPE),
        _display("distributions", "weights and gradients by layer", DistributionsDisplay.from_estimator, "optional"),
        _display("confusion", "true against predicted classes", ConfusionDisplay.from_estimator, "needed", JUDGE),
        _display("calibration", "predicted probabilities against observed fractions",
                 CalibrationDisplay.from_estimator, "needed", JUDGE),
        _display("predictions", "predicted against true numbers", PredictionDisplay.from_estimator, "needed", JUDGE),
        _display("residuals", "what a regression leaves unexplained",
                 partial(PredictionDisplay.from_estimator, kind="residuals"), "needed", JUDGE),
    ],
)  # fmt: skip
"""Every figure."""


def draw(kind: str, *subjects: object, **options: object) -> Picture:
    """A picture.

    Args:
        kind: a name from ``FIGURES``.
        subjects: a fitted model, with rows and their truth where the figure needs them; or the figure's parts, in the
            order of ``FIGURES[kind].needs``.
        options: what it also takes, by name.

    Raises:
        UnknownName: there is no such kind.
        InvalidInput: something it needs is missing, or an option it does not take was given.

    >>> draw("product", [[1, 2, 3]], [[4], [1], [3]]).title
    'Matrix product'
    """
    figure = FIGURES[kind]
    make = figure.of_model if figure.of_parts is None or _is_model(*subjects[:1]) else figure.of_parts
    try:
        inspect.signature(make).bind(*subjects, **options)
    except TypeError as error:
        raise InvalidInput(
            f"the picture {kind!r} is drawn of {' and '.join(figure.needs)}",
            seen=str(error),
            remedy=f"it also takes {', '.join(figure.takes)}",
        ) from None
    return make(*subjects, **options)


def _is_model(subject: object = None) -> bool:
    try:
        fitted_of(subject)
    except InvalidType:
        return False
    return True


def _arguments(make: Callable[..., Picture]) -> list[inspect.Parameter]:
    return list(inspect.signature(make).parameters.values())
