"""The live socket: the newest only, when the page is ready for it, at most so often a second.

A page answers each message with ``ready``, and gets the next one then. So one message at most is under way to each,
however slow it is; what a session did meanwhile is told by its newest state.
"""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Mapping

from starlette.websockets import WebSocket, WebSocketDisconnect

from glassnet.archive.strict_json import loads
from glassnet.errors import GlassnetError, InvalidInput
from glassnet.studio import limits
from glassnet.studio.web.asked import Viewer
from glassnet.studio.web.pupils import Pupil
from glassnet.studio.words import word
from glassnet.text import one_line

BAD_DATA, TOO_BIG, TRY_LATER = 1003, 1009, 1013  # why a socket is closed, as its protocol numbers it


class Live:
    """One tab.

    Args:
        websocket: accepted.
        pupil: whose it is.
    """

    def __init__(self, websocket: WebSocket, pupil: Pupil) -> None:
        self._websocket, self._pupil = websocket, pupil
        self._loop = asyncio.get_running_loop()
        self._news, self._credit = asyncio.Event(), asyncio.Event()
        self._seq = 0
        self._error = ""
        self._bucket = Bucket(limits.MESSAGES, limits.BURST)

    async def run(self) -> None:
        """Until the tab is closed, or what it sends cannot be meant."""
        try:
            self._pupil.enter(self._wake)
        except InvalidInput as error:
            await self._websocket.close(TRY_LATER, _reason(error))
            return
        try:
            await self._both(await asyncio.to_thread(self._pupil.session.viewer))
        finally:
            self._pupil.leave(self._wake)

    async def _both(self, viewer: Viewer) -> None:
        self._credit.set()
        self._news.set()
        sending = asyncio.create_task(self._send(viewer))
        try:
            await self._receive()
        except WebSocketDisconnect:
            pass
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _wake(self) -> None:
        """From any thread, also after the end."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def _send(self, viewer: Viewer) -> None:
        while True:
            await self._news.wait()
            await self._credit.wait()
            self._news.clear()
            begun = time.monotonic()
            message = await asyncio.to_thread(viewer.message) or {}
            if self._error:
                message, self._error = {**message, "error": self._error}, ""
            if not message:
                continue
            self._seq += 1
            self._credit.clear()
            text = json.dumps({**message, "seq": self._seq}, ensure_ascii=False, separators=(",", ":"))
            await self._websocket.send_text(text)
            await asyncio.sleep(1 / limits.FRAMES - (time.monotonic() - begun))

    async def _receive(self) -> None:
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text")
            if text is None:
                await self._websocket.close(BAD_DATA, "messages are text")
                return
            await asyncio.sleep(self._bucket.take())
            self._error = await self._answer(text) or self._error
            if self._error:
                self._news.set()

    async def _answer(self, text: str) -> str:
        """Do what a message asks; returns what was wrong with it."""
        try:
            message = read(text)
            if message["do"] == "ready":
                if message.get("seq") == self._seq:
                    self._credit.set()
                return ""
            await asyncio.to_thread(self._pupil.session.receive, message)
        except GlassnetError as error:
            return str(error)
        except Exception as error:  # a fault of ours must not end the work of a pupil
            traceback.print_exception(error)
            return word("fault", error=f"{type(error).__name__}: {one_line(error)}")
        return ""


class Bucket:
    """How long to wait before the next message is read: not at all for some, then as the pace has it.

    Args:
        pace: messages a second.
        most: at once.
    """

    def __init__(self, pace: float, most: float) -> None:
        self._pace, self._most = pace, most
        self._left, self._last = most, time.monotonic()

    def take(self) -> float:
        """Seconds to wait for one more."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._last) * self._pace) - 1
        self._last = now
        return max(0.0, -self._left / self._pace)


def read(text: str) -> Mapping[str, object]:
    """A message of the page.

    Args:
        text: as it was received.

    Raises:
        InvalidInput: it is no JSON object that says what to ``do``.

    >>> read('{"do": "seek", "step": 3}')
    {'do': 'seek', 'step': 3}
    """
    limits.MESSAGE.check(len(text.encode("utf-8", "replace")))
    try:
        message = loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the message is not the JSON of this page", one_line(error), "reload the page") from None
    if not (isinstance(message, dict) and isinstance(message.get("do"), str)):
        raise InvalidInput("the message does not say what to do", remedy="reload the page")
    return message


def _reason(error: GlassnetError) -> str:
    """A sentence cut to what fits into the closing of a socket: 123 bytes."""
    return str(error).encode()[:120].decode("utf-8", "ignore")
