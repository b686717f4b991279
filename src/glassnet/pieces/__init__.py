"""Floor 1: stateless mathematics on arrays. Every choice a user can make by name is a record in one of its tables."""
