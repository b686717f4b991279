"""Floor 9: the studio, a page in the browser on the real engine, for people who learn and people who look.

``session/`` knows no HTTP, ``parts/`` makes the markup, ``web/`` knows no networks. The package is called as the
function of its name:

>>> import glassnet
>>> with glassnet.studio(open_browser=False) as page:
...     print(page.url)
http://127.0.0.1:.../?token=...
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glassnet.data.source import TableLike
    from glassnet.studio.web.handle import Studio, studio

__all__ = ["studio"]


class _Callable(ModuleType):
    """``glassnet.studio(...)`` works whether or not something of this package was imported before."""

    def __call__(
        self, model: object = None, data: TableLike | None = None, port: int = 0, open_browser: bool | None = None
    ) -> Studio:
        from glassnet.studio.web.handle import studio

        return studio(model, data, port, open_browser)


if not TYPE_CHECKING:
    studio = sys.modules[__name__]
    studio.__class__ = _Callable
