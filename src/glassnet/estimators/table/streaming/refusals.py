"""What of a table's model is not there for rows larger than memory."""

from __future__ import annotations

from glassnet.data.splitting.options import SplitBy
from glassnet.errors import InvalidInput
from glassnet.estimators.table.presets import AUTO, PLAIN


def preset_of_datasets(preset: str) -> str:
    """The preset that a dataset is trained by.

    Raises:
        InvalidInput: one of several networks.

    >>> preset_of_datasets("auto")
    'plain'
    """
    if preset not in (AUTO, PLAIN):
        what = f"preset {preset!r} trains several networks, and one is trained of rows that do not fit in memory"
        raise InvalidInput(what, remedy=f"choose preset {PLAIN!r}")
    return PLAIN


def refuse_of_datasets(target: object = None, **given: object) -> None:
    """Raise where ``fit`` is given a dataset and something that only rows in memory can have.

    Raises:
        InvalidInput: says which.
    """
    named = [name for name, value in given.items() if value is not None]
    if target is not None and not isinstance(target, str):
        raise InvalidInput("a dataset holds its target itself", type(target).__name__, "pass the name of its column")
    if named:
        what = f"{named[0]} is not there for a dataset, whose rows do not fit in memory"
        raise InvalidInput(what, remedy="leave it out, or train on a table in memory")


def columns_of_datasets(groups: object, order_by: object, sample_weight: object) -> SplitBy:
    """The columns by which the rows of a dataset are divided and weighed.

    Raises:
        InvalidInput: values instead of the name of a column.

    >>> columns_of_datasets(groups="shop", order_by=None, sample_weight=None).group
    'shop'
    """
    given = {"groups": groups, "order_by": order_by, "sample_weight": sample_weight}
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            remedy = "pass the name of a column"
            raise InvalidInput(f"{name} of a dataset is a column of it", type(value).__name__, remedy)
    group, order, weight = (None if value is None else str(value) for value in given.values())
    return SplitBy(group, order, weight)
