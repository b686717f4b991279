"""Scenes of curves: activations, and the history of a training."""
