"""The panel of published statistics, and what follows from it for any authority.

data/raw/official holds what is published of all authorities, their regions and England: panel
(a row for each measure, area and publication, a column for each year), panel_areas, neighbours,
panel_columns (where a publication has a measure) and panel_differences (what another publication
prints otherwise). Everything here is computed from those five and from measures.
"""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.analysis import outliers
from helpers.tables import files

Tables = dict[str, pd.DataFrame]
NAMES = ("panel", "panel_areas", "panel_columns", "panel_differences", "neighbours")

OLDER = "older definition"  # no movement is taken from one definition to another
STATUS = {"c": "suppressed", "x": "not available", "z": "not applicable", "u": "low reliability",
          "low": "rounds to zero", ":": "not available", "-": "not available",
          "..": "not available", "blank": "not available"}
SUPPRESSED_X = r"dfe-cla-201[0-7]"  # there x is a small number, not one that is unavailable
TOOL = "dfe-lait"  # repeats what the releases print
PERIOD = {"year to 31 March": "{before}-04-01/{year}-03-31", "at 31 March": "{year}-03-31",
          "year to 30 September": "{before}-10-01/{year}-09-30",
          "at 30 September": "{year}-09-30", "mid-year": "{year}-06-30"}


def read(folder: Path | None = None) -> Tables:
    """The raw tables that the panel is made of, and the measures."""
    return {name: files.read_raw(f"official/{name}", folder) for name in NAMES} | {
        "measures": files.read_raw("measures", folder)}


def tables(raw: Tables, area_code: str) -> Tables:
    """The official tables of one authority.

    raw: as read returns it. Returns the tables of beside, official_changes (all authorities, from
    one year to another) and official_differences (values on which publications disagree); columns
    as in data/schema.toml, cells as text but for the year. Raises KeyError for an authority that
    the model of neighbours does not have."""
    measures = raw["measures"].set_index("measure")
    known = values(raw, measures)
    found = beside(raw, known, measures, area_code)
    moved = outliers.moves(comparable(raw, known), measures)
    areas = found["official_areas"]
    return found | {
        "official_distribution": outliers.distribution(moved, area_code),
        "official_changes": outliers.changes(moved),
        "official_differences": _tidy(differences(raw, areas), areas, measures)}


def needed(raw: Tables, names: Collection[str]) -> pd.DataFrame:
    """These measures, by name, with those that they are rates of or that say how large a base is."""
    measures = raw["measures"].set_index("measure")
    rows = measures.loc[list(names)]
    return measures[measures.index.isin({*names, *rows["rate_of"], *rows["base"]})]


def beside(raw: Tables, known: pd.DataFrame, measures: pd.DataFrame, area_code: str) -> Tables:
    """Some measures of one authority beside other areas.

    known: as from values, of these measures. Returns official_areas (the authority, its ten
    neighbours in the model, its region and England) and official_statistics of those. Raises as
    tables."""
    areas = chosen_areas(raw, area_code)
    return {"official_areas": areas, "official_statistics": _tidy(known, areas, measures)}


def comparable(raw: Tables, known: pd.DataFrame) -> pd.DataFrame:
    """The values of authorities that may be set side by side, as outliers.moves takes them."""
    codes = raw["panel_areas"].query("level == 'authority'")["area_code"]
    rows = known[known["area_code"].isin(codes) & (known["basis"] != OLDER)]
    return rows.rename(columns={"area_code": "area"})


def chosen_areas(raw: Tables, area_code: str) -> pd.DataFrame:
    """An authority, its neighbours from the closest, its region and England. Columns: area_code,
    area, relation, closeness (1 for the closest neighbour) and publication, all text."""
    places = raw["panel_areas"].set_index("area_code")
    models = raw["neighbours"].set_index("area_code")
    near = [code for code in models.loc[area_code].filter(like="neighbour_") if code]
    country = places.index[places["level"] == "country"][0]
    codes = [area_code, *near, places["region_code"][area_code], country]
    table = pd.DataFrame({
        "area_code": codes, "area": places["area"][codes].to_numpy(),
        "relation": ["authority", *["neighbour"] * len(near), "region", "country"],
        "closeness": ["", *(str(n + 1) for n in range(len(near))), "", ""],
        "publication": places["publication"][codes].to_numpy()})
    table.loc[table["relation"] == "neighbour", "publication"] = models["publication"][area_code]
    return table


