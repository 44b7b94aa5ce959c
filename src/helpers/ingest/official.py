"""Published statistics of children's social care, read as published into one panel.

Sources: DfE's statistics of children in need, of children looked after and of the social work
workforce, its interactive tool and its model of statistical neighbours, and ONS's mid-year
estimates of people. data/raw/measures.csv says what is measured, sources.csv names each publication.
A newer release is taken by the year in a file's name, or in its rows where the name has none.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import store
from helpers.analysis import panel
from helpers.ingest import histories
from helpers.tables import files

Tables = dict[str, pd.DataFrame]

PEOPLE = "ons_mid-year_population_estimates_*.csv"
# Files whose rows are an area and a year: the publication, and the measure in each column.
LONG = {
    "b1_children_in_need_*.csv": ("dfe-cin", {"At31_episodes": "in-need"}),
    "c1_children_in_need_referrals_and_rereferrals_*.csv": ("dfe-cin", {
        "referral_count": "referrals", "referral_child_count": "children-referred",
        "rereferral_percent": "rereferrals-percent", "not_in_need_percent": "not-in-need-percent",
        "no_further_action_percent": "no-further-action-percent"}),
    "c4_children_in_need_section_47s_and_icpcs_*.csv": ("dfe-cin", {
        "Section47": "enquiries", "ICPC": "conferences", "Duration_0-10_days": "conferences-10-days",
        "Duration_11-15_days": "conferences-15-days"}),
    "d3_cpps_subsequent_plan_*.csv": ("dfe-cin", {
        "CPP_start": "plans-started", "CPP_subsequent_percent": "repeat-plans-percent"}),
    "d5_cpps_at31march_by_duration_*.csv": ("dfe-cin", {"CPP_At31": "plans"}),
    "csww_indicators_*.csv": ("dfe-csww", {
        "inpost_fte": "social-workers", "case_holders_fte": "case-holders", "cases": "cases",
        "caseload_fte": "caseload", "agency_fte": "agency", "agency_rate_fte": "agency-percent",
        "vacancy_rate_fte": "vacancy-percent", "turnover_rate_fte": "turnover-percent",
        "absence_rate_fte": "absence-percent"}),
    "csww_headline_measures_*.csv": ("dfe-csww", {
        "social_worker_fte": "social-workers", "case_holders_fte": "case-holders", "cases": "cases",
        "caseload_fte": "caseload", "agency_fte": "agency",
        "agency_worker_rate_fte_%": "agency-percent", "vacancy_rate_fte_%": "vacancy-percent",
        "turnover_rate_fte_%": "turnover-percent", "absence_rate_fte_%": "absence-percent"}),
    PEOPLE: ("ons-population", {"population_estimate": "children"}),
}
# Files with a row for each of three counts: the column that names it, and that of the number.
CARE = {"cla_number_and_rate_per_10k_children*.csv": ("population_type", "children_count"),
        "cla_number_and_rate_20*.csv": ("population_count", "number")}
# The yearly releases of children looked after, with their years.
YEARLY = {f"cla_2010_2017/{name}.csv": year for year, name in enumerate((
    "SFR27_2010_March", "SFR21_CLA", "SFR20_CLA2012", "SFR36_CLA2013", "SFR36_CLA2014",
    "SFR34_CLA2015", "SFR41_CLA2016", "SFR50_CLA2017"), start=2010)}
TOOL_FILE, MODEL = "lait_indicators*.csv.gz", "sn_model_*_wide.csv"
# The interactive tool's short names.
TOOL = {"CPP_Total_NumRef": "referrals", "CPP_Total_Rateper10,000": "referrals-rate",
        "ReReferral": "rereferrals-percent", "CIN_Refferals_NFA": "no-further-action-percent",
        "Referrals_AssessedNotNeed": "not-in-need-percent",
        "Continue_Assess_Comp": "assessments-in-time-percent", "Section_47": "enquiries-rate",
        "ISCP_Conf": "conferences-rate", "CP_conf_15days": "conferences-in-time-percent",
        "CPP_Abuse": "plans-started",
        "CPP_Abuse_Rate": "plans-started-rate", "CPP_Num": "plans", "CPP_rate": "plans-rate",
        "PrevRegCPR": "repeat-plans-percent", "CIN": "in-need-rate", "LACnum": "looked-after",
        "LAC": "looked-after-rate", "LACnum_Start": "starting-care", "LACceased": "ceasing-care",
        "LAC_Start_Rate": "starting-care-rate", "LAC_Cease_Rate": "ceasing-care-rate",
        "CareApplications": "care-applications-rate", "No_of LAC Adopted": "adoptions",
        "%_of LAC Adopted": "adopted-percent", "NoCareLeavers": "care-leavers",
        "CareLeaverEET": "care-leavers-active-percent",
        "CareLeaverAcc": "care-leavers-housed-percent", "Work_Force_NoSW": "social-workers",
        "Work_Force_Num_CaseHeld": "cases", "Work_Force_AvgNumCase_SW": "caseload",
        "Work_Force_Agecy_Rate": "agency-percent", "Work_Force_Vac_Rate": "vacancy-percent",
        "Work_Force_TO_Rate": "turnover-percent", "Work_Force_SWAbsence": "absence-percent",
        "RevCP": "reviews-in-time-percent", "CPPlans2yrsActive": "long-plans-percent",
        "CPPlans2yrs": "long-plans-ended-percent", "LACStable_2016on": "three-placements-percent",
        "LAC_LongStable%": "long-placements-percent", "LAC_Foster_Placements": "fostered-percent",
        "LAC_Parents_OR_Others": "with-parents-percent", "LACDistance": "far-placements-percent",
        "Stability_SocialWorker": "worker-changes-percent",
        "Emotional_LAC": "emotional-health-score", "LACDental%": "dental-checks-percent",
        "LAC_19_HE": "care-leavers-studying-percent",
        "CareLeaversNEET": "care-leavers-inactive-percent",
        "CareLeavers_LA_NotInTouch": "care-leavers-lost-percent",
        "StayingPut": "staying-put-percent", "Vacancies_cover": "vacancies-covered-percent",
        "Social_Work_Caseholders_%": "case-holders-percent"}

# The files that are read, by what their names have in common: of the statistics, and of all.
STATISTICS = (*LONG, *CARE, *YEARLY, TOOL_FILE, MODEL)
FILES = (*STATISTICS, *(file for file, _ in histories.SOURCE_IDS), *histories.REPORTS)
LEVELS = {"Local authority": "authority", "Regional": "region", "National": "country"}
GEOGRAPHY = ["time_period", "geographic_level", "country_code", "region_code", "old_la_code"]
PRINTED = ["area", "measure", "year", "printed", "publication", "locator", "file"]


def compile_panel(folder: Path, measures: pd.DataFrame | None = None,
                  before: pd.DataFrame | None = None) -> Tables:
    """The raw tables of the panel from a folder of the published files.

    measures: data/raw/measures.csv; before: the panel as it was. Returns panel_areas (area_code,
    area, level, region_code, publication), neighbours (area_code, neighbour_1 to neighbour_10,
    publication), panel (a row for each measure, area and publication, a column for each year; cells
    as value gives them, '' for what is not printed), panel_columns (publication, measure, locator)
    and panel_differences (values that another publication prints otherwise: area_code, measure,
    year, printed, publication), all text.
    Raises ValueError, naming the file or publication and the reason, for a layout that is not known,
    a cell that is not understood, and rows that are twice there or gone.
    """
    measures = files.read_raw("measures") if measures is None else measures
    areas = _areas(folder)
    codes = dict(zip(areas["number"], areas["area_code"], strict=True))
    table = _with_values(read(folder, areas))
    table = table.assign(area_code=table["area"].map(codes)).dropna(subset="area_code")
    twice = table[table.duplicated(["area_code", "measure", "year", "publication"])]
    problems = [f"{_where(row)}: found twice, expected once"
                for row in twice.drop_duplicates("file").itertuples()]
    if problems := problems or _gone(table, areas, before):
        raise ValueError("\n".join(problems))
    columns = table[["publication", "measure", "locator"]].drop_duplicates()
    order = {"measure": measures["measure"], "area_code": areas["area_code"],
             "publication": sorted(set(table["publication"]), key=_rank)}
    adopted, others = _adopt(table.astype({
        column: pd.CategoricalDtype(values, ordered=True) for column, values in order.items()}))
    wide = adopted.pivot(index=list(order), columns="year", values="cell").fillna("")
    others = others.sort_values([*order, "year"], ignore_index=True)
    return {
        "panel_areas": areas.drop(columns=["number", "last"]),
        "neighbours": _neighbours(folder, areas, codes),
        "panel": wide.rename(columns=str).reset_index().sort_values([*order]).astype(str),
        "panel_columns": columns.sort_values(["publication", "measure"], ignore_index=True),
        "panel_differences": others.assign(printed=others["cell"])[
            ["area_code", "measure", "year", "printed", "publication"]].astype(str)}


def read(folder: Path, areas: pd.DataFrame) -> pd.DataFrame:
    """Every value in every file, as printed. Columns: area (an authority's three-figure number,
    or the code of a region or of England), measure, year (the later one), printed, publication,
    locator and file."""
    wider = areas[areas["level"] != "authority"]
    wider = dict(zip(wider["area"].str.upper(), wider["area_code"], strict=True))
    parts = [_melt(_rows(path, columns), columns, family, path)
             for pattern, (family, columns) in LONG.items() for path in _found(folder, pattern)]
    parts += [_care(path, *layout) for pattern, layout in CARE.items()
              for path in _found(folder, pattern)]
    parts += [_yearly(folder / name, year, wider) for name, year in YEARLY.items()]
    parts += [_tool(path, wider) for path in _found(folder, TOOL_FILE)]
    return pd.concat(parts, ignore_index=True)


def _found(folder: Path, pattern: str) -> list[Path]:
    """The releases of a file, the oldest first."""
    return sorted(folder.glob(pattern))


def _named(path: Path) -> int:
    """The last year in a file's name, 0 if there is none."""
    return max(map(int, re.findall(r"(?<!\d)20\d\d(?!\d)", path.name)), default=0)


