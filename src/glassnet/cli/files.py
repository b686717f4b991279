"""The files of a command: models and tables are distinguished, unwritable outputs refused before any work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.options import made
from glassnet.cli.targets import chosen
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import GlassnetError, InvalidInput

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.data.streams.dataset import Dataset
    from glassnet.estimators.table.model import TableModel
    from glassnet.learning.fitted import Fitted

# How files begin, by their ending.
PICTURES = {".svg": (b"<?xml", b"<svg"), ".png": (b"\x89png",), ".pdf": (b"%pdf",)}
PAGE = b"<!doctype html>"
STARTS = {**PICTURES, ".html": (PAGE,), ".htm": (PAGE,), ".ipynb": (b"{",), ".md": (b"# ",)}
PREDICTED = "predicted "  # the first column of predictions begins with it


def is_model(path: str) -> bool:
    """Whether ``path`` is a model file by its first bytes (a length, then a JSON object), or else by its name."""
    head = b""
    with suppress(OSError, ValueError), Path(path).open("rb") as file:
        head = file.read(10)
    return head[8:] == b'{"' if head else path.lower().endswith(".safetensors")


def open_model(path: str, target: str | None = None, note: Callable[[str], None] = lambda said: None) -> TableModel:
    """The table model at ``path``; where it holds several, that of a target, or else the middle one, which is noted.

    Raises:
        BrokenFile, UnusableFile, InvalidInput: as :func:`open_models`.
        UnknownName: no model of that target.
    """
    return chosen(open_models(path), target, note)


def open_models(path: str) -> tuple[TableModel, ...]:
    """The table models at ``path``: one, or one for each of several targets or quantiles.

    Raises:
        BrokenFile, UnusableFile: it cannot be read.
        InvalidInput: it is a table, or a model of another kind, which takes arrays instead of a table.
    """
    from glassnet.estimators.table.model import TableModel
    from glassnet.files import load

    if Path(path).is_file() and not is_model(path) and not path.lower().endswith(".safetensors"):
        raise InvalidInput(f"{path!r} is not a model file", remedy="name the model first, then the data")
    model = load(path)
    if not isinstance(model, TableModel):
        kind = "network" if isinstance(model, tuple) else type(model).__name__
        raise InvalidInput(
            f"{path!r} holds a {kind}, which takes arrays, not tables", remedy="use it from Python: glassnet.load(path)"
        )
    return model.models_


def open_table(data: str, options: ReadOptions, note: Callable[[str], None]) -> Source:
    """The table at ``data``; every remark on how it was read is passed to ``note``.

    Raises:
        InvalidInput: it is a model.
        GlassnetError: it cannot be read.
    """
    from glassnet.data.reading.opening import open_source
    from glassnet.data.streams.files import is_pattern

    if not data:
        raise InvalidInput("DATA is empty", remedy="name a file or a bundled set")
    if Path(data).is_file() and is_model(data):
        raise InvalidInput(f"{data!r} is a model file, not a table", remedy="name a table, such as a CSV file")
    if is_pattern(data):
        from glassnet.data.streams.dataset import Dataset

        source = Dataset(data, options=options).source
    else:
        source = open_source(data, options)
    for remark in source.notes:
        note(remark)
    return source


def open_dataset(data: str, options: ReadOptions, memory: str | None) -> Dataset | None:
    """DATA as rows read as they are needed: where the user says so, names several files, or has too large ones.

    Args:
        data: what the user named.
        options: how to read it.
        memory: how much to take, such as "1GB"; None if not set.

    Raises:
        GlassnetError: it cannot be read so.
    """
    from glassnet.data.streams.dataset import DEFAULT_MEMORY, Dataset
    from glassnet.data.streams.files import is_pattern
    from glassnet.hardware import available_memory

    available = available_memory()
    large = available is not None and _size(data) > available / 2
    return (
        Dataset(data, memory=memory or DEFAULT_MEMORY, options=options) if memory or is_pattern(data) or large else None
    )


def _size(data: str) -> int:
    """Bytes of a file, or of all in a folder; 0 where there is none."""
    path = Path(data)
    with suppress(OSError, ValueError):
        return sum(one.stat().st_size for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())
    return 0


def replacing(path: str | Path) -> str:
    """What to say of a file that is about to be replaced: nothing where there is none."""
    return ", replacing what was there" if Path(path).exists() else ""


def open_both(
    model: str, data: str, values: Mapping[str, Any], note: Callable[[str], None]
) -> tuple[TableModel, Source]:
    """The model and the table of a command, of several targets the one of ``--target``; remarks go to ``note``."""
    trained = open_model(model, values.get("target"), note)
    return trained, checked_table([trained], data, values, note)


def checked_table(
    models: Sequence[TableModel], data: str, values: Mapping[str, Any], note: Callable[[str], None]
) -> Source:
    """The table of a command, with the columns that the models need; every remark is passed to ``note``, once."""
    source = open_table(data, made(ReadOptions, values), note)
    targets = {model.target.name for model in models}
    others = {f"column {name!r}" for name in targets}
    remarks = dict.fromkeys(remark for model in models for remark in model.check(source))
    for remark in remarks:
        if len(targets) < 2 or not any(name in remark for name in others):  # one's target is not an input of the others
            note(remark)
    return source


def shown_of(trained: TableModel, member: int | None, note: Callable[[str], None]) -> TableModel | Fitted:
    """What a command looks into: one of several networks; where none is chosen, all of them, which is said.

    Raises:
        InvalidInput: there are not so many.
    """
    if member is not None:
        return trained.member(member)
    if shown := trained.fitted.shown:
        note(f"what a single network has is that of {shown}; --member chooses another")
    return trained


def refuse_unwritable(path: str | Path) -> None:
    """Raise where a file cannot be written: no such folder, no permission, a folder or a device.

    Raises:
        UnusableFile: says why.
    """
    from glassnet.archive import replace_atomically

    with suppress(_Undo), replace_atomically(path):
        raise _Undo  # nothing is replaced where the block ends in an error


def refuse_other(path: str | Path, what: str) -> None:
    """Raise where writing ``what`` to ``path`` would replace something else, or cannot be done.

    Raises:
        InvalidInput: an existing file that does not begin as files of its ending do.
        UnusableFile: it cannot be written.
    """
    if Path(path).is_file():
        with Path(path).open("rb") as file:
            head = file.read(len(PAGE)).lower()
        if head and not head.startswith(STARTS[Path(path).suffix.lower()]):
            remedy = "choose another name for the output"
            raise InvalidInput(f"{str(path)!r} exists and is not {what}", remedy=remedy)
    refuse_unwritable(path)


def refuse_other_table(path: str) -> None:
    """Raise where writing predictions to ``path`` would replace something else: the data, perhaps.

    Raises:
        InvalidInput: an existing file that does not begin as our predictions do.
    """
    from glassnet.data.reading.opening import open_source

    names: tuple[str, ...] = ()
    if not Path(path).exists():
        return
    with suppress(GlassnetError):
        names = open_source(path).names
    if not (names and names[0].startswith(PREDICTED)):
        raise InvalidInput(
            f"{path!r} exists and does not hold predictions", remedy="choose another name for the output"
        )


class _Undo(Exception):
    """Ends a trial of writing."""
