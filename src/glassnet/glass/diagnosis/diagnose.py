"""``diagnose``: what is wrong with a network or its training, the evidence, and one remedy for each fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.glass.diagnosis.answer_checks import ANSWER_CHECKS
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context, Data, row_count
from glassnet.glass.diagnosis.data_checks import DATA_CHECKS
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.diagnosis.history_checks import HISTORY_CHECKS
from glassnet.glass.diagnosis.leakage_checks import LEAKAGE_CHECKS
from glassnet.glass.diagnosis.nonfinite_checks import NONFINITE_CHECKS
from glassnet.glass.diagnosis.scale_checks import SCALE_CHECKS
from glassnet.glass.diagnosis.unit_checks import UNIT_CHECKS
from glassnet.learning.fitted import Fitted
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.tables import Table

__all__ = ["CHECKS", "Check", "Diagnosis", "Finding", "diagnose", "diagnose_fitted"]

CHECKS: Table[Check] = Table(
    "check",
    [*HISTORY_CHECKS, *NONFINITE_CHECKS, *SCALE_CHECKS, *DATA_CHECKS, *LEAKAGE_CHECKS, *UNIT_CHECKS, *ANSWER_CHECKS],
)
"""Every check, in the order they run; ``CHECKS.add`` takes your own."""


def diagnose(
    network: Network,
    parameters: Parameters,
    *,
    X: Data | None = None,
    Y: Data | None = None,
    weights: ArrayLike | None = None,
    history: Mapping[str, Sequence[float]] | None = None,
    plan: Plan | None = None,
    ending: str | None = None,
    reason: str = "",
    columns: Sequence[str] | None = None,
    classes: Sequence[object] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Diagnosis:
    """Look for faults of a network and its training; checks that need what was not passed are named in ``skipped``.

    Nothing is changed: parameters and running statistics are read, the forward pass works on copies. Of a large ``X`` a
    sample of rows is examined (``thresholds.MOST_ROWS``), always the same.

    Args:
        network: the description.
        parameters: of the network.
        X: (m, n[0]), dense or sparse, as the network gets it: after any scaling.
        Y: targets as the loss reads them, (m,) or (m, k).
        weights: (m,) >= 0, or None for all 1.
        history: columns by name; ``cost`` and ``validation_cost`` are read.
        plan: how it was trained.
        ending, reason: as in :class:`~glassnet.learning.training.Outcome`.
        columns: the names of the inputs, (n[0],).
        classes: what the user calls the classes, (k,), of one label a row.
        settings: what the user calls ``epochs``, ``learning_rate`` and ``evaluations``, such as
            ``{"epochs": "max_iter"}``.

    Raises:
        InvalidInput: shapes that do not match.

    Source: thresholds and where they come from are in ``glassnet.glass.diagnosis.thresholds``.

    >>> import numpy as np
    >>> network = Network.mlp(2, [10], 1)
    >>> parameters = network.initialize(seed=0)
    >>> parameters.b[1][:] = -1000
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> diagnosis = diagnose(network, parameters, X=X)
    >>> diagnosis.ok, diagnosis.problems[0].name
    (False, 'dead_units')
    >>> diagnosis.problems[0].what
    'layer 1 (dense relu): 10 of 10 units (100 %) are dead: their derivative is 0 on all 200 rows'
    """
    context = Context(
        network, parameters, X, Y, weights, history, plan, ending, reason, columns, settings or {}, classes
    )
    _check_shapes(context)
    skipped = {check.name: lacking for check in CHECKS.values() if (lacking := check.missing(context))}
    found = [finding for check in CHECKS.values() if check.name not in skipped for finding in check.findings(context)]
    return Diagnosis(tuple(found), skipped, None if X is None else (len(context.sample), context.all_rows))


def diagnose_fitted(fitted: Fitted, data: TableLike | None = None, y: TableLike | None = None) -> Diagnosis:
    """Diagnose a fitted model on a user's own rows; without ``data`` only the history of its training is judged.

    Args:
        fitted: the model, ``model.fitted``; how its training ended is judged where that is known.
        data: m rows, as the user has them.
        y: their labels or numbers, for the gradients and the target's scale.
    """
    X, Y = None if data is None else fitted.columns.encode(data), None if y is None else fitted.answers.encode(y)
    return diagnose_inputs(fitted, X, Y)


def diagnose_inputs(fitted: Fitted, X: Data | None = None, Y: Data | None = None) -> Diagnosis:
    """The same on rows as the network gets them.

    Args:
        fitted: the model.
        X, Y: inputs (m, n[0]) and targets as the loss reads them.
    """
    ended = fitted.ending is not None
    return diagnose(
        fitted.network,
        fitted.parameters,
        X=X,
        Y=Y,
        history=fitted.history,
        plan=fitted.plan if ended else None,
        ending=fitted.ending,
        reason=fitted.reason,
        columns=fitted.columns.inputs,
        classes=None if fitted.answers.classes is None else fitted.answers.classes.tolist(),
        settings=fitted.settings,
    )


def _check_shapes(context: Context) -> None:
    """Raises InvalidInput where parameters, rows or names do not belong together."""
    if context.parameters.theta.shape != (context.network.size,):
        raise InvalidInput(
            "these parameters belong to another network",
            f"{context.parameters.theta.size} numbers for a network of {context.network.size}",
            "pass those of this network, such as network.initialize()",
        )
    rows = {name: row_count(value) for name, value in context.data.items() if value is not None}
    if len(set(rows.values())) > 1:
        raise InvalidInput("X, Y and weights differ in length", f"rows {rows}", "pass one row for each example")
    if rows and not max(rows.values()):
        raise InvalidInput("X, Y and weights have no rows", remedy="pass at least one example")
    if context.columns is not None and len(context.columns) != context.network.inputs:
        raise InvalidInput(
            "columns does not name every input of the network",
            f"{len(context.columns)} names",
            f"pass {context.network.inputs} names",
        )
