"""The lessons, one a file: what a file defines is its record ``LESSON``; its name is the lesson's."""
