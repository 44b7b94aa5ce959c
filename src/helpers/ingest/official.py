"""Published statistics of children's social care, read as published and compiled.

Sources: the Department for Education's statistics of children in need, of children looked after
and of the social work workforce, its interactive tool and its model of statistical neighbours,
and the mid-year estimates of the Office for National Statistics. What is measured is described in
data/raw/measures.csv; data/raw/sources.csv names each publication.
"""

import re
from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import record, store
from helpers.analysis import outliers
from helpers.ingest import histories
from helpers.tables import files

ENGLAND = "E92000001"

# Publications from the one that is believed first to the one believed last: a release itself
# before the tool that repeats it, and a later release before an earlier one.
PUBLICATIONS = ("ons-population-2025", "dfe-cin-2025", "dfe-cla-2025", "dfe-csww-2025",
                "dfe-cla-2024", "dfe-csww-2022", "dfe-lait-2026",
                *(f"dfe-cla-{year}" for year in range(2017, 2009, -1)))

# Files whose rows are an area and a year, and the measure that stands in each column.
LONG = {
    "b1_children_in_need_2013_to_2025.csv": ("dfe-cin-2025", {"At31_episodes": "in-need"}),
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv": ("dfe-cin-2025", {
        "referral_count": "referrals", "referral_child_count": "children-referred",
        "rereferral_percent": "rereferrals-percent",
        "no_further_action_percent": "no-further-action-percent",
        "not_in_need_percent": "not-in-need-percent"}),
    "d3_cpps_subsequent_plan_2013_to_2025.csv": ("dfe-cin-2025", {
        "CPP_start": "plans-started", "CPP_subsequent_percent": "repeat-plans-percent"}),
    "d5_cpps_at31march_by_duration_2013_to_2025.csv": ("dfe-cin-2025", {"CPP_At31": "plans"}),
    "csww_indicators_2017_to_2025.csv": ("dfe-csww-2025", {
        "inpost_fte": "social-workers", "case_holders_fte": "case-holders", "cases": "cases",
        "caseload_fte": "caseload", "agency_fte": "agency", "agency_rate_fte": "agency-percent",
        "vacancy_rate_fte": "vacancy-percent", "turnover_rate_fte": "turnover-percent",
        "absence_rate_fte": "absence-percent"}),
    "csww_headline_measures_2017_to_2022.csv": ("dfe-csww-2022", {
        "social_worker_fte": "social-workers", "case_holders_fte": "case-holders",
        "cases": "cases", "caseload_fte": "caseload", "agency_fte": "agency",
        "agency_worker_rate_fte_%": "agency-percent", "vacancy_rate_fte_%": "vacancy-percent",
        "turnover_rate_fte_%": "turnover-percent", "absence_rate_fte_%": "absence-percent"}),
    "ons_mid-year_population_estimates_2012_to_2024.csv": (
        "ons-population-2025", {"population_estimate": "children"}),
}
# Files with a row for each of three counts: the column that names it, and that of the number.
CARE = {"cla_number_and_rate_per_10k_children.csv":
        ("dfe-cla-2025", "population_type", "children_count"),
        "cla_number_and_rate_2020_2024.csv": ("dfe-cla-2024", "population_count", "number")}
# The yearly releases of children looked after.
YEARLY = {2010: "SFR27_2010_March", 2011: "SFR21_CLA", 2012: "SFR20_CLA2012",
          2013: "SFR36_CLA2013", 2014: "SFR36_CLA2014", 2015: "SFR34_CLA2015",
          2016: "SFR41_CLA2016", 2017: "SFR50_CLA2017"}
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
        "Work_Force_TO_Rate": "turnover-percent", "Work_Force_SWAbsence": "absence-percent"}

# Every file that is read and the publication that it is of: for the statistics, and for all.
STATISTICS = {**{name: publication for name, (publication, _) in LONG.items()},
              **{name: publication for name, (publication, _, _) in CARE.items()},
              **{f"cla_2010_2017/{name}.csv": f"dfe-cla-{year}" for year, name in YEARLY.items()},
              "lait_indicators.csv.gz": "dfe-lait-2026",
              "sn_model_2025_wide.csv": "dfe-neighbours-2025"}
