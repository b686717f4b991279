"""``Dataset``: tables larger than memory in every container, read part by part; what cannot be read is said at once."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.feather as feather
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import Dataset, ReadOptions, TableEncoder, TargetEncoder, open_source
from glassnet.data.kinds.base import Limits
from glassnet.data.kinds.category import CategoryAccumulator
from glassnet.data.streams import target as targets
from glassnet.data.streams.dataset import parsed_size
from glassnet.data.streams.part import Cursor, Part
from glassnet.data.streams.slices import MOST_CUTS, Shares, slices_of
from glassnet.data.streams.target import fit_target
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput, InvalidType, UnusableFile

SMALL = ReadOptions(block_bytes=2000)


def table(m: int = 300, seed: int = 0) -> pa.Table:
    rng = np.random.default_rng(seed)
    words = np.array(["red", "a, b", 'say "no"', "two\nlines"])[rng.integers(0, 4, m)]
    return pa.table({"a": rng.normal(size=m), "n": rng.integers(0, 9, m), "w": words, "y": rng.integers(0, 2, m)})


def write_parquet(t: pa.Table, path: Path) -> None:
    parquet.write_table(t, path, row_group_size=70)


def write_feather(t: pa.Table, path: Path) -> None:
    feather.write_feather(t, str(path), chunksize=70)


def write_packed(t: pa.Table, path: Path) -> None:
    csv.write_csv(t, path.with_suffix(".plain"))
    path.write_bytes(gzip.compress(path.with_suffix(".plain").read_bytes()))
    path.with_suffix(".plain").unlink()


WRITERS = {"parquet": write_parquet, "feather": write_feather, "csv": csv.write_csv, "csv.gz": write_packed}


@pytest.fixture(params=WRITERS)
def folder(request, tmp_path):
    for number in range(3):
        WRITERS[request.param](table(seed=number), tmp_path / f"{number}.{request.param}")
    return tmp_path


def whole() -> pa.Table:
    return pa.concat_tables([table(seed=number) for number in range(3)])


def test_every_container_is_the_same_table(folder):
    data = Dataset(folder, options=SMALL)
    expected = TableEncoder().fit(whole(), exclude=["y"])
    encoder = TableEncoder().fit(data, exclude=["y"])
    assert data.count() == data.source.rows == 900 and len(data.parts) >= 3
    assert encoder.output_names == expected.output_names
    np.testing.assert_array_equal(encoder.transform(data), expected.transform(whole()))


def test_any_slice_of_any_part_is_found_again(folder):
    data = Dataset(folder, options=SMALL)
    data.count()
    rows = [value.as_py() for value in whole().column("w")]
    starts = np.cumsum([0, *(part.rows for part in data.parts)])
    cursor = Cursor(data.parts, ["w"])
    for number in [len(data.parts) - 1, 0, 1]:
        for start, stop in ((2, 5), (5, 9), (0, 3)):
            found = [w for batch in cursor.read(number, start, stop) for w in batch.column(0).to_pylist()]
            assert found == rows[starts[number] + start : starts[number] + stop]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(1, 30), st.integers(1, 30), st.booleans())
def test_slices_hold_each_row_once(sizes, most, wanted, sequential):
    parts = [Part(str(n), lambda names: [], size, sequential) for n, size in enumerate(sizes)]
    shares = Shares(0.2, 0.1, seed=3)
    found = [one for unit in slices_of(parts, shares, most, wanted) for one in unit]
    rows = np.concatenate([np.arange(one.first, one.first + one.stop - one.start) for one in found] or [np.arange(0)])
    np.testing.assert_array_equal(rows, np.arange(sum(sizes)))
    assert all(0 < one.stop - one.start <= most for one in found)
    assert sum(one.learned for one in found) == shares.learned(np.arange(sum(sizes))).sum()
    for number, size in enumerate(sizes):
        assert sum(one.part == number for one in found) <= max(MOST_CUTS, -(-size // most))


def test_rows_are_held_out_by_hash():
    shares, rows = Shares(0.2, 0.1, seed=5), np.arange(100_000)
    sides = [which(rows) for which in (shares.tested, shares.validated, shares.learned)]
    assert (np.sum(sides, axis=0) == 1).all()
    np.testing.assert_allclose([side.mean() for side in sides], [0.2, 0.1, 0.7], atol=0.006)
    np.testing.assert_array_equal(shares.tested(rows[:50]), sides[0][:50])
    assert (Shares(0.2, seed=6).tested(rows) != sides[0]).any()


def test_a_mapped_array_with_its_targets(tmp_path):
    X, y = np.arange(12_000.0).reshape(-1, 2), np.arange(6_000) % 3
    np.save(tmp_path / "X.npy", X)
    data = Dataset(np.load(tmp_path / "X.npy", mmap_mode="r"), y)
    batches = list(data.source.read(["y", "x2"]))
    assert data.source.names == ("x1", "x2", "y") and data.source.target is None
    np.testing.assert_array_equal(np.concatenate([b.column(0) for b in batches]), y)
    np.testing.assert_array_equal(np.concatenate([b.column(1) for b in batches]), X[:, 1])


@pytest.mark.parametrize("view", [lambda X: X, lambda X: np.asarray(X)[1:][::2]], ids=["mapped", "view"])
def test_a_mapped_array_that_is_cut_short_while_it_is_read_is_one_sentence(tmp_path, view):
    np.save(tmp_path / "X.npy", np.ones((2_000_000, 2)))
    batches = iter(Dataset(view(np.load(tmp_path / "X.npy", mmap_mode="r"))).source.read(["x1"]))
    next(batches)
    os.truncate(tmp_path / "X.npy", 8192)
    with pytest.raises(BrokenFile, match=r"the array's file was cut short \(seen: 8,192 of 32,000,128 bytes"):
        list(batches)


def test_a_parquet_file_that_is_cut_short_while_it_is_read_is_one_sentence(tmp_path):
    rng = np.random.default_rng(0)
    parquet.write_table(pa.table({f"x{j}": rng.normal(size=200_000) for j in range(8)}), tmp_path / "a.parquet")
    batches = Dataset(tmp_path / "a.parquet").parts[0].read([f"x{j}" for j in range(8)])
    next(batches)
    os.truncate(tmp_path / "a.parquet", 8192)
    with pytest.raises(BrokenFile, match=r"a\.parquet \(row group 1\) is damaged"):
        list(batches)


class Batches:
    """An iterator of a user's own."""

    def __init__(self, batches):
        self.batches = batches

    def reset(self):
        self.at = iter(self.batches)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.at)


