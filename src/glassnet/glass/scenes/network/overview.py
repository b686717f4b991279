"""A network, or one training step of it, at a glance: every unit and edge where there is room for all, else blocks."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.glass.scenes.network.blocks import building_blocks
from glassnet.glass.scenes.network.compact import compact
from glassnet.glass.scenes.network.diagram import network_diagram
from glassnet.glass.scenes.network.reading import output_names
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.tracing.given import Labels
from glassnet.glass.tracing.record import Trace
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

MOST_UNITS = 10  # in a layer, up to which all are drawn
MOST_LAYERS = 6


def overview(
    network: Network,
    parameters: Parameters,
    names: Sequence[object] | None = None,
    outputs: Sequence[object] | None = None,
) -> Scene:
    """The scene ``network`` of a small network, ``compact`` of a large one.

    Args:
        network, parameters: the trained ones.
        names, outputs: of the n[0] inputs and the n[L] outputs.
    """
    if max(network.widths) <= MOST_UNITS and len(network.layers) <= MOST_LAYERS:
        return network_diagram(network, parameters, names=names, outputs=outputs)
    return compact(network)


def overview_of_step(step: Trace) -> Scene:
    """The scene ``network`` with the numbers of the first example, ``blocks`` of a deep network."""
    network = step.plan.network
    if step.L > MOST_LAYERS:
        return building_blocks(network, m=step.m)
    called = Labels(step.columns, output_names(network, step.classes), "")
    if step.given is not None:
        called = step.given.labels(0, called.names, called.outputs)
    return network_diagram(network, step.before, step, step.gradients, **called._asdict())
