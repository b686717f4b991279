"""Floor 5: seeing. Whoever looks from here reads, and leaves every bit of what it looks at as it was."""
