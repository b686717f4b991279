"""The header of a safetensors file: which bytes are which array.

A file is eight bytes (the header's length, little-endian), the header (a JSON object), and the arrays' bytes. We read
and write it ourselves: it is less code than guarding a parser we do not control, arrays are written without the copies
the library makes, and the library orders metadata by a hash that differs from run to run.
"""

from __future__ import annotations

import math
import reprlib
import sys
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.archive import strict_json

LENGTH_BYTES = 8
LARGEST = 16 * 2**20
METADATA = "__metadata__"
CHECKSUM = "crc32"
DIMENSIONS = 64  # NumPy's limit

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
CODES = {dtype: code for code, dtype in DTYPES.items()}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One array's entry: its name, dtype and shape, and where its bytes lie behind the header."""

    name: str
    code: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy dtype of the bytes in the file (little-endian)."""
        return np.dtype(DTYPES[self.code])


def plan(arrays: Mapping[str, np.ndarray]) -> list[Tensor]:
    """Lay out ``arrays`` one after the other, the widest dtypes first so that each is aligned.

    Args:
        arrays: name -> array of a dtype in `DTYPES`, of either byte order.

    >>> [tensor.name for tensor in plan({"a": np.zeros(3, bool), "b": np.zeros(2)})]
    ['b', 'a']
    """
    tensors, end = [], 0
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        begin, end = end, end + array.nbytes
        tensors.append(Tensor(name, CODES[array.dtype.newbyteorder("<").str], array.shape, begin, end))
    return tensors


def build(tensors: list[Tensor], metadata: Mapping[str, str]) -> bytes:
    """The bytes of the header after its length, padded so that the arrays start at a multiple of eight.

    Args:
        tensors: from `plan`.
        metadata: name -> string.

    Raises:
        ValueError: where it would be longer than a reader accepts.
    """
    entries = {t.name: {"dtype": t.code, "shape": t.shape, "data_offsets": [t.begin, t.end]} for t in tensors}
    text = strict_json.dumps({METADATA: dict(metadata), **entries}).encode()
    text += b" " * (-len(text) % LENGTH_BYTES)
    if len(text) > LARGEST:
        raise ValueError(f"a header of {len(text)} bytes, {LARGEST} at most")
    return len(text).to_bytes(LENGTH_BYTES, "little") + text


def checksum_of(tensors: list[Tensor], metadata: Mapping[str, str], arrays: Iterable[np.ndarray]) -> str:
    """The checksum of everything in a file, names and weights.

    It detects accidents, not forgery. It is stored in the metadata; a file without one (another program may have
    written it) is read without this check.

    Args:
        tensors: from `plan` or `tensors_of`.
        metadata: without the checksum.
        arrays: those of ``tensors``, in their order.
    """
    checksum = 0
    for name in sorted(metadata):
        checksum = zlib.crc32(metadata[name].encode(), zlib.crc32(name.encode(), checksum))
    for t in sorted(tensors, key=lambda tensor: tensor.name):
        checksum = zlib.crc32(f"{t.name} {t.code} {list(t.shape)} {t.begin}".encode(), checksum)
    for tensor, array in zip(tensors, arrays, strict=True):
        checksum = zlib.crc32(bytes_of(array, tensor.dtype), checksum)
    return f"{checksum:08x}"


def bytes_of(array: np.ndarray, dtype: np.dtype[Any]) -> memoryview:
    """The array's bytes as the file has them; a copy only where the memory order or dtype differs.

    >>> bytes(bytes_of(np.array([[1, 2]]).T, np.dtype("<i2")))
    b'\\x01\\x00\\x02\\x00'
    """
    flat = np.ascontiguousarray(array, dtype=dtype).reshape(-1)
    return flat.view(np.uint8).data


def parse(header: bytes) -> tuple[dict[str, str], dict[str, object]]:
    """Read an untrusted header.

    Args:
        header: the bytes of the JSON, without its length.

    Returns:
        The metadata, and the arrays' entries, not yet checked (`tensors_of` does): those of a newer glassnet may be
        unknown here, and the metadata says so.

    Raises:
        ValueError: for any flaw.
    """
    if not header.startswith(b"{"):
        raise ValueError("its header is not a JSON object")
    content = strict_json.loads(header.decode("utf-8"))
    metadata = content.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("its metadata is not a table of strings")
    return metadata, content


def tensors_of(entries: Mapping[str, object], data_bytes: int) -> list[Tensor]:
    """Check every name and number in the arrays' entries.

    Args:
        entries: from `parse`.
        data_bytes: how many bytes follow the header in the file.

    Returns:
        The tensors in the order of their bytes, which they cover without gap or overlap.

    Raises:
        ValueError: for any flaw.
    """
    tensors = [_tensor(name, entry) for name, entry in entries.items()]
    tensors.sort(key=lambda tensor: (tensor.begin, tensor.end))
    _check_tiling(tensors, data_bytes)
    return tensors


def has_false_booleans(array: np.ndarray) -> bool:
    """Whether booleans are stored as anything but 0 and 1, with which NumPy would compute nonsense.

    >>> has_false_booleans(np.array([0, 2], np.uint8).view(bool))
    True
    """
    return array.dtype == np.bool_ and bool(array.view(np.uint8).max(initial=0) > 1)


def _tensor(name: str, entry: object) -> Tensor:
    match entry:
        case {"dtype": str(code), "shape": list(shape), "data_offsets": [begin, end], **rest} if not rest:
            if code not in DTYPES:
                raise ValueError(f"array {_short(name)} has dtype {_short(code)}, which is none of {', '.join(DTYPES)}")
            if not _are_sizes([*shape, begin, end]) or len(shape) > DIMENSIONS:
                raise ValueError(f"array {_short(name)} has a shape or offsets that are not sizes")
            return _sized(Tensor(name, code, tuple(shape), begin, end))
    raise ValueError(f"array {_short(name)} is not described by dtype, shape and data_offsets")


def _sized(tensor: Tensor) -> Tensor:
    item = tensor.dtype.itemsize
    if math.prod(tensor.shape) * item != tensor.end - tensor.begin:
        sizes = f"shape {_short(tensor.shape)} of {tensor.code} in {tensor.end - tensor.begin} bytes"
        raise ValueError(f"array {_short(tensor.name)} has {sizes}")
    # An empty array may still have sides too long for NumPy.
    if math.prod(side or 1 for side in tensor.shape) * item > sys.maxsize:
        raise ValueError(f"array {_short(tensor.name)} has the impossible shape {_short(tensor.shape)}")
    return tensor


def _check_tiling(tensors: list[Tensor], data_bytes: int) -> None:
    reached = 0
    for tensor in tensors:
        if tensor.begin != reached:
            raise ValueError(f"array {_short(tensor.name)} starts at byte {tensor.begin}, not at {reached}")
        reached = tensor.end
    if reached != data_bytes:
        raise ValueError(f"its arrays need {reached} bytes, the file has {data_bytes}")


def _are_sizes(values: list[object]) -> bool:
    return all(type(value) is int and value >= 0 for value in values)


_short = reprlib.repr
