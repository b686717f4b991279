"""Running ``glassnet`` in this process, which is quick; and tables to run it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import Call, Refused, Result, Trained, contents, house_lines, written
from glassnet.cli.main import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, where the commands run; and a window of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "GLASSNET_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """Run a command in this process."""

    def called(*arguments: object) -> Result:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([str(argument) for argument in arguments])
        assert isinstance(ended.value.code, int)
        return Result(ended.value.code, *capfd.readouterr())

    return called


@pytest.fixture
def refused(call: Call, folder: Path) -> Refused:
    """Run a command that must be refused, every file left as it was; returns the sentence."""

    def sentence_for(*arguments: object) -> str:
        before = contents(folder)
        sentence = call(*arguments).sentence()
        assert contents(folder) == before
        return sentence

    return sentence_for


@pytest.fixture
def houses(folder: Path) -> Path:
    """60 houses: size, color, price."""
    return written(folder / "houses.csv", house_lines())


@pytest.fixture
def fruits(folder: Path) -> Path:
    """60 fruits of two kinds that a straight line tells apart."""
    lines = [f"{i % 10},{i % 7},{'apple' if i % 7 < 0.7 * (i % 10) else 'plum'}" for i in range(60)]
    return written(folder / "fruits.csv", ["row,weight,fruit", *lines])


@pytest.fixture(scope="session")
def learned() -> dict[tuple[object, ...], bytes]:
    """A command that trains -> the file it gave the first test that asked."""
    return {}


@pytest.fixture
def trained(call: Call, learned: dict[tuple[object, ...], bytes]) -> Trained:
    """The model of a training, which the first test that asks for it waits for."""

    def made(model: Path, *arguments: object) -> Path:
        if arguments not in learned:
            assert call("train", *arguments, "--quiet", "-o", model).code == 0
            learned[arguments] = model.read_bytes()
        model.write_bytes(learned[arguments])
        return model

    return made


@pytest.fixture
def house_model(trained: Trained, houses: Path) -> Path:
    """A model of the houses."""
    return trained(houses.with_suffix(".safetensors"), houses.name, "--epochs", 30)


@pytest.fixture
def fruit_model(trained: Trained, fruits: Path) -> Path:
    """A model of the fruits."""
    return trained(fruits.with_suffix(".safetensors"), fruits.name, "--epochs", 30)
