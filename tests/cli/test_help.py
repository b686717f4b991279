"""What a user sees who asks for help, or gives no command."""

from __future__ import annotations

import dataclasses

import pytest

from cli.commands import Call, Refused
from glassnet.cli.commands import names, purpose
from glassnet.data.reading.bundled import SETS
from glassnet.data.reading.options import ReadOptions
from glassnet.estimators.table.recipe import Recipe
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.version import __version__


def words(text: str) -> str:
    return " ".join(text.split())


def test_no_command_is_a_question_for_help(call: Call) -> None:
    bare, asked = call(), call("--help")
    assert (bare.code, bare.err, bare.out) == (0, "", asked.out)
    assert ", ".join(SETS) in words(asked.out)
    assert {"train", "predict", "evaluate", "describe"} <= set(names())
    for name in names():
        assert purpose(name).endswith(".") and f"  {name} " in asked.out
        assert purpose(name) in asked.out


def test_version(call: Call) -> None:
    assert call("--version").out == f"glassnet {__version__}\n"


@pytest.mark.parametrize("name", names())
def test_each_command_has_help_that_fits(call: Call, name: str) -> None:
    long, short = call(name, "--help"), call(name, "-h")
    assert long == short
    assert (long.code, long.err) == (0, "")
    assert words(long.out).startswith(f"Usage: glassnet {name} [OPTIONS]")
    assert purpose(name) in long.out
    assert max(len(line) for line in long.out.splitlines()) <= 80


def test_options_come_from_the_tables(call: Call) -> None:
    help_text = words(call("train", "--help").out)
    for record in (Recipe, ReadOptions):
        for field in dataclasses.fields(record):
            if "help" in field.metadata:
                assert f"--{field.name.replace('_', '-')} " in help_text
    for table in (ACTIVATIONS, LOSSES, OPTIMIZERS):
        assert ", ".join(table) in help_text
    assert "[64,64]" in help_text
    assert "[200]" in help_text


def test_options_stand_in_sections(call: Call) -> None:
    out = call("train", "--help").out
    places = [
        out.index(title)
        for title in (
            "\nOptions:\n",
            "\nNetwork and training  [as by default in --preset plain]:\n",
            "\nReading DATA:\n",
        )
    ]
    assert places == sorted(places)
    assert places[0] < out.index("--checkpoint-every") < places[1] < out.index("--hidden SIZES") < places[2]
    assert out.index("--delimiter") > places[2]


def test_what_a_model_remembers_is_not_asked_again(call: Call) -> None:
    for name in ("predict", "evaluate"):
        out = call(name, "--help").out
        assert "--encoding" in out
        assert "--categorical" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["trian", "digits"], "there is no command 'trian'; did you mean 'train'?"),
        (["xyz"], f"there is no command 'xyz'; the choices are {', '.join(names())}."),
        (["--hlep"], "there is no option '--hlep'; did you mean '--help'?"),
        (["train", "iris", "--hiden", "3"], "there is no option '--hiden'; did you mean '--hidden'?"),
        (["train"], "missing argument 'DATA'; glassnet train --help shows what is needed."),
        (["predict", "m.safetensors"], "missing argument 'DATA'; glassnet predict --help shows what is needed."),
        (["train", "iris", "wine"], "got unexpected extra argument (wine); glassnet train --help"),
        (["train", "iris", "--target"], "option '--target' requires an argument."),
        (["describe", "iris", "--json=yes"], "option '--json' does not take a value."),
    ],
)
def test_a_command_line_that_cannot_be_meant(refused: Refused, arguments: list[str], said: str) -> None:
    assert refused(*arguments).startswith(said)
