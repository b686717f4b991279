"""Scenes: pictures of plain geometry, each with a text twin, rendered as SVG.

Each is made by one function; the table of all figures, ``FIGURES``, stands in ``views/figures.py``.

>>> from glassnet.glass.scenes.curves.activations import activation_curves
>>> scene = activation_curves("sigmoid")
>>> scene.svg().startswith("<svg") and "a (1 - a)" in scene.sentence
True
"""

from glassnet.glass.scenes.scene import Scene

__all__ = ["Scene"]
