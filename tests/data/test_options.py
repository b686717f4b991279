"""Options that cannot be meant are refused when they are written, not when a file is read."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from glassnet.data.cell_format import CellFormat
from glassnet.data.reading.options import MISSING, ReadOptions
from glassnet.errors import InvalidInput


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"encoding": "latin-99"}, "encoding 'latin-99'"),
        ({"encoding": "hex"}, "encoding 'hex'"),
        ({"encoding": "a\0b"}, "encoding"),
        ({"delimiter": ""}, "one character"),
        ({"delimiter": ";;"}, "one character"),
        ({"delimiter": '"'}, "one character"),
        ({"decimal": "x"}, "decimal mark"),
        ({"missing": "NA"}, "tuple of words"),
        ({"categorical": ["a"]}, "tuple of words"),
        ({"numeric": (1,)}, "tuple of words"),
        ({"categorical": ("a",), "numeric": ("a",)}, "both categorical and numeric"),
        ({"block_bytes": 0}, "not positive"),
    ],
)
def test_wrong_options(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        ReadOptions(**wrong)


def test_a_command_line_can_be_made_of_the_fields() -> None:
    fields = dataclasses.fields(ReadOptions)
    assert all(field.metadata["help"] for field in fields if field.name != "block_bytes")


def test_markers_are_the_usual_ones_and_those_asked_for_and_not_those_kept() -> None:
    markers = ReadOptions(missing=("unknown", "NA"), keep=("None", "-")).markers
    assert "unknown" in markers
    assert markers.count("NA") == 1
    assert not {"None", "-"} & set(markers)
    assert set(MISSING) - set(markers) == {"None", "-"}


def test_sentinels_are_the_markers_that_are_numbers() -> None:
    cell_format = CellFormat.of(ReadOptions(missing=("-999", "1e3", "9,5", "word"), decimal=","))
    np.testing.assert_array_equal(cell_format.sentinels, [-999.0, 1000.0, 9.5])
