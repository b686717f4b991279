"""Data sets that come with scikit-learn, by name: iris, wine, breast_cancer, digits, diabetes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glassnet.data.arrow import pa
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source


@dataclass(frozen=True)
class Bundled:
    """One data set: which of scikit-learn's functions loads it, and its target.

    Args:
        loader: name of the function in ``sklearn.datasets``.
        target: the name that the target column gets.
        task: "classification" or "regression".
        named: whether the target column holds the names of the classes.
        settings: further arguments of the function.
    """

    loader: str
    target: str
    task: str
    named: bool = False
    settings: tuple[tuple[str, Any], ...] = ()


# diabetes keeps its units (years, mm Hg); scikit-learn's default standardizes the columns.
SETS = {
    "iris": Bundled("load_iris", "species", "classification", named=True),
    "wine": Bundled("load_wine", "cultivar", "classification", named=True),
    "breast_cancer": Bundled("load_breast_cancer", "diagnosis", "classification", named=True),
    "digits": Bundled("load_digits", "digit", "classification"),
    "diabetes": Bundled("load_diabetes", "progression", "regression", settings=(("scaled", False),)),
}


def from_bundled(name: str, options: ReadOptions) -> Source:
    """The data set called ``name`` in ``SETS``; its last column is the target.

    >>> from_bundled("iris", ReadOptions()).names[-2:]
    ('petal width (cm)', 'species')
    """
    import sklearn.datasets

    from glassnet.data.reading.in_memory import from_arrow

    record = SETS[name]
    load: Callable[..., Any] = getattr(sklearn.datasets, record.loader)
    bunch = load(**dict(record.settings))
    values = bunch.target_names[bunch.target] if record.named else bunch.target
    columns = dict(zip(map(str, bunch.feature_names), bunch.data.T, strict=True))
    table = pa.table({**columns, record.target: values})
    return dataclasses.replace(from_arrow(table, options, name), target=record.target, task=record.task)
