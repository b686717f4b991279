"""Gradient checks: the gradient that trains beside finite differences and the computation graph."""
