"""``Fitted``: all that a fitted model is, in one record.

Every estimator and table model hands it out as ``model.fitted``. Traces, diagnoses, explanations, displays, files and
predictors take it, so none of them has to know the kinds of models there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.data.row_digests import JudgedRows, RowDigests, RowPrints, judged_rows
from glassnet.data.source import TableLike
from glassnet.engines.choice import AUTO, Arithmetic
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, InvalidType
from glassnet.learning.blending.blend import Blend, Member
from glassnet.learning.columns import ArrayColumns, Columns, plain_check
from glassnet.learning.history import History
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

UNNAMED = "the prediction"  # what is predicted, where the user has no name for it


def given_truth(data: TableLike, y: Any) -> Array:
    """``y`` as an array, (m,) or (m, k).

    Raises:
        InvalidInput: it was not passed.
    """
    if y is None:
        raise InvalidInput("the truth is needed, to judge the model by", remedy="pass y, one label or number a row")
    return np.asarray(y.toarray() if is_sparse(y) else y)


def single(predictions: Array) -> Array:
    """Predictions (m, k), of one output as (m,)."""
    return predictions[:, 0] if predictions.shape[1] == 1 else predictions


@dataclass(frozen=True, eq=False)
class Answers:
    """What the outputs of a network mean to the user.

    Args:
        encode: labels or numbers of m rows, as the user has them -> targets ``Y`` as the loss reads them.
        decode: predictions ``y^`` (m, k) -> answers: labels or numbers (m,), or (m, k) of several.
        name: what is predicted.
        classes: the labels of a classifier in order, or None.
        probabilities: predictions (m, k) -> the probability of each class; None where there are no classes.
        truth: ``(data, y)`` -> the user's labels or numbers (m,), of a table from its target's column.
        in_table: True where ``encode`` takes a table that has the target too.
        scale, center: a numeric answer is ``scale * score + center`` in the user's unit.
    """

    encode: Callable[[Any], Array]
    decode: Callable[[Array], Array]
    name: str = UNNAMED
    classes: Array | None = None
    probabilities: Callable[[Array], Array] | None = None
    truth: Callable[[TableLike, Any], Array] = given_truth
    in_table: bool = False
    scale: float = 1.0
    center: float = 0.0


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted model.

    Args:
        network, parameters: the description, and what was learned.
        columns: the user's columns, and how rows become inputs.
        answers: what the outputs mean, and how targets become outputs.
        plan: how it was trained, or would be trained further; None where nothing is known of a training.
        state: where the training stands; None where it was not kept.
        history: what was recorded.
        ending, reason: how the training ended, see :class:`~glassnet.learning.training.Outcome`; None where that is
            not known, as in a model from a file.
        arithmetic: which engine is wanted, with how many threads.
        settings: what the user calls ``epochs``, ``learning_rate`` and ``evaluations``.
        rows, validation_rows: how many were learned from, and held out to judge by; None where that is not known.
        note: what a reader of its numbers must know of their units.
        blended: the networks that predict together, of which ``network`` leads; None where it predicts alone.
        row_digests: which rows taught it; None where that is not known.
    """

    network: Network
    parameters: Parameters
    columns: Columns
    answers: Answers
    plan: Plan | None = None
    state: State | None = None
    history: History | None = None
    ending: str | None = None
    reason: str = ""
    arithmetic: Arithmetic = AUTO
    settings: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    validation_rows: int | None = None
    note: str = ""
    blended: Blend | None = None
    row_digests: RowDigests | RowPrints | None = None

    @property
    def blend(self) -> Blend:
        """What predicts: the networks that do so together, or the only one."""
        return self.blended or Blend((Member(self.network, self.parameters),))

    @property
    def shown(self) -> str:
        """Which network of several is shown where one is, for people; "" where it predicts alone."""
        members = self.blend.members
        return "" if len(members) == 1 else f"member 1 of {len(members)} that predict together, {members[0]}"

    def member(self, number: int) -> Fitted:
        """One network of those that predict together, as a model of its own.

        Args:
            number: from 1, the one of largest weight first.

        Raises:
            InvalidInput: there are not so many.
        """
        members = self.blend.members
        if not 1 <= number <= len(members):
            raise InvalidInput(f"there is no member {number}", remedy=f"choose one from 1 to {len(members)}")
        one = members[number - 1]
        plan = None if self.plan is None else replace(self.plan, network=one.network)
        whose = f" Shown is {one}, one of {len(members)} that predict together." if len(members) > 1 else ""
        note = self.note.partition(" Shown is ")[0] + whose
        return replace(
            self,
            network=one.network,
            parameters=one.parameters,
            plan=plan,
            history=self.history if one.number == members[0].number else None,
            blended=None,
            state=None,
            note=note,
        )

    @property
    def classifies(self) -> bool:
        """True for a classifier, whose answers are one of a few."""
        return self.network.loss.targets in ("classes", "zero_one")

    def encode(self, data: TableLike, y: TableLike | None = None) -> tuple[Any, Array]:
        """A user's rows as the network takes them.

        Args:
            data: m rows.
            y: their labels or numbers; a table may hold them itself.

        Returns:
            Inputs (m, n[0]) and targets, (m, k) or class numbers (m,).
        """
        X, labels = self.columns.encode(data), data if y is None and self.answers.in_table else y
        return X, self.answers.encode(given_truth(data, y) if labels is None else labels)

    def roles(self, X: Array, Y: Array | None = None) -> Array | None:
        """What rows were to the training, indices into ``ROLES`` (m,); None where that is not known.

        Args:
            X, Y: inputs and targets as :meth:`encode` makes them; targets where they are known.
        """
        return None if self.row_digests is None else self.row_digests.roles(X, Y)

    def judged(self, X: Array, Y: Array, judge: str = "unseen") -> JudgedRows:
        """The rows to judge it by, see :func:`~glassnet.data.row_digests.judged_rows`."""
        return judged_rows(self.roles(X, Y), len(X), judge)


