"""Maps as scenes: the decision map and the cost surface, drawn without matplotlib, with frames for pages that move."""
