"""Files cut short, files with flipped bits."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from files.samples import SAMPLES
from glassnet.errors import BrokenFile
from glassnet.files import load, save
from glassnet.network.layers import Dense
from glassnet.network.network import Network


@pytest.fixture
def tiny(path):
    """The smallest model there is, in a file of a few hundred bytes."""
    network = Network(1, [Dense(1)])
    save((network, network.initialize(seed=0)), path)
    return path


def test_every_length_of_a_small_model(tiny):
    whole = tiny.read_bytes()
    with tiny.open("r+b") as file:
        for length in range(len(whole) - 1, -1, -1):
            file.truncate(length)
            with pytest.raises(BrokenFile):
                load(tiny)
    tiny.write_bytes(whole + b"\0")
    with pytest.raises(BrokenFile):
        load(tiny)


@pytest.mark.parametrize("name", SAMPLES)
def test_many_lengths_of_every_kind(name, saved, path, survives, trained):
    whole = saved[name].read_bytes()
    for length in np.linspace(0, len(whole) - 1, 60).astype(int):
        path.write_bytes(whole[:length])
        assert not survives(path, trained[name][1])


def flipped(whole: bytes, bit: int) -> bytes:
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_every_bit_of_a_small_model(tiny, survives):
    whole, survived = tiny.read_bytes(), []
    with tiny.open("r+b", buffering=0) as file:
        for bit in range(8 * len(whole)):
            file.seek(bit // 8)
            file.write(bytes([whole[bit // 8] ^ 1 << bit % 8]))
            if survives(tiny, np.ones((2, 1))):
                survived.append(bit)
            file.seek(bit // 8)
            file.write(whole[bit // 8 : bit // 8 + 1])
    # Where the checksum's own name is hit, no checksum is found, and the rest is whole. Nothing else passes.
    place = whole.index(b'"crc32"')
    assert all(place <= bit // 8 < place + 8 for bit in survived)


@pytest.mark.parametrize("name", SAMPLES)
def test_random_bits_anywhere(name, saved, path, trained, survives):
    whole = saved[name].read_bytes()
    place = range(whole.index(b'"crc32"'), whole.index(b'"crc32"') + 8)
    for bit in np.random.default_rng(1).integers(0, 8 * len(whole), 100).tolist():
        path.write_bytes(flipped(whole, bit))
        assert not survives(path, trained[name][1]) or bit // 8 in place


@pytest.mark.parametrize("name", SAMPLES)
def test_random_bits_that_no_checksum_guards(name, saved, path, trained, survives):
    """What the plain library wrote has no checksum: there the model file's own checks are all there is."""
    with safe_open(saved[name], framework="numpy") as file:
        metadata = {key: value for key, value in file.metadata().items() if key != "crc32"}
    save_file(load_file(saved[name]), path, metadata)
    whole = path.read_bytes()
    assert survives(path, trained[name][1])
    tried = []
    for bit in np.random.default_rng(2).integers(0, 8 * len(whole), 120).tolist():
        path.write_bytes(flipped(whole, bit))
        tried.append(survives(path, trained[name][1]))
    assert False in tried
