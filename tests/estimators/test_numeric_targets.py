"""What a regression takes for numbers, and what it does not."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import glassnet

M = 20
X = np.random.default_rng(0).normal(size=(M, 2))
DAYS = pd.date_range("2024-01-01", periods=M)
TIMES = {
    "datetime64": DAYS.to_numpy(),
    "days": np.arange("2024-01-01", "2024-01-21", dtype="datetime64[D]"),
    "not a time": np.full(M, np.datetime64("NaT")),
    "timedelta64": np.arange(M).astype("timedelta64[D]"),
    "a timedelta64 without a unit": np.arange(M).astype("timedelta64"),
    "dates": [day.date() for day in DAYS],
    "datetimes": [day.to_pydatetime() for day in DAYS],
    "times of day": [datetime.time(hour) for hour in range(M)],
    "timedeltas": [datetime.timedelta(days) for days in range(M)],
    "one date among numbers": [1.0] * (M - 1) + [datetime.date(2024, 1, 1)],
    "a series": pd.Series(DAYS),
    "an index": DAYS,
    "a series with a zone": pd.Series(DAYS.tz_localize("UTC")),
    "durations of pandas": pd.Series(pd.to_timedelta(np.arange(M), unit="D")),
    "periods": pd.Series(DAYS.to_period("D")),
    "categories": pd.Series(DAYS).astype("category"),
    "a frame": pd.DataFrame({"day": DAYS}),
    "a frame with numbers": pd.DataFrame({"day": DAYS, "n": np.arange(float(M))}),
    "arrow in pandas": pd.Series(DAYS).astype("timestamp[ns][pyarrow]"),
    "polars": pl.Series([day.date() for day in DAYS]),
    "arrow": pa.array([day.date() for day in DAYS]),
}
quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("kind", ["MLPRegressor", "LinearRegression"])
@pytest.mark.parametrize("name", TIMES)
def test_dates_and_durations_are_refused(name: str, kind: str) -> None:
    with pytest.raises(glassnet.GlassnetError, match=r"^y holds dates or durations, .* numbers \(seen: .*unit") as info:
        getattr(glassnet, kind)().fit(X, TIMES[name])
    assert isinstance(info.value, ValueError) and len(str(info.value)) <= 300


@quiet
def test_everywhere_else_too() -> None:
    model = glassnet.MLPRegressor(max_iter=2).fit(X, np.arange(M))
    for call in (model.partial_fit, model.trace, model.diagnose):
        with pytest.raises(glassnet.GlassnetError, match="dates or durations"):
            call(X, TIMES["days"])
    with pytest.raises(glassnet.GlassnetError, match="dates or durations"):
        model.fit(X, np.arange(M), X_val=X, y_val=TIMES["days"])


@quiet
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"])
def test_nor_are_inputs_dates(kind: str) -> None:
    days = np.column_stack([TIMES["days"]] * 2)
    frame = pd.DataFrame({"day": DAYS, "n": np.arange(float(M))})
    for rows in (days, frame, days - days[0], frame.assign(day=DAYS.tz_localize("UTC"))):
        with pytest.raises(ValueError, match=r"^X holds dates or durations, .* unit"):
            getattr(glassnet, kind)().fit(rows, np.arange(M) % 2)
    model = getattr(glassnet, kind)(max_iter=2).fit(X, np.arange(M) % 2)
    with pytest.raises(ValueError, match="X holds dates or durations"):
        model.predict(days)


@quiet
@pytest.mark.parametrize("kind", ["MLPRegressor", "LinearRegression"])
def test_numbers_of_any_type_are_the_same(kind: str) -> None:
    expected = getattr(glassnet, kind)(max_iter=3, random_state=0).fit(X, np.arange(M) / 2).predict(X)
    for number in (Decimal, Fraction, str, np.float64):
        y = [number(i) / 2 if number is not str else str(i / 2) for i in range(M)]
        got = getattr(glassnet, kind)(max_iter=3, random_state=0).fit(X, y).predict(X)
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("kind", ["MLPRegressor", "LinearRegression"])
def test_what_is_no_number_is_named(kind: str) -> None:
    with pytest.raises(ValueError, match=r"y must be numbers for a regression \(seen: 'many'\)"):
        getattr(glassnet, kind)().fit(X, ["1.5"] * (M - 1) + ["many"])
    with pytest.raises(ValueError, match="NaN"):
        getattr(glassnet, kind)().fit(X, [1.0] * (M - 1) + [None])
