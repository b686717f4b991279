"""Training on rows larger than memory: throughput against training in memory, resident memory, quality of sorted files.

    python benchmarks/stream.py make FOLDER --rows 100000000        # 30 columns, once, to Parquet: 12 GB
    python benchmarks/stream.py memory FOLDER --memory 1GB          # trains; the most resident memory it had
    python benchmarks/stream.py speed --rows 5000000                # in memory and streamed, in turns
    python benchmarks/stream.py sorted TABLE ...                    # sorted by class in small buffers, and in memory

The target is a noisy function of the columns; every tenth file has another seed. ``speed`` trains an epoch each way in
turns and prints the median of the ratios: other programs slow both ways down. Linux only.
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

COLUMNS, FILE_ROWS, GROUP_ROWS = 30, 1_000_000, 100_000
NETWORKS = {"30-256x3-1": ((256, 256, 256), 1), "30-64-64-2": ((64, 64), 2)}
BATCH = 256


def rows_of(file: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs, float32 (m, 30), and numbers (m,) of one file."""
    rng = np.random.default_rng(file)
    X = rng.standard_normal((m, COLUMNS), dtype=np.float32)
    y = X[:, 0] + np.sin(2 * X[:, 1]) * X[:, 2] + 0.5 * X[:, 3] * X[:, 4] + 0.3 * rng.standard_normal(m, np.float32)
    return X, y.astype(np.float32)


def make(folder: Path, rows: int, classes: bool = False) -> Path:
    """Write Parquet files, some rows each."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    folder.mkdir(parents=True, exist_ok=True)
    for file, start in enumerate(range(0, rows, FILE_ROWS)):
        path = folder / f"{file:04}.parquet"
        if path.exists():
            continue
        X, y = rows_of(file, min(FILE_ROWS, rows - start))
        target = np.array(["low", "high"])[(y > 0).astype(int)] if classes else y
        table = pa.table({f"x{j + 1}": X[:, j] for j in range(COLUMNS)} | {"y": target})
        parquet.write_table(table, path.with_suffix(".part"), row_group_size=GROUP_ROWS, compression="zstd")
        path.with_suffix(".part").rename(path)
    return folder


def recipe_of(name: str, epochs: int, threads: int = 0) -> object:
    from glassnet import Recipe

    return Recipe(hidden=NETWORKS[name][0], batch_size=BATCH, epochs=epochs, validation=0.02, threads=threads)


def memory(folder: Path, limit: str, name: str, epochs: int, seconds: float) -> dict[str, object]:
    """Train on all files, and say how much memory that took."""
    from glassnet import Dataset, TableModel, TimeLimit

    started = time.perf_counter()
    model = TableModel(recipe_of(name, epochs))
    stop = [TimeLimit(seconds)] if seconds else []
    model.fit(Dataset(f"{folder}/*.parquet", memory=limit), "y", callbacks=stop)
    state = model.job.state
    done = state.epoch * model.rows + state.rows_done
    return {
        "network": name,
        "rows learned from": model.rows,
        "validated on": model.validation_rows,
        "rows visited": done,
        "rows a second while training": done / state.seconds,
        "seconds before training": time.perf_counter() - started - state.seconds,
        "peak resident MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "notes": model.notes,
    }


def speed(rows: int, turns: int) -> Iterator[dict[str, object]]:
    """An epoch of each network in memory and streamed, in turns; the streamed one in several buffers."""
    from glassnet import Dataset, TableModel

    for name, (_, outputs) in NETWORKS.items():
        with tempfile.TemporaryDirectory() as place:
            folder = make(Path(place), rows, classes=outputs > 1)
            whole, streamed = (TableModel(recipe_of(name, turns)) for _ in range(2))
            whole.task = streamed.task = "classification" if outputs > 1 else "regression"
            import pyarrow.parquet as parquet

            from glassnet import open_source
            from glassnet.data.streams.slices import Shares
            from glassnet.estimators.table.streaming.preparing import learn_columns

            whole.recipe = whole.recipe.__class__(**{**vars(whole.recipe), "validation": 0.02, "named": ("hidden",)})
            whole.prepare(open_source(parquet.read_table(folder)), "y")
            data = Dataset(folder, memory="1GB")
            streamed.prepare_dataset(data, learn_columns(data, "y", streamed.task, Shares()))
            rates: list[tuple[float, float]] = []
            for _ in range(turns):
                both = []
                for model in (whole, streamed):
                    before = model.job.state.seconds
                    model.job.run(epochs=1)
                    both.append(model.rows / (model.job.state.seconds - before))
                rates.append((both[0], both[1]))
            yield {
                "network": name,
                "rows": rows,
                "in memory, rows a second": median(a for a, _ in rates),
                "streamed, rows a second": median(b for _, b in rates),
                "ratio": median(b / a for a, b in rates),
            }


def sorted_files(paths: list[str], seeds: int) -> Iterator[dict[str, object]]:
    """Tables sorted by their target, in buffers of a tenth of the rows, and the same network in memory."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from glassnet import Dataset, Recipe, TableModel, open_source
    from glassnet.data.target import default_target
    from glassnet.estimators.table.streaming import room

    for path in paths:
        source = open_source(path)
        target = default_target(source)[0]
        table = pa.Table.from_batches([block.columns for block in source.blocks()])
        table = table.take(np.random.default_rng(0).permutation(table.num_rows)).combine_chunks()
        held = table.num_rows // 4
        judged, taught = table.slice(0, held), table.slice(held)
        order = np.argsort(np.array(taught[target].to_pylist()), kind="stable")
        found: dict[str, list[float]] = {"in memory": [], "sorted, streamed": []}
        for seed in range(seeds):
            recipe = Recipe(epochs=30, seed=seed, named=("hidden",))
            with tempfile.TemporaryDirectory() as place:
                parquet.write_table(taught.take(order), f"{place}/x.parquet", row_group_size=max(64, held // 10))
                buffer = max(taught.num_rows // 10, room.SLICES * 256)
                room.Room.of = classmethod(lambda cls, *_, buffer=buffer: cls(buffer, 10**6))  # type: ignore[method-assign]
                streamed = TableModel(recipe).fit(Dataset(place), target)
            for name, model in (
                ("in memory", TableModel(recipe, row_digests=False).fit(taught, target)),
                ("sorted, streamed", streamed),
            ):
                score = model.evaluate(judged).scores[0]
                found[name].append(score.value)
        yield {"table": Path(path).stem, "score": score.name, "rows": taught.num_rows} | {
            name: f"{np.mean(values):.4f} ± {np.std(values) / max(1, seeds - 1) ** 0.5:.4f}"
            for name, values in found.items()
        }


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
        make(Path(asked.places[0]), asked.rows)
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
