"""The sets that come with scikit-learn, under their names: iris, wine, breast_cancer, digits, diabetes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source


@dataclass(frozen=True)
class Bundled:
    """One set: which of scikit-learn's functions loads it, what is predicted, and which way.

    Args:
        loader: name of the function in ``sklearn.datasets``.
        target: the name the predicted column gets.
        task: "classification" or "regression".
        named: whether the classes have names, and the column holds these.
        settings: what else the function is told.
    """

    loader: str
    target: str
    task: str
    named: bool = False
    settings: tuple[tuple[str, Any], ...] = ()


# diabetes is taken in its own units (years, mm Hg), not in scikit-learn's default of standardised columns.
SETS = {
    "iris": Bundled("load_iris", "species", "classification", named=True),
    "wine": Bundled("load_wine", "cultivar", "classification", named=True),
    "breast_cancer": Bundled("load_breast_cancer", "diagnosis", "classification", named=True),
    "digits": Bundled("load_digits", "digit", "classification"),
    "diabetes": Bundled("load_diabetes", "progression", "regression", settings=(("scaled", False),)),
}


def from_bundled(name: str, options: ReadOptions) -> Source:
    """The set called ``name`` in ``SETS``, the target its last column.

    >>> from_bundled("iris", ReadOptions()).names[-2:]
    ('petal width (cm)', 'species')
    """
    import dataclasses

    import pyarrow as pa
    import sklearn.datasets

    from glassnet.data.reading.in_memory import from_arrow

    record = SETS[name]
    load: Callable[..., Any] = getattr(sklearn.datasets, record.loader)
    bunch = load(**dict(record.settings))
    answers = bunch.target_names[bunch.target] if record.named else bunch.target
    columns = dict(zip(map(str, bunch.feature_names), bunch.data.T, strict=True))
    table = pa.table({**columns, record.target: answers})
    return dataclasses.replace(from_arrow(table, options, name), target=record.target, task=record.task)
