"""The grades of the same areas at several inspections."""


from collections.abc import Sequence

import pandas as pd


def moves(judgements: pd.DataFrame, areas: pd.DataFrame,
          inspections: Sequence[pd.Series]) -> pd.DataFrame:
    """The areas of the last of some inspections, with the grade of each at every one of them.

    inspections: in order of time; one that is there twice counts once. Where an area did not exist
    yet, the grade is that of the area it continues. Columns: area (short name), a column for each
    inspection's year (the grade, 'not given any more' or 'not graded'), comparable (whether the
    first and the last may be compared: yes, in part, no), judgement_id (of the newest grade) and, for
    each year, judgement_YEAR (of that year's grade, so that a grade shared by two areas is known).
    The overall grade comes first.
    """
    about = areas.set_index(["area", "framework"])
    given = judgements.set_index(["inspection_id", "area"])
    ordered = list({row["inspection_id"]: row for row in inspections}.values())
    newest = judgements[judgements["inspection_id"] == ordered[-1]["inspection_id"]]
    names = ["overall", *newest.loc[newest["area"] != "overall", "area"]]
    rows = []
    for name in names:
        row: dict[str, str] = {"area": about["short_name"][(name, ordered[-1]["framework"])]}
        comparable = "yes"
        for inspection in ordered:
            key = (inspection["inspection_id"], name)
            if key not in given.index:
                earlier = about["continues"][(name, inspection["framework"])].split(";")
                key = next(((key[0], one) for one in earlier if (key[0], one) in given.index), key)
                comparable = about["comparable"][(name, ordered[-1]["framework"])]
            year = inspection["published"][:4]
            if key in given.index:
                name_of = str(given["judgement_id"][key])
                row |= {year: str(given["grade"][key]), "judgement_id": name_of,
                        f"judgement_{year}": name_of}
            else:
                row[year] = ("not given any more" if inspection["overall_given"] == "no"
                             else "not graded")
        rows.append(row | {"comparable": comparable if name != "overall" else "yes"})
    return pd.DataFrame(rows)
