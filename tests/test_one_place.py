"""What is added touches one place: its record in its table. Each test adds one of a kind; everything else must follow.

What must follow, of each: messages that list names, ``--help`` and shell completion, training, the gradient check with
the graph as witness, the ledger, pictures, notebooks, model files and the generated pages.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import glassnet
import oracles
from glassnet import (
    ACTIVATIONS,
    INITIALIZERS,
    LAYERS,
    LESSONS,
    LINKS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Activation,
    Dense,
    Initializer,
    Layer,
    Loss,
    MLPRegressor,
    Network,
    Optimizer,
    Parameter,
    Recipe,
    Schedule,
    TableModel,
    draw,
    gradcheck,
    ledger,
    load,
    own_loss,
    save,
    trace,
)
from glassnet.cli import commands
from glassnet.cli.main import run
from glassnet.engines.plan import Plan
from glassnet.errors import GlassnetError, UnknownName
from glassnet.learning.fitted import fitted_of
from glassnet.lessons import course
from glassnet.pieces.expressions import Operations
from glassnet.pieces.settings import setting
from glassnet.views import options
from glassnet.views.displays import Display
from glassnet.views.figures import FIGURES, Figure
from measures import sources

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
DOCS = Path(__file__).parents[1] / "docs"
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))


# --- what is added ----------------------------------------------------------------------------------------------------


def soft_root() -> Activation:
    """Smooth, odd, and not in the tables."""

    def derivative(z: Any, a: Any, out: Any) -> None:
        out[...] = (1 + z * z) ** -1.5

    return Activation(
        "soft_root",
        value=lambda z, out: np.divide(z, np.sqrt(1 + z * z), out=out),
        derivative=derivative,
        range=(-1.0, 1.0),
        formula="z / sqrt(1 + z^2)",
        derivative_formula="(1 + z^2)^(-3/2)",
        expression=lambda ns, z: z / ns.sqrt(1 + z * z),
        aliases=("isru",),
        source="Carlile et al. 2017",
    )


@dataclass(frozen=True)
class FourthPower(Loss):
    """The fourth power of the error."""

    strength: float = setting(1.0, low=0.0, help="what it is multiplied by")

    name = "fourth_power"
    formula = "strength sum_k (y^_k - y_k)^4"
    gradient_formula = "4 strength (y^ - y)^3"
    source = "this test"

    def value(self, S: Any, Y: Any) -> Any:
        return self.strength * ((S - Y) ** 4).sum(axis=1)

    def gradient(self, S: Any, Y: Any, out: Any) -> None:
        out[...] = 4 * self.strength * (S - Y) ** 3

    def expression(self, ns: Any, S: Any, Y: Any) -> Any:
        return self.strength * ns.sum((S - Y) ** 4, axis=1)

    def written(self, ns: Any, p: Any, y: Any) -> Any:
        return ns.named("strength", self.strength) * (p - y) ** 4


@dataclass(frozen=True)
class HalfStep(Optimizer):
    """Half a step along the gradient, with a memory of it."""

    learning_rate: float = setting(0.1, low=0.0, help="the length of a step")

    name = "half_step"
    slots = ("memory",)
    formula = "memory := dw, w := w - alpha/2 memory"
    source = "this test"

    def expression(self, ns: Any, at: Any) -> Any:
        return at.theta - at.alpha / 2 * ns.named("memory", at.gradient)


@dataclass(frozen=True)
class Stretch(Layer):
    """Each input times a number that is learned: ``A = A_prev * s``."""

    name = "stretch"

    def parameters(self, n_in: int) -> list[Parameter]:
        return [Parameter("s", (n_in,), fill=1.0)]

    def forward(self, A_prev: Any, p: Any, c: Any) -> Any:
        return A_prev * p.s

    def backward(self, dA: Any, p: Any, g: Any, c: Any) -> Any:
        g.s[...] = (dA * c.A_prev).sum(axis=0)
        return dA * p.s

    def expression(self, ns: Any, A_prev: Any, p: Any, c: Any) -> Any:
        return A_prev * p.s


@dataclass(frozen=True)
class Sawtooth(Schedule):
    """Up and down."""

    warmup: int = setting(0, low=0, help="steps of warm-up")

    name = "sawtooth"
    formula = "1 + step mod 2"
    source = "this test"

    def factor(self, clock: Any) -> float:
        return 1.0 + clock.step % 2


# --- what must follow -------------------------------------------------------------------------------------------------


@pytest.fixture
def add() -> Iterator[Callable[..., str]]:
    """Add a record to a table for the length of a test; returns its name."""
    added = []

    def add(table: Any, record: Any) -> str:
        (table.register if isinstance(record, type) else table.add)(record)
        added.append((table, record.name))
        return record.name

    yield add
    for table, name in added:
        if name in table:
            table.remove(name)


@dataclass
class Shell:
    """The command line in this process, its commands imported anew: menus are made when a command is imported."""

    capfd: Any
    modules: list[str] = field(default_factory=lambda: [f"{commands.__name__}.{name}" for name in commands.names()])

    def __call__(self, *arguments: object) -> str:
        for name in self.modules:
            sys.modules.pop(name, None)
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([str(argument) for argument in arguments])
        out, err = self.capfd.readouterr()
        assert ended.value.code in (0, 2), err
        return " ".join((out + err).split())

    def complete(self, monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
        """What a shell offers for the last of some words."""
        monkeypatch.setenv("_GLASSNET_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["glassnet", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        offered = self().split()
        monkeypatch.delenv("_GLASSNET_COMPLETE")
        return [word.partition(",")[2] for word in offered]


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


def page(name: str) -> str:
    """A page as ``docs/NAME.py`` writes it."""
    spec = importlib.util.spec_from_file_location(f"{name}_page", DOCS / f"{name}.py")
    assert spec and spec.loader
    script: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script.page()


def assert_named(table: Any, name: str) -> None:
    """A wrong name is answered with this one, and with the list that it is in."""
    with pytest.raises(UnknownName, match=f"did you mean '{name}'"):
        table[name[:-1] + "q"]
    with pytest.raises(UnknownName, match=rf"the choices are .*\b{name}\b"):
        table["xyzzy"]


def assert_right(network: Network) -> None:
    """Its gradients, by the engine, the graph and differences."""
    checked = gradcheck(network, X[:, : network.inputs], Y[:, : network.outputs], parameters=network.initialize(seed=1))
    assert checked.ok and checked.missing == "" and not checked.of("wrong")
    assert all(row.graph is not None for row in checked.rows)


def written(network: Network, **plan: Any) -> str:
    """A step as a ledger writes it."""
    step = trace(Plan(network, len(X), dtype="float64", **plan), X, Y) if plan else None
    return str(ledger(step or trace(network, X, Y, parameters=network.initialize(seed=1))))


def assert_shown(thing: Any) -> None:
    """A notebook shows a picture, and text."""
    bundle = thing._repr_mimebundle_()
    assert "<svg" in bundle["image/svg+xml"] and bundle["text/plain"]


def assert_saved(path: Path, network: Network, forget: Callable[[], object], name: str) -> None:
    """A file opens to the same answers; where the name is not known, the error says which."""
    parameters = network.initialize(seed=1)
    save((network, parameters), path)
    again, theirs = load(path)
    assert np.array_equal(again.forward(X, theirs).scores, network.forward(X, parameters).scores)
    forget()
    with pytest.raises(GlassnetError, match=name):
        load(path)


# --- one of each ------------------------------------------------------------------------------------------------------


def test_an_activation(add, shell, tmp_path, monkeypatch):
    g = soft_root()
    name = add(ACTIVATIONS, g)
    assert ACTIVATIONS["isru"] is g
    assert_named(ACTIVATIONS, name)
    network = Network(3, [Dense(4, name), Dense(2)])
    assert_right(network)
    assert f"{name}(z) = {g.formula}" in written(network) and f"{name}'(z) = {g.derivative_formula}" in written(network)
    assert name in str(draw("activation", name)) and name in str(network.summary())
    assert_shown(network)
    assert (
        MLPRegressor(hidden_layer_sizes=(4,), activation=name, max_iter=3, tol=0).fit(X, Y).predict(X).shape == Y.shape
    )
    assert name in shell("train", "--help") and name in shell("train", "wine", "--activation", "soft_roof")
    assert shell.complete(monkeypatch, "train", "wine", "--activation", "soft_") == [name]
    assert f"`{name}` | `{g.formula}`" in page("pieces") and "`isru` for `soft_root`" in page("pieces")
    assert_saved(tmp_path / "a.safetensors", network, lambda: ACTIVATIONS.remove(name), name)
    add(ACTIVATIONS, g)


def test_a_loss(add, shell, tmp_path, monkeypatch):
    name = add(LOSSES, FourthPower)
    assert_named(LOSSES, name)
    network = Network(3, [Dense(4, "tanh"), Dense(2)], loss=LOSSES.parse("fourth_power:strength=0.5"))
    assert_right(network)
    text = written(network)
    assert FourthPower.formula in text and "0.5*(" in text and ")^4" in text
    assert_shown(network)
    assert MLPRegressor(hidden_layer_sizes=(4,), loss=name, max_iter=3, tol=0).fit(X, Y).predict(X).shape == Y.shape
    assert name in shell("train", "--help") and name in shell("train", "diabetes", "--loss", "fourth_tower")
    assert shell.complete(monkeypatch, "train", "wine", "--loss", "four") == [name]
    assert f"`{name}` | `{FourthPower.formula}` | `strength=1.0`" in page("pieces")
    assert_saved(tmp_path / "l.safetensors", network, lambda: LOSSES.remove(name), name)
    add(LOSSES, FourthPower)


def test_an_optimizer(add, shell, monkeypatch):
    name = add(OPTIMIZERS, HalfStep)
    assert_named(OPTIMIZERS, name)
    plan = Plan(Network(3, [Dense(4, "tanh"), Dense(2)]), len(X), optimizer=OPTIMIZERS.make(name), dtype="float64")
    step = trace(plan, X, Y)
    assert np.allclose(step.after.theta, step.before.theta - 0.05 * step.gradients.theta, rtol=1e-12, atol=1e-15)
    text = str(ledger(step))
    assert HalfStep.formula in text and "w11[1] := w11[1] - alpha/2 memory(w11[1]) = " in text
    assert "memory(w11[1]) := dw11[1]" in text
    assert_shown(step)
    assert MLPRegressor(hidden_layer_sizes=(4,), solver=name, max_iter=3, tol=0).fit(X, Y).predict(X).shape == Y.shape
    assert name in shell("train", "--help") and name in shell("train", "diabetes", "--optimizer", "half_stop")
    assert shell.complete(monkeypatch, "train", "wine", "--optimizer", "half") == [name]
    assert f"`{name}` | `{HalfStep.formula}` | `learning_rate=0.1`" in page("pieces")


def test_a_layer(add, tmp_path):
    name = add(LAYERS, Stretch)
    assert_named(LAYERS, name)
    network = Network(3, [Stretch(), Dense(4, "tanh"), Stretch(), Dense(2)])
    assert_right(network)
    text = written(network)
    assert "s[1] := s[1] - alpha ds[1]" in text and f"A[1] = {name}(A[0])" in text
    step = trace(network, X, Y, parameters=network.initialize(seed=1))
    for kind, subjects in (("network", (network, step.before)), ("compact", (network,)), ("blocks", (network,))):
        assert name in draw(kind, *subjects).text(), kind
    assert name in str(network.summary())
    assert_shown(network)
    assert f"`{name}` | Each input times a number that is learned" in page("pieces")
    assert_saved(tmp_path / "n.safetensors", network, lambda: LAYERS.remove(name), name)
    add(LAYERS, Stretch)


def test_a_schedule(add, shell, monkeypatch):
    name = add(SCHEDULES, Sawtooth)
    assert_named(SCHEDULES, name)
    plan = Plan(Network(3, [Dense(2)]), len(X), schedule=SCHEDULES.make(name))
    assert trace(plan, X, Y).alpha == plan.optimizer.learning_rate
    assert name in shell("train", "--help") and name in shell("train", "diabetes", "--schedule", "sawtoof")
    assert shell.complete(monkeypatch, "train", "wine", "--schedule", "saw") == [name]
    assert f"`{name}` | `{Sawtooth.formula}`" in page("pieces")


def test_an_initializer(add, tmp_path):
    record = Initializer("quarter", "uniform", lambda n_in, n_out: 0.25, "U(-1/4, 1/4)", "this test")
    name = add(INITIALIZERS, record)
    assert_named(INITIALIZERS, name)
    network = Network(3, [Dense(40, "tanh", initializer=name), Dense(2)])
    W = network.initialize(seed=0).W[1]
    assert 0.2 < np.abs(W).max() <= 0.25
    assert f"`{name}` | U(-1/4, 1/4)" in page("pieces")
    assert_saved(tmp_path / "i.safetensors", network, lambda: INITIALIZERS.remove(name), name)
    add(INITIALIZERS, record)


def test_a_link(add):
    record = dataclasses.replace(LINKS["identity"], name="plain", formula="1 z", aliases=())
    name = add(LINKS, record)
    assert_named(LINKS, name)
    loss = own_loss("plain_error", lambda S, Y: ((S - Y) ** 2).sum(axis=1), link=name)
    network = Network(3, [Dense(2)], loss=loss)
    assert network.link is record
    assert_right(network)
    assert f"{name}(z) = 1 z" in written(network)
    assert f"`{name}` | `1 z`" in page("pieces")


def test_a_command(shell, monkeypatch, tmp_path):
    (tmp_path / "shout.py").write_text(
        'import click\n\n\n@click.command()\n@click.argument("word")\ndef command(word):\n'
        '    """Say a word aloud.\n\n    Nothing more."""\n    click.echo(word.upper())\n'
    )
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    shell.modules.append(f"{commands.__name__}.shout")
    assert "shout Say a word aloud." in shell("--help") and f"{commands.__name__}.shout" not in sys.modules
    assert "did you mean 'shout'" in shell("shoud") or "shout" in shell("xyzzy")
    assert shell.complete(monkeypatch, "sho") == ["shout"]
    assert shell("shout", "hello") == "HELLO"
    assert "Nothing more." in shell("shout", "--help")


def test_a_lesson(shell, monkeypatch, tmp_path):
    source = Path(course.__path__[0], "collapse.py").read_text(encoding="utf-8")
    source = source.replace('title="Linear layers collapse"', 'title="A tower of layers"').replace(
        "rows=(12,)", "rows=(27,)"
    )
    (tmp_path / "tall_tower.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(course, "__path__", [*course.__path__, str(tmp_path)])
    shell.modules.append(f"{course.__name__}.tall_tower")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert list(LESSONS)[-1] == "tall-tower" and "17 tall-tower A tower of layers" in " ".join(shell("lesson").split())
    assert "'tall-tower'" in shell("lesson", "tall-towr")
    assert shell.complete(monkeypatch, "lesson", "ta") == ["tall-tower"]
    assert shell.complete(monkeypatch, "lesson", "tall-tower", "w") == ["w1=3.0", "w2=2.0"]
    assert "Answer 1. w = w2 w1 = 2*4 = 8" in shell("lesson", "tall-tower", "w1=4")
    for kind, file in (("notebook", "t.ipynb"), ("worksheet", "t.md"), ("static", "t.html")):
        assert "written to" in shell("lesson", "tall-tower", f"--{kind}", tmp_path / file)
        assert "A tower of layers" in (tmp_path / file).read_text(encoding="utf-8")
    assert "| 17 | `tall-tower` | A tower of layers | 27 | `w1`" in page("lessons")


def of_model(model: Any, X: Any = None, y: Any = None, *, layer: int = 1) -> Any:
    """A scene of a layer's biases."""
    return draw("matrix", fitted_of(model).parameters.b[layer].reshape(1, -1))


