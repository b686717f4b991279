"""Floor 1: tables. Anything tabular becomes a ``Source`` of blocks, and a block becomes numbers.

``open_source`` (reading/opening.py) takes a path, an array, a frame or the name of a bundled set; ``TableEncoder``
(encoder.py) learns how columns become numbers, ``TargetEncoder`` (target.py) how the target does; ``holdout``
(holdout.py) and ``Split`` (splitting/) divide the rows.
"""
