"""Floor 0: one file of arrays and facts, the format below model files and checkpoints.

An archive is one ``.safetensors`` file: arrays as tensors, everything else as one string of JSON in its metadata. It
holds no code, so reading one executes nothing, and every length and name in it is checked before it is used.
``write`` (writing.py) and ``read`` (reading.py) are the whole interface; ``Facts`` and ``Arrays`` (untrusted.py) check
what was read; ``replace_atomically`` (atomic.py) writes any other file as safely.
"""

from glassnet.archive.atomic import replace_atomically
from glassnet.archive.reading import Archive, kind_at, read
from glassnet.archive.untrusted import Arrays, Facts
from glassnet.archive.writing import write

__all__ = ["Archive", "Arrays", "Facts", "kind_at", "read", "replace_atomically", "write"]
