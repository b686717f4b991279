"""The names by which a studio may be asked."""

from __future__ import annotations

import re
import socket
from contextlib import suppress

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ANY = ("0.0.0.0", "::", "")  # hosts that mean every address of this machine


def names_of(host: str) -> frozenset[str]:
    """The names by which a server may be asked, as they stand in addresses.

    Args:
        host: where it listens.

    >>> sorted(names_of("127.0.0.1"))
    ['127.0.0.1', '[::1]', 'localhost']
    """
    names = set(LOOPBACK)
    if host in LOOPBACK or host == "::1":
        return frozenset(names)
    own = socket.gethostname()
    names |= {own, f"{own}.local", socket.getfqdn()}
    names |= _addresses(own) if host in ANY else {host}
    return frozenset(f"[{name}]" if ":" in name and name[0] != "[" else name for name in map(str.lower, names))


def _addresses(own: str) -> set[str]:
    """The addresses of this machine that are known without a request."""
    found: set[str] = set()
    with suppress(OSError):
        found |= {str(address[0]).partition("%")[0] for *_, address in socket.getaddrinfo(own, None)}
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))  # sends nothing: the system says from where it would
            found.add(probe.getsockname()[0])
    return found


def name_in(host: str) -> str | None:
    """The name in a ``Host`` header, in small letters, without the port; None where it is not well formed.

    >>> name_in("LOCALHOST:8000"), name_in("[::1]:80"), name_in("a b")
    ('localhost', '[::1]', None)
    """
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", host.lower())
    return found[1] if found else None
