"""How methods want their tables: the same cells in the form each library documents, learned from training rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

MISSING = "missing"  # the word for an empty cell, where a library takes only words

# From the rows to learn from, the rows to test on, and the names of the columns of words.
Preparation = Callable[[pd.DataFrame, pd.DataFrame, list[str]], tuple[pd.DataFrame, pd.DataFrame]]


def as_categories(learned: pd.DataFrame, tested: pd.DataFrame, words: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Words as pandas categories, those of the training rows; a word that is new in the test rows is missing."""
    learned, tested = learned.copy(), tested.copy()
    for column in words:
        kind = pd.CategoricalDtype(sorted(learned[column].dropna().unique()))
        learned[column], tested[column] = learned[column].astype(kind), _known(tested[column], kind)
    return learned, tested


def as_words(learned: pd.DataFrame, tested: pd.DataFrame, words: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Words as words, an empty cell as one of its own: CatBoost refuses None in a categorical column."""
    filled = dict.fromkeys(words, MISSING)
    return learned.fillna(filled), tested.fillna(filled)


def imputed(learned: pd.DataFrame, tested: pd.DataFrame, words: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Missing numbers are the median and flagged in columns of their own; words are categories, one for missing."""
    learned, tested = as_words(learned, tested, words)
    learned, tested = as_categories(learned, tested, words)
    numbers = [column for column in learned if column not in words]
    lacking = [column for column in numbers if learned[column].isna().any()]
    medians = learned[numbers].median().fillna(0.0)
    flags = [frame[lacking].isna().astype(float).add_suffix(" is missing") for frame in (learned, tested)]
    filled = [frame.assign(**frame[numbers].fillna(medians)) for frame in (learned, tested)]
    first, second = (pd.concat(parts, axis=1) for parts in zip(filled, flags, strict=True))
    return first, second


def scaled(learned: pd.DataFrame, tested: pd.DataFrame, words: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Only numbers: the imputed table, words one-hot, every column with mean 0 and standard deviation 1."""
    learned, tested = imputed(learned, tested, words)
    learned, tested = (pd.get_dummies(frame, columns=words, dtype=float) for frame in (learned, tested))
    tested = tested.reindex(columns=learned.columns, fill_value=0.0)
    mean, deviation = learned.mean(), learned.std(ddof=0).replace(0.0, 1.0)
    return (learned - mean) / deviation, (tested - mean) / deviation


def _known(cells: pd.Series, kind: pd.CategoricalDtype) -> pd.Series:
    return cells.where(np.isin(cells, kind.categories)).astype(kind)
