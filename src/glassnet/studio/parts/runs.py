"""The runs: what each is made of, how far it went, and where it parts from the one before."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.errors import GlassnetError
from glassnet.studio.parts.part import Part
from glassnet.studio.session.run import Run, where_they_part
from glassnet.studio.session.view import View
from glassnet.studio.words import word
from glassnet.text import counted, format_number


def markup(view: View) -> str:
    """A list with a button for each, and one sentence; nothing as long as there is only one run."""
    runs = _listed(view)
    if len(runs) < 2:
        return ""
    rows = "".join(_row(view, run) for run in runs)
    return f'<ul class="runs">{rows}</ul>{_difference(view)}'


def _listed(view: View) -> list[Run]:
    """Those that something was done with, and those in view."""
    seen = (view.desk.run, view.desk.previous)
    return [run for run in view.runs.values() if run.number in seen or run.reached or run.setup.edits]


def _row(view: View, run: Run) -> str:
    here = run.number == view.run.number
    ghost = word("runs.grey") if run.number == view.desk.previous else ""
    cost = run.history.get("cost")
    far = f"{counted(run.reached, 'step')}{f', J = {format_number(cost[-1])}' if cost else ''}"
    button = (
        f'<button type="button" data-do="run" data-number="{run.number}" aria-pressed="{str(here).lower()}">'
        f"{word('runs.run', number=run.number)}</button>"
    )
    return f"<li>{button} {escape(made_of(run))}: {far}{ghost}</li>"


def made_of(run: Run) -> str:
    """What a run is made of, in words: ``XOR, learning rate 0.1, w12[1] = 2 at step 3``."""
    setup = run.setup
    parts = [setup.chosen.title, *(f"{name.replace('_', ' ')} {value}" for name, value in setup.changed)]
    if setup.points:
        parts.append(word("runs.points", points=counted(len(setup.points), "point")))
    if setup.cells:
        parts.append(word("runs.cells", cells=counted(len(setup.cells), "cell")))
    parts += [word("runs.edit", key=edit.key, value=format_number(edit.value), step=edit.step) for edit in setup.edits]
    return ", ".join(parts)


def _difference(view: View) -> str:
    before = view.previous
    if before is None or view.desk.clock.playing:
        return ""
    return f'<p class="difference">{escape(difference(view.run, before))}</p>'


def difference(run: Run, before: Run) -> str:
    """Where two runs part, in a sentence."""
    both = {"one": before.number, "other": run.number}
    if run.network.layout.places != before.network.layout.places:
        return word("runs.networks", **both)
    try:
        with before.lock, run.lock:
            found = where_they_part(before, run)
    except GlassnetError:
        found = None
    if found is None:
        return word("runs.same", **both)
    one, other = (format_number(number, 6) for number in found.numbers)
    if one == other:
        one, other = (repr(number) for number in found.numbers)
    when = word("runs.after", step=found.step) if found.step else word("runs.beginning")
    more = word("runs.more", more=counted(found.count - 1, "other number")) if found.count > 1 else ""
    return word("runs.differ", **both, when=when, name=found.name, before=one, here=other, more=more)


def version(view: View) -> Hashable:
    """Which there are, and how far they went."""
    runs = _listed(view)
    far = tuple((run.number, run.reached) for run in runs) if len(runs) > 1 else ()
    return far, view.desk.run, view.desk.previous, view.desk.clock.playing


PART = Part("runs", "Runs", markup, version, slow=True)
