"""``glassnet predict``: predictions for the rows of a table, written as they are computed."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click
import numpy as np

from glassnet.cli.files import (
    PREDICTED,
    checked_table,
    open_models,
    refuse_other_table,
    refuse_unwritable,
    replacing,
)
from glassnet.cli.options import Command, file_option, model_and_data
from glassnet.cli.targets import chosen, labels
from glassnet.cli.terminal import Shown, document, note, tell
from glassnet.errors import GlassnetError, InvalidInput
from glassnet.text import counted, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from glassnet.data.source import Source
    from glassnet.estimators.table.model import TableModel

MOST_KNOWN = 100_000  # rows whose part in the training is looked up
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how what a spreadsheet computes begins
NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*([eE][-+]?\d+)?%?$")


@click.command(cls=Command)
@file_option("-o", "--output", help="CSV or Parquet file to write; standard output if not given.")
@click.option("--probabilities", is_flag=True, help="Also the probability of each class.")
@click.option("--json", "as_json", is_flag=True, help="Print the predictions as one JSON document.")
@model_and_data
def command(model: str, data: str, output: str | None, probabilities: bool, as_json: bool, **values: Any) -> None:
    """Predict the target of a table's rows with a trained model.

    Columns are found by name, in any order; other columns are ignored. One line of output for each row of DATA.
    """
    kind = _kind(output, as_json)
    if output is not None:
        refuse_unwritable(output)
        refuse_other_table(output)
    models = open_models(model)
    if values["target"] is not None:
        models = (chosen(models, values["target"], note),)
    trained, source = models[0], checked_table(models, data, values, note)
    if kind == ".csv" and not as_json:
        _note_formulas(trained)
    if len(models) == 1:
        predictions = _predictions(trained, source, probabilities, as_text=kind == ".csv" and not as_json)
    else:
        predictions = _of_several(models, source, probabilities)
    if as_json:
        rows = [row for part in predictions for row in part.to_pylist()]
        tell(document(rows, 1), styled=True)
    else:
        replaced = replacing(output) if output else ""
        with _opened(output) as file:
            _write(predictions, file, kind)
        if output is not None:
            tell(f"{counted(source.rows, 'prediction')} written to {output}{replaced}")
    _note_roles(trained, source)


def _kind(output: str | None, as_json: bool) -> str:
    """The format to write, by the name of the file."""
    if output is None:
        return ".csv"
    if as_json:
        raise InvalidInput("--json prints the predictions, -o writes them to a file", remedy="choose one of the two")
    kind = Path(output).suffix.lower()
    if kind not in (".csv", ".parquet"):
        remedy = "name a file that ends in .csv or .parquet"
        raise InvalidInput(f"{output!r} is neither .csv nor .parquet", remedy=remedy)
    return kind


def _note_formulas(model: TableModel) -> None:
    """Say which classes a spreadsheet would compute: they are written as the table spells them all the same."""
    classes = [] if model.target.classes is None else list(map(str, model.target.classes))
    if formulas := [name for name in classes if name.startswith(FORMULA) and not NUMBER.match(name)]:
        what = f"a spreadsheet would run these classes as formulas: {quoted(formulas, most=3)}"
        note(f"{what}; import the predictions as text")


def _note_roles(model: TableModel, source: Source) -> None:
    """Say how many of the rows taught the model; of very many, that takes longer than it is worth."""
    if model.known_rows is None or source.rows > MOST_KNOWN:
        return
    from glassnet.data.row_digests import ROLES

    with suppress(GlassnetError), warnings.catch_warnings():  # what the rows lack is said by the predictions
        warnings.simplefilter("ignore")
        taught = int(np.isin(model.roles(source), ROLES[:2]).sum())
        if taught:
            note(
                f"{taught:,} of these {counted(source.rows, 'row')} taught the model; to new ones it answers less well"
            )


def _predictions(model: TableModel, source: Source, probabilities: bool, as_text: bool) -> Iterator[pa.Table]:
    """Parts of the output: a column of predictions, and one of probabilities for each class."""
    import pyarrow as pa

    classes = np.empty(0) if model.target.classes is None else model.target.classes
    as_text &= classes.dtype.kind in "fbO" and len(classes) > 0  # Arrow would write the class 1.0 as 1, True as true
    answers = None if as_text or not len(classes) else pa.array(classes).type
    for predicted, p in model.predict_blocks(source, probabilities):
        columns = {PREDICTED + model.target.name: pa.array(predicted.astype(str) if as_text else predicted, answers)}
        if p is not None:
            columns |= dict(zip((f"probability of {name}" for name in classes), p.T, strict=True))
        yield pa.table(columns)


def _of_several(models: Sequence[TableModel], source: Source, probabilities: bool) -> Iterator[pa.Table]:
    """One part: a column for each target, or quantile; quantiles of a row that cross are put in order."""
    import pyarrow as pa

    if probabilities:
        models[0].predict_proba(source)  # it says why there are none
    found = np.column_stack([model.predict(source) for model in models])
    if len({model.target.name for model in models}) == 1:
        found = np.sort(found, axis=1)
    yield pa.table({PREDICTED + label: pa.array(column) for label, column in zip(labels(models), found.T, strict=True)})


@contextmanager
def _opened(output: str | None) -> Iterator[BinaryIO]:
    from glassnet.archive import replace_atomically

    if output is None:
        if sys.stdout is None:
            raise InvalidInput("standard output is closed", remedy="name a file for the predictions with -o")
        yield cast(BinaryIO, Shown()) if sys.stdout.isatty() else sys.stdout.buffer
        return
    with replace_atomically(output) as file:
        yield file


def _write(parts: Iterator[pa.Table], file: BinaryIO, kind: str) -> None:
    from pyarrow import csv, parquet

    first = next(parts)  # no source is empty
    if kind == ".parquet":
        writer = parquet.ParquetWriter(file, first.schema)
    else:
        writer = csv.CSVWriter(file, first.schema, write_options=csv.WriteOptions(quoting_style="needed"))
    with writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part)
