"""The live socket: the newest only, when the page is ready for it, at most so often a second.

A page answers each message with ``ready``, and gets the next one then. So one message at most is under way to each,
however slow it is; its newest state shows what a session did meanwhile. What a page asks for is done one thing after
another; while that takes long, the socket is read and the page shows that something is computed.
"""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from glassnet.errors import GlassnetError, InvalidInput
from glassnet.studio import limits
from glassnet.studio.web.asked import Viewer
from glassnet.studio.web.executor import Executor
from glassnet.studio.web.pupils import Pupil
from glassnet.studio.words import word
from glassnet.text import one_line

BAD_DATA, TOO_BIG, TRY_LATER = 1003, 1009, 1013  # why a socket is closed, as its protocol numbers it
LONG = 0.3  # seconds after which a page says that something is computed


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
        self._viewer: Viewer | None = None
        self._seq = 0
        self._error = ""
        self._bucket = Bucket(limits.MESSAGES, limits.BURST)
        self._room = asyncio.Semaphore(limits.WAITING)
        self._asked: set[asyncio.Future[None]] = set()

    async def run(self) -> None:
        """Until the tab is closed, or what it sends cannot be meant."""
        try:
            self._pupil.enter(self._wake)
        except InvalidInput as error:
            await self._websocket.close(TRY_LATER, _reason(error))
            return
        executor = Executor("studio-tab")
        sending = asyncio.create_task(self._send(executor))
        try:
            await self._receive()
        except WebSocketDisconnect:
            pass
        finally:
            self._pupil.leave(self._wake)
            executor.close()
            for waited in (sending, *self._asked):
                waited.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _wake(self) -> None:
        """From any thread, also after the end."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._news.set)

    # -- to the page -------------------------------------------------------------------------------------------------

    async def _send(self, executor: Executor) -> None:
        while True:
            begun = time.monotonic()
            try:
                message = await executor.submit(self._lacking) or {}
            except Exception as error:
                self._error, message = _sentence(error), {}
            if self._error:
                message, self._error = {**message, "error": self._error}, ""
            if message:
                self._seq += 1
                self._credit.clear()
                text = json.dumps({**message, "seq": self._seq}, ensure_ascii=False, separators=(",", ":"))
                await self._websocket.send_text(text)
                await asyncio.sleep(1 / limits.FRAMES - (time.monotonic() - begun))
                await self._credit.wait()
            await self._news.wait()
            self._news.clear()

    def _lacking(self) -> Mapping[str, object] | None:
        """What the page is to be sent."""
        self._viewer = self._viewer or self._pupil.session.viewer()
        return self._viewer.message()

    # -- from the page -----------------------------------------------------------------------------------------------

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
            try:
                message = read(text)
            except InvalidInput as error:
                self._complain(str(error))
                continue
            if message["do"] != "ready":
                await self._ask(message)
            elif message.get("seq") == self._seq:
                self._credit.set()

    async def _ask(self, message: Mapping[str, object]) -> None:
        """Have done what a message asks, after what was asked before."""
        await self._room.acquire()
        asked = self._pupil.executor.submit(lambda: self._pupil.session.receive(message))
        self._asked.add(asked)
        asked.add_done_callback(self._done)
        self._loop.call_later(LONG, self._look_again, asked)

    def _look_again(self, asked: asyncio.Future[None]) -> None:
        """What takes long is said in every tab."""
        if not asked.done():
            self._pupil.notify()

    def _done(self, asked: asyncio.Future[None]) -> None:
        self._asked.discard(asked)
        self._room.release()
        if not asked.cancelled() and (error := asked.exception()) is not None:
            self._complain(_sentence(error))

    def _complain(self, sentence: str) -> None:
        self._error = sentence
        self._news.set()


def _sentence(error: BaseException) -> str:
    """What was wrong with a message; a fault of ours must not end the work of a pupil."""
    if isinstance(error, GlassnetError):
        return str(error)
    traceback.print_exception(error)
    return word("fault", error=f"{type(error).__name__}: {one_line(error)}")


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
        InvalidInput: it is not a JSON object that says what to ``do``.

    >>> read('{"do": "seek", "step": 3}')
    {'do': 'seek', 'step': 3}
    """
    from glassnet.archive.strict_json import loads  # loads NumPy, which the first requests need not wait for

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
