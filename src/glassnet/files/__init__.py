"""Floor 7: the model file. One ``.safetensors`` file holds all a model is, and no code."""

from glassnet.files.describing import describe
from glassnet.files.model_file import load, refuse_other_file, save

__all__ = ["describe", "load", "refuse_other_file", "save"]
