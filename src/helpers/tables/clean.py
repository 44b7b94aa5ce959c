"""From the transcribed tables of data/raw to the tidy tables of data/processed.

Every function takes tables and returns a table; nothing here writes. What cannot be read is
collected, so that one run names all of it.
"""

from decimal import Decimal
from pathlib import Path

import pandas as pd

from helpers.tables import parse, schema

Tables = dict[str, pd.DataFrame]


def columns_of(name: str, table: pd.DataFrame, folder: Path | None) -> pd.DataFrame:
    """The columns that the description gives the tidy table, in its order."""
    return table[schema.columns(name, folder)]


def judgements(printings: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """One row for each grade given, in the words of the document adopted for the inspection.

    The document is the one that inspections.csv names as the inspection's source. Columns:
    judgement_id, inspection_id, framework, grade, grade_rank (1 to 4), area, area_as_printed,
    scale, printings (a count), source_id, locator.
    """
    about = inspections.set_index("inspection_id")
    table = printings.copy()
    table["grade"] = table["grade_as_printed"].map(parse.grade)
    table["grade_rank"] = table["grade"].map(parse.grade_rank)
    table["framework"] = table["inspection_id"].map(about["framework"])
    table["scale"] = table["framework"].map(
        lambda name: "before 2013" if name == "SLAC" else "since 2013")
    table["printings"] = table.groupby("judgement_id")["printing_id"].transform("count")
    adopted = table[table["source_id"] == table["inspection_id"].map(about["source_id"])]
    columns = ["judgement_id", "inspection_id", "framework", "grade", "grade_rank", "area",
               "area_as_printed", "scale", "printings", "source_id", "locator"]
    return adopted[columns].reset_index(drop=True)


def printings(printed: pd.DataFrame) -> pd.DataFrame:
    """One row for each place where a grade is printed. Columns: printing_id, judgement_id,
    grade (read), grade_as_printed, area_as_printed, source_id, locator."""
    table = printed.assign(grade=printed["grade_as_printed"].map(parse.grade))
    return table[["printing_id", "judgement_id", "grade", "grade_as_printed", "area_as_printed",
                  "source_id", "locator"]]


def figures(printed: pd.DataFrame) -> pd.DataFrame:
    """One row for each figure, its number read from what is printed.

    Columns: figure_id, measure, value, value_high, out_of (numbers as text, '' for missing),
    unit, as_at, period, qualifier, as_printed, status, checked, same_as, source_id, locator,
    note. A direction without a number, a suppressed value and a count under 6 have no value.
    """
    table = printed.copy()
    read = [_value(row.as_printed, row.counted, row.status) for row in table.itertuples()]
    for position, column in enumerate(("value", "value_high", "out_of", "qualifier")):
        table[column] = [values[position] for values in read]
    return table[["figure_id", "measure", "value", "value_high", "out_of", "unit", "as_at",
                  "period", "qualifier", "as_printed", "status", "checked", "same_as", "source_id",
                  "locator", "note"]]


def _value(printed: str, counted: str, status: str) -> tuple[str, str, str, str]:
    if status == "counted":
        return counted, "", "", ""
    if status != "as printed":
        return "", "", "", ""
    value, high, whole, qualifier = parse.number(printed)
    return _text(value), _text(high), _text(whole), qualifier


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def findings(raw: Tables) -> pd.DataFrame:
    """One row for each finding with the codes adopted: both coders' where they agree, else
    the settled one. Columns: finding_id, inspection_id, voice, theme, direction, summary,
    duplicate_of, source_id, locator."""
    table = raw["findings"].merge(raw["coding_first"], on="finding_id", validate="1:1")
    for row in raw["coding_settled"].itertuples():
        table.loc[table["finding_id"] == row.finding_id, row.variable] = row.settled
    return table[["finding_id", "inspection_id", "voice", "theme", "direction", "summary",
                  "duplicate_of", "source_id", "locator"]]
