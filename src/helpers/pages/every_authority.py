"""One page of all authorities in England, A to Z: their inspections, neighbours, what came next."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import text
from helpers.pages.frame import Page, environment
from helpers.tables import files, parse

NO_GRADE = "no overall grade"
# The tiles of an inspection: what heads them, and the columns of which one holds the grade.
TILES = {"Overall": ("overall_grade",), "Leadership": ("leadership",),
         "Help and protection": ("help_and_protection",),
         "Children in care": ("children_in_care", "looked_after"),
         "Care leavers": ("care_leavers",)}
SHARED = "care_and_care_leavers"  # one grade for the last two


def page(reaches: str) -> Page:
    """Every authority with its inspections; reaches: the day up to which they are followed."""
    inspections = files.read_table("authority_inspections")
    areas = files.read_raw("official/panel_areas").set_index("area_code")["area"]
    neighbours = files.read_raw("official/neighbours").set_index("area_code")
    links = addresses()
    changes = files.read_raw("official/successors")
    people = authorities(inspections, neighbours, areas.to_dict(), links, changes)
    letters: dict[str, list[dict[str, Any]]] = {}
    for each in people:
        letters.setdefault(each["name"][0], []).append(each)
    body = environment().get_template("every_authority.html.j2").render(
        letters=letters, heads=list(TILES), day=text.spoken_date(reaches),
        count=sum(not each["ended"] for each in people))
    about = (f"Every full inspection of children’s services in England since "
             f"{inspections['published'].min()[:4]}, authority by authority.")
    return Page("How was each authority judged?", Markup(body), [], about, [])


def addresses() -> dict[str, str]:
    """The address of each inspection's report, by history_id, where it is known."""
    readings = files.read_raw("official/report_readings")
    return {row.history_id: row.url for row in readings.itertuples() if row.history_id and row.url}


def authorities(inspections: pd.DataFrame, neighbours: pd.DataFrame, names: Mapping[str, str],
                links: Mapping[str, str], changes: pd.DataFrame) -> list[dict[str, Any]]:
    """What the page says of each authority, in alphabetical order, those that ended included.

    inspections: the tidy table; neighbours: ten codes for each code; names: by code; links: the
    address of each inspection's report, by history_id, where known; changes: predecessor,
    successor (codes) and day."""
    names = dict(zip(inspections["area_code"], inspections["authority"], strict=True)) | dict(names)
    newest = {code: rows.sort_values("published").iloc[-1]
              for code, rows in inspections.groupby("area_code")}
    found = []
    for code, rows in inspections.groupby("area_code"):
        rows = rows.sort_values("published", ascending=False)
        ended = rows["abolished"].iloc[0]
        near = ([each for each in neighbours.loc[code].filter(like="neighbour_") if each]
                if code in neighbours.index else [])
        name = names[str(code)] + (f" (ended {ended[:4]})" if ended else "")
        found.append({
            "name": name, "id": str(code).lower(), "region": rows["region"].iloc[0],
            "ended": text.spoken_date(ended),
            "followed": [names.get(each, each) for each in changes.loc[
                changes["predecessor"] == code, "successor"]],
            "follows": [names.get(each, each) for each in changes.loc[
                changes["successor"] == code, "predecessor"]],
            "rows": [_inspection(row, after, links) for row, after in zip(
                rows.to_dict("records"), [None, *rows.to_dict("records")], strict=False)],
            "near": [(each.lower(), names.get(each, each), _newest(newest.get(each)))
                     for each in near]})
    return sorted(found, key=lambda each: each["name"])


def _inspection(row: Mapping[str, Any], after: Mapping[str, Any] | None,
                links: Mapping[str, str]) -> dict[str, Any]:
    """An inspection's tiles: a heading, how many columns it takes, its words, its grade's rank."""
    tiles = []
    for head, columns in TILES.items():
        if row[SHARED] and head == "Care leavers":
            continue
        wide = row[SHARED] and head == "Children in care"
        grade = row[SHARED] if wide else next((row[c] for c in columns if row[c]), "")
        words = grade.capitalize() or ("No longer given" if head == "Overall" else "Not judged")
        tiles.append({"head": "Children in care and care leavers" if wide else head,
                      "span": 2 if wide else 1, "words": words,
                      "rank": parse.GRADES.index(grade) + 1 if grade else 0})
    days = (pd.Timestamp(after["published"]) - pd.Timestamp(row["published"])).days if after else 0
    return {"day": text.spoken_date(row["published"]), "framework": row["framework"],
            "kind": row["kind"], "link": links.get(row["history_id"], ""), "tiles": tiles,
            "adoption": row["adoption"], "wait": f"{days / 365.25:.1f}" if days else ""}


def _newest(row: pd.Series | None) -> str:
    if row is None:
        return "no inspection on record"
    return f"{row['overall_grade'] or NO_GRADE}, {row['published'][:4]}"
