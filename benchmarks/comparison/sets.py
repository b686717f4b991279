"""The sets of a folder, and how each is split: the same rows for every method."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

TEST_SHARE = 0.2
FILES = ("data.csv.gz", "data.csv", "data.npz")  # the last one of pictures
CELLS_AS_NOTHING = [""]  # only an empty cell is missing: NA and None may be words


@dataclass(frozen=True)
class Table:
    """One set, read.

    Args:
        name: of its folder.
        X: the columns; the categorical ones hold words, or None where a cell is empty.
        y: float64 for a regression, else the number of the class, (m,).
        meta: what ``meta.json`` says.
    """

    name: str
    X: pd.DataFrame
    y: np.ndarray
    meta: dict[str, Any]

    @property
    def classifies(self) -> bool:
        """Whether the target is a class."""
        return self.meta["task"] != "regression"

    @property
    def categorical(self) -> list[str]:
        """The columns that hold words."""
        return list(self.meta["categorical"])


def metas(folder: Path) -> dict[str, dict[str, Any]]:
    """What each set's ``meta.json`` says, the small sets first; folders without data are left out."""
    found = {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/meta.json"))}
    with_data = {name: meta for name, meta in found.items() if _data_file(folder / name) is not None}
    return dict(sorted(with_data.items(), key=lambda item: item[1]["n_rows"]))


def read(folder: Path, name: str) -> Table:
    """One set of the folder.

    Raises:
        FileNotFoundError: it has no data.
    """
    meta = json.loads((folder / name / "meta.json").read_text("utf-8"))
    path = _data_file(folder / name)
    if path is None:
        raise FileNotFoundError(f"{folder / name} has none of {', '.join(FILES)}")
    if path.suffix == ".npz":
        return _pictures(name, path, meta)
    words = dict.fromkeys(meta["categorical"], str)
    X = pd.read_csv(path, dtype=words, keep_default_na=False, na_values=CELLS_AS_NOTHING)
    for column in meta["categorical"]:
        X[column] = X[column].astype(object).where(X[column].notna(), None)
    target = X.pop(meta["target"])
    if meta["task"] == "regression":
        return Table(name, X, target.to_numpy(np.float64), meta)
    return Table(name, X, np.unique(target.astype(str), return_inverse=True)[1], meta)


def split(table: Table, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows to learn from and the rows to test on.

    The official test rows where the set has them (then only the methods' seeds differ between the splits), else a fifth
    of the rows, drawn with the split's number as seed, of each class its share.
    """
    rows = np.arange(len(table.y))
    start = table.meta.get("test_from")
    if start is not None:
        return rows[:start], rows[start:]
    from sklearn.model_selection import train_test_split

    strata = table.y if table.classifies and np.bincount(table.y).min() > 1 else None
    learned, tested = train_test_split(rows, test_size=TEST_SHARE, random_state=number, stratify=strata)
    return np.sort(learned), np.sort(tested)


def _pictures(name: str, path: Path, meta: dict[str, Any]) -> Table:
    """A set of pictures: a column for each pixel, the official test rows after the others."""
    with np.load(path) as arrays:
        X, y = (np.concatenate([arrays[f"{part}_train"], arrays[f"{part}_test"]]) for part in "Xy")
    X = X.reshape(len(X), -1)
    columns = [f"pixel {number}" for number in range(X.shape[1])]
    return Table(name, pd.DataFrame(X, columns=columns), y.astype(np.int64), {"categorical": [], **meta})


def _data_file(folder: Path) -> Path | None:
    return next((folder / name for name in FILES if (folder / name).is_file()), None)
