"""The recipe: how the network of a table is built and trained. The command line's options are its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from glassnet.engines.choice import NAMES as ENGINE_NAMES
from glassnet.engines.choice import EngineName
from glassnet.engines.plan import DEVICES, DTYPES, Device, DType, Plan
from glassnet.errors import InvalidInput, InvalidType, unknown_name
from glassnet.estimators.hidden import FAST, NORMS, SLOW, dense_rates, hidden_layers
from glassnet.learning.stopping import Stopping
from glassnet.network.layer import Layer
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.periodic import Periodic
from glassnet.network.scale import Scale
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.initializers import INITIALIZERS
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Optimizer
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES
from glassnet.pieces.settings import Record, setting
from glassnet.pieces.tables import Family

MOST_EPOCHS_OR_ROWS = 10**15  # larger whole numbers are not exact in float64
LARGEST_SEED = 2**63 - 1
MOST_THREADS = 10**6
_FAMILIES: dict[str, Family[Any]] = {"optimizer": OPTIMIZERS, "loss": LOSSES, "schedule": SCHEDULES}
_TABLES: dict[str, Container[str]] = {"activation": ACTIVATIONS, "initializer": INITIALIZERS, **_FAMILIES}


def _choice(default: str, names: Iterable[str], help: str, family: bool = False) -> Any:
    """A field that takes a name, also one added later; of a family also a name with settings, ``"step:every=10"``."""

    def choices() -> tuple[str, ...]:
        return tuple(names) if default in names else (default, *names)

    return dataclasses.field(default=default, metadata={"choices": choices, "family": family, "help": help})


@dataclass(frozen=True)
class Recipe(Record):
    """Hyperparameters of a table's network.

    Args:
        hidden: units of each hidden layer; empty is a linear or a logistic regression.
        activation, initializer: of the hidden layers, names.
        norm: what stands between a hidden layer's sum and its activation: "none", "batch_norm" or "layer_norm".
        dropout: share of hidden units dropped in training.
        sigma: standard deviation of the first frequencies of periodic embeddings of the numbers; 0 for none.
        scale: True for a learned factor of each input.
        mix: True for a learned share of the activation; the rest is the weighted sum itself.
        ntk: True for the NTK parameterization, with RealMLP's factors of the learning rate: 6 of ``scale``, 0.1 of
            biases, of ``mix`` and of embeddings.
        loss: a name, also with settings ("quantile:level=0.9"); "auto" is cross-entropy or squared error.
        optimizer, schedule: names, also with settings.
        learning_rate: 0 is the optimizer's own.
        batch_size: rows of a mini-batch; 0 finds one by the number of rows.
        epochs: at most so many.
        l1, l2: strengths of the penalties on the weights.
        clip_norm, clip_value: limits of the gradient; 0 is none.
        validation: share of the rows given to ``fit`` that is held out for early stopping; 0 stops by the cost.
        patience: epochs without improvement that are tolerated; the best epoch's weights are kept.
        dtype, engine: of the arithmetic; engine "auto" is the fastest that can.
        device: "cpu", or "cuda" for a GPU.
        threads: the most the native engine may use; 0 for as many as are useful. They change no number.
        seed: what every random number follows from.
        named: settings that hold in every preset although they are as by default.

    Raises:
        InvalidInput, InvalidType, UnknownName: a value that a field does not take.

    >>> Recipe(hidden=(8,), loss="huber:delta=2").loss_for("regression", 1)
    Huber(delta=2.0)
    """

    hidden: tuple[int, ...] = dataclasses.field(default=(64, 64), metadata={"help": "units of each hidden layer"})
    activation: str = _choice("relu", ACTIVATIONS, "activation of the hidden layers")
    initializer: str = _choice("auto", INITIALIZERS, "how weights begin (auto: what suits the activation)")
    norm: str = _choice("none", ("none", *NORMS), "normalization before each activation")
    dropout: float = setting(0.0, low=0, high=1, below=True, help="share of hidden units dropped in training")
    sigma: float = setting(
        0.0, low=0, high=1e6, help="spread of the frequencies of periodic embeddings of numbers (0: none)"
    )
    scale: bool = setting(False, help="a learned factor of each input")
    mix: bool = setting(False, help="a learned share of the activation, the rest the weighted sum itself")
    ntk: bool = setting(False, help="NTK parameterization, with RealMLP's factors of the learning rate")
    loss: str = _choice("auto", LOSSES, "what is minimized (auto: by the task)", family=True)
    optimizer: str = _choice("adamw", OPTIMIZERS, "how parameters are updated", family=True)
    learning_rate: float = setting(0.0, low=0, help="learning rate alpha (0: the optimizer's own)")
    schedule: str = _choice("constant", SCHEDULES, "how the learning rate changes", family=True)
    batch_size: int = setting(
        0, low=0, high=MOST_EPOCHS_OR_ROWS, help="rows of a mini-batch (0: by the number of rows)"
    )
    epochs: int = setting(200, low=1, high=MOST_EPOCHS_OR_ROWS, help="at most so many passes over the rows")
    l1: float = setting(0.0, low=0, help="strength of the L1 penalty")
    l2: float = setting(0.0, low=0, help="strength of the L2 penalty")
    clip_norm: float = setting(0.0, low=0, help="largest norm of the gradient (0: no limit)")
    clip_value: float = setting(0.0, low=0, help="largest derivative of one parameter (0: no limit)")
    validation: float = setting(0.15, low=0, high=1, below=True, help="share of the training rows for early stopping")
    patience: int = setting(20, low=1, high=MOST_EPOCHS_OR_ROWS, help="epochs without improvement before stopping")
    dtype: DType = _choice("float32", DTYPES, "numbers the arithmetic is done in")  # noqa: RUF009  (it is a field)
    engine: EngineName = _choice("auto", ENGINE_NAMES, "who does the arithmetic (auto: the fastest that can)")  # noqa: RUF009
    device: Device = _choice("cpu", DEVICES, "where it is done (cuda: a GPU, by the engine torch)")  # noqa: RUF009
    threads: int = setting(
        0, low=0, high=MOST_THREADS, help="most threads of the native engine (0: as many as are useful)"
    )
    seed: int = setting(0, low=0, high=LARGEST_SEED, help="seed of every random number")
    named: tuple[str, ...] = ()

    name = "recipe"

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in dataclasses.fields(self):
            if "choices" in field.metadata:
                _check_choice(field, getattr(self, field.name))
        if not isinstance(self.hidden, tuple | list):
            raise InvalidType(
                "recipe: hidden must be a tuple of layer sizes", repr(self.hidden), "as in hidden=(64, 64)"
            )
        object.__setattr__(self, "hidden", tuple(self.hidden))
        for units in self.hidden:
            Dense(units)
        object.__setattr__(self, "named", tuple(self.named))
        known = [field.name for field in dataclasses.fields(self) if field.name != "named"]
        for name in self.named:
            if name not in known:
                raise unknown_name("setting of a recipe", name, known)

    def __repr__(self) -> str:
        """What is not as by default."""
        changed = (f for f in dataclasses.fields(self) if getattr(self, f.name) != f.default)
        return f"Recipe({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in changed)})"

    @property
    def chosen(self) -> tuple[str, ...]:
        """The settings that are not left to a preset: those that differ from the default, and those named.

        >>> Recipe(epochs=5, named=("activation",)).chosen
        ('activation', 'epochs')
        """
        fields = (field for field in dataclasses.fields(self) if field.name != "named")
        return tuple(f.name for f in fields if f.name in self.named or getattr(self, f.name) != f.default)

    @property
    def words(self) -> str:
        """What it is like, in short.

        >>> Recipe(dropout=0.1).words, Recipe(hidden=()).words
        ('hidden 64-64, dropout 0.1', 'linear')
        """
        sizes = f"hidden {'-'.join(map(str, self.hidden))}" if self.hidden else "linear"
        parts = {name: getattr(self, name) for name in ("sigma", "dropout")} if self.hidden else {"sigma": self.sigma}
        return ", ".join([sizes, *(f"{name} {value:g}" for name, value in parts.items() if value)])

    def loss_for(self, task: str, outputs: int) -> Loss:
        """The loss; "auto" by the task and the number of outputs."""
        if self.loss != "auto":
            loss = LOSSES.parse(self.loss)
            fits = ("numbers", "counts") if task == "regression" else ("classes" if outputs > 1 else "zero_one",)
            if loss.targets not in fits:
                usable = [name for name in LOSSES if LOSSES[name].cls.targets in fits]
                raise InvalidInput(
                    f"loss {loss.name!r} does not fit this {task}",
                    seen=f"{outputs} output{'s' * (outputs > 1)}",
                    remedy=f"choose from auto, {', '.join(usable)}",
                )
            return loss
        if task == "regression":
            return LOSSES.make("squared_error")
        return LOSSES.make("cross_entropy" if outputs > 1 else "binary_cross_entropy")

    def network(self, inputs: int, outputs: int, loss: Loss, numbers: int = 0) -> Network:
        """The network for a table of ``inputs`` encoded columns, of which the first ``numbers`` are numbers."""
        initializer = ACTIVATIONS[self.activation].initializer if self.initializer == "auto" else self.initializer
        hidden = ((units, self.activation, initializer, self.dropout) for units in self.hidden)
        norm, slow, fast = (
            None if self.norm == "none" else self.norm,
            SLOW if self.ntk else 1.0,
            FAST if self.ntk else 1.0,
        )
        layers: list[Layer] = []
        if self.sigma and numbers:
            layers.append(Periodic(columns=numbers, sigma=self.sigma, rate_factor=slow))
        layers += [Scale(rate_factor=fast)] * self.scale
        layers += hidden_layers(hidden, norm, self.mix, self.ntk)
        last = self.initializer if self.initializer == "data" else None
        return Network(inputs, [*layers, Dense(outputs, initializer=last, **dense_rates(self.ntk))], loss)

    def plan(self, network: Network, examples: int) -> Plan:
        """The plan to train ``network`` on so many rows."""
        return Plan(
            network,
            examples,
            optimizer=self._optimizer(),
            schedule=SCHEDULES.parse(self.schedule),
            penalties=Penalties(l1=self.l1, l2=self.l2),
            clipping=Clipping(norm=self.clip_norm, value=self.clip_value),
            batch_size=min(self.batch_size or _batch_size(examples), examples),
            epochs=self.epochs,
            dtype=self.dtype,
            n_threads=self.threads or None,
            device=self.device,
        )

    def _optimizer(self) -> Optimizer:
        optimizer = OPTIMIZERS.parse(self.optimizer)
        if self.learning_rate:
            return dataclasses.replace(optimizer, learning_rate=self.learning_rate)
        return optimizer

    def stopping(self, validated: bool) -> Stopping:
        """Early stopping by the cost of rows ``validated`` on, or by the training cost where there are none."""
        return Stopping(
            watch="validation_cost" if validated else "cost",
            patience=self.patience,
            restore_best=True,
        )


def _check_choice(field: dataclasses.Field[Any], value: object) -> None:
    names, table = field.metadata["choices"](), _TABLES.get(field.name, {})
    name = value.partition(":")[0] if field.metadata["family"] and isinstance(value, str) else value
    # The tables know names that were added since, and other names of the same record.
    if name not in names and not (isinstance(name, str) and name in table):
        raise unknown_name(field.name, value, names)
    if field.name in _FAMILIES and name != "auto":
        _FAMILIES[field.name].parse(str(value))


def check_memory(plan: Plan) -> None:
    """Raise where the parameters, with the vectors of the same length that training keeps, do not fit in memory.

    Raises:
        InvalidInput: says how much would be needed.
    """
    # As measured: at the end the slots are there twice; of float64 L-BFGS has its pairs, and six vectors to work with.
    doubles = 2 * min(plan.optimizer.history, plan.epochs) + 6 if isinstance(plan.optimizer, LBFGS) else 0
    bytes_each = (6 + 2 * len(plan.optimizer.slots)) * plan.numpy_dtype.itemsize + 8 * doubles
    plan.network.layout.check_memory(bytes_each, "choose smaller layers (hidden=, --hidden)")


def _batch_size(m: int) -> int:
    """A power of two near a fiftieth of the rows, 16 ... 256: small tables need steps, large ones speed."""
    return min(256, max(16, 1 << (m // 50).bit_length()))


DEFAULTS = Recipe()
