"""Every rule between the tables, broken once: no file is written and no source text is read.

A case changes one cell, or one row, of a table as it is committed. That each `yield` of
helpers.checks has a case is itself tested, so a rule without one does not pass.
"""

import ast
import functools
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers import checks
from helpers.checks import common, inspections, readable, series, sources, statements
from helpers.checks.common import Tables
from helpers.run import assemble
from helpers.tables import schema

Case = tuple[str | Callable[[pd.DataFrame, int], pd.DataFrame], ...]


def drop(table: pd.DataFrame, index: int) -> pd.DataFrame:
    return table.drop(index=index)


def to_the_end(table: pd.DataFrame, index: int) -> pd.DataFrame:
    return pd.concat([table.drop(index=index), table.loc[[index]]])


check_starts = functools.partial(sources.check_starts, starts=schema.description()["sourceIds"])

# By check: table, row (what its first cells hold), column, new value, words of the problem; for a
# change of the whole row, the change in the place of column and value.
CASES: dict[checks.Check, list[Case]] = {
    sources.check_sources: [
        ("sources", "a000", "file", "", "a file and its SHA-256 for a held text"),
        ("sources", "a000", "file", "001_2f.txt", "column source_id: found 'a000', expected a001"),
        ("sources", "sif-2014", "published", "2014-07-19", "expected 2014-07-18, as its file’s name"),
        ("sources", "a003", "published", "2018-07-04", "the date that its basis names (printed"),
        ("sources", "nh-bbc-2023", "about", "2023-ilacs", "none for what is not held"),
        ("sources", "part-visit-2019-04", "source_id", "part-visit-2018-04",
         "a row that rests on it"),
        ("sources", "part-visit-2023-12", "short_name", "Care 2 Recruit",
         "ends in ', read in part'"),
    ],
    check_starts: [
        ("sources", "nh-bbc-2023", "kind", "article", "found 'article', expected not held"),
        ("sources", "part-visit-2019-04", drop,
         "found no part-visit-2019-04, expected it: a note names it"),
    ],
    sources.check_locators: [
        ("events", "e-hub-2017-article", "locator", "p. 6", "a place in a source that is article"),
        ("corrections", "k-01", "evidence_locator", "10", "a place in a source that is report"),
    ],
    sources.check_paragraphs: [
        ("paragraphs", "a000 1", "opens", "", "the first words of a held text"),
        ("paragraphs", "a000 1", "fate", "rows", "rows if it gave rise to rows"),
        ("paragraphs", "a000 4", "row_ids", "f-000-5", "column row_ids: found 'f-000-4'"),
        ("figures", "n-plan-a004", "locator", "6", "column row_ids: found 'n-plan-a004'"),  # furniture
        ("subjects", "s-homeless", "locator", "p. 2, bullet 9", "column row_ids: found 's-homeless'"),
        ("paragraphs", "a000 4", drop, "found no row for a000 4, expected one"),
        ("paragraphs", "a000 1", drop, "found a gap in the lines of a000, expected 1 to n"),
    ],
    sources.check_corrections: [
        ("corrections", "k-02", "correction_id", "k-99", "found a gap, expected k-01 and on"),
        ("corrections", "k-02", "evidence_words", "six … two", "words of its own"),
        ("corrections", "k-02", "evidence_words", "", "a few words, if the evidence is a text"),
        ("corrections", "k-02", "row_id", "n-recs-a003", "a row of figures.csv"),
        ("corrections", "k-02", "locator", "18", "expected where n-recs-a002 stands"),
        ("corrections", "k-34", "evidence_locator", "sheet SFR36_CLA2015, row E08000012",
         "a place that paragraphs.csv lists"),
        ("corrections", "k-01", drop, "found no row for n-team-a002, expected one: it differs"),
    ],
    inspections.check_areas: [
        ("areas", "adoption SIF", "name_as_printed", "The overall judgement",
         "a name that no other area of the framework has"),
        ("areas", "adoption SIF", "framework", "JTAI", "found 'JTAI', expected one that grades"),
        ("areas", "overall ILACS", "continues", "safeguarding", "areas used before it"),
        ("areas", "overall ILACS", "last_day", "",
         "found '2018-01 to ', expected 2018-01 to 2026-03"),
        ("areas", "care-and-care-leavers ILACS", "last_day", "2022-11",
         "expected 2018-01 to 2022-12"),
        ("areas", "care-leavers ILACS", "first_day", "2022", "expected 2023-01 to "),
        ("areas", "leadership ILACS", "continues", "", "the area that it takes up"),
        ("areas", "care-and-care-leavers ILACS", "comparable", "yes", "in part, if areas merge"),
        ("areas", "overall SIF", "comparable", "yes", "nothing before, if it continues nothing"),
        ("areas", "children-in-care ILACS", "continues", "", "the area that it takes up"),
    ],
    inspections.check_inspections: [
        ("inspections", "2014-sif", "graded", "no", "yes if judgements.csv has grades of it"),
        ("inspections", "2026-ilacs", "overall_given", "yes", "expected no"),
        ("inspections", "2023-ilacs", "overall_given", "no", "expected yes"),
        ("inspections", "2011-slac", "overall_given", "no", "expected not applicable"),
        ("inspections", "2016-jtai", "overall_given", "no", "expected not applicable"),
        ("inspections", "2026-ilacs", "started", "2026-03-11", "an overall grade in judgements"),
        ("inspections", "2016-jtai", "graded", "yes", "full inspections alone graded"),
        ("inspections", "2016-jtai", "framework", "SIF", "expected joint targeted inspection JTAI"),
        ("inspections", "2019-04-fv", "inspection_id", "2019-04-v", "an id that ends in slac, sif"),
        ("inspections", "jtai-mv1", "framework", "SIF", "JTAI, as the inspection before the visit"),
        ("inspections", "2018-ilacs", "started", "2017-05-14", "expected a date in 2018"),
        ("inspections", "2018-ilacs", "started", "2014-05-14", "expected the order of time"),
        ("inspections", "2014-sif", "ended", "2014-06-12", "what 2014-05-20/2014-06-12 says"),
        ("inspections", "2014-sif", "dates_as_printed", "", "the dates printed there"),
        ("inspections", "2014-sif", "published_as_printed", "", "the day printed there"),
        ("inspections", "2014-sif", "published", "2014-07-17", "2014-07-18, as in sources"),
        ("inspections", "jtai-mv2", "started", "2016-09/2018-05", "expected 2016-08/2018-05"),
        ("inspections", "2011-slac", "started", "../2011-04-07", "expected ../2011-04-08"),
        ("inspections", "2024-07-mv", "published", "", "a date, as precise as known"),
        ("inspections", "2014-sif", "started", "2013-05-20", "expected a date in 2014"),
        ("inspections", "2019-04-fv", "started", "2019-05", "expected a date in 2019-04"),
        ("inspections", "2024-07-mv", "ended", "2024-07-07", "within 60 days of its start"),
        ("inspections", "2014-sif", "published", "2014-05-18", "a day after the start, within"),
        ("inspections", "2024-07-mv", "published", "2025-08-07", "a day after the start, within"),
        ("inspections", "2024-07-mv", "outcome_voice", "council", "a document unless the outcome"),
        ("inspections", "2014-sif", "outcome_source_id", "a002", "its own source, or news of that"),
        ("inspections", "2025-03-mv", "outcome_voice", "Ofsted as reported", "expected council"),
        ("inspections", "2025-03-mv", "how_sure", "high", "expected to say: held in part"),
    ],
    inspections.check_judgements: [
        ("judgements", "2014-overall@a002", "printing_id", "2014-overall@a001",
         "expected 2014-overall@a002"),
        ("judgements", "2014-overall@a002", "area", "safeguarding", "expected an area of SIF"),
        ("judgements", "2018-overall@a001", "area", "care-leavers", "an area in use in 2018-05-14"),
        ("judgements", "2014-overall@a002", "inspection_id", "2018-ilacs", "expected one of 2014"),
        ("judgements", "2014-overall@a002", "area", "leadership", "the area of 2014-overall"),
        ("judgements", "2014-overall@a002", "grade_as_printed", "good",
         "requires improvement, as printed elsewhere of 2014-overall"),
        ("judgements", "2014-overall@sif-2014", drop, "one printing in the document adopted"),
    ],
    inspections.check_events: [
        ("events", "e-director-2012", "date", "2012-09", "expected 2012-08, as printed"),
        ("events", "e-director-2012", "date", "2013-08", "expected a date in 2012"),
        ("events", "england-reaches", drop, "found no england-reaches, expected that event"),
        ("events", "record-reaches", drop, "found no record-reaches, expected that event"),
    ],
    inspections.check_study: [
        ("study", "E08000012", "authority", "E08000013", "expected one with a report of"),
        ("study", "E08000012", "after", "2014-sif", "the earlier first"),
        ("study", "E08000012", "before", "2026-ilacs", "two full inspections with an overall"),
        ("board", "b-01-2023-12", "board_id", "b-01-2023-11", "expected b-01-2023-12"),
        ("board", "b-01-2023-12", "state", "mixed", "a source, or none for what is not known"),
        ("board", "b-02-2023-12", "key_words", "", "a few words, if the source is a text"),
        ("board", "b-02-2023-12", "how_sure", "medium", "expected to say: held in part"),
        ("board", "b-01-2023-12", drop, "found no row for area 1, 2023-12-mv, expected one"),
        ("board", "b-01-2024-03", "finding_id", "f-000-12a", "a finding of this place"),
        ("board", "b-01-2023-12", "inspection_id", "2019-04-fv", "found a row for area 1, 2019-04-fv"),
    ],
    inspections.check_coded: [
        ("outcomes", "p-01a", "reason", "a reason", "a reason where the coders differ"),
        ("outcomes", "p-03", "verdict", "still named", "one of the two codes"),
        ("outcomes", "p-01a", "locator", "", "none if not mentioned, else the place"),
        ("outcomes", "p-01a", "places", "§1;§2", "§74 among them"),
        ("outcomes", "p-01a", "part", "Life-story work", "a name of its own"),
        ("outcomes", "p-01a", "inspection_id", "2023-ilacs", "expected that of ilacs-2026"),
        ("outcomes", "p-01a", drop, "found p-01b for area 1, expected p-01, or two parts or"),
        ("outcomes", "p-03", drop, "found nothing for area 3"),
        ("subject_states", "s-oversight@ilacs-2023", "reason", "", "a reason where the coders differ"),
        ("subject_states", "s-homeless@sif-2014", "state", "listed", "one of the two codes"),
        ("subject_states", "s-homeless@sif-2014", drop, "found no row for s-homeless sif-2014"),
        ("subject_states", "s-homeless@sif-2014", "state_id", "s-homeless@jtai-2016",
         "expected s-homeless@sif-2014"),
    ],
    inspections.check_lists: [
        ("lists", "jtai-2016", drop, "a difference at jtai-2016, expected each report and letter"),
        ("lists", "jtai-2016", "year", "2017", "the year its document came out"),
    ],
    statements.check_figures: [
        ("figures", "n-files-a002", "figure_id", "n-files-a003", "found 'a002', expected a003"),
        ("figures", "n-afi-2014", "counted", "22", "23, as many as paragraphs.csv lists"),
        ("figures", "n-afi-2014", "counted_over", "§45 to §300", "0, as many as paragraphs.csv"),
        ("figures", "n-afi-2014", "counted_over", "§67 to §45", "found '23', expected 0, as many as"),
        ("figures", "n-team-2014", "counted", "", "a number if status is counted"),
        ("figures", "n-team-2014", "as_printed", "8", "the printed words, unless counted"),
        ("figures", "n-poverty-2014", "unit", "children", "the unit of Approximately 33%"),
        ("figures", "n-homes-2014", "as_printed", "3", "small count for a count under 6"),
        ("figures", "n-workers-2014", "measure", "doctors employed", "the unit of doctors"),
        ("figures", "n-cla-2013", "as_at", "2013-03-30", "the day that the page prints (31 March"),
        ("figures", "n-cla-2013", "as_at", "2013-03", "found '2013-03', expected 31 March 2013"),
        ("figures", "n-turnover-nw-2014", "as_at", "", "a note that the date is not printed"),
        ("figures", "n-cin-a002", "as_at", "2014-06", "expected none, by the note"),
        ("figures", "n-iro-2014", "period", "2014", "a day or a period, not both"),
        ("figures", "n-iro-2014", "as_at", "2014-07", "2014-05 or 2014-06 or 2014-05/2014-06"),
        ("figures", "n-adoptions-year-2013", "period", "2010", "expected a date in 2013"),
        ("figures", "n-team-a002", "same_as", "", "the figure of Ofsted's report"),
        ("figures", "n-afi-a001", "same_as", "", "the report's figure, or a note"),
        ("figures", "n-cin-2013", "checked", "differs", "Ofsted’s own figures agree"),
        ("figures", "n-plan-a004", "checked", "confirmed", "not of Ofsted, if its source reports"),
        ("figures", "n-days-a000", "checked", "not in the report", "no report held, of a visit"),
        ("figures", "n-cin-2013", "checked", "unvalidated there", "unvalidated there if the note"),
        ("figures", "n-cin-a002", "as_printed", "4,278", "differs beside n-cin-2014, 4,277"),
        ("figures", "n-cin-a002", "checked", "confirmed", "unvalidated there, as there"),
        ("figures", "n-cin-a002", "period", "2014", "expected none, as n-cin-2014"),
        ("figures", "n-cin-a002", "unit", "files", "expected differs beside n-cin-2014, 4,277 children"),
    ],
    statements.check_findings: [
        ("findings", "f-000-10", "voice", "Ofsted report", "Ofsted report for its own"),
        ("findings", "f-004-2", "inspection_id", "2023-ilacs", "none: not an inspection's finding"),
        ("findings", "f-000-10", "inspection_id", "", "the inspection it belongs to"),
        ("findings", "f-sif-1", "inspection_id", "2018-ilacs", "the inspection of sif-2014"),
        ("findings", "f-000-10", "inspection_id", "2023-ilacs", "2024-03-mv, which the article"),
        ("findings", "f-000-16b", "duplicate_of", "f-004-3", "expected a first one"),
        ("findings", "f-000-16b", "duplicate_of", "f-sif-1", "a finding of the same inspection"),
    ],
    statements.check_coding: [
        ("coding_first", "f-sif-1", to_the_end, "found another order than in findings.csv"),
        ("coding_second", "f-sif-1", drop, "found no match for f-sif-1, expected one row"),
        ("coding_settled", "f-sif-41", to_the_end, "found another order than in findings.csv"),
        ("coding_settled", "f-sif-41", "first", "partner agencies", "the passes differ, as they"),
        ("coding_settled", "f-sif-41", "settled", "partner agencies", "one of the two codes"),
        ("coding_settled", "f-sif-41", drop, "found no row for f-sif-41 theme, expected one"),
    ],
    statements.check_claims: [
        ("claims", "c-26-71a", "period", "2023-04", "up to the source's own, 2026-07-07"),
        ("claims", "c-sif-6", "voice", "council", "Ofsted report for its own"),
        ("claims", "c-000-11", "voice", "council", "a voice of findings at its place"),
        ("claims", "c-002-11a", "measure", "caseload", "expected that of c-sif-3a"),
        ("claims", "c-sif-6", "period_basis", "stated", "if the basis is the inspection, else"),
        ("claims", "c-sif-151", "period", "../2014-08", "the time of the inspection"),
        ("claims", "c-sif-151", "period_basis", "stated", "an open start for: up to then"),
        ("claims", "c-001-25", "period", "2023-06", "up to the source's own, 2023-05-25"),
    ],
    series.check_neighbours: [
        ("neighbours", "E08000012", "neighbour_2", "E08000012", "another authority, once"),
        ("neighbours", "E08000012", "neighbour_2", "E06000009", "another authority, once"),
    ],
    series.check_measures: [
        ("measures", "referrals-rate", "base", "referral", "found 'referral', expected a measure"),
        ("measures", "rereferrals-percent", "share_of", "nothing", "measures, for percentages"),
        ("measures", "referrals", "unit", "per 10,000 children", "per 10,000 for rates alone"),
        ("measures", "referrals-rate", "rate_of", "", "found '', expected referrals for its"),
        ("measures", "enquiries-rate", "rate_of", "plans", "if it is a measure, else none"),
        ("measures", "caseload", "polarity_used", "higher", "what its publisher prefers (Low)"),
        ("measures", "referrals-rate", "timing", "at 31 March", "expected that of referrals"),
    ],
    series.check_claim_tests: [
        ("claim_tests", "c-sif-6", drop, "found no row for c-sif-6, expected one"),
        ("claim_tests", "c-sif-6", to_the_end, "found another order than in claims.csv"),
        ("claim_tests", "c-sif-71", "series", "referral-rate", "a measure, or figures"),
        ("claim_tests", "c-sif-71", "direction", "", "'referrals-rate', expected what level needs"),
        ("claim_tests", "c-sif-71", "from_year", "2013", "column from_year: found '2013/2014'"),
        ("claim_tests", "c-sif-71", "ofsted_agrees", "silent", "own claim for Ofsted's report"),
        ("claim_tests", "c-001-3", "ofsted_row", "k-99", "expected a row of a table"),
        ("claim_tests", "c-001-3", "ofsted_row", "", "the row that shows it"),
    ],
    series.check_unusual_values: [
        ("unusual_values", "referrals 2023", drop, "found no row for referrals 2023, expected one"),
        ("unusual_values", "referrals 2023", "year", "2022", "found a row for referrals 2022"),
    ],
    readable.check_dates: [
        ("inspections", "2014-sif", "ended", "2014-06-31", "a day that the calendar has"),
        ("inspections", "2014-sif", "ended", "2014-06/..", "expected a date such as"),
        ("claims", "c-23-42", "period", "2023-02-31/..", "a day that the calendar has"),
    ],
    readable.check_printed: [
        ("figures", "n-cin-2013", "as_printed", "4,07O", "digits grouped by threes"),
        ("judgements", "2014-overall@a002", "grade_as_printed", "adequate", "expected one of inad"),
        ("events", "e-director-2012", "as_printed", "31 June 2012", "a day that the month has"),
    ],
}
ALL = [(check, case) for check, cases in CASES.items() for case in cases]