def _publication(family: str, path: Path, years: pd.Series) -> str:
    """The release that a file is of. Estimates and the tool come out a year after their rows."""
    later = {"ons-population": 1, panel.TOOL: 0 if _named(path) else 1}.get(family, 0)
    return f"{family}-{(_named(path) or int(years.max())) + later}"


def _rank(publication: str) -> tuple[int, int]:
    """How soon a publication is believed: a release itself before the tool that repeats it, a
    later one before an earlier one, the yearly ones to 2017 last; the estimates of people first."""
    family, year = publication.rsplit("-", 1)
    tier = {"ons-population": 0, panel.TOOL: 2}.get(family, 3 if int(year) < 2018 else 1)
    return tier, -int(year)


def _table(path: Path, columns: list[str], encoding: str = "utf-8-sig") -> pd.DataFrame:
    """A file as text. Raises ValueError, naming it, for no table, a cut end, or a column missing."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    except (OSError, EOFError, ValueError) as error:
        raise ValueError(f"{path.name} cannot be read: {str(error).strip()}") from None
    if missing := [name for name in columns if name not in table]:
        raise ValueError(f"{path.name}: no column {', '.join(missing)}; found "
                         f"{', '.join(map(str, table.columns))}")
    if path.suffix == ".csv" and not path.read_bytes().endswith(b"\n"):  # as all of them do
        raise ValueError(f"{path.name}: cut off, its last line has no end")
    return table


def _areas(folder: Path) -> pd.DataFrame:
    """Every area, by its latest estimate of people, in the columns of panel_areas, with number (what
    files know it by) and last (that year). Codes sort authorities first, then regions."""
    path = _found(folder, PEOPLE)[-1]
    table = _rows(path, ["country_name", "region_name", "new_la_code", "la_name"])
    publication = _publication("ons-population", path, table["year"])
    table = table[table["geographic_level"].isin(LEVELS)].sort_values("year", kind="stable")
    table = table.drop_duplicates("area", keep="last")
    level = table["geographic_level"].map(LEVELS)
    return pd.DataFrame({
        "area_code": _by_level(table, "new_la_code", "region_code", "country_code"),
        "area": _by_level(table, "la_name", "region_name", "country_name"), "level": level,
        "region_code": table["region_code"].where(level == "authority", ""),
        "publication": publication, "number": table["area"], "last": table["year"],
    }).sort_values("area_code", ignore_index=True)


def _neighbours(folder: Path, areas: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    """Every authority's ten statistical neighbours in the newest model, the closest first."""
    path = _found(folder, MODEL)[-1]
    columns = ["old_la_code", *(f"SN_{n}" for n in range(1, 11))]
    table = _table(path, columns)[columns]
    if unknown := set(table.to_numpy().ravel()) - set(codes):
        raise ValueError(f"{path.name}: no authority has the number {', '.join(sorted(unknown))}")
    table = table.apply(lambda column: column.map(codes)).set_axis(
        ["area_code", *(f"neighbour_{n}" for n in range(1, 11))], axis=1)
    return table.assign(publication=f"dfe-neighbours-{_named(path)}").sort_values(
        "area_code", ignore_index=True)


