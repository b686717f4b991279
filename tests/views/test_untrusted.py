"""What Python prints of a model of an untrusted table holds nothing that a terminal would obey."""

from __future__ import annotations

from typing import Any

import pytest

from glassnet import Recipe, TableModel, draw, experiment, explain, gradcheck, importance, ledger, open_source

CODES = "\x1b[31m\x07\x9b2J\u202e\u200b"
ROWS: dict[str, list[Any]] = {
    f"n{CODES}": [i * 7 % 60 for i in range(60)],
    f"c{CODES}": [f"u{CODES}" if i % 3 else "v" for i in range(60)],
    f"t{CODES}": [f"a{CODES}" if i % 7 < 3 else "b" for i in range(60)],
}


@pytest.fixture(scope="module")
def model() -> TableModel:
    return TableModel(Recipe(hidden=(4,), epochs=3)).fit(ROWS)


SHOWN = {
    "model": lambda model: model,
    "notebook": lambda model: model._repr_mimebundle_(),
    "notes": lambda model: "\n".join(model.notes),
    "diagnosis": lambda model: model.diagnose(ROWS),
    "importance": lambda model: importance(model, ROWS, repeats=1),
    "explanation": lambda model: explain(model, ROWS, 1),
    "trace": lambda model: model.trace(ROWS, [1]),
    "ledger": lambda model: ledger(model.trace(ROWS, [1])),
    "evaluation": lambda model: model.evaluate(ROWS),
    "experiment": lambda model: experiment(ROWS, recipe=model.recipe),
    "source": lambda model: open_source(ROWS),
    "gradcheck": lambda model: gradcheck(model, ROWS, count=3),
    "network": lambda model: draw("network", model),
    "confusion": lambda model: draw("confusion", model, ROWS),
}


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_printed_is_obeyed(model: TableModel, name: str) -> None:
    shown = SHOWN[name](model)
    for text in (str(shown), repr(shown)) if not isinstance(shown, dict) else shown.values():
        assert not set(CODES) & set(text) - set("[31m2J")