def test_an_iterator_is_read_again_from_its_start():
    data = Dataset(Batches([{"a": [1, 2], "y": [0, 1]}, {"a": [3.0], "y": [1]}]), "y")
    assert data.source.target == "y" and data.count() == 3
    for _ in range(2):
        assert [b.to_pydict() for b in data.source.read(["a"])] == [{"a": [1, 2]}, {"a": [3]}]
    for other in ("x", 3.5):
        with pytest.raises(BrokenFile, match=r"'a' changes its type between the batches .*batch 2"):
            Dataset(Batches([{"a": [1]}, {"a": [other]}])).count()


def test_folders_name_columns(tmp_path):
    for year, kind in ((2023, pa.int32()), (2024, pa.float64())):
        (tmp_path / f"year={year}").mkdir()
        parquet.write_table(pa.table({"a": pa.array([1, 2], kind)}), tmp_path / f"year={year}" / "x.parquet")
    data = Dataset(tmp_path)
    assert data.source.schema.field("a").type == pa.float64()
    assert [b.columns.to_pydict() for b in data.source.blocks(["year", "a"])][1] == {"year": [2024, 2024], "a": [1, 2]}


def test_arrow_file_systems_pass_through(tmp_path):
    from pyarrow import fs

    (tmp_path / "in").mkdir()
    write_parquet(table(), tmp_path / "in" / "0.parquet")
    csv.write_csv(table(), tmp_path / "in" / "0.csv")
    system = fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem())
    assert [Dataset(f"in/*.{kind}", filesystem=system).count() for kind in ("parquet", "csv")] == [300, 300]
    assert Dataset((tmp_path / "in" / "0.parquet").as_uri()).count() == 300


# -- what cannot be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "second, said",
    [
        ({"a": ["x"]}, r"the column 'a' changes its type between the files \(seen: int64 in 0.parquet, string in 1"),
        ({"b": [1]}, r"the files have different columns \(seen: the columns 'a', 'b' in only one of 0.parquet and 1"),
    ],
)
def test_files_of_other_columns_are_refused(tmp_path, second, said):
    for number, columns in enumerate(({"a": [1]}, second)):
        parquet.write_table(pa.table(columns), tmp_path / f"{number}.parquet")
    with pytest.raises(BrokenFile, match=said):
        Dataset(tmp_path)


def test_files_of_other_formats_are_refused(tmp_path):
    write_parquet(table(), tmp_path / "0.parquet")
    (tmp_path / "1.csv").write_text("a,y\n1,2\n")
    with pytest.raises(BrokenFile, match=r"1\.csv is of another format than 0\.parquet"):
        Dataset(tmp_path)
    (tmp_path / "2.csv").write_text("b,y\n1,2\n")
    with pytest.raises(BrokenFile, match=r"2\.csv has other columns than 1\.csv"):
        Dataset(f"{tmp_path}/*.csv")


