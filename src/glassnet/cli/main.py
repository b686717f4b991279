"""``glassnet``: the group of commands, loaded when used, and the one place where errors become sentences."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click
from click.shell_completion import shell_complete

from glassnet.cli import commands
from glassnet.cli.terminal import abandon, note, tell
from glassnet.data.unfamiliar import UnfamiliarWarning
from glassnet.errors import GlassnetError, nearest, unknown_name
from glassnet.learning.interrupts import code_of, ending_as_by_ctrl_c
from glassnet.text import one_line
from glassnet.version import __version__

COMPLETE = "_GLASSNET_COMPLETE"  # set by shells that ask what may come next
FAULT_OF_OURS, BAD_INPUT = 1, 2
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Commands(click.Group):
    """Commands imported when used, so that ``glassnet --help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return commands.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return commands.load(cmd_name) if cmd_name in commands.names() else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in commands.names() and not args[0].startswith("-"):
            raise unknown_name("command", args[0], commands.names())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, commands.purpose(name)) for name in commands.names()])


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="glassnet", message="%(prog)s %(version)s")
@click.pass_context
def glassnet(context: click.Context) -> None:
    """Neural networks you can see through.

    DATA is a file (CSV, TSV, also packed; Parquet, Feather, a spreadsheet), a folder of Parquet, or one of the bundled
    sets iris, wine, breast_cancer, digits, diabetes. `glassnet COMMAND --help` explains a command.

    \b
    Try:
      glassnet train digits
      glassnet predict digits.safetensors digits
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The program ``glassnet``: exits with 0, with 2 for bad input, with 1 for a fault of ours, 130 after Ctrl-C, and
    after SIGTERM and SIGHUP likewise."""
    _fill_standard_files()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without a letter gets a question mark, not an error
    if instruction := os.environ.get(COMPLETE):
        sys.exit(shell_complete(glassnet, {}, "glassnet", COMPLETE, instruction))
    terminals = [stream for stream in (sys.stdout, sys.stderr) if stream is not None and stream.isatty()]

    def hang_up() -> None:
        for terminal in terminals:
            abandon(terminal)

    with warnings.catch_warnings(), ending_as_by_ctrl_c(hang_up):
        warnings.simplefilter("always", UnfamiliarWarning)
        warnings.showwarning = lambda message, *_: note(message)
        sys.exit(_code(sys.argv[1:] if arguments is None else list(arguments)))


def _code(arguments: list[str]) -> int:
    # Not `glassnet.main(...)`: it takes the end of a pipe for a failure.
    try:
        with glassnet.make_context("glassnet", arguments) as context:
            code = glassnet.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as done:  # --help, --version
        return done.exit_code
    except click.ClickException as error:
        return _say(_in_our_words(error), BAD_INPUT)
    except GlassnetError as error:
        return _say(str(error), BAD_INPUT)
    except (KeyboardInterrupt, click.Abort) as stop:
        return _say("stopped.", code_of(stop))
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        abandon(sys.stdout)
        return 0
    except OSError as error:  # files named by the user have errors of their own: this is standard output, most often
        abandon(sys.stdout)
        what = "the output cannot be written" if error.errno in FULL else "the system refused a file"
        return _say(f"{what}: {error.strerror or error}.", BAD_INPUT)
    except MemoryError:
        return _say("there is not enough memory; give fewer rows or columns, or smaller layers.", BAD_INPUT)
    except Exception as error:
        if os.environ.get("GLASSNET_TRACEBACK"):
            raise
        report = "please report it, with what GLASSNET_TRACEBACK=1 shows."
        return _say(f"a fault of ours, {type(error).__name__}: {one_line(error)}; {report}", FAULT_OF_OURS)


def _in_our_words(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        close = nearest(error.option_name, error.possibilities or [])
        return f"there is no option {error.option_name!r}; " + (f"did you mean {close!r}?" if close else "see --help.")
    message = error.format_message().rstrip(".")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        message += f"; {error.ctx.command_path} --help shows what is needed"
    return f"{message[:1].lower()}{message[1:]}."


def _say(sentence: str, code: int) -> int:
    """One line on standard error; returns the ``code``."""
    with suppress(OSError):
        tell(f"glassnet: {' '.join(sentence.split())}", err=True)
    return code


def _fill_standard_files() -> None:
    """Open nothing in place of standard files that are closed, or the next file opened would get what is printed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    run()
