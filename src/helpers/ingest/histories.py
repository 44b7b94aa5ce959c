"""Every full inspection of every English authority since 2013, from published files.

The single inspection framework (SIF) is read from Ofsted's data of 2023, the one after it (ILACS)
from Ofsted's outcomes of 2025, and what came later from Data to Insight's summary of June 2026.
Where two of them hold one inspection, it has one row, and every difference is a correction.
Reports newer than all of these are found in a table that a program reads from Ofsted's pages: of
that table nothing older is taken. Where the report itself is in the folder, its first page has the
grades and the fieldwork, and the table only what a report does not print: the day of publication
and whether the inspection was a short one.
Grades from before the framework of 2013 have another scale and are left out, as are the reviews
of safeguarding boards, which judged a partnership.

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
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from python_calamine import CalamineError

from helpers.tables import parse

if TYPE_CHECKING:
    from helpers.ingest.read_report import Report

WIDE = ("Childrens_social_care_in_England_2023_underlying_data.ods", "LA_inspections_2009-2023")
HISTORY = ("LA_Inspection_Outcomes_as_at_31_March_2025.ods", "ILACS_inspection_history")
# Not compiled, only compared: Ofsted's later publication revises it.
EARLIER = ("LA_Inspection_Outcomes_as_at_March_2024.ods", "Inspections_31_March_2024")
EARLIER_ID = "ofsted-outcomes-2024"
NEWEST = ("ilacs_latest_2026-06-29.xlsx", "ofsted_cs_inspections_overview")
LISTED = ("ilacs_history_2026-08-22.csv", "")  # a CSV file has no sheets
SOURCE_IDS = {WIDE: "ofsted-data-2023", HISTORY: "ofsted-outcomes-2025", NEWEST: "d2i-2026",
              LISTED: "scrape-2026"}
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
# What Ofsted's notes of 2025 revise in a publication of 2024, which is not held.
REVISED = [("E10000028", "2023-11-06", "care_leavers", "good", "sheet Notes, row 10")]
ALIASES = {"bedford borough": "bedford", "london corporation": "city of london"}
NOT_GRADES = {"", "-", ":", "c", "x", "z", "u", "low", "inspection_pre_dates_judgement",
              "not_reported_post_reform"}

_HELP = "experiences and progress of children who need help and protection"
_SIF = {"overall_grade": "Overall Judgement (OE)", "adoption": "CLA Sub: Adoption Performance",
        "help_and_protection": "children who need help and protection",
        "looked_after": "children looked after and achieving permanence",
        "care_leavers": "CLA Sub: Experiences and progress of care leavers",
        "leadership": "leadership, management and governance"}
_ILACS = {"kind": "inspection type", "published": "publication date", "help_and_protection": _HELP,
          "overall_grade": "overall effectiveness", "leadership": "impact of leaders",
          "in_care": "experiences and progress of children in care and care leavers"}
_APART = {"in_care": "experiences and progress of children in care",
          "care_leavers": "experiences and progress of care leavers"}
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
_COMPARED = {"kind": "kind", "started": "period", "published": "period", "overall_grade": "grade",
             "leadership": "grade", "help_and_protection": "grade", "in_care": "grade",
             "care_leavers": "grade"}


class Sheet(NamedTuple):
    """A sheet as it stands: its file, its name, and its cells without headings."""

    file: str
    name: str
    cells: pd.DataFrame


Row = dict[str, str]


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of full inspections and the corrections made to it, from the folder of the files.

    Inspections (COLUMNS), by authority and date: history_id (area code and day of publication);
    dates as yyyy-mm-dd, no start where none is published; grades as in parse.GRADES or ''; the
    day from which the authority no longer existed, or ''; status, why a grade is missing.
    Corrections (CORRECTIONS): what one publication prints and another overrules. Raises
    ValueError, naming file, sheet and what was found, for a sheet or heading that is not there
    and for a cell that is not understood.
    """
    from helpers.ingest import read_report

    reports = {}
    for file in REPORTS:
        try:
            reports[file] = read_report.read(folder / file, _plain(Path(file).stem.split("_")[-1]))
        except ValueError as error:
            raise ValueError(f"{file} is not read: {error}") from None
    wide, history, newest, listed = (_sheet(folder / file, name) for file, name in (
        WIDE, HISTORY, NEWEST, LISTED))
    return build(wide, history, newest, listed, reports)


