"""The application: a page, its files, a socket, what is dropped and what is taken along."""

from __future__ import annotations

import asyncio
import re
from importlib.resources import files
from pathlib import PurePath
from typing import TypeVar
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from glassnet.errors import GlassnetError, InvalidInput
from glassnet.studio import limits
from glassnet.studio.web.doors import leading_in, locked
from glassnet.studio.web.entrance import Entrance
from glassnet.studio.web.executor import in_thread
from glassnet.studio.web.head import Page, head
from glassnet.studio.web.live import Live
from glassnet.studio.web.pupils import Pupil, Pupils
from glassnet.studio.web.security import FROM_ELSEWHERE, Guard
from glassnet.studio.words import word

T = TypeVar("T")
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def static_files() -> dict[str, bytes]:
    """The files that belong to the page, by name; no other name is ever looked up."""
    folder = files("glassnet.studio.web") / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if PurePath(file.name).suffix in KINDS}


class Server:
    """What is answered to whom.

    Args:
        entrance: which links work.
        pupils: who has come in.
    """

    def __init__(self, entrance: Entrance, pupils: Pupils) -> None:
        self.entrance, self.pupils = entrance, pupils
        found = static_files()
        self._static = {name: Response(data, media_type=KINDS[PurePath(name).suffix]) for name, data in found.items()}
        self._head = head(found)

    def application(self, names: frozenset[str]) -> Starlette:
        """The whole, for a server of the ASGI kind.

        Args:
            names: by which it may be asked.
        """
        application = Starlette(
            routes=[
                Route("/", self._page),
                Route("/static/{name}", self._file),
                Route("/sheet.css", self._sheet),
                Route("/favicon.ico", _nothing),  # asked for by browsers of themselves
                Route("/upload", self._upload, methods=["POST"]),
                Route("/leave/{kind}", self._leave),
                WebSocketRoute("/live", self._live),
            ],
            middleware=[Middleware(Guard, names=names)],
        )
        application.router.redirect_slashes = False  # no address but these
        return application

    def _pupil(self, connection: HTTPConnection) -> Pupil | None:
        return self.pupils.of(connection.cookies.get(self.entrance.cookie))

    async def _page(self, request: Request) -> Response:
        token = request.query_params.get("token")
        if self._pupil(request) is not None:
            return HTMLResponse(leading_in()) if request.url.query else Page(self._head)
        if token and request.method == "GET":
            return await self._enter(token, request.headers.get("sec-fetch-site") == "none")
        if request.headers.get("sec-fetch-site") in FROM_ELSEWHERE and not request.url.query:
            return HTMLResponse(leading_in())
        return HTMLResponse(locked(), status_code=403)

    async def _enter(self, token: str, typed: bool) -> Response:
        """The cookie for a link; a browser that no page led here sends it along when it is led on."""
        try:
            self.pupils.check_room()
            if not self.entrance.use(token):
                return HTMLResponse(locked(), status_code=403)
            cookie = self.pupils.admit()
        except GlassnetError as error:
            return HTMLResponse(locked(str(error)), status_code=503)
        response = RedirectResponse("/", 303) if typed else HTMLResponse(leading_in())
        response.set_cookie(self.entrance.cookie, cookie, httponly=True, samesite="strict")
        return response

    async def _file(self, request: Request) -> Response:
        return self._static.get(request.path_params["name"]) or _said(word("door.no_file"), 404)

    async def _sheet(self, request: Request) -> Response:
        from glassnet.glass.sheet import sheet

        return Response(sheet(), media_type="text/css")

    async def _upload(self, request: Request) -> Response:
        pupil = self._pupil(request)
        if pupil is None:
            return _said(word("door.locked"), 403)
        name = re.split(r"[/\\]", request.query_params.get("name", ""))[-1][:200]
        try:
            data = await _body(request)
            await _done(pupil.executor.submit(lambda: pupil.session.upload(name, data)))
        except GlassnetError as error:
            return _said(str(error), 400)
        return Response(status_code=204)

    async def _leave(self, request: Request) -> Response:
        pupil = self._pupil(request)
        if pupil is None:
            return _said(word("door.locked"), 403)
        try:
            taken = await _done(in_thread(lambda: pupil.session.leave(request.path_params["kind"])))
        except GlassnetError as error:
            return _said(str(error), 400)
        plain = re.sub(r"[^\w.-]", "_", taken.name, flags=re.ASCII)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(taken.name)}"
        return Response(taken.data, media_type=taken.media_type, headers={"Content-Disposition": disposition})

    async def _live(self, websocket: WebSocket) -> None:
        pupil = self._pupil(websocket)
        if pupil is None:
            await websocket.close(1008, "no cookie")  # before it is accepted: the browser gets a 403
        else:
            await websocket.accept()
            await Live(websocket, pupil).run()


async def _body(request: Request) -> bytes:
    """The bytes of a file, given up as soon as there are too many."""
    parts, size = [], 0
    limits.UPLOAD.check(_promised(request))
    async for part in request.stream():
        size += len(part)
        limits.UPLOAD.check(size)
        parts.append(part)
    return b"".join(parts)


def _promised(request: Request) -> int:
    try:
        return int(request.headers.get("content-length", "0"))
    except ValueError:
        raise InvalidInput("the length of the file is not a number", remedy="send it again") from None


async def _done(work: asyncio.Future[T]) -> T:
    """What comes of work that may take long.

    Raises:
        InvalidInput: the studio ends meanwhile. What it raises itself.
    """
    try:
        return await work
    except asyncio.CancelledError:  # uvicorn would print that as a fault of ours
        raise InvalidInput("the studio has ended", remedy="start it again") from None


async def _nothing(request: Request) -> Response:
    return Response(status_code=204)


def _said(sentence: str, status: int) -> Response:
    return PlainTextResponse(f"{sentence}\n", status_code=status)