FILES = {**STATISTICS, **{file: source for (file, _), source in histories.SOURCE_IDS.items()},
         **dict.fromkeys(histories.REPORTS, histories.REPORTS_ID)}

OLDER = "older definition"  # no movement is taken from one definition to another
STATUS = {"c": "suppressed", "x": "not available", "z": "not applicable", "u": "low reliability",
          "low": "rounds to zero", ":": "not available", "-": "not available", "..":
          "not available", "": "not available"}
PERIOD = {"year to 31 March": "{before}-04-01/{year}-03-31", "at 31 March": "{year}-03-31",
          "year to 30 September": "{before}-10-01/{year}-09-30",
          "at 30 September": "{year}-09-30", "mid-year": "{year}-06-30"}


class Published(NamedTuple):
    """A folder's files as read: the authorities, each value as adopted, and the values that other
    publications print otherwise."""

    folder: Path
    areas: pd.DataFrame
    adopted: pd.DataFrame
    others: pd.DataFrame


def require(folder: Path, names: Collection[str]) -> None:
    """Raise FileNotFoundError, naming every file that a folder lacks, if it lacks any."""
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{folder} lacks {len(missing)} of {len(names)} files (listed in "
                                f"docs/official-files.md): {', '.join(missing)}")


def load(folder: Path) -> Published:
    """Read a folder of the published files once, for any number of authorities.

    Raises as compile_tables."""
    require(folder, STATISTICS)
    measures = files.read_raw("measures").set_index("measure")
    areas = _areas(folder)
    adopted, others = _adopt(_with_values(read(folder)), measures)
    adopted = _without_impossible_zeros(adopted, measures)
    return Published(folder, areas, pd.concat([adopted, _rates(adopted, measures)],
                                              ignore_index=True), others)


