"""One file of arrays and facts: the ground under model files and checkpoints.

An archive is one ``.safetensors`` file: arrays as tensors, everything else as one string of JSON in its metadata. It
holds no code, so reading one executes nothing, and every length and name in it is checked before it is believed.
"""

from glassnet.archive.atomic import replace_atomically
from glassnet.archive.reading import Archive, read
from glassnet.archive.untrusted import Arrays, Facts
from glassnet.archive.writing import write

__all__ = ["Archive", "Arrays", "Facts", "read", "replace_atomically", "write"]
