"""Scenes of matrices and their product."""