def test_what_happens_to_files_later_is_said(tmp_path):
    for number in range(3):
        write_parquet(table(seed=number), tmp_path / f"{number}.parquet")
    data = Dataset(tmp_path)
    raw = bytearray((tmp_path / "1.parquet").read_bytes())
    place = parquet.ParquetFile(tmp_path / "1.parquet").metadata.row_group(2).column(0).data_page_offset
    raw[place : place + 40] = b"\xff" * 40
    (tmp_path / "1.parquet").write_bytes(raw)
    with pytest.raises(BrokenFile, match=r"^1.parquet \(row group 3\) is damaged"):
        list(data.source.read(["a"]))
    (tmp_path / "1.parquet").unlink()
    with pytest.raises(UnusableFile, match=r"^1.parquet \(row group 1\) is gone; leave the files"):
        list(data.source.read(["a"]))


@pytest.mark.parametrize(
    "data, error, said",
    [
        ("nowhere/*.parquet", UnusableFile, "^nothing matches .*no file in"),
        ("nowhere", UnusableFile, "^there are no tables at"),
        ([], InvalidType, "a list is not a dataset"),
        (Batches([]), UnusableFile, "the iterator gives no batch"),
    ],
)
def test_nothing_there(data, error, said):
    with pytest.raises(error, match=said):
        Dataset(data)


@pytest.mark.parametrize("memory", ["1 parsec", "", "-1GB", 0, "3MB", "1e9"])
def test_amounts_of_memory(memory):
    with pytest.raises(InvalidInput, match=r"not an amount of memory|too little memory"):
        parsed_size(memory)
    assert (parsed_size("1gb"), parsed_size(2**30), parsed_size("1GiB")) == (10**9, 2**30, 2**30)


# -- what is learned in bounded memory --------------------------------------------------------------------------------

TARGETS = {
    "labels": np.arange(400) % 3,
    "words": np.array(["no", "yes", "no"])[np.arange(400) % 3],
    "numbers": np.random.default_rng(0).normal(size=400) * 1e3,
    "texts of numbers": np.array(["1,5", "2,25", "7"])[np.arange(400) % 3],
    "truths": np.arange(400) % 2 == 0,
    "categories": pa.array(["a", "b"] * 200).dictionary_encode(),
}


@pytest.mark.parametrize("most", [10**6, 100])
@pytest.mark.parametrize("name", TARGETS)
def test_targets_are_learned_as_in_memory(name, most, monkeypatch):
    monkeypatch.setattr(targets, "MOST_DIFFERENT", most)
    source = open_source({"y": TARGETS[name]}, ReadOptions(block_bytes=640))
    expected, found = TargetEncoder().fit(source, "y"), fit_target(source, "y")
    assert (found.task, found.notes) == (expected.task, expected.notes)
    np.testing.assert_allclose([found.center, found.scale], [expected.center, expected.scale], rtol=1e-12)
    if expected.counts is not None:
        assert found.classes.tolist() == expected.classes.tolist()
        np.testing.assert_array_equal(found.counts, expected.counts)


@pytest.mark.parametrize("values", [[1, 2, None, 3], ["a", "NA", "b"], ["a", "a"], [None, None]])
def test_targets_are_refused_as_in_memory(values):
    source = open_source({"y": pa.array(values)})
    said = []
    for fit in (lambda: TargetEncoder().fit(source, "y"), lambda: fit_target(source, "y")):
        with pytest.raises(GlassnetError) as error:
            fit()
        said.append(str(error.value))
    assert said[0] == said[1]


def test_too_many_words_are_no_target(monkeypatch):
    monkeypatch.setattr(targets, "MOST_DIFFERENT", 100)
    source = open_source({"y": [f"w{i}" for i in range(300)]})
    with pytest.raises(InvalidInput, match="more than 100 different values, too many for classes"):
        fit_target(source, "y")


def test_common_words_among_very_many_are_found():
    words = np.array(["often"] * 400 + ["seldom"] * 150 + [f"id {i}" for i in range(450)])
    source = open_source({"w": np.random.default_rng(0).permutation(words)}, ReadOptions(block_bytes=160))
    accumulator = CategoryAccumulator("w", Limits(distinct=20, heavy_hitters=True))
    for block in source.blocks():
        accumulator.update(block.cells("w", TableEncoder().fit({"a": [1, 2]}).cell_format))
    assert 0 < accumulator.short <= 1000 / 20
    column = accumulator.column()
    assert column.values[:2] == ("often", "seldom") and column.rest and "short by" in column.note
    assert 400 - accumulator.short <= accumulator.counts["often"] <= 400


def test_the_file_limit_is_not_the_number_of_files(tmp_path):
    for number in range(60):
        parquet.write_table(table(5, number), tmp_path / f"{number:03}.parquet")
    handles = Path("/proc/self/fd")
    before = len([*handles.iterdir()]) if handles.is_dir() else 0
    data = Dataset(tmp_path)
    assert data.count() == 300
    assert not before or len([*handles.iterdir()]) <= before + 3
