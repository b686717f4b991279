"""Diagnosis in plain language: what ails a network or its training, how that is known, and one thing to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.errors import InvalidInput
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.data_checks import CONTENTS
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.diagnosis.history_checks import CURVES
from glassnet.glass.diagnosis.leakage_checks import LEAKAGE
from glassnet.glass.diagnosis.nonfinite_checks import NONFINITE
from glassnet.glass.diagnosis.scale_checks import SCALING
from glassnet.glass.diagnosis.unit_checks import UNITS
from glassnet.learning.fitted import Fitted
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.tables import Table

__all__ = ["LOOKS", "Diagnosis", "Finding", "Look", "diagnose"]

LOOKS: Table[Look] = Table("look", [*CURVES, *NONFINITE, *SCALING, *CONTENTS, *LEAKAGE, *UNITS])
"""Every question there is, in the order it is asked; ``LOOKS.add`` takes one of your own."""


def diagnose(
    network: Network,
    parameters: Parameters,
    *,
    X: Any = None,
    Y: Any = None,
    weights: Any = None,
    history: Mapping[str, Sequence[float]] | None = None,
    plan: Plan | None = None,
    ending: str | None = None,
    reason: str = "",
    columns: Sequence[str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Diagnosis:
    """Look for what ails a network. What is not given is not looked at, and the diagnosis says so.

    Nothing is changed: parameters and running statistics are read, the pass is made over copies. Of a large ``X`` a
    sample of rows is looked at (``thresholds.ROWS``), always the same.

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
        settings: what the user calls ``epochs``, ``learning_rate`` and ``evaluations``, such as
            ``{"epochs": "max_iter"}``.

    Raises:
        InvalidInput: shapes that do not go together.

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
    'layer 1 (dense relu): 10 of 10 units (100 %) are dead: slope 0 for every one of 200 rows'
    """
    case = Case(network, parameters, X, Y, weights, history, plan, ending, reason, columns, settings or {})
    _check(case)
    skipped = {look.name: lacking for look in LOOKS.values() if (lacking := look.missing(case))}
    found = [finding for look in LOOKS.values() if look.name not in skipped for finding in look.findings(case)]
    return Diagnosis(tuple(found), skipped, None if X is None else (len(case.drawn), case.all_rows))


def _check(case: Case) -> None:
    """Rows and names that go together."""
    if case.parameters.theta.shape != (case.network.size,):
        raise InvalidInput(
            "these parameters are of another network",
            seen=f"{case.parameters.theta.size} numbers for a network of {case.network.size}",
        )
    lengths = {"X": case.X, "Y": case.Y, "weights": case.weights}
    rows = {name: _length(value) for name, value in lengths.items() if value is not None}
    if len(set(rows.values())) > 1:
        raise InvalidInput("X, Y and weights must have one row for each example", seen=f"rows {rows}")
    if rows and not max(rows.values()):
        raise InvalidInput("there is no row to look at", remedy="pass at least one example")
    if case.columns is not None and len(case.columns) != case.network.inputs:
        raise InvalidInput(
            f"columns must name the {case.network.inputs} inputs of the network", seen=f"{len(case.columns)} names"
        )


def _length(value: Any) -> int:
    return int(value.shape[0]) if hasattr(value, "shape") else len(value)


def diagnose_fitted(fitted: Fitted, data: TableLike | None = None, y: TableLike | None = None) -> Diagnosis:
    """The diagnosis of a fitted model.

    Args:
        fitted: the model; how its training ended is judged where that is known.
        data, y: the user's rows, and their labels or numbers; None leaves out what would need them.
    """
    ended = fitted.ending is not None
    return diagnose(
        fitted.network,
        fitted.parameters,
        X=None if data is None else fitted.columns.encode(data),
        Y=None if y is None else fitted.answers.encode(y),
        history=fitted.history,
        plan=fitted.plan if ended else None,
        ending=fitted.ending,
        reason=fitted.reason,
        columns=fitted.columns.inputs,
        settings=fitted.settings,
    )
