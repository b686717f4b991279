"""One GPU: the engine ``torch`` against eager PyTorch, torch.compile and JAX, on the same trainings; one table.

    python benchmarks/gpu.py
    python benchmarks/gpu.py --members 64 --epochs 10
    python benchmarks/gpu.py --device cpu --rows 2048 --epochs 1    # tries the script out; its numbers mean nothing

Every contender keeps the rows on the device and trains the same chain of ReLU layers by Adam in float32, each epoch in
a new order. A cell is millions of rows a second, of the median epoch after one to warm up; ``--members`` networks at
once are one more line of ours. What is not installed, or fails, is named below the table.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from glassnet import Network, Plan, Rows, State
from glassnet.bench.contenders.jax_scan import JAX
from glassnet.bench.task import Task
from glassnet.engines.torch.package import missing, torch
from glassnet.engines.torch.program import Program
from glassnet.engines.torch.stack import Stack, Training
from glassnet.pieces.optimizers import Adam

NETWORKS = ((30, 64, 64, 2), (30, 256, 256, 256, 1), (784, 1024, 1024, 10))
Epoch = Callable[[], object]


def glassnet_torch(task: Task, device: str, members: int = 1) -> Epoch:
    """Ours: ``members`` trainings of their own seeds in one stack."""
    network = Network.mlp(
        task.widths[0], task.hidden, task.widths[-1], loss="cross_entropy" if task.classification else "squared_error"
    )
    plan = Plan(network, task.rows, optimizer=Adam(), batch_size=task.batch, device=device)
    rows = Rows(task.X, task.Y)
    stack = Stack(Program(plan, device), [rows] * members, plan.steps_per_epoch)
    states, rng = [State.new(plan, seed) for seed in range(members)], np.random.default_rng(0)

    def epoch() -> None:
        orders = [rng.permutation(task.rows) for _ in states]
        stack.train([Training(plan, *each) for each in zip(states, [rows] * members, orders, strict=True)], never, 1e9)

    return epoch


def never() -> bool:
    """Never asks to stop."""
    return False


def pytorch(task: Task, device: str, compiled: bool) -> Epoch:
    """A loop as in PyTorch's tutorials, with its fused Adam; its step compiled, or not."""
    layers = [layer for a, b in pairwise(task.widths) for layer in (torch.nn.Linear(a, b), torch.nn.ReLU())][:-1]
    model = torch.nn.Sequential(*layers).to(device)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    loss = torch.nn.functional.cross_entropy if task.classification else torch.nn.functional.mse_loss
    X, Y = (torch.tensor(array, device=device) for array in (task.X, task.Y))

    def step(X: object, Y: object) -> None:
        adam.zero_grad(set_to_none=True)
        loss(model(X), Y).backward()
        adam.step()

    run = torch.compile(step, mode="reduce-overhead") if compiled else step

    def epoch() -> None:
        for chosen in torch.randperm(task.rows, device=device).split(task.batch):
            run(X[chosen], Y[chosen])
        if device == "cuda":
            torch.cuda.synchronize()

    return epoch


def contenders(task: Task, device: str, members: int) -> dict[str, Callable[[], Epoch]]:
    """How to make each, by name."""
    return {
        "glassnet, engine torch": lambda: glassnet_torch(task, device),
        f"glassnet, {members} networks at once": lambda: glassnet_torch(task, device, members),
        "PyTorch, eager": lambda: pytorch(task, device, compiled=False),
        "PyTorch, torch.compile": lambda: pytorch(task, device, compiled=True),
        "JAX, scan": lambda: next(iter(JAX().train(task).values())).epoch,
    }


def speed(make: Callable[[], Epoch], rows: int, epochs: int) -> float:
    """Rows a second of the median epoch, the first one apart."""
    epoch, times = make(), []
    epoch()
    for _ in range(epochs):
        begun = time.perf_counter()
        epoch()
        times.append(time.perf_counter() - begun)
    return rows / statistics.median(times)


def table(device: str, rows: int, batch: int, epochs: int, members: int) -> str:
    """Every contender on every network."""
    tasks = [Task(widths, batch, max(1, rows // batch)) for widths in NETWORKS]
    names, failed = list(contenders(tasks[0], device, members)), []
    lines = ["| millions of rows a second | " + " | ".join("-".join(map(str, task.widths)) for task in tasks) + " |"]
    lines.append("|---" * (len(tasks) + 1) + "|")
    for name in names:
        cells = []
        for task in tasks:
            trained = task.rows * (members if "at once" in name else 1)
            try:
                cells.append(f"{speed(contenders(task, device, members)[name], trained, epochs) / 1e6:.3g}")
            except Exception as error:  # of another library: the others are measured all the same
                cells.append("")
                failed.append(f"{name}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *dict.fromkeys(failed)])


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--rows", type=int, default=1 << 17)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--members", type=int, default=32)
    settings = parser.parse_args()
    if reason := missing(settings.device):
        print(f"Nothing is measured: {reason}.")
        return 1
    where = torch.cuda.get_device_name() if settings.device == "cuda" else "the CPU: a trial, no measurement"
    print(f"PyTorch {torch.version.__version__} on {where}; batches of {settings.batch}\n")
    print(table(settings.device, settings.rows, settings.batch, settings.epochs, settings.members))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
