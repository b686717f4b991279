"""What of a table's model is not there for rows larger than memory."""

from __future__ import annotations

from glassnet.errors import InvalidInput
from glassnet.estimators.table.presets import AUTO, PLAIN

OPTIONS = {
    "group": "group=, --group",
    "order_by": "order_by=, --order-by",
    "weight": "weight=, --weight",
    "cluster": "cluster=, --ray",
}


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
        what = f"{OPTIONS.get(named[0], named[0])} is not there for a dataset, whose rows do not fit in memory"
        raise InvalidInput(what, remedy="leave it out, or train on a table in memory")
