"""What a round over a Ray cluster costs, by network and steps a round, and what many workers would make of it.

    python benchmarks/cluster.py
    python benchmarks/cluster.py --quick

Measured, on two processes of this machine: the seconds that a shard's steps take by themselves, those of a whole round,
and the efficiency, which is the first divided by the second. Every figure is the least of some rounds, the two taken in
turn. The simulation goes from these figures and four assumptions, which are arguments, to many workers on a network;
its formula is ``round_seconds``.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from dataclasses import dataclass, replace

import numpy as np

NETWORKS = {"30-64-64-2": (64, 64, 2), "30-256x3-1": (256, 256, 256, 1), "30-1024x3-1": (1024, 1024, 1024, 1)}
INPUTS, ROWS, STEPS, WORKERS = 30, 256, (1, 8, 64, 512), (2, 8, 64, 256, 1000)
FAN_IN = 16  # sums that one process adds up


@dataclass(frozen=True)
class Measured:
    """What two processes of one machine took.

    Args:
        network: its name.
        parameters: n.
        vectors: 1 for parameters alone, and one more for each of the optimizer's slots.
        steps: k, of a round.
        own: seconds of a shard's k steps.
        round: seconds of a whole round on two workers.
    """

    network: str
    parameters: int
    vectors: int
    steps: int
    own: float
    round: float

    @property
    def efficiency(self) -> float:
        """The share of the time in which a worker takes steps."""
        return self.own / self.round


@dataclass(frozen=True)
class Assumed:
    """What is not measured here.

    Args:
        bandwidth: bytes a second of each machine's network.
        latency: seconds of a message.
        spread: standard deviation of the logarithm of a worker's pace from round to round.
        task: seconds in which the driver hands out one task, and takes in its answer.
    """

    bandwidth: float = 1.25e9
    latency: float = 0.5e-3
    spread: float = 0.05
    task: float = 0.3e-3


def round_seconds(one: Measured, workers: int, assumed: Assumed) -> float:
    """Seconds of a round on many workers, one shard each.

    ``own e^(s sqrt(2 ln P)) + P task + ceil(log2 P) (L + down / B) + ceil(log16 P) (L + 16 up / B)``: the slowest of P
    workers; P tasks by one driver; the state in float32, which machines that have it pass on; the sums in float64,
    sixteen into one machine at each level.
    """
    slowest = one.own * math.exp(assumed.spread * math.sqrt(2 * math.log(workers)))
    state = one.vectors * one.parameters * 4
    sums = (one.vectors if one.steps > 1 else 1) * one.parameters * 8
    down = math.ceil(math.log2(workers)) * (assumed.latency + state / assumed.bandwidth)
    up = math.ceil(math.log(workers, FAN_IN)) * (assumed.latency + min(workers, FAN_IN) * sums / assumed.bandwidth)
    return slowest + workers * assumed.task + down + up


def measure(name: str, steps: int, rounds: int) -> Measured:
    """Rounds of one network on two workers, and the steps of one shard here, in turn."""
    from glassnet import Dense, Network, Plan, RayCluster, Rows, State
    from glassnet.learning.rounds.shard import Round, Shard, Work, dealt

    *hidden, last = NETWORKS[name]
    network = Network(INPUTS, [*(Dense(units, "relu") for units in hidden), Dense(last)])
    m = 2 * ROWS * steps
    rng = np.random.default_rng(0)
    rows = Rows(rng.normal(size=(m, INPUTS)).astype("float32"), rng.normal(size=(m, last)).astype("float32"))
    plan = Plan(network, m, batch_size=2 * ROWS, n_threads=1)
    work, state = Work(plan, 2, "native", exact=steps == 1), State.new(plan)
    own, cluster = Shard(work, 0, next(dealt(rows, 2))), RayCluster("local", 2, steps).workers(work, dealt(rows, 2))
    at, alone, together = Round.of(state, 0, steps), math.inf, math.inf
    for number in range(rounds + 2):
        times = [time.perf_counter()]
        for act in (own.share, cluster.total):
            act(at)
            times.append(time.perf_counter())
        if number > 1:  # the first ones make the memory ready
            alone, together = min(alone, times[1] - times[0]), min(together, times[2] - times[1])
    cluster.close()
    return Measured(name, network.size, 1 + len(state.slots), steps, alone, together)


def task_seconds(rounds: int) -> float:
    """What one more task adds to a round: the driver's share of it."""
    import ray

    nothing = ray.remote(num_cpus=1)(_nothing)
    few, many = 2, 200
    least = {}
    for count in (few, many):
        for _ in range(rounds):
            started = time.perf_counter()
            ray.get([nothing.remote() for _ in range(count)])
            least[count] = min(least.get(count, math.inf), time.perf_counter() - started)
    return (least[many] - least[few]) / (many - few)


def _nothing() -> None:
    """Do nothing."""


def table(measured: list[Measured], assumed: Assumed) -> str:
    """What was measured and what follows, in Markdown."""
    head = ["network", "k", "steps of a shard, ms", "round of 2, ms", "efficiency at 2"]
    head += [f"at {workers:,}*" for workers in WORKERS[1:]]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for one in measured:
        many = [one.own / round_seconds(one, workers, assumed) for workers in WORKERS[1:]]
        cells = [one.network, f"{one.steps}", f"{one.own * 1e3:.2f}", f"{one.round * 1e3:.2f}"]
        cells += [f"{share:.0%}" for share in (one.efficiency, *many)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, simulate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the two small networks, few rounds")
    parser.add_argument("--bandwidth", type=float, default=Assumed.bandwidth, help="bytes a second")
    parser.add_argument("--latency", type=float, default=Assumed.latency, help="seconds of a message")
    parser.add_argument("--spread", type=float, default=Assumed.spread, help="of the workers' pace")
    chosen = parser.parse_args()
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    from glassnet.cluster.on_ray import connected

    ray = connected("local", workers=2)
    names, steps, rounds = (list(NETWORKS)[:2], STEPS[:3], 5) if chosen.quick else (list(NETWORKS), STEPS, 20)
    assumed = replace(Assumed(chosen.bandwidth, chosen.latency, chosen.spread), task=task_seconds(rounds))
    print(table([measure(name, k, rounds) for name in names for k in steps], assumed))
    load = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    print(f"\n{ROWS} rows a shard and step, Ray {ray.__version__}, {load}")
    print(f"* simulated: {assumed.bandwidth:.3g} bytes/s, latency {assumed.latency * 1e3:g} ms, pace within")
    print(f"{assumed.spread:.0%}, {assumed.task * 1e3:.2f} ms a task (measured)")
    ray.shutdown()


if __name__ == "__main__":
    main()
