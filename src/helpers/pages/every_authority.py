"""One page of all authorities in England, A to Z: their inspections, neighbours, what came next."""

import itertools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers import text
from helpers.analysis import survival
from helpers.pages.frame import Page, render
from helpers.tables import files, parse

# The tiles of an inspection: what heads them, and the columns of which one has the grade.
TILES = {"Overall": ("overall_grade",), "Leadership": ("leadership",),
         "Help and protection": ("help_and_protection",),
         "Children in care": ("children_in_care", "looked_after"),
         "Care leavers": ("care_leavers",)}
SHARED = "care_and_care_leavers"  # one grade for both of the last two
OFSTED = "https://reports.ofsted.gov.uk/provider/44/"  # and Ofsted's number


def page(reaches: str) -> Page:
    """Every authority with its inspections; reaches: the day up to which they are followed."""
    inspections = with_reports(files.read_table("authority_inspections"))
    people = authorities(
        survival.judged(inspections, files.read_table("areas")),
        files.read_raw("official/neighbours"), files.read_raw("official/successors"))
    by_letter = itertools.groupby(people, key=lambda each: each["name"][0])
    letters = {letter: list(group) for letter, group in by_letter}
    body = render(
        "every_authority", letters=letters, heads=list(TILES), day=text.spoken_date(reaches),
        count=sum(not each["ended"] for each in people), base=OFSTED)
    about = (f"Every full inspection of children’s services in England since "
             f"{inspections['published'].min()[:4]}, authority by authority.")
    return Page("How was each authority judged?", body, [], about, [])


def with_reports(inspections: pd.DataFrame) -> pd.DataFrame:
    """The inspections with what their reports tell: number (Ofsted's, of the authority) and url
    ('' where no report was read), and the start of fieldwork where no table publishes it."""
    reports = files.read_raw("official/report_readings")[["history_id", "started", "url", "number"]]
    found = inspections.merge(reports, how="left", on="history_id", suffixes=("", "_read")).fillna("")
    return found.assign(started=found["started"].where(found["started"] != "", found["started_read"]),
                        number=found.groupby("area_code")["number"].transform("max"))


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
    pairs, found = list(with_leads(changes).itertuples()), []
    for code, rows in ordered.groupby("area_code"):
        records, own = rows[::-1].to_dict("records"), newest[code]
        found.append({
            "name": names[code], "id": code.lower(), "region": own["region"],
            "ended": text.spoken_date(own["abolished"]), "number": own["number"],
            "followed": [("", pair.successor.lower(), names[pair.successor], pair.part)
                         for pair in pairs if pair.predecessor == code],
            "follows": [(pair.lead, pair.predecessor.lower(), names[pair.predecessor], pair.part)
                        for pair in pairs if pair.successor == code],
            "rows": list(map(inspection, records, [None, *records])),
            "near": [(each.lower(), names[each], grade(newest[each]))
                     for each in models.get(code, []) if each]})
    return sorted(found, key=lambda each: each["name"])


def with_leads(changes: pd.DataFrame) -> pd.DataFrame:
    """The successors with a column lead: 'part of ' where an authority replaced one that others
    replaced too, and which part is not said."""
    several = changes.groupby("predecessor")["successor"].transform("nunique") > 1
    unsaid = several & (changes["part"] == "")
    return changes.assign(lead=unsaid.map({True: "part of ", False: ""}))


def graded_in(row: Mapping[str, Any]) -> dict[str, str]:
    """The column that has an inspection's grade, or the reason for none, for each of TILES."""
    columns = {head: next((name for name in names if row[name] != survival.NO_AREA), names[0])
               for head, names in TILES.items()}
    if row[SHARED] in parse.GRADES:
        columns |= {"Children in care": SHARED, "Care leavers": SHARED}
    return columns


def inspection(row: Mapping[str, Any], after: Mapping[str, Any] | None) -> dict[str, Any]:
    """An inspection's tiles (what heads it, how many columns it takes, its words, its grade's
    rank, 0 for none), its framework, the years to the one after it, and its report."""
    columns, tiles = graded_in(row), []
    for column, group in itertools.groupby(columns, key=lambda head: columns[head]):
        heads, words = list(group), row[column]
        tiles.append({"head": " and ".join(heads).capitalize(), "span": len(heads),
                      "words": words.capitalize(),
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
    first, *others = dict.fromkeys(given.values())
    if not others:
        return f"all {text.words(len(given))} areas {first}, {year}"
    parts = [f"{text.listed_apart([area for area in given if given[area] == one])} {one}"
             for one in (first, *others)]
    return f"{'; '.join(parts)}, {year}"
