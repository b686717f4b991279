"""Traces: every number of one training step, taken from the engine that trains."""
