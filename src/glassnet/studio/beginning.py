"""What a session begins with: a lesson, a table, or a trained model on its table."""

from __future__ import annotations

from glassnet.data.reading.opening import open_source
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, InvalidType
from glassnet.learning.fitted import Fitted
from glassnet.studio.exports.run_file import Opened
from glassnet.studio.session.setup import Setup
from glassnet.studio.words import word
from glassnet.text import one_line


def begins_with(model: object, data: TableLike | None) -> Setup | None:
    """The first run; None for that of the first lesson.

    Args:
        model: with an attribute ``fitted``, or that itself; or a run that was taken along. data: the model's table, or
            one to learn.

    Raises:
        GlassnetError: a model without its table, or what is none.
    """
    from glassnet.studio.tables import of_model, own

    if isinstance(model, Opened):
        return model.setup
    if model is None:
        return None if data is None else Setup("own", "", own=own(open_source(data), _title(data)))
    if data is None:
        raise InvalidInput("a model is looked at on its table", remedy="pass the table too: glassnet studio MODEL DATA")
    fitted = model if isinstance(model, Fitted) else getattr(model, "fitted", None)
    if not isinstance(fitted, Fitted):
        raise InvalidType("the studio needs a fitted model", type(model).__name__, "pass one that glassnet trained")
    return Setup("model", "", own=of_model(fitted, open_source(data), _title(data)))


def _title(data: TableLike) -> str:
    return one_line(getattr(data, "label", word("own.table")), 60)
