"""The table of scenes of a trained model and rows of its table: what ``glassnet plot KIND`` draws itself.

A scene needs arrays, a network, a trace; what these are of a model of a whole table is said here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from glassnet.errors import InvalidInput
from glassnet.glass.gradients.cost_graph import cost_graph
from glassnet.glass.scenes import SCENES, Scene, draw, draw_from, seen_in
from glassnet.glass.scenes.network.reading import output_names
from glassnet.pieces.tables import Table
from glassnet.views.displays import ActivationsDisplay

FEW = 6  # rows of a product


@dataclass(frozen=True)
class ModelScene:
    """One kind of scene, as a :class:`~glassnet.views.displays.kinds.DisplayKind` is one of display.

    Args:
        name: its name on the command line, and in ``SCENES``.
        draw: makes it of the model, of its table or None, and of the settings.
        help: what is seen, in a few words.
        data: "needed", "optional" or "none".
        settings: names of keyword arguments that ``draw`` takes.
    """

    name: str
    draw: Callable[..., Scene]
    help: str
    data: str = "none"
    settings: tuple[str, ...] = ()

    def make(self, model: Any, data: Any = None, **settings: Any) -> Scene:
        """The scene of a fitted ``TableModel``, and of a table (a ``Source``) where it needs one."""
        return self.draw(model, data, **settings)


def _known(model: Any) -> dict[str, Any]:
    return {
        "network": model.network,
        "parameters": model.parameters,
        "names": model.encoder.output_names,
        "outputs": output_names(model.network, model.target.classes) or _target(model),
    }


def _target(model: Any) -> list[str] | None:
    """The column that is predicted, for the one output of a regression."""
    return [model.target.name] if model.network.outputs == 1 and model.target.classes is None else None


def _row(source: Any, row: int) -> int:
    if not 1 <= row <= source.rows:
        raise InvalidInput(f"{source.label} has the rows 1 to {source.rows}", seen=f"row {row}")
    return row


def _pass(model: Any, source: Any, row: int) -> dict[str, Any]:
    """A training step on one row; where the table has no target, as new rows have none, forward propagation alone."""
    if model.target.name in source.names:
        return seen_in(model.trace(source, rows=[_row(source, row)]))
    forward_pass = model.network.forward(
        model.encoder.transform(source.take([_row(source, row) - 1])), model.parameters
    )
    return {
        "forward_pass": SimpleNamespace(A=forward_pass.A, Z=forward_pass.Z, caches=forward_pass.caches, rows=(row,))
    }


def _network(model: Any, source: Any, row: int = 1) -> Scene:
    seen = {} if source is None else _pass(model, source, row)
    return draw_from("network", {**seen, **_known(model)})


def _compact(model: Any, source: Any) -> Scene:
    return draw("compact", model.network)


def _blocks(model: Any, source: Any) -> Scene:
    return draw("blocks", model.network, m=None if source is None else source.rows)


def _activation(model: Any, source: Any) -> Scene:
    return draw("activation", [g.name for g in ActivationsDisplay.from_estimator(model).activations])


def _graph(model: Any, source: Any, row: int = 1) -> Scene:
    return draw("graph", cost_graph(model.trace(source, rows=[_row(source, row)])))


def _weights(model: Any, l: int) -> Any:
    """``W[l]``, or an error where layer ``l`` has none."""
    if l not in model.parameters.W:
        have = ", ".join(map(str, model.parameters.W))
        raise InvalidInput(f"there is no weight matrix W[{l}]", seen=f"layers with weights: {have}")
    return model.parameters.W[l]


def _matrix(model: Any, source: Any, layer: int = 1) -> Scene:
    return draw("matrix", _weights(model, layer), name=f"W[{layer}]")


def _product(model: Any, source: Any, layer: int = 1, row: int | None = None) -> Scene:
    """``A[l-1] W[l]^T + b[l]`` of one row, or of the first ones."""
    l, W = layer, _weights(model, layer)
    chosen = range(min(FEW, source.rows)) if row is None else [_row(source, row) - 1]
    forward_pass = model.network.forward(model.encoder.transform(source.take(list(chosen))), model.parameters)
    bias = model.parameters.b.get(l)
    return draw(
        "product", forward_pass.A[l - 1], W.T, bias=bias, names=(f"A[{l - 1}]", f"W[{l}]^T", f"b[{l}]", f"Z[{l}]")
    )


MODEL_SCENES: Table[ModelScene] = Table(
    "picture",
    [
        ModelScene("network", _network, SCENES["network"].help, "optional", ("row",)),
        ModelScene("compact", _compact, SCENES["compact"].help),
        ModelScene("blocks", _blocks, SCENES["blocks"].help, "optional"),
        ModelScene("activation", _activation, SCENES["activation"].help),
        ModelScene("graph", _graph, "the cost of a row as a computation graph", "needed", ("row",)),
        ModelScene("matrix", _matrix, "the weights of a layer as a grid of numbers", settings=("layer",)),
        ModelScene("product", _product, "a layer's matrix product on rows", "needed", ("layer", "row")),
    ],
)
"""Every kind of scene that a trained model can be drawn as."""