def _by_level(table: pd.DataFrame, authority: str, region: str, country: str) -> pd.Series:
    """Of each row the column that describes its own area."""
    level = table["geographic_level"]
    return table[authority].where(level == "Local authority", table[region].where(
        level == "Regional", table[country]))


def _rows(path: Path, columns: Iterable[str]) -> pd.DataFrame:
    """A file's rows of areas and years, with area and year as in read."""
    table = _table(path, [*GEOGRAPHY, *columns])
    printed = table["time_period"]
    wrong = printed[~printed.str.fullmatch(r"20\d\d")]
    if len(wrong):
        raise ValueError(f"{path.name}: found {wrong.iloc[0]!r} for a year")
    return table.assign(area=_by_level(table, "old_la_code", "region_code", "country_code"),
                        year=printed.astype(int))


def _care(path: Path, kind: str, count: str) -> pd.DataFrame:
    """Numbers and rates of children looked after, starting and ceasing, and the population that
    the rates are taken on: the mid-year estimate of the year before."""
    table = _rows(path, [kind, count, "rate_per_10000", "population_estimate"])
    parts = []
    for words, measure in (("looked after", "looked-after"), ("starting", "starting-care"),
                           ("ceasing", "ceasing-care")):
        rows = table[table[kind].str.startswith(f"Children {words}")]
        if rows.empty:
            raise ValueError(f"{path.name}: no rows of {kind} begin with 'Children {words}'; found "
                             f"{', '.join(sorted(set(table[kind])))}")
        parts.append(_melt(rows, {count: measure, "rate_per_10000": f"{measure}-rate"}, "dfe-cla",
                           path))
    people = _melt(rows, {"population_estimate": "children"}, "dfe-cla", path)
    return pd.concat([*parts, people.assign(year=people["year"] - 1)])


