"""A session of the native engine: a plan, its memory and its rows on the far side of the border to C++."""

from __future__ import annotations

import ctypes
import weakref
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.forward import Forward
from glassnet.engines.judging import Sums
from glassnet.engines.kernels import library
from glassnet.engines.kernels.interface import (
    EpochsStruct,
    JudgedStruct,
    LayerStruct,
    PlanStruct,
    Recorded,
    RowsStruct,
    StepsStruct,
)
from glassnet.engines.native.lowering import address, lowered
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.hardware import refuse_too_large
from glassnet.network.parameters import Parameters
from glassnet.network.targets import as_targets

_CHAR = ctypes.c_char
ROWS_WITHOUT_LAYOUT = 12  # up to which a prediction reads each weight once, so that it need not be laid out first


class Examples:
    """Rows as the kernels read them: contiguous, in the plan's dtype; alive as long as they are read.

    Args:
        plan: of the training.
        rows: dense.
    """

    def __init__(self, plan: Plan, rows: Rows) -> None:
        dtype, loss, outputs = plan.numpy_dtype, plan.network.loss, plan.network.outputs
        X = np.ascontiguousarray(rows.X, dtype)
        Y, labels = np.asarray(rows.Y), None
        if loss.targets == "classes" and Y.ndim == 1:
            as_targets(np.array([Y.min(), Y.max()]) if len(Y) else Y, loss, outputs, dtype)  # refuses other numbers
            labels = np.ascontiguousarray(Y, np.int64)
        else:
            Y = np.ascontiguousarray(as_targets(Y, loss, outputs, dtype))
        weights = None if rows.weights is None else np.ascontiguousarray(rows.weights, np.float64)
        _refuse_other_shapes(plan, X, Y, weights)
        self.record = RowsStruct(
            address(X),
            X.strides[0] // dtype.itemsize if len(X) > 1 else X.shape[1],
            len(X),
            None if labels is not None else address(Y),
            None if labels is None else address(labels),
            None if weights is None else address(weights),
        )
        self._keepalive = X, Y, labels, weights


class JudgedRows:
    """Rows whose predictions are judged, with room for their terms.

    Args:
        examples: the rows.
    """

    def __init__(self, examples: Examples) -> None:
        each = np.empty((4, examples.record.count))
        self.record = JudgedStruct(ctypes.pointer(examples.record), address(each))
        self._keepalive = examples, each

    @property
    def sums(self) -> Sums:
        """What the last judgment came to."""
        return Sums(*(getattr(self.record, name) for name in Sums._fields))


class Spare:
    """Sessions no longer in use, ready for the next training of the same plan: ``partial_fit`` begins many."""

    MOST, BYTES = 2, 100_000_000

    def __init__(self) -> None:
        self._sessions: dict[bytes, int] = {}

    def take(self, record: PlanStruct) -> int | None:
        """A session of this plan, to be loaded; None where there is none."""
        return self._sessions.pop(_key(record), None)

    def give(self, session_library: ctypes.CDLL, record: PlanStruct, handle: int) -> None:
        """Keep a session, or free it."""
        small = session_library.gn_bytes(ctypes.byref(record)) <= self.BYTES
        if (
            not small
            or record.factors
            or record.recording
            or len(self._sessions) >= self.MOST
            or _key(record) in self._sessions
        ):
            session_library.gn_free(handle)
        else:
            self._sessions[_key(record)] = handle


def _key(record: PlanStruct) -> bytes:
    """All of a plan but where its layers and settings lie."""
    own = PlanStruct.from_buffer_copy(record)
    own.layers = own.settings = None
    layers = ctypes.string_at(record.layers, record.count * ctypes.sizeof(LayerStruct))
    return bytes(own) + layers + ctypes.string_at(record.settings, record.settings_count * 8)


_SPARE = Spare()


def check_memory(plan: Plan, rows: int, recording: bool = False) -> None:
    """Raise where a session's arrays for batches of ``rows`` rows do not fit in memory.

    Raises:
        InvalidInput: with both sizes.
    """
    training = f"a training of {plan.network.size} parameters in batches of {rows} rows"
    refuse_too_large(training, bytes_of(plan, rows, 1, recording), "take a smaller batch_size or narrower layers")


def _new(plan: Plan, rows: int, record: PlanStruct) -> int:
    if rows > 0:
        check_memory(plan, rows)
    handle: int | None = library.load().gn_make(ctypes.byref(record))
    if not handle:
        raise MemoryError("there is no memory for the native engine's workspace")
    return handle


