"""From a dataset to a training: encoders learned in bounded memory, rows divided by hash, slices in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.source import Block, Source
from glassnet.data.splitting.columns import check_some_weight
from glassnet.data.splitting.options import SplitBy
from glassnet.data.streams.dataset import Dataset
from glassnet.data.streams.slices import Shares, Slice, slices_of
from glassnet.data.streams.target import fit_target
from glassnet.data.target import TargetEncoder
from glassnet.data.targets.values import Task
from glassnet.engines.plan import Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.table.hints.leakage import leakage_notes
from glassnet.estimators.table.presets import PLAIN
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.table.streaming.room import MORE_SLICES, SLICES, Room
from glassnet.estimators.table.streaming.rows import BlockRows, EncodedRows, gathered
from glassnet.estimators.table.trainings import Encoding, job_for
from glassnet.learning.job import Job
from glassnet.learning.rounds.cluster import Cluster
from glassnet.learning.streaming.order import Order
from glassnet.learning.streaming.stream import Stream
from glassnet.pieces.losses import Loss
from glassnet.text import counted

SAMPLED = 20_000  # rows that are judged after each epoch, and looked at for hints
BATCH, MOST_STEPS = 256, 1_000_000  # of a training whose batches and epochs are not set
UNDIVIDED = SplitBy()
SORTED = 0.02  # the share of the target's variance between slices beyond which a table counts as sorted


class Learned(NamedTuple):
    """What one pass learned of a dataset's columns.

    Args:
        encoder, target: of the inputs, and of what is predicted.
        rows: how many there are in all.
    """

    encoder: TableEncoder
    target: TargetEncoder
    rows: int


def learn_columns(data: Dataset, target: str, task: Task | None, shares: Shares, by: SplitBy = UNDIVIDED) -> Learned:
    """The encoders of a dataset, of the rows that are not held out to judge by."""
    source = dataclasses.replace(data.source, rule=shares.known) if shares.test else data.source
    encoded = fit_target(source, target, task)
    if encoded.counts is not None and encoded.counts.max() < 2:
        what = f"each row has a class of its own in {target!r}"
        raise InvalidInput(what, remedy="choose another target (--target), or regression if these are numbers (--task)")
    apart = {data.source.check_name(name): why for name, why in by.set_aside.items()}
    encoder = TableEncoder().fit(source, exclude=[target], set_aside=apart, heavy_hitters=True)
    return Learned(encoder, encoded, data.count())


def check_classes(source: Source, target: TargetEncoder, shares: Shares) -> None:
    """Raise where a class is only in rows held out to judge by: nothing could be learned of it.

    Raises:
        InvalidInput: names the class.
    """
    if target.classes is None or not shares.test:
        return
    for block in dataclasses.replace(source, rule=shares.tested).blocks([target.name]):
        table = gathered(source, [block], [target.name])
        if (unknown := target.transform(table, target.name, allow_unknown=True) < 0).any():
            name = str(block.arrays[target.name][int(unknown.argmax())].as_py())
            what = f"the class {name!r} of {target.name!r} is only in rows held out"
            raise InvalidInput(
                what, shares.words, "hold out fewer (test=, --test), or leave the rows of this class out"
            )


class Looked(NamedTuple):
    """What one pass over the encoded rows found.

    Args:
        sample: rows that are learned from, in memory, and the same as a table.
        table: see above.
        validation: rows to validate on, or None.
        levels: the mean of the target in each unit of slices, class numbers or numbers (units,).
        between: which share of the target's variance lies between the units, beyond chance.
    """

    sample: Rows
    table: Source
    validation: Rows | None
    levels: Array
    between: float


def look_at(rows: BlockRows, units: Sequence[Sequence[Slice]], total: int) -> Looked:
    """Read all rows once: keep a sample and those to validate on, and see whether the table is sorted by its target."""
    shares, sampling = rows.shares, Shares(min(1.0, SAMPLED / total), seed=rows.shares.seed ^ 1)
    sampled: list[Block] = []
    parts: dict[str, list[Rows]] = {"sample": [], "validation": []}
    levels = Levels(units)
    for block in rows.data.source.blocks(rows.names):
        learned = shares.learned(block.rows)
        chosen = learned & sampling.tested(block.rows)
        for name, mask in (("sample", chosen), ("validation", shares.validated(block.rows))):
            if mask.any():
                parts[name].append(rows.encode(block.where(mask)))
        if chosen.any():
            sampled.append(block.where(chosen))
        if learned.any():
            own = block.only_columns([rows.target_name]).where(learned)
            levels.add(own.rows, rows.targets(own))
    if not sampled:
        raise InvalidInput("no row is left to learn from", counted(total, "row"), "hold out fewer")
    if rows.weight is not None:
        check_some_weight(sum(float(part.total_weight()) for part in parts["sample"]), rows.weight)
    sample, validation = (Rows.joined(some) if some else None for some in parts.values())
    assert sample is not None
    return Looked(sample, gathered(rows.data.source, sampled, rows.names), validation, *levels.found())


class Levels:
    """Whether units of a table differ in the target: sums of each, from which the variance between them follows.

    Args:
        units: of slices, in the order of the table.
    """

    def __init__(self, units: Sequence[Sequence[Slice]]) -> None:
        self._ends = np.array([unit[-1].first + unit[-1].stop - unit[-1].start for unit in units])
        self._rows, self._classes = np.zeros(len(units)), 1
        self._sums: Array = np.zeros((len(units), 1))
        self._squares = 0.0

    def add(self, rows: Array, Y: Array) -> None:
        """Some rows, by their numbers (m,), with targets (m,) or (m, 1)."""
        place = np.searchsorted(self._ends, rows, "right")
        y = Y.reshape(-1)
        self._rows += np.bincount(place, minlength=len(self._rows))
        if Y.dtype.kind in "iu":
            k = max(self._sums.shape[1], int(y.max()) + 1)
            self._sums = np.pad(self._sums, ((0, 0), (0, k - self._sums.shape[1])))
            self._sums += np.bincount(place * k + y, minlength=len(self._rows) * k).reshape(-1, k)
            self._squares += len(y)
        else:
            self._sums[:, 0] += np.bincount(place, y, minlength=len(self._rows))
            self._squares += float(np.square(y, dtype=np.float64).sum())

    def found(self) -> tuple[Array, float]:
        """The mean of each unit, and the share of variance between them, less what chance alone makes."""
        m, count = self._rows.sum(), len(self._rows)
        shares = self._sums / np.maximum(self._rows, 1)[:, None]
        mean = self._sums.sum(axis=0) / m
        total = float(self._squares / m - (mean**2).sum())
        between = float(self._rows @ ((shares - mean) ** 2).sum(axis=1)) / m
        level = shares @ np.arange(shares.shape[1]) if shares.shape[1] > 1 else shares[:, 0]
        return level, (between / total - (count - 1) / m if total > 0 else 0.0)


def stream_of(rows: BlockRows, room: Room, total: int, cluster: Cluster | None = None) -> tuple[Stream, Looked, str]:
    """The stream of a dataset, what was seen on the way, and how it is shuffled, in words."""
    parts, shards = rows.data.parts, 1 if cluster is None else cluster.shards
    if cluster is not None:
        rows.data.check_shared()
    most = max(1, room.buffer // max(SLICES, shards))
    units = slices_of(parts, rows.shares, most)
    seen = look_at(rows, units, total)
    order, levels = Order(units, room.buffer), None
    is_sorted = seen.between > SORTED and not order.at_once
    if is_sorted:
        finer = slices_of(parts, rows.shares, most, max(1, room.buffer // max(MORE_SLICES, shards)))
        ends = np.array([unit[-1].first + unit[-1].stop - unit[-1].start for unit in units])
        levels = seen.levels[np.searchsorted(ends, [unit[0].first for unit in finer], "right")]
        order = Order(finer, room.buffer, levels)
    stream = Stream(order, rows.reader, rows.shares, seen.sample, _fingerprint(rows))
    return stream, seen, _words(order, is_sorted, len(parts), any(part.sequential for part in parts))


def _words(order: Order, is_sorted: bool, parts: int, sequential: bool) -> str:
    if order.at_once:
        return f"all {order.rows:,} rows to learn from fit into one buffer: their order is that of a training in memory"
    said = f"read in {counted(parts, 'part')}, shuffled in buffers of {order.room:,} rows"
    if not is_sorted:
        return said
    if sequential and len(order.units) < SLICES:
        return f"{said}; they come sorted by the target, and can only be read in order: better shuffle them before"
    return f"{said}; they lie sorted by the target, so each buffer draws from all of the table in proportion"


def _fingerprint(rows: BlockRows) -> str:
    digest = blake2b(digest_size=16)
    for part in rows.identity():
        digest.update(part)
    digest.update(repr((rows.shares, [(part.label, part.rows) for part in rows.data.parts])).encode())
    return digest.hexdigest()


def few_enough_epochs(recipe: Recipe, rows: int) -> Recipe:
    """The recipe, its epochs fewer where there are many rows and the user did not set them.

    >>> few_enough_epochs(Recipe(), 25_600_000).epochs, few_enough_epochs(Recipe(epochs=200), 1000).epochs
    (10, 200)
    """
    steps = -(-rows // (recipe.batch_size or BATCH))
    fewer = max(1, min(recipe.epochs, MOST_STEPS // steps))
    return recipe if "epochs" in recipe.chosen else dataclasses.replace(recipe, epochs=fewer)


def hints(learned: Learned, seen: Looked, classes: bool) -> tuple[str, ...]:
    """What is worth saying about columns that give the answer away, by the sample."""
    y = seen.sample.Y.reshape(-1)
    return leakage_notes(learned.encoder, seen.table, learned.target.name, np.asarray(seen.sample.X), y, classes)


class Prepared(NamedTuple):
    """A training of a dataset, made ready.

    Args:
        learned: of the columns.
        job: the training.
        recipe: it is done by.
        notes: what was found, as sentences.
        validated: which rows are validated on, in words.
        leaks: columns that give the answer away.
    """

    learned: Learned
    job: Job
    recipe: Recipe
    notes: tuple[str, ...]
    validated: str
    leaks: tuple[str, ...]


def prepared(
    data: Dataset,
    learned: Learned,
    loss: Loss,
    recipe: Recipe,
    shares: Shares,
    weight: str | None,
    apart: Rows | None,
    cluster: Cluster | None,
) -> Prepared:
    """Make a training ready.

    Args:
        data: the dataset.
        learned: of its columns.
        loss: of the network.
        recipe: the user's.
        shares: which rows are held out to judge by.
        weight: the column of what each row weighs, or None.
        apart: other rows to validate on; None holds a share of these out.
        cluster: who trains; None for this process.
    """
    encoding = Encoding(learned.encoder, learned.target, loss, recipe.dtype)
    itemsize = np.dtype(recipe.dtype).itemsize
    room = Room.of(data.memory, learned.encoder.width, itemsize)
    share = 0.0 if apart is not None else recipe.validation * (1 - shares.test)
    fitting = min(share, room.validation / learned.rows)
    shares = dataclasses.replace(shares, validation=fitting)
    rows = EncodedRows(data=data, shares=shares, encoding=encoding, weight=weight)
    stream, seen, shuffled = stream_of(rows, room, learned.rows, cluster)
    validation = seen.validation if apart is None else apart
    recipe = few_enough_epochs(recipe, stream.order.rows)
    job = job_for(recipe, PLAIN, seen.sample, validation, encoding, stream=stream).over(cluster)
    room.check(job.plan, data.memory, itemsize)
    leaks = hints(learned, seen, encoding.classes)
    held = 0 if validation is None else len(validation.Y)
    few = ", as many as fit in memory" if fitting < share else ""
    which = f"{counted(held, 'row')}{few}, " if shares.by is None else f"{held:,} of them{few}: "
    words = f"validated on {which}{shares.words}" if held and share else ""
    return Prepared(learned, job, recipe, (shuffled, *leaks), words, leaks)
