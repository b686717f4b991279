"""The head of the page: sent at once, so that a browser fetches what it names while the first lesson is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from glassnet.studio.web.executor import in_thread
from glassnet.studio.words import word

IMPORT = re.compile(rb'^import .* from "\./(.+)";$', re.MULTILINE)


def head(files: Mapping[str, bytes]) -> str:
    """The head, which names every module that another one imports: found one after the other they come later.

    Args:
        files: of the page, by name.
    """
    imported = sorted({name.decode() for text in files.values() for name in IMPORT.findall(text)})
    modules = "".join(f'<link rel="modulepreload" href="/static/{name}">' for name in imported)
    return (
        '<!doctype html>\n<html lang="en" class="glassnet"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{word("title")}</title><link rel="icon" href="/static/icon.svg">'
        '<link rel="stylesheet" href="/sheet.css"><link rel="stylesheet" href="/static/studio.css">'
        f'<script type="module" src="/static/main.js"></script>{modules}</head>'
    )


class Page(Response):
    """The page, of which the head is given, and sent before its body is there."""

    media_type = "text/html"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        headers = [header for header in self.raw_headers if header[0] != b"content-length"]  # which is not known yet
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await send({"type": "http.response.body", "body": (await in_thread(_body)).encode()})


def _body() -> str:
    from glassnet.studio.web.page import body  # loads NumPy, which the head need not wait for

    return body()
