"""Writes ``docs/compatibility.md`` from our code and the installed scikit-learn's: ``python docs/compatibility.py``.

A test fails when the page is out of date, or when scikit-learn has something that we have not. Parameters and methods
are read from the signatures, attributes from fitted estimators.
"""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sklearn.neural_network

import glassnet

PAGE = Path(__file__).with_suffix(".md")
INTEGRATION = PAGE.parents[1] / "tests" / "integration"
NAMES = ["MLPClassifier", "MLPRegressor"]

# A remark for a name, where one helps.
REMARKS = {
    "coefs_": "views into the parameters; a list, an entry or a part of one can be assigned",
    "intercepts_": "as `coefs_`",
    "loss_curve_": "with lbfgs too",
    "best_loss_": "with lbfgs too",
    "validation_scores_": "also of your own `X_val`, `y_val`",
    "partial_fit": "with `early_stopping` too, given `X_val`, `y_val`",
    "activation": "more names, records, one for each layer",
    "solver": "more names, records",
    "learning_rate": "more names, records, for any solver",
    "loss": "more names, records",
}


def parameters(cls: type) -> dict[str, Any]:
    """Constructor parameters with their defaults, in order."""
    return {p.name: p.default for p in inspect.signature(cls).parameters.values()}


def positional(cls: type) -> list[str]:
    """Constructor parameters that may be given without their name."""
    return [p.name for p in inspect.signature(cls).parameters.values() if p.kind is not p.KEYWORD_ONLY]


def methods(cls: type) -> dict[str, list[str]]:
    """Public methods with the names of their arguments."""
    return {
        name: [p for p in inspect.signature(getattr(cls, name)).parameters if p != "self"]
        for name in dir(cls)
        if not name.startswith("_") and callable(getattr(cls, name))
    }


def data(name: str) -> tuple[Any, Any]:
    """A few rows with column names."""
    import pandas as pd

    X = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 3)), columns=["a", "b", "c"])
    return X, (X["a"] > 0) if name == "MLPClassifier" else X["a"]


def attributes(estimator: Any) -> set[str]:
    """Names ending with an underscore that a fitted estimator has, by itself or by its class."""
    return {
        name for name in dir(estimator) if name.endswith("_") and not name.startswith("_") and hasattr(estimator, name)
    }


