"""The grades of the same areas at several inspections."""

from collections.abc import Sequence

import pandas as pd

ENDED, NONE = "no longer given", "not graded"


def moves(judgements: pd.DataFrame, areas: pd.DataFrame,
          inspections: Sequence[pd.Series]) -> pd.DataFrame:
    """Every area that some inspections graded, with its grade at each of them.

    inspections: in order of time; one that is there twice counts once. Where an area did not exist
    yet, the grade is that of the area it continues; where it is an area no more, that of the area
    that continues it at once. Columns: area (short name); for each inspection's year the year (the
    grade, ENDED or NONE) and judgement_YEAR (by which a grade shared by several areas is known; ''
    for none); comparable (whether the first and the last may be compared: yes, in part, no) and
    judgement_id (of the newest grade). The overall grade comes first, the areas of the last
    inspection next, then those that ended."""
    about = areas.set_index(["area", "framework"])
    ordered = list({row["inspection_id"]: row for row in inspections}.values())
    given = {row["inspection_id"]: judgements[judgements["inspection_id"] == row["inspection_id"]]
             .set_index("area") for row in ordered}
    rows = [_line("overall", ordered[-1]["framework"], ordered, given, about)]
    for inspection in reversed(ordered):
        for area, judgement in given[inspection["inspection_id"]]["judgement_id"].items():
            if not any(judgement in row.values() for row in rows):
                rows.append(_line(str(area), inspection["framework"], ordered, given, about))
    return pd.DataFrame(rows)


def _line(area: str, framework: str, inspections: Sequence[pd.Series],
          given: dict[str, pd.DataFrame], about: pd.DataFrame) -> dict[str, str]:
    """A row of moves."""
    row = {"area": str(about["short_name"][area, framework])}
    found = [_graded(area, framework, given[each["inspection_id"]], about) for each in inspections]
    for each, one in zip(inspections, found, strict=True):
        year, ended = each["published"][:4], area == "overall" and each["overall_given"] == "no"
        row[year] = ENDED if ended else NONE if one is None else str(one["grade"])
        row[f"judgement_{year}"] = "" if one is None else str(one["judgement_id"])
    first, *_, newest = [one for one in found if one is not None] * 2
    comparable = str(about["comparable"][area, framework])
    if (first.name, first["framework"]) == (newest.name, newest["framework"]):
        comparable = "yes"
    if found[0] is None or (found[-1] is None and area != "overall"):
        comparable = "no"
    return row | {"comparable": comparable, "judgement_id": str(newest["judgement_id"])}


def _graded(area: str, framework: str, given: pd.DataFrame, about: pd.DataFrame
            ) -> pd.Series | None:
    """An area's grade among those that one inspection gave: its own, else that of the first area
    it continues, else that of an area that continues it at once; None if there is none."""
    names = [area]
    for name in names:  # which grow by the areas that each continues
        if name in given.index:
            return given.loc[name]
        names += [one for one in about["continues"].get((name, framework), "").split(";")
                  if one and one not in names]
    for name, row in given.iterrows():
        if area in about["continues"][name, row["framework"]].split(";"):
            return row
    return None
