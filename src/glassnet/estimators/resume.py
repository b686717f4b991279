"""Going on: with the training a checkpoint holds, or, as ``warm_start``, with the fit before."""

from __future__ import annotations

import hashlib
import os
from math import nan
from typing import Any

import numpy as np

from glassnet.arrays import is_sparse
from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.checkpoints import check_same_plan, load_checkpoint


def fingerprint(*parts: Rows | None) -> str:
    """Of all the rows, to tell whether a checkpoint belongs to them."""
    digest = hashlib.blake2b(digest_size=16)
    arrays: list[Any] = [array for rows in parts if rows is not None for array in rows if array is not None]
    for array in arrays:
        for piece in (array.indptr, array.indices, array.data) if is_sparse(array) else (array,):
            digest.update(f"{piece.dtype}{piece.shape}".encode())
            digest.update(np.ascontiguousarray(piece).data)
    return digest.hexdigest()


def resumed(path: str | os.PathLike[str], plan: Plan, data: str) -> State:
    """The state a checkpoint holds of the same plan and rows.

    Raises:
        InvalidInput: it is of another plan or of other rows.
        BrokenFile, UnusableFile: it is no checkpoint, or cannot be read.
    """
    saved, state, about = load_checkpoint(path)
    check_same_plan(saved, plan)
    if about.get("data") != data:
        raise InvalidInput(
            f"the checkpoint {os.fspath(path)!r} is of other rows",
            remedy="give the rows of the stopped training and a number as random_state, or set resume=False",
        )
    return state


def append(earlier: State, state: State) -> None:
    """Make ``state`` one of both trainings: its epochs counted, and its history written, behind the earlier ones."""
    columns = {
        name: [*earlier.history.get(name, [nan] * earlier.epoch), *state.history.get(name, [nan] * state.epoch)]
        for name in earlier.history | state.history
    }
    state.history.clear()  # in place: it is the estimator's history_ too
    state.history.update(columns)
    if state.best is not None and state.best is not earlier.best:
        state.best.epoch += earlier.epoch
    state.epoch += earlier.epoch
    state.seconds += earlier.seconds
