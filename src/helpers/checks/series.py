"""The official series, and what leans on them."""

from collections.abc import Iterator
from typing import Any

from helpers.analysis import outliers
from helpers.checks.common import LISTED, Rules, Tables, at, broken


def check_neighbours(raw: Tables) -> Iterator[str]:
    """No authority is its own neighbour, or has one twice. Goes before the official tables, which
    are made from the neighbours."""
    near = [column for column in raw["neighbours"] if column.startswith("neighbour_")]
    for row in raw["neighbours"].itertuples():
        seen = {row.area_code}
        for column in near:
            one = getattr(row, column)
            if one and one in seen:
                yield at("neighbours", row, column, "another authority, once")
            seen.add(one)


def check_measures(raw: Tables) -> Iterator[str]:
    """The measures with each other."""
    timing = raw["measures"].set_index("measure")["timing"].to_dict()
    yield from broken("measures", raw["measures"], _measure, timing)


def _measure(row: Any, timing: dict[str, str]) -> Rules:
    """One measure's rules. timing: of each measure, by its name."""
    measures = set(timing)
    yield "base", not row.base or row.base in measures, "a measure"
    yield "timing", row.timing == timing.get(row.rate_of, row.timing), f"that of {row.rate_of}"
    wholes = [part.removesuffix(" before") for part in row.share_of.split(";") if part]
    yield ("share_of", set(wholes) <= measures and bool(wholes) == outliers.is_percentage(row.unit),
           "measures, for percentages alone")
    yield ("unit", (row.unit == "per 10,000 children") == row.measure.endswith("-rate"),
           "per 10,000 for rates alone")
    count = row.measure.removesuffix("-rate")
    yield ("rate_of", row.rate_of == (count if count in measures - {row.measure} else ""),
           f"{count} for its rate, if it is a measure, else none")
    preferred = {"High": "higher", "Low": "lower"}.get(row.polarity)
    yield ("polarity_used", row.polarity_used in ("", preferred),
           f"what its publisher prefers ({row.polarity or 'neither'}) or none")


def check_claim_tests(raw: Tables) -> Iterator[str]:
    """Every claim has its test, and every test what its kind needs."""
    claims = raw["claims"].set_index("claim_id")
    tests = raw["claim_tests"].join(claims["voice"], on="claim_id")
    for name in claims.index.difference(tests["claim_id"]):
        yield f"data/raw/claim_tests.csv: found no row for {name}, expected one"
    if list(tests["claim_id"]) != list(claims.index[claims.index.isin(tests["claim_id"])]):
        yield "data/raw/claim_tests.csv: found another order than in claims.csv, expected that"
    measures, figures = set(raw["measures"]["measure"]), set(raw["figures"]["figure_id"])
    ids = set().union(*(raw[name][column] for name, column in LISTED.items()))
    yield from broken("claim_tests", tests, _claim_test, measures, figures, ids)


def _claim_test(row: Any, measures: set[str], figures: set[str], ids: set[str]) -> Rules:
    """One test's rules. ids: of the rows of all tables."""
    named = row.series.split(";") if row.series else []
    for one in named:
        known = figures if row.kind.startswith("figures") else measures
        yield "series", one in known, "a measure, or figures", one
    wanted = {"none": 0, "figures change": 2, "figures level": 2}.get(row.kind, 1)
    yield ("series", len(named) == wanted and (row.kind == "none") == (row.direction == ""),
           f"what {row.kind} needs")
    for first, last in (("from_year", "to_year"), ("second_from", "second_to")):
        years = getattr(row, first), getattr(row, last)
        fits = (bool(years[0]) == (row.kind == "change")
                and bool(years[1]) == (row.kind in ("change", "level", "share"))
                and (not all(years) or years[0] < years[1]))
        yield first, fits, f"what {row.kind} needs", "/".join(years)
    yield ("ofsted_agrees", (row.voice == "Ofsted report") == (row.ofsted_agrees == "own claim"),
           "own claim for Ofsted's report alone")
    yield "ofsted_row", not row.ofsted_row or row.ofsted_row in ids, "a row of a table"
    yield ("ofsted_row", row.ofsted_row or row.ofsted_agrees not in ("agrees", "narrows", "contradicts"),
           "the row that shows it")


def check_unusual_values(raw: Tables) -> Iterator[str]:
    """What is known stands there for every flagged value, and for no other."""
    areas, measures = raw["official_areas"], raw["measures"].set_index("measure")
    authority = areas.loc[areas["relation"] == "authority", "area_code"].iloc[0]
    table = raw["official_statistics"]
    flags = outliers.flags(table, raw["official_distribution"], measures, authority)
    flagged = table[(flags != "") & table["measure"].map(measures["rate_of"]).eq("")]
    wanted = set(zip(flagged["measure"], flagged["year"], strict=True))
    known = set(zip(raw["unusual_values"]["measure"], raw["unusual_values"]["year"], strict=True))
    for measure, year in sorted(wanted ^ known):
        yield (f"data/raw/unusual_values.csv: found {'a' if (measure, year) in known else 'no'} row for "
               f"{measure} {year}, expected one for each flagged value and no other")
