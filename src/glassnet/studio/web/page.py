"""The shell of the page."""

from __future__ import annotations


def shell() -> str:
    """The page, the same for everybody: what is in it comes by the socket."""
    from glassnet.studio.web.doors import PAGE

    return PAGE.format(title="glassnet studio", text="Soon.", more="")