def test_a_scene(add, shell, monkeypatch, tmp_path):
    name = add(FIGURES, Figure("biases", "a layer's biases", of_model, options=(options.LAYER,)))
    assert_named(FIGURES, name)
    model = TableModel(Recipe(hidden=(4,), epochs=3)).fit("iris")
    assert_shown(draw(name, model))
    save(model, tmp_path / "model.safetensors")
    assert f"{name} " in shell("plot", "--help") and name in shell("plot", "biasses", tmp_path / "model.safetensors")
    assert shell.complete(monkeypatch, "plot", "bia") == [name]
    shell("plot", name, tmp_path / "model.safetensors", "--layer", 2, "-o", tmp_path / "b.svg")
    assert "<svg" in (tmp_path / "b.svg").read_text()
    assert f"`{name}` | a layer's biases" in page("figures")


class BiasBars(Display):
    """The first layer's biases as bars."""

    title, tables = "Biases", ()

    def __init__(self, biases: Any) -> None:
        self.biases = biases

    @classmethod
    def from_estimator(cls, model: Any) -> Any:
        return cls(fitted_of(model).parameters.b[1])

    def _draw(self, ax: Any) -> None:
        ax.bar(range(len(self.biases)), self.biases)


def test_a_display(add, shell, monkeypatch, tmp_path):
    name = add(FIGURES, Figure("bias_bars", "biases as bars", BiasBars.from_estimator, by="matplotlib"))
    model = TableModel(Recipe(hidden=(4,), epochs=3)).fit("iris")
    assert_shown(draw(name, model))
    save(model, tmp_path / "model.safetensors")
    assert f"{name} " in shell("plot", "--help")
    assert shell.complete(monkeypatch, "plot", "bias_") == [name]
    assert "written to" in shell("plot", name, tmp_path / "model.safetensors", "-o", tmp_path / "b.svg")
    assert "<title>Biases" in (tmp_path / "b.svg").read_text()
    assert f"`{name}` | biases as bars" in page("figures")


