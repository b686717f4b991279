"""The README's table of small tables, in Markdown, from what the benchmark measured on a quiet machine.

    glassnet bench --only tables --json > measured.json
    python benchmarks/small_tables.py measured.json

A cell has the least times of all turns, with whatever number of threads was fastest, in microseconds: of glassnet, then
of each peer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PEERS = {"estimator": "glassnet", "scikit-learn": "scikit-learn", "jax": "JAX"}
COLUMNS = ("iris", "wine", "diabetes", "breast_cancer", "digits")


def rows_of(sections: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """What was measured -> table -> the cell.

    Args:
        sections: of the JSON document, ``document["tables"]``.
    """
    rows: dict[str, dict[str, str]] = {}
    for section in sections:
        table, dtype, what = section["case"].split(", ", 2)
        rows.setdefault(f"{what}, {section['unit']}, {dtype}", {})[table] = _cell(section["contenders"])
    return rows


def _cell(lines: Sequence[Mapping[str, Any]]) -> str:
    """The least times of those that were measured, in the order of ``PEERS``."""
    least: dict[str, float] = {}
    for line in lines:
        if "least_us" in line:
            least[line["contender"]] = min(line["least_us"], least.get(line["contender"], float("inf")))
    return " / ".join(
        f"{least[name]:,.3g}" if least[name] < 1000 else f"{least[name]:,.0f}" for name in PEERS if name in least
    )


def markdown(rows: Mapping[str, Mapping[str, str]]) -> str:
    """The table."""
    lines = [["", *COLUMNS], ["---"] * (1 + len(COLUMNS))]
    lines += [[what, *(cells.get(table, "") for table in COLUMNS)] for what, cells in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    measured = json.loads(Path(sys.argv[1]).read_text())["tables"]
    print(f"Microseconds: {' / '.join(PEERS.values())}\n")
    print(markdown(rows_of(measured)))
