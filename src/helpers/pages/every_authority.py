"""One page of all authorities in England, A to Z: their inspections, neighbours, what came next."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import text
from helpers.analysis import survival
from helpers.pages.frame import Page, environment
from helpers.tables import files, parse

# The tiles of an inspection: what heads them, and the columns of which one has the grade.
TILES = {"Overall": ("overall_grade",), "Leadership": ("leadership",),
         "Help and protection": ("help_and_protection",),
         "Children in care": ("children_in_care", "looked_after"),
         "Care leavers": ("care_leavers",)}
SHARED = "care_and_care_leavers"  # one grade for the last two
OFSTED = "https://reports.ofsted.gov.uk/provider/44/"  # and Ofsted's number


def page(reaches: str) -> Page:
    """Every authority with its inspections; reaches: the day up to which they are followed."""
    inspections = with_reports(files.read_table("authority_inspections"))
    people = authorities(
        survival.judged(inspections, files.read_table("areas")),
        files.read_raw("official/neighbours"), files.read_raw("official/successors"))
    letters: dict[str, list[dict[str, Any]]] = {}
    for each in people:
        letters.setdefault(each["name"][0], []).append(each)
    body = environment().get_template("every_authority.html.j2").render(
        letters=letters, heads=list(TILES), day=text.spoken_date(reaches),
        count=sum(not each["ended"] for each in people), base=OFSTED)
    about = (f"Every full inspection of children’s services in England since "
             f"{inspections['published'].min()[:4]}, authority by authority.")
    return Page("How was each authority judged?", Markup(body), [], about, [])


def with_reports(inspections: pd.DataFrame) -> pd.DataFrame:
    """The inspections with what their reports tell: number (Ofsted's, of the authority) and url
    ('' where no report was read), and the start of fieldwork where no table publishes it."""
    reports = files.read_raw("official/report_readings").set_index("history_id")
    reports = reports[reports.index != ""].reindex(inspections["history_id"]).fillna("")
    started = inspections["started"].where(inspections["started"] != "",
                                           reports["started"].to_numpy())
    numbers = reports["number"].to_numpy()
    found = inspections.assign(started=started, url=reports["url"].to_numpy(), number=numbers)
    return found.assign(number=found.groupby("area_code")["number"].transform("max"))


def authorities(inspections: pd.DataFrame, neighbours: pd.DataFrame, changes: pd.DataFrame
                ) -> list[dict[str, Any]]:
    """What the page says of each authority, in alphabetical order, those that ended included.

    inspections: as from with_reports and survival.judged; neighbours: ten codes for each code;
    changes: predecessor, successor (codes) and part."""
    ordered = inspections.sort_values("published")
    newest = ordered.groupby("area_code").last().to_dict("index")
    names = {code: row["authority"] + (f" (until {row['abolished'][:4]})" if row["abolished"] else "")
             for code, row in newest.items()}
    models = neighbours.set_index("area_code").filter(like="neighbour_").T.to_dict("list")
    pairs, found = with_leads(changes).to_dict("records"), []
    for code, rows in ordered.groupby("area_code"):
        records, own = rows[::-1].to_dict("records"), newest[code]
        found.append({
            "name": names[code], "id": code.lower(), "region": own["region"],
            "ended": text.spoken_date(own["abolished"]), "number": own["number"],
            "followed": [("", row["successor"].lower(), names[row["successor"]], row["part"])
                         for row in pairs if row["predecessor"] == code],
            "follows": [(row["lead"], row["predecessor"].lower(), names[row["predecessor"]],
                         row["part"])
                        for row in pairs if row["successor"] == code],
            "rows": [inspection(row, after) for row, after in zip(
                records, [None, *records], strict=False)],
            "near": [(each.lower(), names[each], grade(newest[each]))
                     for each in models.get(code, []) if each]})
    return sorted(found, key=lambda each: each["name"])


def with_leads(changes: pd.DataFrame) -> pd.DataFrame:
    """The successors with a column lead: 'part of ' where an authority replaced one that others
    replaced too, and which part is not said."""
    several = changes.groupby("predecessor")["successor"].transform("nunique") > 1
    return changes.assign(lead=several.where(changes["part"] == "", False).map(
        {True: "part of ", False: ""}))


def inspection(row: Mapping[str, Any], after: Mapping[str, Any] | None) -> dict[str, Any]:
    """An inspection's tiles (what heads it, how many columns it takes, its words, its grade's
    rank, 0 for none), its framework, the years to the one after it, and its report."""
    tiles = []
    for head, columns in TILES.items():
        shared = row[SHARED] in parse.GRADES
        if shared and head == "Care leavers":
            continue
        wide = shared and head == "Children in care"
        words = row[SHARED] if wide else next(
            (row[c] for c in columns if row[c] != survival.NO_AREA), survival.NO_AREA)
        tiles.append({"head": "Children in care and care leavers" if wide else head,
                      "span": 2 if wide else 1, "words": words.capitalize(),
                      "rank": parse.grade_rank(words) if words in parse.GRADES else 0})
    days = survival.days_between(row["published"], after["published"]) if after else 0
    return {"day": text.spoken_date(row["published"]), "framework": row["framework"],
            "kind": row["kind"], "link": row["url"], "tiles": tiles,
            "adoption": row["adoption"] if row["adoption"] != survival.NO_AREA else "",
            "wait": f"{days / survival.YEAR:.1f}" if days else ""}


def grade(row: Mapping[str, Any]) -> str:
    """The overall grade of an inspection and its year: 'good, 2023'; with the areas' grades where
    it gave none. row: as from survival.judged."""
    year = row["published"][:4]
    if row["overall_grade"] in parse.GRADES:
        return f"{row['overall_grade']}, {year}"
    given = survival.areas_given({key: row[key] if row[key] in parse.GRADES else ""
                                  for key in survival.AREAS})
    ranks: dict[str, list[str]] = {}
    for area, one in given.items():
        ranks.setdefault(one, []).append(area)
    parts = "; ".join(f"{', '.join(names)} {one}" for one, names in ranks.items())
    return f"{parts}, {year}"