class Session:
    """A plan made ready in C++, with all its memory; freed with this object.

    Args:
        plan: what is to run.
        rows: of the largest batch; 0 for one that only predicts.
        threads: how many.
        recording: True for one that keeps every number of its last step.
    """

    def __init__(self, plan: Plan, rows: int, threads: int, recording: bool = False) -> None:
        self.rows, self.threads = rows, threads
        self._inputs, self._outputs, self._dtype = plan.network.inputs, plan.network.outputs, plan.numpy_dtype
        self._library = library.load()
        record = lowered(plan, rows, threads, recording)
        self._handle = _SPARE.take(record) or _new(plan, rows, record)
        weakref.finalize(self, _SPARE.give, self._library, record, self._handle)

    def load(self, theta: Array, slots: Array | None, running: Array) -> None:
        """Parameters (n,), slots (s, n) and running statistics (r,) into the session."""
        self._library.gn_load(self._handle, address(theta), None if slots is None else address(slots), address(running))

    def save(self, state: State) -> None:
        """And back into the state."""
        self._library.gn_save(self._handle, address(state.theta), address(state.slots), address(state.running))

    def train(self, examples: Examples, steps: StepsStruct) -> int:
        """Take steps; how that went, a status."""
        status: int = self._library.gn_train(self._handle, ctypes.byref(examples.record), ctypes.byref(steps))
        return status

    def train_epochs(self, examples: Examples, steps: StepsStruct, epochs: EpochsStruct) -> int:
        """Take whole epochs; how that went, a status."""
        records = (ctypes.byref(record) for record in (examples.record, steps, epochs))
        status: int = self._library.gn_train_epochs(self._handle, *records)
        return status

    def judge(self, judged: JudgedRows) -> Sums:
        """What the session's predictions come to."""
        if self._library.gn_judge(self._handle, ctypes.byref(judged.record)):
            raise MemoryError("there is no memory to predict with")
        return judged.sums

    def gradient(self, examples: Examples, seed: int, step: int, out: Array) -> float:
        """The cost of all examples; its gradient is written into ``out`` (n,)."""
        cost = ctypes.c_double()
        self._library.gn_gradient(
            self._handle, ctypes.byref(examples.record), seed, step, address(out), ctypes.byref(cost)
        )
        return cost.value

    def recorded(self, l: int, what: Recorded, out: Array) -> Array:
        """What the last step left in layer ``l``, or with 0 in no layer, written into ``out``.

        Args:
            l: 1 ... L, or 0.
            what: which numbers.
            out: of the shape that this has, contiguous.

        Raises:
            ValueError: there is no such thing there.
        """
        if self._library.gn_recorded(self._handle, l, what, self.rows, address(out)):
            raise ValueError(f"the kernels keep no {what.name} of layer {l}")
        return out

    def predict(self, X: Array, link: bool) -> Array:
        """Predictions (m, k), or without ``link`` scores, of contiguous ``X`` (m, n)."""
        return self.predictor(link)(X)

    def predictor(self, link: bool, reload: Parameters | None = None) -> Forward:
        """A function of contiguous ``X`` (m, n): its predictions, or without ``link`` its scores, (m, k).

        Args:
            link: which of them.
            reload: parameters to read at each call; None for those the session has.
        """
        # Everything looked up once: a small network is done in less time than Python takes to find it.
        handle, load, borrow = self._handle, self._library.gn_load, self._library.gn_borrow
        predict = self._library.gn_predict
        inputs, k, dtype, empty = self._inputs, self._outputs, self._dtype, np.empty
        parts = None if reload is None else (reload.theta, reload.running)  # alive, so that their addresses stay theirs
        places = None if parts is None else [address(part) for part in parts]

        def forward(X: Array) -> Array:
            m, n = X.shape
            if n != inputs:
                raise InvalidInput(f"X must have {inputs} columns", seen=f"shape {X.shape}")
            out = empty((m, k), dtype)
            if places is not None and m <= ROWS_WITHOUT_LAYOUT:
                borrow(handle, *places)
            elif places is not None:
                load(handle, places[0], None, places[1])
            if m and predict(handle, fast_address(X), n, m, fast_address(out), link):
                raise MemoryError("there is no memory to predict with")
            return out

        forward.__dict__["keepalive"] = self, parts  # the session lives as long as the function does
        return forward


def fast_address(array: Any) -> int:
    """:func:`address` of an array that is not empty, in a third of the time where it may be written to."""
    return ctypes.addressof(_CHAR.from_buffer(array)) if array.flags.writeable else address(array)


def bytes_of(plan: Plan, rows: int, threads: int, recording: bool = False) -> int:
    """What a session takes, in bytes; -1 for a plan too large to count."""
    if max(rows, *plan.network.widths) >> 62:  # ctypes would take the lowest 64 bits
        return -1
    record: PlanStruct = lowered(plan, rows, threads, recording)
    size: int = library.load().gn_bytes(ctypes.byref(record))
    return size


def _refuse_other_shapes(plan: Plan, X: Array, Y: Array, weights: Array | None) -> None:
    """The kernels do not check these: they would read outside the arrays."""
    if X.shape[1:] != (plan.network.inputs,):
        raise InvalidInput(f"X must have shape (m, {plan.network.inputs})", seen=f"shape {X.shape}")
    if not len(X) == len(Y) == len(X if weights is None else weights):
        seen = f"{len(X)} rows of X, {len(Y)} of Y" + ("" if weights is None else f", {len(weights)} weights")
        raise InvalidInput("X, Y and weights must have as many rows", seen=seen)
