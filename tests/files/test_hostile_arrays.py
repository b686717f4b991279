"""Arrays that anyone may have written: missing, of another shape or dtype, not finite, too many."""

from __future__ import annotations

import numpy as np
import pytest

from files.samples import SAMPLES
from glassnet.errors import BrokenFile
from glassnet.files import load

CHANGES = {
    "transposed": lambda a: a.T,
    "one longer": lambda a: np.append(a, a[-1:], axis=0) if a.ndim else np.append(a, a),
    "one shorter": lambda a: a[:-1] if a.ndim else a.reshape(1),
    "empty": lambda a: a.reshape(-1)[:0],
    "flat": lambda a: a.reshape(-1),
    "deeper": lambda a: a[None],
    "a number": lambda a: np.array(1.0),
    "no memory": lambda a: np.zeros((0, 2**40)),
    "half": lambda a: a.astype(np.float16),
    "whole": lambda a: a.astype(np.int64),
    "truths": lambda a: a != 0,
    "other float": lambda a: a.astype(np.float64 if a.dtype == np.float32 else np.float32),
    "nan": lambda a: np.full(a.shape, np.nan, a.dtype if a.dtype.kind == "f" else float),
    "infinite": lambda a: np.full(a.shape, -np.inf, a.dtype if a.dtype.kind == "f" else float),
    "large": lambda a: np.full(a.shape, 3e38, a.dtype),
    "negative": lambda a: -np.abs(a) - 1,
    "zero": lambda a: a * 0,
}


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast", "ignore:overflow encountered in cast")
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_any_array_changed(name, change, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    tried = [survives(forge(arrays | {one: CHANGES[change](a)}, facts), data) for one, a in arrays.items()]
    assert len(tried) == len(arrays)
    if change in ("deeper", "no memory", "truths"):
        assert not any(tried)


@pytest.mark.parametrize("name", SAMPLES)
def test_any_array_left_out(name, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    for left_out in arrays:
        kept = {one: array for one, array in arrays.items() if one != left_out}
        assert not survives(forge(kept, facts), data), left_out


@pytest.mark.parametrize("strange", ["3.X", "history.more", "encoder.more", "state.more", "classes.values", "W"])
@pytest.mark.parametrize("name", SAMPLES)
def test_an_array_too_many(name, strange, contents, trained, forge, survives):
    (arrays, facts), data = contents[name], trained[name][1]
    assert not survives(forge(arrays | {strange: np.zeros(3)}, facts), data)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_parameter_that_is_not_finite(name, value, contents, forge):
    arrays, facts = contents[name]
    first = next(one for one in sorted(arrays) if one.endswith(".W"))  # a blend's begins with other layers
    W = arrays[first].copy()
    W[0, 0] = value
    with pytest.raises(BrokenFile, match=rf"parameters '{first}' that are not finite"):
        load(forge(arrays | {first: W}, facts))


def test_a_variance_below_zero(contents, forge):
    arrays, facts = contents["network"]
    with pytest.raises(BrokenFile, match=r"parameters '2\.variance' that are below 0"):
        load(forge(arrays | {"2.variance": -arrays["2.variance"]}, facts))
