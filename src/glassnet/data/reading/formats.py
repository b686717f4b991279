"""The formats of table files: how each is recognized, and how it is read, or what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from glassnet.data.reading import columnar, spreadsheets
from glassnet.data.reading.content import Content
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source

SAVE = "save it as CSV"
TABLE = "pass a table, such as a CSV file"
FRAME = "read it with {} and pass the frame"
UNPACK = "unpack it and pass the file in it"


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Args:
        name: what messages call it.
        magic: a regular expression of the bytes it begins with.
        endings: of the names of such files.
        open: opens it as a source; None for a format that is not read.
        remedy: what to do instead.
    """

    name: str
    magic: bytes
    endings: tuple[str, ...] = ()
    open: Callable[[Content, ReadOptions], Source] | None = None
    remedy: str = ""

    def begins(self, head: bytes) -> bool:
        """Whether a file that begins with ``head`` is of this format."""
        return bool(self.magic) and re.match(self.magic, head, re.DOTALL) is not None


# A format without magic is known by its name only. Delimited text is what no record here knows.
FORMATS = (
    Format("a Parquet file", b"PAR1", (".parquet", ".pq"), columnar.from_parquet),
    Format("an Arrow file", b"ARROW1", (".arrow", ".feather", ".ipc"), columnar.from_ipc),
    Format("a Feather 1 file", b"FEA1", (), columnar.from_feather1),
    Format("an Arrow stream", rb"\xff\xff\xff\xff.{3}\0", (".arrows",), columnar.from_stream),
    Format("a spreadsheet", rb"\xd0\xcf\x11\xe0", (".xls", ".xlsx", ".xlsb", ".xlsm", ".ods"), spreadsheets.from_sheet),
    # Read by other libraries, whose frames and arrays are tables here.
    Format("a NumPy file", rb"\x93NUMPY", (".npy", ".npz"), remedy="load it with numpy.load and pass the array"),
    Format(
        "a Stata file", rb"<stata_dta>|[\x6c-\x73][\x01\x02]\x01\0", (".dta",), remedy=FRAME.format("pandas.read_stata")
    ),
    Format(
        "a SAS file",
        rb"\0{12}\xc2\xea\x81\x60|HEADER RECORD\*{7}L",
        (".sas7bdat", ".xpt"),
        remedy=FRAME.format("pandas.read_sas"),
    ),
    Format("an SPSS file", rb"\$FL[23]", (".sav", ".zsav", ".por"), remedy=FRAME.format("pandas.read_spss")),
    Format(
        "an SQLite database",
        rb"SQLite format 3\0",
        (".sqlite", ".sqlite3", ".db"),
        remedy=FRAME.format("pandas.read_sql"),
    ),
    Format("an HDF5 file", rb"\x89HDF\r\n", (".h5", ".hdf5", ".hdf"), remedy=FRAME.format("pandas.read_hdf (or h5py)")),
    Format(
        "a NetCDF file", rb"CDF[\x01\x02\x05]", (".nc",), remedy="open it with xarray.open_dataset and pass the dataset"
    ),
    Format("an ORC file", rb"ORC[\0-\x1f]", (".orc",), remedy=FRAME.format("pandas.read_orc")),
    Format("an Avro file", rb"Obj\x01", (".avro",), remedy=FRAME.format("polars.read_avro")),
    Format(
        "a pickle",
        rb"\x80[\x02-\x05]",
        (".pkl", ".pickle"),
        remedy="opening it can run foreign code: if you trust it, pass what pandas.read_pickle returns",
    ),
    Format(
        "an ARFF file",
        rb"(?i)\s*(%[^\n]*\n\s*)*@relation\s",
        (".arff",),
        remedy="load it with scipy.io.arff.loadarff and pass the array",
    ),
    Format(
        "a MATLAB file", rb"MATLAB [5-7]", (".mat",), remedy="load it with scipy.io.loadmat and pass an array of it"
    ),
    Format(
        "an R file",
        rb"RD[ABX][2-3]\n|[XAB]\n\0\0\0[\2\3]",
        (".rds", ".rda", ".rdata"),
        remedy="write it in R with write.csv",
    ),
    Format(
        "an svmlight file",
        rb"[-+]?[\d.]+( \d+:[-+\d.eE]+)+\s*\n",
        (".svm", ".libsvm"),
        remedy="load it with sklearn.datasets.load_svmlight_file and pass the matrix",
    ),
    Format("a model or arrays", rb".{6}\0\0\{\"", (".safetensors",), remedy="pass a table; glassnet.load reads models"),
    # No tables at all.
    Format(
        "a web page or XML",
        rb"(?i)\s*<(\?xml|!doctype|html)",
        (".html", ".htm", ".xml"),
        remedy=FRAME.format("pandas.read_html"),
    ),
    Format("a pointer of Git LFS", rb"version https://git-lfs", remedy="fetch the file with git lfs pull"),
    Format("a PDF", rb"%PDF", (".pdf",), remedy=TABLE),
    Format("a picture", rb"\x89PNG|\xff\xd8\xff|GIF8", (".png", ".jpg", ".jpeg", ".gif"), remedy=TABLE),
    Format("a tar archive", rb".{257}ustar", (".tar", ".tgz"), remedy=UNPACK),
    Format(
        "a packed file",
        rb"7z\xbc\xaf|Rar!|\x1f\x9d|\x04\x22\x4d\x18|LZIP",
        (".7z", ".rar", ".z", ".lz4"),
        remedy=UNPACK,
    ),
)
TEXT = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data")  # endings of delimited text