def _yearly(path: Path, year: int, wider: dict[str, str]) -> pd.DataFrame:
    """A yearly release: children looked after; that of 2010 with its population."""
    columns = ({"MarTotal_2010": "looked-after", "Mid2009Pop0-17": "children"} if year == 2010
               else {f"CLA_Mar{year}": "looked-after"})
    table = _table(path, ["geog_l", "geog_c", "geog_n", *columns], "latin-1")
    names = table["geog_n"].str.strip().str.upper()
    table = table.assign(area=table["geog_c"].where(table["geog_l"] == "LA", names.map(wider)),
                         year=year).dropna(subset="area")
    found = _melt(table, columns, "dfe-cla", path)
    return found.assign(year=found["year"] - (found["measure"] == "children"))


def _tool(path: Path, wider: dict[str, str]) -> pd.DataFrame:
    """The interactive tool's long table; its values are text with the noise of binary numbers."""
    table = _table(path, ["Short Desc", "Years", "LA and Regions", "LA Number", "Values"])
    yearly = table[table["Years"].str.fullmatch(r"20\d\d")]
    publication = _publication(panel.TOOL, path, yearly["Years"].astype(int))
    table = yearly[yearly["Short Desc"].isin(TOOL)]
    number = table["LA Number"].str.removesuffix(".0")
    return table.assign(
        area=table["LA and Regions"].str.upper().map(wider).fillna(number),
        measure=table["Short Desc"].map(TOOL), year=table["Years"].astype(int),
        printed=table["Values"], publication=publication,
        locator="lait, " + table["Short Desc"], file=path.name)[PRINTED]


def _melt(table: pd.DataFrame, columns: dict[str, str], family: str, path: Path) -> pd.DataFrame:
    """One row a value. The place of a value is the first word of its file's name and its column."""
    long = table[["area", "year", *columns]].melt(["area", "year"], var_name="column",
                                                  value_name="printed")
    return long.assign(measure=long["column"].map(columns),
                       publication=_publication(family, path, table["year"]),
                       locator=f"{path.stem.split('_')[0]}, " + long["column"],
                       file=path.name)[PRINTED]


NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")


def value(printed: str) -> str:
    """A cell as the panel has it: exact decimal text, or the symbol of a missing value.

    The noise of binary numbers goes, and a blank is named:

    >>> value("77.099999999999994"), value("4,158"), value("c"), value(" ")
    ('77.1', '4158', 'c', 'blank')

    Raises ValueError for what is neither a number nor a known symbol.
    """
    text = printed.strip() or "blank"
    if text in panel.STATUS:
        return text
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{printed!r} is neither a number nor a symbol that stands for a missing "
                         "one")
    return f"{Decimal(format(float(text.replace(',', '')), '.12g')).normalize():f}"


def _with_values(table: pd.DataFrame) -> pd.DataFrame:
    """Every value as the panel has it, in a column cell. Raises as value, naming the place."""
    cells = {}
    for row in table.drop_duplicates("printed").itertuples():
        try:
            cells[row.printed] = value(row.printed)
        except ValueError as error:
            raise ValueError(f"{_where(row)}: {error}") from None
    return table.assign(cell=table["printed"].map(cells))


def _where(row: Any) -> str:
    return f"{row.file}: {row.publication}: {row.locator}, area {row.area}, {row.year}"


def _adopt(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each value once, from the publication believed first; and the others where they differ."""
    ranked = table.sort_values("publication", kind="stable")
    key = ["area_code", "measure", "year"]
    first = ~ranked.duplicated(key)
    others = ranked[~first].merge(ranked.loc[first, [*key, "cell"]], on=key,
                                  suffixes=("", "_adopted"))
    missing = others[["cell", "cell_adopted"]].isin(list(panel.STATUS)).any(axis=1)
    return ranked[first], others[(others["cell"] != others["cell_adopted"]) & ~missing]


def _gone(table: pd.DataFrame, areas: pd.DataFrame, before: pd.DataFrame | None) -> list[str]:
    """The measures that lack values: one that the panel had from the same kind of publication, or,
    in a publication's last year, one of an authority that has it the year before and that still is."""
    last = table.groupby(["publication", "measure"])["year"].transform("max")
    today = areas.loc[areas["last"] == areas["last"].max(), "area_code"]
    wanted = table[(table["year"] == last - 1) & table["area_code"].isin(today)]
    wanted = wanted.assign(year=wanted["year"] + 1)
    if before is not None:
        wanted = pd.concat([wanted, panel.printed(before)])
    key = ["family", "measure", "area_code", "year"]
    wanted, there = (values.assign(
        family=values["publication"].str.rsplit("-", n=1).str[0])[key].drop_duplicates()
        for values in (wanted, table))
    merged = wanted.merge(there, how="left", indicator="found")
    return [f"{family}: {len(rows)} values of {measure} are gone, the first of "
            f"{rows['area_code'].iloc[0]} in {rows['year'].iloc[0]}. If an earlier release has them, "
            "keep it in the folder too"
            for (family, measure), rows in merged[merged["found"] == "left_only"].groupby(key[:2])]


def write(folder: Path, root: Path | None = None) -> list[str]:
    """Compile the panel and the inspections of all authorities, and write the tables of
    data/raw/official that changed; return their names.

    Raises as compile_panel and histories.read, FileNotFoundError for files that are not there, and
    ValueError for a publication that data/raw/sources.csv does not have; nothing is written then.
    """
    base = (root or store.root()) / "data" / "raw"
    if missing := [name for name in FILES if not list(folder.glob(name))]:
        raise FileNotFoundError(f"{folder} lacks {len(missing)} of {len(FILES)} files (listed in "
                                f"docs/official-files.md): {', '.join(missing)}")
    there = (base / "official/panel.csv").is_file()
    before = files.read_raw("official/panel", root) if there else None
    tables = compile_panel(folder, files.read_raw("measures", root), before)
    used = set().union(*(table["publication"] for table in tables.values()))
    if unknown := sorted(used - set(files.read_raw("sources", root)["source_id"])):
        raise ValueError("data/raw/sources.csv: found no row for "
                         f"{', '.join(unknown)}, expected one for each publication")
    inspections, corrections = histories.read(folder)
    tables |= {"authority_inspections": inspections, "authority_corrections": corrections}
    return [name for name, table in tables.items()
            if store.replace_file(base / "official" / f"{name}.csv", files.as_csv(table))]
