"""Files cut short, with flipped bits, or patched at random."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

from safetensors.numpy import save_file

from glassnet.archive import Archive, read

Outcome = Callable[[Path], Archive | None]


def content(archive: Archive) -> tuple[object, ...]:
    arrays = sorted((name, a.dtype.str, a.shape, a.tobytes()) for name, a in archive.arrays.items())
    return archive.facts, archive.version, arrays


def test_cut_at_every_byte(small: Path, outcome: Outcome) -> None:
    whole = small.read_bytes()
    for length in range(len(whole)):
        small.write_bytes(whole[:length])
        assert outcome(small) is None, length
    small.write_bytes(whole + b"\0")
    assert outcome(small) is None


def test_every_bit_flipped(small: Path, outcome: Outcome) -> None:
    whole, sound = small.read_bytes(), content(read(small, kind="model", newest=2))
    accepted = 0
    for bit in range(8 * len(whole)):
        small.write_bytes(flipped(whole, bit))
        found = outcome(small)
        accepted += found is not None
        assert found is None or content(found) == sound, bit
    # Where the flip is in the word "crc32" itself, the content is unharmed and only the comparison is lost.
    assert accepted < 8 * len("crc32")


def test_every_bit_flipped_without_a_checksum(small: Path, outcome: Outcome) -> None:
    arrays, facts, _ = read(small, kind="model", newest=2)
    save_file(dict(arrays), small, metadata={"glassnet": "model 2", "facts": json.dumps(facts)})
    whole = small.read_bytes()
    for bit in range(8 * len(whole)):
        small.write_bytes(flipped(whole, bit))
        found = outcome(small)
        if found is not None:
            # A flip may lengthen the side of an array that is empty anyway; no other shape can change.
            shapes = sorted(array.shape for array in found.arrays.values() if array.size)
            assert shapes == [(), (2, 3), (3,), (3,)], bit
            assert sum(array.size == 0 for array in found.arrays.values()) == 1, bit


def flipped(whole: bytes, bit: int) -> bytes:
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_random_damage(small: Path, outcome: Outcome) -> None:
    whole, rng = small.read_bytes(), random.Random(2024)
    refused = 0
    for _ in range(1500):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(damaged))
            piece = rng.choice(
                [b"", b"0", b"9", b"[", b'"', b"\\", b"\xff", rng.randbytes(8), bytes(damaged[:at][-20:])]
            )
            damaged[at : at + rng.randint(0, 3)] = piece
        small.write_bytes(damaged)
        found = outcome(small)
        refused += found is None
        assert found is None or sum(array.nbytes for array in found.arrays.values()) < len(damaged)
    assert refused > 1400
