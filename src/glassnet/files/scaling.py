"""What scales the rows of a stream, in the file: means and deviations that a later ``partial_fit`` goes on from."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.estimators.mlp.scaling import Moments, Scaling
from glassnet.files.parts import Parts, taken
from glassnet.network.network import Network

VECTORS = ("mean", "variance", "scale")


def put_scaling(parts: Parts, scaling: Scaling | None) -> None:
    """Add it, where there is any."""
    if scaling is None:
        return
    arrays: dict[str, Array] = {}
    facts = {"evidence": scaling.evidence}
    for name, moments in (("inputs", scaling.inputs), ("targets", scaling.targets)):
        if moments is not None:
            arrays |= {f"{name}.{vector}": getattr(moments, vector) for vector in VECTORS}
            facts[name] = moments.rows
    parts.put("scaling", arrays, facts)


def restored_scaling(network: Network, arrays: Arrays, facts: Facts) -> Scaling | None:
    """The scaling in untrusted parts.

    Raises:
        BrokenFile: numbers that no rows have, or of other columns than the network's.
    """
    if "scaling" not in facts:
        return None
    held, said = taken(arrays, "scaling"), facts.section("scaling")
    inputs = _moments(held, said, "inputs", network.inputs)
    targets = _moments(held, said, "targets", network.outputs) if "targets" in said else None
    return Scaling(inputs, targets, said.number("evidence"))


def _moments(held: Arrays, said: Facts, name: str, n: int) -> Moments:
    mean, variance, scale = (_vector(held, f"{name}.{vector}", n) for vector in VECTORS)
    rows = said.number(name)
    if not (rows >= 0 and (variance >= 0).all() and (scale > 0).all()):
        raise held.broken("is not mean, variance and scale of any rows", at=name)
    return Moments(rows, mean, variance, scale)


def _vector(held: Arrays, name: str, n: int) -> Array:
    vector = held.expect(name, "f", (n,))
    if vector.dtype != np.float64 or not np.isfinite(vector).all():
        raise held.broken("is not all finite float64 numbers", at=name)
    return held.pop(name)
