"""Floor 7: seeing fitted models: explanations, displays by matplotlib, the table of figures, notebooks."""
