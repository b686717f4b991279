"""Model files as the command line needs them."""

from __future__ import annotations

from glassnet.errors import InvalidInput
from glassnet.estimators.table_model import TableModel
from glassnet.files import load


def load_table_model(path: str) -> TableModel:
    """The model of a whole table at ``path``.

    Raises:
        BrokenFile, UnusableFile: it cannot be read.
        InvalidInput: it is a model of another kind, which takes arrays instead of a table.
    """
    model = load(path)
    if not isinstance(model, TableModel):
        raise InvalidInput(
            f"{path!r} holds a {type(model).__name__}, which takes arrays, not tables",
            remedy="use it from Python: glassnet.load(path).predict(X)",
        )
    return model
