"""Choosing a blend of the networks that were trained: by rows that each of them has not learned from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.choice import AUTO
from glassnet.engines.plan import Rows
from glassnet.errors import Diverged
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.members import keep_of
from glassnet.estimators.table.recipe import Recipe
from glassnet.learning.blending.blend import Blend, Member, tempered
from glassnet.learning.blending.choosing import best_temperature, blend_weights, shares
from glassnet.learning.blending.criteria import CLASSES, SMALLEST, Criterion
from glassnet.learning.job import Job
from glassnet.learning.training import Outcome
from glassnet.text import amount, counted


@dataclass(frozen=True)
class Choice:
    """How a blend was chosen, in the numbers that people read.

    Args:
        criterion: by what; "" where no rows were held out, so that nothing was chosen.
        rows: held out.
        candidates: how many there were.
        blend, single, plain: the criterion of the blend, of the best single candidate, of the plain mean of all
            networks at their ends.
        seconds: spent training, by the clock.
        folds: in how many parts the rows were held out in turn; 1 where the same rows judge all networks.
        refitted: how many of the networks that answer learned from all rows, in place of those that were judged.
    """

    criterion: str = ""
    rows: int = 0
    candidates: int = 1
    blend: float = 0.0
    single: float = 0.0
    plain: float = 0.0
    seconds: float = 0.0
    folds: int = 1
    refitted: int = 0

    def sentence(self, blend: Blend) -> str:
        """What was chosen and why, in plain words."""
        return f"{self.why(blend)}: {'; '.join(map(str, blend.members))}"

    def why(self, blend: Blend) -> str:
        """The same without the members."""
        if not self.criterion:
            return "no rows are held out to choose by, so it is the plain mean of all networks"
        tempered = f"; temperature {blend.temperature:.2f}" if blend.temperature != 1 else ""
        folds = f", {self.folds} folds" if self.folds > 1 else ""
        refitted = ""
        if self.refitted == len(blend.members):
            refitted = "; the same networks, trained on all rows, answer"
        elif self.refitted:
            refitted = f"; {self.refitted} of the networks that answer learned from all rows"
        return (
            f"{self.criterion} of {counted(self.rows, 'held-out row')}{folds}: {amount(self.blend)} by a blend of "
            f"{len(blend.members)} of {counted(self.candidates, 'candidate')} (the best of them alone "
            f"{amount(self.single)}, the plain mean {amount(self.plain)}){tempered}{refitted}"
        )


class Trained(NamedTuple):
    """How one of several networks was trained.

    Args:
        recipe: what it is like.
        epochs: done.
        reason: why it ended.
    """

    recipe: Recipe
    epochs: int
    reason: str


class Candidate(NamedTuple):
    """What can be chosen: one kind of network at one moment, in each fold the one that learned from the others.

    Args:
        members: one for each fold, judged by its rows; where rows are held out once, one.
        final: whether it is the end of its trainings.
        refitted: the same kind at the same moment, of all rows: what answers, where a training came so far.
    """

    members: tuple[Member, ...]
    final: bool = True
    refitted: tuple[Member, ...] = ()


def candidates(
    jobs: Sequence[Job], outcomes: Sequence[Outcome], kinds: int | None = None
) -> tuple[list[Candidate], list[Rows]]:
    """What a blend is chosen from, and the rows of each fold that judge it, none where no rows are held out.

    Of each kind of network there is a training for each fold, and perhaps one of all rows. Folds that the time did not
    reach, and kinds that diverged before they were looked at, do not count.

    Args:
        jobs: the trainings, all kinds of the same rows together.
        outcomes: how they ended.
        kinds: how many; None for as many as trainings.

    Raises:
        Diverged: all that could be chosen by did, before they were looked at.
    """
    found = [_kept(job, outcome, number) for number, (job, outcome) in enumerate(zip(jobs, outcomes, strict=True), 1)]
    kinds = kinds or len(jobs)
    parts = [(jobs[i].validation, found[i : i + kinds]) for i in range(0, len(jobs), kinds)]
    folds = [one for one in parts if one[0] is not None] or parts
    refits = [part for rows, part in parts if rows is None and folds is not parts]
    alive = _alive(folds, kinds)
    if not alive:  # in each fold another kind
        folds = [max(folds, key=lambda one: sum(map(bool, one[1])))]
        alive = _alive(folds, kinds)
    error = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
    if not alive and error is not None:
        raise error
    reached = [(rows, part) for rows, part in folds if all(_learned(part[kind]) for kind in alive)]
    if not reached:  # what has not learned is better than nothing only
        reached = folds[:1]
        alive = [kind for kind in alive if _learned(folds[0][1][kind])] or alive
    every = ([[part[kind] for _, part in reached], [part[kind] for part in refits]] for kind in alive)
    return [one for parts in every for one in _of_kind(*parts)], [rows for rows, _ in reached if rows is not None]


def _alive(folds: Sequence[tuple[Rows | None, Sequence[Sequence[Member]]]], kinds: int) -> list[int]:
    """The kinds that did not diverge in any of the folds before they were looked at."""
    return [kind for kind in range(kinds) if all(part[kind] for _, part in folds)]


def _kept(job: Job, outcome: Outcome, number: int) -> list[Member]:
    """The networks of a training where it was looked at, and at its end, in their order."""
    network, kept = job.plan.network, keep_of(job).kept
    if outcome.error is None:
        kept = kept | {job.state.epoch: job.state.parameters(network)}
    return [Member(network, kept[epoch], 1.0, number, epoch) for epoch in sorted(kept)]


def _learned(found: Sequence[Member]) -> bool:
    return any(one.epoch for one in found)


def _of_kind(parts: Sequence[Sequence[Member]], refits: Sequence[Sequence[Member]]) -> Iterator[Candidate]:
    """One kind at each moment; of a training that ended before, its end."""
    moments = sorted({one.epoch for part in parts for one in part if one.epoch}) or [0]
    for moment in moments:
        members = tuple(_at(part, moment) for part in parts)
        usual = int(np.median([one.epoch for one in members]))
        refitted = tuple(_at(part, usual) for part in refits if part and part[-1].epoch >= max(usual, 1))
        yield Candidate(members, moment == moments[-1], refitted)


def _at(found: Sequence[Member], moment: int) -> Member:
    """The last one up to a moment; of none the first that has learned."""
    learned = [one for one in found if one.epoch] or list(found)
    return next((one for one in reversed(learned) if one.epoch <= moment), learned[0])


def blended(
    found: Sequence[Candidate], folds: Sequence[Rows], criterion: Criterion, scale: float
) -> tuple[Blend, Choice]:
    """The blend of some candidates that is best on rows held out, and how it was chosen.

    Args:
        found: at least one.
        folds: the rows that judge the first members, the second, ..., or none.
        criterion: the metric to improve.
        scale: of the target, for the numbers that people read.
    """
    final = [i for i, one in enumerate(found) if one.final]
    if not folds:
        return _weighted(found, np.isin(np.arange(len(found)), final) / len(final)), Choice(candidates=len(found))
    weights = shares(*folds)
    predictions = [np.concatenate([predicted(one.members[i], rows.X) for i, rows in enumerate(folds)]) for one in found]
    classes = found[0].members[0].network.loss.targets in CLASSES
    own = np.concatenate([np.asarray(rows.Y).reshape(-1) for rows in folds])
    own = own.astype(np.int64 if classes else np.float64)
    if classes:  # a mean of what is sure and what is not would be the opinion of the sure
        heats = [best_temperature(np.log(np.maximum(p, SMALLEST)), own, weights) for p in predictions]
        found = [_at_temperature(one, heat) for one, heat in zip(found, heats, strict=True)]
        predictions = [tempered(p, heat) for p, heat in zip(predictions, heats, strict=True)]
    P = np.stack([criterion.part(p, own) for p in predictions])
    w = blend_weights(P, own, criterion, weights, final)
    temperature = 1.0
    if classes:
        mean = sum(share * p for share, p in zip(w, predictions, strict=True) if share)
        temperature = best_temperature(np.log(np.maximum(mean, SMALLEST)), own, weights)

    def shown(p: Array) -> float:
        return criterion.shown(p, own, weights, scale)

    costs = criterion.costs(P, own, weights)
    several = shown(np.tensordot(w, P, 1)), shown(P[costs.argmin()]), shown(P[final].mean(axis=0))
    blend, refits = _weighted(found, w, temperature), {each.number for one in found for each in one.refitted}
    refitted = sum(one.number in refits for one in blend.members)
    choice = Choice(criterion.words, len(own), len(found), *several, folds=len(folds), refitted=refitted)
    return blend, choice


def last_moments(
    jobs: Sequence[Job], outcomes: Sequence[Outcome], kinds: int, criterion: Criterion, scale: float
) -> list[int]:
    """After which epoch each kind of network has no more part in the blend, 0 where it has none.

    Args:
        jobs, outcomes, kinds: see :func:`candidates`; those that rows held out judge.
        criterion, scale: see :func:`blended`.
    """
    try:
        blend, _ = blended(*candidates(jobs, outcomes, kinds), criterion, scale)
    except Diverged:
        return [0] * kinds
    chosen = [((one.number - 1) % kinds, one.epoch) for one in blend.members]
    return [max((epoch for kind, epoch in chosen if kind == each), default=0) for each in range(kinds)]


def predicted(member: Member, X: Matrix) -> Array:
    """The predictions of one network in float64, of classes the probability of each, (m, k)."""
    engine = AUTO.choose(member.network, member.parameters, X).engine
    predictions = engine.predict(member.parameters, X).astype(np.float64)
    return of_each_class(predictions) if member.network.loss.targets == "zero_one" else predictions


def _at_temperature(candidate: Candidate, temperature: float) -> Candidate:
    """The candidate whose probabilities are ``p^(1/T)``, scaled to sum 1: last layers are divided by ``T``."""
    members, refitted = (
        tuple(at_temperature(one, temperature) for one in some) for some in (candidate.members, candidate.refitted)
    )
    return candidate._replace(members=members, refitted=refitted)


def at_temperature(member: Member, temperature: float) -> Member:
    """The member whose probabilities are ``p^(1/T)``, scaled to sum 1: its last layer is divided by ``T``."""
    parameters = member.parameters.copy()
    last = parameters.layers[-1]
    for values in (last.W, last.b):
        values /= temperature
    return replace(member, parameters=parameters)


def _weighted(found: Sequence[Candidate], weights: Array, temperature: float = 1.0) -> Blend:
    """The networks of the candidates of a weight above 0, which they share, the largest first."""
    members: dict[int, Member] = {}  # by parameters: one that ended early may stand for several moments
    for one, weight in zip(found, weights, strict=True):
        answering = one.refitted or one.members
        for each in answering if weight > 0 else ():
            known = members.get(id(each.parameters), replace(each, weight=0.0))
            members[id(each.parameters)] = replace(known, weight=known.weight + float(weight) / len(answering))
    return Blend(tuple(sorted(members.values(), key=lambda one: -one.weight)), temperature)