def printed(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel with a row for each cell printed: area_code, measure, publication, year (a
    number), printed."""
    long = panel.melt(["area_code", "measure", "publication"], var_name="year", value_name="printed")
    return long[long["printed"] != ""].astype({"year": int}).reset_index(drop=True)


def values(raw: Tables, measures: pd.DataFrame) -> pd.DataFrame:
    """Every value of these measures, published or computed from published ones.

    measures: by name. Columns: area_code, measure, publication, year, value (text, '' if
    missing), status (why it is missing), basis (published, computed or older definition) and
    locator. Up to 2016 authorities reported their workforce in sums, since then worker by worker."""
    wanted = raw["panel"]["measure"].isin([*measures.index, "children"])
    table = printed(raw["panel"][wanted])
    status = table["printed"].map(STATUS).fillna("")
    withheld = table.loc[table["printed"] == "x", "publication"].str.fullmatch(SUPPRESSED_X)
    status[withheld.index[withheld]] = "suppressed"
    older = table["measure"].map(measures["topic"]).eq("workforce") & (table["year"] < 2017)
    table = table.assign(value=table["printed"].where(status == "", ""), status=status,
                         basis=np.where(older, OLDER, "published"))
    table = table.merge(raw["panel_columns"], how="left", on=["publication", "measure"])
    table = _without_impossible_zeros(table.drop(columns="printed"), measures)
    table = pd.concat([table, _rates(table, measures)], ignore_index=True)
    return table[table["measure"].isin(measures.index)]


def _without_impossible_zeros(table: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Zeros of a measure that never is zero where its base is large become missing."""
    zeros = table[table["value"] == "0"]
    zeros = zeros[zeros["measure"].map(measures["zero"]) == "no"]
    bases = _beside(zeros.assign(base=zeros["measure"].map(measures["base"])), table, "base")
    wrong = zeros.index[bases >= outliers.BASE]
    table.loc[wrong, ["value", "status"]] = ["", "printed as zero"]
    return table


def _beside(table: pd.DataFrame, others: pd.DataFrame, column: str) -> np.ndarray:
    """The number that each row's area and year have of the measure that a column names."""
    known = others[others["measure"].isin(table[column].unique())].set_index(
        ["area_code", "measure", "year"])["value"].replace("", None)
    keys = pd.MultiIndex.from_frame(table[["area_code", column, "year"]])
    return pd.to_numeric(known).reindex(keys).to_numpy(dtype=float)


def _rates(table: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Rates where none is published: the count over the mid-year estimate of the year before, as
    in the published rates, to as many decimals, halves rounded up."""
    rates = measures[measures["rate_of"] != ""].reset_index()[["measure", "rate_of", "decimals"]]
    known = table[table["value"] != ""]
    rows = known.merge(rates, left_on="measure", right_on="rate_of", suffixes=("_counted", ""))
    before = rows.assign(year=rows["year"] - 1, people="children")
    rows = rows.assign(people=_beside(before, known, "people"), basis="computed")
    there, published = (pd.MultiIndex.from_frame(each[["area_code", "measure", "year"]])
                        for each in (rows, table[table["measure"].isin(rates["measure"])]))
    rows = rows[rows["people"].notna() & ~there.isin(published)]
    count, people = rows["value"].astype(int), rows["people"].astype(int)
    scale = 10 ** rows["decimals"].astype(int)
    whole = (count * 10_000 * scale * 2 + people) // (2 * people)  # exact, in whole numbers
    return rows.assign(value=(whole / scale).map("{:.10g}".format))[table.columns]


def differences(raw: Tables, areas: pd.DataFrame) -> pd.DataFrame:
    """Each value of some areas that another publication prints otherwise, beside the one adopted.
    Columns: area_code, measure, year, printed, publication, adopted, adopted_publication, reason."""
    rows = raw["panel"][raw["panel"]["area_code"].isin(areas["area_code"])]
    adopted = printed(rows).rename(columns={"printed": "adopted",
                                            "publication": "adopted_publication"})
    table = raw["panel_differences"].astype({"year": int}).merge(
        adopted, on=["area_code", "measure", "year"])
    reasons = {True: "the release itself before the tool that repeats it",
               False: "the later publication"}
    return table.assign(reason=table["publication"].str.startswith(TOOL).map(reasons))


def _tidy(table: pd.DataFrame, areas: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """The rows of the areas and measures shown, in their order, with name, unit and period."""
    names = areas.set_index("area_code")["area"]
    table = table[table["area_code"].isin(names.index) & table["measure"].isin(measures.index)]
    order = {key: place for place, key in enumerate([*measures.index, *names.index])}
    table = table.sort_values(["measure", "area_code", "year"], ignore_index=True,
                              key=lambda column: column.map(lambda key: order.get(key, key)))
    periods = [PERIOD[timing].format(year=year, before=year - 1) for timing, year in zip(
        table["measure"].map(measures["timing"]), table["year"], strict=True)]
    return table.assign(area=table["area_code"].map(names), period=periods,
                        unit=table["measure"].map(measures["unit"]))
