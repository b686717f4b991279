"""Settings of the whole process are as they were found, however many threads train, read and draw at once."""

import csv
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_info

from glassnet import Network, Plan, Rows, State, TableModel, train
from glassnet.borrowed import Borrowed, without_warnings
from glassnet.data.reading.opening import open_source
from glassnet.engines.threads import suitable_threads

SMALL = Network.mlp(2, [3], 1)


def blas_with(number):
    """Set, as a user would who does not give back."""
    for library in ThreadpoolController().lib_controllers:
        library.set_num_threads(number)
        getattr(library, "clear_controlling_thread", lambda: None)()


def blas():
    return [library["num_threads"] for library in threadpool_info() if "numpy" in library["filepath"]]


@pytest.fixture(autouse=True)
def two_threads():
    """BLAS at two threads, also where the tests run it at one."""
    blas_with(2)
    yield
    blas_with(2)


def test_blocks_that_overlap_in_threads_give_back_what_the_first_found():
    """A enters, B enters, A leaves, B leaves: on the commit before, one thread was left for good."""
    inside, leave = threading.Event(), threading.Event()

    def first():
        with suitable_threads(SMALL, rows=2):
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    with suitable_threads(SMALL, rows=2):
        leave.set()
        thread.join()
        assert set(blas()) == {1}
    assert set(blas()) == {2}


def test_what_other_code_has_set_meanwhile_stays():
    with suitable_threads(SMALL, rows=2):
        blas_with(3)
    assert set(blas()) == {3}


def test_trainings_in_threads_leave_numpy_its_threads():
    plan = Plan(SMALL, 40, epochs=20, batch_size=5)
    rows = Rows(np.ones((40, 2), "float32"), np.ones(40))
    before = np.geterr(), list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        states = [State.new(plan) for _ in range(8)]
        for done in [pool.submit(train, plan, state, rows, engine="reference") for state in states]:
            done.result()
    assert set(blas()) == {2} and (np.geterr(), list(warnings.filters)) == before
    assert all(np.array_equal(state.theta, states[0].theta) for state in states)


def test_an_error_gives_back_too():
    with pytest.raises(ZeroDivisionError), suitable_threads(SMALL, rows=2):
        raise ZeroDivisionError
    assert set(blas()) == {2}


def test_tables_read_in_threads_leave_the_limit_of_csv(tmp_path):
    path, limit = tmp_path / "ragged.csv", csv.field_size_limit(4321)
    path.write_text("a,b\n" + "1,2\n" * 2000 + "1,2,3\n")

    def read(_):
        with pytest.raises(ValueError, match="line 2002"):
            TableModel().fit(path, "b")

    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(read, range(8)))
        assert csv.field_size_limit() == 4321
        with pytest.raises(ValueError, match="line 2002"):
            open_source(path)
        assert csv.field_size_limit() == 4321
    finally:
        csv.field_size_limit(limit)


def test_warnings_silenced_in_threads_are_heard_again():
    before = list(warnings.filters)

    def silent(i):
        with without_warnings("of old"):
            warnings.warn("of old age", stacklevel=1)
            return i

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(silent, range(50))) == [*range(50)]
    assert warnings.filters == before
    with pytest.warns(UserWarning, match="of old"):
        warnings.warn("of old age", stacklevel=1)


def test_drawn_in_threads_matplotlib_keeps_its_settings():
    matplotlib = pytest.importorskip("matplotlib")
    from glassnet.glass.style import color, themed

    before, seen = dict(matplotlib.rcParams), []

    def draw(dark):
        with themed(dark=dark):
            seen.append((dark, color("paper")))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(draw, [True, False] * 20))
    assert dict(matplotlib.rcParams) == before and len({*seen}) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_child_has_what_was_found():
    settings = {"size": 8}
    small = Borrowed(lambda: settings["size"], lambda size: settings.update(size=size), wanted=1)
    with small:
        child = os.fork()
        if not child:
            with small:
                pass
            os._exit(settings["size"])
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 8
        assert settings["size"] == 1
    assert settings["size"] == 8
