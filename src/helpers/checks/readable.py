"""Whether what is printed can be read: numbers, grades and dates, cell by cell."""

from collections.abc import Iterator

import pandas as pd

from helpers.checks.common import Tables, printed_date
from helpers.tables import parse


def check_dates(raw: Tables) -> Iterator[str]:
    """Dates of every table that cannot be read as EDTF."""
    for name, table in raw.items():
        for column in ("published", "started", "ended", "as_at", "period", "date"):
            for index, value in table.get(column, pd.Series(dtype=str)).items():
                claimed = (name, column) == ("claims", "period")  # which alone may lie ahead
                try:
                    if value:
                        parse.bounds(value.removesuffix("/..") if claimed else value)
                except ValueError as error:
                    yield f"data/raw/{name}.csv, row {index}, column {column}: {error}"


def check_printed(raw: Tables) -> Iterator[str]:
    """Printed numbers, grades and dates that cannot be read."""
    figures, judgements = raw["figures"], raw["judgements"]
    printed = figures.loc[figures["status"] == "as printed", "as_printed"]
    for table, column, values, read in (
            ("figures", "as_printed", printed, parse.number),
            ("judgements", "grade_as_printed", judgements["grade_as_printed"], parse.grade)):
        for index, value in values.items():
            try:
                read(value)
            except ValueError as error:
                yield f"data/raw/{table}.csv, row {index}, column {column}: {error}"
    years = {"inspections": "started", "events": "date", "figures": "as_at"}
    for table, column in (("inspections", "dates_as_printed"),
                          ("inspections", "published_as_printed"), ("events", "as_printed"),
                          ("figures", "date_as_printed")):
        for index, row in raw[table].iterrows():
            try:
                printed_date(row[column], row[years[table]])
            except ValueError as error:
                yield f"data/raw/{table}.csv, row {index}, column {column}: {error}"
