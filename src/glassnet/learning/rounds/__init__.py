"""Training over shards of the rows: rounds of steps whose results are averaged, whoever computes them."""
