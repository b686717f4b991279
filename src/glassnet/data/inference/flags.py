"""Arrow booleans as NumPy flags, and the texts that they choose."""

from __future__ import annotations

import numpy as np

from glassnet.data.arrow import pa, pc


def first_text(texts: pa.Array, where: np.ndarray) -> str | None:
    """The first of the texts where the flags are true, None where none is."""
    return texts[int(where.argmax())].as_py() if where.any() else None


def flags(booleans: pa.Array) -> np.ndarray:
    """Arrow booleans, null as false."""
    return np.asarray(pc.fill_null(booleans, False).to_numpy(zero_copy_only=False)).astype(bool)
