"""``glassnet``: the table of commands, loaded when used, and the one place where errors become sentences."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from glassnet.errors import GlassnetError, nearest
from glassnet.version import __version__

# Name -> what it does. `glassnet NAME` is the function `command` in `glassnet/cli/NAME.py`.
COMMANDS = {
    "train": "Train a network on a table and write it to a file.",
    "predict": "Predict the target of a table's rows with a trained model.",
    "evaluate": "Measure how good a trained model is on a table.",
    "describe": "Say what is in a model file or in a table.",
}

FAULT_OF_OURS, BAD_INPUT, INTERRUPTED = 1, 2, 130


class Commands(click.Group):
    """Commands imported when used, so that ``glassnet --help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"glassnet.cli.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            close = nearest(args[0], COMMANDS)
            hint = f"did you mean {close!r}?" if close else f"the commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="glassnet")
def glassnet() -> None:
    """Neural networks you can see through.

    DATA is a file (CSV, TSV, also .gz, Parquet, Feather) or one of the bundled sets iris, wine, breast_cancer, digits,
    diabetes. `glassnet COMMAND --help` explains a command.
    """


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The program ``glassnet``: exits with 0, with 2 for bad input, with 1 for a fault of ours, 130 after Ctrl-C."""
    try:
        code = glassnet.main(args=arguments, prog_name="glassnet", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(BAD_INPUT)
    except GlassnetError as error:
        _say(str(error))
        sys.exit(BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        _say("stopped.")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except MemoryError:
        _say("there is not enough memory for this; give fewer rows or columns, or smaller layers.")
        sys.exit(BAD_INPUT)
    except Exception as error:
        if os.environ.get("GLASSNET_TRACEBACK"):
            raise
        _say(
            f"a fault of ours, {type(error).__name__}: {' '.join(str(error).split())}; "
            "please report it, with what GLASSNET_TRACEBACK=1 shows."
        )
        sys.exit(FAULT_OF_OURS)


def _say(sentence: str) -> None:
    print(f"glassnet: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    run()
