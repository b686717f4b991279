"""The native engine's memory: planned once, its size known beforehand; what cannot be is refused before it is run."""

import ctypes
import itertools
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import isas
from glassnet.engines.kernels import library
from glassnet.engines.kernels.interface import LayerStruct
from glassnet.engines.native.engine import Native
from glassnet.engines.native.lowering import lowered
from glassnet.engines.native.session import Session, bytes_of
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.hardware import available_memory
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.penalties import Clipping, Penalties

pytestmark = isas.built

EVERYTHING = [Dropout(0.2), Dense(33), BatchNorm("gelu"), Dropout(0.3), Dense(20), LayerNorm("mish"), Dense(3)]


def everything(m=200, **settings):
    network = Network(7, EVERYTHING, "cross_entropy")
    given = {"batch_size": 16, "penalties": Penalties(l1=1e-3, l2=1e-3), "clipping": Clipping(1.0, 0.5)}
    return Plan(network, m, **given | settings)


# --- nothing is allocated in a step -----------------------------------------------------------------------------------

COUNTER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
static long taken = 0;
long allocations(void) { return __atomic_load_n(&taken, __ATOMIC_SEQ_CST); }
static void count(void* caller) {
  Dl_info who;
  if (dladdr(caller, &who) && who.dli_fname && strstr(who.dli_fname, "glassnet_kernels"))
    __atomic_add_fetch(&taken, 1, __ATOMIC_SEQ_CST);
}
#define COUNTED count(__builtin_return_address(0))
void* malloc(size_t n) { COUNTED; return __libc_malloc(n); }
void* calloc(size_t n, size_t each) { COUNTED; return __libc_calloc(n, each); }
void* realloc(void* old, size_t n) { COUNTED; return __libc_realloc(old, n); }
int posix_memalign(void** to, size_t grain, size_t n) { COUNTED; return (*to = __libc_memalign(grain, n)) ? 0 : 12; }
void* aligned_alloc(size_t grain, size_t n) { COUNTED; return __libc_memalign(grain, n); }
void* memalign(size_t grain, size_t n) { COUNTED; return __libc_memalign(grain, n); }
"""

COUNTED = """
import ctypes, sys
import numpy as np
sys.path[:0] = {paths!r}
import isas
from glassnet.engines.native.engine import Native
from glassnet.engines.state import State
from test_native_memory import everything
from problems import rows_of

allocations = ctypes.CDLL(None).allocations
allocations.restype = ctypes.c_long
for dtype in ("float32", "float64"):
    plan = everything(dtype=dtype)
    rows = rows_of(plan.network, 200, np.random.default_rng(0), True, True, dtype)
    for threads in (1, 2):
        with isas.threads(threads):
            engine, state, order = Native(plan), State.new(plan), np.arange(200)
            before = allocations()
            engine.train(state, rows, order[:16])
            first = allocations()
            for _ in range(20):
                engine.train(state, rows, order)
            after = allocations()
            engine.predict(state.parameters(plan.network), rows.X[:1])
            print(dtype, threads, "first", first > before, "then", after - first, "steps", state.step)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts by a preloaded library, as glibc has them")
@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler to make the counter with")
def test_no_step_allocates(tmp_path):
    """All calls of the allocators that come from the kernels are counted: some for the session, then none."""
    source, counter, script = (tmp_path / name for name in ("count.c", "count.so", "counted.py"))
    source.write_text(COUNTER)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-fno-builtin", source, "-o", counter, "-ldl"], check=True)
    script.write_text(COUNTED.format(paths=[str(Path(__file__).parent), *sys.path]))
    environment = os.environ | {"LD_PRELOAD": str(counter)}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True)
    expected = [f"{dtype} {n} first True then 0 steps 261" for dtype in ("float32", "float64") for n in (1, 2)]
    assert done.stdout.splitlines() == expected, done.stderr


# --- its size is known ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_size_is_that_of_its_arrays(dtype):
    """Rows of a batch, layer by layer, and five vectors of parameters, each row rounded up by a few numbers."""
    plan, size = Plan(Network.mlp(100, [200], 50), 1000, dtype=dtype), np.dtype(dtype).itemsize
    least = size * (128 * (100 + 2 * 250) + 5 * plan.network.size)
    assert least < bytes_of(plan, 128, 1) < 1.6 * least + 100_000
    assert bytes_of(plan, 0, 1) < bytes_of(plan, 1, 1) < bytes_of(plan, 128, 1) < bytes_of(plan, 129, 2)


@pytest.mark.skipif(available_memory() is None, reason="the system does not tell how much memory there is")
def test_a_plan_that_does_not_fit_says_so():
    rows = 2**35
    plan = Plan(Network.mlp(1000, [1000], 1000), rows, batch_size=rows)
    words = (
        rf"^a training of 2002000 parameters in batches of {rows} rows does not fit in memory "
        r"\(seen: [0-9.,]+ GB needed, [0-9.,]+ GB available\); take a smaller batch_size or narrower layers\.$"
    )
    with pytest.raises(InvalidInput, match=words):
        Native(plan)._session(rows)


@pytest.mark.parametrize("rows", [2**61, 2**62, 2**64 + 1, 2**100])
def test_more_rows_than_can_be_counted(rows):
    plan = Plan(Network.mlp(3, [4], 1), rows, batch_size=rows)
    assert bytes_of(plan, rows, 1) == -1
    with pytest.raises(InvalidInput, match=r"does not fit in memory .*more bytes than can be counted"):
        Native(plan)._session(rows)


