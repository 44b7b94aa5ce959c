"""The tables as files: read as they are, written as plain CSV."""

from pathlib import Path

import pandas as pd

from helpers.store import root


def read_raw(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A hand-made table of data/raw, every cell as the text it is; an empty cell is ''.

    The frame's index is the row's number in the file, as a spreadsheet shows it (first row 2).
    """
    table = _read("raw", name, folder)
    return table.set_index(pd.RangeIndex(2, len(table) + 2))


def read_table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A tidy table of data/processed: text, and numbers where every value of a column is one.

    An empty cell is '' in a column of text and missing (NaN) in a column of numbers.
    """
    return as_numbers(_read("processed", name, folder))


def _read(part: str, name: str, folder: Path | None) -> pd.DataFrame:
    path = (folder or root()) / "data" / part / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def as_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """A table of text with the columns that hold numbers as numbers."""
    return table.assign(**{column: pd.to_numeric(table[column].replace("", None))
                           for column in table.columns if column in NUMBERS})


# The columns that hold numbers, in whichever table they stand.
NUMBERS = {"value", "value_high", "out_of", "grade_rank", "printings", "units", "agreed",
           "percent_agreed", "alpha", "low", "high", "decimals", "year", "from_year", "to_year",
           "authorities", "q1", "q3", "changes",
           "change_d1", "change_q1", "change_d5", "change_q3", "change_d9", "change",
           "change_rank", "sides", "judged", "unusual_below", "unusual_above", "distance",
           "closeness", "from_value", "to_value", "typical_change", "second_change", "area_no"}


def as_csv(table: pd.DataFrame) -> str:
    """The table as the text of a CSV file: one line a row, no index, '' for missing."""
    return str(table.to_csv(index=False, lineterminator="\n"))