# --- what a built-in needs apart from its record --------------------------------------------------------------------


@pytest.mark.parametrize("table", ["ACTIVATIONS", "LOSSES", "LINKS", "OPTIMIZERS", "SCHEDULES", "INITIALIZERS"])
def test_each_built_in_has_an_independent_formula(table):
    names = set(getattr(glassnet, table))
    if table == "OPTIMIZERS":  # one that asks for the whole cost takes no steps that a formula gives
        names = {name for name in names if not OPTIMIZERS[name].cls.whole_batch}
    missing = names - set(getattr(oracles, table))
    assert not missing, f"write the formula of {sorted(missing)} into {table} of tests/oracles.py"


# --- and nowhere else -------------------------------------------------------------------------------------------------

OWNERS = ("pieces/", "network/")
TABLES = (ACTIVATIONS, LOSSES, LINKS, OPTIMIZERS, SCHEDULES, INITIALIZERS, LAYERS)
# scikit-learn's parameters mean something for some of its solvers only: file -> the solvers it has a case for.
SCIKIT_LEARNS = {"estimators/mlp/plan.py": {"lbfgs", "adam"}, "estimators/linear/base.py": {"LBFGS", "GradientDescent"}}


def families() -> list[set[str]]:
    """Of each table the names of its pieces, and their classes; those of operations that expressions use aside."""
    operations = {field.name for field in dataclasses.fields(Operations)}
    classes = [{entry.cls.__name__ for entry in table.values() if hasattr(entry, "cls")} for table in TABLES]
    return [{*table, *names} - operations for table, names in zip(TABLES, classes, strict=True)]


