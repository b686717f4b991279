"""Python as text: arrays and records written so that they come out the same to the bit."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput

READABLE = 600  # numbers that are written out
MOST = 100_000  # numbers of a script
WIDE = 100  # letters of a line
PLAIN = {"initializer": None, "rate_factor": 1.0, "bias_rate_factor": 1.0, "ntk": False}  # of a dense layer, mostly


def array(values: Array) -> str:
    """An array as an expression: its numbers where they are few, else its bytes.

    Raises:
        InvalidInput: more numbers than a script should have.

    >>> array(np.array([[0.1, 2.0]])), eval(array(np.arange(700)), {"np": np, "base64": base64}).shape
    ('np.array([[0.1, 2.0]])', (700,))
    """
    if values.size > MOST:
        remedy = "take the run file along: it holds the rows"
        raise InvalidInput(f"a script holds at most {MOST:,} numbers", f"{values.size:,}", remedy)
    if values.size > READABLE:
        packed = base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
        lines = "\n".join(f'    "{packed[i : i + WIDE]}"' for i in range(0, len(packed), WIDE))
        shape = ", ".join(map(str, values.shape))
        read = f'np.frombuffer(base64.b64decode(\n{lines}\n), "{values.dtype.str}")'
        return f"{read}.reshape({shape})"
    flat = f"np.array({values.tolist()})"
    if len(flat) <= WIDE or values.ndim == 1:
        return flat
    rows = ",\n".join(f"    {row}" for row in values.tolist())
    return f"np.array([\n{rows},\n])"


def call(name: str, *given: str, **settings: object) -> str:
    """A call.

    >>> call("Dense", "3", activation="tanh")
    "Dense(3, activation='tanh')"
    """
    return f"{name}({', '.join([*given, *(f'{key}={value!r}' for key, value in settings.items())])})"


def network(described: Mapping[str, Any]) -> str:
    """A network as an expression, from its description."""
    layers = [_layer(layer) for layer in described["layers"]]
    loss = described["loss"]
    if all(layers) and not any(value for name, value in loss.items() if name != "name"):
        return f"Network({described['inputs']}, [{', '.join(map(str, layers))}], loss={loss['name']!r})"
    return f"Network.from_description({dict(described)!r})"


def _layer(layer: Mapping[str, Any]) -> str | None:
    """A dense layer as people write it; None for others."""
    if layer["name"] != "dense" or not isinstance(layer["activation"], str | None):
        return None
    if any(layer[name] != value for name, value in PLAIN.items()):
        return None
    activation = [repr(layer["activation"])] if layer["activation"] else []
    return call("Dense", str(layer["units"]), *activation)


def record(table: str, described: Mapping[str, Any]) -> str:
    """A record as an expression: ``OPTIMIZERS.make('adam', learning_rate=0.1)``."""
    settings = {name: value for name, value in described.items() if name != "name"}
    return call(f"{table}.make", repr(described["name"]), **settings)
