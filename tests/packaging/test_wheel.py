"""What people install: a wheel built from the source archive by pip, with a compiler and without, used by itself."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMPILER = os.environ.get("CXX") or next(filter(shutil.which, ["c++", "g++", "clang++"]), None)
compiler = pytest.mark.skipif(COMPILER is None, reason="no C++ compiler on this machine: there is nothing to build")
ROOM = "glassnet/engines/kernels/"
SOURCES = {".py", ".pyi", ".typed", ".md", ".js", ".css", ".cpp", ".h"}
BINARIES = {".so", ".dylib", ".dll"}


def run(*command, cwd, **environment):
    """What a process prints; pytest shows it all where it fails."""
    command = [sys.executable, *map(str, command)]
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, env=os.environ | environment, cwd=cwd, **both)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The source archive, as the build backend makes it."""
    folder = tmp_path_factory.mktemp("archive")
    requires = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    run("-m", "pip", "install", "-q", "--target", folder / "backend", *requires, cwd=folder)
    code = f"from scikit_build_core.build import build_sdist; build_sdist({str(folder)!r})"
    run("-c", code, cwd=CHECKOUT, PYTHONPATH=str(folder / "backend"))
    (path,) = folder.glob("glassnet-*.tar.gz")
    return path


def wheel_of(archive, folder, **environment):
    """The wheel pip makes of ``archive``, and what it says meanwhile; by the backend that is there already, but where
    pip has to bring CMake too.
    """
    command = ["-m", "pip", "wheel", "-v", "--no-deps", "--no-cache-dir", "-w", folder, archive]
    if shutil.which("cmake"):
        command.append("--no-build-isolation")
        environment["PYTHONPATH"] = str(archive.parent / "backend")
    said = run(*command, cwd=folder, **environment)
    (path,) = folder.glob("*.whl")
    return path, said


@pytest.fixture(scope="module")
def wheel(archive, tmp_path_factory):
    """The wheel, its binary not optimized: that takes a quarter of the time, and who installs glassnet to run these
    tests has compiled the optimized one.
    """
    folder = tmp_path_factory.mktemp("wheel")
    quick = folder / "quick"
    quick.write_text(f'#!/bin/sh\nexec {COMPILER} "$@" -O0\n')
    quick.chmod(0o755)
    return wheel_of(archive, folder, CXX=str(quick))[0]


@pytest.fixture(scope="module")
def pure(archive, tmp_path_factory):
    """The wheel, and what pip says, where no compiler works and none is found."""
    folder = tmp_path_factory.mktemp("pure")
    for tool in ("cmake", "ninja"):
        if path := shutil.which(tool):
            (folder / tool).symlink_to(path)
    nothing = shutil.which("false") or "no-such-compiler"
    return wheel_of(archive, folder, PATH=str(folder), CC=nothing, CXX=nothing)


def installed(wheel, folder):
    """Runs code in a Python that has this wheel; no site, so that no editable install comes before it."""
    run("-m", "pip", "install", "-q", "--no-deps", "--no-compile", "--target", folder / "site", wheel, cwd=folder)
    others = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    path = os.pathsep.join([str(folder / "site"), *others])
    return lambda *arguments: run("-S", *arguments, cwd=folder, PYTHONPATH=path)


def names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def packed(archive):
    """The paths inside the source archive."""
    with tarfile.open(archive) as opened:
        return {name.partition("/")[2] for name in opened.getnames()}


def test_the_source_archive_is_complete(archive):
    inside = packed(archive)
    assert {"CMakeLists.txt", "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"} <= inside
    before = archive.stat().st_mtime  # a file may come into the checkout while this runs
    for folder in ("src", "tests", "benchmarks", "docs", "examples"):
        files = {p for p in (CHECKOUT / folder).rglob("*") if p.suffix in SOURCES and p.stat().st_mtime < before}
        assert {p.relative_to(CHECKOUT).as_posix() for p in files} <= inside
    assert not [name for name in inside if "__pycache__" in name or Path(name).suffix in BINARIES]


@compiler
def test_the_wheel_is_of_the_platform_and_of_every_python(wheel):
    python, abi, platform = wheel.stem.split("-")[2:]
    assert (python, abi) == ("py3", "none") and platform != "any"


@compiler
def test_the_wheel_has_the_binary_and_no_sources_of_it(wheel):
    binaries = [name for name in names(wheel) if Path(name).suffix in BINARIES]
    assert [re.sub(r"\.\w+$", "", name) for name in binaries] == [f"{ROOM}libglassnet_kernels"]
    assert not [name for name in names(wheel) if name.endswith((".cpp", ".h"))]


def test_every_file_of_the_package_is_in_the_wheel(archive, pure):
    of_ours = re.compile(r"src/.*\.(py|pyi|typed|js|css|svg)$")
    files = {name.removeprefix("src/") for name in packed(archive) if of_ours.match(name)}
    page = {f"glassnet/studio/web/static/{name}" for name in ("main.js", "studio.css", "icon.svg")}
    assert files | page | {"glassnet/py.typed", "glassnet/__init__.pyi"} <= names(pure[0])
    assert any(name.endswith("licenses/LICENSE") for name in names(pure[0]))


@compiler
def test_the_library_of_the_wheel_runs(wheel, tmp_path):
    python = installed(wheel, tmp_path)
    code = "from glassnet.engines.kernels import library as l; print(l.missing(), l.load()._name, l.isa(), sep='\\n')"
    missing, path, isa = python("-c", code).splitlines()
    assert missing == "None" and isa
    assert Path(path).is_relative_to(tmp_path / "site")


@compiler
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads what the ELF file of Linux needs")
@pytest.mark.skipif(not shutil.which("readelf"), reason="needs readelf, of the same package as the linker")
def test_the_binary_needs_the_c_library_and_nothing_else(wheel, tmp_path):
    """So that it runs with any version of the C++ library, or none."""
    path = zipfile.ZipFile(wheel).extract(f"{ROOM}libglassnet_kernels.so", tmp_path)
    done = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True)
    needed = set(re.findall(r"\(NEEDED\).*\[(\w+)", done.stdout))
    assert "libc" in needed and needed <= {"libc", "libm", "libpthread", "ld"}


def test_without_a_compiler_the_install_succeeds_and_says_so(pure):
    wheel, said = pure
    assert wheel.name.endswith("-py3-none-any.whl")
    assert "The native engine was not built" in said
    assert not [name for name in names(wheel) if Path(name).suffix in BINARIES]


def test_without_a_compiler_it_trains_and_says_why_it_is_slower(pure, tmp_path):
    python = installed(pure[0], tmp_path)
    code = "from glassnet.engines.kernels import library; print(library.missing())"
    assert "was not built when glassnet was installed; install a C++ compiler" in python("-c", code)
    python("-m", "glassnet", "train", "iris", "-o", "iris.safetensors", "--quiet", "--preset", "plain")
    assert (tmp_path / "iris.safetensors").stat().st_size > 0