@functools.cache
def committed() -> Tables:
    raw = assemble.read()
    return raw | assemble.official_tables(raw)


def changed(case: Case, raw: Tables) -> tuple[Tables, str]:
    """The tables with the change of a case, and how its problem names the table and the row."""
    name, row, *change, _ = case
    table = raw[name].copy()
    index = next(index for index, *cells in table.itertuples(name=None)
                 if " ".join(cells).startswith(f"{row} "))
    if callable(change[0]):
        return raw | {name: change[0](table, index)}, rf"/{name}\.csv"
    if name == "study":
        return raw | {name: table.assign(**{change[0]: change[1]})}, "study.toml"
    assert table.loc[index, change[0]] != change[1]
    table.loc[index, change[0]] = change[1]
    return raw | {name: table}, rf"/{name}\.csv(, row {index}, |(?!, row))"


@functools.cache
def rules_broken(check: checks.Check, case: Case) -> set[tuple[str, int]]:
    """The `yield`, by file and line, of the rule that tells the problem of a case."""
    raw, where = changed(case, committed())
    lines, running = set(), check(raw)
    for problem in running:
        at = running
        while waits_for := at.gi_yieldfrom or at.gi_frame.f_locals.get("running"):
            at = waits_for
        if re.search(rf"{where}|/paragraphs\.csv", problem) and case[-1] in problem:
            lines.add((Path(at.gi_code.co_filename).name, at.gi_frame.f_lineno))
    return lines


