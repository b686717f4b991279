"""Floor 5: seeing. Everything here only reads, and changes no bit of what it looks at."""
