"""Several networks that answer together: what is kept of their trainings, how it is chosen, how it answers."""
