"""``glassnet cluster demo``: a first look at a training over several processes."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import click

from glassnet.cli.options import one_of
from glassnet.cli.output import Page
from glassnet.text import counted

if TYPE_CHECKING:
    from glassnet.cluster.on_ray import RayCluster

WORKERS, SHARDS, EPOCHS = 2, 4, 5


@click.command
@click.argument("action", metavar="demo", type=one_of(["demo"]))
def command(action: str) -> int:
    """Train a small network on two processes of this machine, by Ray.

    Starts a local Ray, trains on the bundled digits over four shards of the rows, compares the network with that of one
    process, and ends Ray. With a cluster of your own: glassnet train DATA --ray HOST:PORT.
    """
    from glassnet.cluster.on_ray import RayCluster, connected

    page = Page(as_json=False, quiet=False)
    started = time.perf_counter()
    ray = connected("local", workers=WORKERS)
    try:
        page.say(f"a local Ray with {counted(WORKERS, 'worker')}, started in {time.perf_counter() - started:.1f} s")
        _compare(page, RayCluster("local", SHARDS))
    finally:
        ray.shutdown()
    page.finish()
    return 0


def _compare(page: Page, cluster: RayCluster) -> None:
    """Train the same network by the cluster and in this process."""
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.exceptions import ConvergenceWarning

    from glassnet.estimators.mlp.classifier import MLPClassifier

    X, y = load_digits(return_X_y=True)
    spread, alone = (
        MLPClassifier((64,), max_iter=EPOCHS, batch_size=200, shuffle=False, random_state=0, cluster=one)
        for one in (cluster, None)
    )
    for model, where in (spread, f"{SHARDS} shards on {WORKERS} workers"), (alone, "this process alone"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # five epochs are a first look
            model.fit(X / 16, y)
        seconds = min(model.history_["seconds"])
        page.say(f"{where}: cost {model.loss_:.6f} after {EPOCHS} epochs, {seconds:.3g} s an epoch")
    apart = float(np.abs(spread.parameters_.theta - alone.parameters_.theta).max())
    page.say(f"largest difference of a parameter: {apart:.1e}, rounding")
