"""The studio's own words, and those of lessons through the same look-up: a translation is another table."""

from __future__ import annotations

from glassnet.errors import unknown_name

WORDS = {
    "title": "glassnet studio",
    "skip": "Skip to the lesson",
    "theme": "Dark",
    "theme.help": "light or dark",
    "help": "Keys",
    "help.text": "Keys of this page",
    "help.Space": "play and pause",
    "help.ArrowLeft ArrowRight": "a step back and forward; in the network and in the ledger: from number to number",
    "help.Home End": "the first step and the last; in the network and in the ledger: the first number and the last",
    "help.Enter": "choose the number; again, or a digit: change it",
    "help.Escape": "choose nothing",
    "done.kept": "This browser keeps the ✓ of lessons that are done.",
    "done.forget": "Take the marks away",
    "key.Space": "Space",
    "key.ArrowLeft": "←",
    "key.ArrowRight": "→",
    "key.Home": "Home",
    "key.End": "End",
    "key.Enter": "Enter",
    "key.Escape": "Esc",
    "offline": "The server does not answer. What is shown is the last that it said; this page tries again by itself.",
    "scripts": "This page needs JavaScript: it is a window onto the engine that runs on your machine.",
    "error": "Put away",
    "lens": "On the edges",
    "lens.values": "weights",
    "lens.gradients": "gradients",
    "lens.change": "change",
    "clock": "Time",
    "lessons": "Lessons",
    "lesson.choose": "Lesson",
    "lesson.own": "Your own data",
    "lesson.of": "Lesson {number} of {count}",
    "lesson.before": "the lesson before: {title}",
    "lesson.next": "the next lesson: {title}",
    "lesson.none.before": "no lesson before",
    "lesson.none.next": "no lesson after",
    "lesson.more": "More, and what to change",
    "lesson.same_step": "Below, the same step on network and ledger, to be walked number by number.",
    "lesson.go_on": "Go on: {title}",
    "lesson.again": "Ask me again",
    "lesson.drag": "Drag the start to another place, or click there; the fields above do the same.",
    "lesson.done": "You have done this lesson.",
    "lesson.all_done": "All questions answered.",
    "lesson.end": "That was the last lesson. Now drop a table of your own on the page, and look into what it learns.",
    "question": "Question {number} of {count}",
    "question.answer": "your answer",
    "question.check": "Check",
    "question.show": "Show it",
    "question.shown": "The answer",
    "numbers": "Everything with its numbers",
    "numbers.later": "The numbers are shown once the questions are answered.",
    "change": "Change something",
    "code": "The Python that makes this",
    "own.button": "Your data",
    "own.begin": "Drop a table, and watch a network learn it. Every number of every step can be looked at and changed.",
    "own.then": "Once it is here, press Play at the foot of the page, or train 100 epochs at once.",
    "own.ready": "Or take a table that is here:",
    "own.choose": "choose …",
    "own.help": "a table of your own",
    "own.of_run": "from the file of a run",
    "own.of_model": "a trained model on its table",
    "own.table": "your table",
    "own.words": (
        "Press Play at the foot of the page, or train 100 epochs at once; every number of every step can be looked at, "
        "and changed. Data, settings, and why it answers as it does are in the drawers below."
    ),
    "layer": "layer {layer}",
    "unit": "unit {unit}",
    "computing": "Computing {what} …",
    "loading": "One moment.",
    "doing.numbers": "the next numbers",
    "doing.steps": "the steps up to there",
    "doing.branch": "the run from this step on",
    "doing.setting": "the run with this setting",
    "doing.data": "the data set",
    "doing.link": "the run of this link",
    "doing.file": "what the file holds",
    "doing.lesson": "the lesson",
    "doing.lesson_set": "the lesson with this setting",
    "uncomputed": "This cannot be computed here ({error}).",
    "fault": "a fault of ours, {error}; please report it.",
    "unsent": "{name} was not sent: the server does not answer.",
    # the doors, and the card of notebooks
    "door.open": "Open the studio",
    "door.locked": (
        "This needs a link that has not been used: press Enter in the terminal where glassnet studio runs, or ask "
        "for its url in Python again. In the browser that has used its link, a reload and further tabs work without."
    ),
    "door.no_file": "There is no such file.",
    "door.name": "This studio answers to {names}, and to no other name.",
    "door.own": "This may be asked by the studio's own page only.",
    "door.link": "Other pages may link to the studio, and no more.",
    "card.stopped": "The glassnet studio was stopped.",
    "card.open": "Open the glassnet studio",
    "card.about": (
        "networks you can see through, in a page of its own. The link works once; this cell makes a new one."
    ),
    # the clock
    "clock.first": "to the beginning",
    "clock.back": "one step back",
    "clock.play": "Play",
    "clock.play.help": "play",
    "clock.pause": "Pause",
    "clock.pause.help": "stand still",
    "clock.on": "one step on",
    "clock.last": "to the last step",
    "clock.grain": "step by",
    "clock.scrubber": "steps of the training",
    "clock.train": "train {epochs} epochs",
    "clock.undo": "undo",
    "clock.reset": "reset",
    "clock.redraw": "new weights",
    "clock.at.step": "step {step}",
    "clock.at.epoch": ", epoch {epoch}",
    "clock.at.example": ", example {example} of {m}",
    "clock.at.operation": ", operation {done} of {count}",
    # network, ledger, what comes next, the chosen number
    "ledger": "One training step",
    "network.change": "Change layers and units",
    "network.lines": "Show lines alone",
    "network.numbers": "Show every number",
    "next.forward": "1 Forward propagation",
    "next.cost": "2 The cost",
    "next.backward": "3 Back propagation",
    "next.update": "4 The update",
    "slip.bias": "the bias is forgotten",
    "slip.activation": "the activation is forgotten",
    "slip.exponent": "the minus in e^-z is forgotten",
    "slip.minus": "the minus is forgotten",
    "slip.logarithm": "the logarithm is taken to base 10",
    "slip.mean": "the mean over the examples is forgotten",
    "slip.sign": "the sign is wrong",
    "inspector.none": "choose nothing",
    "inspector.edge": "from {source} to unit {unit} of layer {layer}",
    "inspector.input": "the input {name}",
    "inspector.unit": "unit {unit} of layer {layer}",
    "inspector.raw": "{cell} in the user's unit",
    "inspector.another": "another value for {key}",
    "inspector.set_to": "set to",
    "inspector.set": "Set",
    "inspector.largest": "the largest contributions",
    "inspector.more": "{more}: {rest}",
    "inspector.value": "value",
    "inspector.gradient": "gradient",
    "inspector.change": "change in this step",
    "inspector.paths": "{paths} to the cost; together they come to {total}",
    "inspector.paths.row": "{paths} to the cost of row {row}; together they come to {total}",
    # the cost, runs, worries
    "curve.later": "The cost is drawn here, epoch by epoch.",
    "curve.name": "the cost by epoch",
    "curve.epoch": "epoch",
    "curve.cost": "rows that teach",
    "curve.validation_cost": "rows held out to validate",
    "curve.ghost": "the run before",
    "curve.grey": "grey: run {number}",
    "runs.run": "run {number}",
    "runs.grey": " (in grey)",
    "runs.points": "{points} added",
    "runs.cells": "{cells} written over",
    "runs.edit": "{key} = {value} at step {step}",
    "runs.networks": "Runs {one} and {other} are of different networks.",
    "runs.same": "Runs {one} and {other} are the same to the bit, as far as both went.",
    "runs.differ": "Runs {one} and {other} {when}: {name} is {before} there and {here} here{more}.",
    "runs.after": "first differ after step {step}",
    "runs.beginning": "differ from the beginning",
    "runs.more": ", and {more}",
    "worry.warning": "⚠ Warning",
    "worry.note": "• Note",
    "worry.good": "✓ Nothing to worry about",
    "worry.try": " Try: {remedy}.",
    "worry.diverged": "a smaller learning rate",
    # the data
    "data.set": "data set",
    "data.redraw": "new points",
    "data.file": "a file of your own",
    "data.drop": (
        "Drop a CSV file here: columns of any kind, a header, what is to be predicted last. It stays on this machine."
    ),
    "data.lanes": "lane | rows | cost J",
    "data.right": "right",
    "data.error": "RMSE, in the unit of {target}",
    "data.lanes.caption": "Rows by what they do",
    "data.open": "open",
    "data.open.help": "show how it does on the rows kept to judge it",
    "data.closed": "kept closed",
    "data.add": "add this row",
    "data.rows": "The table: rows {first} to {last} of {count}",
    "data.rows.all": "The table",
    "data.rows.heads": "row | lane",
    "data.encoded": "Behind → stands what the network gets.",
    "data.cell": "row {row}, column {column}",
    "data.truth": "row {row}, {target}",
    "data.before": "◀ rows before",
    "data.next": "next rows ▶",
    "data.page": "page {page} of {count}",
    # settings
    "called.epochs": "epochs",
    "called.learning_rate": "the learning rate",
    "settings.all": "all settings",
    "settings.fewer": "a unit less in layer {layer}",
    "settings.more": "a unit more in layer {layer}",
    "settings.add": "add a layer",
    "settings.less": "take the last layer away",
    "settings.lesson": "All settings are the lesson's.",
    "settings.data": "All settings are those that suit this data.",
    "settings.changed": "Changed: {names}. A change begins the run again.",
    # why this answer, the map, the surface, the check, matrices, code, what is taken along
    "why.later": "Step on to the answer, then ask here why.",
    "why.waiting": "the explanation",
    "why.caption": "What each column did to row {row}",
    "why.show": "show",
    "why.one": "one method",
    "why.all": "all methods",
    "why.row": "row",
    "why.before": "the row before",
    "why.next": "the next row",
    "why.of": "of {count}; {lane}",
    "why.both": "Row {row}, as it is given and as the network has it",
    "why.both.heads": "as given | as the network has it",
    "why.more": ", … ({count} numbers)",
    "why.answer": "the answer",
    "why.truth": "the truth, {target}",
    "map.none": "There is no map of these rows: {why}",
    "map.units": "What the units of layer {layer} see",
    "map.unit": "unit {unit}",
    "map.add": "Click into the map to add a row, its number that of the last field.",
    "map.add.class": "A click into the map adds a row of",
    "map.axes": "across | up",
    "surface.later": "Step on to the cost, then see here how it changes with two weights.",
    "surface.waiting": "the cost surface",
    "surface.hint": ("The cost of {rows}, from step {step} on. Click or drag in the picture to begin somewhere else."),
    "surface.descent": "gradient descent, learning rate {alpha}: {ending}",
    "surface.across": "across",
    "surface.up": "up",
    "surface.alpha": "learning rate",
    "surface.steps": "steps",
    "surface.start": "start {name}",
    "surface.begin": "begin there",
    "surface.run": "begin where the run is",
    "surface.diverges": "It diverges ({ending}): each step goes too far. Try a smaller learning rate.",
    "check.later": "Step on to the gradients, then check them here.",
    "check.waiting": "two other gradients",
    "check.caption": "Three gradients on {rows} of step {step}",
    "check.heads": "derivative | by the engine | by the computation graph | by differences | error | verdict",
    "matrices.of": "matrices of",
    "matrices.ends": "from {low} to {high}",
    "matrices.unknown": "not known yet",
    "matrices.cut": "; the first {rows} rows and {columns} columns are drawn",
    "matrices.rows": "Rows {rows} of the table are the rows of Z and A here. Blue is above 0, orange below.",
    "code.now": "The marked line prints what comes next.",
    "code.leave": "Take it along as a file",
    "code.python": "Python",
    "leave.own": (
        "A link cannot carry a table of your own. Take the run file along: it holds the rows, and opens at this step."
    ),
    "leave.address": (
        "The address of this page leads here again, on any machine where the studio runs; it carries no token."
    ),
    "leave.link": "link to this step",
    "leave.sheet": "{title}: step {step} by hand",
    "leave.sheet.name": "Name:",
    "leave.sheet.date": "Date:",
    "leave.sheet.answer": "Answer:",
    "leave.sheet.of": "Worksheet",
    "leave.sheet.compute": "Compute",
    "leave.sheet.answers": "Answers",
    "leave.page": "{title}: step {step}",
    "leave.page.about": "One step of a training, with every number of it.",
    # what is said aloud
    "said.edit": "{key} is {value} from step {step} on: run {run}.",
    "said.reset": "The same first weights again.",
    "said.redraw_points": "New points, drawn from seed {seed}.",
    "said.redraw": "New weights, drawn from seed {seed}.",
    "said.back": "Back to run {run}.",
    "said.nothing": "There is nothing to undo.",
    "said.done": "All {epochs} epochs are done.",
    "said.rows": "{title}: {rows} rows.",
    "said.step": "Step {step}, epoch {epoch}.",
    "said.reopened": "{title}: the run is open again at step {step}, to the bit.",
    "said.reopened.other": (
        "{title}: the run is open again at step {step}, but this machine's numbers are not the same in every digit."
    ),
}


def word(name: str, /, **numbers: object) -> str:
    """A sentence or a name.

    Args:
        name: of the table; or ``lesson:NAME:title``, ``words`` or ``change``, which are read from the lesson's file.
        numbers: what stands in its braces.

    Raises:
        UnknownName: there is none.

    >>> word("lesson.of", number=3, count=16), word("lesson:collapse:title")
    ('Lesson 3 of 16', 'Linear layers collapse')
    """
    kind, _, rest = name.partition(":")
    if kind == "lesson" and rest:
        from glassnet.lessons import LESSONS

        lesson, _, what = rest.partition(":")
        return LESSONS.headings()[lesson].title if what == "title" else str(getattr(LESSONS[lesson], what))
    if name not in WORDS:
        raise unknown_name("word of the studio", name, WORDS)
    return WORDS[name].format(**numbers)


def words(name: str) -> list[str]:
    """Several that belong together, such as the heads of a table.

    >>> words("data.rows.heads")
    ['row', 'lane']
    """
    return word(name).split(" | ")
