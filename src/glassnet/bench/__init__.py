"""Floor 9: the same training on this machine by everybody who can do it, side by side in one run.

Who takes part is the table in ``contenders``, on what that in ``networks``, what is measured that in ``measures``.
"""
