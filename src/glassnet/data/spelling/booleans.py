"""Booleans as people write them: pairs of words, those that mean true before the others."""

from __future__ import annotations

from collections.abc import Iterable

PLAIN = "true/false"
PAIRS = {
    pair: tuple(tuple(words.split(",")) for words in pair.split("/"))
    for pair in (
        *(PLAIN, "yes/no", "y/n", "t/f", "on/off", "yes,y/no,n", "true,t/false,f", "true,yes/false,no"),
        *("ja/nein", "j/n", "ja,j/nein,n", "wahr/falsch", "oui/non", "o/n", "oui,o/non,n", "vrai/faux"),
        *("sí/no", "si/no", "s/n", "sí,si,s/no,n", "verdadero/falso", "vero/falso", "sim/não", "sim,s/não,n"),
        *("ja/nee", "ja/nej", "tak/nie", "ano/ne", "evet/hayır", "да/нет", "ναι/όχι", "はい/いいえ", "是/否"),
    )
}
TRUTH = {"true": True, "false": False}


def common_pair(words: Iterable[str]) -> str | None:
    """The first pair that holds all ``words``, which are in lower case.

    >>> common_pair({"oui", "non"}), common_pair({"yes", "no", "y"}), common_pair({"yes", "maybe"})
    ('oui/non', 'yes,y/no,n', None)
    """
    wanted = set(words)
    return next((name for name, (true, false) in PAIRS.items() if wanted <= {*true, *false}), None)


def truths(pair: str) -> dict[str, bool]:
    """From each word of a pair to what it means."""
    true, false = PAIRS[pair]
    return {word: word in true for word in (*true, *false)}
