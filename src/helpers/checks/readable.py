"""Whether what is printed can be read: numbers, grades and dates, cell by cell."""

from collections.abc import Callable, Iterator

import pandas as pd

from helpers.checks.common import Tables, file_of, printed_date
from helpers.tables import parse


def check_dates(raw: Tables) -> Iterator[str]:
    """Dates of every table that cannot be read as EDTF."""
    for name, table in raw.items():
        for column in table.columns.intersection(
                ["published", "started", "ended", "as_at", "period", "date"]):
            dates = table[column]
            if (name, column) == ("claims", "period"):  # which alone may lie ahead
                dates = dates.str.removesuffix("/..")
            yield from _unread(name, dates[dates != ""], parse.bounds)


def check_printed(raw: Tables) -> Iterator[str]:
    """Printed numbers, grades and dates that cannot be read."""
    figures = raw["figures"]
    yield from _unread("figures", figures.loc[figures["status"] == "as printed", "as_printed"],
                       parse.number)
    yield from _unread("judgements", raw["judgements"]["grade_as_printed"], parse.grade)
    for name, column, stored in (("inspections", "dates_as_printed", "started"),
                                 ("inspections", "published_as_printed", "started"),
                                 ("events", "as_printed", "date"),
                                 ("figures", "date_as_printed", "as_at")):
        yield from _unread(name, raw[name][column], printed_date, raw[name][stored])


def _unread(name: str, cells: pd.Series, read: Callable[..., object],
            *beside: pd.Series) -> Iterator[str]:
    """The cells of a column that a function refuses, called with each and with those beside it."""
    for index, *values in zip(cells.index, cells, *beside, strict=True):
        try:
            read(*values)
        except ValueError as error:
            yield f"{file_of(name)}, row {index}, column {cells.name}: {error}"