def compile_tables(published: Path | Published, authority: str = "",
                   only: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """The compiled tables for one authority from a folder of the published files, or from load.

    authority: its area code, '' for the one that study.toml names; only: measures
    to keep, with their counts and bases, if not all.
    Returns official_areas (the authority, its ten neighbours in the 2025 model, its region and
    England), official_statistics of those, official_distribution (all authorities, by measure
    and year), official_changes (all authorities, from one year to another) and
    official_differences (values on which publications disagree); columns as in
    data/schema.toml, every cell text. Raises ValueError, naming the file and the columns
    found, for a layout that is not known or a cell that is neither number nor known symbol, and
    for an authority that no file has; FileNotFoundError for a file that is not there.
    """
    authority = authority or record.chosen()["authority"]
    measures = files.read_raw("measures").set_index("measure")
    if isinstance(published, Path):
        if authority not in set(_areas(published)["area_code"]):
            raise ValueError(f"no authority has the code {authority}")
        published = load(published)
    folder, areas, adopted, others = published
    if authority not in set(areas["area_code"]):
        raise ValueError(f"no authority has the code {authority}")
    if only:
        near = {*only, *measures.loc[[*only], "base"], *measures.loc[[*only], "rate_of"]}
        measures = measures[measures.index.isin(near)]
        adopted, others = (t[t["measure"].isin(near)] for t in (adopted, others))
    number = next(key for key, row in areas.iterrows() if row["area_code"] == authority)
    chosen = [str(number), *neighbours(folder, str(number)),
              areas.loc[number, "region_code"], ENGLAND]
    order = {area: n for n, area in enumerate(chosen)}
    names = areas["area"].to_dict() | _wider_areas(folder, "name")
    codes = areas["area_code"].to_dict()

    def tidy(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        table = table[table["area"].isin(chosen)].assign(
            by_measure=lambda t: t["measure"].map(list(measures.index).index),
            by_area=lambda t: t["area"].map(order), key=lambda t: t["area"],
            period=lambda t: [_period(measures["timing"][m], y)
                              for m, y in zip(t["measure"], t["year"], strict=True)],
            unit=lambda t: t["measure"].map(measures["unit"]))
        table = table.assign(area_code=table["key"].map(lambda k: codes.get(k, k)),
                             area=table["key"].map(names))
        return table.sort_values(["by_measure", "by_area", "year"])[columns].reset_index(drop=True)

    alike = adopted[adopted["area"].isin(areas.index) & (adopted["basis"] != OLDER)]
    return {
        "official_areas": _chosen_areas(chosen, codes, names),
        "official_statistics": tidy(adopted, [
            "area_code", "area", "measure", "unit", "year", "period", "value", "status", "basis",
            "publication", "locator"]),
        "official_distribution": outliers.distribution(alike, measures, str(number)),
        "official_changes": outliers.changes(alike, measures),
        "official_differences": tidy(others, [
            "area_code", "area", "measure", "year", "adopted", "adopted_publication", "printed",
            "publication", "reason"]),
    }


def _chosen_areas(chosen: list[str], codes: dict[str, str], names: dict[str, str]) -> pd.DataFrame:
    """The areas shown, the authority first, and what each is to it."""
    what = ["authority", *["neighbour"] * (len(chosen) - 3), "region", "country"]
    return pd.DataFrame({
        "area_code": [codes.get(key, key) for key in chosen], "area": [names[k] for k in chosen],
        "relation": what, "closeness": [str(n) if w == "neighbour" else ""
                                        for n, w in enumerate(what)],
        "publication": ["dfe-neighbours-2025" if w == "neighbour" else "ons-population-2025"
                        for w in what]})


def read(folder: Path) -> pd.DataFrame:
    """Every value in every file, as printed. Columns: area (an authority's three-figure number,
    or the code of a region or of England), measure, year (the later one), printed, publication,
    locator."""
    wider = _wider_areas(folder, "code")
    parts = [_long(folder / name, publication, columns)
             for name, (publication, columns) in LONG.items()]
    parts += [_care(folder / name, *layout) for name, layout in CARE.items()]
    parts += [_yearly(folder / "cla_2010_2017" / f"{name}.csv", year, wider)
              for year, name in YEARLY.items()]
    parts.append(_tool(folder / "lait_indicators.csv.gz", wider))
    return pd.concat(parts, ignore_index=True)


def neighbours(folder: Path, number: str) -> list[str]:
    """The numbers of an authority's ten statistical neighbours in the model, nearest first."""
    columns = [f"SN_{n}" for n in range(1, 11)]
    table = _table(folder / "sn_model_2025_wide.csv", ["old_la_code", *columns])
    return [str(cell) for cell in table.set_index("old_la_code").loc[number, columns]]


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    """A file as text. Raises ValueError for a column that is not there, naming those that are."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except UnicodeDecodeError:  # the oldest releases
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="latin-1")
    missing = [name for name in columns if name not in table]
    if missing:
        raise ValueError(f"{path.name}: no column {', '.join(missing)}; found "
                         f"{', '.join(map(str, table.columns))}")
    return table


def _areas(folder: Path) -> pd.DataFrame:
    """Authorities by number: area_code, area (name), region_code; as in the latest year."""
    table = _table(folder / "ons_mid-year_population_estimates_2012_to_2024.csv",
                   ["time_period", "geographic_level", "region_code", "old_la_code",
                    "new_la_code", "la_name"])
    table = table[table["geographic_level"] == "Local authority"].sort_values("time_period")
    table = table.drop_duplicates("old_la_code", keep="last").set_index("old_la_code")
    return table.rename(columns={"new_la_code": "area_code", "la_name": "area"})[
        ["area_code", "area", "region_code"]]


def _wider_areas(folder: Path, by: str) -> dict[str, str]:
    """England and its regions: codes by name in capitals (by='code') or names by code."""
    table = _table(folder / "ons_mid-year_population_estimates_2012_to_2024.csv",
                   ["geographic_level", "region_code", "region_name"])
    regions = table[table["geographic_level"] == "Regional"].drop_duplicates("region_code")
    pairs = {"England": ENGLAND,
             **dict(zip(regions["region_name"], regions["region_code"], strict=True))}
    if by == "name":
        return {code: name for name, code in pairs.items()}
    return {name.upper(): code for name, code in pairs.items()}


GEOGRAPHY = ["time_period", "geographic_level", "country_code", "region_code", "old_la_code"]


def _area(table: pd.DataFrame) -> pd.Series:
    level = table["geographic_level"]
    return table["old_la_code"].where(level == "Local authority", table["region_code"].where(
        level == "Regional", table["country_code"]))


def _long(path: Path, publication: str, columns: dict[str, str]) -> pd.DataFrame:
    table = _table(path, [*GEOGRAPHY, *columns])
    table = table.assign(area=_area(table), year=table["time_period"])
    return _melt(table, columns, publication, path)


def _care(path: Path, publication: str, kind: str, count: str) -> pd.DataFrame:
    """Numbers and rates of children looked after, starting and ceasing, and the population that
    the rates are taken on: the mid-year estimate of the year before."""
    table = _table(path, [*GEOGRAPHY, kind, count, "rate_per_10000", "population_estimate"])
    table = table.assign(area=_area(table), year=table["time_period"])
    names = {"looked after": "looked-after", "starting": "starting-care",
             "ceasing": "ceasing-care"}
    parts = []
    for words, measure in names.items():
        rows = table[table[kind].str.startswith(f"Children {words}")]
        if rows.empty:
            raise ValueError(f"{path.name}: no rows of {kind} begin with 'Children {words}'; found "
                             f"{', '.join(sorted(set(table[kind])))}")
        parts.append(_melt(rows, {count: measure, "rate_per_10000": f"{measure}-rate"},
                           publication, path))
    before = rows.assign(year=(rows["year"].astype(int) - 1).astype(str))
    return pd.concat([*parts, _melt(before, {"population_estimate": "children"}, publication,
                                    path)])


def _yearly(path: Path, year: int, wider: dict[str, str]) -> pd.DataFrame:
    """A yearly release: children looked after; that of 2010 with its population. Here x is a
    small number suppressed, not one that is unavailable."""
    columns = ({"MarTotal_2010": "looked-after", "Mid2009Pop0-17": "children"} if year == 2010
               else {f"CLA_Mar{year}": "looked-after"})
    table = _table(path, ["geog_l", "geog_c", "geog_n", *columns])
    names = table["geog_n"].str.strip().str.upper()
    table = table.assign(area=table["geog_c"].where(table["geog_l"] == "LA", names.map(wider)),
                         year=str(year)).dropna(subset="area")
    found = _melt(table, columns, f"dfe-cla-{year}", path)
    found.loc[found["measure"] == "children", "year"] -= 1
    return found.assign(printed=found["printed"].replace("x", "c"))


def _tool(path: Path, wider: dict[str, str]) -> pd.DataFrame:
    """The interactive tool's long table; its values are text with the noise of binary numbers."""
    table = _table(path, ["Short Desc", "Years", "LA and Regions", "LA Number", "Values"])
    table = table[table["Short Desc"].isin(TOOL) & table["Years"].str.fullmatch(r"20\d\d")]
    absent = set(TOOL) - set(table["Short Desc"])
    if absent:
        raise ValueError(f"{path.name}: no rows of {', '.join(sorted(absent))}")
    number = table["LA Number"].str.removesuffix(".0")
    table = table.assign(area=table["LA and Regions"].str.upper().map(wider).fillna(number),
                         measure=table["Short Desc"].map(TOOL), year=table["Years"].astype(int),
                         printed=table["Values"], publication="dfe-lait-2026",
                         locator="lait, " + table["Short Desc"])
    return table[PRINTED]


PRINTED = ["area", "measure", "year", "printed", "publication", "locator"]


def _melt(table: pd.DataFrame, columns: dict[str, str], publication: str,
          path: Path) -> pd.DataFrame:
    """One row a value. The place of a value is the first word of its file's name and its column."""
    long = table[["area", "year", *columns]].melt(["area", "year"], var_name="column",
                                                  value_name="printed")
    return long.assign(year=long["year"].astype(int), measure=long["column"].map(columns),
                       publication=publication,
                       locator=f"{path.stem.split('_')[0]}, " + long["column"])[PRINTED]


NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")


def value(printed: str) -> tuple[str, str]:
    """A cell as exact decimal text and '', or '' and the reason why it is missing.

    The noise of binary numbers goes:

    >>> value("77.099999999999994"), value("c")
    (('77.1', ''), ('', 'suppressed'))

    Raises ValueError for what is neither a number nor a known symbol.
    """
    text = printed.strip()
    if text in STATUS:
        return "", STATUS[text]
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{printed!r} is neither a number nor a symbol that stands for a missing "
                         "one")
    number = float(text.replace(",", ""))
    return f"{Decimal(format(number, '.12g')).normalize():f}", ""


def _with_values(table: pd.DataFrame) -> pd.DataFrame:
    read_once = {}
    for row in table.drop_duplicates("printed").itertuples():
        try:
            read_once[row.printed] = value(row.printed)
        except ValueError as error:
            raise ValueError(f"{row.publication}: {row.locator}, area {row.area}, {row.year}: "
                             f"{error}") from None
    return table.assign(value=[read_once[text][0] for text in table["printed"]],
                        status=[read_once[text][1] for text in table["printed"]])


def _adopt(printed: pd.DataFrame, measures: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each value once, from the publication believed first; and the others where they differ. Up
    to 2016 authorities reported their workforce in sums, since then worker by worker."""
    ranked = printed.assign(rank=printed["publication"].map(PUBLICATIONS.index)).sort_values(
        "rank", kind="stable")
    key = ["area", "measure", "year"]
    first = ~ranked.duplicated(key)
    adopted = ranked[first].assign(basis=lambda t: np.where(
        t["measure"].map(measures["topic"]).eq("workforce") & (t["year"] < 2017), OLDER,
        "published"))
    others = ranked[~first].merge(adopted[[*key, "value", "publication"]], on=key,
                                  suffixes=("", "_adopted"))
    others = others[(others["value"] != others["value_adopted"]) & others["value"].ne("")
                    & others["value_adopted"].ne("")]
    tool = others["publication"] == "dfe-lait-2026"
    return adopted.drop(columns=["rank", "printed"]), others.assign(
        printed=others["value"], adopted=others["value_adopted"],
        adopted_publication=others["publication_adopted"],
        reason=np.where(tool, "the release itself before the tool that repeats it",
                        "the later publication"))


def _without_impossible_zeros(table: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Zeros that cannot be zeros become missing: those of a measure that never is zero where its
    base is large."""
    bases = table.set_index(["area", "measure", "year"])["value"]
    suspect = (table["value"] == "0") & table["measure"].map(measures["zero"] == "no")
    wrong = [row.Index for row in table[suspect].itertuples()
             if float(bases.get((row.area, measures["base"][row.measure], row.year)) or 0)
             >= outliers.BASE]
    table.loc[wrong, ["value", "status"]] = ["", "printed as zero"]
    return table


def _rates(table: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Rates where none is published: the count over the mid-year estimate of the year before, as
    in the published rates, to as many decimals."""
    known = table[table["value"] != ""]
    people = known[known["measure"] == "children"].set_index(["area", "year"])["value"].to_dict()
    taken = set(zip(table["area"], table["measure"], table["year"], strict=True))
    rows = []
    for rate, about in measures[measures["rate_of"] != ""].iterrows():
        for count in known[known["measure"] == about["rate_of"]].to_dict("records"):
            area, year = count["area"], count["year"]
            if (area, year - 1) in people and (area, rate, year) not in taken:
                exact = Decimal(count["value"]) / Decimal(people[area, year - 1]) * 10_000
                rounded = exact.quantize(Decimal(1).scaleb(-int(about["decimals"])), ROUND_HALF_UP)
                rows.append(count | {"measure": rate, "value": f"{rounded.normalize():f}",
                                     "basis": "computed"})
    return pd.DataFrame(rows)


def _period(timing: str, year: int) -> str:
    return PERIOD[timing].format(year=year, before=year - 1)


def write(folder: Path, root: Path | None = None) -> list[str]:
    """Compile the tables, inspections of all authorities among them, and write those of
    data/raw/official that changed; return their names.

    Raises as compile_tables and histories.read; nothing is written then.
    """
    base = (root or store.root()) / "data" / "raw" / "official"
    require(folder, FILES)
    inspections, corrections = histories.read(folder)
    tables = compile_tables(folder) | {"authority_inspections": inspections,
                                       "authority_corrections": corrections}
    return [name for name, table in tables.items()
            if store.replace_file(base / f"{name}.csv", files.as_csv(table))]
