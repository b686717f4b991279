"""``glassnet predict``: answers for the rows of a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.options import made, options_of
from glassnet.data.options import ReadOptions

if TYPE_CHECKING:
    import pyarrow as pa

    from glassnet.estimators.table_model import TableModel


@click.command()
@click.argument("model")
@click.argument("data")
@click.option("-o", "--output", metavar="FILE", help="CSV or Parquet file to write; standard output if not given.")
@click.option("--probabilities", is_flag=True, help="Also the probability of each class.")
@click.option("--json", "as_json", is_flag=True, help="Print the predictions as one JSON document.")
@options_of(ReadOptions)
def command(model: str, data: str, output: str | None, probabilities: bool, as_json: bool, **values: Any) -> None:
    """Predict the target of a table's rows with a trained model.

    Columns are found by name, in any order; further ones are ignored. One line of output for each row of DATA.
    """
    from glassnet.cli.models import load_table_model
    from glassnet.data.opening import open_source

    writer = _writer(output)
    trained = load_table_model(model)
    source = open_source(data, made(ReadOptions, values))
    for sentence in trained.encoder.check(source):
        click.echo(f"note: {sentence}", err=True)
    answers = _answers(trained, source, probabilities)
    if as_json:
        _print_json(answers)
    else:
        writer(answers, output)


def _answers(model: TableModel, source: Any, probabilities: bool) -> pa.Table:
    """A column of predictions, and one of probabilities for each class."""
    import pyarrow as pa

    if not probabilities:
        return pa.table({f"predicted {model.target.name}": model.predict(source)})
    p = model.predict_proba(source)
    columns = {f"predicted {model.target.name}": model.target.inverse(p.argmax(axis=1))}
    assert model.target.classes is not None
    names = [f"probability of {name}" for name in model.target.classes.tolist()]
    return pa.table(columns | dict(zip(names, p.T, strict=True)))


def _print_json(answers: pa.Table) -> None:
    import json

    click.echo(json.dumps(answers.to_pylist(), ensure_ascii=False, indent=1))


def _writer(output: str | None) -> Any:
    """The function that writes what the file's name promises; refuses before any work is done."""
    from glassnet.errors import InvalidInput

    kind = ".csv" if output is None else Path(output).suffix.lower()
    if kind not in _WRITERS:
        raise InvalidInput(
            f"{output!r} is neither .csv nor .parquet", remedy=f"name a file that ends in {' or '.join(_WRITERS)}"
        )
    return _WRITERS[kind]


def _write_csv(answers: pa.Table, output: str | None) -> None:
    import sys

    from pyarrow import csv

    from glassnet.archive import replace_atomically

    options = csv.WriteOptions(quoting_style="needed")
    if output is None:
        csv.write_csv(answers, sys.stdout.buffer, options)
        return
    with replace_atomically(output) as file:
        csv.write_csv(answers, file, options)


def _write_parquet(answers: pa.Table, output: str | None) -> None:
    from pyarrow import parquet

    from glassnet.archive import replace_atomically

    assert output is not None
    with replace_atomically(output) as file:
        parquet.write_table(answers, file)


_WRITERS = {".csv": _write_csv, ".parquet": _write_parquet}
