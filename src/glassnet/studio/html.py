"""Small pieces of markup: every text is escaped here, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from glassnet.studio.words import word


def attributes(**named: object) -> str:
    """Attributes, each after a space; a trailing ``_`` is dropped, others are hyphens; None and False leave one out.

    >>> attributes(class_="wrong", data_do="set", disabled=True, value=None)
    ' class="wrong" data-do="set" disabled'
    """
    shown = ((name.rstrip("_").replace("_", "-"), value) for name, value in named.items())
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in shown
        if value is not None and value is not False
    )


def element(tag: str, inside: str = "", **named: object) -> str:
    """An element around markup."""
    return f"<{tag}{attributes(**named)}>{inside}</{tag}>"


def text(tag: str, said: object, **named: object) -> str:
    """An element around text."""
    return element(tag, escape(str(said)), **named)


def button(said: str, do: str, label: str = "", **data: object) -> str:
    """A button that sends an action.

    >>> button("Undo", "undo", by=1)
    '<button type="button" data-do="undo" data-by="1">Undo</button>'
    """
    given = {f"data_{name}": value for name, value in data.items()}
    return text("button", said, type="button", data_do=do, **given, aria_label=label or None)


def chooser(label: str, choices: Mapping[str, str] | Iterable[str], chosen: object, **named: object) -> str:
    """A menu with its label.

    Args:
        label: of it.
        choices: values, with what is read of each.
        chosen: the value that is.
        named: attributes of the menu.
    """
    pairs = choices if isinstance(choices, Mapping) else {choice: choice for choice in choices}
    options = "".join(
        text("option", said, value=value, selected=str(value) == str(chosen)) for value, said in pairs.items()
    )
    return element("label", f"{escape(label)} {element('select', options, **named)}")


def field(label: str, value: object, **named: object) -> str:
    """A field with its label."""
    given = {"type": "text", "autocomplete": "off", "size": 8} | named
    return element("label", f"{escape(label)} <input{attributes(**given, value=value)}>")


def table(caption: str, heads: Sequence[object], rows: Iterable[Sequence[str]], **named: object) -> str:
    """A table of cells that are markup; the first of each row is its head."""
    top = "".join(text("th", head, scope="col") for head in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    inside = f"{text('caption', caption)}<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return element(
        "div", element("table", inside, **named), class_="scroll", tabindex="0", role="group", aria_label=caption
    )


def waiting(what: str) -> str:
    """In place of what is computed meanwhile."""
    return text("p", word("computing", what=what), class_="waiting", role="status")


def refused(why: str) -> str:
    """In place of what cannot be."""
    return text("p", why, class_="refused")
