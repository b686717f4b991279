"""Dates and times as people write them, read without guessing but for one thing: the order of day and month.

A date with a four-digit year in front or with the name of its month has one meaning; 01/02/2024 has two, and
01/02/24 three. The order is the column's: it is found from all cells, or asked for.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from glassnet.archive import Facts
from glassnet.data.arrow import pa, pc
from glassnet.data.spelling.characters import plain_characters

# Where all dates fit several orders, the first is taken, and a note says so.
ORDERS = {"day-first": "dmy", "month-first": "mdy", "year-first": "ymd"}
FIRST = next(iter(ORDERS))
PIVOT = 69  # as POSIX has it: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068

# The names of the months by their beginnings, in English, German, French, Spanish, Italian, Portuguese, Dutch,
# Scandinavian, Polish, Czech, Hungarian, Romanian, Finnish, Turkish, Indonesian, Greek, Russian and Ukrainian; what
# follows may be any ending. A name that begins as those of two months do is of the later one.
MONTHS = (
    *("jan|jän|ene|gen|ian|sty|led|tam|oca|ιαν|янв|січ", "feb|fév|fev|lut|úno|hel|şub|φεβ|фев|лют"),
    *("mar|mär|már|mrz|mrt|maa|bře|μαρ|μάρ|мар|бер", "apr|avr|abr|ápr|kwi|dub|huh|nis|απρ|апр|кві"),
    *(
        "may|mai|mei|maj|máj|mag|kvě|tou|μαϊ|μαΐ|μάι|май|мая|тра",
        "jun|jún|juin|giu|iun|cze|čer|kes|haz|ιουν|ιούν|июн|чер",
    ),
    *(
        "jul|júl|juil|lug|iul|lip|červenc|hei|tem|ιουλ|ιούλ|июл|лип",
        "aug|aoû|aou|ago|agu|ağu|sie|srp|elo|αυγ|αύγ|авг|сер",
    ),
    *("sep|set|sze|wrz|zář|syy|eyl|σεπ|сен|вер", "oct|okt|ott|out|paź|říj|lok|eki|οκτ|окт|жов"),
    *("nov|noi|lis|marr|kas|νοε|νοέ|ноя|лис", "dec|dez|des|déc|dic|gru|pro|jou|ara|δεκ|дек|гру"),
)
# Hours from UTC; other abbreviations mean several zones.
ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6}
ZONES |= {"PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "JST": 9}

_WEEKDAY = (
    r"(?:(?:mo|tu|we|th|fr|sa|su|di|mi|do|so|lu|ma|me|je|ve|gi|ju|vi|se|te|qu|sá|sö|lö|on|ti|to|må|za|zo|wo|vr)"
    r"[a-zà-ÿ]{0,8}\.?,? )?"
)
_GAP = r"(?:[-/., ]|\. |, | de | of )"
_CLOCK = (
    r"(?P<H>[0-9]{1,2})[:h](?P<M>[0-9]{2})(?:[:.](?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?: ?(?P<p>[ap])\.?m\.?)?(?: uhr)?"
)
_TIME = _CLOCK.replace("[:h]", "[:.h]")  # 13.45 alone is a number
_ZONE = r"(?: ?(?P<z>z|[a-z]{2,4}|[a-z]+/[a-z_/]+|(?:utc|gmt)?[+-][0-9]{2}(?::?[0-9]{2})?)(?: ?[\[(][a-z_/ ]+[\])])?)?"
_TAIL = rf"(?:(?:t|,? (?:at |um |à )?|:){_TIME})?{_ZONE}$"
# In every time: two numbers next to each other, eight digits, or a number and a word.
_LIKELY = r"[0-9](?:[-/.:h]|\. )[0-9]|[0-9]{8}|[0-9].*\pL{3}|\pL{3}.*[0-9]|(?i)[0-9] ?[-/]?[qw] ?[0-9]|q[1-4]|[年년]"


@cache
def _shapes() -> tuple[str, ...]:
    """Regular expressions of times, one for each shape.

    y, m, d are year, month, day; N is the name of a month, q a quarter, w and k a week and its day; a, b, c are day,
    month and year in the order of the column.
    """
    name = rf"(?P<N>(?:{'|'.join(MONTHS)})\pL{{0,9}})\.?"
    mark, year, day = r"(?:[-/.]|\. )", "(?P<y>[0-9]{4}|[0-9]{2})", "(?P<d>[0-9]{1,2})(?:st|nd|rd|th|er|º|ª)?"
    full, two = "(?P<y>[0-9]{4})", "(?P<{}>[0-9]{{1,2}})".format
    compact = full + "(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    shapes = (
        full + mark + two("m") + mark + two("d") + _TAIL,
        full + ":" + two("m") + ":" + two("d") + _TAIL,  # as cameras write it
        two("a") + mark + two("b") + mark + "(?P<c>[0-9]{4})" + _TAIL,
        two("a") + "[-/]" + two("b") + "[-/](?P<c>[0-9]{2})" + _TAIL,
        r"(?P<a>[0-9]{2})\.(?P<b>[0-9]{2})\.(?P<c>[0-9]{2})" + _TAIL,  # 1.2.10 is a version
        f"{day}{_GAP}{{0,2}}{name}{_GAP}{{0,2}}{year}{_TAIL}",
        f"{full}{_GAP}{{0,2}}{name}{_GAP}{{0,2}}{day}{_TAIL}",
        f"{name}{_GAP}{{1,2}}{day}{_GAP}{{1,2}}{year}{_TAIL}",
        f"{name} {{1,2}}{day} {_TIME}{_ZONE} {full}$",  # as C writes it
        compact + _TAIL,
        f"{compact}T(?P<H>[0-9]{{2}})(?P<M>[0-9]{{2}})(?P<S>[0-9]{{2}})?{_ZONE}$",
        f"{full} ?[年년] ?{two('m')} ?[月월] ?{two('d')} ?[日일]{_TAIL}",
        f"{full}[-/]{two('m')}$",
        f"(?P<m>0?[1-9]|1[0-2])[-/]{full}$",
        f"{name}{_GAP}{{0,2}}{full}$",
        f"{name}[-'](?P<y>[0-9]{{2}})$",
        f"{full}[-/ ]?q(?P<q>[1-4])$",
        f"q(?P<q>[1-4])[-/ ]?{full}$",
        f"{full}-?w(?P<w>[0-9]{{2}})(?:-?(?P<k>[1-7]))?$",
    )
    return (*(f"(?i)^{_WEEKDAY}{shape}" for shape in shapes), f"(?i)^{_CLOCK}$")


@dataclass(frozen=True)
class TimeFormat:
    """How the times of a column are written.

    Args:
        order: a name in ``ORDERS``: of dates that could mean several; None where no cell needs it.
        zone: of times without one: a name or an offset; "" where no cell has one; None where it is not known.

    >>> TimeFormat("day-first").read(pa.array(["27-Feb-2024 1:30 PM", "03/04/24", "2023-02-30"])).to_pylist()
    [datetime.datetime(2024, 2, 27, 13, 30), datetime.datetime(2024, 4, 3, 0, 0), None]
    """

    order: str | None = None
    zone: str | None = None

    def read(self, texts: pa.Array) -> pa.Array:
        """Arrow strings (k,) as timestamps in microseconds, null for what is not such a time."""
        coded = texts.dictionary_encode()
        parsed = Parsed(coded.dictionary)
        times = pa.array(parsed.times(self.order or FIRST), pa.timestamp("us"))
        return pc.take(self.in_utc(times, parsed.zoned), coded.indices)

    def in_utc(self, times: pa.Array, zoned: np.ndarray | bool) -> pa.Array:
        """Times, those that are ``zoned`` already in UTC; null for what has a zone where training had none."""
        zoned = np.broadcast_to(zoned, len(times))
        if self.zone == "" and zoned.any():
            return pc.if_else(pa.array(zoned), pa.scalar(None, times.type), times)
        if not self.zone or zoned.all():
            return times
        there = pc.assume_timezone(times, self.zone, ambiguous="earliest", nonexistent="earliest")
        return pc.if_else(pa.array(zoned), times, there.cast(pa.timestamp("us", "UTC")).cast(times.type))

    @property
    def words(self) -> str:
        """For people."""
        zone = f"in UTC, without a zone {self.zone}" if self.zone else ""
        return ", ".join(filter(None, (self.order, zone)))

    @property
    def facts(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"order": self.order, "zone": self.zone}

    @classmethod
    def restore(cls, facts: Facts) -> TimeFormat:
        """The format among the facts of a file.

        Raises:
            BrokenFile: for anything that ``facts`` cannot have been.
        """
        facts.exactly("order", "zone")
        order = None if facts["order"] is None else facts.choice("order", ORDERS)
        zone = None if facts["zone"] is None else facts.text("zone")
        if zone and not _is_zone(zone):
            raise facts.broken("is not a time zone", at="zone")
        return cls(order, zone)


def _is_zone(zone: str) -> bool:
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("us")), zone)
    except pa.ArrowException:
        return False
    return len(zone) < 64


def impossible(texts: pa.Array) -> pa.Array:
    """Whether each of the Arrow strings is written as a date that does not exist, such as 2023-02-30."""
    parsed = Parsed(texts)
    return pa.array(parsed.shaped & ~parsed.exists)


class Parsed:
    """Texts taken apart: year, month, day in every order that may be meant, time of day, zone.

    Args:
        texts: distinct Arrow strings (k,).

    Attributes:
        shaped: whether each text is written as a time, boolean (k,); it may not exist, as 2023-02-30 does not.
        ordered: whether it has to be known which of its numbers is the day, boolean (k,).
        exists: whether it is a time in any order, boolean (k,).
        zoned: whether it has a time zone, boolean (k,).
        offset: of that zone, in minutes, int64 (k,).
    """

    def __init__(self, texts: pa.Array) -> None:
        texts, k = plain_characters(texts), len(texts)
        self.shaped, self.ordered, self.zoned, self._short = (np.zeros(k, bool) for _ in range(4))
        self.offset, self._clock = np.zeros(k, np.int64), np.zeros(k, np.int64)
        self._numbers = np.ones((3, k), np.int64)  # in the order of the column, or year, month, day
        left = np.flatnonzero(pc.match_substring_regex(texts, _LIKELY).fill_null(False).to_numpy(zero_copy_only=False))
        for shape in _shapes():
            if not len(left):  # compiling a pattern takes longer than matching it
                break
            parts = pc.extract_regex(texts.take(pa.array(left)), shape)
            found = parts.is_valid().to_numpy(zero_copy_only=False)
            if found.any():
                here = parts.filter(pa.array(found))
                self._take(left[found], {field.name: here.field(field.name) for field in parts.type})
                left = left[~found]
        self._times = {order: self._composed(order) for order in ORDERS}
        self.exists = ~np.isnat(list(self._times.values())).all(axis=0)
        self.shaped &= self.exists | ~(self.ordered & self._short)  # 12-34-56 is not a date, and does not look like one

    def _take(self, rows: np.ndarray, fields: dict[str, pa.Array]) -> None:
        """Note down what one shape found in some rows."""
        self.shaped[rows] = True
        self.ordered[rows] = "a" in fields
        if (years := fields.get("c", fields.get("y"))) is not None:
            self._short[rows] = pc.less(pc.utf8_length(years), 3).to_numpy(zero_copy_only=False)
        self._numbers[:, rows] = _date(fields, len(rows))
        if "H" in fields:
            self._clock[rows] = _clock(fields)
        if "z" in fields:
            self.zoned[rows], self.offset[rows], known = _zones(fields["z"])
            self._clock[rows[~known]] = -1

    def times(self, order: str) -> np.ndarray:
        """In UTC where there is a zone, datetime64[us] (k,), NaT for a time that does not exist.

        Args:
            order: of dates that need one, a name in ``ORDERS``.
        """
        return self._times[order]

    def _composed(self, order: str) -> np.ndarray:
        if not self.shaped.any():
            return np.full(len(self.shaped), np.datetime64("NaT", "us"))
        place = [ORDERS[order].index(letter) for letter in "ymd"]
        year, month, day = np.where(self.ordered, self._numbers[place], self._numbers)
        year = np.where(self._short & (year < 100), year + np.where(year < PIVOT, 2000, 1900), year)
        bad = self.ordered & ~self._short & (order == "year-first")
        bad |= ~self.shaped | (self._clock < 0) | (year < 1) | (month < 1) | (month > 12) | (day < 1)
        months = ((np.where(bad, 1970, year) - 1970) * 12 + np.where(bad, 1, month) - 1).astype("M8[M]")
        days = months.astype("M8[D]") + np.where(bad, 1, day) - 1
        bad |= days.astype("M8[M]") != months
        times = days.astype("M8[us]") + self._clock - self.offset * 60_000_000
        return np.where(bad, np.datetime64("NaT"), times)


def _date(fields: dict[str, pa.Array], k: int) -> list[np.ndarray] | np.ndarray:
    """Three numbers a row: in the order of the column, or year, month, day; what is not written is the first."""
    if "a" in fields:
        return [_integers(fields[name]) for name in "abc"]
    if "w" in fields:
        return _weeks(fields)
    month = _integers(fields["m"]) if "m" in fields else np.ones(k, np.int64)
    month = _months(fields["N"]) if "N" in fields else month
    month = _integers(fields["q"]) * 3 - 2 if "q" in fields else month
    year, day = (
        _integers(fields[name]) if name in fields else np.full(k, first) for name, first in (("y", 1970), ("d", 1))
    )
    return [year, month, day]


def _integers(texts: pa.Array) -> np.ndarray:
    """Of texts of digits; -1 for an empty one."""
    filled = pc.if_else(pc.equal(texts, ""), "-1", texts)
    return np.asarray(filled.cast(pa.int64()).to_numpy())


def _months(names: pa.Array) -> np.ndarray:
    """The number of each month."""
    number = np.zeros(len(names), np.int64)
    for place, pattern in enumerate(MONTHS, 1):
        number[pc.match_substring_regex(names, f"(?i)^(?:{pattern})").to_numpy(zero_copy_only=False)] = place
    return number


def _weeks(fields: dict[str, pa.Array]) -> np.ndarray:
    """Year, month and day of ISO weeks, int64 (3, k); 0 for a week that the year does not have."""
    dates = []
    for year, week, day in zip(*(_integers(fields[name]).tolist() for name in "ywk"), strict=True):
        try:
            date = datetime.date.fromisocalendar(year, week, max(day, 1))
        except ValueError:
            dates.append((year, 0, 0))
        else:
            dates.append((date.year, date.month, date.day))
    return np.array(dates, np.int64).T


def _clock(fields: dict[str, pa.Array]) -> np.ndarray:
    """Microseconds since midnight, int64 (k,); -1 for a time that does not exist."""
    hour, minute, second = (np.maximum(_integers(fields[name]), 0) for name in "HMS")
    fields = {"p": pa.array([""] * len(hour)), "f": pa.array([""] * len(hour))} | fields
    half = pc.utf8_lower(fields["p"]).to_numpy(zero_copy_only=False)
    last = np.select([half == "a", half == "p"], [12 * 60 + 59, 23 * 60 + 59], 24 * 60)  # 13:45 PM is 13:45
    good = (minute < 60) & (second <= 60) & (hour * 60 + minute <= last) & ((half != "p") | (hour > 0))
    hour = np.where((half == "") | (hour > 12), hour, hour % 12 + 12 * (half == "p"))
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(fields["f"], 6, "0"), 0, 6)
    micro = ((hour * 60 + minute) * 60 + second) * 1_000_000 + _integers(digits)
    return np.where(good, micro, -1)


def _zones(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether there is a zone, its offset in minutes, and whether it is known."""
    offsets = {text: _offset(text.upper()) for text in pc.unique(texts).to_pylist()}
    found = [offsets[text] for text in texts.to_pylist()]
    minutes = np.array([one or 0 for one in found], np.int64)
    return pc.not_equal(texts, "").to_numpy(zero_copy_only=False), minutes, np.array([one is not None for one in found])


def _offset(zone: str) -> int | None:
    if zone in ZONES or not zone:
        return ZONES.get(zone, 0) * 60
    digits = zone.lstrip("UTCGM").replace(":", "")
    if not digits[1:].isdigit():
        return None
    minutes = int(digits[1:3]) * 60 + int(digits[3:] or 0)
    return -minutes if digits[0] == "-" else minutes
