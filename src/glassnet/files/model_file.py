"""``save`` and ``load``: a model into one file, and back."""

from __future__ import annotations

import os

from glassnet.archive import Arrays, Facts, kind_at, read, write
from glassnet.archive.os_errors import StrPath, unusable
from glassnet.archive.untrusted import REMEDY
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput, UnknownName, UnusableFile
from glassnet.files.kinds import KINDS, Model, kind_of
from glassnet.version import __version__

FILE_KIND = "model"
FORMAT = 1


def save(model: Model, path: StrPath) -> None:
    """Write a model to a file that replaces ``path`` in one step.

    The file holds arrays and JSON, no code: preprocessing, network, parameters, history, and how the training went.
    It opens with the plain safetensors library too.

    Args:
        model: a trained :class:`TableModel` or estimator, or ``(network, parameters)``.
        path: the file, by custom ``*.safetensors``.

    Raises:
        InvalidType: not a model that a file can hold.
        InvalidInput: not trained, or parameters that are not finite.
        UnknownName: a custom layer, activation or loss that is not registered.
        UnusableFile: the file cannot be written; an old one is as it was.

    >>> import pathlib, tempfile
    >>> from glassnet.network.network import Network
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "xor.safetensors"
    >>> net = Network.mlp(2, [4], 1, loss="binary_cross_entropy")
    >>> save((net, net.initialize(seed=0)), file)
    >>> network, parameters = load(file)
    >>> parameters.W[1].shape
    (4, 2)
    """
    kind = kind_of(model)
    parts = kind.take_apart(model)
    about = {"kind": kind.name, "glassnet": __version__}
    write(path, parts.arrays, parts.facts | about, kind=FILE_KIND, version=FORMAT)


def load(path: StrPath) -> Model:
    """Read a model that :func:`save` wrote, from anyone: nothing in the file is executed, everything in it is checked.

    Args:
        path: the file.

    Returns:
        What was saved: a :class:`TableModel`, an estimator, or ``(network, parameters)``.

    Raises:
        BrokenFile: damaged, edited, or not a model.
        UnusableFile: absent, without permission, written by a newer glassnet, or larger than the memory.
        UnknownName: it needs a custom layer, activation or loss: register it first.

    >>> load("nowhere/model.safetensors")
    Traceback (most recent call last):
    glassnet.errors.UnusableFile: 'nowhere/model.safetensors' cannot be read (seen: there is no folder 'nowhere'); ...
    """
    return opened(path)[0]


def opened(path: StrPath) -> tuple[Model, Facts]:
    """The model and what else its file says."""
    try:
        arrays, facts, _ = read(path, kind=FILE_KIND, newest=FORMAT)
        return _model(arrays, facts), facts
    except UnusableFile:
        raise
    except GlassnetError as error:
        raise _about(path, error) from None
    except MemoryError as error:
        raise unusable("read", path, "it does not fit in memory", "use a machine with more") from error


def _about(path: StrPath, error: GlassnetError) -> GlassnetError:
    """An error in the file's content as one about the file."""
    name = repr(os.fspath(path))
    cause = error.cause if error.cause.startswith(name) else f"{name}: {error.cause}"
    kind = UnknownName if isinstance(error, UnknownName) else BrokenFile
    return kind(cause, error.seen, error.remedy or REMEDY)


def refuse_other_file(path: StrPath) -> None:
    """Raise where writing a model to ``path`` would replace something that is not a model: a table, perhaps.

    Raises:
        InvalidInput: a file that does not begin as our models do.
        UnusableFile: it cannot be read, or is a folder, a device or a pipe.

    >>> refuse_other_file("a-name-that-is-free.safetensors")
    """
    if kind_at(path) not in (None, FILE_KIND):
        raise InvalidInput(f"{os.fspath(path)!r} exists and is not a model", remedy="choose another name for the model")


def _model(arrays: Arrays, facts: Facts) -> Model:
    kind = KINDS[facts.choice("kind", KINDS)]
    model = kind.put_together(arrays, facts)
    if arrays:
        raise facts.broken("holds arrays that no part of it needs", ", ".join(sorted(arrays)[:5]))
    return model
