"""Pictures: scenes of plain geometry, each with a text twin, drawn as SVG.

>>> from glassnet.glass.scenes import SCENES, draw
>>> scene = draw("activation", "sigmoid")
>>> scene.svg().startswith("<svg") and "a (1 - a)" in scene.sentence
True
"""

from glassnet.glass.scenes.network.reading import seen_in
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.scenes import SCENES, SceneKind, draw, draw_from

__all__ = ["SCENES", "Scene", "SceneKind", "draw", "draw_from", "seen_in"]
