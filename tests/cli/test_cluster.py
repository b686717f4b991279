"""``--ray`` and ``glassnet cluster``: one sentence where they cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.commands import Refused


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--shards", "3"], "name a cluster by --ray"),
        (["--local-steps", "2"], "name a cluster by --ray"),
        (["--ray", "10.0.0.7"], "host:port"),
        (["--ray", "127.0.0.1:1"], "no Ray cluster answers at '127.0.0.1:1'"),
        (["--ray", "ray://10.0.0.7:10001"], "not an address of a Ray cluster"),
    ],
)
def test_what_is_no_cluster(
    options: list[str], words: str, refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pretended = type(sys)("ray")
    pretended.is_initialized = lambda: False  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ray", pretended)
    assert words in refused("train", "iris", *options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [["train", "iris", "--ray", "auto"], ["cluster", "demo"]])
def test_no_ray(command: list[str], refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "pip install 'glassnet[ray]'" in refused(*command)
    assert not list(tmp_path.iterdir())
