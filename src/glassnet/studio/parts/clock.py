"""The clock: how far the run has come, and what moves it."""

from __future__ import annotations

from collections.abc import Hashable

from glassnet.studio.parts.part import Part
from glassnet.studio.pieces.icons import icon
from glassnet.studio.session.clock import GRAINS
from glassnet.studio.session.view import View


def markup(view: View) -> str:
    """Buttons, the grain, the scrubber, and where it stands."""
    clock = view.clock
    buttons = [
        _button("first", "to the beginning", "seek", "Home", step=0),
        _button("back", "one step back", "step", "ArrowLeft", by=-1),
        _button("pause", "stand still", "pause", "Space")
        if clock.playing
        else _button("play", "play", "play", "Space"),
        _button("on", "one step on", "step", "ArrowRight", by=1),
        _button("last", "to the last step", "seek", "End", step=clock.steps),
    ]
    options = "".join(f"<option{' selected' * (grain == clock.grain)}>{grain}</option>" for grain in GRAINS)
    select = f'<label>step by <select data-do="grain" name="name">{options}</select></label>'
    scrubber = (
        f'<input type="range" class="scrubber" data-do="seek" name="step" min="0" max="{clock.steps}" '
        f'value="{clock.step}" aria-label="steps of the training" data-value="scrubber">'
    )
    return f'{"".join(buttons)}{select}{scrubber}<output data-value="where">{where(view)}</output>{_more(view)}'


def _button(sign: str, said: str, do: str, shortcut: str, **arguments: int) -> str:
    given = "".join(f' data-{name}="{value}"' for name, value in arguments.items())
    name = f" {do.capitalize()}" if do in ("play", "pause") else ""
    label = "" if name else f' aria-label="{said}"'
    return (
        f'<button type="button" data-do="{do}"{given} data-shortcut="{shortcut}" title="{said}"{label}>'
        f"{icon(sign)}{name}</button>"
    )


def _more(view: View) -> str:
    return (
        '<div class="acts"><button type="button" data-do="train" data-epochs="100">train 100 epochs</button>'
        '<button type="button" data-do="undo" data-shortcut="u">undo</button>'
        '<button type="button" data-do="reset">reset</button>'
        '<button type="button" data-do="redraw">new weights</button></div>'
    )


def where(view: View) -> str:
    """``step 3 of 40, epoch 1, operation 5 of 45``."""
    clock, each = view.clock, view.run.per_epoch
    said = f"step {clock.step:,}"
    if each > 1 or clock.step:
        said += f", epoch {clock.step // each:,}"
    if view.m > 1:
        said += f", example {view.selection.example} of {view.m}"
    return said if view.everything else f"{said}, operation {clock.done} of {clock.operations}"


def version(view: View) -> Hashable:
    """All that is no number."""
    return view.desk.clock.playing, view.desk.clock.grain


def frame(view: View) -> object:
    """Where it stands, and the scrubber's place and end."""
    return {"where": where(view), "scrubber": {"max": str(view.clock.steps), "value": str(view.clock.step)}}


PART = Part("clock", "Clock", markup, version, frame)
