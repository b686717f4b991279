"""A classifier's classes in the file: numbers and booleans as an array of their dtype, texts among the facts."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.data.classes import check_padding
from glassnet.errors import InvalidInput, InvalidType
from glassnet.estimators.labels import Labels
from glassnet.files.parts import Parts
from glassnet.network.network import Network


def put_labels(parts: Parts, labels: Labels) -> None:
    """Add the classes, and whether each row has one of them or each of them is a yes or no of its own.

    Raises:
        InvalidType: classes of a dtype no file can hold.
    """
    facts: dict[str, object] = {"kind": labels.kind}
    if labels.kind == "multilabel":
        parts.facts["classes"] = facts
    elif labels.classes.dtype.kind in "biuf":
        parts.put("classes", {"values": labels.classes}, facts)
    else:
        parts.facts["classes"] = facts | _texts(labels.classes)


def restored_labels(network: Network, arrays: Arrays, facts: Facts) -> Labels:
    """The classes that a stranger's parts say.

    Raises:
        BrokenFile: fewer than two, not in order, or not as many as the network has outputs for.
    """
    said = facts.section("classes")
    kind = said.choice("kind", ("binary", "multiclass", "multilabel"))
    if kind == "multilabel":
        return Labels(kind, np.arange(network.outputs))
    if "texts" in said:
        values = _from_texts(said)
    else:
        values = arrays.expect("classes.values", "biuf", (None,))
        del arrays["classes.values"]
    if len(values) < 2 or not (values[:-1] < values[1:]).all():
        raise facts.broken("has classes that are fewer than two, or not in order")
    labels = Labels.over(values)
    if labels.kind != kind or labels.outputs != network.outputs:
        raise facts.broken("has other classes than outputs", f"{len(values)} classes, {network.outputs} outputs")
    return labels


def _texts(classes: Array) -> dict[str, object]:
    values = classes.tolist()
    if classes.dtype.kind not in "UO" or not all(isinstance(value, str) for value in values):
        raise InvalidType("a file cannot hold these classes", f"dtype {classes.dtype}", "use text or numbers")
    width = classes.dtype.itemsize // 4 if classes.dtype.kind == "U" else None
    if not check_padding(values, width or 0):
        raise InvalidInput("the names of the classes are too long for a file", remedy="shorten the longest")
    return {"texts": values, "width": width}


def _from_texts(said: Facts) -> Array:
    values = said.texts("texts")
    if said["width"] is None:
        return np.array([*values, None], dtype=object)[:-1]
    width = said.integer("width", low=max(map(len, values), default=1))
    if not check_padding(values, width):
        raise said.broken("has class names of an absurd length")
    return np.array(values, dtype=f"<U{width}")
