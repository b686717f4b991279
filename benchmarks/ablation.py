"""What each part of a table's recipe is worth: one part changed at a time, errors compared with the whole recipe.

    python benchmarks/ablation.py DATA_FOLDER
    python benchmarks/ablation.py DATA_FOLDER --sets concrete phoneme abalone --splits 3 --variants "no waves" "no mix"
    python benchmarks/ablation.py DATA_FOLDER --members 4

A variant is a line of ``VARIANTS``. Each is trained on the same rows of every set; the numbers are geometric means over
sets of its error to the whole recipe's, with standard errors: a part that is not worth more than its error is not worth
its code. Records are appended, one for each (set, split, variant), so that a long run can go on.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from comparison import records as kept
from comparison.embedding import Embedding, large_categories
from comparison.optimizers import AveragingAdamW, KeepAverages, Muon, WithKernels
from comparison.preparation import as_categories
from comparison.report import aligned
from comparison.sets import Table, metas, read, split
from comparison.statistics import floored, mean_errors
from comparison.worker import measures
from glassnet import Dense, Dropout, Mix, Network, Periodic, Plan, Rows, Scale, State
from glassnet.data.encoder import TableEncoder
from glassnet.data.holdout import holdout
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.choice import blended, candidates
from glassnet.estimators.table.members import cycle_ends, train_members
from glassnet.estimators.table.presets import BATCHES, LARGEST_BATCH
from glassnet.learning.blending.criteria import criterion_for
from glassnet.learning.job import Job
from glassnet.network.layers import Layer
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.optimizers import AdamW, Optimizer
from glassnet.pieces.schedules import SCHEDULES

WHOLE = "whole recipe"
HELD_OUT = 0.2


@dataclass(frozen=True)
class Parts:
    """The recipe, part by part.

    Args:
        hidden: units of each hidden layer.
        classifier, regressor: activations.
        rate, regressor_rate: learning rates; with ``ntk`` those of the NTK parameterization.
        decay: of the weights.
        beta_2: of AdamW.
        schedule: of the learning rate.
        dropout: share of hidden units.
        smoothing: of labels.
        batch: rows of a step, as a multiple of the preset's.
        epochs, least_steps: passes over the rows, more where the steps would be fewer.
        sigma: of the waves' first frequencies.
        features, sums: how many waves a column has, and how many numbers become of them.
        waves, scale, mix, ntk, data, factors, clamp: whether there are the periodic layer, the diagonal layer, the
            learned mix, the NTK parameterization, first values fitted to rows, factors of the learning rate,
            predictions kept within the range of training.
        choose: whether held-out rows choose the blend of cycle ends, else the last epochs count alike.
        spread: whether members differ in sigma and dropout.
        times: as many times the members.
        averaged: how much of the moving average of the parameters a step keeps; 0 answers by the last ones.
        muon: as many times AdamW's learning rate for Muon, between hidden layers; 0 leaves them to AdamW.
        one_hot: categories of more values get learned embeddings; 0 for none.
    """

    hidden: tuple[int, ...] = (128, 128, 128)
    classifier: str = "silu"
    regressor: str = "silu"
    rate: float = 0.04
    regressor_rate: float = 0.04
    plain_rate: float = 0.002
    decay: float = 0.02
    beta_2: float = 0.95
    schedule: str = "coslog"
    dropout: float = 0.15
    smoothing: float = 0.1
    batch: float = 1.0
    epochs: int = 128
    least_steps: int = 3000
    sigma: float = 0.1
    features: int = 16
    sums: int = 3
    waves: bool = True
    scale: bool = True
    mix: bool = True
    ntk: bool = True
    data: bool = True
    factors: bool = True
    clamp: bool = False
    choose: bool = True
    spread: bool = True
    times: int = 1
    averaged: float = 0.0
    muon: float = 0.0
    one_hot: int = 0


VARIANTS: Mapping[str, Mapping[str, object]] = {
    WHOLE: {},
    "no waves": {"waves": False},
    "sigma 0.02": {"sigma": 0.02},
    "sigma 0.5": {"sigma": 0.5},
    "sigma 2": {"sigma": 2.0},
    "8 sums of waves": {"sums": 8},
    "sigma 2, 8 sums of waves": {"sigma": 2.0, "sums": 8},
    "sigma 2, 8 sums of 32 waves": {"sigma": 2.0, "sums": 8, "features": 32},
    "no scale": {"scale": False},
    "no mix": {"mix": False},
    "no ntk": {"ntk": False},
    "no data": {"data": False},
    "no factors": {"factors": False},
    "clamp": {"clamp": True},
    "last epochs": {"choose": False},
    "no smoothing": {"smoothing": 0.0},
    "no dropout": {"dropout": 0.0},
    "dropout 0.3": {"dropout": 0.3},
    "no decay": {"decay": 0.0},
    "beta_2 0.999": {"beta_2": 0.999},
    "relu": {"classifier": "relu", "regressor": "relu"},
    "mish": {"classifier": "mish", "regressor": "mish"},
    "selu": {"classifier": "selu", "regressor": "selu"},
    "half the rate": {"rate": 0.02, "regressor_rate": 0.035, "plain_rate": 0.001},
    "twice the rate": {"rate": 0.08, "regressor_rate": 0.14, "plain_rate": 0.004},
    "constant rate": {"schedule": "constant"},
    "cosine": {"schedule": "cosine"},
    "flat cosine": {"schedule": "flat_cosine"},
    "half the batch": {"batch": 0.5},
    "twice the batch": {"batch": 2.0},
    "64 epochs": {"epochs": 64, "least_steps": 1500},
    "256 epochs": {"epochs": 256, "least_steps": 6000},
    "2 layers": {"hidden": (128, 128)},
    "width 256, 64 epochs": {"hidden": (256, 256, 256), "epochs": 64, "least_steps": 1500},
    "five times the rate of numbers": {"regressor_rate": 0.2},
    "members alike": {"spread": False},
    "twice the members": {"times": 2},
    "average 0.99": {"averaged": 0.99},
    "average 0.998": {"averaged": 0.998},
    "average 0.998, constant rate": {"averaged": 0.998, "schedule": "constant"},
    "muon": {"muon": 1.0},
    "muon, half the rate": {"muon": 0.5},
    "muon, a quarter of the rate": {"muon": 0.25},
    "embeddings above 9 categories": {"one_hot": 9},
}
# of members that differ: as many times the recipe's
SIGMAS, DROPOUTS = (0.1, 2.0, 0.4, 0.02, 10.0), (1.0, 2.0, 0.0, 0.5, 1.0)


def network(
    parts: Parts,
    member: int,
    leading: int,
    inputs: int,
    outputs: int,
    classifies: bool,
    categories: tuple[tuple[int, int], ...] = (),
) -> Network:
    """One member's network, on inputs whose ``leading`` columns are numbers, and ``categories`` to be embedded."""
    activation = parts.classifier if classifies else parts.regressor
    factor = member % len(SIGMAS) if parts.spread else 0
    sigma, dropout = parts.sigma * SIGMAS[factor] / SIGMAS[0], parts.dropout * DROPOUTS[factor]
    small, large = (0.1, 6.0) if parts.factors else (1.0, 1.0)
    layers: list[Layer] = [Embedding(categories)] if categories else []
    if parts.waves and leading:
        layers.append(Periodic(leading, parts.features, parts.sums, sigma, rate_factor=small))
    if parts.scale:
        layers.append(Scale(rate_factor=large))
    first = "data" if parts.data else None
    bias = small if parts.ntk else 1.0
    for units in parts.hidden:
        layers.append(Dense(units, None if parts.mix else activation, first, ntk=parts.ntk, bias_rate_factor=bias))
        if parts.mix:
            layers.append(Mix(activation, rate_factor=small))
        if dropout:
            layers.append(Dropout(dropout))
    layers.append(Dense(outputs, None, first, ntk=parts.ntk, bias_rate_factor=bias))
    loss = "squared_error" if not classifies else "cross_entropy" if outputs > 1 else "binary_cross_entropy"
    smoothed = {"label_smoothing": parts.smoothing} if classifies and parts.smoothing else {}
    return Network(inputs, layers, LOSSES.make(loss, **smoothed))


