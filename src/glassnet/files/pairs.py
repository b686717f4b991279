"""A network and its parameters, for those who work by hand."""

from __future__ import annotations

from typing import Any

from glassnet.archive import Arrays, Facts
from glassnet.errors import InvalidType
from glassnet.files.networks import put_network, restored_network, restored_parameters
from glassnet.files.parts import Parts
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


def take_apart(pair: tuple[Any, ...]) -> Parts:
    """The parts of ``(network, parameters)``.

    Raises:
        InvalidType: another tuple.
    """
    match pair:
        case (Network() as network, Parameters() as parameters):
            parts = Parts()
            put_network(parts, network, parameters)
            return parts
    types = ", ".join(type(one).__name__ for one in pair[:5])
    raise InvalidType("a tuple to be saved is (network, parameters)", f"a tuple of {types or 'nothing'}")


def put_together(arrays: Arrays, facts: Facts) -> tuple[Network, Parameters]:
    """The pair of a stranger's parts; raises BrokenFile, UnknownName."""
    network = restored_network(facts)
    return network, restored_parameters(network, arrays, facts)
