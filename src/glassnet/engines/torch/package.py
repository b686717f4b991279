"""PyTorch, which is loaded when it is used, and what to say where it is missing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

INSTALL = (
    "pip install 'glassnet[torch]' (for a processor alone: pip install torch --index-url "
    "https://download.pytorch.org/whl/cpu)"
)
Tensor = Any  # torch.Tensor: PyTorch need not be there


class _WhenUsed:
    """The module, imported at the first look into it: that takes seconds."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked for by tools that inspect modules
            raise AttributeError(name)
        return getattr(import_module("torch"), name)


torch: Any = _WhenUsed()


def missing(device: str) -> str | None:
    """Why PyTorch cannot compute on a device, "cpu" or "cuda"; None where it can."""
    if find_spec("torch") is None:
        return f"PyTorch is not installed; {INSTALL}"
    if device == "cuda" and not torch.cuda.is_available():
        return f"PyTorch {torch.version.__version__} finds no CUDA GPU on this machine"
    return None


def on_device(array: ArrayLike, device: str, dtype: DTypeLike | None = None) -> Tensor:
    """An array as a tensor of its own memory on the device."""
    return torch.tensor(np.ascontiguousarray(array, dtype), device=device)
