"""What one pupil has on the desk: runs, one clock, one selection. It knows no page and no HTTP."""
