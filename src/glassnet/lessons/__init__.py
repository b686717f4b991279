"""Floor 8: lessons. The workshop idea by idea, on the real engine: words, pictures, questions, settings, code.

One file of ``course/`` is one lesson; the files are the table, and listing them imports none.

>>> from glassnet import LESSONS
>>> LESSONS["chain-rule"].questions(x=-2, y=5, z=-4)[1].judge("-4").sentence
'Right: df/dx = df/dq * dq/dx = z * 1 = -4.'
"""

from glassnet.lessons.table import LESSONS

__all__ = ["LESSONS"]
