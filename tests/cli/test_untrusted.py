"""Untrusted names, classes, cells and files reach no terminal as a code, nor a spreadsheet without a note."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.commands import PROGRAM, Call, Result, Trained, posix, written
from cli.test_terminal import in_terminal
from warm import PIPE, Warm

CODES = "\x1b[31m\x1b]0;t\x07\x9b2J\u202e\u2066\u200b\r\x7f[red]"
OBEYED = ("\x1b]", "\x1b[31m", "\x1b[2J", "\x07", "\x9b", "\u202e", "\u2066", "\u200b", "\x7f")
EVIL = f"n{CODES}"


@pytest.fixture
def table(folder: Path) -> Path:
    """60 rows whose names, classes and categories would color, clear and turn a terminal; its name, too."""
    lines = [f"{i},{'u' if i % 3 else EVIL},{'a' if i % 7 < 3 else EVIL}" for i in range(60)]
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in [f"{EVIL},c{CODES},t{CODES}", *lines]]
    return written(folder / f"t{CODES}.csv".replace("\x7f", ""), quoted)


@pytest.fixture
def model(trained: Trained, table: Path) -> str:
    return trained(table.with_name("m.safetensors"), table.name, "--epochs", 3).name


def is_harmless(text: str) -> bool:
    return not any(code in text for code in OBEYED) and "\r" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "TABLE", "--epochs", 1, "-o", "new.safetensors"),
        ("train", "TABLE", "--epochs", 1, "--json"),
        ("describe", "TABLE"),
        ("describe", "TABLE", "--json"),
        ("describe", "m.safetensors"),
        ("evaluate", "m.safetensors", "TABLE"),
        ("explain", "m.safetensors", "TABLE"),
        ("explain", "m.safetensors", "TABLE", "--row", 1),
        ("explain", "m.safetensors", "TABLE", "--row", 1, "--json"),
        ("trace", "m.safetensors", "TABLE"),
        ("trace", "m.safetensors", "TABLE", "--json"),
        ("check", "m.safetensors", "TABLE"),
        ("predict", "m.safetensors", "TABLE", "--json"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments)),
)
def test_no_command_prints_codes(call: Call, table: Path, model: str, arguments: tuple[object, ...]) -> None:
    result = call(*(table.name if word == "TABLE" else word for word in arguments))
    assert result.code == 0
    assert is_harmless(result.out + result.err)
    if "--json" in arguments:
        assert "trace" in arguments or json.dumps(CODES)[1:-1] in result.out  # the data itself is as it was
        assert json.loads(result.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("describe", f"no{CODES}such.csv"),
        ("train", "TABLE", "--target", f"x{CODES}"),
        ("train", f"iris{CODES}", f"--no{CODES}"),
        ("train", "iris", f"more{CODES}"),
        (f"train{CODES}",),
        ("train", "iris", "--epochs", CODES),
        ("explain", "m.safetensors", "TABLE", "--row", 1, "--output", CODES),
    ],
    ids=range(7),
)
def test_no_error_prints_codes(call: Call, table: Path, model: str, arguments: tuple[object, ...]) -> None:
    said = call(*(table.name if word == "TABLE" else word for word in arguments)).sentence()
    assert is_harmless(said)
    assert len(said) <= 300


def test_a_damaged_cell_prints_no_codes(call: Call, folder: Path) -> None:
    written(folder / "t.csv", ["a,b", *(f"{i},{i}" for i in range(30)), f"5,{CODES * 30}"])
    said = call("train", "t.csv", "--numeric", "b").sentence()
    assert is_harmless(said) and len(said) <= 300


@posix
def test_a_terminal_shows_predictions_harmlessly(table: Path, model: str) -> None:
    code, shown = in_terminal(80, "predict", model, table.name)
    assert code == 0
    assert is_harmless(shown.replace("\r\n", "\n"))
    rows = [line for line in shown.splitlines() if line.startswith('"')]  # notes are on another stream
    assert "n\\x1b[31m" in shown and len(rows) == 61
    with Warm("-m", "glassnet", "predict", model, table.name, stdout=PIPE) as piped:
        assert piped.stdout is not None and CODES in piped.stdout.read()  # a file gets the classes as they are


@posix
def test_a_terminal_shows_a_ledger_harmlessly(table: Path, model: str) -> None:
    code, shown = in_terminal(80, "trace", model, table.name)
    assert code == 0
    assert not any(part in shown for part in ("\x1b[31m\x1b]", "\x1b]", "\x07", "\x9b", "\u202e", "\u200b"))


def formulas(done: Result) -> list[str]:
    return [note for note in done.notes if "spreadsheet" in note]


def test_formulas_are_said(call: Call, folder: Path) -> None:
    classes = ["=cmd|' /C calc'!A0", "@SUM(1)", "-5", "+x", "plain"]
    written(folder / "t.csv", ["a,b", *(f"{i},{classes[i % 5]}" for i in range(60))])
    assert call("train", "t.csv", "--quiet", "--epochs", 1).code == 0
    for output in ([], ["-o", "p.csv"]):
        (note,) = formulas(call("predict", "t.safetensors", "t.csv", *output))
        assert "spreadsheet" in note and "=cmd|" in note and "'@SUM(1)'" in note and "'+x'" in note
        assert "-5" not in note and "plain" not in note
    assert formulas(call("predict", "t.safetensors", "t.csv", "-o", "p.parquet")) == []
    written(folder / "n.csv", ["a,b", *(f"{i},{i % 2 * 2 - 1}" for i in range(60))])
    assert call("train", "n.csv", "--quiet", "--epochs", 1, "--task", "classification").code == 0
    assert formulas(call("predict", "n.safetensors", "n.csv")) == []


@pytest.mark.parametrize("columns", [20, 40])
def test_no_number_is_cut_in_a_narrow_window(
    call: Call, house_model: Path, houses: Path, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = [
        ("describe", houses.name),
        ("describe", house_model.name),
        ("evaluate", house_model.name, houses.name),
        ("explain", house_model.name, houses.name, "--row", "2"),
        ("explain", house_model.name, houses.name),
        ("check", house_model.name, houses.name),
    ]
    wide = {}
    for width in (1000, columns):
        monkeypatch.setenv("COLUMNS", str(width))
        for command in commands:
            result = call(*command)
            assert result.code == 0
            words = {word for word in result.out.split() if any(letter.isdigit() for letter in word)}
            assert "…" not in result.out
            if width == 1000:
                wide[command] = words
            else:
                assert wide[command] <= words, command


@pytest.mark.parametrize("columns", [20, 40])
@posix
def test_a_bar_in_a_narrow_terminal_has_its_numbers(folder: Path, columns: int) -> None:
    code, shown = in_terminal(columns, "train", "iris", "--epochs", "20")
    assert code == 0
    last = [line for line in shown.replace("\r", "\n").splitlines() if "20/20" in line][-1]
    assert "cost 0." in last and "…" not in last


@posix
def test_sentences_in_a_narrow_terminal_are_broken_between_words(house_model: Path, houses: Path) -> None:
    code, shown = in_terminal(20, "evaluate", house_model.name, houses.name)
    assert code == 0
    lines = shown.replace("\r", "").splitlines()
    assert all(len(line) <= 20 or " " not in line for line in lines)
    assert "baseline: always" in lines


@posix
def test_a_real_models_step_fits_a_window_and_ends_with_the_answer(house_model: Path, houses: Path) -> None:
    """In 24 lines no step fits by units: it is shown by matrices, with what to ask for to unfold one."""
    code, shown = in_terminal(80, "trace", house_model.name, houses.name)
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown).replace("\r", "")
    lines = plain.splitlines()
    assert code == 0 and all(len(line.rstrip()) <= 80 for line in lines)
    assert "Shown by matrices: --depth 2" in plain and len(lines) < 70
    assert "The model answers" in " ".join(" ".join(lines[-6:]).split())
    _, unfolded = in_terminal(80, "trace", house_model.name, houses.name, "--depth", "2")
    assert "Shown by matrices" not in unfolded and len(unfolded.splitlines()) > len(lines)


def test_a_closed_standard_output(folder: Path, house_model: Path, houses: Path) -> None:
    program = f"'{PROGRAM[0]}' -m glassnet"

    def ran(command: str) -> tuple[int, str]:
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    predict = f"{program} predict {house_model.name} {houses.name}"
    code, said = ran(f"{predict} >&-")
    assert code == 2
    assert said.splitlines()[-1] == "glassnet: standard output is closed; name a file for the predictions with -o."
    assert ran(f"{program} describe iris >&- ") == (
        0,
        "note: standard output is closed: what would be printed is lost\n",
    )
    assert ran(f"{predict} -o p.csv >&- 2>&- <&-") == (0, "")
    assert len((folder / "p.csv").read_text().splitlines()) == 61  # and nothing else was printed into it


@pytest.mark.parametrize("arguments", ["plot predictions houses.safetensors houses.csv", "bench --quick -o speed.svg"])
def test_an_unknown_backend_is_one_sentence(house_model: Path, houses: Path, arguments: str) -> None:
    environment = os.environ | {"MPLBACKEND": "no-such"}
    with Warm(*PROGRAM[1:], *arguments.split(), stdout=PIPE, stderr=PIPE, env=environment) as done:
        said = done.communicate(timeout=60)[1]
    assert done.returncode == 2
    assert said == (
        "glassnet: matplotlib cannot be loaded with this MPLBACKEND (seen: 'no-such'); unset MPLBACKEND, or set it to "
        "agg.\n"
    )


@posix
@pytest.mark.parametrize("package", ["click", "numpy"])
def test_ctrl_c_while_importing(folder: Path, package: str) -> None:
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text(
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)\nimport time; time.sleep(9)"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    }
    command = [*PROGRAM, "train", "iris", "--epochs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert (done.returncode, done.stdout.splitlines()[-1:], done.stderr) == (130, [], "glassnet: stopped.\n")


# One process for all, each with its exit code: starting one takes longer.
DESCRIBED = r"""
import sys
from glassnet.cli.main import run
for words in sys.argv[1:]:
    try:
        run(["describe", *words.split()])
    except SystemExit as ended:
        print(end=f"\0{ended.code}\1")
"""


@posix
@pytest.mark.parametrize(
    "variables", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=["ascii", "C"]
)
def test_a_terminal_without_letters(folder: Path, variables: dict[str, str]) -> None:
    written(folder / "t.csv", ["größe,名前", *(f"{i},{'é' if i % 2 else 'ü'}" for i in range(30))])
    environment = os.environ | {"PYTHONCOERCECLOCALE": "0"} | variables
    command = [sys.executable, "-c", DESCRIBED, "t.csv", "nö.csv", "t.csv --json"]
    done = subprocess.run(command, capture_output=True, timeout=60, env=environment)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    (_, first), (_, missing), (described, last) = (part.split(b"\0") for part in done.stdout.split(b"\1")[:3])
    assert (first, missing, last) == (b"0", b"2", b"0")
    assert json.loads(described)["columns"][0]["name"] == "größe"
