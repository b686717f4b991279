"""Hypothesis draws the same examples in every run, at its own pace."""

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("same")
