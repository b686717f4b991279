"""A session of the native engine: a plan, its memory and its rows on the far side of the border to C++."""

from __future__ import annotations

import ctypes
import weakref
from typing import Any

import numpy as np

from glassnet.arrays import Array, contiguous, dense, inputs
from glassnet.engines.forward import Forward, warn_of_overflow
from glassnet.engines.judging import Sums
from glassnet.engines.kernels import library
from glassnet.engines.kernels.interface import (
    EpochsStruct,
    GroupStruct,
    JudgedStruct,
    LayerStruct,
    PlanStruct,
    Recorded,
    RowsStruct,
    Status,
    StepsStruct,
    VectorsStruct,
)
from glassnet.engines.native.lowering import lowered
from glassnet.engines.native.pointers import address, vectors
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.hardware import refuse_too_large
from glassnet.network.parameters import Parameters
from glassnet.network.targets import as_targets, check_classes

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
        rows.check(plan.network)
        X, Y, labels, weights = contiguous(dense(rows.X), dtype), rows.Y, None, None
        m, n = X.shape
        if loss.targets == "classes" and Y.ndim == 1:
            check_classes(Y, outputs)
            labels, outputs = contiguous(Y, np.int64), 0
        else:
            Y = contiguous(as_targets(Y, loss, outputs, dtype), dtype)
        if rows.weights is not None:
            weights = contiguous(rows.weights, np.float64)
        self.record = RowsStruct(
            address(X, (m, n), dtype),
            n,
            m,
            None if labels is not None else address(Y, (m, outputs), dtype),
            outputs,
            None if labels is None else address(labels, (m,), np.int64),
            None if weights is None else address(weights, (m,), np.float64),
        )
        self._keepalive = X, Y, labels, weights


class JudgedRows:
    """Rows whose predictions are judged, with room for their terms.

    Args:
        examples: the rows.
    """

    def __init__(self, examples: Examples) -> None:
        each = np.empty((4, examples.record.count))
        self.record = JudgedStruct(ctypes.pointer(examples.record), address(each, each.shape, np.float64, written=True))
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

    def take(self, key: bytes) -> int | None:
        """A session of the plan with this key, to be loaded; None where there is none."""
        return self._sessions.pop(key, None)

    def give(self, session_library: ctypes.CDLL, record: PlanStruct, key: bytes, handle: int) -> None:
        """Keep a session, or free it."""
        if (
            record.factors
            or record.recording
            or len(self._sessions) >= self.MOST
            or key in self._sessions
            or session_library.gn_bytes(ctypes.byref(record)) > self.BYTES
        ):
            session_library.gn_free(handle)
        else:
            self._sessions[key] = handle


