"""Saving a training to its checkpoint while it runs, and at that place nothing but a checkpoint is ever replaced."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

from glassnet.archive import kind_at
from glassnet.archive.locks import is_held, lock, opened
from glassnet.archive.os_errors import StrPath, unusable
from glassnet.errors import InvalidInput, UnusableFile
from glassnet.learning.checkpoints import KIND, save_checkpoint
from glassnet.learning.interrupts import name_of
from glassnet.learning.run import Callback, Run


class Saved(NamedTuple):
    """How far the training was that a checkpoint holds."""

    epoch: int
    step: int


Write = Callable[[Path, Path | None], None]
"""What writes a checkpoint: to a place, with the permissions of another file."""


class CheckpointFile:
    """The file of a checkpoint, replaced at each save; what another program has put there meanwhile is left alone.

    Args:
        path: its name.
        like: a file whose permissions it is to have, where that exists.

    Attributes: ``done``, the steps done so far.
    """

    def __init__(self, path: StrPath, like: StrPath | None = None) -> None:
        self.path, self.done = Path(path), 0
        # A callback may change the current folder.
        self._place, self._like = self.path.absolute(), None if like is None else Path(like).absolute()
        self._failing = False
        self._saved: Saved | None = None
        self._identity: tuple[int, ...] | None = None
        self._lock = ExitStack()

    @property
    def kept(self) -> Saved | None:
        """How far the training is that lies at the path; None where it does not, or is not what was saved."""
        return self._saved if self._identity is not None and self._identity == _identity(self._place) else None

    @property
    def up_to_date(self) -> bool:
        """Whether all that was done is in the file."""
        return self.kept is not None and self.kept.step == self.done

    def remove(self) -> None:
        """Remove the checkpoint, if it is still the one that was saved."""
        if self.kept is not None:
            with suppress(OSError):
                self._place.unlink()

    def begin(self, write: Write, saved: Saved) -> None:
        """The first save: it raises where the file cannot be written, or would replace what is not a checkpoint."""
        refuse_other_checkpoint(self.path)
        try:
            self._save(write, saved)
        except UnusableFile as error:
            raise self._in_the_users_words(error) from error

    def try_to_save(self, write: Write, saved: Saved) -> None:
        """A later save; where it fails there is a warning, and the next may succeed."""
        try:
            self._save(write, saved)
        except UnusableFile as error:
            if not self._failing:  # warn once until a save succeeds
                kept = "the last checkpoint is unchanged" if self.kept else "there is no checkpoint"
                warnings.warn(f"{self._in_the_users_words(error)} Training continues; {kept}.", stacklevel=2)
            self._failing = True

    def close(self) -> None:
        """No longer hold the file as that of a training that lives."""
        self._lock.close()

    def _save(self, write: Write, saved: Saved) -> None:
        if self._identity is not None and _identity(self._place) not in (None, self._identity):
            raise unusable("written", self._place, "another file has been put there", "name another place next time")
        write(self._place, self._like)
        self._identity, self._saved = _identity(self._place), saved
        self._hold()
        self._failing = False

    def _hold(self) -> None:
        """Lock the file, which is a new one after each save, as long as this training lives."""
        earlier, self._lock = self._lock, ExitStack()
        if os.name == "posix":  # Windows would not let the next save replace an open file
            with suppress(OSError):
                lock(self._lock.enter_context(opened(self._place.resolve())))
        earlier.close()

    def _in_the_users_words(self, error: UnusableFile) -> UnusableFile:
        return UnusableFile(error.cause.replace(str(self._place), str(self.path)), error.seen, error.remedy)


class Checkpointing(Callback):
    """Save the training when it begins, at intervals, and when it ends.

    The first save raises where the file cannot be written, or would replace another kind of file, before any work is
    lost. If a later one fails (a full disk), training continues with a warning, and the next save may succeed. What
    another program has put there meanwhile is left alone.

    Args:
        path: the file, replaced each time.
        seconds: the least time between two saves; 0 saves after every chunk of steps.
        about: plain JSON data to store with it.
        like: a file whose permissions it is to have, where that exists.

    >>> Checkpointing("training.checkpoint", seconds=30).seconds
    30
    """

    def __init__(
        self,
        path: StrPath,
        seconds: float = 30.0,
        about: Mapping[str, Any] | None = None,
        like: StrPath | None = None,
    ) -> None:
        self.file, self.seconds, self.about = CheckpointFile(path, like), seconds, about

    @property
    def kept(self) -> Saved | None:
        """How far the training is that lies at the path; None where it does not, or is not what was saved."""
        return self.file.kept

    def remove(self) -> None:
        """Remove the checkpoint, if it is still the one that was saved."""
        self.file.remove()

    def on_train_begin(self, run: Run) -> None:
        self.file.begin(*self._of(run))

    def on_chunk_end(self, run: Run) -> None:
        self.file.done = run.state.step
        if time.monotonic() - self._last >= self.seconds:
            self.file.try_to_save(*self._of(run))

    def on_train_end(self, run: Run) -> None:
        self.file.try_to_save(*self._of(run))
        self.file.close()
        if run.interrupted.ends and self.file.kept:
            by = name_of(run.interrupted.number)
            warnings.warn(f"Stopped by {by}; the training is kept in {str(self.file.path)!r}.", stacklevel=2)

    def on_train_broken(self, run: Run) -> None:
        self.file.close()

    def _of(self, run: Run) -> tuple[Write, Saved]:
        self._last, self.file.done = time.monotonic(), run.state.step

        def write(place: Path, like: Path | None) -> None:
            save_checkpoint(place, run.plan, run.state, self.about, like)

        return write, Saved(run.state.epoch, run.state.step)


def refuse_other_checkpoint(path: StrPath) -> None:
    """Raise where saving a training to ``path`` would replace what is not a checkpoint, or that of a running training.

    Raises:
        InvalidInput: says which of the two.
        UnusableFile: it cannot be read.

    >>> refuse_other_checkpoint("a-name-that-is-free.checkpoint")
    """
    name, real = os.fspath(path), os.path.realpath(path)
    if os.path.exists(real) and not (os.path.isfile(real) and kind_at(path) == KIND):  # noqa: PTH110, PTH113
        remedy = "move that file away, or choose another name"
        raise InvalidInput(f"{name!r}, the place for the checkpoint, holds something else", remedy=remedy)
    if is_held(real):
        remedy = "wait until it ends, or choose another name"
        raise InvalidInput(f"another training is running, and is saved to {name!r}", remedy=remedy)


def _identity(path: Path) -> tuple[int, ...] | None:
    """What tells the file or link at ``path`` from any other; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return (0,) if os.path.lexists(path) else None
    return path.is_symlink(), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