@pytest.mark.parametrize(("check", "case"), ALL, ids=["-".join(c[-1].split()) for _, c in ALL])
def test_a_broken_rule_is_told(check: checks.Check, case: Case) -> None:
    assert len(rules_broken(check, case)) == 1


def test_the_tables_as_they_are_break_no_rule() -> None:
    assert checks.problems_in_cells(committed()) + checks.problems_between(committed()) == []


@pytest.mark.parametrize(("check", "column", "cell"), [
    (sources.check_locators, "locator", "row 2"), (readable.check_dates, "published", "2022-13-01")])
def test_an_official_table_is_named_by_its_path(root: Path, check: checks.Check, column: str,
                                                cell: str) -> None:
    table = committed()["authority_inspections"].copy()
    table.loc[table.index[0], column] = cell
    found, = check(committed() | {"authority_inspections": table})
    assert found.startswith(f"data/raw/official/authority_inspections.csv, row 2, column {column}")
    assert {name: common.file_of(name) for name in (*assemble.RAW, *assemble.OFFICIAL)} == {
        path.stem: path.relative_to(root).as_posix() for path in (root / "data/raw").rglob("*.csv")}


def test_every_check_is_made() -> None:
    """Those of cells by themselves, since the others need cells that can be read."""
    of_cells = {readable.check_dates, readable.check_printed, series.check_neighbours}
    assert {*CASES} == {*checks.CHECKS, check_starts} | of_cells
    case = CASES[check_starts][0]
    raw, _ = changed(case, committed())
    assert any(case[-1] in problem for problem in checks.problems_between(raw))


def test_every_rule_is_broken() -> None:
    rules = {(path.name, node.lineno) for path in Path(checks.__file__).parent.glob("*.py")
             if path.name != "common.py"  # which tells what rules of the others find
             for node in ast.walk(ast.parse(path.read_text("utf-8"))) if type(node) is ast.Yield}
    assert rules == set().union(*(rules_broken(*case) for case in ALL))
