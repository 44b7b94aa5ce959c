"""Where the project's files are, and how they are read and replaced."""

import csv
import io
import os
import tempfile
from pathlib import Path

import pandas as pd


def root(start: Path | None = None) -> Path:
    """The project's folder: the nearest one upwards that holds data/datapackage.json.

    Raises FileNotFoundError if there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    raise FileNotFoundError(f"no data/datapackage.json in {here} or any folder above it")


def replace_file(path: Path, content: str | bytes) -> bool:
    """Write a file whole or not at all; leave it untouched if it already holds this content.

    The new text is written beside its place and moved into it. Returns whether it changed.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)  # mkstemp makes it private
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def read_raw(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A hand-made table of data/raw, every cell as the text it is; an empty cell is ''.

    The frame's index is the row's number in the file, as a spreadsheet shows it (first row 2).
    """
    path = (folder or root()) / "data" / "raw" / f"{name}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table


def read_table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A tidy table of data/processed: text, and numbers where every value of a column is one.

    An empty cell is '' in a column of text and missing (NaN) in a column of numbers.
    """
    path = (folder or root()) / "data" / "processed" / f"{name}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    for column in NUMBERS & set(table.columns):
        table[column] = pd.to_numeric(table[column].replace("", None))
    return table


# The columns that hold numbers, in whichever table they stand.
NUMBERS = {"value", "value_high", "out_of", "grade_rank", "printings", "first_year", "last_year",
           "units", "agreed", "percent_agreed", "alpha", "low", "high"}


def as_csv(table: pd.DataFrame) -> str:
    """The table as the text of a CSV file: UTF-8, one line a row, no index, '' for missing."""
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    return text.getvalue()
