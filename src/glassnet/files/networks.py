"""A network in the file: its description among the facts, its arrays under their symbols ("1.W", "1.b")."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.engines.plan import DTYPES
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName, Unsupported
from glassnet.files.parts import Parts
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters, Place

# A layer costs a kilobyte of objects whatever its units, and its description may be twenty bytes.
MOST_LAYERS = 10_000
REGISTER = "register your own pieces first: ACTIVATIONS.add, LAYERS.register, LOSSES.register"


def take_apart(pair: tuple[object, ...]) -> Parts:
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
    raise InvalidType(
        "a tuple to be saved is (network, parameters)", f"a tuple of {types or 'nothing'}", "pass these two"
    )


def put_together(arrays: Arrays, facts: Facts) -> tuple[Network, Parameters]:
    """``(network, parameters)`` from untrusted parts; raises BrokenFile, UnknownName."""
    network = restored_network(facts)
    return network, restored_parameters(network, arrays, facts)


def put_network(parts: Parts, network: Network, parameters: Parameters) -> None:
    """Add a network and its parameters.

    Raises:
        InvalidInput: parameters of another network, or not finite.
        UnknownName: a piece that is in no table, so a file could not name it.
        Unsupported: more layers than a file is read with.
    """
    if parameters.layout.places != network.layout.places:
        seen = f"{parameters.theta.size} parameters for {network.size}"
        raise InvalidInput("the parameters belong to another network", seen, "pass those of this network")
    if len(network.declared_layers) > MOST_LAYERS:
        raise Unsupported(f"a file holds up to {MOST_LAYERS} layers", f"{len(network.declared_layers)}", "use fewer")
    arrays = parameters.named()
    if len(arrays) != len(list(_places(network))):
        raise InvalidInput("a layer has two arrays of one name", remedy="name its running statistics differently")
    for name, place in _places(network):
        if flaw := _flaw(place, arrays[name]):
            raise InvalidInput(f"the parameters {name} {flaw}", remedy="train again, with a smaller learning rate")
    parts.arrays |= arrays
    parts.facts |= {"network": _described(network), "dtype": parameters.theta.dtype.name}


def restored_network(facts: Facts) -> Network:
    """The network that untrusted facts describe; costs no more than the layers themselves.

    Raises:
        BrokenFile: no description of ours.
        UnknownName: it needs a piece that is in no table here.
    """
    described = facts.section("network")
    layers, loss = described.sections("layers"), described.section("loss")
    for record in (*layers, loss):
        record.text("name")
    if len(layers) > MOST_LAYERS:
        raise facts.broken(f"has more than {MOST_LAYERS} layers", str(len(layers)))
    try:
        return Network.from_description(described)
    except UnknownName as unknown:
        what = f"{facts.file!r} needs what is not known here: {unknown.cause}"
        raise UnknownName(what, remedy=REGISTER) from None
    except GlassnetError as error:
        raise facts.broken(f"describes an impossible network: {error.cause}", error.seen) from None
    except Exception as error:  # the constructors of a user's own layers run on what the file says
        raise facts.broken("describes an impossible network", f"{type(error).__name__}: {error}") from None


def restored_parameters(network: Network, arrays: Arrays, facts: Facts) -> Parameters:
    """The parameters: arrays are moved one by one into their vector, so that only one is ever held twice.

    Raises:
        BrokenFile: an array is missing, or of another shape, or not finite.
    """
    dtype = np.dtype(facts.choice("dtype", DTYPES))
    for name, place in _places(network):
        shape = place.parameter.shape
        array = arrays.expect(name, "f", shape[::-1] if place.parameter.transposed else shape)
        flaw = _flaw(place, array) or (f"are {array.dtype}, not {dtype}" if array.dtype != dtype else "")
        if flaw:
            raise facts.broken(f"holds parameters {name!r} that {flaw}")
    # Only now is it sure that the vector is as long as the arrays in the file are together.
    parameters = network.parameters(network.layout.new(dtype))
    for name, view in parameters.named().items():
        view[...] = arrays.pop(name)
    return parameters


def _described(network: Network) -> object:
    try:
        return network.describe()
    except UnknownName as unknown:
        raise UnknownName(unknown.cause, unknown.seen, REGISTER) from None


def _places(network: Network) -> Iterator[tuple[str, Place]]:
    for layout in (network.layout, network.running_layout):
        for place in layout.places:
            yield f"{place.layer}.{place.parameter.name}", place


def _flaw(place: Place, array: Array) -> str:
    """Why these numbers cannot be what the layer learned; "" where they can."""
    if not np.isfinite(array).all():
        return "are not finite"
    if array.size and array.min() < place.parameter.low:
        return f"are below {place.parameter.low:g}"
    return ""
