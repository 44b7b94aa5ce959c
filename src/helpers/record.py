"""What is on record, decided once: who is studied, the fall, the newest inspection and grades.

The fall is chosen in study.toml: two inspections. The newest inspection is read from the tables:
the full one published last, which may be the one at the bottom of the fall, or a later one, with
an overall grade or without.
"""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import store
from helpers.tables import files, parse


class Record(NamedTuple):
    """What the tables say of the authority that is studied.

    reaches: the day the record goes up to; england_reaches: the day up to which all authorities'
    inspections are followed; ended: the day the authority ceased to exist, '' if it has not.
    before and after: the two inspections of the fall; newest: the full inspection published last;
    newest_grades and fall_grades: the area grades of the newest and of the one that ends the fall,
    columns as judgements.csv with short_name. overall: as overall_grades. ungraded: every contact
    without grades after the fall; visits: those before the following inspection, or all; since:
    those after the newest one.
    """

    code: str
    name: str
    reaches: str
    england_reaches: str
    ended: str
    before: pd.Series
    after: pd.Series
    newest: pd.Series
    overall: pd.DataFrame
    newest_grades: pd.DataFrame
    fall_grades: pd.DataFrame
    ungraded: pd.DataFrame
    visits: pd.DataFrame
    since: pd.DataFrame

    @property
    def overall_ended(self) -> bool:
        """Whether the newest inspection gave no overall grade, so that the line of them ends."""
        return bool(self.newest["overall_given"] == "no")


def chosen(folder: Path | None = None) -> dict[str, Any]:
    """study.toml: authority, and fall with before and after. Raises ValueError, naming the file, if
    it is no TOML or lacks one of them."""
    path = (folder or store.root()) / "study.toml"
    try:
        study = tomllib.loads(path.read_text(encoding="utf-8"))
        study["authority"], study["fall"]["before"], study["fall"]["after"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"study.toml: {error}") from None
    except KeyError as error:
        raise ValueError(f"study.toml: found no {error.args[0]}, expected it") from None
    return study


def studied_name() -> str:
    """The name of the authority that is studied."""
    places = files.read_raw("official/panel_areas").set_index("area_code")["area"]
    return str(places[chosen()["authority"]])


def as_table(study: dict[str, Any]) -> pd.DataFrame:
    """study.toml as a table of one row, for the checks: authority, before, after."""
    return pd.DataFrame([{"authority": study["authority"], **study["fall"]}])


def read(folder: Path | None = None) -> Record:
    """The record of a project, from study.toml and data/processed."""
    names = ("inspections", "judgements", "areas", "events", "official_areas")
    return of(chosen(folder), *(files.read_table(name, folder) for name in names))


def of(study: dict[str, Any], inspections: pd.DataFrame, judgements: pd.DataFrame,
       areas: pd.DataFrame, events: pd.DataFrame, places: pd.DataFrame) -> Record:
    """The record from its tables. Raises KeyError for a fall whose inspections are not there."""
    about = inspections.set_index("inspection_id", drop=False)
    after, newest = about.loc[study["fall"]["after"]], newest_full(inspections)
    dates = events.set_index("event_id")["date"]
    parts = judgements[judgements["area"] != "overall"].merge(
        areas[["area", "framework", "short_name"]], how="left", validate="m:1")
    grades, fall = (parts[parts["inspection_id"] == one["inspection_id"]].reset_index(drop=True)
                    for one in (newest, after))
    return Record(
        code=study["authority"],
        name=places.set_index("area_code")["area"][study["authority"]],
        reaches=dates["record-reaches"], england_reaches=dates["england-reaches"],
        ended=dates.get("authority-ended", ""),
        before=about.loc[study["fall"]["before"]], after=after, newest=newest,
        overall=overall_grades(judgements, inspections),
        newest_grades=grades, fall_grades=fall,
        ungraded=ungraded_after(inspections, after), visits=visits_after(inspections, after),
        since=ungraded_after(inspections, newest))


def newest_full(inspections: pd.DataFrame) -> pd.Series:
    """The full inspection whose report came out last."""
    full = inspections[inspections["kind"] == "full inspection"]
    return full.loc[full["published"].map(lambda day: parse.bounds(day)[1]).idxmax()]


def next_full(inspections: pd.DataFrame, inspection: pd.Series) -> pd.Series | None:
    """The first full inspection published after another one; None if there is none."""
    full = inspections[inspections["kind"] == "full inspection"]
    days = full["published"].map(lambda day: parse.bounds(day)[1])
    later = days[days > parse.bounds(inspection["published"])[1]]
    return None if later.empty else full.loc[later.idxmin()]


def ungraded_after(inspections: pd.DataFrame, inspection: pd.Series) -> pd.DataFrame:
    """The contacts without grades that began after an inspection's fieldwork did."""
    day = parse.bounds(inspection["started"])[1]
    later = inspections["started"].map(lambda started: parse.bounds(started)[0] > day)
    return inspections[later & (inspections["graded"] == "no")]


def visits_after(inspections: pd.DataFrame, inspection: pd.Series) -> pd.DataFrame:
    """The contacts without grades between a full inspection and the next, or all after it."""
    found, following = ungraded_after(inspections, inspection), next_full(inspections, inspection)
    return found if following is None else found[
        ~found.index.isin(ungraded_after(inspections, following).index)]


def overall_grades(judgements: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """The overall grades on the four-step scale, in order of publication: the columns of
    judgements, and published (EDTF)."""
    since = judgements[(judgements["area"] == "overall") & (judgements["scale"] == "since 2013")]
    dates = inspections[["inspection_id", "published"]]
    return since.merge(dates, on="inspection_id", validate="1:1").sort_values(
        "published", ignore_index=True)


def years_between(first: str, last: str) -> float:
    """Years from one day to another, both EDTF and exact to the day."""
    return (parse.bounds(last)[0] - parse.bounds(first)[0]).days / 365.25
