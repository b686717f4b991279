"""The clock: how far the run has come, and what moves it."""

from __future__ import annotations

from collections.abc import Hashable

from glassnet.studio.html import button
from glassnet.studio.parts.part import Part
from glassnet.studio.pieces.icons import icon
from glassnet.studio.session.clock import GRAINS
from glassnet.studio.session.view import View
from glassnet.studio.words import word

EPOCHS = 100  # that a button trains


def markup(view: View) -> str:
    """Buttons, the grain, the scrubber, and where it stands."""
    clock = view.clock
    buttons = [
        _button("first", word("clock.first"), "seek", "Home", step=0),
        _button("back", word("clock.back"), "step", "ArrowLeft", by=-1),
        _button("pause", word("clock.pause.help"), "pause", "Space")
        if clock.playing
        else _button("play", word("clock.play.help"), "play", "Space"),
        _button("on", word("clock.on"), "step", "ArrowRight", by=1),
        _button("last", word("clock.last"), "seek", "End", step=clock.steps),
    ]
    options = "".join(f"<option{' selected' * (grain == clock.grain)}>{grain}</option>" for grain in GRAINS)
    select = f'<label>{word("clock.grain")} <select data-do="grain" name="name">{options}</select></label>'
    scrubber = (
        f'<input type="range" class="scrubber" data-do="seek" name="step" min="0" max="{clock.steps}" '
        f'value="{clock.step}" aria-label="{word("clock.scrubber")}" data-value="scrubber">'
    )
    return f'{"".join(buttons)}{select}{scrubber}<output data-value="where">{where(view)}</output>{_more(view)}'


def _button(sign: str, said: str, do: str, shortcut: str, **arguments: int) -> str:
    given = "".join(f' data-{name}="{value}"' for name, value in arguments.items())
    name = f" {word(f'clock.{do}')}" if do in ("play", "pause") else ""
    label = "" if name else f' aria-label="{said}"'
    return (
        f'<button type="button" data-do="{do}"{given} data-shortcut="{shortcut}" title="{said}"{label}>'
        f"{icon(sign)}{name}</button>"
    )


def _more(view: View) -> str:
    acts = [
        button(word("clock.train", epochs=EPOCHS), "train", epochs=EPOCHS),
        button(word("clock.undo"), "undo", shortcut="u"),
        button(word("clock.reset"), "reset"),
        button(word("clock.redraw"), "redraw"),
    ]
    return f'<div class="acts">{"".join(acts)}</div>'


def where(view: View) -> str:
    """``step 3 of 40, epoch 1, operation 5 of 45``."""
    clock, each = view.clock, view.run.per_epoch
    said = word("clock.at.step", step=f"{clock.step:,}")
    if each > 1 or clock.step:
        said += word("clock.at.epoch", epoch=f"{clock.step // each:,}")
    if view.m > 1:
        said += word("clock.at.example", example=view.selection.example, m=view.m)
    if view.everything:
        return said
    return said + word("clock.at.operation", done=clock.done, count=clock.operations)


def version(view: View) -> Hashable:
    """All that is not a number."""
    return view.desk.clock.playing, view.desk.clock.grain


def frame(view: View) -> object:
    """Where it stands, and the scrubber's place and end."""
    return {"where": where(view), "scrubber": {"max": str(view.clock.steps), "value": str(view.clock.step)}}


PART = Part("clock", "Clock", markup, version, frame)
