"""Where a table comes from: a file that is dropped or chosen, or one of the data sets that are here."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.studio.datasets import DATASETS
from glassnet.studio.html import chooser, element, text
from glassnet.studio.words import word

FILES = ".csv,.tsv,.txt,.parquet,.arrow,.json,.jsonl,.xlsx,.safetensors"


def drop() -> str:
    """Where a file may be dropped, or chosen by keyboard."""
    asked = f'<label>{word("data.file")} <input type="file" accept="{FILES}"></label>'
    return element("div", f"{text('p', word('data.drop'))}{element('p', asked)}", class_="drop", data_drop=True)


def menu(label: str, chosen: str, first: Mapping[str, str]) -> str:
    """All data sets, others before them.

    Args:
        label: of the menu.
        chosen: the name of the one that is learned; "" for the first of the others.
        first: entries that the list of data sets lacks, by their values.
    """
    choices = {**first, **{name: one.title for name, one in DATASETS.items()}}
    return chooser(label, choices, chosen, data_do="dataset", name="name")
