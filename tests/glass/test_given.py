"""What bears the user's name bears the user's number: raw and encoded, answers in the user's unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import LinearRegression, Recipe, TableModel, draw, ledger
from glassnet.glass.scenes.network.overview import overview_of_step
from glassnet.text import format_number

rng = np.random.default_rng(0)
HOMES: dict[str, Any] = {
    "area": rng.normal(120, 30, 60).round(1),
    "rooms": rng.integers(1, 7, 60).astype(float),
    "city": rng.choice(["Bonn", "Ulm"], 60),
}
HOMES["rooms"][4] = np.nan
HOMES["price"] = (HOMES["area"] * 3000 + (HOMES["city"] == "Ulm") * 20000).round()


@pytest.fixture(scope="module")
def seller() -> TableModel:
    return TableModel(Recipe(hidden=(3,), epochs=5)).fit(HOMES, y="price")


def predicted(seller: TableModel, row: int) -> float:
    one = {name: cells[row - 1 : row] for name, cells in HOMES.items() if name != "price"}
    return float(seller.predict(one)[0])


def test_the_picture_of_a_row_shows_its_cells_and_the_answer_in_the_users_unit(seller: TableModel) -> None:
    answer = f"price {predicted(seller, 3):.0f}"
    for scene in (draw("network", seller, HOMES, row=3), overview_of_step(seller.trace(HOMES, rows=[3]))):
        units = [row[1] for row in scene.tables[0].rows]
        assert f"area {format_number(HOMES['area'][2], 6)}" in units and "city = Ulm" in units
        assert f"rooms {HOMES['rooms'][2]:.0f}" in units and "rooms is missing" in units
        assert units[-1] == "price, scaled", "the circle holds the network's own number"
        assert f"{answer} in the user's unit" in scene.svg()
    unjudged = {name: cells for name, cells in HOMES.items() if name != "price"}
    assert f"{answer} in the user's unit" in draw("network", seller, unjudged, row=3).svg(), "without the truth, too"


def test_the_ledger_says_the_cell_and_the_answer(seller: TableModel) -> None:
    written = ledger(seller.trace(HOMES, rows=[5, 3]), 1 + seller.trace(HOMES, rows=[5, 3]).rows.index(3))
    answer = f"price {predicted(seller, 3):.0f}"
    cells = f"area {HOMES['area'][2]}, rooms {HOMES['rooms'][2]:.0f}, city {HOMES['city'][2]}"
    assert written.notes[-1] == (
        f"Row 3 in the user's units: {cells}. The model answers {answer}; the truth is {HOMES['price'][2]:.0f}."
    )
    assert written["x1"].note == f"area, {HOMES['area'][2]} in the user's unit"
    assert written["y^1"].note == f"{answer} in the user's unit"
    assert "rooms missing" in ledger(seller.trace(HOMES, rows=[5])).notes[-1]


def test_a_scaler_before_the_network_hides_no_number() -> None:
    X, y = np.array([[116.0, 6], [90, 2], [130, 3], [70, 1]]), np.array([400000.0, 270000, 390000, 210000])
    scaled = make_pipeline(StandardScaler(), LinearRegression()).fit(X, y)
    assert [row[1] for row in draw("network", scaled, X, y, row=2).tables[0].rows][:2] == ["x1 90", "x2 2"]
    plain = LinearRegression().fit(X, y)
    assert [row[1] for row in draw("network", plain, X, y, row=2).tables[0].rows][:2] == ["x1", "x2"]
    assert (
        ledger(plain.trace(X[:1], y[:1])).notes[-1]
        == f"The model answers {plain.predict(X[:1])[0]:.0f}; the truth is 400000."
    )
