"""Floor 4: learning. Epochs, validation, stopping, checkpoints; no arithmetic of its own."""
