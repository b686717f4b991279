"""Floor 3: who does the arithmetic. Engines run the same plan to the same numbers, some of them faster."""
