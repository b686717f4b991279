"""The table of pictures, and ``draw``: commands, menus and documentation follow from it.

A new picture is one file with a maker, and one line here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.errors import InvalidInput
from glassnet.glass.scenes.curves.activations import activation_curves
from glassnet.glass.scenes.curves.history import history_curves
from glassnet.glass.scenes.graph.computation_graph import computation_graph
from glassnet.glass.scenes.matrices.product import matrix, product
from glassnet.glass.scenes.network.blocks import building_blocks
from glassnet.glass.scenes.network.compact import compact
from glassnet.glass.scenes.network.diagram import network_diagram
from glassnet.glass.scenes.scene import Scene
from glassnet.pieces.tables import Table


@dataclass(frozen=True)
class SceneKind:
    """One kind of picture.

    Args:
        name: its name in :func:`draw`, commands and menus.
        make: what makes it; its arguments say what it needs.
        help: what it shows, in a few words.

    >>> SCENES["network"].needs
    ('network', 'parameters')
    """

    name: str
    make: Callable[..., Scene]
    help: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The arguments without which it cannot be drawn."""
        return tuple(p.name for p in self._arguments if p.default is p.empty)

    @property
    def takes(self) -> tuple[str, ...]:
        """The arguments that may be left out."""
        return tuple(p.name for p in self._arguments if p.default is not p.empty)

    @property
    def _arguments(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self.make).parameters.values())


SCENES: Table[SceneKind] = Table(
    "picture",
    [
        SceneKind("network", network_diagram, "every unit, edge and bias, with their numbers"),
        SceneKind("compact", compact, "one block a layer, with the shapes of its parameters"),
        SceneKind("blocks", building_blocks, "forward blocks with their caches, backward blocks with their gradients"),
        SceneKind("graph", computation_graph, "a computation graph with its values and derivatives"),
        SceneKind("matrix", matrix, "a matrix as a grid of numbers"),
        SceneKind("product", product, "a matrix product, one of its cells written out"),
        SceneKind("activation", activation_curves, "activations with their derivatives"),
        SceneKind("history", history_curves, "the cost by epoch, on training and held-out rows"),
    ],
)


def draw(kind: str, *subjects: Any, **options: Any) -> Scene:
    """A picture.

    Args:
        kind: a name from ``SCENES``.
        subjects: what it is drawn of, in the order of ``SCENES[kind].needs``.
        options: what it also takes, by name.

    Raises:
        UnknownName: there is no such kind.
        InvalidInput: something it needs is missing, or an option it does not take was given.

    >>> draw("product", [[1, 2, 3]], [[4], [1], [3]]).title
    'Matrix product'
    """
    chosen = SCENES[kind]
    try:
        inspect.signature(chosen.make).bind(*subjects, **options)
    except TypeError as error:
        raise InvalidInput(
            f"the picture {kind!r} is drawn of {' and '.join(chosen.needs) or 'nothing'}",
            seen=str(error),
            remedy=f"it also takes {', '.join(chosen.takes)}",
        ) from None
    return chosen.make(*subjects, **options)


def draw_from(kind: str, known: Mapping[str, Any]) -> Scene:
    """A picture of what it needs and takes among all that is ``known`` by name, such as a command knows of a model.

    Raises:
        UnknownName, InvalidInput: as :func:`draw`.
    """
    chosen = SCENES[kind]
    wanted = (*chosen.needs, *chosen.takes)
    return draw(kind, **{name: value for name, value in known.items() if name in wanted and value is not None})
