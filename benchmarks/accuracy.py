"""How good glassnet is on real tables, against other libraries: each with its default settings, on the same rows.

    python benchmarks/accuracy.py DATA_FOLDER
    python benchmarks/accuracy.py DATA_FOLDER --quick
    python benchmarks/accuracy.py DATA_FOLDER --methods glassnet CatBoost --sets california adult --splits 5

DATA_FOLDER has a folder for each set, with meta.json and data.csv.gz (or data.csv), of pictures data.npz. One line of
JSON is appended to the records for each (set, split, method), so that a run that was stopped goes on where it was.
Libraries that are not installed are left out, and named. ``comparison/`` has the parts; its ``methods.py`` is the list
of estimators.
"""

from comparison.command import main

if __name__ == "__main__":
    raise SystemExit(main())
