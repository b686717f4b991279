"""Explanations: what each column contributed to an answer, what would flip it, and which columns matter at all."""

from glassnet.views.explain.explain import explain
from glassnet.views.explain.explanation import Explanation, Part
from glassnet.views.explain.flips import Flip
from glassnet.views.explain.importance import Importance, importance
from glassnet.views.explain.methods import METHODS, Method

__all__ = ["METHODS", "Explanation", "Flip", "Importance", "Method", "Part", "explain", "importance"]
