"""The cells of a column seen as dates and times: how many each order of day and month reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.inference.flags import first_text, flags
from glassnet.data.spelling.times import ORDERS, Parsed, TimeFormat

_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
TOO_LONG = "^(2[4-9]|[3-9][0-9]|[1-9][0-9]{2,}):[0-5][0-9](:|$)"
ISO = rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([ T]{_CLOCK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?|{_CLOCK})$"


@dataclass
class TimeScan:
    """The cells of a column seen as dates and times.

    Args:
        shaped, exist: how many are written as times, and how many of them are in some order.
        fits: of each of ``ORDERS``, how many it reads.
        ordered, differ: how many need an order, and how many are another time in another.
        zoned: how many have a time zone.
        offsets: of these zones, in minutes.
        example: the first that exists and is not ISO 8601.
        duration: the first that is too long for a time of day, such as 26:10:00.
    """

    shaped: int = 0
    exist: int = 0
    fits: np.ndarray = field(default_factory=lambda: np.zeros(len(ORDERS), np.int64))
    ordered: int = 0
    differ: int = 0
    zoned: int = 0
    offsets: set[int] = field(default_factory=set)
    example: str | None = None
    duration: str | None = None

    def add(self, texts: pa.Array, times: np.ndarray) -> np.ndarray:
        """Take in distinct texts, and how often each occurs; which are written as times."""
        parsed = Parsed(texts)
        if not parsed.shaped.any():
            return parsed.shaped
        read = np.array([parsed.times(order) for order in ORDERS])
        shaped = parsed.shaped
        self.shaped += int(times[shaped].sum())
        self.exist += int(times[shaped & parsed.exists].sum())
        self.fits += (shaped & ~np.isnat(read)) @ times
        self.ordered += int(times[shaped & parsed.ordered].sum())
        self.differ += int(times[np.fmax.reduce(read) > np.fmin.reduce(read)].sum())
        self.zoned += int(times[parsed.zoned].sum())
        self.offsets |= set(np.unique(parsed.offset[parsed.zoned]).tolist())
        if self.example is None:
            other = shaped & parsed.exists & ~flags(pc.match_substring_regex(texts, ISO))
            self.example = first_text(texts, other)
        never = shaped & ~parsed.exists
        if self.duration is None and never.any():
            self.duration = first_text(texts, never & flags(pc.match_substring_regex(texts, TOO_LONG)))
        return shaped

    def best(self, wanted: str | None, elsewhere: str | None = None) -> tuple[int, TimeFormat, str | None]:
        """How many cells the best format reads, that format, and an order that reads them otherwise as well.

        Args:
            wanted: the order asked for.
            elsewhere: the order of other columns, which decides where several are possible.
        """
        most = int(self.fits.max())
        tied = [order for order, count in zip(ORDERS, self.fits.tolist(), strict=True) if count == most]
        order = next((one for one in (wanted, elsewhere) if one in tied), tied[0])
        other = next((one for one in tied if one != order), None)
        ambiguous = self.differ and wanted is None
        return most, TimeFormat(order if self.ordered else None, self._zone()), other if ambiguous else None

    def _zone(self) -> str:
        if not self.zoned:
            return ""
        minutes = next(iter(self.offsets)) if len(self.offsets) == 1 and self.zoned == self.shaped else 0
        sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
        return f"{sign}{hours:02}:{rest:02}" if minutes else "UTC"
