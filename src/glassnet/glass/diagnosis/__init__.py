"""Diagnosis: what is wrong with a network, its training or its data, with evidence and one remedy for each."""