def _key(record: PlanStruct) -> bytes:
    """All of a plan but where its layers, groups and settings lie."""
    own = PlanStruct.from_buffer_copy(record)
    own.layers = own.settings = own.groups = None
    layers = ctypes.string_at(record.layers, record.count * ctypes.sizeof(LayerStruct))
    groups = ctypes.string_at(record.groups, record.groups_count * ctypes.sizeof(GroupStruct))
    return bytes(own) + layers + groups + ctypes.string_at(record.settings, record.settings_count * 8)


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
        key = _key(record)
        self._handle = _SPARE.take(key) or _new(plan, rows, record)
        weakref.finalize(self, _SPARE.give, self._library, record, key, self._handle)

    def load(self, theta: Array, slots: Array | None, running: Array) -> None:
        """Parameters (n,), slots (s, n) and running statistics (r,) into the session."""
        self.load_from(vectors(theta, slots, running))

    def load_from(self, record: VectorsStruct) -> None:
        """The same, of their record."""
        _well(self._library.gn_load(self._handle, ctypes.byref(record)))

    def save(self, state: State) -> None:
        """And back into the state."""
        self.save_into(vectors(state.theta, state.slots, state.running, written=True))

    def save_into(self, record: VectorsStruct) -> None:
        """The same, by a record of vectors that may be written into."""
        _well(self._library.gn_save(self._handle, ctypes.byref(record)))

    def train(self, examples: Examples, steps: StepsStruct) -> int:
        """Take steps; how that went, a status."""
        return _well(self._library.gn_train(self._handle, ctypes.byref(examples.record), ctypes.byref(steps)))

    def train_epochs(self, examples: Examples, steps: StepsStruct, epochs: EpochsStruct) -> int:
        """Take whole epochs; how that went, a status."""
        records = (ctypes.byref(record) for record in (examples.record, steps, epochs))
        return _well(self._library.gn_train_epochs(self._handle, *records))

    def judge(self, judged: JudgedRows) -> Sums:
        """What the session's predictions come to."""
        if _well(self._library.gn_judge(self._handle, ctypes.byref(judged.record))):
            raise MemoryError("there is no memory to predict with")
        return judged.sums

    def gradient(self, examples: Examples, seed: int, step: int, threads: int, out: Array) -> float:
        """The cost of all examples; its gradient is written into ``out`` (n,)."""
        cost = ctypes.c_double()
        at = address(out, out.shape, self._dtype, written=True)
        rows = ctypes.byref(examples.record)
        _well(self._library.gn_gradient(self._handle, rows, seed, step, threads, at, out.size, ctypes.byref(cost)))
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
        at = address(out, out.shape, np.float64 if (l, what) == (0, Recorded.penalty) else self._dtype, written=True)
        if _well(self._library.gn_recorded(self._handle, l, what, self.rows, at, out.size)):
            raise ValueError(f"the kernels keep no {what.name} of layer {l}")
        return out

    def predict(self, X: Array, link: bool) -> Array:
        """Predictions (m, k), or without ``link`` scores, of contiguous ``X`` (m, n)."""
        return self.predictor(link, warns=False)(X)

    def predictor(self, link: bool, reload: Parameters | None = None, *, warns: bool = True) -> Forward:
        """A function of ``X`` (m, n): its predictions, or without ``link`` its scores, (m, k).

        Args:
            link: which of them.
            reload: parameters to read at each call; None for those the session has.
            warns: of answers that are not finite.
        """
        # Everything looked up once: a small network is done in less time than Python takes to find it.
        handle, load, borrow = self._handle, self._library.gn_load, self._library.gn_borrow
        predict = self._library.gn_predict
        n, k, dtype, empty = self._inputs, self._outputs, self._dtype, np.empty
        kept = None if reload is None else vectors(reload.theta, None, reload.running)
        parts = None if kept is None else ctypes.byref(kept)

        def forward(X: Array) -> Array:
            X = inputs(X, n, dtype)
            m = len(X)
            out = empty((m, k), dtype)
            if parts is not None:
                _well((borrow if m <= ROWS_WITHOUT_LAYOUT else load)(handle, parts))
            if m and (status := predict(handle, fast_address(X), n, m, fast_address(out), out.size, link)):
                if _well(status) != Status.diverged:
                    raise MemoryError("there is no memory to predict with")
                if warns:
                    warn_of_overflow(X, out)
            return out

        forward.__dict__["keepalive"] = self, kept  # the session lives as long as the function does
        return forward


def fast_address(array: Any) -> int:
    """The address of a contiguous array that is not empty, in a third of the time where it may be written to."""
    if array.flags.writeable:
        return ctypes.addressof(_CHAR.from_buffer(array))
    return address(array, array.shape, array.dtype)


def _well(status: int) -> int:
    """A status of the kernels, which compare all sizes once more.

    Raises:
        InvalidInput: an array is not as long as the session's plan says.
    """
    if status == Status.bad_size:
        raise InvalidInput("an array is not of the size that the plan says", remedy="pass one made for this plan")
    return status


def bytes_of(plan: Plan, rows: int, threads: int, recording: bool = False) -> int:
    """What a session takes, in bytes; -1 for a plan too large to count."""
    if max(rows, *plan.network.widths) >> 62:  # ctypes would take the lowest 64 bits
        return -1
    record: PlanStruct = lowered(plan, rows, threads, recording)
    size: int = library.load().gn_bytes(ctypes.byref(record))
    return size
