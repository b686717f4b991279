"""Floor 1. What a column of text is: its cells seen in every way, and the verdict from all of them."""
