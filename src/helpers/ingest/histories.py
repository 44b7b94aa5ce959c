"""Every full inspection of every English authority since 2013, from published files.

The single inspection framework (SIF) is read from Ofsted's data of 2023, the one after it (ILACS)
from Ofsted's outcomes of 2025, and what came later from Data to Insight's summary of June 2026.
Where two of them hold one inspection, it has one row, and every difference is a correction.
Only what is newer than all of these is taken from a table that a program reads from Ofsted's pages,
and where the report itself is in the folder, only what it does not print: the day of publication and
whether the inspection was a short one. Reviews of safeguarding boards are left out.

The key is the area code. An authority has the code that Ofsted gave it in 2025, for its whole
history: a county that became a unitary authority and got a new code (Buckinghamshire, North
Yorkshire, Somerset) goes on, as it does in Ofsted's tables. A body that Ofsted lists as no longer
existing keeps its own code and ends; those in its place start with nothing, new Dorset included.
The SIF table prints names, not codes: each of its names must be a name of 2025 or of CEASED, and
its ILACS inspections must be found again under the code that the name gave.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from python_calamine import CalamineError

from helpers.ingest import read_report
from helpers.ingest.read_report import Report
from helpers.tables import parse

WIDE = ("Childrens_social_care_in_England_2023_underlying_data.ods", "LA_inspections_2009-2023")
HISTORY = ("LA_Inspection_Outcomes_as_at_31_March_2025.ods", "ILACS_inspection_history")
NEWEST = ("ilacs_latest_2026-06-29.xlsx", "ofsted_cs_inspections_overview")
LISTED = ("ilacs_history_2026-08-22.csv", "")  # a CSV file has no sheets
SOURCE_IDS = {WIDE: "ofsted-data-2023", HISTORY: "ofsted-outcomes-2025", NEWEST: "d2i-2026",
              LISTED: "scrape-2026"}
# Not compiled, only compared: Ofsted's later publication revises it.
EARLIER = ("LA_Inspection_Outcomes_as_at_March_2024.ods", "Inspections_31_March_2024")
EARLIER_ID = "ofsted-outcomes-2024"
# Reports: the day of publication, Ofsted's number and the name of the authority.
REPORTS = tuple(f"ilacs_2026/{name}.pdf" for name in (
    "2026-07-07_2637539_north-northamptonshire", "2026-07-07_2637548_west-northamptonshire",
    "2026-07-28_80431_blackpool", "2026-07-28_80523_middlesbrough", "2026-08-03_80573_trafford",
    "2026-08-04_80557_south-tyneside", "2026-08-18_80539_portsmouth",
    "2026-08-20_80480_lancashire"))
REPORTS_ID = "ofsted-reports-2026"

JUDGEMENTS = ["overall_grade", "leadership", "help_and_protection", "looked_after", "adoption",
              "care_leavers", "care_and_care_leavers", "children_in_care"]
COLUMNS = ["history_id", "area_code", "authority", "region", "framework", "kind", "started",
           "published", *JUDGEMENTS, "abolished", "status", "source_id", "locator"]
CORRECTIONS = ["correction_id", "table", "row_id", "what_differs", "printed", "adopted", "reason",
               "source_id", "locator", "evidence_source_id", "evidence_locator", "evidence_words"]

SPLIT = "2023-01-01"  # inspections from here on grade children in care and care leavers apart
NO_OVERALL = "2026-04-01"  # inspections from here on have no overall grade
# Two full inspections of one authority lie more than a year and a half apart: dates of
# publication within a quarter of a year of each other are two printings of one inspection.
SAME_WITHIN = dt.timedelta(days=92)

# Ofsted's tables say that these no longer exist, not since when: the days are those on which
# the orders that replaced them took effect. DfE's tables stop with the day before.
CEASED = {"E06000028": ("Bournemouth", "2019-04-01"), "E06000029": ("Poole", "2019-04-01"),
          "E10000009": ("Dorset", "2019-04-01"), "E10000006": ("Cumbria", "2023-04-01"),
          "E10000021": ("Northamptonshire", "2021-04-01")}
# The summary of 2026 keeps codes that were replaced, one of them for two authorities and one
# that was another authority's; DfE's number, which it prints beside, tells which is meant.
RECODED = {("E10000002", "825"): "E06000060", ("E10000009", "838"): "E06000059",
           ("E10000006", "942"): "E06000063", ("E10000006", "943"): "E06000064",
           ("E10000023", "815"): "E06000065", ("E10000027", "933"): "E06000066"}
# What Ofsted's notes of 2025 revise in its publication of 2024: where that printed it, and the note.
REVISED = [("E10000028-2024-01-12", "care_leavers", "good", "sheet Inspections_31_March_2024, row 123",
            "sheet Notes, row 10")]
ALIASES = {"bedford borough": "bedford", "london corporation": "city of london"}
NOT_GRADES = {"", "-", ":", "c", "x", "z", "u", "low", "inspection_pre_dates_judgement",
              "not_reported_post_reform"}

_HELP = "experiences and progress of children who need help and protection"
_APART = {"in_care": "experiences and progress of children in care",
          "care_leavers": "experiences and progress of care leavers"}
# The headings of each table. That of 2023 has a wide row for each authority, and below it another
# table, of those that ceased, with one block of ILACS columns; {} stands for a block's name.
_SIF = {"overall_grade": "{} Overall Judgement (OE)",
        "help_and_protection": "{} children who need help and protection",
        "looked_after": "{} children looked after and achieving permanence",
        "adoption": "{} CLA Sub: Adoption Performance",
        "care_leavers": "{} CLA Sub: Experiences and progress of care leavers",
        "leadership": "{} leadership, management and governance",
        "published": "Single Inspection of LA Children's Services (SIF) {} publication date"}
_ILACS = {column: f"{{}} framework {heading}" for column, heading in {
    "kind": "inspection type", "published": "publication date", "help_and_protection": _HELP,
    "overall_grade": "overall effectiveness", "leadership": "impact of leaders",
    "in_care": f"{_APART['in_care']} and care leavers"}.items()}
_SECOND = _ILACS | {column: f"{{}} framework {heading}" for column, heading in _APART.items()}
_BLOCKS = ({"First SIF": _SIF, "SIF Re-inspection": _SIF, "First ILACS": _ILACS,
            "Second ILACS": _SECOND},
           {"First SIF": _SIF, "SIF Re-inspection": _SIF, "ILACS": _ILACS})
_HISTORY = {"area_code": "Local authority area code", "authority": "Local authority name",
            "exists": "Local authority status", "region": "Ofsted region",
            "started": "Inspection date", "published": "Publication date",
            "kind": "Inspection type", "overall_grade": "Overall effectiveness",
            "leadership": "The impact of leaders on social work practice with children and "
                          "families",
            "help_and_protection": f"The {_HELP}"} | {
                column: f"The {heading}" for column, heading in _APART.items()}
_NEWEST = {"area_code": "ltla23cd", "number": "la_code", "authority": "local_authority",
           "kind": "inspection_framework", "started": "inspection_start_date",
           "published": "publication_date", "overall_grade": "overall_effectiveness_grade",
           "leadership": "impact_of_leaders_grade",
           "help_and_protection": "help_and_protection_grade", "in_care": "in_care_grade",
           "care_leavers": "care_leavers_grade"}
_EARLIER = {"authority": "Local authority name", "started": "Inspection date",
            "overall_grade": "Overall effectiveness", "leadership": "Impact of leaders",
            "help_and_protection": f"E{_HELP[1:]}"} | {
                column: f"E{heading[1:]}" for column, heading in _APART.items()}
_LISTED = {key: column for key, column in _NEWEST.items() if key not in ("area_code", "number")}
_GRADED = ("overall_grade", "leadership", "help_and_protection", "in_care", "care_leavers")
_COMPARED = {"kind": "kind", "started": "period", "published": "period"} | dict.fromkeys(
    _GRADED, "grade")


class Sheet(NamedTuple):
    """A sheet as it stands: its file, its name, and its cells without headings."""

    file: str
    name: str
    cells: pd.DataFrame


Row = dict[str, str]


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of full inspections and the corrections made to it, from the folder of the files.

    Inspections (COLUMNS), by authority and date: history_id (area code and day of publication);
    dates as yyyy-mm-dd, no start where none is published; grades as in parse.GRADES or ''; abolished,
    the day from which the authority no longer existed, or ''; status, why a grade is missing.
    Corrections (CORRECTIONS): what one publication prints and another overrules. Raises ValueError,
    naming file, sheet and what was found, for what is not there and for a cell not understood.
    """
    reports = {}
    for file in REPORTS:
        try:
            reports[file] = read_report.read(folder / file, plain(Path(file).stem.split("_")[-1]))
        except ValueError as error:
            raise ValueError(f"{file} is not read: {error}") from None
    wide, history, newest, listed = (_sheet(folder, *which) for which in SOURCE_IDS)
    return build(wide, history, newest, listed, reports)


