"""Files by hand: untrusted ones, byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.archive import Archive, read, write
from glassnet.errors import BrokenFile, UnusableFile

Forge = Callable[..., Path]
Outcome = Callable[[Path], Archive | None]


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """Write a file from a header (dict or text), the bytes behind it, and perhaps a false length."""

    def forged(header: dict[str, Any] | str | bytes, data: bytes = b"", length: int | None = None) -> Path:
        text = json.dumps(header) if isinstance(header, dict) else header
        raw = text.encode() if isinstance(text, str) else text
        path = tmp_path / "forged.safetensors"
        path.write_bytes((len(raw) if length is None else length).to_bytes(8, "little") + raw + data)
        return path

    return forged


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A sound file with an array of each sort."""
    path = tmp_path / "small.safetensors"
    arrays = {
        "W": np.arange(6.0).reshape(2, 3),
        "b": np.ones(3, np.float32),
        "mask": np.array([True, False, True]),
        "step": np.array(7),
        "none": np.zeros((0, 4)),
    }
    write(path, arrays, {"loss": "huber", "delta": 1.5, "hidden": [3]}, kind="model", version=2)
    return path


@pytest.fixture
def outcome() -> Outcome:
    """Read a file: its content, or None after an error of one sentence that names the file. Other errors pass."""

    def found(path: Path) -> Archive | None:
        try:
            return read(path, kind="model", newest=2)
        except (BrokenFile, UnusableFile) as error:
            sentence = str(error)
            assert sentence.startswith(repr(str(path))), sentence
            assert sentence.endswith("."), sentence
            assert "\n" not in sentence, sentence
            assert len(sentence) < 700, sentence
            assert error.remedy, sentence
            return None

    return found


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path
