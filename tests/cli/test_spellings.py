"""A table as people write it: trained, described, and read in the same way for its predictions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands import Call, Refused, written


@pytest.fixture
def german(folder: Path) -> Path:
    """60 prices with their date, weight, code; one date cannot be."""
    lines = ["Preis;Datum;Raucher;Gewicht;PLZ;Ziel"]
    for i in range(60):
        date = "30.02.2023" if i == 7 else f"{1 + i % 28:02}.{1 + i % 12:02}.2023"
        price = f"{1 + i}.{(37 * i) % 1000:03},50 €"
        code = f"0{i % 3}1{i % 2}"
        lines.append(
            f"{price};{date};{('ja', 'nein')[i % 2]};{50 + i % 30} kg;{code};{2 + 2 * i}.{(74 * i) % 1000:03},00"
        )
    return written(folder / "preise.csv", lines)


def test_what_is_read_is_said_by_train_and_describe(call: Call, german: Path) -> None:
    expected = [
        "column 'Ziel': '2.000,00' is read as 2000 (written as 1.234,5)",
        "column 'Preis': '1.000,50 €' is read as 1000.5 (written as 1.234,5 with '€')",
        "column 'Datum': '01.01.2023' is read as 2023-01-01 (day-first)",
        "column 'Datum' has 1 date that cannot be, read as missing; the first is '30.02.2023' in row 8",
        "column 'Gewicht': '50 kg' is read as 50 (written as 1234,5 with 'kg')",
        "column 'PLZ' holds codes, as some begin with a zero, read as categories (numeric=('PLZ',), --numeric)",
    ]
    trained = json.loads(call("train", german, "--epochs", 3, "--json").out)
    assert [note for note in expected if note not in trained["notes"]] == []
    described = json.loads(call("describe", german, "--json").out)
    assert [note for note in expected if note not in described["notes"]] == []
    kinds = {column["name"]: column["kind"] for column in described["columns"]}
    assert kinds == {"Preis": "number", "Datum": "time", "Raucher": "boolean", "Gewicht": "number", "PLZ": "category"}
    printed = call("describe", "preise.safetensors").out
    assert "written as 1.234,5 with '€'" in printed and "day-first" in printed and "ja is 1, nein is -1" in printed


def test_predictions_read_the_spelling_of_training(call: Call, german: Path, folder: Path) -> None:
    assert call("train", german, "--epochs", 20, "--quiet").code == 0
    rows = written(folder / "few.csv", ["Preis;Datum;Raucher;Gewicht;PLZ", "5.000,00 €;31.02.2023;ja;60 kg;0010"])
    plain = written(folder / "plain.csv", ["Preis;Datum;Raucher;Gewicht;PLZ", "5000,0;;JA;60;0010"])
    first, second = (call("predict", "preise.safetensors", file) for file in (rows, plain))
    assert first.out == second.out and first.out.startswith('"predicted Ziel"')
    assert "column 'Datum' holds dates that cannot be in 1 row, read as missing, such as '31.02.2023'" in first.err


def test_another_spelling_is_refused(call: Call, refused: Refused, german: Path, folder: Path) -> None:
    assert call("train", german, "--epochs", 3, "--quiet").code == 0
    english = ["Preis;Datum;Raucher;Gewicht;PLZ", "5,000.00;01.02.2023;ja;60 kg;0010"]
    sentence = refused("predict", "preise.safetensors", written(folder / "english.csv", english))
    assert sentence.startswith("row 1 of column 'Preis' is not a number (seen: '5,000.00')")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--decimal ;", "is not a decimal mark"),
        ("--thousands ab", "is not a mark between thousands"),
        ("--percent half", "is not a way to read 12%"),
        ("--date-order random", "is not an order of dates"),
        ("--decimal , --thousands ,", "decimal and thousands are both ','"),
        ("--dates Datum --categorical Datum", "cannot be both categorical and dates"),
    ],
)
def test_options_that_cannot_be_meant(refused: Refused, german: Path, option: str, words: str) -> None:
    assert words in refused("train", german, *option.split())