def cases(tree: ast.AST) -> list[str]:
    """The pieces that code has cases for, as keys, in comparisons, matches, isinstance; of one table at least two."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            found.update(name for key in node.keys if key is not None for name in named(key))
        elif isinstance(node, ast.Compare):
            found.update(name for side in (node.left, *node.comparators) for name in named(side))
        elif isinstance(node, ast.MatchValue | ast.MatchClass):
            found.update(named(node.value if isinstance(node, ast.MatchValue) else node.cls))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass"):
            found.update(named(node.args[1]))
    return sorted(name for family in families() if len(found & family) > 1 for name in found & family)


def named(node: ast.AST) -> Iterator[str]:
    """What an expression names: as text, as a class, in a collection."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name | ast.Attribute):
        yield node.id if isinstance(node, ast.Name) else node.attr
    elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.BinOp):
        for item in ast.iter_child_nodes(node):
            yield from named(item)


def test_no_other_module_has_a_case_for_each_piece():
    found = {file: set(cases(tree)) for file, tree in sources().items() if not file.startswith(OWNERS) and cases(tree)}
    assert found == SCIKIT_LEARNS


@pytest.mark.parametrize(
    "code",
    [
        'FORMULAS = {"leaky_relu": 1, "mish": 2}',
        "LINES = {Dense: 1, layers.Dropout: 2}",
        'if loss.name == "huber": pass\nelif loss.name == "quantile": pass',
        'x = loss.name in ("huber", "quantile")',
        'match name:\n    case "huber": pass\n    case "quantile": pass',
        "isinstance(layer, BatchNorm | LayerNorm)",
        "match layer:\n    case BatchNorm(): pass\n    case LayerNorm(): pass",
    ],
)
def test_cases_for_pieces_are_noticed(code):
    assert len(cases(ast.parse(code))) == 2


def test_other_cases_are_not():
    code = 'x = {"relu": 1, "other": 2}\nif kind == "rows": pass\nmake(loss="huber")\nisinstance(x, Layer)'
    assert cases(ast.parse(code)) == []
