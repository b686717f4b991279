"""Floor 10: benchmarks, the same training on this machine by glassnet and other libraries, side by side in one run.

Three tables: the libraries are in ``contenders``, the networks in ``networks.py``, what is measured in ``measures.py``.
"""
