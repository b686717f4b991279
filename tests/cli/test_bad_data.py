"""Tables that cannot be learned from: one sentence on the command line, one error of two kinds in Python."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest

import glassnet
from cli.commands import Call, Refused, Result, contents, house_lines, posix, process, written
from warm import PIPE, Warm


def rows(target: object = None, **at: object) -> list[str]:
    """``a`` counts, ``y`` is one and a half of it or ``target``; ``a7="x"`` puts a word into a row, counted from 1."""
    lines = []
    for i in range(1, 31):
        lines.append(f"{at.get(f'a{i}', i)},{at.get(f'y{i}', i * 1.5 if target is None else target)}")
    return ["a,y", *lines]


JUNK = np.random.default_rng(0).bytes(5000)
# name -> (what the file holds, what the sentence says: what, what was seen, what to do; the error's built-in)
BAD: dict[str, tuple[bytes | list[str], list[str], type[Exception]]] = {
    "empty": (b"", ["is empty", "pass a file with a row of names"], ValueError),
    "blank": (b"\n\n  \n", ["bad.csv"], ValueError),
    "header only": (["a,y"], ["has no rows", "2 columns"], ValueError),
    "one row": (["a,y", "1,2"], ["'y' is constant", "1 row"], ValueError),
    "one class": (rows("x"), ["'y' has only one class", "'x' in all 30 rows", "at least two"], ValueError),
    "constant target": (rows(1.5), ["'y' is constant", "1.5 in all 30 rows"], ValueError),
    "a class a row": (
        ["a,y", *(f"{i},name {i}" for i in range(30))],
        ["a class of its own in 'y'", "choose another target"],
        ValueError,
    ),
    "only the target": (["y", *map(str, range(30))], ["no column to learn from"], ValueError),
    "only constant columns": (
        ["a,y", *(f"7,{i}" for i in range(30))],
        ["no column to learn from", "always 7"],
        ValueError,
    ),
    "missing target": (rows(y7=""), ["'y' is missing in some rows", "1 of 30", "row 7"], ValueError),
    "nan in the target": (rows(y7="nan"), ["'y' is missing in some rows", "row 7", "leave these rows out"], ValueError),
    "infinity in the target": (rows(y7="inf"), ["row 7 of column 'y' is infinite", "replace it"], ValueError),
    "infinity in a column": (rows(a7="-inf"), ["row 7 of column 'a' is infinite", "'-inf'"], ValueError),
    "mixed target": (rows(y7="many"), ["'y' mixes numbers and words", "'many' in row 7", "--missing"], ValueError),
    "mixed column": (rows(a3="many", a9="few"), ["'a'", "'many'", "--missing"], ValueError),
    "ragged": ([*rows(), "1,2,3"], ["line 32", "3 cells where the first row has 2", "--delimiter"], ValueError),
    "short row": ([*rows(), "1"], ["line 32", "1 cell"], ValueError),
    "double names": (["a,a,y", "1,2,3"], ["two columns named 'a'", "columns 1 and 2", "rename one"], ValueError),
    "binary junk": (JUNK, ["is not a table", "pass a CSV file"], ValueError),
    "damaged gzip": (gzip.compress(b"a,y\n1,2\n" * 2000)[:40], ["gzip"], ValueError),
    "zip": (b"PK\x03\x04" + JUNK, ["is a damaged zip archive or spreadsheet", "save the sheet as CSV"], ValueError),
    "another encoding": ("größe,y\n1,2\n".encode("latin-1"), ["is not UTF-8", "--encoding latin-1"], ValueError),
    "parquet in name": (b"PAR1" + JUNK, ["bad.csv"], ValueError),
    "open quotation": ([*rows(), '1,"2', *rows()[1:]], ["quotation mark", "never closed"], ValueError),
}


@pytest.fixture
def bad(request: pytest.FixtureRequest, folder: Path) -> tuple[str, list[str], type[Exception]]:
    content, said, builtin = BAD[request.param]
    if isinstance(content, bytes):
        (folder / "bad.csv").write_bytes(content)
    else:
        written(folder / "bad.csv", content)
    return "bad.csv", said, builtin


every = pytest.mark.parametrize("bad", BAD, indirect=True)


@every
def test_on_the_command_line(refused: Refused, bad: tuple[str, list[str], type[Exception]]) -> None:
    path, said, _ = bad
    sentence = refused("train", path)
    for words in said:
        assert words in sentence


@every
def test_from_python(bad: tuple[str, list[str], type[Exception]]) -> None:
    path, said, builtin = bad
    with pytest.raises(glassnet.GlassnetError) as caught:
        glassnet.TableModel(glassnet.Recipe(epochs=1)).fit(path)
    assert isinstance(caught.value, builtin)
    for words in said:
        assert words in str(caught.value)
    assert "Error" not in str(caught.value).split("(seen")[0]


def test_a_new_table_for_an_old_model(refused: Refused, house_model: Path, folder: Path) -> None:
    for name, (content, _, _) in BAD.items():
        if isinstance(content, bytes):
            (folder / "bad.csv").write_bytes(content)
            assert refused("predict", house_model, "bad.csv"), name
            assert refused("evaluate", house_model, "bad.csv"), name


@pytest.mark.parametrize("target", ["prise", "Price", "prices"])
def test_a_misspelt_target(refused: Refused, houses: Path, target: str) -> None:
    sentence = refused("train", "houses.csv", "--target", target)
    assert sentence == (
        f"houses.csv has no column '{target}' to predict; 'price' is near; its columns are size, color, price."
    )
    with pytest.raises(ValueError, match="'price' is near"):
        glassnet.TableModel().fit("houses.csv", target)


def test_a_target_like_no_column(refused: Refused, houses: Path) -> None:
    assert refused("train", "houses.csv", "--target", "xyz").endswith("its columns are size, color, price.")


def test_words_for_a_regression(refused: Refused, fruits: Path) -> None:
    assert "'fruit'" in refused("train", "fruits.csv", "--task", "regression")


@pytest.mark.parametrize("name", ["house.csv", "hosues.csv", "HOUSES.CSV"])
def test_a_missing_file_with_a_near_name(refused: Refused, houses: Path, name: str) -> None:
    assert refused("train", name) == f"there is no file '{name}'; the nearest name is 'houses.csv'."


def test_a_bundled_set_with_a_near_name(refused: Refused) -> None:
    assert "'digits'" in refused("train", "digts")


@pytest.mark.parametrize(("name", "said"), [(".", "is a folder"), ("", "is empty"), ("gone/x.csv", "no folder")])
def test_a_place_that_is_no_file(refused: Refused, name: str, said: str) -> None:
    assert said in refused("train", name)


@pytest.mark.parametrize("option", ["--categorical", "--numeric"])
def test_an_option_that_names_no_column(refused: Refused, houses: Path, option: str) -> None:
    assert "did you mean 'color'?" in refused("train", "houses.csv", option, "colr")


# Root may do everything, so the command gives up its rights; what it imports may lie where only root may read.
UNPRIVILEGED = """
import contextlib, os, sys
from glassnet.cli.main import run
with contextlib.suppress(SystemExit):
    run(["train", "open.csv", "--quiet", "--epochs", "1", "-o", "warm.safetensors"])
