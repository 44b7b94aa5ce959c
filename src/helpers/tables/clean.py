"""From the transcribed tables of data/raw to the tidy tables of data/processed.

Every function takes tables and returns a table that has the columns of the tidy one, and others;
nothing here writes.
"""

import pandas as pd

from helpers.tables import parse

Tables = dict[str, pd.DataFrame]


def judgements(printings: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """One row for each grade given, in the words of the document adopted for the inspection: the
    one that inspections.csv names as its source. grade_rank is 1 to 4; printings is a count."""
    about = inspections.set_index("inspection_id").loc[printings["inspection_id"]].set_index(
        printings.index)
    grades = printings["grade_as_printed"].map(parse.grade)
    table = printings.assign(
        grade=grades, grade_rank=grades.map(parse.grade_rank), framework=about["framework"],
        area_as_printed=_joined(printings["area_as_printed"]),
        scale=about["framework"].eq("SLAC").map({True: "before 2013", False: "since 2013"}),
        printings=printings.groupby("judgement_id")["printing_id"].transform("count"))
    return table[table["source_id"] == about["source_id"]].reset_index(drop=True)


def printings(printed: pd.DataFrame) -> pd.DataFrame:
    """One row for each place where a grade is printed, and the grade read."""
    return printed.assign(grade=printed["grade_as_printed"].map(parse.grade),
                          grade_as_printed=_joined(printed["grade_as_printed"]),
                          area_as_printed=_joined(printed["area_as_printed"]))


def _joined(words: pd.Series) -> pd.Series:
    """Words as they read: without the … that marks where a page's layout breaks them."""
    return words.str.replace(" … ", " ")


def figures(printed: pd.DataFrame) -> pd.DataFrame:
    """One row for each figure, its number read from what is printed: value, value_high, out_of (as
    text) and qualifier. A direction without a number, a suppressed value and a count under 6 have
    no value: ''."""
    table = printed.copy()
    table[["value", "value_high", "out_of", "qualifier"]] = [
        _value(row.as_printed, row.counted, row.status) for row in table.itertuples()]
    return table


def _value(printed: str, counted: str, status: str) -> list[str]:
    if status != "as printed":
        return [counted, "", "", ""]  # which is '' unless the status is counted
    *numbers, qualifier = parse.number(printed)
    return [*("" if number is None else f"{number:f}" for number in numbers), qualifier]


def findings(raw: Tables) -> pd.DataFrame:
    """One row for each finding with the codes adopted, theme and direction: both coders' where they
    agree, else the settled one."""
    table = raw["findings"].merge(raw["coding_first"], on="finding_id", validate="1:1")
    for row in raw["coding_settled"].itertuples():
        table.loc[table["finding_id"] == row.finding_id, row.variable] = row.settled
    return table
