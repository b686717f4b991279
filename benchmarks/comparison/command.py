"""The command: what is still to be measured, a process for each method and set, the report."""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from comparison import records as kept
from comparison.methods import METHODS, installed
from comparison.picture import draw
from comparison.report import report
from comparison.sets import metas
from glassnet.bench.environment import environment
from glassnet.bench.machine import described

QUICK_ROWS, QUICK_SPLITS, SPLITS = 5000, 1, 3
LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "torch")  # and each method's own


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says.

    >>> arguments(["data", "--quick"]).splits
    1
    """
    parser = argparse.ArgumentParser(
        prog="accuracy.py", description="Error of several libraries on a folder of tables."
    )
    parser.add_argument("folder", type=Path, help="a folder for each set, with data.csv.gz and meta.json")
    parser.add_argument("--quick", action="store_true", help=f"sets up to {QUICK_ROWS} rows, one split, no slow method")
    parser.add_argument("--methods", nargs="+", choices=METHODS, metavar="NAME", help=", ".join(METHODS))
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="only these sets")
    parser.add_argument("--most-rows", type=int, help="only sets with at most so many rows")
    parser.add_argument("--splits", type=int, help=f"splits and seeds of each set (default {SPLITS})")
    parser.add_argument("--threads", type=int, default=1, help="of each method (default 1)")
    parser.add_argument("--records", type=Path, default=Path("accuracy_records.jsonl"), help="appended to")
    parser.add_argument("--picture", type=Path, default=Path("accuracy.svg"), help="where it is drawn, .svg or .png")
    parser.add_argument("--report-only", action="store_true", help="measure nothing, report what the records have")
    options = parser.parse_args(given)
    options.splits = options.splits or (QUICK_SPLITS if options.quick else SPLITS)
    return options


def chosen_methods(options: argparse.Namespace) -> list[str]:
    """Those asked for that are installed; the others are named on the way."""
    asked = options.methods or [name for name, method in METHODS.items() if method.quick or not options.quick]
    lacking = [name for name in asked if installed(METHODS[name].package) is None]
    for name in lacking:
        print(f"{name} is left out: {METHODS[name].package} is not installed")
    return [name for name in asked if name not in lacking]


def chosen_sets(options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The sets asked for, the small ones first."""
    found = metas(options.folder)
    if unknown := set(options.sets or ()) - set(found):
        raise SystemExit(f"{options.folder} has no set {', '.join(sorted(unknown))}; it has {', '.join(found)}")
    most = min(options.most_rows or sys.maxsize, QUICK_ROWS if options.quick and not options.sets else sys.maxsize)
    named = options.sets or found
    return {name: meta for name, meta in found.items() if name in named and meta["n_rows"] <= most}


def measure(options: argparse.Namespace) -> None:
    """Append a record for each (set, split, method) that the file lacks."""
    methods, sets = chosen_methods(options), chosen_sets(options)
    done = {kept.key(record) for record in kept.read(options.records)}
    machine = {name: facts for name, facts in described(()).items() if name != "cleared"}
    for name, meta in sets.items():
        for method in methods:
            todo = [number for number in range(options.splits) if (name, number, method) not in done]
            for found in run(options, name, method, todo) if todo else ():
                facts = {"task": meta["task"], "simulated": bool(meta.get("simulated")), "threads": options.threads}
                facts |= {"machine": machine, "versions": versions(method), "when": _now()}
                kept.append(options.records, {"set": name, "method": method, **facts, **found})
                print(f"{name:16s} {found['split']}  {method:22s} {_said(found)}", flush=True)


def run(options: argparse.Namespace, name: str, method: str, splits: list[int]) -> Iterator[dict[str, Any]]:
    """What a process of its own found for each split; where it died, that it failed."""
    command = [sys.executable, "-m", "comparison.worker", str(options.folder), name, method, str(options.threads)]
    process = subprocess.Popen(
        [*command, *map(str, splits)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment(options.threads), text=True,
    )  # fmt: skip
    assert process.stdout is not None
    left = list(splits)
    with process:
        for line in process.stdout:
            found = json.loads(line)
            left.remove(found["split"])
            yield found
    yield from ({"split": number, "load": 0.0, "failed": f"exit code {process.returncode}"} for number in left)


def versions(method: str) -> dict[str, str]:
    """Of Python, of the method's own package and of those under it."""
    packages = (*LIBRARIES, METHODS[method].package)
    return {"python": platform.python_version()} | {p: found for p in packages if (found := installed(p)) is not None}


def main(given: Sequence[str] | None = None) -> int:
    """Measure and report."""
    options = arguments(given)
    if not options.report_only:
        measure(options)
    methods, sets = options.methods or METHODS, chosen_sets(options)
    shown = [r for r in kept.read(options.records) if r["method"] in methods and r["set"] in sets]
    print("\n" + report([record for record in shown if record["split"] < options.splits]))
    if shown and draw(shown, options.picture):
        print(f"\nDrawn: {options.picture}")
    return 0


def _said(found: dict[str, Any]) -> str:
    return found.get("failed") or f"error {found['error']:.4f}  fit {found['fit_seconds']:.2f} s"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