os.unlink("warm.safetensors")
os.chmod(".", int(sys.argv[1], 8))
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
run(sys.argv[2:])
"""


@posix
@pytest.mark.parametrize(
    ("mode", "data", "said"),
    [
        ("777", "secret.csv", "'secret.csv' cannot be read (seen: Permission denied); check its permissions."),
        ("555", "open.csv", "'open.safetensors' cannot be written (seen: there is no permission); change"),
    ],
)
def test_without_permission(mode: str, data: str, said: str) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are private
        written(Path(name) / "open.csv", house_lines())
        written(Path(name) / "secret.csv", house_lines()).chmod(0)
        with Warm("-c", UNPRIVILEGED, mode, "train", data, cwd=name, stdout=PIPE, stderr=PIPE) as process:
            printed = process.communicate(timeout=60)
        Path(name).chmod(0o700)
        assert process.returncode == 2
        assert Result(process.returncode, *printed).sentence().startswith(said)
        assert {path.name for path in Path(name).iterdir()} == {"open.csv", "secret.csv"}


def test_a_real_process_says_the_same(houses: Path, folder: Path) -> None:
    result = process("train", "houses.csv", "--target", "prise")
    assert "'price' is near" in result.sentence()
    assert result.out == ""
    assert set(contents(folder)) == {"houses.csv"}


def test_a_fault_of_ours(call: Call, houses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("inner\nworkings")

    monkeypatch.setattr(glassnet.TableModel, "prepare", broken)
    result = call("train", "houses.csv", "--quiet")
    assert result.code == 1
    assert result.err.startswith("glassnet: a fault of ours, KeyError: ")
    assert result.err.count("\n") == 1
    assert "GLASSNET_TRACEBACK=1" in result.err
    monkeypatch.setenv("GLASSNET_TRACEBACK", "1")
    with pytest.raises(KeyError):
        call("train", "houses.csv")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MemoryError(), 2, "not enough memory"),
        (KeyboardInterrupt(), 130, "stopped"),
        (OSError(5, "Input/output error"), 2, "the system refused a file: Input/output error."),
    ],
)
def test_other_endings(
    call: Call, houses: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def ends(*_: object) -> None:
        raise error

    monkeypatch.setattr(glassnet.TableModel, "prepare", ends)
    result = call("train", "houses.csv", "--quiet")
    assert (result.code, result.err.count("\n")) == (code, 1)
    assert said in result.err
