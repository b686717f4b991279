"""The data floor: anything tabular becomes a ``Source`` of blocks, and a block becomes numbers.

``open_source`` (opening.py) takes a path, an array, a frame or the name of a bundled set; ``TableEncoder``
(encoder.py) learns how columns become numbers; ``TargetEncoder`` (target.py) does it for the answer; ``holdout`` and
``epoch_order`` (splits.py) say which rows are used when; arrays.py checks the arrays of those who need no table.
"""