def optimizer(parts: Parts, rate: float, outputs: int) -> Optimizer:
    """AdamW, or what is tried in its place."""
    usual = {"learning_rate": rate, "beta_2": parts.beta_2, "weight_decay": parts.decay}
    if parts.muon:
        return Muon(**usual, factor=parts.muon, units=parts.hidden[-1], layers=len(parts.hidden), outputs=outputs)
    return AveragingAdamW(**usual, kept=parts.averaged) if parts.averaged else AdamW(**usual)


def plan(parts: Parts, net: Network, rows: int, classifies: bool) -> Plan:
    """How it is trained."""
    rate = (parts.rate if classifies else parts.regressor_rate) if parts.ntk else parts.plain_rate
    usual = next((size for most, size in BATCHES if rows <= most), LARGEST_BATCH)
    batch = min(round(usual * parts.batch), rows)
    epochs = max(parts.epochs, -(-parts.least_steps // -(-rows // batch)))
    return Plan(
        net,
        rows,
        optimizer=optimizer(parts, rate, net.outputs),
        schedule=SCHEDULES.parse(parts.schedule),
        batch_size=batch,
        epochs=epochs,
    )


def error(
    parts: Parts, table: Table, number: int, members: int, threads: int, most: int | None = None
) -> dict[str, float]:
    """The error of a variant on a split: its blend's, of ``most`` rows, and the seconds of the training."""
    learned, tested = split(table, number)
    learned = learned[:: -(-len(learned) // (most or len(learned)))]
    parts_of_table = (table.X.iloc[rows].reset_index(drop=True) for rows in (learned, tested))
    frames = as_categories(*parts_of_table, table.categorical)
    encoder = TableEncoder(numbers_first=True).fit(frames[0])
    X, X_test = map(encoder.transform, frames)
    y = table.y[learned]
    outputs = int(table.y.max()) + 1 if table.classifies and table.y.max() > 1 else 1
    center, size = (0.0, 1.0) if table.classifies else (float(y.mean()), float(y.std()))
    Y = y if table.classifies else ((y - center) / size).astype(np.float32).reshape(-1, 1)
    categories = large_categories(encoder, parts.one_hot) if parts.one_hot else ()
    nets = [
        network(parts, member % members, encoder.leading, X.shape[1], outputs, table.classifies, categories)
        for member in range(members * parts.times)
    ]
    started = time.perf_counter()
    blend = blend_prediction(parts, nets, Rows(X, Y), X_test, number, threads)
    took = time.perf_counter() - started
    if not table.classifies:
        predicted = blend[:, 0] * size + center
        predicted = np.clip(predicted, y.min(), y.max()) if parts.clamp else predicted
        return {**measures(table, table.y[tested], predicted, None), "seconds": took}
    chances = of_each_class(blend)
    return {**measures(table, table.y[tested], chances.argmax(axis=1), chances), "seconds": took}


def blend_prediction(
    parts: Parts, nets: Sequence[Network], rows: Rows, X_test: np.ndarray, seed: int, threads: int
) -> np.ndarray:
    """What the blend predicts, (m, k): trained on four fifths of the rows, its cycle ends judged by the others."""
    classifies = rows.Y.ndim == 1
    learned, held = (
        Rows(rows.X[some], rows.Y[some])
        for some in holdout(len(rows.X), HELD_OUT, seed, rows.Y if classifies else None)
    )
    jobs = []
    for member, net in enumerate(nets):
        how = plan(parts, net, len(learned.Y), classifies)
        engine: str | WithKernels = WithKernels(how) if parts.averaged or parts.muon else "auto"
        keep = [KeepAverages(cycle_ends(how))] if parts.averaged else []
        state = State.new(how, 1000 * seed + member, X=learned.X)
        jobs.append(Job(how, state, learned, held, callbacks=keep, engine=engine))
    outcomes = train_members(jobs, (), threads, lambda judged, outcomes: ())  # all of them are judged
    criterion = criterion_for(None, nets[0].loss)
    found, judges = candidates(jobs, outcomes)
    blend, _ = blended(found, judges if parts.choose else [], criterion, 1.0)
    return blend.predict(X_test).astype(np.float64)


def effects(records: Sequence[kept.Record]) -> list[str]:
    """The table: each variant's error to the whole recipe's, the worst part to miss first."""
    errors = mean_errors(records)
    found = {}
    for name in dict.fromkeys(record["method"] for record in records):
        logs = [
            math.log(floored(of[name]) / floored(of[WHOLE])) for of in errors.values() if name in of and WHOLE in of
        ]
        if logs and name != WHOLE:
            deviation = float(np.std(logs, ddof=1)) / math.sqrt(len(logs)) if len(logs) > 1 else math.nan
            found[name] = (math.exp(np.mean(logs)), deviation, len(logs), sum(log > 0 for log in logs))
    rows = [["variant", "error to the whole", "standard error", "sets", "worse on"]]
    for name, (value, deviation, sets, worse) in sorted(found.items(), key=lambda item: -item[1][0]):
        rows.append([name, f"{value:.3f}", f"{deviation:.3f}", str(sets), str(worse)])
    return aligned(rows)


def main() -> None:
    """Train what has no record yet, print the table."""
    parser = argparse.ArgumentParser(description="What each part of a table's recipe is worth.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, metavar="NAME", default=list(VARIANTS))
    parser.add_argument("--sets", nargs="+", metavar="NAME")
    parser.add_argument("--most-rows", type=int, default=10_000)
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--members", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--learned", type=int, help="at most so many rows to learn from")
    parser.add_argument("--records", type=Path, default=Path("ablation_records.jsonl"))
    options = parser.parse_args()
    found = metas(options.folder)
    names = options.sets or [name for name, meta in found.items() if meta["n_rows"] <= options.most_rows]
    done = {kept.key(record) for record in kept.read(options.records) if record["members"] == options.members}
    for variant in dict.fromkeys([WHOLE, *options.variants]):
        parts = dataclasses.replace(Parts(), **VARIANTS[variant])
        for name in names:
            for number in range(options.splits):
                if (name, number, variant) in done:
                    continue
                facts = {"set": name, "split": number, "method": variant, "members": options.members}
                facts |= {"parts": json.loads(json.dumps(dataclasses.asdict(parts))), "load": os.getloadavg()[0]}
                facts |= error(
                    parts, read(options.folder, name), number, options.members, options.threads, options.learned
                )
                kept.append(options.records, facts)
                print(f"{variant:16s} {name:16s} {number}  {facts['error']:.4f}  {facts['seconds']:.1f} s", flush=True)
    records = [r for r in kept.read(options.records) if r["members"] == options.members and r["set"] in names]
    print("\n" + "\n".join(effects(records)))


if __name__ == "__main__":
    main()
