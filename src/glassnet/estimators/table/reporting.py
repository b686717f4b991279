"""What was chosen and why, in plain words: of one network how it ended, of several which predict, and their weights."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.estimators.table.choice import Choice, Trained
from glassnet.learning.blending.blend import Blend
from glassnet.learning.training import Outcome
from glassnet.text import counted

HEADS = ("member", "what it is like", "parameters after", "weight")


def report_of_one(outcome: Outcome, best_epoch: int | None, seconds: float) -> str:
    """A sentence on the training of a single network."""
    epochs = outcome.history.epochs
    kept = f"; the parameters of epoch {best_epoch:,} are kept" if best_epoch not in (None, epochs) else ""
    return f"one network, {counted(epochs, 'epoch')} in {seconds:.3g} s: {outcome.reason}{kept}"


def report_of_several(preset: str, blend: Blend, choice: Choice, trained: Sequence[Trained]) -> str:
    """Lines on a blend, the last of them one for each network that predicts."""
    count = len(trained) or len({one.number for one in blend.members})
    lines = [
        f"preset {preset}: {count} networks trained in {choice.seconds:.3g} s",
        choice.why(blend),
        *("  ".join(filter(None, row)) for row in member_rows(blend, trained)),
    ]
    return "\n".join(lines)


def member_rows(blend: Blend, trained: Sequence[Trained] = ()) -> list[tuple[str, str, str, str]]:
    """Of each network that predicts, in words as ``HEADS`` has them.

    Args:
        blend: the networks with their weights.
        trained: how each was trained; empty where that is not known.
    """
    rows = []
    for place, one in enumerate(blend.members, start=1):
        own = trained[one.number - 1] if trained else None
        like, done = ("", "") if own is None else (own.recipe.words, f" of {own.epochs:,}")
        rows.append((f"{place}: network {one.number}", like, f"epoch {one.epoch:,}{done}", f"{one.weight:.2f}"))
    return rows
