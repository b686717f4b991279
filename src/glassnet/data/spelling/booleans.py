"""Booleans as people write them: pairs of words, the one that means true before the other."""

from __future__ import annotations

from collections.abc import Iterable

PLAIN = "true/false"
PAIRS = {
    pair: tuple(pair.split("/"))
    for pair in (
        *(PLAIN, "yes/no", "y/n", "t/f", "on/off"),
        *("ja/nein", "j/n", "wahr/falsch", "oui/non", "o/n", "vrai/faux", "sí/no", "si/no", "s/n"),
        *("verdadero/falso", "vero/falso", "sim/não", "ja/nee", "ja/nej", "tak/nie", "ano/ne", "evet/hayır"),
        *("да/нет", "ναι/όχι", "はい/いいえ", "是/否"),
    )
}

TRUTH = dict(zip(PAIRS[PLAIN], (True, False), strict=True))


def common_pair(words: Iterable[str]) -> str | None:
    """The first pair that holds all ``words``, which are in lower case.

    >>> common_pair({"oui", "non"}), common_pair({"yes", "maybe"})
    ('oui/non', None)
    """
    wanted = set(words)
    return next((name for name, pair in PAIRS.items() if wanted <= set(pair)), None)
