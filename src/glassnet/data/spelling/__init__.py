"""Floor 1. How people write numbers, dates and booleans: tables of spellings, and the readers that follow them."""