def build(wide: Sheet, history: Sheet, newest: Sheet, listed: Sheet,
          reports: Mapping[str, Report]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same from the sheets, read without headings, and the reports, by name of the file."""
    held, names = _history(history)
    earlier = _wide(wide, names)
    regions = {row["area_code"]: row["region"] for row in [*earlier, *held]}
    inspections = [row for row in earlier if row["framework"] == "SIF"] + held
    corrections: list[Row] = []
    for row in (row for row in earlier if row["framework"] == "ILACS"):
        if not (partner := _partner(row, held)):
            raise ValueError(f"{row['where']}: found an inspection of {row['authority']} published "
                             f"{row['published']}, which {history.file} does not have")
        corrections += _differences(row, partner, "Ofsted's later publication is adopted")
    for row in _newest(newest, names):
        if row["printed_code"] != row["area_code"]:
            known = [other for other in held if other["area_code"] == row["area_code"]]
            corrections.append(_correction(
                row, known[-1], what_differs="area code", printed=row["printed_code"],
                adopted=row["area_code"], evidence_words=row["area_code"],
                reason="a code since replaced; DfE's number printed beside it tells whose"))
        if partner := _partner(row, held):
            corrections += _differences(
                row, partner, "Ofsted's own statistics are adopted over a compilation")
        else:
            inspections.append(row)
    found = _listed(listed, names, max(row["published"] for row in inspections))
    adopted = {}
    for file, report in reports.items():
        own, differing = _reported(file, report, found)
        adopted[own["history_id"]] = own
        corrections += differing
    inspections += [adopted.get(row["history_id"], row) for row in found]
    for history_id, column, printed, locator, note in REVISED:
        corrections += [_correction(
            row | {"source_id": "ofsted-outcomes-2024", "locator": locator}, row | {"locator": note},
            what_differs="grade", printed=f"{column}: {printed}",
            adopted=f"{column}: {row[column]}", evidence_words=row[column],
            reason="revised by Ofsted itself after an input error")
            for row in held if row["history_id"] == history_id]
    table = pd.DataFrame([_finished(row) for row in inspections])
    table = table.assign(region=table["area_code"].map(regions))[COLUMNS].sort_values(
        ["authority", "published", "area_code"], ignore_index=True)
    corrections.sort(key=lambda row: row["row_id"])  # stable: columns keep their order
    numbered = [row | {"correction_id": f"h-{n:02d}"} for n, row in enumerate(corrections, start=1)]
    return table, pd.DataFrame(numbered, columns=CORRECTIONS)


def printed(folder: Path) -> list[Row]:
    """Every inspection as each of the published files prints it, with source_id and locator; the
    grade for children in care as in_care. Raises as read."""
    wide, history, newest, earlier = (_sheet(folder, *which) for which in (
        WIDE, HISTORY, NEWEST, EARLIER))
    held, names = _history(history)
    (table,) = _tables(earlier, _EARLIER)
    year_before = [_row(cells, **_whose(cells, names, "a known authority")) for cells in table
                   if cells["started"] != "Not yet inspected"]
    return [*_wide(wide, names), *held, *_newest(newest, names), *year_before]


def _sheet(folder: Path, file: str, name: str) -> Sheet:
    try:
        if name:
            cells = pd.read_excel(folder / file, sheet_name=name, header=None, engine="calamine")
        else:
            cells = pd.read_csv(folder / file, header=None, dtype=str, keep_default_na=False,
                                encoding="utf-8-sig")
    except (CalamineError, ValueError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from None
    return Sheet(file, name, cells)


def _text(cell: Any) -> str:
    """A cell as text, a date as 05/09/2022, the day first."""
    if pd.isna(cell):
        return ""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else " ".join(str(cell).split())


def _tables(sheet: Sheet, *headings: dict[str, str]) -> list[list[Row]]:
    """The rows of a sheet's tables, one below another: the texts of the columns asked for by their
    headings, source_id, locator, and where, with the file too. Rows blank in all of the columns are
    left out, as is a title between two tables."""
    texts = sheet.cells.map(_text)
    where = f"{sheet.file}, sheet {sheet.name}".removesuffix(", sheet ")
    shared = texts.isin(set(headings[0].values()) & set(headings[-1].values())).sum(axis=1)
    tops = [row for row, n in shared.items() if n >= len(headings[-1]) / 3]
    if len(tops) != len(headings):
        raise ValueError(f"{where}: found {len(tops)} rows of headings, expected {len(headings)}")
    tables = []
    for wanted, top, end in zip(headings, tops, [*tops[1:], len(texts)], strict=True):
        found = list(texts.loc[top])
        if wrong := [text for text in wanted.values() if found.count(text) != 1]:
            raise ValueError(f"{where}, row {top + 1}: expected one column each headed "
                             f"{'; '.join(wrong)}; columns found: {'; '.join(found)}")
        columns = [found.index(text) for text in wanted.values()]
        body = texts.iloc[top + 1:end, columns].set_axis(list(wanted), axis=1)
        body = body[body.ne("").any(axis=1)]
        places = pd.Series([f"{where}, row {n + 1}" for n in body.index], body.index, dtype=str)
        tables.append(body.assign(
            where=places, locator=places.str.removeprefix(f"{sheet.file}, "),
            source_id=SOURCE_IDS.get((sheet.file, sheet.name), EARLIER_ID)).to_dict("records"))
    return tables


def _row(cells: Row, **known: str) -> Row:
    """One inspection from its printed cells, symbols as ''."""
    row = dict.fromkeys(("area_code", "started", "published", "kind"), "") | {
        "framework": "ILACS", **cells, **known}
    try:
        for column, cell in cells.items():
            if column in ("started", "published"):
                row[column] = _date(cell)
            elif column == "kind" and cell:
                kind = cell.lower().removeprefix("ilacs ").removesuffix(" inspection")
                row[column] = f"{kind} inspection"
            elif column in (*JUDGEMENTS, "in_care"):
                row[column] = "" if cell.lower() in NOT_GRADES else parse.grade(cell)
        if "published" in cells and (
                not row["published"] or row["started"] > row["published"]):
            raise ValueError(f"found published {row['published']!r}, started {row['started']!r}, "
                             "expected a day of publication, after the start")
    except ValueError as error:
        raise ValueError(f"{row['where']}: {error}") from None
    return row | {"history_id": f"{row['area_code']}-{row['published']}"}


def _date(text: str) -> str:
    """A day as 05/09/2022 or 05/09/22, the day first, in EDTF."""
    form = "%d/%m/%Y" if len(text) == 10 else "%d/%m/%y"
    return dt.datetime.strptime(text, form).date().isoformat() if text else ""


def plain(name: str) -> str:
    """An authority's name for comparing, as read_report.plain_name, one for each authority."""
    found = read_report.plain_name(name)
    return ALIASES.get(found, found)


def _history(sheet: Sheet) -> tuple[list[Row], dict[str, Row]]:
    """Every ILACS inspection in Ofsted's list; area_code and authority by plain name."""
    (table,) = _tables(sheet, _HISTORY)
    for cells in table:
        if (cells["exists"] == "Current") == (cells["area_code"] in CEASED):
            raise ValueError(f"{cells['where']}: found {cells['authority']} as {cells['exists']!r}, "
                             "which CEASED contradicts")
    return [_row(cells) for cells in table], {
        plain(cells["authority"]): {key: cells[key] for key in ("area_code", "authority")}
        for cells in table}


def _whose(cells: Row, names: dict[str, Row], expected: str) -> Row:
    """The area_code and authority that a row's name stands for."""
    whose = names.get(plain(cells["authority"]))
    if not whose:
        raise ValueError(f"{cells['where']}: found {cells['authority']!r}, expected the name of "
                         f"{expected}")
    return whose


def _headings(blocks: dict[str, dict[str, str]]) -> dict[str, str]:
    """The headings of a table with a wide row for each authority, as block/column."""
    return {"authority": "Local authority name", "region": "LA region"} | {
        f"{block}/{column}": heading.format(block)
        for block, columns in blocks.items() for column, heading in columns.items()}


def _wide(sheet: Sheet, names: dict[str, Row]) -> list[Row]:
    """SIF and ILACS inspections of the table of 2023, both parts."""
    rows = []
    ceased = {plain(name): {"area_code": code, "authority": name}
              for code, (name, _) in CEASED.items()}
    tables = _tables(sheet, *map(_headings, _BLOCKS))
    for table, blocks, known in zip(tables, _BLOCKS, (names, ceased), strict=True):
        for cells in table:
            whose = _whose(cells, known, "a known authority")
            for block, columns in blocks.items():
                own = {column: cells[f"{block}/{column}"] for column in columns}
                kind = "re-inspection" if "Re" in block else "full inspection"
                single = {"framework": "SIF", "kind": kind} if "SIF" in block else {}
                if any(own.values()):
                    rows.append(_row(cells | own, **whose, **single))
    return rows


def _newest(sheet: Sheet, names: dict[str, Row]) -> list[Row]:
    """Each authority's newest inspection in the summary of 2026, with the code printed there."""
    (table,) = _tables(sheet, _NEWEST)
    rows = []
    by_code = {whose["area_code"]: whose for whose in _today(names).values()}
    for cells in table:
        printed = cells["area_code"]
        whose = by_code.pop(RECODED.get((printed, cells["number"]), printed), None)
        if not whose:
            raise ValueError(f"{cells['where']}: found the code {printed}, expected an authority "
                             "of today, and each once")
        rows.append(_row(cells, **whose, printed_code=printed))
    return rows


def _today(names: dict[str, Row]) -> dict[str, Row]:
    return {name: whose for name, whose in names.items() if whose["area_code"] not in CEASED}


def _listed(sheet: Sheet, names: dict[str, Row], after: str) -> list[Row]:
    """The inspections in the table read by machine whose reports came out after a day."""
    (table,) = _tables(sheet, _LISTED)
    later = [cells for cells in table if _row(
        {key: cells[key] for key in ("published", "where")})["published"] > after]
    return [_row(cells, **_whose(cells, _today(names), "an authority of today"))
            for cells in later]


def _reported(file: str, report: Report, listed: list[Row]) -> tuple[Row, list[Row]]:
    """An inspection by its own report, and where the table differs from it."""
    day, _, name = Path(file).stem.split("_")
    row = next((row for row in listed if row["published"] == day
                and plain(row["authority"]) == plain(name)), None)
    if not row:
        raise ValueError(f"{file}: found no row of {LISTED[0]} for it, expected one with its name "
                         f"and its day, {day}")
    given = {one.column: one.grade for one in report.judgements}
    given["in_care"] = given.get(_area({"started": report.started}), "")
    own = row | dict.fromkeys(_GRADED, "") | given | {
        "started": report.started, "source_id": REPORTS_ID,
        "locator": f"report on {row['authority']}, p. 1"}
    return own, _differences(
        row, own, "Ofsted's own report is adopted over a table read by machine")


def _partner(row: Row, held: list[Row]) -> Row | None:
    """The inspection held that is the same one, printed elsewhere."""
    day = dt.date.fromisoformat(row["published"])
    return next((other for other in held if other["area_code"] == row["area_code"] and abs(
        dt.date.fromisoformat(other["published"]) - day) <= SAME_WITHIN), None)


def _differences(row: Row, partner: Row, reason: str) -> list[Row]:
    """A correction for each cell that the overruled of two printings has, and has otherwise."""
    found = []
    for column, what in _COMPARED.items():
        printed, adopted = row.get(column, ""), partner[column]
        if printed not in ("", adopted):
            early = column == "care_leavers" and partner["started"] < SPLIT
            why = "no such judgement before January 2023" if early else reason
            name = _area(partner) if column == "in_care" else column
            found.append(_correction(
                row | {"history_id": partner["history_id"]}, partner, what_differs=what,
                printed=f"{name}: {printed}", adopted=f"{name}: {adopted or 'none'}",
                reason=why, evidence_words=adopted))
    return found


def _correction(row: Row, evidence: Row, **cells: str) -> Row:
    return cells | {"row_id": row["history_id"], "table": "authority_inspections",
                    "source_id": row["source_id"], "locator": row["locator"],
                    "evidence_source_id": evidence["source_id"],
                    "evidence_locator": evidence["locator"]}


def _area(row: Row) -> str:
    """The area that an ILACS grade for children in care is for; the publications, from 2023,
    print the earlier, combined grade under the later name."""
    return "children_in_care" if row["started"] >= SPLIT else "care_and_care_leavers"


def _finished(row: Row) -> Row:
    """A row with all COLUMNS but the region; in status the judgements that have no grade."""
    done = dict.fromkeys(COLUMNS, "") | row
    areas = ["looked_after", "adoption", "care_leavers"]
    if row["framework"] == "ILACS":
        area = _area(row)
        done[area] = row["in_care"]
        areas = [area, "care_leavers"] if area == "children_in_care" else [area]
    reasons = []
    if not row["overall_grade"]:
        reasons.append("no overall grade" if row["started"] >= NO_OVERALL
                       else "no grade printed: overall_grade")
    if missing := [area for area in ("leadership", "help_and_protection", *areas) if not done[area]]:
        reasons.append(f"no grade printed: {', '.join(missing)}")
    ceased = CEASED.get(row["area_code"], ("", ""))[1]
    return done | {"abolished": ceased, "status": "; ".join(reasons)}
