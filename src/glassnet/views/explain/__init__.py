"""Explanations: what each column contributed to a prediction, what would change it, which columns matter at all."""

from glassnet.views.explain.counterfactuals import Counterfactual
from glassnet.views.explain.explain import explain
from glassnet.views.explain.explanation import Explanation, Part
from glassnet.views.explain.importance import Importance, importance
from glassnet.views.explain.methods import METHODS, Method

__all__ = ["METHODS", "Counterfactual", "Explanation", "Importance", "Method", "Part", "explain", "importance"]
