"""Explanations: what each column contributed to an answer, what would flip it, and which columns matter at all."""

from glassnet.glass.explain.explain import explain
from glassnet.glass.explain.explanation import Explanation, Part
from glassnet.glass.explain.flips import Flip
from glassnet.glass.explain.importance import Importance, importance
from glassnet.glass.explain.methods import METHODS, Method

__all__ = ["METHODS", "Explanation", "Flip", "Importance", "Method", "Part", "explain", "importance"]