@pytest.mark.parametrize("width", [2**31 + 1, 2**63, 2**64 + 3])
def test_wider_than_can_be_counted(width):
    plan = Plan(Network(3, [Dense(width), Dense(1)]), 10)
    with pytest.raises(InvalidInput, match=r"does not fit in memory .*more bytes than can be counted"):
        Native(plan)._session(10)


# --- what cannot be is refused in C, too ------------------------------------------------------------------------------


def spoilt(**fields):
    def spoil(plan, layers):
        for name, value in fields.items():
            setattr(plan, name, value)

    return spoil


def spoilt_layer(l, **fields):
    def spoil(plan, layers):
        for name, value in fields.items():
            setattr(layers[l], name, value)

    return spoil


def spoilt_rate(rate):
    def spoil(plan, layers):
        kinds = list(library.rules("layer").values())
        before = itertools.takewhile(lambda layer: "rate" not in kinds[layer.kind].settings, layers)
        plan.settings[sum(len(kinds[layer.kind].settings) for layer in before)] = rate

    return spoil


REFUSED = {
    "half precision": spoilt(bytes=2),
    "no layer": spoilt(count=0),
    "layers below 0": spoilt(count=-1),
    "rows below 0": spoilt(rows=-1),
    "rows without end": spoilt(rows=2**62),
    "no thread": spoilt(threads=0),
    "threads without end": spoilt(threads=2**62),
    "a loss before the first": spoilt(loss=-1),
    "a loss behind the last": spoilt(loss=len(library.rules("loss"))),
    "an optimizer before the first": spoilt(optimizer=-1),
    "an optimizer behind the last": spoilt(optimizer=len(library.rules("optimizer"))),
    "a kind before the first": spoilt_layer(0, kind=-1),
    "a kind behind the last": spoilt_layer(0, kind=len(library.rules("layer"))),
    "no activation": spoilt_layer(0, activation=-1),
    "an activation behind the last": spoilt_layer(0, activation=len(library.rules("activation"))),
    "activation 2^32": spoilt_layer(0, activation=2**32),
    "no input": spoilt_layer(0, inputs=0),
    "no output": spoilt_layer(-1, outputs=0),
    "outputs below 0": spoilt_layer(-1, outputs=-3),
    "outputs without end": spoilt_layer(-1, outputs=2**62),
    "layers that do not meet": spoilt_layer(1, inputs=30, outputs=30),
    "dropout of everything": spoilt_rate(1.0),
    "dropout of less than nothing": spoilt_rate(-0.1),
    "a setting too few": spoilt(settings_count=1),
    "settings without end": spoilt(settings_count=2**62),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_in_c(what):
    record, kernels = lowered(everything(), 16, 1), library.load()
    assert kernels.gn_bytes(ctypes.byref(record)) > 0
    layers = (LayerStruct * record.count).from_address(ctypes.addressof(record.layers.contents))
    whole = what == "layers that do not meet" or what.startswith("dropout")
    REFUSED[what](record, layers if whole else [layers[1], *layers[2:]])
    assert kernels.gn_bytes(ctypes.byref(record)) == -1
    assert kernels.gn_make(ctypes.byref(record)) is None


def test_a_session_that_is_none():
    with pytest.raises(MemoryError, match="no memory for the native engine"):
        Session(everything(), -1, 1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (Rows(np.ones((200, 6)), np.zeros(200, int)), r"X must have shape \(m, 7\) \(seen: shape \(200, 6\)\)"),
        (Rows(np.ones(200), np.zeros(200, int)), r"X must have shape \(m, 7\)"),
        (Rows(np.ones((200, 7)), np.zeros(199, int)), "as many rows .seen: 200 rows of X, 199 of Y"),
        (Rows(np.ones((200, 7)), np.zeros(200, int), np.ones(3)), "200 rows of X, 200 of Y, 3 weights"),
        (Rows(np.ones((200, 7)), np.zeros((200, 2))), r"Y must have shape \(m, 3\)"),
    ],
)
def test_rows_that_do_not_fit_the_network(rows, words):
    plan = everything()
    with pytest.raises(InvalidInput, match=words):
        Native(plan).train(State.new(plan), rows, np.arange(200))


def test_shapes_at_the_edge():
    """No rows to predict, none to train on, one of each; a batch larger than all rows."""
    plan = everything(batch_size=5000)
    engine, state = Native(plan), State.new(plan)
    parameters = state.parameters(plan.network)
    before = state.theta.copy()
    assert engine.predict(parameters, np.empty((0, 7), "float32")).shape == (0, 3)
    assert engine.scores(parameters, np.empty((0, 7), "float32")).shape == (0, 3)
    rows = Rows(np.ones((200, 7), "float32"), np.zeros(200, int))
    assert engine.train(state, rows, np.empty(0, int)) == 0
    assert np.array_equal(state.theta, before)
    assert engine.train(state, rows, np.arange(1)) == 1 and state.step == state.rows_done == 1
    with pytest.raises(InvalidInput, match="X must have 7 columns"):
        engine.predict(parameters, np.ones((2, 6), "float32"))
    single = replace(plan, examples=1)
    assert Native(single).train(State.new(single), Rows(np.ones((1, 7)), np.zeros(1, int)), np.arange(1)) == 1
