"""The model of a whole table: recipe, encoders, network, evaluation."""
