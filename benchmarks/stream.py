"""Training on rows larger than memory: throughput against training in memory, resident memory, quality of sorted files.

    python benchmarks/stream.py make FOLDER --rows 100000000        # 30 columns, once, to Parquet: 12 GB
    python benchmarks/stream.py memory FOLDER --memory 1GB          # trains; the most resident memory it had
    python benchmarks/stream.py speed --rows 5000000                # in memory and streamed, in turns
    python benchmarks/stream.py sorted TABLE ...                    # sorted by class in small buffers, and in memory

The target is a noisy function of the columns, of 30-64-64-2 in two classes; each file has a seed of its own. ``speed``
trains an epoch each way in turns, and prints the median of the ratios by the clock (other programs slow both ways down)
and by the processor time of all threads (which other programs hardly change). Linux only.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from glassnet import Callback, Dataset, Recipe, TableModel, TimeLimit, open_source
from glassnet.data.streams.slices import Shares
from glassnet.data.target import default_target
from glassnet.data.targets.values import Task
from glassnet.estimators.table.streaming import room
from glassnet.estimators.table.streaming.preparing import learn_columns
from glassnet.learning.run import Run

COLUMNS, FILE_ROWS, GROUP_ROWS = 30, 1_000_000, 100_000
WAYS = ("in memory", "streamed")
NETWORKS = {"30-256x3-1": ((256, 256, 256), 1), "30-64-64-2": ((64, 64), 2)}
BATCH = 256


def rows_of(file: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs, float32 (30, m), column by column, and numbers (m,) of one file."""
    rng = np.random.default_rng(file)
    X = rng.standard_normal((COLUMNS, m), dtype=np.float32)
    y = X[0] + np.sin(2 * X[1]) * X[2] + 0.5 * X[3] * X[4] + 0.3 * rng.standard_normal(m, np.float32)
    return X, y.astype(np.float32)


def make(folder: Path, rows: int, classes: bool = False, group: int = GROUP_ROWS) -> Path:
    """Write Parquet files as pyarrow does by default, but without dictionaries of numbers that hardly come twice."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, start in enumerate(range(0, rows, FILE_ROWS)):
        path = folder / f"{file:04}.parquet"
        if path.exists():
            continue
        X, y = rows_of(file, min(FILE_ROWS, rows - start))
        target = np.array(["low", "high"])[(y > 0).astype(int)] if classes else y
        table = pa.table({f"x{j + 1}": X[j] for j in range(COLUMNS)} | {"y": target})
        parquet.write_table(table, path.with_suffix(".part"), row_group_size=group, use_dictionary=["y"])
        path.with_suffix(".part").rename(path)
    return folder


def recipe_of(name: str, epochs: int, threads: int = 0) -> object:
    return Recipe(hidden=NETWORKS[name][0], batch_size=BATCH, epochs=epochs, validation=0.02, threads=threads)


class Watch(Callback):
    """How far a training is, a line a minute; and when it began."""

    def on_train_begin(self, run: Run) -> None:
        self.began, self.said = used(), time.monotonic()

    def on_chunk_end(self, run: Run) -> None:
        if time.monotonic() > self.said + 60:
            self.said = time.monotonic()
            done = run.state.epoch * run.plan.examples + run.state.rows_done
            sys.stderr.write(f"{done:,} rows, {run.state.seconds:.0f} s, {used()}\n")


def used() -> dict[str, float]:
    """What this process took so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {"processor seconds": own.ru_utime + own.ru_stime, "peak resident MB": own.ru_maxrss * 1024 / 1e6}


def memory(folder: Path, limit: str, name: str, epochs: int, seconds: float) -> dict[str, object]:
    """Train on all files, and say how much memory and time that took."""
    started, watch = time.perf_counter(), Watch()
    model = TableModel(recipe_of(name, epochs))
    model.fit(
        Dataset(f"{folder}/*.parquet", memory=limit), "y", callbacks=[watch, *([TimeLimit(seconds)] if seconds else [])]
    )
    state, before, after = model.job.state, watch.began, used()
    done = state.epoch * model.rows + state.rows_done
    return {
        "network": name,
        "rows learned from": model.rows,
        "validated on": model.validation_rows,
        "rows visited": done,
        "rows a second while training": done / state.seconds,
        "seconds before training": time.perf_counter() - started - state.seconds,
        "processor seconds before training": before["processor seconds"],
        "processor microseconds a row while training": (after["processor seconds"] - before["processor seconds"])
        / done
        * 1e6,
        "peak resident MB": after["peak resident MB"],
        "validation": model.history.columns.get("validation_accuracy") or model.history.columns.get("validation_r2"),
        "notes": model.notes,
    }


