"""However people write numbers, dates, booleans and codes: read rightly, or said; never words in silence."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glassnet.data.cell_format import CellFormat
from glassnet.data.encoder import TableEncoder
from glassnet.data.inference.verdict import InferredKind
from glassnet.data.kind_inference import infer_kinds
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.spelling.booleans import PAIRS
from glassnet.data.spelling.numbers import CURRENCIES, NOTATIONS, Notation
from glassnet.data.target import TargetEncoder
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.errors import InvalidInput

DOCS = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")

# How a date is written in a dozen places; %-d and %-m are without a zero in front.
DATES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%-d.%-m.%Y", "%d. %m. %Y"),
    *("%m/%d/%Y", "%m-%d-%Y", "%-m/%-d/%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"),
    *("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%B %-d, %Y", "%b %-d %Y", "%d%b%Y", "%A, %d %B %Y", "%a %d %b %Y"),
)
CLOCKS = (
    "",
    " %H:%M",
    " %H:%M:%S",
    "T%H:%M:%S",
    "T%H:%M:%SZ",
    " %H:%M UTC",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %H:%M:%S +0000",
)
MOMENTS = st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2068, 12, 31)).map(
    lambda time: time.replace(microsecond=0)
)


def infer(cells: list[str], **options: object) -> InferredKind:
    options = ReadOptions(**options)
    return infer_kinds(open_source({"c": cells}, options), ["c"], CellFormat.of(options))["c"]


def read(cells: list[str], found: InferredKind) -> list[object]:
    """The cells as a column of that kind reads them."""
    block = next(open_source({"c": cells}).blocks())
    column = block.cells("c", CellFormat())
    if found.kind == "number":
        return column.numbers(found.format).tolist()
    return {"time": column.times, "boolean": column.booleans}[found.kind](found.format).to_pylist()


# ---- numbers


def written(value: float, notation: Notation, digits: int) -> str:
    """The value in the notation, with so many decimals."""
    whole, _, rest = f"{abs(value):.{digits}f}".partition(".")
    if notation.groups:  # two digits a group but for the last
        head, tail = whole[:-3], whole[-3:]
        parts = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
        whole = ",".join([*parts, tail])
    elif notation.group:
        whole = f"{int(whole):,}".replace(",", notation.group)
    return whole + (notation.decimal + rest if digits else "")


AMOUNTS = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20)
SIGNS = st.sampled_from(["-{}", "−{}", "({})", "{}-"])
MARKS = st.sampled_from(["{}", "{} %", "{}%", "{} kg", "{}cm", "{} km/h", "{} m²"])
BEFORE = st.sampled_from(CURRENCIES).flatmap(lambda sign: st.sampled_from([sign + "{}", sign + " {}", "{} " + sign]))
BLANKS = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])
SCRIPTS = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"])


@given(AMOUNTS, st.sampled_from(sorted(NOTATIONS)), st.integers(0, 3), SIGNS, MARKS | BEFORE, BLANKS, SCRIPTS)
def test_numbers_are_read_or_what_else_they_may_be_is_said(
    amounts: list[int], name: str, digits: int, sign: str, mark: str, blank: str, script: str
) -> None:
    notation, values, cells = NOTATIONS[name], [], []
    for amount in amounts:
        text = written(amount / 10**digits, notation, digits).replace(" ", blank)
        text = sign.format(text) if amount < 0 else text
        cells.append(mark.format(text).translate(str.maketrans("0123456789", script)))
        values.append(amount / 10**digits)
    assume(not any(re.fullmatch("0[0-9]+", cell) for cell in cells))
    found = infer(cells)
    assert found.kind == "number"
    if "; if it means" in " ".join(found.notes):  # 1,234 or 1.234: the note names the option that decides
        found = infer(cells, decimal=notation.decimal)
    np.testing.assert_allclose(read(cells, found), values, rtol=1e-12, atol=0)
    if not all(re.fullmatch(r"-?[0-9.]+", cell) for cell in cells):
        assert found.notes, "another spelling is said"


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["6,934", "12,345.5"], [6934, 12345.5]),
        (["1.234,56", "7"], [1234.56, 7]),
        (["12%", "7.5%", ""], [12, 7.5, np.nan]),
        (["$1,300", "-$5.50", "$ 0.10"], [1300, -5.5, 0.1]),
        (["(2.33)", "4"], [-2.33, 4]),
        (["−5", "3"], [-5, 3]),
        (["+5", "−3.5"], [5, -3.5]),
        (["1\u202f234,50 kr", "7,25 kr"], [1234.5, 7.25]),
        (["R$ 1.234,50", "R$ 0,99"], [1234.5, 0.99]),
        (["1'234.56", "1’000’000"], [1234.56, 1e6]),
        (["12,34,567.50", "99"], [1234567.5, 99]),
        (["1_000", "2_000_000"], [1000, 2e6]),
        (["1,5e3", "2,25E-1"], [1500, 0.225]),
        (["0,234", "1,500"], [0.234, 1.5]),
        (["1.234.567", "1.000"], [1234567, 1000]),
        (["12 kg", "5.5 kg", "7"] * 1 + ["1 kg"] * 20, [12, 5.5, 7] + [1] * 20),
        (["１２", "３"], [12, 3]),
        (["1,234", "1.5"], [1234, 1.5]),
        (["7½", "8", "¾"], [7.5, 8, 0.75]),
        (["5,--", "7,50", "–3,–"], [5, 7.5, -3]),
        (["HK$12", "HK$ 1,300.50"], [12, 1300.5]),
        (["SGD 5", "SGD 6"], [5, 6]),
        (["8,209e+06", "8,061e-06"], [8.209e6, 8.061e-6]),
        (["\u200b12", "13\ufeff"], [12, 13]),
        (["5,- €", "1.299,- €"], [5, 1299]),
        (["$(5.00)", "$6"], [-5, 6]),
        (["%12", "%7"], [12, 7]),
        (["12,5 Mio. €", "3 Mio. €"], [12.5, 3]),
        (["1,000+", "500+"], [1000, 500]),
    ],
    ids=str,
)
def test_these_numbers(cells: list[str], values: list[float]) -> None:
    found = infer(cells)
    assert (found.kind, len(found.notes)) == ("number", 1)
    np.testing.assert_allclose(read(cells, found), values, rtol=1e-12)


@pytest.mark.parametrize(
    ("cells", "options", "value"),
    [
        (["1,234", "5,678"], {}, 1234),
        (["1,234", "5,678"], {"decimal": ","}, 1.234),
        (["1,234", "5,678"], {"thousands": ","}, 1234),
        (["1.234", "5.678"], {}, 1.234),
        (["1.234", "5.678"], {"decimal": ","}, 1234),
        (["1.234", "5.678"], {"thousands": "."}, 1234),
        (["12%", "5%"], {"percent": "share"}, 0.12),
        (["RM 5", "RM 7"], {"currency": ("RM",)}, 5),
        (["0012", "0450"], {"numeric": ("c",)}, 12),
    ],
    ids=str,
)
def test_options_decide(cells: list[str], options: dict[str, object], value: float) -> None:
    found = infer(cells, **options)
    assert read(cells, found)[0] == pytest.approx(value)
    if not options:
        assert "--decimal" in found.notes[0]
    assert options == {} or "pass" not in " ".join(found.notes)


@pytest.mark.parametrize(
    "cells",
    [["1.234", "0.5"], ["1.234", "1234.5"], ["5.1", "3.5"], ["5", "120"], ["1.2345", "1.234"], ["1e3", "inf"]],
    ids=str,
)
def test_plain_numbers_need_no_note(cells: list[str]) -> None:
    assert infer(cells) == InferredKind("number")


def test_the_marks_of_other_columns_decide() -> None:
    options = ReadOptions()
    source = open_source({"a": ["1.234", "5.678"], "b": ["1,5", "2,5"]}, options)
    found = infer_kinds(source, ["a", "b"], CellFormat())
    assert read(["1.234"], found["a"]) == [1234]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["$5"] * 10 + ["free"], r"mixes numbers and words .*'free' in row 11"),
        (["1,5", "1.5"] * 5, "cannot all be read in one way .*'1,5' in row 1"),
        (["$5", "€6"] * 5, "cannot all be read in one way .*'€6' in row 2"),
        (["12%", "0.12"] * 5, "cannot all be read in one way"),
        (["13/02/2024", "02/13/2024"], "dates that cannot all be read in one way .*'02/13/2024' in row 2"),
        (["2024-01-01"] * 9 + ["soon"], r"mixes dates and words .*'soon' in row 10.*--missing.*--categorical"),
        (["2024-01-01"] * 3 + ["never"] * 2, r"mixes dates and words .*'never' in row 4"),
        (["2024-01-01 10:00 XYZ"], "dates that cannot all be read"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused(cells: list[str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        infer(cells)
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("cells", [["12 kg", "500 g"], ["1.2M", "300k"], ["5 h", "30 min"]], ids=str)
def test_several_units_are_words_that_are_said(cells: list[str]) -> None:
    found = infer(cells)
    assert found.kind == "category"
    assert "several units" in found.notes[0]


def test_names_that_begin_with_a_number_are_no_amounts_with_units() -> None:
    names = ["1Story"] * 200 + ["2Story"] * 140 + ["1.5Fin"] * 60 + ["SLvl"] * 30
    assert infer(names) == InferredKind("category")
    assert infer(sorted(names)) == InferredKind("category")
    assert infer([f"{i} kg" for i in range(20)] * 20 + [f"{i} g" for i in range(20)] * 20).notes


@pytest.mark.parametrize(
    "cells",
    [
        *(
            ["red", "blue"],
            ["A4", "B5"],
            ["555-1234", "555-9876"],
            ["1/2", "3/4"],
            ["10-20", "20-30"],
            ["1.2.10", "1.10.3"],
        ),
        *(["192.168.0.1", "10.0.0.1"], ["+49 30 123456", "+49 89 654321"], ["12 Main Street 5", "7 High Road 3"]),
        *(["12-34-56", "65-43-21"], ["978-3-16-148410-0", "1"], ["#1", "#2"], ["may", "june"], ["3:1", "2:2"]),
    ],
    ids=str,
)
def test_what_only_looks_like_numbers_or_dates_is_words(cells: list[str]) -> None:
    assert infer(cells) == InferredKind("category")


@pytest.mark.parametrize("cells", [["02134", "10001"], ["007", "042"], ["0", "01"]], ids=str)
def test_a_zero_in_front_means_a_code(cells: list[str]) -> None:
    found = infer(cells)
    assert found.kind == "category"
    assert "codes" in found.notes[0] and "--numeric" in found.notes[0]
    assert infer([*cells, "1.5"]).kind == "number"


# ---- dates


def spelled(time: datetime.datetime, pattern: str) -> str:
    pattern = pattern.replace("%-d", str(time.day)).replace("%-m", str(time.month))
    return time.strftime(pattern)


@given(st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(DATES), st.sampled_from(CLOCKS))
def test_dates_are_read_or_what_else_they_may_be_is_said(times: list[datetime.datetime], date: str, clock: str) -> None:
    cells = [spelled(time, date + clock) for time in times]
    units = "".join(letter for letter in "HMS" if f"%{letter}" in clock.replace("%I", "%H"))
    keep = {"": {"hour": 0, "minute": 0, "second": 0}, "HM": {"second": 0}, "HMS": {}}[units]
    found = infer(cells)
    assert found.kind == "time"
    if "; if it is" in " ".join(found.notes):
        order = {"d": "day-first", "m": "month-first"}[date.replace("-", "")[1]]
        found = infer(cells, date_order=order)
    assert read(cells, found) == [time.replace(**keep) for time in times]
    assert found.notes or date == "%Y-%m-%d"


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("27-Feb-2024", "2024-02-27"),
        ("May 3, 2024", "2024-05-03"),
        ("3 May 2024", "2024-05-03"),
        ("05/31/2024 1:30 PM", "2024-05-31T13:30"),
        ("02-27-2024", "2024-02-27"),
        ("27-02-2024 13:45", "2024-02-27T13:45"),
        ("Tue, 27 Feb 2024 14:30:00 +0200", "2024-02-27T12:30"),
        ("27 Feb 2024 14:30:00 EST", "2024-02-27T19:30"),
        ("2024-02-27 10:00:00.25 UTC", "2024-02-27T10:00:00.250000"),
        ("2024-02-27T10:00:00+01:00[Europe/Paris]", "2024-02-27T09:00"),
        ("Tue Feb 27 14:30:00 2024", "2024-02-27T14:30"),
        ("27/Feb/2024:10:00:00 +0530", "2024-02-27T04:30"),
        ("12:05 am", "1970-01-01T00:05"),
        ("3. März 2024", "2024-03-03"),
        ("1er janvier 2024", "2024-01-01"),
        ("15 août 2023", "2023-08-15"),
        ("3 de mayo de 2024", "2024-05-03"),
        ("Dienstag, 27. Februar 2024", "2024-02-27"),
        ("2024-02", "2024-02-01"),
        ("Feb 2024", "2024-02-01"),
        ("Jan-24", "2024-01-01"),
        ("3/2024", "2024-03-01"),
        ("Q3 2024", "2024-07-01"),
        ("2024-W05-3", "2024-01-31"),
        ("2024年2月27日", "2024-02-27"),
        ("27 февраля 2024", "2024-02-27"),
        ("05-MAY-24 01.30.00.5 PM", "2024-05-05T13:30:00.500000"),
        ("20240227T101112Z", "2024-02-27T10:11:12"),
        ("27/02/68", "2068-02-27"),
        ("27/02/69", "1969-02-27"),
        ("２０２４-０２-２７", "2024-02-27"),
        ("27/02/2024 13:45:00 PM", "2024-02-27T13:45"),
        ("27/02/2024 00:30 AM", "2024-02-27T00:30"),
        ("February 27, 2024 at 1:30 PM", "2024-02-27T13:30"),
        ("27.02.2024 um 14:30 Uhr", "2024-02-27T14:30"),
        ("2024:02:27 14:30:00", "2024-02-27T14:30"),
        ("2024년 2월 27일", "2024-02-27"),
    ],
)
def test_this_date(cell: str, iso: str) -> None:
    found = infer([cell], date_order=None)
    assert read([cell], found) == [datetime.datetime.fromisoformat(iso)]


@pytest.mark.parametrize(
    "names",
    [
        "januar februar mars april mai juni juli august september oktober november desember",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "január február március április május június július augusztus szeptember október november december",
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
        "marraskuuta joulukuuta",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου "
        "Δεκεμβρίου",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    ],
    ids=lambda names: names.split()[0],
)
def test_months_in_many_languages(names: str) -> None:
    cells = [f"{day}. {name} 2024" for day, name in enumerate(names.split(), 1)]
    assert read(cells, infer(cells)) == [datetime.datetime(2024, number, number) for number in range(1, 13)]


@pytest.mark.parametrize("cells", [["1:30:22", "0:45:10", "26:10:00"], ["75:30", "12:10"]], ids=str)
def test_durations_are_no_times_of_day(cells: list[str]) -> None:
    with pytest.raises(InvalidInput, match="holds durations, not times of day"):
        infer(cells * 20)


@pytest.mark.parametrize("never", ["2023-02-30", "0000-00-00", "2023-13-01", "2023-01-01 25:00"])
def test_dates_that_cannot_be_are_missing_and_counted(never: str) -> None:
    cells = [f"2023-01-{day:02}" for day in range(1, 29)] + [never]
    encoder = TableEncoder().fit({"c": cells})
    assert encoder.columns[0].kind == "time"
    assert encoder.notes == (
        f"column 'c' has 1 date that cannot be, read as missing; the first is {never!r} in row 29",
    )
    assert encoder.transform({"c": cells})[28].tolist() == [0] * (encoder.width - 1) + [1]


def test_orders_that_no_cell_decides_are_said_with_the_option() -> None:
    found = infer(["01/02/2024", "03/04/2024"])
    assert found.notes[0].endswith(
        "'01/02/2024' is read as 2024-02-01 (day-first); if it is month-first, "
        "pass date_order='month-first' (--date-order month-first)"
    )
    assert read(["01/02/2024"], infer(["01/02/2024"], date_order="month-first"))[0].month == 1
    assert infer(["01/02/2024", "13/02/2024"]).notes == ("column 'c': '01/02/2024' is read as 2024-02-01 (day-first)",)


@pytest.mark.parametrize("stored", [["20240227", "20240301"], [20240227, 20240301]], ids=["text", "numbers"])
def test_compact_dates_are_numbers_unless_declared(stored: list[object]) -> None:
    numbers = TableEncoder().fit({"d": stored})
    assert numbers.columns[0].kind == "number"
    assert "may be a date" in numbers.notes[0] and "--dates" in numbers.notes[0]
    dates = TableEncoder().fit({"d": stored}, options=ReadOptions(dates=("d",)))
    same = TableEncoder().fit({"d": ["2024-02-27", "2024-03-01"]})
    np.testing.assert_array_equal(dates.transform({"d": stored}), same.transform({"d": ["2024-02-27", "2024-03-01"]}))


@pytest.mark.parametrize("never", ["9999-12-31", "1900-01-01", "0001-01-01"])
@pytest.mark.parametrize("times", [1, 30])
def test_a_date_for_never_does_not_spoil_the_scale(never: str, times: int) -> None:
    days = [str(day) for day in np.arange("2023-01-01", "2023-02-10", dtype="M8[D]")]
    alone, among = TableEncoder().fit({"d": days}), TableEncoder().fit({"d": days + [never] * times})
    place = among.output_names.index("d elapsed")
    np.testing.assert_array_equal(among.transform({"d": days})[:, place], alone.transform({"d": days})[:, 0])


# ---- time zones


def test_a_learned_zone_is_kept() -> None:
    pd = pytest.importorskip("pandas")
    stamps = pd.date_range("2024-01-01", periods=50, freq="7h", tz="Europe/Paris")
    encoder = TableEncoder().fit(pd.DataFrame({"t": stamps}))
    expected = encoder.transform(pd.DataFrame({"t": stamps}))
    for same in (stamps.tz_localize(None), stamps.tz_convert("Asia/Tokyo"), stamps.tz_localize(None).astype(str)):
        np.testing.assert_array_equal(encoder.transform(pd.DataFrame({"t": same})), expected)


def test_an_offset_is_kept_and_a_zone_that_training_did_not_have_is_refused() -> None:
    zoned = ["2024-01-01T10:00:00+02:00", "2024-06-01T12:00:00+02:00"]
    encoder = TableEncoder().fit({"t": zoned})
    plain = [cell[:-6] for cell in zoned]
    np.testing.assert_array_equal(encoder.transform({"t": plain}), encoder.transform({"t": zoned}))
    with pytest.raises(InvalidInput, match="row 1 of column 't' is not a time"):
        TableEncoder().fit({"t": plain}).transform({"t": zoned})
    assert "with and without a time zone" in infer([zoned[0], plain[1]]).notes[0]


# ---- booleans


@given(
    st.sampled_from(sorted(PAIRS)),
    st.lists(st.booleans(), min_size=2, max_size=9),
    st.sampled_from([str.upper, str.title]),
)
def test_booleans_in_any_language(pair: str, truths: list[bool], case: object) -> None:
    assume(len(set(truths)) == 2)
    words = [spelled[-1] for spelled in PAIRS[pair]]
    assume(case(words[0]).lower() == words[0] and case(words[1]).lower() == words[1])
    cells = [case(words[not truth]) for truth in truths]
    assert read(cells, infer(cells)) == truths


def test_short_and_long_booleans_in_one_column() -> None:
    cells = ["Yes", "N", "no", "Y"]
    assert read(cells, infer(cells)) == [True, False, False, True]


def test_numbers_without_the_mark_of_the_others_are_counted() -> None:
    assert infer(["12%"] * 30 + ["12"]).notes[0].endswith("; without '%': 1 number, read as written")


# ---- the page


def test_the_page_says_what_is_read() -> None:
    table = DOCS.partition("| cell |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(.+?)` \| (\S.*?) \|", table, re.MULTILINE)
    assert len(rows) > 20
    for cell, meaning in rows:
        assert str(read([cell], infer([cell]))[0]).removesuffix(" 00:00:00") == meaning, cell


def test_what_is_odd_in_a_table_to_predict_is_said_with_a_count() -> None:
    zoned, dates = ["2024-01-01T10:00+02:00", "2024-06-01T12:00+02:00"], ["1.2.2024", "13.2.2024"]
    encoder = TableEncoder().fit({"t": zoned, "d": dates})
    encoder.transform({"t": ["2024-01-01T10:00Z"], "d": ["3.4.2024"]}, found := Unfamiliar())
    assert not [note for note in found.notes() if "zone" in note or "cannot" in note]
    table = {"t": ["2024-01-01", "2024-01-02", "2024-01-03T00:00Z"], "d": ["30.2.2024", "2.2.2024", "1.2.2024"]}
    encoder.transform(table, found := Unfamiliar())
    found.rows = 3
    assert sorted(found.notes()) == [
        "column 'd' holds dates that cannot be in 1 of 3 rows, read as missing, such as '30.2.2024'",
        "column 't' has times without a zone in 2 of 3 rows, read in that of training (+02:00)",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        *(["1.234", "1234"], ["1234", "1.234"], ["1.5", "1,5", "2,5"], ["5", "7", "1,5"], ["999", "1.234", "0.5"]),
        *(
            ["1.234", "5", "1.5"],
            ["5", "007"],
            ["1.5", "007"],
            ["1.234", "$5"],
            ["$1.234", "$1234"],
            ["12", "−5", "1.5"],
        ),
    ],
    ids=str,
)
def test_what_a_column_is_does_not_depend_on_how_it_is_cut(cells: list[str]) -> None:
    def found(size: int) -> object:
        try:
            return infer(cells * 20, block_bytes=size)
        except InvalidInput as error:
            return str(error)

    assert found(1) == found(40) == found(1 << 20)


@pytest.mark.parametrize(("cells", "task"), [(["5%", "7%", "6%"], "regression"), (["5", "7", "6"], "classification")])
def test_numbers_with_a_unit_are_amounts(cells: list[str], task: str) -> None:
    assert TargetEncoder().fit(cells * 9).task == task


@pytest.mark.parametrize(
    ("cells", "value"),
    [(["$1,300", "$2,400.5"], 1300), (["1,5", "2,75"], 1.5), (["(2.33)", "4"], -2.33), (["7 kg", "9 kg"], 7)],
)
def test_a_target_keeps_its_spelling(cells: list[str], value: float) -> None:
    target = TargetEncoder("regression").fit(cells * 9)
    again = TargetEncoder.from_parts(target.to_parts()[0], json.loads(json.dumps(target.to_parts()[1])))
    assert again.inverse(again.transform(cells, dtype=np.float64))[0, 0] == pytest.approx(value)
    assert repr(cells[0]) in target.notes[0]
