"""What a session begins with: a lesson, a table, or a trained model on its table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from glassnet.errors import InvalidInput, InvalidType
from glassnet.learning.fitted import Fitted
from glassnet.studio.exports.run_file import Opened
from glassnet.studio.session.setup import Setup
from glassnet.studio.words import word
from glassnet.text import one_line

if TYPE_CHECKING:
    from glassnet.data.source import TableLike


def begins_with(model: object, data: TableLike | None) -> Setup | None:
    """The first run; None for that of the first lesson.

    Args:
        model: with an attribute ``fitted``, or that itself; or a run that was taken along. data: the model's table, or
            one to learn.

    Raises:
        GlassnetError: a model without its table, or what is none.
    """
    if isinstance(model, Opened):
        return model.setup
    if model is None and data is None:
        return None
    from glassnet.data.reading.opening import open_source
    from glassnet.studio.tables import of_model, own

    if data is None:
        raise InvalidInput("a model is looked at on its table", remedy="pass the table too: glassnet studio MODEL DATA")
    source = open_source(data)
    is_named = source is data or isinstance(data, str | os.PathLike)
    title = one_line(source.label, 60) if is_named else word("own.table")
    if model is None:
        return Setup("own", "", own=own(source, title))
    fitted = model if isinstance(model, Fitted) else getattr(model, "fitted", None)
    if not isinstance(fitted, Fitted):
        raise InvalidType("the studio needs a fitted model", type(model).__name__, "pass one that glassnet trained")
    return Setup("model", "", own=of_model(fitted, source, title))
