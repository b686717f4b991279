"""Gradient checks: the gradient that trains, compared with finite differences and the computation graph."""
