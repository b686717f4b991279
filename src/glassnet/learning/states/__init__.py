"""A training's states: recorded within a budget, found again to the bit at any step, gone on from."""
