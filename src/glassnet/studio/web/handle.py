"""``glassnet.studio(...)``: a running studio, its link, its end."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING

from glassnet.errors import InvalidInput, UnusableFile
from glassnet.studio.web.asked import MakeSession, Notify, Session
from glassnet.studio.web.entrance import Entrance
from glassnet.studio.web.names import ANY, LOOPBACK, names_of
from glassnet.studio.web.pupils import Pupils

if TYPE_CHECKING:
    import uvicorn

    from glassnet.data.source import TableLike

BACKLOG = 128
CONNECTIONS = 512  # at a time; more are answered with 503
PING = 20.0  # seconds between two questions whether a tab is still there, and for the answer


class Studio:
    """A studio that runs in a thread of its own. Its link works at once: a request waits until the server is loaded.

    Args:
        make: makes a session for each who comes in.
        host: where it listens.
        port: the number of the port, 0 for any that is free.
        uses: how often each link works.

    Raises:
        InvalidInput: there is no such port or host.
        UnusableFile: the port is taken, or may not be used.
    """

    def __init__(self, make: MakeSession, host: str = "127.0.0.1", port: int = 0, uses: int = 1) -> None:
        self.entrance, self.pupils = Entrance(uses), Pupils(make)
        self._host = host
        self._socket = listening(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._stopped, self._failure = False, list[BaseException]()
        # Asked instead of the thread: one whose `join` was interrupted by Ctrl-C says that it is dead (Python 3.11).
        self._ended = threading.Event()
        threading.Thread(target=self._serve, name="glassnet studio", daemon=True).start()

    @property
    def url(self) -> str:
        """A link that works: the same until it has been used."""
        return self._link(self.entrance.token())

    def new_url(self) -> str:
        """Another link, for another person; those given before go on working."""
        return self._link(self.entrance.new_token())

    @property
    def runs(self) -> bool:
        """Whether it answers."""
        return not (self._stopped or self._ended.is_set())

    def wait(self) -> None:
        """Return when the studio has ended; Ctrl-C is heard."""
        while not self._ended.wait(0.5):
            pass
        for failure in self._failure:
            raise failure

    def stop(self) -> list[str]:
        """End it at once. Runs that were changed are kept.

        Returns:
            A sentence for each run: where it is.
        """
        if not self.runs:
            return []
        self._stopped = True
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True
        self._ended.wait(5)
        self.pupils.close()
        from glassnet.studio.web.kept import keep

        return keep(self.pupils.sessions)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<glassnet studio at {self.url}>" if self.runs else "<glassnet studio, stopped>"

    def _repr_html_(self) -> str:
        """A card for notebooks: a link, and the network as it is now; in a saved one the link has been used."""
        from glassnet.glass.sheet import styled
        from glassnet.studio.words import word

        link = escape(self.url, quote=True)
        opens = f'<a href="{link}" target="_blank" rel="noopener noreferrer">{word("card.open")}</a>'
        said = f"{opens}: {word('card.about')}" if self.runs else word("card.stopped")
        return styled(f'<p>{said}</p><div class="glassnet-scene">{self.pupils.picture()}</div>')

    def _link(self, token: str) -> str:
        name = "127.0.0.1" if self._host in (*LOOPBACK, *ANY) else self._host
        if self._host in ANY:
            name = socket.gethostname()
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}/?token={token}"

    def _serve(self) -> None:
        try:
            with self._socket:
                self._server = _server(self.entrance, self.pupils, self._host)
                self._server.should_exit = self._stopped
                threading.Thread(target=self.pupils.prepare, name="studio-first", daemon=True).start()
                self._server.run(sockets=[self._socket])
        except BaseException as failure:
            self._failure.append(failure)
        finally:
            self._ended.set()


def studio(
    model: object = None, data: TableLike | None = None, port: int = 0, open_browser: bool | None = None
) -> Studio:
    """Open the studio: a page in the browser, on the real engine.

    Args:
        model: a fitted model to look into, or the path of one; None begins with the lessons.
        data: its table, or one to learn from: whatever :func:`glassnet.open_source` takes.
        port: the number of the port on 127.0.0.1; 0 for any that is free.
        open_browser: whether to open the page; None does where there is a desktop, and not in notebooks, which show a
            link.

    Returns:
        The running studio: ``url`` is a link that works once; ``stop()`` and the end of a ``with`` block end it.

    Raises:
        UnusableFile: the port is taken; the model or the table cannot be read.
        InvalidInput: there is no such port; the table does not fit the model.

    >>> with studio(open_browser=False) as page:
    ...     page.url
    'http://127.0.0.1:.../?token=...'
    """
    running = Studio(sessions(model, data), port=port)
    if open_browser or (open_browser is None and has_desktop()):
        show(running.url)
    return running


def sessions(model: object = None, data: TableLike | None = None) -> MakeSession:
    """What makes sessions that begin with a model, a table, or neither; both are opened now.

    Args:
        model: as for `studio`.
        data: as for `studio`.

    Raises:
        GlassnetError: they cannot be read, or shown.
    """
    if isinstance(model, str | os.PathLike):
        from glassnet.files import load

        model = load(model)
    if data is not None:
        from glassnet.data.reading.opening import open_source

        data = open_source(data)

    def make(notify: Notify) -> Session:
        from glassnet.studio.session.session import Session as Made

        return Made(notify, model, data)

    if model is not None or data is not None:
        make(lambda: None).close()  # what cannot be shown is refused now, not when the first pupil comes in
    return make


def show(url: str) -> None:
    """Open a page in the browser, without waiting for it."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()


def has_desktop() -> bool:
    """Whether a browser can be opened where the person is: no notebook, no other machine."""
    if "ipykernel" in sys.modules or "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"})


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound.

    Args:
        host: a name or an address of this machine.
        port: its number.

    Raises:
        InvalidInput: there is no such port or host.
        UnusableFile: it is taken, or may not be used.
    """
    if not 0 <= port <= 65535:
        raise InvalidInput("a port has a number from 0 to 65535", seen=str(port), remedy="0 takes any that is free")
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise InvalidInput(f"there is no host {host!r}", str(error), "127.0.0.1 is this machine") from None
    made = socket.socket(family, kind, number)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of a studio that has just ended
    try:
        made.bind(address)
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise _refused(error, host, port) from None
    return made


def _refused(error: OSError, host: str, port: int) -> UnusableFile | InvalidInput:
    if error.errno == errno.EADDRINUSE:
        remedy = "give another --port, or none: then any that is free is taken"
        return UnusableFile(f"port {port} is taken by another program", "perhaps another studio", remedy)
    if error.errno in (errno.EACCES, errno.EPERM):
        return UnusableFile(f"port {port} may not be used", str(error.strerror), "give one above 1023")
    return InvalidInput(
        f"{host!r} is not an address of this machine", str(error.strerror), "127.0.0.1 is for this machine alone"
    )


def _server(entrance: Entrance, pupils: Pupils, host: str) -> uvicorn.Server:
    import uvicorn

    from glassnet.studio import limits
    from glassnet.studio.web.server import Server

    config = uvicorn.Config(
        Server(entrance, pupils).application(names_of(host)),
        loop="asyncio",
        http="h11",
        ws="websockets-sansio",
        ws_max_size=limits.MESSAGE.most,
        ws_ping_interval=PING,
        ws_ping_timeout=PING,
        ws_per_message_deflate=False,  # costs more than the loopback, and is a way to fill the memory
        lifespan="off",
        log_config=None,
        log_level="error",  # bad requests are not worth a line
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=1,
    )
    config.load()  # what the first request needs, before all that the first session needs
    return uvicorn.Server(config)