def build(wide: Sheet, history: Sheet, newest: Sheet, listed: Sheet,
          reports: Mapping[str, "Report"]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same from the sheets, read without headings, and the reports, by name of the file."""
    held, names, regions = _history(history)
    earlier, old_regions = _wide(wide, names)
    later = _newest(newest, names)
    corrections: list[Row] = []
    for row in (row for row in earlier if row["framework"] == "ILACS"):
        partner = _partner(row, held)
        if not partner:
            raise ValueError(f"{wide.file}, {row['locator']}: found an inspection of "
                             f"{row['authority']} published {row['published']}, which "
                             f"{history.file} does not have")
        corrections += _differences(row, partner, "Ofsted's later publication is adopted")
    inspections = [row for row in earlier if row["framework"] == "SIF"] + held
    for row in later:
        partner = _partner(row, held)
        known = [other for other in held if other["area_code"] == row["area_code"]]
        if row["printed_code"] != row["area_code"]:
            corrections.append(_correction(
                row, "area code", row["printed_code"], row["area_code"],
                "a code since replaced; DfE's number printed beside it tells whose", known[-1],
                known[-1]["area_code"]))
        if partner:
            corrections += _differences(
                row, partner, "Ofsted's own statistics are adopted over a compilation")
            continue
        newer = any(other["published"] > row["published"] for other in known)
        if newer or not row["kind"] or not row["started"]:
            raise ValueError(f"{newest.file}, {row['locator']}: found an inspection published "
                             f"{row['published']}, kind {row['kind']!r}, expected one newer than "
                             f"{history.file} has, with its kind and start")
        inspections.append(row)
    found = _listed(listed, names, max(row["published"] for row in inspections))
    for row in found:
        known = [other for other in inspections if other["area_code"] == row["area_code"]]
        twin = _partner(row, known)
        if twin or not row["kind"] or not row["started"]:
            raise ValueError(f"{listed.file}, {row['locator']}: found an inspection published "
                             f"{row['published']}, kind {row['kind']!r}, expected its kind and "
                             f"start, and none known of {twin['published'] if twin else 'then'}")
    for file, report in reports.items():
        inspection, differing = _reported(file, report, found)
        inspections.append(inspection)
        corrections += differing
    inspections += [row for row in found if not any(
        _history_id(row) == _history_id(other) for other in inspections)]
    for code, started, column, printed, locator in REVISED:
        for row in held:
            if (row["area_code"], row["started"]) == (code, started):
                corrections.append(_correction(
                    row | {"locator": locator}, "grade", f"{column}: {printed}",
                    f"{column}: {row[column]}", "revised by Ofsted itself after an input error",
                    row, row[column]))
    table = pd.DataFrame([_finished(row, regions | old_regions) for row in inspections])[COLUMNS]
    table = table.sort_values(["authority", "published", "area_code"], ignore_index=True)
    if table["history_id"].duplicated().any():
        twice = sorted(table["history_id"][table["history_id"].duplicated()])
        raise ValueError(f"found {', '.join(twice)} twice, expected each inspection once")
    corrections.sort(key=lambda row: row["row_id"])  # stable: columns keep their order
    numbered = [row | {"correction_id": f"h-{n:02d}", "table": "authority_inspections"}
                for n, row in enumerate(corrections, start=1)]
    return table, pd.DataFrame(numbered, columns=CORRECTIONS)


def printed(folder: Path) -> list[Row]:
    """Every inspection as each of the published files prints it, with source_id and locator; the
    grade for children in care as in_care. Raises as read."""
    wide, history, newest, earlier = (_sheet(folder / file, name) for file, name in (
        WIDE, HISTORY, NEWEST, EARLIER))
    held, names, _ = _history(history)
    (table,) = _tables(earlier, _EARLIER)
    year_before = []
    for number, *values in table.itertuples():
        cells = dict(zip(table.columns, values, strict=True))
        if _text(cells["started"]) == "Not yet inspected":
            continue
        code, name = names[_plain(_text(cells["authority"]))]
        year_before.append(_row(earlier, number, cells, area_code=code, authority=name,
                                framework="ILACS", published="", source_id=EARLIER_ID))
    return [*_wide(wide, names)[0], *held, *_newest(newest, names), *year_before]


def _sheet(path: Path, name: str) -> Sheet:
    try:
        if not name:
            return Sheet(path.name, name, pd.read_csv(path, header=None, dtype=str,
                                                      keep_default_na=False, encoding="utf-8-sig"))
        with pd.ExcelFile(path, engine="calamine") as book:
            if name in book.sheet_names:
                return Sheet(path.name, name, pd.read_excel(book, sheet_name=name, header=None))
            sheets = ", ".join(map(str, book.sheet_names))
    except (CalamineError, ValueError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from None
    raise ValueError(f"{path.name}: found sheets {sheets}, expected {name}")


def _text(cell: Any) -> str:
    return "" if pd.isna(cell) else " ".join(str(cell).split())


def _tables(sheet: Sheet, *headings: dict[str, str]) -> list[pd.DataFrame]:
    """The tables of a sheet, one below another, with the columns asked for, each named by its
    heading. The index is the row's number as a spreadsheet shows it. Rows that are blank in all
    of the columns are left out, as is a title between two tables."""
    texts = sheet.cells.map(_text)
    where = f"{sheet.file}, sheet {sheet.name}" if sheet.name else sheet.file
    shared = texts.isin(set(headings[0].values()) & set(headings[-1].values())).sum(axis=1)
    tops = [row for row, n in shared.items() if n >= len(headings[-1]) / 3]
    if len(tops) != len(headings):
        fullest = texts.loc[texts.ne("").sum(axis=1).idxmax()]
        raise ValueError(f"{where}: found {len(tops)} rows of headings, expected {len(headings)}; "
                         f"columns found: {'; '.join(fullest)}")
    tables = []
    for wanted, top, end in zip(headings, tops, [*tops[1:], len(texts)], strict=True):
        found = [str(text) for text in texts.loc[top]]
        wrong = [text for text in wanted.values() if found.count(text) != 1]
        if wrong:
            raise ValueError(f"{where}, row {top + 1}: expected one column each headed "
                             f"{'; '.join(wrong)}; columns found: {'; '.join(found)}")
        columns = [found.index(text) for text in wanted.values()]
        body = sheet.cells.iloc[top + 1:end, columns].set_axis(list(wanted), axis=1)
        body.index = pd.RangeIndex(top + 2, end + 1)
        tables.append(body[body.map(_text).ne("").any(axis=1)])
    return tables


def _row(sheet: Sheet, number: Any, cells: dict[str, Any], **known: str) -> Row:
    """One inspection from its printed cells: dates and grades read, symbols as ''."""
    locator = f"sheet {sheet.name}, row {number}" if sheet.name else f"row {number}"
    row = {"started": "", "kind": "", "locator": locator,
           "source_id": known.get("source_id") or SOURCE_IDS[sheet.file, sheet.name]} | known
    try:
        for column, cell in cells.items():
            if column in ("started", "published"):
                row[column] = _date(cell)
            elif column == "kind":
                row[column] = _text(cell).removeprefix("ILACS ").lower()
            elif column in (*JUDGEMENTS, "in_care"):
                text = _text(cell)
                row[column] = "" if text.lower() in NOT_GRADES else parse.grade(text)
        if "published" in cells and (
                not row["published"] or row["started"] > row["published"]):
            raise ValueError(f"found published {row['published']!r}, started {row['started']!r}, "
                             "expected a day of publication, after the start")
    except ValueError as error:
        raise ValueError(f"{sheet.file}, {locator}: {error}") from None
    return row


def _date(cell: Any) -> str:
    """A day from a cell that is a date, or from text as 05/09/2022 or 05/09/22, day first."""
    if isinstance(cell, dt.date):  # a datetime, a pandas timestamp too
        return "" if pd.isna(cell) else f"{cell:%Y-%m-%d}"
    text = _text(cell)
    form = "%d/%m/%Y" if len(text) == 10 else "%d/%m/%y"
    return dt.datetime.strptime(text, form).date().isoformat() if text else ""


def _plain(name: str) -> str:
    plain = name.lower().replace("&", "and").replace("-", " ")
    return ALIASES.get(plain, plain)


def _history(sheet: Sheet) -> tuple[list[Row], dict[str, tuple[str, str]], dict[str, str]]:
    """Every ILACS inspection in Ofsted's list; (code, name) by plain name; region by code."""
    (table,) = _tables(sheet, _HISTORY)
    rows: list[Row] = []
    names: dict[str, tuple[str, str]] = {}
    regions: dict[str, str] = {}
    for number, *values in table.itertuples():
        cells = dict(zip(table.columns, values, strict=True))
        code, name = _text(cells["area_code"]), _text(cells["authority"])
        if (_text(cells["exists"]) == "Current") == (code in CEASED):
            raise ValueError(f"{sheet.file}, sheet {sheet.name}, row {number}: found {name} "
                             f"({code}) as {cells['exists']!r}, which CEASED contradicts")
        if names.setdefault(_plain(name), (code, name)) != (code, name):
            raise ValueError(f"{sheet.file}, sheet {sheet.name}, row {number}: found {name} as "
                             f"{code}, expected {names[_plain(name)][0]}")
        regions[code] = _text(cells["region"])
        rows.append(_row(sheet, number, cells, area_code=code, authority=name, framework="ILACS"))
    return rows, names, regions


def _headings(*, ceased: bool) -> dict[str, str]:
    """Headings of the table of 2023 that has a wide row for each authority; of the one below it,
    of those that ceased, which words the ILACS columns otherwise and has one set of them."""
    sif = {f"{block}/{column}": f"{block} {part}" for block in ("First SIF", "SIF Re-inspection")
           for column, part in _SIF.items()}
    for block in ("First SIF", "SIF Re-inspection"):
        sif[f"{block}/published"] = ("Single Inspection of LA Children's Services (SIF) "
                                     f"{block} publication date")
    blocks = {"": _ILACS} if ceased else {"First ": _ILACS, "Second ": _ILACS | _APART}
    ilacs = {f"{block}ILACS/{column}": f"{block}ILACS framework {part}"
             for block, parts in blocks.items() for column, part in parts.items()}
    return {"authority": "Local authority name", "region": "LA region"} | sif | ilacs


def _wide(sheet: Sheet, names: dict[str, tuple[str, str]]) -> tuple[list[Row], dict[str, str]]:
    """SIF and ILACS inspections of the table of 2023, both parts; region by code."""
    rows, regions = [], {}
    ceased = {name.lower(): (code, name) for code, (name, _) in CEASED.items()}
    parts = _tables(sheet, _headings(ceased=False), _headings(ceased=True))
    for table, known in zip(parts, (names, ceased), strict=True):
        for number, *values in table.itertuples():
            cells = dict(zip(table.columns, values, strict=True))
            printed = _text(cells["authority"])
            if _plain(printed) not in known:
                raise ValueError(f"{sheet.file}, sheet {sheet.name}, row {number}: found "
                                 f"{printed!r}, expected the name of a known authority")
            code, name = known[_plain(printed)]
            if code in CEASED:
                regions[code] = _text(cells["region"])
            for block in dict.fromkeys(key.split("/")[0] for key in cells if "/" in key):
                own = {key.split("/")[1]: cell for key, cell in cells.items()
                       if key.startswith(f"{block}/")}
                if all(_text(cell) == "" for cell in own.values()):
                    continue
                sif = {"kind": "re-inspection" if "Re" in block else "full inspection"}
                rows.append(_row(sheet, number, own if "ILACS" in block else own | sif,
                                 area_code=code, authority=name,
                                 framework="ILACS" if "ILACS" in block else "SIF"))
    return rows, regions


def _newest(sheet: Sheet, names: dict[str, tuple[str, str]]) -> list[Row]:
    """Each authority's newest inspection in the summary of 2026, with the code printed there."""
    (table,) = _tables(sheet, _NEWEST)
    rows: list[Row] = []
    by_code = {code: name for code, name in names.values() if code not in CEASED}
    for number, *values in table.itertuples():
        cells = dict(zip(table.columns, values, strict=True))
        printed = _text(cells["area_code"])
        code = RECODED.get((printed, _text(cells["number"])), printed)
        if code not in by_code or any(row["area_code"] == code for row in rows):
            raise ValueError(f"{sheet.file}, sheet {sheet.name}, row {number}: found the code "
                             f"{printed}, expected an authority of today, and each once")
        kind = _text(cells["kind"])
        cells["kind"] = f"{kind} inspection" if kind else ""
        rows.append(_row(sheet, number, cells, area_code=code, authority=by_code[code],
                         framework="ILACS", printed_code=printed))
    return rows


def _listed(sheet: Sheet, names: dict[str, tuple[str, str]], after: str) -> list[Row]:
    """The inspections in the table read by machine whose reports came out after a day."""
    (table,) = _tables(sheet, _LISTED)
    rows: list[Row] = []
    for number, *values in table.itertuples():
        cells = dict(zip(table.columns, values, strict=True))
        day = _row(sheet, number, {"published": cells["published"]})
        if day["published"] <= after:
            continue
        code, name = names.get(_plain(_text(cells["authority"])), ("", ""))
        if not code or code in CEASED:
            raise ValueError(f"{sheet.file}, {day['locator']}: found {cells['authority']!r}, "
                             "expected the name of an authority of today")
        kind = _text(cells["kind"])
        cells["kind"] = f"{kind} inspection" if kind else ""
        rows.append(_row(sheet, number, cells, area_code=code, authority=name,
                         framework="ILACS"))
    return rows


def _reported(file: str, report: "Report", listed: list[Row]) -> tuple[Row, list[Row]]:
    """An inspection by its own report, and where the table differs from it."""
    day, _, name = Path(file).stem.split("_")
    row = next((row for row in listed if row["published"] == day
                and _plain(row["authority"]).replace(",", "") == _plain(name)), None)
    if not row:
        raise ValueError(f"{file}: found no row of {LISTED[0]} for it, expected one with its name "
                         f"and its day, {day}")
    given = {"in_care" if one.area in ("care-and-care-leavers", "children-in-care")
             else {"overall": "overall_grade"}.get(one.area, one.area.replace("-", "_")): one.grade
             for one in report.judgements}
    own = row | dict.fromkeys(_COMPARED.keys() - {"kind", "started", "published"}, "") | given | {
        "started": report.started, "source_id": REPORTS_ID,
        "locator": f"report on {row['authority']}, p. 1"}
    return own, _differences(row, own, "Ofsted's own report is adopted over a table read by "
                                       "machine")


def _history_id(row: Row) -> str:
    return f"{row['area_code']}-{row['published']}"


def _partner(row: Row, held: list[Row]) -> Row | None:
    """The inspection held that is the same one, printed elsewhere."""
    day = dt.date.fromisoformat(row["published"])
    return next((other for other in held if other["area_code"] == row["area_code"] and abs(
        dt.date.fromisoformat(other["published"]) - day) <= SAME_WITHIN), None)


def _differences(row: Row, partner: Row, reason: str) -> list[Row]:
    """A correction for each cell that two printings of one inspection do not share. A cell that
    only the overruled one leaves blank is no difference."""
    found = []
    for column, what in _COMPARED.items():
        printed, adopted = row.get(column, ""), partner[column]
        if printed not in ("", adopted):
            early = column == "care_leavers" and partner["started"] < SPLIT
            why = "no such judgement before January 2023" if early else reason
            name = _area(partner) if column == "in_care" else column
            found.append(_correction(
                row | {"published": partner["published"]}, what, f"{name}: {printed}",
                f"{name}: {adopted or 'none'}", why, partner, adopted))
    return found


def _correction(row: Row, what: str, printed: str, adopted: str, reason: str, evidence: Row,
                words: str) -> Row:
    return {"row_id": _history_id(row), "what_differs": what,
            "printed": printed, "adopted": adopted, "reason": reason,
            "source_id": row["source_id"], "locator": row["locator"],
            "evidence_source_id": evidence["source_id"], "evidence_locator": evidence["locator"],
            "evidence_words": words}


def _area(row: Row) -> str:
    """The area that an ILACS grade for children in care is for; the publications, from 2023,
    print the earlier, combined grade under the later name."""
    return "children_in_care" if row["started"] >= SPLIT else "care_and_care_leavers"


def _finished(row: Row, regions: dict[str, str]) -> Row:
    """A row with all COLUMNS: the grade for children in care put under the area it is for, and
    the judgements of the framework that have no grade named in status."""
    areas = ["leadership", "help_and_protection"]
    done = dict.fromkeys(COLUMNS, "") | row
    if row["framework"] == "SIF":
        areas += ["looked_after", "adoption", "care_leavers"]
    else:
        area = _area(row)
        done[area] = row["in_care"]
        areas += [area, "care_leavers"] if area == "children_in_care" else [area]
        if row["care_leavers"] and "care_leavers" not in areas:
            raise ValueError(f"{row['source_id']}, {row['locator']}: found a grade for care "
                             f"leavers, expected none for an inspection before {SPLIT}")
    reasons = [] if row["overall_grade"] else ["no overall grade"]
    if reasons and row["started"] < NO_OVERALL:
        reasons = ["no grade printed: overall_grade"]
    missing = [area for area in areas if not done[area]]
    reasons += [f"no grade printed: {', '.join(missing)}"] if missing else []
    code = row["area_code"]
    return done | {"history_id": _history_id(row), "region": regions[code],
                   "abolished": CEASED.get(code, ("", ""))[1], "status": "; ".join(reasons)}
