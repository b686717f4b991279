"""What a viewer sees: a snapshot of the session, whose parts are computed when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np

from glassnet.glass.diagnosis.diagnose import diagnose
from glassnet.glass.diagnosis.finding import Finding
from glassnet.glass.ledger import Ledger, ledger
from glassnet.glass.scenes.network.structure import MANY, Structure, structure
from glassnet.glass.scenes.network.values import Moment
from glassnet.glass.tracing.given import given_of
from glassnet.glass.tracing.record import Trace
from glassnet.glass.tracing.trace import trace
from glassnet.learning.fitted import Fitted
from glassnet.learning.states.paused import Paused
from glassnet.lessons.question import Verdict
from glassnet.studio.data import Value
from glassnet.studio.looks import LOOKS
from glassnet.studio.session.clock import Clock
from glassnet.studio.session.later import Found, Later
from glassnet.studio.session.reveal import Operation, Reveal, veiled
from glassnet.studio.session.run import Run
from glassnet.studio.session.selection import Selection
from glassnet.studio.words import word

T = TypeVar("T")
FEW_EDGES = 24  # up to which every edge has its line in the ledger
DIGITS = 6
SAMPLE = 256  # rows of a diagnosis
FEWEST = 5  # rows, of fewer a lack of classes is not a fault
OF_THE_END, OF_MANY = ("not_converged",), ("class_imbalance",)
CALLED = {name: word(f"called.{name}") for name in ("epochs", "learning_rate")}  # in findings


@dataclass(frozen=True)
class Desk:
    """Where the pupil stands: all that an action changes, except the runs themselves.

    Args:
        run, previous: the numbers of the run that is looked at, and of its ghost; 0 for none.
        clock, selection, lens: what is seen of it.
        lesson, lesson_values: the lesson that is open.
        answers: verdicts by the question's number, 0 for the ledger's. revealed: questions that were given up.
        open: names of the drawers that are open.
        whole: whether all edges are drawn, also where they are many.
        goal: the step that training goes on to.
        looks: what drawers show, where it was chosen, see ``LOOKS``.
        finished: the lessons whose questions were all answered.
        unfolded: keys of the ledger's lines that are unfolded in a tab.
    """

    run: int = 1
    previous: int = 0
    clock: Clock = field(default_factory=Clock)
    selection: Selection = field(default_factory=Selection)
    lens: str = "values"
    lesson: str = "go-to-class"
    lesson_values: tuple[tuple[str, Value], ...] = ()
    answers: Mapping[int, Verdict] = field(default_factory=dict)
    revealed: frozenset[int] = frozenset()
    open: frozenset[str] = frozenset()
    whole: bool = False
    goal: int = 0
    looks: tuple[tuple[str, Value], ...] = ()
    finished: frozenset[str] = frozenset()
    unfolded: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class View:
    """A snapshot.

    Args:
        desk: where the pupil stands.
        runs: all runs, by their numbers.
        url: makes the link of what is seen.
        later: computes what takes longer; None computes it at once.
    """

    desk: Desk
    runs: Mapping[int, Run]
    url: Callable[[View], str] = lambda view: ""
    later: Later | None = None
    _known: dict[str, object] = field(default_factory=dict)

    @property
    def run(self) -> Run:
        """The run that is looked at."""
        return self.runs[self.desk.run]

    @property
    def previous(self) -> Run | None:
        """The run that stands behind it in grey."""
        return self.runs.get(self.desk.previous)

    @property
    def selection(self) -> Selection:
        """What is chosen, an example of this batch."""
        chosen = self.desk.selection
        return replace(chosen, example=min(chosen.example, self.m)) if chosen.example > 1 else chosen

    @property
    def lens(self) -> str:
        return self.desk.lens

    @property
    def lesson(self) -> str:
        return self.desk.lesson

    @property
    def settings(self) -> dict[str, Value]:
        """Every setting's value."""
        return self.run.setup.values

    @property
    def open(self) -> frozenset[str]:
        """The names of the open drawers."""
        return self.desk.open

    @cached_property
    def clock(self) -> Clock:
        """The clock, with the last step and the number of operations."""
        if not self.run.operations:
            self.run.operations = len(self.operations)
        return replace(self.desk.clock, steps=self.run.reached, operations=self.run.operations)

    @property
    def everything(self) -> bool:
        """Whether every number of the step is shown."""
        return self.desk.clock.operation is None

    def look(self, name: str) -> Value:
        """What was chosen to be shown."""
        return dict(self.desk.looks).get(name, LOOKS[name].default)

    def once(self, name: str, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, computed for the first tab that asks for it."""
        if name not in self._known:
            self._known[name] = compute()
        return self._known[name]  # type: ignore[return-value]

    def soon(self, key: tuple[Hashable, ...], compute: Callable[[], T]) -> Found[T] | None:
        """What ``compute`` gives; None as long as it is not there.

        Args:
            key: what it depends on; its first item says of which kind it is.
        """
        return Found(compute()) if self.later is None else self.later.get(key, compute)

    def is_there(self, key: tuple[Hashable, ...]) -> bool:
        """Whether that was computed."""
        return self.later is None or self.later.is_there(key)

    # -- the step ----------------------------------------------------------------------------------------------------

    @cached_property
    def paused(self) -> Paused:
        """The training at the clock's step."""
        return self.run.at(self.desk.clock.step)

    @cached_property
    def m(self) -> int:
        """The rows of the step."""
        return len(self.paused.batch)

    @cached_property
    def trace(self) -> Trace:
        """The step that the clock stands before, every number of it."""
        data = self.run.table

        def traced() -> Trace:
            rows = (data.learn[self.paused.batch] + 1).tolist()
            return trace(self.paused, columns=data.names, classes=data.classes or None, rows=rows)

        return self.run.once(self.desk.clock.step, "trace", traced)

    @cached_property
    def in_units(self) -> Trace:
        """The same with the rows as the user has them, where the network sees encoded numbers."""
        data, step = self.run.table, self.trace
        if data.columns is None or data.answers is None or data.given is None:
            return step
        rows = np.asarray(step.rows) - 1
        model = Fitted(self.run.network, step.before, data.columns, data.answers)
        truth = np.asarray(data.answers.truth(data.given, None))[rows] if data.answers.in_table else None
        some, places = np.unique(rows, return_inverse=True)
        cells = {j: column.take(places) for j, column in data.columns.cells(data.given, some).items()}
        return replace(step, given=given_of(model, cells, truth, step.X, step.predictions))

    @cached_property
    def moment(self) -> Moment:
        """The same for the network's picture."""
        return Moment.of(self.trace, self.selection.example)

    @cached_property
    def drawn(self) -> Structure:
        """The structure of the network's picture; the same as long as the network is."""
        whole = self.desk.whole and self.edges <= MANY
        known = self.run.drawn.get(whole)
        if known is None:
            outputs = self.run.table.outputs_named(self.run.network.outputs)
            numbers = True if whole else None
            known = structure(
                self.run.network, self.moment, names=self.run.table.names, outputs=outputs, numbers=numbers
            )
            self.run.drawn[whole] = known
        return known

    @property
    def edges(self) -> int:
        """How many edges there are, those of the biases too."""
        return sum((before + 1) * units for before, units in pairwise(self.run.network.widths))

    @cached_property
    def lit(self) -> frozenset[str]:
        """The keys of the edges on the ways from the chosen weight to the cost; of a unit, of those that lead to it."""
        key, edges = self.selection.key.removeprefix("d"), self.drawn.edges
        if any(edge.key == key for edge in edges):
            return self.drawn.lit(key)
        chosen = self.selection
        into = (edge.key for edge in edges if (edge.target.l, edge.target.j + 1) == (chosen.layer, chosen.unit))
        return frozenset(into) | {key} if chosen.layer and chosen.unit else frozenset()

    @cached_property
    def finding(self) -> Finding | None:
        """The most serious that the diagnosis finds at this step, of a sample of the rows; None where there is none."""
        data, rows = self.run.table, self.run.table.learn[:SAMPLE]
        parameters = self.paused.parameters
        found = diagnose(self.run.network, parameters, X=data.X[rows], Y=data.Y[rows], history=self.run.history or None,
                         columns=data.names, classes=data.classes or None, settings=CALLED)  # fmt: skip
        over = self.desk.clock.step >= self.run.last
        worst = [one for one in found.worst_first() if over or one.name not in OF_THE_END]
        worst = [one for one in worst if len(rows) >= FEWEST or one.name not in OF_MANY]
        return worst[0] if worst else None

    @property
    def title(self) -> str:
        """What is learned, for the window."""
        return self.run.setup.chosen.title

    @cached_property
    def _written(self) -> Ledger:
        depth, example = 3 if self.edges <= FEW_EDGES else 2, self.selection.example
        return self.run.once(
            self.desk.clock.step,
            ("ledger", example),
            lambda: ledger(self.in_units, example, depth=depth, digits=DIGITS),
        )

    @cached_property
    def reveal(self) -> Reveal:
        """The step's operations, and what is known after each."""
        name = "reveal", self.selection.example
        return self.run.once(self.desk.clock.step, name, lambda: Reveal.of(self._written))

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The step's operations in their order."""
        return self.reveal.operations

    @property
    def next_operation(self) -> Operation | None:
        """The one that the clock stands before; None after the last."""
        done = self.clock.done
        return self.operations[done] if done < len(self.operations) else None

    @cached_property
    def ledger(self) -> Ledger:
        """The step written down as far as the clock has come; what is not known yet is a question mark."""
        return self._written if self.everything else veiled(self._written, self.reveal, self.clock.done)

    def is_shown(self, key: str, changed: bool = False) -> bool:
        """Whether the number of that key is known at the clock's operation."""
        return self.everything or self.reveal.is_shown(key, self.clock.done, changed)
