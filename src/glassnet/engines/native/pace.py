"""How many threads, and how many steps a call: learned from how long steps take.

More threads are not always faster: steps may be too short, or the processors busy with something else. All numbers of
threads give the same bits, so the faster here and now may run, and the slower is tried again whenever that costs little
compared with what was done since.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf

PIECE_SECONDS = 0.1  # how long a call may take before the caller is asked whether to stop
TRIAL_SECONDS = 0.003  # of a call that is to be compared, by the pace of the faster: threads take time to wake up
TRIALS = 3  # calls with each number of threads before they are compared, behind a first one of a single step
HOPELESS = 1.5  # times as slow: not worth the other trials
SOON = 0.05  # seconds of work after which the slower is tried again, and twice as many every time it stays the slower
MOST_SHARE, LEAST_SHARE = 0.05, 0.004  # the share of the work that trials may cost: at first, in the end
NEWS = 0.25  # the weight of the latest call in the estimate
MOST_NEWS = 2.0  # times the estimate: one call that the system disturbed is not to decide


class Pace:
    """The pace of training steps of one size.

    Args:
        threads: the most to use.

    >>> pace = Pace(2)
    >>> for threads in (2, 1) * (TRIALS + 1):
    ...     pace.took(threads, steps=1, seconds=0.002 / threads)
    >>> pace.next()
    (2, 100)
    """

    def __init__(self, threads: int) -> None:
        choices = (threads, 1) if threads > 1 else (1,)
        self._seconds = dict.fromkeys(choices, inf)  # a step
        self._calls = dict.fromkeys(choices, 0)
        self._worked, self._patience = 0.0, SOON  # seconds since the slower was tried, and until it is again

    def next(self, most: float = inf) -> tuple[int, int]:
        """The number of threads and of steps for the next call, which is to take ``most`` seconds at most."""
        trial = self._on_trial()
        if trial is None:
            return self._faster, self._steps(min(most, PIECE_SECONDS))
        return trial, self._steps(min(most, TRIAL_SECONDS)) if self._calls[trial] else 1

    def _on_trial(self) -> int | None:
        """The number of threads to be tried, or None."""
        faster, slower = self._faster, self._slower
        if faster == slower:
            return None
        least_tried = min(self._calls, key=self._calls.__getitem__)
        fewest = self._calls[least_tried]
        known = fewest > (0 if self._seconds[faster] > TRIAL_SECONDS else 1)  # waking up is nothing to a long step
        if fewest <= TRIALS and not (known and self._seconds[slower] > HOPELESS * self._seconds[faster]):
            return least_tried
        return slower if self._worked > self._patience else None

    def took(self, threads: int, steps: int, seconds: float) -> None:
        """What the last call took."""
        old, new, faster = self._seconds[threads], seconds / max(steps, 1), self._faster
        self._calls[threads] += 1
        self._worked += seconds
        if self._calls[threads] <= 2:  # what the first one says counts for as long as there is nothing else
            self._seconds[threads] = new
        elif self._calls[threads] <= TRIALS + 1:
            self._seconds[threads] = min(old, new)
        elif threads == faster:
            self._seconds[threads] = (1 - NEWS) * old + NEWS * min(new, MOST_NEWS * old)
        else:
            self._seconds[threads] = new
        if self._faster != faster:
            self._worked, self._patience = 0.0, SOON
        elif threads == self._slower:
            cost = steps * (self._seconds[threads] - self._seconds[faster])
            self._worked, self._patience = (
                0.0,
                max(SOON, cost / MOST_SHARE, min(2 * self._patience, cost / LEAST_SHARE)),
            )

    @property
    def _faster(self) -> int:
        return min(self._seconds, key=self._seconds.__getitem__)

    @property
    def _slower(self) -> int:
        return max(self._seconds, key=self._seconds.__getitem__)

    def _steps(self, seconds: float) -> int:
        """As many as the faster takes in so many seconds."""
        step = self._seconds[self._faster]
        return 1 if step == inf else max(1, int(seconds / max(step, 1e-9)))


@lru_cache(maxsize=64)
def pace_of(widths: tuple[int, ...], rows: int, dtype: str, threads: int) -> Pace:
    """The pace of steps of this size; it is kept from training to training."""
    return Pace(threads)
