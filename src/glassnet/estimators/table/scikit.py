"""What scikit-learn's tools ask of a table's model apart from its answers: parameters, and what they may pass."""

from __future__ import annotations

import dataclasses
from typing import Any, Self

from sklearn.utils import ClassifierTags, RegressorTags

from glassnet.data.source import TableLike
from glassnet.data.targets.values import Task
from glassnet.errors import InvalidType, unknown_name
from glassnet.estimators.table.recipe import DEFAULTS, Recipe
from glassnet.estimators.typed import BaseEstimator

Target = str | int | TableLike
"""The name of a column of the table, or the targets themselves (m,)."""

PREFIX = "recipe__"


class RecipeParameters(BaseEstimator):
    """An estimator with a recipe: its fields are parameters too, as ``recipe__epochs``, also for grids and searches."""

    recipe: Recipe | None
    task: Task | None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name.

        Args:
            deep: True adds the recipe's fields.
        """
        recipe = DEFAULTS if self.recipe is None else self.recipe
        fields = recipe.settings() if deep and isinstance(recipe, Recipe) else {}
        own = {name: getattr(self, name) for name in self._get_param_names()}
        return own | {PREFIX + name: value for name, value in fields.items()}

    def set_params(self, **params: Any) -> Self:
        """Change parameters, the recipe's fields by their names behind ``recipe__``.

        Raises:
            UnknownName: no such parameter.
        """
        known = self.get_params()
        for name in params:
            if name not in known:
                raise unknown_name(f"parameter of {type(self).__name__}", name, known)
        for name in params.keys() & {*self._get_param_names()}:
            setattr(self, name, params[name])
        fields = {name.removeprefix(PREFIX): value for name, value in params.items() if name.startswith(PREFIX)}
        if fields:
            self.recipe = dataclasses.replace(self.recipe or DEFAULTS, **fields)
        return self

    def _recipe(self) -> Recipe:
        """What the parameters say of the networks and their training.

        Raises:
            InvalidType: no recipe.
        """
        recipe = DEFAULTS if self.recipe is None else self.recipe
        if not isinstance(recipe, Recipe):
            raise InvalidType("recipe must be a Recipe", repr(recipe), "as in recipe=Recipe(hidden=(64, 64))")
        return self._own(recipe)

    def _own(self, recipe: Recipe) -> Recipe:
        """A recipe with what else is a parameter."""
        return recipe

    def _tags_for(self, task: Task | None) -> Any:
        """scikit-learn's tags of an estimator for tables, of a task where it is known."""
        tags = super().__sklearn_tags__()
        if task == "classification":
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        elif task == "regression":
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        tags.input_tags.string = tags.input_tags.categorical = tags.input_tags.allow_nan = tags.input_tags.sparse = True
        return tags
