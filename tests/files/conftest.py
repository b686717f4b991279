"""Models of each kind, trained once, and their files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from safetensors.numpy import save as to_bytes

from files.samples import SAMPLES, answers, made
from glassnet import archive
from glassnet.errors import BrokenFile, GlassnetError, UnknownName, UnusableFile
from glassnet.files import load, save


@pytest.fixture(scope="session")
def trained() -> dict[str, tuple[Any, Any]]:
    """Sample's name -> (model, data to ask it about)."""
    return {name: made(name) for name in SAMPLES}


@pytest.fixture(scope="session")
def saved(trained: dict[str, tuple[Any, Any]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Sample's name -> its file, not to be written to."""
    folder = tmp_path_factory.mktemp("saved")
    for name, (model, _) in trained.items():
        save(model, folder / f"{name}.safetensors")
    return {name: folder / f"{name}.safetensors" for name in trained}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where to write; without waiting for the disk, for tests that write a thousand files."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
    return tmp_path / "model.safetensors"


@pytest.fixture
def forge(path: Path) -> Callable[..., Path]:
    """Write a well-formed archive of any content, as a forger would: by the plain safetensors library."""

    def forged(arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Path:
        labels = {"glassnet": "model 1", "facts": json.dumps(facts, ensure_ascii=False)}
        path.write_bytes(to_bytes({name: np.asarray(array, order="C") for name, array in arrays.items()}, labels))
        return path

    return forged


@pytest.fixture
def survives() -> Callable[..., bool]:
    """Load a doubtful file and ask the model: True where it answers, False after one clear error. All else passes."""

    def survived(path: Path, data: Any) -> bool:
        try:
            model = load(path)
        except (BrokenFile, UnusableFile, UnknownName) as error:
            check_sentence(error, path)
            return False
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                answers(model, data)
            except GlassnetError:  # such as a table that lacks a column, where a name was changed
                return False
        return True

    return survived


def check_sentence(error: GlassnetError, path: Path) -> None:
    """One sentence that names the file and is bearable."""
    sentence = str(error)
    assert sentence.startswith(repr(str(path))), sentence
    assert sentence.endswith(".") and "\n" not in sentence, sentence
    assert len(sentence) < 1500, len(sentence)
    assert error.remedy, sentence


@pytest.fixture(scope="session")
def contents(saved: dict[str, Path]) -> dict[str, tuple[dict[str, np.ndarray], dict[str, Any]]]:
    """Sample's name -> (arrays, facts) of its file; the arrays by the plain safetensors library."""
    return {
        name: (load_file(path), dict(archive.read(path, kind="model", newest=1).facts)) for name, path in saved.items()
    }
