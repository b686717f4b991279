"""The next one is made in the background while this one is used."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """The items of an iterator, each made by a thread of its own while the one before it is used.

    What it raises is raised here. Closing this ends the thread, after the item that it is making.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="glassnet-reader") as thread:
        making = thread.submit(next, items, end)
        while (item := making.result()) is not end:
            making = thread.submit(next, items, end)
            yield item  # type: ignore[misc]  # it is not the end
