"""What a schema cannot say: checks between columns and between tables of data/raw.

Each check yields problems, a line each: file, row, column, found, expected.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.checks import inspections, readable, series, sources, statements
from helpers.checks.common import Tables
from helpers.tables import schema

Check = Callable[[Tables], Iterator[str]]

CHECKS: list[Check] = [
    sources.check_sources, sources.check_locators, sources.check_paragraphs, sources.check_corrections,
    inspections.check_areas, inspections.check_inspections, inspections.check_judgements,
    inspections.check_events, inspections.check_study, inspections.check_coded,
    inspections.check_lists,
    statements.check_figures, statements.check_findings, statements.check_coding,
    statements.check_claims, series.check_measures, series.check_claim_tests,
    series.check_unusual_values]


def problems_between(raw: Tables, folder: Path | None = None) -> list[str]:
    """Everything that does not hold between the tables of data/raw; empty if all is well."""
    starts = schema.description(folder)["sourceIds"]
    return [*(problem for check in CHECKS for problem in check(raw)),
            *sources.check_starts(raw, starts)]


def problems_in_cells(raw: Tables) -> list[str]:
    """Every printed number, grade and date of data/raw that cannot be read, and every neighbour
    that the official tables could not be made with."""
    return [*readable.check_dates(raw), *readable.check_printed(raw), *series.check_neighbours(raw)]
