"""Tables in memory: arrays, lists, dictionaries, frames, sparse matrices."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import SparseMatrix
from glassnet.data.arrow import pa, pc
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import ArrowTable, Source, check_names
from glassnet.errors import BrokenFile, InvalidInput, InvalidType
from glassnet.text import counted

if TYPE_CHECKING:
    import narwhals as nw


def from_array(array: np.ndarray, options: ReadOptions, label: str = "the array") -> Source:
    """A NumPy array (m, n) as a table with the columns x1 ... xn; a structured one (m,) has its own names."""
    if array.dtype.names:
        return from_columns({name: array[name] for name in array.dtype.names}, options, label)
    if array.ndim != 2:
        raise InvalidInput(f"{label} is not a table", f"shape {array.shape}", "pass two dimensions, rows by columns")
    if not isinstance(array, np.ma.MaskedArray):
        array = np.asarray(array)  # of a matrix, a column would be one too
    if array.dtype.kind not in "biufmM" or np.ma.is_masked(array):
        return from_columns({f"x{j + 1}": array[:, j] for j in range(array.shape[1])}, options, label)
    return _dense(array.shape, array.__getitem__, array.dtype, options, label)


def from_sparse(matrix: SparseMatrix, options: ReadOptions, label: str = "the sparse matrix") -> Source:
    """A SciPy sparse matrix (m, n); it becomes dense only block by block."""
    rows = matrix.tocsr()
    if rows.ndim != 2:
        raise InvalidInput(f"{label} is not a table", f"shape {rows.shape}", "pass two dimensions, rows by columns")
    return _dense(rows.shape, lambda part: rows[part].toarray(), rows.dtype, options, label)


def _dense(
    shape: tuple[int, ...], slice_rows: Callable[[slice], np.ndarray], dtype: np.dtype, options: ReadOptions, label: str
) -> Source:
    m, n = shape
    names = check_names(label, (f"x{j + 1}" for j in range(n)))
    place = {name: j for j, name in enumerate(names)}
    kind = _arrow(np.empty(0, dtype)).type

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for part in _parts(m, n, options):
            block = slice_rows(part)
            yield pa.RecordBatch.from_arrays([_arrow(block[:, place[name]]) for name in wanted], names=wanted)

    return Source(label, pa.schema([(name, kind) for name in names]), read, options, known_rows=m)


def _arrow(column: np.ndarray) -> pa.Array:
    """A NumPy column (m,) of numbers, booleans or times as an Arrow array, NaN as null."""
    kind, plain = column.dtype.kind, column.dtype.newbyteorder("=")
    if kind in "mM":  # Arrow knows no hours or weeks
        plain = np.dtype(f"{kind}8[us]")
    elif kind == "f" and column.dtype.itemsize > 8:
        plain = np.dtype(np.float64)
    return pa.array(column.astype(plain, copy=False), from_pandas=True)


def rows_at_a_time(columns: int, options: ReadOptions) -> int:
    """How many rows make a block; in a wide table more than would fit, since each column of a block costs time."""
    fitting = options.block_bytes // (8 * columns)
    return max(1, fitting, min(256, options.block_bytes // columns))


def _parts(m: int, n: int, options: ReadOptions) -> Iterator[slice]:
    step = rows_at_a_time(n, options)
    return (slice(start, min(start + step, m)) for start in range(0, m, step))


def from_rows(rows: Sequence[Any], options: ReadOptions, label: str = "the list") -> Source:
    """A list of rows, each a list of cells; or of records, each a dictionary."""
    if rows and all(isinstance(row, tuple) and hasattr(row, "_asdict") for row in rows):
        rows = [row._asdict() for row in rows]
    if rows and all(isinstance(row, Mapping) for row in rows):
        names = dict.fromkeys(name for row in rows for name in row)
        return from_columns({name: [row.get(name) for row in rows] for name in names}, options, label)
    cells = [_cells(row) if isinstance(row, list | tuple | np.ndarray) else None for row in rows]
    lengths = [-1 if row is None else len(row) for row in cells]
    for number, length in enumerate(lengths):
        if length != lengths[0] or length < 0:
            what = f"row {number + 1} of {label} has {counted(length, 'cell')}, the first has {lengths[0]}"
            what = what if length >= 0 else f"row {number + 1} of {label} is not a list of cells"
            raise InvalidInput(what, seen=repr(rows[number])[:60], remedy="pass a list of rows of one length")
    columns = {f"x{j + 1}": [row[j] for row in cells if row is not None] for j in range(max(lengths, default=0))}
    return from_columns(columns, options, label)


def _cells(row: list[Any] | tuple[Any, ...] | np.ndarray) -> list[Any]:
    """The cells of a row; of a masked array the masked ones are None."""
    return row.tolist() if isinstance(row, np.ma.MaskedArray) else list(row)


def from_columns(columns: Mapping[Any, Any], options: ReadOptions, label: str = "the dictionary") -> Source:
    """A dictionary from names to columns (m,) of one length."""
    names = check_names(label, columns)
    arrays = [column_array(values, f"column {name!r}") for name, values in zip(names, columns.values(), strict=True)]
    for name, array in zip(names, arrays, strict=True):
        if len(array) != len(arrays[0]):
            seen = f"{names[0]!r} has {len(arrays[0])}, {name!r} has {len(array)}"
            raise InvalidInput(f"the columns of {label} differ in length", seen, "pass one cell a row in each column")
    return from_arrow(pa.table(dict(zip(names, arrays, strict=True))), options, label)


def column_array(values: ArrayLike | ArrowTable | pa.Array, label: str) -> pa.Array:
    """Anything one-dimensional as an Arrow array: lists, NumPy arrays, pandas and polars series, Arrow arrays.

    Raises:
        InvalidInput: where it is not one-dimensional.
    """
    if isinstance(values, np.ma.MaskedArray) and values.ndim == 1:
        plain = column_array(values.data, label)
        return pc.if_else(pa.array(np.ma.getmaskarray(values)), pa.scalar(None, plain.type), plain)
    if hasattr(values, "__arrow_c_stream__") and not isinstance(values, pa.ChunkedArray):
        values = pa.chunked_array(values)
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if not isinstance(values, list | tuple):
        values = np.asarray(values)
    elif any(value is np.ma.masked for value in values):
        values = [None if value is np.ma.masked else value for value in values]
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise InvalidInput(f"{label} is not one-dimensional", f"shape {values.shape}", "pass one value a row")
    if isinstance(values, np.ndarray) and values.dtype.kind == "c":
        raise InvalidType(f"{label} holds complex numbers", remedy="pass real ones, such as the magnitude")
    if isinstance(values, np.ndarray) and values.dtype.kind in "biufmM":
        return _arrow(values)
    if isinstance(values, np.ndarray) and values.dtype.kind == "S":
        try:
            values = np.char.decode(values, "utf-8")
        except UnicodeDecodeError as problem:
            raise InvalidInput(f"{label} holds bytes that are not UTF-8", str(problem), "decode them first") from None
    return _objects(values)


def _objects(values: Sequence[Any] | np.ndarray) -> pa.Array:
    """Python objects as Arrow values of one type, or as words where they have no common type."""
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None or value != value else str(value) for value in values], pa.string())


def from_arrow(table: pa.Table, options: ReadOptions, label: str = "the table") -> Source:
    """An Arrow table."""
    with in_utf8(label):
        check_names(label, table.column_names)

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        chosen = table.select(wanted)
        for part in _parts(table.num_rows, table.num_columns, options):
            for batch in chosen.slice(part.start, part.stop - part.start).combine_chunks().to_batches():
                with in_utf8(label):
                    batch.validate(full=True)
                yield batch

    return Source(label, table.schema, read, options, known_rows=table.num_rows)


@contextlib.contextmanager
def in_utf8(label: str) -> Iterator[None]:
    """Turn a failure about text that is not UTF-8, which Arrow takes from foreign programs as it is, into our error."""
    try:
        yield
    except (UnicodeDecodeError, pa.ArrowInvalid) as problem:
        if not isinstance(problem, UnicodeDecodeError) and "UTF8" not in str(problem):
            raise
        what = f"{label} holds names or words that are not UTF-8"
        raise BrokenFile(what, str(problem), "write it anew, with text in UTF-8") from problem


def from_frame(frame: Any, options: ReadOptions, label: str = "the frame") -> Source | None:
    """A data frame that narwhals knows (pandas, polars, ...; a lazy one is collected), None for other objects."""
    import narwhals as nw

    try:
        table: Any = nw.from_native(frame, pass_through=True)
    except nw.exceptions.DuplicateError:
        check_names(label, frame.columns)
        raise
    if isinstance(table, nw.LazyFrame):
        table = table.collect()
    if not isinstance(table, nw.DataFrame):
        return None
    check_names(label, table.columns)
    return _from_narwhals(table, options, label)


def from_dataset(dataset: Any, options: ReadOptions, label: str = "the dataset") -> Source:
    """A dataset of xarray: a row for each place of its dimensions, columns of coordinates and variables."""
    frame = dataset.to_dataframe()
    named = [name for name in frame.index.names if name in dataset.coords]  # other dimensions only count the places
    frame = frame.reset_index(level=named).reset_index(drop=True) if named else frame.reset_index(drop=True)
    source = from_frame(frame, options, label)
    assert source is not None
    return source


def _from_narwhals(frame: nw.DataFrame[Any], options: ReadOptions, label: str) -> Source:
    """An eager narwhals frame, converted to Arrow slice by slice so that memory never holds it twice."""
    import narwhals as nw

    dtypes = {str(name): dtype for name, dtype in frame.schema.items()}
    natives = dict(zip(dtypes, frame.columns, strict=True))
    numbers = _Numbers(frame)
    # Columns of Python objects could get another type in each slice, so they are converted at once.
    objects = {
        name: _objects(frame.get_column(natives[name]).to_list()) for name in dtypes if dtypes[name] == nw.Object
    }

    def column(name: str, part: slice) -> pa.Array:
        if name in objects:
            return objects[name][part.start : part.stop]
        try:
            array = frame.get_column(natives[name])[part.start : part.stop].to_arrow()
        except pa.ArrowException as problem:
            what = f"column {name!r} of {label} cannot be used"
            raise InvalidType(what, str(problem).splitlines()[0], "leave it out, or convert it") from problem
        return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for part in _parts(len(frame), len(natives), options):
            quick = numbers.arrays(wanted, part)
            arrays = [quick[name] if name in quick else column(name, part) for name in wanted]
            yield pa.RecordBatch.from_arrays(arrays, names=wanted)

    def arrow_type(name: str) -> pa.DataType:
        if name in numbers.dtypes:
            return pa.from_numpy_dtype(numbers.dtypes[name])
        # The first of words stored as Python objects may be missing, which alone has no type.
        return pa.string() if dtypes[name] == nw.String else column(name, slice(0, 1)).type

    schema = pa.schema([(name, arrow_type(name)) for name in natives])
    return Source(label, schema, read, options, known_rows=len(frame))


class _Numbers:
    """The columns of a pandas frame that are NumPy's numbers, all of a dtype at once: one by one takes far longer.

    Args:
        frame: any frame; of other libraries' it knows none.
    """

    def __init__(self, frame: nw.DataFrame[Any]) -> None:
        self._native: Any = frame.to_native()
        every = zip(self._native.columns, self._native.dtypes, strict=True) if frame.implementation.is_pandas() else ()
        self.dtypes: dict[str, np.dtype] = {}
        self._places: dict[str, int] = {}
        for place, (name, dtype) in enumerate(every):
            if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
                self.dtypes[str(name)], self._places[str(name)] = dtype, place

    def arrays(self, wanted: Sequence[str], part: slice) -> dict[str, pa.Array]:
        """Those of some columns that it knows, of some rows."""
        names: dict[np.dtype, list[str]] = {}
        for name in wanted:
            if name in self.dtypes:
                names.setdefault(self.dtypes[name], []).append(name)
        found: dict[str, pa.Array] = {}
        for some in names.values():
            block = self._native.iloc[part, [self._places[name] for name in some]].to_numpy()
            found |= {name: _arrow(block[:, j]) for j, name in enumerate(some)}
        return found
