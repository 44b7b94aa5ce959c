"""The official series, and what leans on them."""

from collections.abc import Iterator

from helpers.analysis import outliers
from helpers.checks.common import LISTED, Tables, at


def check_neighbours(raw: Tables) -> Iterator[str]:
    """No authority is its own neighbour, or has one twice. Goes before the official tables, which
    are made from the neighbours."""
    table = raw["neighbours"]
    for row in table.set_index("area_code", append=True).filter(like="neighbour_").itertuples():
        (number, code), *near = row
        seen = {code, ""}
        for column, one in zip(row._fields[1:], near, strict=True):
            if one and one in seen:
                yield at("official/neighbours", number, column, one, "another authority, once")
            seen.add(one)


def check_measures(raw: Tables) -> Iterator[str]:
    """The measures with each other."""
    measures = raw["measures"].set_index("measure")
    for row in raw["measures"].itertuples():
        if row.base and row.base not in measures.index:
            yield at("measures", row.Index, "base", row.base, "a measure")
        wholes = [part.removesuffix(" before") for part in row.share_of.split(";") if part]
        if not set(wholes) <= set(measures.index) or bool(wholes) != outliers.is_percentage(
                row.unit):
            yield at("measures", row.Index, "share_of", row.share_of,
                     "measures, for percentages alone")
        if (row.unit == "per 10,000 children") != row.measure.endswith("-rate"):
            yield at("measures", row.Index, "unit", row.unit, "per 10,000 for rates alone")
        count = row.measure.removesuffix("-rate")
        if row.rate_of != (count if count != row.measure and count in measures.index else ""):
            yield at("measures", row.Index, "rate_of", row.rate_of,
                     f"{count} for its rate, if it is a measure, else none")
        if row.polarity_used not in ("", {"High": "higher", "Low": "lower"}.get(row.polarity)):
            yield at("measures", row.Index, "polarity_used", row.polarity_used,
                     f"what its publisher prefers ({row.polarity or 'neither'}) or none")


def check_claim_tests(raw: Tables) -> Iterator[str]:
    """Every claim has its test, and every test what its kind needs."""
    tests, claims = raw["claim_tests"], raw["claims"].set_index("claim_id")
    for name in claims.index.difference(tests["claim_id"]):
        yield f"data/raw/claim_tests.csv: found no row for {name}, expected one"
    if list(tests["claim_id"]) != [name for name in claims.index
                                   if name in set(tests["claim_id"])]:
        yield "data/raw/claim_tests.csv: found another order than in claims.csv, expected that"
    known = set(raw["measures"]["measure"]), set(raw["figures"]["figure_id"])
    ids = set().union(*(raw[name][column] for name, column in LISTED.items()))
    for row in tests.itertuples():
        named = row.series.split(";") if row.series else []
        allowed = known[1] if row.kind.startswith("figures") else known[0]
        for one in named:
            if one not in allowed:
                yield at("claim_tests", row.Index, "series", one, "a measure, or figures")
        wanted = {"none": 0, "figures change": 2, "figures level": 2}.get(row.kind, 1)
        if len(named) != wanted or (row.kind == "none") != (row.direction == ""):
            yield at("claim_tests", row.Index, "series", row.series, f"what {row.kind} needs")
        for first, last in (("from_year", "to_year"), ("second_from", "second_to")):
            years = getattr(row, first), getattr(row, last)
            if (row.kind == "change") != bool(years[0]) or (
                    row.kind in ("change", "level", "share")) != bool(years[1]) or (
                    all(years) and years[0] >= years[1]):
                yield at("claim_tests", row.Index, first, "/".join(years),
                         f"what {row.kind} needs")
        own = claims["voice"].get(row.claim_id) == "Ofsted report"
        if own != (row.ofsted_agrees == "own claim"):
            yield at("claim_tests", row.Index, "ofsted_agrees", row.ofsted_agrees,
                     "own claim for Ofsted's report alone")
        if row.ofsted_row and row.ofsted_row not in ids:
            yield at("claim_tests", row.Index, "ofsted_row", row.ofsted_row, "a row of a table")
        if row.ofsted_agrees in ("agrees", "narrows", "contradicts") and not row.ofsted_row:
            yield at("claim_tests", row.Index, "ofsted_row", "", "the row that shows it")


def check_oddities(raw: Tables) -> Iterator[str]:
    """What is known stands there for every flagged value, and for no other."""
    areas, measures = raw["official_areas"], raw["measures"].set_index("measure")
    authority = areas.loc[areas["relation"] == "authority", "area_code"].iloc[0]
    table = raw["official_statistics"]
    flags = outliers.flags(table, raw["official_distribution"], measures, authority)
    odd = table[(flags != "") & table["measure"].map(measures["rate_of"]).eq("")]
    wanted = set(zip(odd["measure"], odd["year"], strict=True))
    known = list(zip(raw["oddities"]["measure"], raw["oddities"]["year"], strict=True))
    for measure, year in sorted(wanted ^ set(known)):
        yield (f"data/raw/oddities.csv: found {'a' if (measure, year) in known else 'no'} row for "
               f"{measure} {year}, expected one for each flagged value and no other")
