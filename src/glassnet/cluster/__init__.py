"""Floor 5: who computes the rounds of a training: this process, or the workers of a Ray cluster.

What a round is, and the protocol that these two fulfil, is said in ``learning/rounds/``.
"""