def speed(rows: int, turns: int) -> Iterator[dict[str, object]]:
    """An epoch of each network in memory and streamed, in turns; the streamed one in five buffers or more."""
    for name, (_, outputs) in NETWORKS.items():
        with tempfile.TemporaryDirectory() as place:
            folder = make(Path(place), rows, outputs > 1, group=min(GROUP_ROWS, rows // 50))
            ways = both_ways(name, folder, "classification" if outputs > 1 else "regression", turns, rows // 5)
            found = [[epoch(model) for model in ways] for _ in range(turns)]
        facts: dict[str, object] = {"network": name, "rows": rows}
        for i, unit in enumerate(("microseconds", "processor microseconds")):
            facts |= {f"{way}, {unit} a row": median(turn[w][i] for turn in found) for w, way in enumerate(WAYS)}
            facts |= {f"throughput of the streamed by {unit}": median(turn[0][i] / turn[1][i] for turn in found)}
        yield facts


def both_ways(name: str, folder: Path, task: Task, epochs: int, buffer: int) -> list[TableModel]:
    """A training in memory and a streamed one, of the same rows; neither judges those it learns from."""
    fits = room.Room.of(1_000_000_000, COLUMNS, 4)
    limit_buffers(min(fits.buffer, buffer), fits.validation)
    whole, streamed = (TableModel(recipe_of(name, epochs), task, row_digests=False) for _ in range(2))
    whole.prepare(open_source(parquet.read_table(folder)), "y")
    data = Dataset(folder, memory="1GB")
    streamed.prepare_dataset(data, learn_columns(data, "y", task, Shares()))
    for model in (whole, streamed):
        model.job.metrics, model.job.judge_training = (), False
    return [whole, streamed]


def epoch(model: TableModel) -> tuple[float, float]:
    """One more epoch: microseconds a row by the clock, and of all threads together."""
    clock, processor = time.perf_counter(), time.process_time()
    model.job.run(epochs=1)
    took = time.perf_counter() - clock, time.process_time() - processor
    return took[0] / model.rows * 1e6, took[1] / model.rows * 1e6


def limit_buffers(rows: int, validation: int) -> None:
    """Have all trainings take buffers of so many rows."""
    room.Room.of = classmethod(lambda cls, *_: cls(rows, validation))  # type: ignore[method-assign]


def sorted_files(paths: list[str], seeds: int) -> Iterator[dict[str, object]]:
    """The same network in memory, streamed, and streamed from rows sorted by the target; buffers of a tenth of them."""
    for path in paths:
        source = open_source(path)
        target = default_target(source)[0]
        table = pa.Table.from_batches([block.columns for block in source.blocks()])
        table = table.take(np.random.default_rng(0).permutation(table.num_rows)).combine_chunks()
        judged, taught = table.slice(0, table.num_rows // 4), table.slice(table.num_rows // 4)
        order = np.argsort(np.array(taught[target].to_pylist()), kind="stable")
        limit_buffers(max(taught.num_rows // 10, room.SLICES * 256), 10**6)
        found: dict[str, list[float]] = {}
        for seed in range(seeds):
            model = TableModel(Recipe(epochs=30, seed=seed, named=("hidden",)), row_digests=False)
            for way, rows in (("in memory", taught), ("streamed", taught), ("streamed, sorted", taught.take(order))):
                score = taught_by(model, rows, target, streamed=way != "in memory").evaluate(judged).scores[0]
                found.setdefault(way, []).append(score.value)
        yield {"table": Path(path).stem, "score": score.name, "rows": taught.num_rows} | {
            way: f"{np.mean(values):.4f} ± {np.std(values) / max(1, seeds - 1) ** 0.5:.4f}"
            for way, values in found.items()
        }


def taught_by(model: TableModel, rows: pa.Table, target: str, streamed: bool) -> TableModel:
    """A model of some rows."""
    if not streamed:
        return model.fit(rows, target)
    with tempfile.TemporaryDirectory() as place:
        parquet.write_table(rows, f"{place}/x.parquet", row_group_size=max(64, rows.num_rows // 30))
        return model.fit(Dataset(place), target)


def main() -> None:
    """Run one measurement and print it as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "memory", "speed", "sorted"))
    parser.add_argument("places", nargs="*")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--network", choices=NETWORKS, default="30-256x3-1")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    if asked.what == "make":
        make(Path(asked.places[0]), asked.rows, NETWORKS[asked.network][1] > 1)
    elif asked.what == "memory":
        place = Path(asked.places[0])
        tell(memory(place, asked.memory, asked.network, asked.epochs, asked.seconds))
    elif asked.what == "speed":
        for found in speed(asked.rows, asked.turns):
            tell(found)
    else:
        for found in sorted_files(asked.places, asked.turns):
            tell(found)


def tell(found: dict[str, object]) -> None:
    """One line."""
    sys.stdout.write(json.dumps(found, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
