"""Training over shards of the rows: rounds of steps whose results are averaged, on any workers."""
