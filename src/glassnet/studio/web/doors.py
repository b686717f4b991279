"""The two pages in front of the studio's own: one that leads in, one for those who have no link.

A browser that followed a link from another site (a notebook, a mail) keeps the cookie to itself. The page that leads in
is ours, so what it opens next is asked by us, with the cookie; and what stood behind ``#`` in the link goes along.
"""

from __future__ import annotations

from html import escape

from glassnet.studio.words import word

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/sheet.css">{more}
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
</body>
</html>
"""
SCRIPT = '\n<script src="/static/enter.js" defer></script>'


def leading_in() -> str:
    """The page that opens the studio from within."""
    return PAGE.format(title=word("title"), text=f'<a href="/">{word("door.open")}</a>', more=SCRIPT)


def locked(sentence: str = "") -> str:
    """The page for those who may not come in.

    Args:
        sentence: why, and what to do; "" where the browser has no link.
    """
    return PAGE.format(title=word("title"), text=escape(sentence or word("door.locked")), more="")
