"""How fitted models show themselves in notebooks: scikit-learn's own display, and the network's picture below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator

from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.notebook_hook import Bundle

if TYPE_CHECKING:
    from glassnet.glass.scenes import Scene


class Showing(BaseEstimator):
    """``_repr_mimebundle_``, for estimators on arrays; before ``fit``, or where pictures are not wanted, as they do."""

    def _repr_mimebundle_(self, **wanted: Any) -> Bundle:
        bundle: Bundle = super()._repr_mimebundle_(**wanted)
        fitted = vars(self)
        if "parameters_" not in fitted or "text/html" not in bundle:  # sklearn.set_config(display="text")
            return bundle
        labels = fitted.get("labels_")
        classes = None if labels is None else labels.classes
        drawn = _drawn(fitted["network_"], fitted["parameters_"], fitted.get("feature_names_in_"), classes)
        return {**bundle, "text/html": bundle["text/html"] + drawn.html(), "image/svg+xml": drawn.svg()}


class ShowingTables:
    """``_repr_mimebundle_``, for the model of a whole table."""

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        model: Any = self
        if not hasattr(model, "parameters"):
            return {"text/plain": repr(self)}
        drawn = _drawn(model.network, model.parameters, model.encoder.output_names, model.target.classes)
        words = f"{self!r}\n{model.target.name}: {model.target.reason}\n\n{model.network.summary()}"
        return {"text/html": drawn.html(), "image/svg+xml": drawn.svg(), "text/plain": words}


def _drawn(network: Network, parameters: Parameters, names: Any, classes: Any) -> Scene:
    """The picture, with the user's names."""
    from glassnet.glass.scenes.network.overview import overview
    from glassnet.glass.scenes.network.reading import output_names

    return overview(network, parameters, names=names, outputs=output_names(network, classes))
