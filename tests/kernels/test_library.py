"""The compiled kernels: found, checked, loaded; and what is said where they cannot be."""

import os
import re
import shutil
import subprocess
import sys

import pytest

import isas
from glassnet.engines.kernels import interface, library
from glassnet.errors import Unsupported

WITHOUT = "GLASSNET_TEST_WITHOUT_NATIVE"


@pytest.fixture
def attempt(monkeypatch, tmp_path):
    """What loading gives with ``tmp_path`` as the only place to look in, ``found`` being the library there."""

    def attempt(found=None):
        if found is not None:
            shutil.copy(found, tmp_path / library.NAME)
        monkeypatch.setattr(library, "_places", lambda: [tmp_path / library.NAME])
        return library._attempt.__wrapped__()

    return attempt


def reason_in_a_process(isa):
    """``missing()`` in a fresh Python with GLASSNET_ISA set."""
    code = "from glassnet.engines.kernels import library; print(library.missing() or library.isa())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"GLASSNET_ISA": isa}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_library_was_built():
    """Or else every test of the native engine is skipped: a run that passes without it must be wanted."""
    if os.environ.get(WITHOUT) != "1":
        assert library.missing() is None, f"install a C++ compiler and rebuild, or set {WITHOUT}=1"


@isas.built
def test_the_fastest_instruction_set_is_taken():
    names = library.isas()
    assert names[-1] == "baseline" and len(set(names)) == len(names)
    assert library.isa() == (os.environ.get("GLASSNET_ISA") or names[0])


@isas.built
@pytest.mark.parametrize("isa", isas.ISAS)
def test_an_instruction_set_can_be_asked_for(isa):
    assert reason_in_a_process(isa) == isa


@isas.built
@pytest.mark.parametrize("isa", ["avx3", "AVX2", "avx", " "])
def test_an_instruction_set_that_is_not_to_be_had_is_refused(isa):
    reason = reason_in_a_process(isa)
    assert reason.startswith(f"GLASSNET_ISA is {isa!r}, but this processor and this build have")
    assert reason.endswith(", ".join(library.isas()))


@isas.built
def test_a_binary_of_another_interface_is_refused(attempt, monkeypatch):
    found = library.load()._name
    monkeypatch.setattr(library, "ABI", library.ABI + 1)
    reason = attempt(found)
    assert f"has interface {library.ABI - 1}, this glassnet needs {library.ABI}" in reason and "renew it" in reason


@isas.built
def test_the_mirror_is_the_layout_of_the_library():
    lines = list(library._layout(library.load()))
    assert interface.difference(lines) is None
    names = [name for name, *_ in lines]
    header = (library.HERE / "interface.h").read_text() if library.CHECKOUT else ""
    structs = re.findall(r"^struct (gn_\w+) {", header, re.M)
    assert not library.CHECKOUT or structs == [name for name, kind, *_ in lines if kind == "s"]
    assert len(set(names)) == len(names)


def test_every_difference_between_layout_and_mirror_is_seen():
    lines = list(interface.layout())
    assert interface.difference(lines) is None
    for i, (name, kind, offset, size) in enumerate(lines):
        for other in [(name + "x", kind, offset, size), (name, "x", offset, size), (name, kind, offset + 8, size)]:
            assert name in interface.difference([*lines[:i], other, *lines[i + 1 :]])
        assert name in interface.difference(lines[:i] + lines[i + 1 :])
    assert "nothing in Python" in interface.difference([*lines, lines[0]])


@isas.built
def test_a_binary_whose_records_lie_otherwise_is_refused(attempt, monkeypatch):
    found = library.load()._name
    monkeypatch.setitem(interface.RECORDS, "gn_rows", interface.StepsStruct)
    reason = attempt(found)
    assert "lays its records out differently" in reason and "gn_rows" in reason and "renew it" in reason


@isas.built
def test_the_binary_in_a_checkout_is_of_its_sources():
    """A leftover of the same interface would be tested in their place."""
    binary = library.HERE / library.NAME
    sources = [path for path in library.HERE.rglob("*") if path.suffix in {".cpp", ".h"}]
    assert bool(sources) == library.CHECKOUT  # an installation has the binary alone
    for source in sources if binary.exists() else []:
        age = source.stat().st_mtime
        assert binary.stat().st_mtime >= age, f"older than {source.name}; run: {library.REBUILD}"


def test_nothing_built(attempt):
    reason = attempt()
    assert reason.startswith("it was not built when glassnet was installed; install a C++ compiler")


def test_a_file_that_is_no_library(attempt, tmp_path):
    (tmp_path / library.NAME).write_bytes(b"\x7fELF, but no more")
    assert "cannot be loaded" in attempt()


def test_a_library_that_is_not_ours(attempt):
    import _ctypes

    assert "cannot be loaded" in attempt(_ctypes.__file__)


def test_load_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(library, "_attempt", lambda: "it was not built")
    assert library.missing() == "it was not built"
    with pytest.raises(Unsupported, match="native engine cannot run: it was not built; leave the engine at 'auto'"):
        library.load()


def test_a_checkout_is_searched_more_widely_than_a_wheel(monkeypatch, tmp_path):
    """Sources that pytest reads from a checkout find the binary of the installation; a wheel never finds another's."""
    monkeypatch.setattr(library.sys, "path", [str(tmp_path)])
    for checkout, places in [(True, [library.HERE, tmp_path / "glassnet/engines/kernels"]), (False, [library.HERE])]:
        monkeypatch.setattr(library, "CHECKOUT", checkout)
        assert [place.parent for place in library._places()] == places
