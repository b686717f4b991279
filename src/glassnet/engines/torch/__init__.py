"""Floor 3: the PyTorch engine, for a GPU: whole steps captured once, several trainings stacked in one."""
