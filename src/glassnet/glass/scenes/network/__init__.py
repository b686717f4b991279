"""Scenes of a network: every unit, one block a layer, the building blocks."""
