"""The parts of ``accuracy.py``: sets, methods, the process that fits one, records, statistics, report, picture."""
