"""Numbers as people write them: NOTATIONS is the table of them, by how 1234.5 is written in each.

A cell is a number in a notation, maybe with a sign or in parentheses, and a mark: a currency, a percent sign,
a unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from glassnet.archive import Facts
from glassnet.data.arrow import pa, pc
from glassnet.data.spelling.characters import plain_characters

# Signs and codes that may stand before a number, besides letters and a sign, such as HK$; any unit may follow one.
CURRENCIES = (
    *("$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₪", "₫", "฿", "₴", "₦", "₱", "R$", "US$", "A$", "C$"),
    *("USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BRL", "AUD"),
    *("CAD", "NZD", "RUB", "TRY", "ZAR", "MXN", "KRW", "kr", "kr.", "zł", "Kč", "Ft", "Rs", "Rs.", "Fr.", "SFr."),
    *("SGD", "HKD", "TWD", "THB", "IDR", "MYR", "PHP", "VND", "ILS", "SAR", "AED", "EGP", "NGN", "KES", "PKR"),
    *("UAH", "RON", "BGN", "ISK", "ARS", "CLP", "COP", "PEN", "Rp", "Rp."),
)
PERCENT = "%"
LONGEST_MARK = 40


@dataclass(frozen=True)
class Notation:
    """How the digits of a number are written.

    Args:
        example: how 1234.5 is written; the notation's name.
        group: the mark between groups of three digits, "" for none.
        decimal: the decimal mark.
        groups: a pattern of whole numbers in groups, where they are not of three digits.
    """

    example: str
    group: str
    decimal: str
    groups: str = ""

    @cached_property
    def pattern(self) -> str:
        """Matches the digits and marks of a number without its sign."""
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        groups = self.groups or (f"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+" if group else "")
        return f"^(?:(?:[0-9]+{'|' * bool(groups)}{groups})(?:{decimal}[0-9]*)?|{decimal}[0-9]+)$"

    def digits(self, texts: pa.Array) -> pa.Array:
        """The same numbers as ``float`` reads them."""
        texts = pc.replace_substring(texts, self.group, "") if self.group else texts
        return texts if self.decimal == "." else pc.replace_substring(texts, self.decimal, ".")


# Where all cells fit several, the first is taken, and a note says so if the numbers would differ.
NOTATIONS = {
    notation.example: notation
    for notation in (
        Notation("1234.5", "", "."),
        Notation("1,234.5", ",", "."),
        Notation("1234,5", "", ","),
        Notation("1.234,5", ".", ","),
        Notation("1 234,5", " ", ","),
        Notation("1 234.5", " ", "."),
        Notation("1'234.5", "'", "."),
        Notation("1'234,5", "'", ","),
        Notation("1_234.5", "_", "."),
        Notation("12,34,567.5", ",", ".", "[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}"),
    )
}
PLAIN = "1234.5"


@cache
def _frame(currencies: tuple[str, ...]) -> str:
    """A number with what stands around it, as groups of a regular expression."""
    before = "|".join(re.escape(word) for word in sorted((*currencies, PERCENT), key=len, reverse=True))
    unit = r"\+|[^\s\pN()+.,'_:/~<>=-][^\s0-9()+,:]{0,11}[23]?"
    return (
        rf"^(?P<open>\()?(?P<sign>[+-]?) ?(?P<before>(?:{before}|[A-Z]{{0,3}}\p{{Sc}})?) ?(?P<inner>[(+-]?)"
        r"(?P<number>[0-9](?:[0-9.,'_ ]*[0-9.,])?|[.,][0-9]+)(?P<exponent>(?:[eE][+-]?[0-9]+)?)"
        rf"(?P<close>--|[-)]?) ?(?P<after>(?:{unit}\.?)?(?: [^\s0-9()+,:.-]{{1,8}}\.?)?)(?P<end>[-)]?)$"
    )


class Framed:
    """Texts taken apart: the number, its sign, its mark; all null where a text is not a number.

    Args:
        texts: Arrow strings (k,).
        currencies: that may stand before a number, besides ``CURRENCIES``.
    """

    def __init__(self, texts: pa.Array, currencies: tuple[str, ...] = ()) -> None:
        parts = pc.extract_regex(plain_characters(texts), _frame((*CURRENCIES, *currencies)))
        self.number, self.exponent = parts.field("number"), parts.field("exponent")
        marks = parts.field("before"), parts.field("after")
        self.mark = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*marks, " "))
        close = pc.binary_join_element_wise(parts.field("close"), parts.field("end"), "")
        close = pc.if_else(pc.match_substring_regex(self.number, "[.,]$"), pc.utf8_trim(close, "-"), close)  # 5,- €
        signs = pc.binary_join_element_wise(*(parts.field(name) for name in ("open", "sign", "inner")), close, "")
        self.valid = pc.and_(parts.is_valid(), pc.is_in(signs, pa.array(["", "+", "-", "()"])))
        self.negative = pc.is_in(signs, pa.array(["-", "()"]))
        self._powers = bool(pc.any(pc.not_equal(self.exponent, "")).as_py())

    def fits(self, notation: Notation) -> pa.Array:
        """Whether each text is a number of the notation, Arrow booleans without null."""
        fits = pc.and_(self.valid, pc.match_substring_regex(self.number, notation.pattern).fill_null(False))
        if not notation.group or not self._powers:
            return fits
        grouped = pc.and_(pc.not_equal(self.exponent, ""), pc.match_substring(self.number, notation.group))
        return pc.and_not(fits, grouped.fill_null(False))  # 1,234e5 has a decimal comma


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written.

    Args:
        notation: a name in ``NOTATIONS``.
        mark: the mark of the numbers, "" for none.
        share: whether 12% is 0.12 instead of 12.

    >>> NumberFormat("1.234,5", "€").read(pa.array(["1.234,50 €", "(7)", "many"])).to_pylist()
    [1234.5, -7.0, None]
    """

    notation: str = PLAIN
    mark: str = ""
    share: bool = False

    def read(self, texts: pa.Array) -> pa.Array:
        """Arrow strings (k,) as float64, null for what is not such a number."""
        coded = texts.dictionary_encode()
        notation = NOTATIONS[self.notation]
        framed = Framed(coded.dictionary, (self.mark,) if self.mark else ())
        known = pc.is_in(framed.mark, pa.array([self.mark, ""]))
        good = pc.and_(framed.fits(notation), known)
        digits = pc.binary_join_element_wise(notation.digits(framed.number), framed.exponent, "")
        values = pc.if_else(good, digits, pa.scalar(None, pa.string())).cast(pa.float64())
        values = pc.if_else(framed.negative, pc.negate(values), values)
        return pc.take(pc.multiply(values, 0.01) if self.share else values, coded.indices)

    @property
    def words(self) -> str:
        """For people."""
        mark = f" with {self.mark!r}" if self.mark else ""
        return f"written as {self.notation}{mark}" + (", a hundredth of it" if self.share else "")

    @property
    def facts(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"notation": self.notation, "mark": self.mark, "share": self.share}

    @classmethod
    def restore(cls, facts: Facts) -> NumberFormat:
        """The format among the facts of a file.

        Raises:
            BrokenFile: for anything that ``facts`` cannot have been.
        """
        facts.exactly("notation", "mark", "share")
        mark = facts.text("mark")
        if len(mark) > LONGEST_MARK:
            raise facts.broken("is longer than a unit", at="mark")
        return cls(facts.choice("notation", NOTATIONS), mark, facts.flag("share"))
