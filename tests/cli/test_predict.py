"""``glassnet predict``: columns by name, answers as CSV, Parquet or JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

import glassnet
from cli.commands import Call, Refused, contents, written


def numbers(out: str) -> list[float]:
    head, *rows = csv.reader(io.StringIO(out))
    assert head == ["predicted price"]
    return [float(row[0]) for row in rows]


def test_csv_on_standard_output(call: Call, house_model: Path) -> None:
    result = call("predict", house_model, "houses.csv")
    assert result.code == 0 and "taught the model" in result.err  # the target among the columns is nothing to remark on
    np.testing.assert_allclose(numbers(result.out), glassnet.load(house_model).predict("houses.csv"), rtol=1e-6)


def test_columns_in_any_order(call: Call, house_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["size,color", "3,red", "40,blue"])
    written(folder / "swapped.csv", ["color,size", "red,3", "blue,40"])
    plain, swapped = call("predict", house_model, "new.csv"), call("predict", house_model, "swapped.csv")
    assert plain == swapped
    assert len(numbers(plain.out)) == 2


def test_further_columns_are_noted_and_ignored(call: Call, house_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["size,color", "3,red"])
    written(folder / "more.csv", ["size,owner,color,price,age", "3,Ann,red,,9"])
    plain, more = call("predict", house_model, "new.csv"), call("predict", house_model, "more.csv")
    assert more.out == plain.out
    assert more.notes == ["more.csv has the columns 'owner', 'age' that the model does not know: ignored"]
    assert plain.notes == []


def test_missing_columns_are_named(refused: Refused, house_model: Path, folder: Path) -> None:
    written(folder / "less.csv", ["sizes,colr", "3,red"])
    sentence = refused("predict", house_model, "less.csv")
    assert sentence.startswith("less.csv lacks the columns 'size', 'color' that the model was trained on")
    assert "'sizes' may be meant for 'size'" in sentence
    assert "'colr' may be meant for 'color'" in sentence


def test_the_wrong_table(refused: Refused, house_model: Path) -> None:
    assert refused("predict", house_model, "iris").startswith("iris lacks the columns 'size', 'color'")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_files(call: Call, fruit_model: Path, folder: Path, ending: str) -> None:
    name = f"answers.{ending}"
    result = call("predict", fruit_model, "fruits.csv", "-o", name, "--probabilities")
    taught = "note: 48 of these 60 rows taught the model; to new ones it answers less well\n"
    assert (result.code, result.out, result.err) == (0, f"60 predictions written to {name}\n", taught)
    table = pyarrow.parquet.read_table(name) if ending == "parquet" else pyarrow.csv.read_csv(name)
    assert table.column_names == ["predicted fruit", "probability of apple", "probability of plum"]
    model = glassnet.load(fruit_model)
    assert table["predicted fruit"].to_pylist() == model.predict("fruits.csv").tolist()
    p = np.column_stack([table[1], table[2]])
    np.testing.assert_allclose(p, model.predict_proba("fruits.csv"), rtol=1e-5)
    again = call("predict", fruit_model, "fruits.csv", "-o", name)  # earlier predictions are replaced
    assert again.code == 0
    assert set(contents(folder)) == {"fruits.csv", "fruits.safetensors", name}


def test_probabilities_name_the_likeliest(call: Call, fruit_model: Path) -> None:
    out = call("predict", fruit_model, "fruits.csv", "--probabilities").out
    head, *rows = csv.reader(io.StringIO(out))
    assert head == ["predicted fruit", "probability of apple", "probability of plum"]
    for answer, apple, plum in rows:
        assert answer == ("apple" if float(apple) > float(plum) else "plum")
        assert float(apple) + float(plum) == pytest.approx(1)


def test_json(call: Call, fruit_model: Path) -> None:
    answers = json.loads(call("predict", fruit_model, "fruits.csv", "--json", "--probabilities").out)
    assert len(answers) == 60
    assert set(answers[0]) == {"predicted fruit", "probability of apple", "probability of plum"}


def test_a_large_table_is_answered_part_by_part(house_model: Path, folder: Path) -> None:
    written(folder / "large.csv", ["size,color", *(f"{i % 60},red" for i in range(1000))])
    model = glassnet.load(house_model)
    source = glassnet.open_source("large.csv", glassnet.ReadOptions(block_bytes=2000))
    parts = [answers for answers, _ in model.predict_blocks(source)]
    assert len(parts) > 1
    np.testing.assert_allclose(np.concatenate(parts), model.predict("large.csv"), rtol=1e-5)


@pytest.mark.parametrize("output", ["houses.csv", "houses.safetensors.csv", "table.parquet"])
def test_a_file_that_holds_no_predictions_is_left_alone(
    refused: Refused, house_model: Path, folder: Path, output: str
) -> None:
    (folder / "houses.safetensors.csv").write_bytes(house_model.read_bytes())
    pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), "table.parquet")
    sentence = refused("predict", house_model, "houses.csv", "-o", output)
    assert sentence == f"'{output}' exists and does not hold predictions; choose another name for the output."


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("-o answers.xlsx", "'answers.xlsx' is neither .csv nor .parquet"),
        ("-o answers", "'answers' is neither .csv nor .parquet"),
        ("-o gone/answers.csv", "there is no folder 'gone'"),
        ("-o answers.csv --json", "--json prints the predictions, -o writes them to a file"),
        ("--probabilities", "a regression has no probabilities"),
    ],
)
def test_what_cannot_be_written(refused: Refused, house_model: Path, options: str, said: str) -> None:
    assert said in refused("predict", house_model, "houses.csv", *options.split())


def test_a_bad_cell_leaves_no_half_of_a_file(refused: Refused, house_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["size,color", *["3,red"] * 2000, "huge,red"])
    assert refused("predict", house_model, "new.csv", "-o", "answers.csv").startswith("row 2001 of column 'size'")


def test_model_and_table_may_come_in_either_order(refused: Refused, house_model: Path) -> None:
    assert refused("predict", "houses.csv", house_model) == (
        "'houses.csv' is not a model file; name the model first, then the data."
    )
    assert "is a model file, not a table" in refused("predict", house_model.name, house_model.name)
    assert "is a model file, not a table" in refused("train", house_model.name, "-o", "x.safetensors")


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_a_model_that_is_not_there(refused: Refused, house_model: Path, command: str) -> None:
    sentence = refused(command, "house.safetensors", "houses.csv")
    assert "it does not exist" in sentence
    assert "'houses.safetensors'" in sentence


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_damaged_model(refused: Refused, house_model: Path, share: float) -> None:
    whole = house_model.read_bytes()
    house_model.write_bytes(whole[: int(len(whole) * share)])
    for command in (["predict", house_model, "houses.csv"], ["evaluate", house_model, "houses.csv"]):
        assert "is damaged or not a glassnet model" in refused(*command)
    assert "is damaged or not a glassnet model" in refused("describe", house_model)


def test_a_model_of_arrays(refused: Refused, folder: Path) -> None:
    X = np.linspace(0, 1, 20).reshape(-1, 1)
    glassnet.save(glassnet.LinearRegression().fit(X, X[:, 0]), "line.safetensors")
    said = "holds a LinearRegression, which takes arrays, not tables; use it from Python"
    assert said in refused("predict", "line.safetensors", "iris")


def test_unfamiliar_cells_are_notes_and_the_output_stays_clean(call: Call, house_model: Path) -> None:
    written(Path("new.csv"), ["size,color", *("3,RED" for _ in range(5)), "1e9,blue"])
    done = call("predict", house_model, "new.csv")
    assert done.code == 0
    assert len(done.out.splitlines()) == 7
    assert done.notes == [
        "column 'color' holds values in 5 of 6 rows that training had not, such as 'RED' ('red' may be meant)",
        "column 'size' is far outside what training saw (0 to 29.5) in 1 of 6 rows, such as 1e+09",
    ]
