"""How fitted models show themselves in notebooks: scikit-learn's own display, and the network's picture below it."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator

from glassnet.notebook_hook import Bundle, bundle_of


class Showing(BaseEstimator):
    """``_repr_mimebundle_``, for estimators on arrays; before ``fit``, or where pictures are not wanted, as they do."""

    def _repr_mimebundle_(self, **wanted: Any) -> Bundle:
        bundle: Bundle = super()._repr_mimebundle_(**wanted)
        if "parameters_" not in vars(self) or "text/html" not in bundle:  # sklearn.set_config(display="text")
            return bundle
        drawn = bundle_of(self.fitted)
        return drawn | bundle | {"text/html": bundle["text/html"] + drawn.get("text/html", "")}


class ShowingTables:
    """``_repr_mimebundle_``, for the model of a whole table."""

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        model: Any = self
        if not hasattr(model, "parameters"):
            return {"text/plain": repr(self)}
        words = f"{self!r}\n{model.target.name}: {model.target.reason}\n\n{model.network.summary()}"
        return bundle_of(model.fitted) | {"text/plain": words}