def fitted(module: Any, name: str) -> list[Any]:
    """Estimators fitted with every solver, with and without early stopping."""
    X, y = data(name)
    settings = [{"solver": "lbfgs"}, {"solver": "sgd"}, {"solver": "adam"}, {"early_stopping": True}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [getattr(module, name)(max_iter=3, random_state=0, **given).fit(X, y) for given in settings]


def gaps(name: str) -> list[str]:
    """What scikit-learn has and we have not."""
    mine, peer = getattr(glassnet, name), getattr(sklearn.neural_network, name)
    ours, theirs = parameters(mine), parameters(peer)
    missing = [f"parameter {p}" for p in theirs if p not in ours]
    missing += [f"default of {p}: {theirs[p]!r}, not {ours[p]!r}" for p in theirs if p in ours and ours[p] != theirs[p]]
    if list(ours)[: len(theirs)] != list(theirs) or positional(mine) != positional(peer):
        missing.append(f"order of parameters: {list(theirs)}, of these by position {positional(peer)}")
    for method, arguments in methods(peer).items():
        takes = methods(mine).get(method)
        if takes is None:
            missing.append(f"method {method}")
        elif takes[: len(arguments)] != arguments and not (method.startswith("set_") and {*arguments} <= {*takes}):
            missing.append(f"arguments of {method}: {arguments}, not {takes}")
    for own, other in zip(fitted(glassnet, name), fitted(sklearn.neural_network, name), strict=True):
        missing += [
            f"attribute {a} ({other.solver})" for a in sorted(attributes(other) - attributes(own)) if a[-2:] != "__"
        ]
    return missing


# --- the page ---------------------------------------------------------------------------------------------------------


def row(*cells: str) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    return "\n".join([row(*heads), row(*("---" for _ in heads)), *(row(*cells) for cells in rows)])


def described(name: str) -> dict[str, str]:
    """What the docstring says of each parameter, one line each."""
    text = inspect.cleandoc(getattr(glassnet, name).__doc__)
    _, _, block = text.partition("Args:\n")
    block = block.partition("\n\n")[0]
    entries = re.split(r"\n    (?=\S)", "\n" + block.rstrip())
    said: dict[str, str] = {}
    for entry in entries:
        heads, _, words = entry.partition(": ")
        for head in heads.split(","):
            said[head.strip()] = " ".join(words.split())
    return said


def of_class(name: str) -> list[str]:
    """The tables of one class."""
    mine, peer = getattr(glassnet, name), getattr(sklearn.neural_network, name)
    theirs, said = parameters(peer), described(name)
    both = [(p, d) for p, d in parameters(mine).items() if p in theirs]
    new = [(p, d) for p, d in parameters(mine).items() if p not in theirs]
    shared_methods = [m for m in methods(peer) if not m.startswith("set_") and m in methods(mine)]
    new_methods = [m for m in methods(mine) if m not in methods(peer) and not m.startswith("set_")]
    own = set.union(*map(attributes, fitted(glassnet, name)))
    other = {a for a in set.union(*map(attributes, fitted(sklearn.neural_network, name))) if a in own}
    return [
        f"## {name}",
        "### Parameters of scikit-learn",
        "Same name, default and meaning.",
        table(["parameter", "default", "and beyond"], ((f"`{p}`", f"`{d!r}`", REMARKS.get(p, "")) for p, d in both)),
        "### Parameters behind them",
        table(["parameter", "default", "what it does"], ((f"`{p}`", f"`{d!r}`", said[p]) for p, d in new)),
        "### Attributes of scikit-learn",
        table(["attribute", "and beyond"], ((f"`{a}`", REMARKS.get(a, "")) for a in sorted(other))),
        "More: " + ", ".join(f"`{a}`" for a in sorted(own - other)) + ".",
        "### Methods of scikit-learn",
        table(
            ["method", "arguments", "and beyond"],
            ((f"`{m}`", ", ".join(f"`{a}`" for a in methods(mine)[m]), REMARKS.get(m, "")) for m in shared_methods),
        ),
        "More: " + ", ".join(f"`{m}({', '.join(methods(mine)[m])})`" for m in new_methods) + ".",
    ]


def tools() -> Iterator[tuple[str, str, str]]:
    """The tools that are tested with glassnet: name, what works, and the test, whose first words say so."""
    for path in sorted(INTEGRATION.glob("test_*.py"), key=lambda path: path.name):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        tool, _, works = " ".join(said.split()).partition(": ")
        yield tool, works[0].upper() + works[1:], f"[`{path.stem}`](../tests/integration/{path.name})"


def page() -> str:
    """The whole page."""
    parts = [
        "# Compatibility with scikit-learn",
        "`from sklearn.neural_network import MLPClassifier, MLPRegressor` becomes "
        "`from glassnet import MLPClassifier, MLPRegressor`. This page is written from the code of both by "
        "`python docs/compatibility.py`; a test fails where scikit-learn has what we have not.",
        "Known differences: `verbose` says why training stopped in other words; with `warm_start` and "
        "`learning_rate='invscaling'` the rate falls on, where scikit-learn's jumps back for an epoch; with "
        "`shuffle=True` the rows come in another order, so weights differ as between two seeds; a training that leaves "
        "the finite numbers raises (`Diverged`, a `ValueError`) and keeps the last finite weights, also where only "
        "its cost is infinite and scikit-learn's goes on; labels of a single class are learned with a warning (a "
        "`SingleClassWarning`, which is no `UserWarning`), and `predict_proba` has one column for them. Their "
        "own tests of these networks pass here, but for the few that look at private names.",
    ]
    for name in NAMES:
        parts += of_class(name)
    parts += [
        "## With other tools",
        "Each is tried with their newest versions: `pip install '.[integration]' && pytest tests/integration`.",
        table(["tool", "what works", "tested in"], tools()),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    for name in NAMES:
        print(*gaps(name), sep="\n")
    PAGE.write_text(page(), encoding="utf-8")