def fitted_of(model: object) -> Fitted:
    """The record of whatever fitted model a user passes.

    Args:
        model: a ``Fitted``; an estimator of ours or a model of a whole table; a scikit-learn pipeline that ends in an
            estimator of ours; or ``(network, parameters)``.

    Raises:
        InvalidType: none of these.
        InvalidInput: not fitted, or a pipeline that makes other columns of the user's.

    >>> network = Network.mlp(2, [3], 1)
    >>> fitted_of((network, network.initialize())).columns.names
    ('x1', 'x2')
    """
    if isinstance(model, Fitted):
        return model
    if isinstance(model, tuple) and len(model) == 2 and isinstance(model[0], Network):
        return _of_pair(*model)
    if hasattr(type(model), "fitted"):
        fitted: Fitted = model.fitted  # type: ignore[attr-defined]
        return fitted
    if hasattr(model, "named_steps") and hasattr(type(model[-1]), "fitted"):  # type: ignore[index]
        return _of_pipeline(model)
    raise InvalidType(
        f"a {type(model).__name__} cannot be looked into",
        remedy="pass a fitted estimator of glassnet, a TableModel, or (network, parameters)",
    )


def _of_pair(network: Network, parameters: Parameters) -> Fitted:
    columns = ArrayColumns.of(network.inputs, None, lambda X: network.check_inputs(X, np.float64))

    def decode(predictions: Array) -> Array:
        if network.loss.targets == "classes":
            return predictions.argmax(axis=1)
        predictions = (predictions > 0.5).astype(int) if network.loss.targets == "zero_one" else predictions
        return single(predictions)

    return Fitted(network, parameters, columns, Answers(np.asarray, decode))


def _of_pipeline(pipeline: Any) -> Fitted:
    """Of steps that keep the user's columns, such as scalers, and an estimator behind them."""
    last: Fitted = pipeline[-1].fitted
    n, names = getattr(pipeline, "n_features_in_", 0), getattr(pipeline, "feature_names_in_", None)
    before = [f"x{j}" for j in range(n)] if names is None else [*map(str, names)]
    steps = pipeline[:-1] if len(pipeline) > 1 else None
    if steps is not None and [*map(str, steps.get_feature_names_out(before))] != before:
        raise InvalidInput(
            "the steps of this pipeline make other columns of the user's",
            seen=f"{n} columns before, {last.network.inputs} after",
            remedy="look into its last step, with the rows as it gets them (model[:-1].transform(X))",
        )
    columns = ArrayColumns.of(last.network.inputs, names, lambda X: X)
    check = plain_check(columns.names, chosen=names is not None)
    transform = None if steps is None else steps.transform
    return replace(last, columns=replace(columns, check=check, transform=transform))
