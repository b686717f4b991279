"""Looking into a fitted network: what each layer makes of rows, and what each input does to an output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


class Inspection:
    """``layer_outputs`` and ``input_gradients``, for every estimator that is a network."""

    network_: Network
    parameters_: Parameters
    _inputs: Callable[[Any], Any]

    def layer_outputs(self, X: Any) -> list[Array]:
        """What every layer makes of rows: ``A[l]`` (m, n[l]) for l = 0 ... L; ``A[0]`` is ``X``, ``A[L]`` is ``y^``.

        A normalisation or dropout is a layer of its own, in the order of ``network_``.

        Args:
            X: (m, n), dense or sparse.
        """
        X = self._inputs(X)
        return list(self.network_.forward(X, self.parameters_).A.values())

    def input_gradients(self, X: Any, output: int = 0) -> Array:
        """The slope of one output's score by each input, ``dZ[L][output] / dX`` (m, n), by back propagation.

        The score is what comes before the link (of a classifier: before sigmoid or softmax), where slopes do not fade
        as answers become certain.

        Args:
            X: (m, n), dense or sparse.
            output: which of the network's outputs, from 0; of two classes there is one, for the second class.

        Raises:
            InvalidInput: no such output.
        """
        from glassnet.glass.slopes import Score  # explanations are loaded when one is asked for

        X = self._inputs(X)
        k = self.network_.outputs
        if not isinstance(output, (int, np.integer)) or not 0 <= output < k:
            raise InvalidInput(f"output must be one of the network's {k}, from 0", seen=repr(output))
        return Score(self.network_, self.parameters_, int(output))(X)[1]
