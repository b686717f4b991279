"""Floor 2: a network is data. Layers make it up, one flat vector holds its parameters."""
