"""Floor 2: a network is data. Layers make it up, one flat vector holds its parameters."""

from glassnet.network import norms as norms  # registers its layers: files may name them before anyone imports it
