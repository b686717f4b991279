"""What is written is what is read, here and by the plain safetensors library."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from glassnet.archive import read, write
from glassnet.archive.header import DTYPES
from glassnet.errors import InvalidInput, InvalidType

same_folder = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
dtypes = st.sampled_from([np.dtype(order + code[1:]) for code in DTYPES.values() for order in "<>"])
any_array = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0)))
names = st.text(st.characters(codec="utf-8"), max_size=12).filter(lambda name: name != "__metadata__")
leaves = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
json_values = st.recursive(
    leaves | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def same_bits(ours: np.ndarray, given: np.ndarray) -> bool:
    native = given.astype(given.dtype.newbyteorder("="))
    return ours.dtype == native.dtype and ours.shape == native.shape and ours.tobytes() == native.tobytes()


@same_folder
@given(arrays=st.dictionaries(names, any_array, max_size=4), facts=st.dictionaries(texts, json_values, max_size=4))
def test_any_content_comes_back(tmp_path: Path, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    path = tmp_path / "any.safetensors"
    write(path, arrays, facts, kind="checkpoint", version=3)
    found = read(path, kind="checkpoint", newest=9)
    plain = load_file(path)
    assert found.version == 3
    assert found.facts == facts
    assert set(found.arrays) == set(plain) == set(arrays)
    assert all(same_bits(found.arrays[name], arrays[name]) for name in arrays)
    assert all(same_bits(plain[name], arrays[name]) for name in arrays)


@same_folder
@given(arrays=st.dictionaries(names.filter(bool), any_array, min_size=1, max_size=4))
def test_files_of_the_plain_library_are_read(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    path = tmp_path / "plain.safetensors"
    native = {name: np.array(array, array.dtype.newbyteorder("="), order="C") for name, array in arrays.items()}
    save_file(native, path, metadata={"glassnet": "model 1", "facts": '{"a": 1}', "note": "by hand"})
    found = read(path, kind="model", newest=1)
    assert found.facts == {"a": 1}
    assert set(found.arrays) == set(arrays)
    assert all(same_bits(found.arrays[name], native[name]) for name in arrays)


def test_the_plain_library_shows_the_metadata(small: Path) -> None:
    with safe_open(small, "numpy") as file:
        metadata = file.metadata()
        assert set(file.keys()) == {"W", "b", "mask", "step", "none"}
    assert metadata["glassnet"] == "model 2"
    assert json.loads(metadata["facts"]) == {"loss": "huber", "delta": 1.5, "hidden": [3]}


def test_arrays_begin_aligned(tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    write(
        path, {"a": np.ones(3, bool), "z": np.ones(1), "m": np.ones(1, np.float32)}, {"x": 1}, kind="model", version=1
    )
    length = int.from_bytes(path.read_bytes()[:8], "little")
    entries = json.loads(path.read_bytes()[8 : 8 + length])
    assert length % 8 == 0
    assert [entries[name]["data_offsets"] for name in "zma"] == [[0, 8], [8, 12], [12, 15]]


def views_of(base: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "transposed": base.T,
        "strided": base[::2, ::3],
        "reversed": base[::-1, ::-1],
        "fortran": np.asfortranarray(base),
        "big": base.astype(">f8"),
        "broadcast": np.broadcast_to(base[0], (3, 6)),
        "readonly": np.frombuffer(base.tobytes()).reshape(base.shape),
    }


@pytest.mark.parametrize("name", views_of(np.zeros((4, 6))))
def test_memory_order_is_no_matter(tmp_path: Path, name: str) -> None:
    view = views_of(np.random.default_rng(1).normal(size=(4, 6)))[name]
    write(tmp_path / "v", {"view": view}, {}, kind="model", version=1)
    found = read(tmp_path / "v", kind="model", newest=1).arrays["view"]
    assert found.shape == view.shape
    assert np.array_equal(found, view)


def test_not_a_number_survives_in_arrays(tmp_path: Path) -> None:
    array = np.array([math.nan, -math.nan, math.inf, -math.inf, -0.0, 5e-324])
    write(tmp_path / "n", {"a": array}, {}, kind="model", version=1)
    assert read(tmp_path / "n", kind="model", newest=1).arrays["a"].tobytes() == array.tobytes()


def test_arrays_are_owned(small: Path) -> None:
    arrays = read(small, kind="model", newest=2).arrays
    small.write_bytes(b"gone")
    for array in arrays.values():
        assert array.flags.owndata
        assert array.flags.writeable
        assert array.flags.aligned
        assert array.flags.c_contiguous
        assert array.dtype.isnative
    arrays["W"] += 1
    assert arrays["W"].sum() == 21


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    a, b = np.arange(3.0), np.arange(4, dtype=np.int32)
    write(tmp_path / "1", {"a": a, "b": b}, {"x": [1, 2], "y": "z"}, kind="model", version=1)
    write(tmp_path / "2", {"b": b, "a": a}, {"y": "z", "x": (1, 2)}, kind="model", version=1)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    script = (
        "import sys, numpy as np; from glassnet.archive import write;"
        "arrays, facts = {c: np.ones(2) for c in set('abcdef')}, dict.fromkeys(set('uvwxyz'), 1);"
        "write(sys.argv[1], arrays, facts, kind='m', version=1)"
    )
    for name in ("1", "2", "3"):
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / name], check=True, env=os.environ | {"PYTHONHASHSEED": name}
        )
    assert len({(tmp_path / name).read_bytes() for name in ("1", "2", "3")}) == 1


def test_the_format_stays_as_it_is(tmp_path: Path) -> None:
    write(tmp_path / "f", {"w": np.array([1.0, 2.0], np.float32)}, {"é": "😀"}, kind="model", version=1)
    header = (
        '{"__metadata__":{"crc32":"@","facts":"{\\"é\\":\\"😀\\"}","glassnet":"model 1"},'
        '"w":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}'
    ).encode()
    weights = b"\0\0\x80\x3f\0\0\0\x40"
    checked = "facts" + '{"é":"😀"}' + "glassnet" + "model 1" + "w F32 [2] 0"
    header = header.replace(b"@", f"{zlib.crc32(checked.encode() + weights):08x}".encode())
    header += b" " * (-len(header) % 8)
    assert (tmp_path / "f").read_bytes() == len(header).to_bytes(8, "little") + header + weights


cyclic: dict[str, Any] = {}
cyclic["again"] = [cyclic]
deep: Any = 1
for _ in range(65):
    deep = [deep]


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"a": {"b": [0, math.nan]}}, "a.b[1]: nan is not finite"),
        ({"a": -math.inf}, "a: -inf is not finite"),
        ({"a": {1: 2}}, "a.1: a key of type int"),
        ({"a": np.float32(1)}, "a: JSON has no float32"),
        ({"a": np.int64(1)}, "a: JSON has no int64"),
        ({"a": b"raw"}, "a: JSON has no bytes"),
        ({"a": {1, 2}}, "a: JSON has no set"),
        ({"a": 10**5000}, "a: an integer of more than 80 digits"),
        ({"a": "\ud800"}, "a: half of a surrogate pair"),
        ({"\udfff": 1}, "half of a surrogate pair"),
        (cyclic, "nested deeper than 64"),
        ({"a": deep}, "nested deeper than 64"),
        ({"a": [0] * 1_000_001}, "more than 1000000 values"),
        ({"a": [[]] * 200_001}, "more than 200000 lists"),
        ({"a": "x" * 2**24}, "16777216 at most"),
    ],
)
def test_facts_that_would_not_come_back_are_refused(tmp_path: Path, facts: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        write(tmp_path / "f", {}, facts, kind="model", version=1)
    assert where in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "array", "error"),
    [
        ("a", np.array(["text"]), InvalidType),
        ("a", np.array([object()]), InvalidType),
        ("a", np.array([1j]), InvalidType),
        ("a", np.array(["2020-01-01"], "M8[D]"), InvalidType),
        ("a", np.zeros(2, [("x", "f8")]), InvalidType),
        ("a", [1.0], InvalidType),
        ("a", np.array([[1, 2]], np.uint8).view(bool).T, InvalidInput),
        ("__metadata__", np.ones(1), InvalidInput),
        (3, np.ones(1), InvalidInput),
        ("\ud800", np.ones(1), InvalidInput),
    ],
)
def test_arrays_that_would_not_come_back_are_refused(tmp_path: Path, name: Any, array: Any, error: type) -> None:
    with pytest.raises(error):
        write(tmp_path / "f", {name: array}, {}, kind="model", version=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "version"), [("Model", 1), ("", 1), ("model 2", 1), ("model", 0), ("model", 10**6)])
def test_kind_and_version_are_checked(tmp_path: Path, kind: str, version: int) -> None:
    with pytest.raises(InvalidInput, match="lower-case kind and a version"):
        write(tmp_path / "f", {}, {}, kind=kind, version=version)
