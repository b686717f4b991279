"""What reaches a terminal: nothing that it would obey, no error where its reader has gone."""

from __future__ import annotations

import codecs
import json
import os
import re
import shutil
import sys
import textwrap
from contextlib import suppress
from typing import Any, TextIO

import click

from glassnet.text import one_line, plain, printable

NARROW = 60  # letters of a window that is too narrow for trees
CLOSED = "standard output is closed: what would be printed is lost"
_HIDDEN = re.compile(r"[^\x20-\x7e\n]")
_said: set[str] = set()


def tell(text: str, err: bool = False, styled: bool = False) -> None:
    """Print lines; a reader that closed the pipe is not an error, as what goes on may still write files.

    Args:
        text: control characters of untrusted files are shown, not obeyed.
        err: on standard error.
        styled: of our own making, with codes for colors.
    """
    if not err and sys.stdout is None and CLOSED not in _said:
        _said.add(CLOSED)
        note(CLOSED)
    try:
        click.echo(text if styled else "\n".join(_wrapped(printable(line), err) for line in text.split("\n")), err=err)
    except BrokenPipeError:
        abandon(sys.stderr if err else sys.stdout)


def _wrapped(line: str, err: bool) -> str:
    """A line that a terminal would break within words and numbers, broken between them."""
    stream, width = sys.stderr if err else sys.stdout, shutil.get_terminal_size().columns
    if len(line) <= width or stream is None or not stream.isatty():
        return line
    margin = line[: len(line) - len(line.lstrip())] + "  "
    return textwrap.fill(line, width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)


def note(sentence: object) -> None:
    """Print a note, which is not a result, on standard error."""
    tell(f"note: {one_line(sentence)}", err=True)


def document(value: Any, indent: int = 2) -> str:
    """``value`` as JSON; what a terminal would obey, or cannot write, is escaped in it.

    >>> document(["a\\x9b", "größe", float("nan")], 0).splitlines()
    ['[', '"a\\\\u009b",', '"größe",', 'null', ']']
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    ascii_only = not codecs.lookup(encoding).name.startswith("utf")
    text = json.dumps(plain(value), ensure_ascii=ascii_only, indent=indent, default=str)
    return _HIDDEN.sub(lambda found: found[0] if printable(found[0]) == found[0] else json.dumps(found[0])[1:-1], text)


def abandon(stream: TextIO) -> None:
    """Let what is left for ``stream`` go nowhere, or the interpreter would complain at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Shown:
    """A binary file that shows lines of UTF-8 in the terminal of standard output, as ``tell`` does."""

    closed = False

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, content: bytes) -> int:
        """Show some bytes; a letter may be divided between two calls."""
        text = self._decoder.decode(bytes(content))
        sys.stdout.write("\n".join(map(printable, text.split("\n"))))
        return len(content)

    def flush(self) -> None:
        """Send what is buffered."""
        sys.stdout.flush()
