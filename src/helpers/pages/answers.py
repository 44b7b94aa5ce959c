"""The sentences that speak of the record: what the newest grades are, what came since, what is not
known. They stand here, once, so that no page can say what another page or a table refutes.

Each takes a record.Record and returns plain text; a page adds its links. tests/test_worlds.py holds
every one of them against five worlds.
"""

import itertools

import pandas as pd

from helpers import text
from helpers.record import Record, years_between
from helpers.tables import parse

GOOD = parse.grade_rank("good")
PHRASES = {"requires improvement": "to require improvement"}  # what services were judged


def history(record: Record) -> str:
    """The overall grades in order: 'Ofsted judged …’s children’s services to require improvement
    in 2014 and 2018, and to be inadequate in 2023.'"""
    parts = [f"{PHRASES.get(grade, f'to be {grade}')} in {text.listed(years)}"
             for grade, years in _runs(record.overall)]
    return f"Ofsted judged {record.name}’s children’s services {text.listed_apart(parts)}."


def _runs(overall: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Grades with the years in which they were given, alike ones in a row together."""
    runs = itertools.groupby(overall.itertuples(), key=lambda row: row.grade)
    return [(grade, [row.published[:4] for row in rows]) for grade, rows in runs]


def newest(record: Record) -> str:
    """The newest inspection's grades, best first, and whether it gave an overall one: 'The inspection
    of May 2026 graded three areas good: leadership, help and protection, and children in care. It
    graded care leavers requires improvement. Ofsted no longer gives councils an overall grade.'"""
    first, *rest = [f"graded {text.words(len(names))} areas {grade}: {text.listed_apart(names)}."
                    if len(names) > 1 else f"graded {names[0]} {grade}."
                    for grade, names in _newest_by_grade(record)]
    end = ["Ofsted no longer gives councils an overall grade."] if record.overall_ended else []
    return " ".join([f"The inspection of {text.spoken_date(record.newest['started'][:7])} {first}",
                     *(f"It {part}" for part in rest), *end])


def _newest_by_grade(record: Record) -> list[tuple[str, list[str]]]:
    """The grades of the newest inspection, best first, each with its areas as a sentence has them."""
    table = record.newest_grades.sort_values("grade_rank", ascending=False, kind="stable")
    return [(grade, list(rows["short_name"].str.lower()))
            for grade, rows in table.groupby("grade", sort=False)]


def direction(record: Record) -> str:
    """How the newest area grades compare with those of the fall, rises and falls alike: 'All four
    areas were graded higher than in 2023.'; '' where they are of one inspection or no area is in
    both."""
    now, then = (table.set_index("area")["grade_rank"] for table in (
        record.newest_grades, record.fall_grades))
    both = now.index.intersection(then.index)
    if record.newest["inspection_id"] == record.after["inspection_id"] or both.empty:
        return ""
    year, count = record.after["published"][:4], text.words(len(both))
    moved = {"higher": int((now[both] > then[both]).sum()), "lower": int((now[both] < then[both]).sum())}
    parts = [f"{text.words(number)} {'was' if number == 1 else 'were'} graded {way}"
             for way, number in moved.items() if number]
    if not parts:
        return f"No area was graded higher or lower than in {year}."
    if len(both) in moved.values():
        who = "Both" if len(both) == 2 else f"All {count}"
        return f"{who} areas were graded {'higher' if moved['higher'] else 'lower'} than in {year}."
    return f"Of {count} areas, {text.listed(parts)} than in {year}."


def since(record: Record) -> str:
    """What is on record after the newest inspection, up to the day the record reaches."""
    end = f"No later full inspection is on record up to {text.spoken_date(record.reaches)}."
    if record.ended:
        end = (f"{record.name}’s children’s services ended with their authority on "
               f"{text.spoken_date(record.ended)}.")
    visits = visits_in_words(record.since).capitalize()
    return end if record.since.empty else f"{visits} since gave no grade. {end}"


def visits_in_words(visits: pd.DataFrame) -> str:
    """'six monitoring visits', or 'one focused visit and two monitoring visits'."""
    kinds = visits.groupby("kind", sort=False).size()
    return text.listed(text.count(int(n), str(kind)) for kind, n in kinds.items())


def answer(record: Record) -> str:
    """The whole answer: the move, the newest inspection, and what came after."""
    return " ".join((history(record), newest(record), since(record)))


def finding(record: Record) -> str:
    """The finding as a headline: 'Ofsted graded three of four areas of …’s children’s services good
    in 2026, up from none in 2023'; where an overall grade was given, that."""
    year, low = record.newest["published"][:4], record.after["published"][:4]
    if not record.overall_ended:
        grade = record.overall["grade"].iloc[-1]
        return f"Ofsted judged {record.name}’s children’s services {PHRASES.get(grade, grade)} in {year}"
    now, then = record.newest_grades, record.fall_grades
    count, before = (int((grades["grade_rank"] >= GOOD).sum()) for grades in (now, then))
    best = "good or outstanding" if (now["grade_rank"] > GOOD).any() else "good"
    way = "up from" if count > before else "down from" if count < before else "as in"
    earlier = f"{way} {text.words(before)} in {low}" if count != before else f"{way} {low}"
    return (f"Ofsted graded {text.words(count)} of {text.words(len(now))} areas of {record.name}’s "
            f"children’s services {best} in {year}, {earlier}")


def overall_headline(overall: pd.DataFrame) -> str:
    """Overall grades in order, as a title: 'Requires improvement in 2014 and 2018, inadequate in
    2023'. overall: columns grade and published, a row a grade."""
    told = ", ".join(f"{grade} in {text.listed(years)}" for grade, years in _runs(overall))
    return told[:1].upper() + told[1:]


def headline(record: Record) -> str:
    """The move as a title: 'Requires improvement in 2014 and 2018, inadequate in 2023; no overall
    grade in 2026'."""
    told = overall_headline(record.overall)
    if record.overall_ended:
        told += f"; no overall grade in {record.newest['published'][:4]}"
    return told


def areas_headline(record: Record) -> str:
    """The newest area grades as a title: 'In 2026 three of four areas graded good; care leavers
    requires improvement'."""
    by_grade = _newest_by_grade(record)
    most, areas = max(by_grade, key=lambda pair: len(pair[1]))
    rest = [f"{text.listed(names)} {grade}" for grade, names in by_grade if grade != most]
    number = f"{text.words(len(areas))} of" if rest else "all"
    first = f"{number} {text.words(len(record.newest_grades))} areas graded {most}"
    return f"In {record.newest['published'][:4]} {'; '.join([first, *rest])}"


def lasted(record: Record) -> str:
    """How long the last overall grade was the newest one, and whether it still is."""
    last = record.overall.iloc[-1]
    given = (f"The last overall grade, {last['grade']}, was published on "
             f"{text.spoken_date(last['published'])}.")
    if record.overall_ended:
        years = years_between(last["published"], record.newest["published"])
        later = f"about {text.count(round(years), 'year')}" if years >= 1 else "less than a year"
        return f"{given} The next full inspection’s report came {later} later and gave none."
    if record.ended:
        years = years_between(last["published"], record.ended)
        return f"{given} It was the newest for {years:.1f} years, until the authority ended."
    return (f"{given} It was {years_between(last['published'], record.reaches):.1f} years old on "
            f"{text.spoken_date(record.reaches)}, the day this record reaches.")


def not_known(record: Record) -> list[str]:
    """What no table here can answer, a sentence each."""
    last = record.overall.iloc[-1]
    found = []
    if record.overall_ended:
        found.append("One grade for the services as a whole: Ofsted now gives none, and this "
                     "study makes none up.")
    elif record.ended:
        found.append("How the services that followed were judged. They are other authorities’.")
    else:
        found.append(f"Whether the services are better or worse now than {last['grade']}, the "
                     f"grade of {text.spoken_date(last['published'])}. Visits are not graded.")
    unread = record.ungraded[record.ungraded["outcome_voice"] != "Ofsted report"]
    if len(unread):
        found.append(f"What Ofsted’s letters on the {visits_in_words(unread)} since "
                     f"{record.after['published'][:4]} say. We have not read them.")
    if not record.ended:
        found.append(f"Anything after {text.spoken_date(record.reaches)}.")
    return found
