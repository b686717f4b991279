"""The picture: each method's error to CatBoost's, one dot a set, the geometric mean with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from comparison.records import Record
from comparison.report import BASE, methods_of
from comparison.statistics import floored, mean_errors, ratio

OURS, PEERS = "#1f6fb2", "#707070"
TICKS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0)


def draw(records: Sequence[Record], path: Path) -> bool:
    """Write the picture of the sets of real rows; False where no method can be compared."""
    from matplotlib.figure import Figure

    errors = mean_errors([record for record in records if not record.get("simulated")])
    found = {name: estimate for name in methods_of(records) if (estimate := ratio(errors, name, BASE)) is not None}
    if not found:
        return False
    order = sorted(found, key=lambda name: -found[name].value)
    figure = Figure(figsize=(8, 1.2 + 0.4 * len(order)), layout="constrained")
    ax = figure.subplots()
    for place, name in enumerate(order):
        color, estimate = OURS if name.startswith("glassnet") else PEERS, found[name]
        dots = [floored(of[name]) / floored(of[BASE]) for of in errors.values() if name in of and BASE in of]
        ax.plot(dots, [place] * len(dots), "o", color=color, alpha=0.25, markersize=5)
        if estimate.sets > 1:
            ax.plot([estimate.low, estimate.high], [place, place], color=color, linewidth=2)
        ax.plot([estimate.value], [place], "D", color=color, markersize=7)
        ax.annotate(f"{estimate.value:.3f}", (1.01, place), xycoords=("axes fraction", "data"), va="center")
    ax.axvline(1.0, color="black", linewidth=0.8)
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    ax.set_xticks([tick for tick in TICKS if low <= tick <= high], minor=False)
    ax.set_xticks([], minor=True)
    ax.xaxis.set_major_formatter(lambda value, place: f"{value:g}")
    ax.set_yticks(range(len(order)), order)
    ax.set_xlabel(f"error, as a multiple of {BASE}'s (left is better; dots are sets, bars 95 % intervals over sets)")
    figure.savefig(path)
    return True
