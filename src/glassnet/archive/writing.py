"""Writing an archive: arrays and facts in one file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.archive import header, strict_json
from glassnet.archive.atomic import replace_atomically
from glassnet.archive.os_errors import StrPath
from glassnet.errors import InvalidInput, InvalidType

KIND = re.compile(r"[a-z][a-z-]*")


def write(
    path: StrPath,
    arrays: Mapping[str, np.ndarray],
    facts: Mapping[str, Any],
    *,
    kind: str,
    version: int,
    like: StrPath | None = None,
) -> None:
    """Write ``arrays`` and ``facts`` as one safetensors file that replaces ``path`` in one step.

    Equal content gives equal bytes. The content is checked before anything is written.

    Args:
        path: the file, by convention ``*.safetensors``.
        arrays: name -> array of floats (16 to 64 bits), integers or booleans, of any shape, memory order and byte
            order; values may be anything, NaN included.
        facts: str keys; values str, int, finite float, bool, None, and lists and dicts of these (`strict_json.dumps`);
            large data belongs in ``arrays``.
        kind: what the file is, such as "model" or "checkpoint": lower-case letters and hyphens.
        version: of that kind's content, from 1.
        like: a file whose permissions it is to have, where that exists.

    Raises:
        InvalidType: an array of objects or strings.
        InvalidInput: facts that JSON would lose or change, an invalid kind or version.
        UnusableFile: the file cannot be written; an old one is unchanged.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "line.safetensors"
    >>> write(file, {"slope": np.array([2.0])}, {"unit": "m"}, kind="model", version=1)
    >>> from safetensors.numpy import load_file
    >>> load_file(file)
    {'slope': array([2.])}
    """
    if not KIND.fullmatch(kind) or not 1 <= version < 10**6:
        remedy = 'pass such as kind="model", version=1'
        raise InvalidInput("an archive needs a lower-case kind and a version from 1", f"{kind!r}, {version!r}", remedy)
    for name, array in arrays.items():
        _check_array(name, array)
    tensors = header.plan(arrays)
    ordered = [arrays[tensor.name] for tensor in tensors]
    head = _head(tensors, ordered, facts, f"{kind} {version}")
    with replace_atomically(path, like) as file:
        file.write(head)
        for tensor, array in zip(tensors, ordered, strict=True):
            file.write(header.bytes_of(array, tensor.dtype))


def _check_array(name: object, array: object) -> None:
    if not isinstance(name, str) or name == header.METADATA:
        raise InvalidInput("an array needs a name", repr(name), f"a string other than {header.METADATA!r}")
    if not isinstance(array, np.ndarray):
        raise InvalidType(f"{name!r} is not an array", type(array).__name__, "pass a NumPy array")
    if array.dtype.newbyteorder("<").str not in header.CODES:
        remedy = "store numbers as arrays, text among the facts"
        raise InvalidType(f"array {name!r} cannot be stored", f"dtype {array.dtype}", remedy)
    if header.has_false_booleans(array):
        raise InvalidInput(f"array {name!r} has booleans other than 0 and 1", remedy="compute it again with `!= 0`")


def _head(tensors: list[header.Tensor], ordered: list[np.ndarray], facts: Mapping[str, Any], label: str) -> bytes:
    try:
        metadata = {"glassnet": label, "facts": strict_json.dumps(dict(facts))}
        checksum = header.checksum_of(tensors, metadata, ordered)
        return header.build(tensors, metadata | {header.CHECKSUM: checksum})
    except ValueError as flaw:
        remedy = "facts are plain finite values; large data belongs in the arrays"
        raise InvalidInput("the facts cannot be stored", str(flaw), remedy) from flaw
