"""``glassnet check``: three gradients side by side."""

import json
import re
from pathlib import Path

import pytest

from cli.commands import Call, Refused, Trained
from glassnet.network.layers import Dense


def test_a_right_gradient(call: Call, fruit_model: Path) -> None:
    result = call("check", fruit_model, "fruits.csv")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("the gradient is right for ") and " on 20 examples" in result.out
    assert "parameter" in result.out and "differences" in result.out and re.search(r"\nw\d+,\d+\[1\] ", result.out)
    assert all(len(line) <= 80 for line in result.out.splitlines()[1:])


def test_json(call: Call, house_model: Path) -> None:
    facts = json.loads(call("check", house_model, "houses.csv", "--rows", 5, "--count", 6, "--seed", 3, "--json").out)
    assert facts["ok"] and facts["examples"] == 5 and len(facts["rows"]) == 6
    for row in facts["rows"]:
        assert row["graph"] == pytest.approx(row["analytic"], rel=1e-6, abs=1e-9)


def test_all_parameters(call: Call, trained: Trained, houses: Path) -> None:
    small = trained(houses.with_name("small.safetensors"), houses.name, "--epochs", 3, "--hidden", 5)
    facts = json.loads(call("check", small, "houses.csv", "--rows", 1, "--all", "--json").out)
    assert len(facts["rows"]) == facts["size"]


def test_a_wrong_gradient_has_an_exit_code(call: Call, fruit_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dense layer that forgets to halve what it never doubled."""
    right = Dense.backward

    def wrong(self, dA, p, g, c):
        dA_prev = right(self, dA, p, g, c)
        g.b *= 2
        return dA_prev

    monkeypatch.setattr(Dense, "backward", wrong)
    monkeypatch.setattr("glassnet.engines.choice.AUTOMATIC", ("reference",))
    result = call("check", fruit_model, "fruits.csv")
    assert result.code == 1
    assert "have a wrong gradient, in layers " in result.out and re.search(r"the worst is b\d+\[\d\]", result.out)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--rows 0", "--rows must be a whole number at least 1"),
        ("--count none", "--count must be a whole number at least 1"),
        ("--tolerance 0", "--tolerance must be a number above 0"),
        ("--seed -1", "--seed must be"),
    ],
)
def test_bad_settings(refused: Refused, fruit_model: Path, options: str, said: str) -> None:
    assert said in refused("check", fruit_model, "fruits.csv", *options.split())


def test_the_wrong_table(refused: Refused, fruit_model: Path) -> None:
    assert refused("check", fruit_model, "iris").startswith("iris lacks the columns")
