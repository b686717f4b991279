"""The records: a line of JSON for each (set, split, method), appended as soon as it is measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Key = tuple[str, int, str]


def key(record: Record) -> Key:
    """What a record is of."""
    return record["set"], record["split"], record["method"]


def read(path: Path) -> list[Record]:
    """The records of a file, the last where a key occurs twice; of none where there is no file.

    A last line that was cut off, as where the machine stopped, is not a record.
    """
    return list({key(record): record for record in _lines(path)}.values())


def append(path: Path, record: Record) -> None:
    """Add one line."""
    with path.open("a+b") as file:
        file.seek(0, 2)
        cut_off = file.tell() > 0 and (file.seek(-1, 2), file.read(1))[1] != b"\n"
        file.write(b"\n" * cut_off + json.dumps(record, sort_keys=True).encode() + b"\n")


def _lines(path: Path) -> Iterator[Record]:
    if not path.exists():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue
