"""Early stopping: which number is watched, with how much patience, and which parameters are kept."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from glassnet.engines.plan import Plan
from glassnet.engines.state import Best, State

LOWEST_RATE = 1e-6  # below it a learning rate is not reduced further, as in scikit-learn


@dataclass(frozen=True)
class Stopping:
    """Stop when the watched number has not improved for more than ``patience`` epochs.

    Args:
        watch: a column of the history, such as "validation_cost" or "validation_accuracy".
        higher_is_better: which way it improves.
        patience: epochs without improvement before stopping; ``inf`` never stops.
        tolerance: the smallest improvement that counts.
        restore_best: True returns the parameters of the best epoch.
        reduce_rate: below 1, the learning rate is multiplied by this instead of stopping, down to ``LOWEST_RATE``
            (scikit-learn's ``learning_rate="adaptive"``).

    >>> Stopping(patience=5).patience
    5
    """

    watch: str = "cost"
    higher_is_better: bool = False
    patience: float = 10
    tolerance: float = 1e-4
    restore_best: bool = False
    reduce_rate: float = 1.0

    def judge(self, plan: Plan, state: State) -> str | None:
        """Update the state after the epoch just recorded; return the reason to stop, or None."""
        value = state.history[self.watch][-1]
        score = value if self.higher_is_better else -value
        best = state.best.score if state.best else -inf
        state.stale = 0 if isfinite(score) and score >= best + self.tolerance else state.stale + 1
        if score > best:
            state.best = Best(score, state.epoch)
            if self.restore_best:
                state.best.theta, state.best.running = state.theta.copy(), state.running.copy()
        return self.decide(plan, state)

    def decide(self, plan: Plan, state: State) -> str | None:
        """Reduce the learning rate where that is due, between two epochs; the reason to stop, or None."""
        if state.stale > self.patience and self.reduce_rate < 1 and state.learning_rate(plan) > LOWEST_RATE:
            state.rate_scale *= self.reduce_rate
            state.stale = 0
        return self.verdict(state)

    def verdict(self, state: State) -> str | None:
        """The reason to stop in the present state, or None."""
        if state.stale <= self.patience:
            return None
        return f"{self.watch.replace('_', ' ')} did not improve by {self.tolerance:g} in {self.patience:g} epochs"
