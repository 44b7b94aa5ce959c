"""The panel held against itself: a published rate is its count on the children of the year before."""

import pandas as pd

from helpers.analysis import panel

# Rates of children looked after are whole numbers on estimates that were revised since.
LEFT_OUT = ("looked-after-rate", "starting-care-rate", "ceasing-care-rate")


def test_rates_are_what_their_counts_give() -> None:
    """Within rounding."""
    raw = panel.read()
    measures = raw["measures"].set_index("measure")
    table = panel.values(raw, measures)
    table = table[(table["basis"] == "published") & (table["value"] != "")]
    value = pd.to_numeric(table.set_index(
        [table["measure"], table["area_code"], table["year"].astype(int)])["value"])
    rates = measures[(measures["rate_of"] != "") & ~measures.index.isin(LEFT_OUT)]
    found, compared = [], 0
    for rate, count in rates["rate_of"].items():
        if rate not in value.index or count not in value.index:
            continue  # no count or no rate of it is published as such
        pairs = pd.concat([value[rate].rename("rate"), value[count].rename("count")], axis=1).dropna()
        children = value["children"].reindex([(code, year - 1) for code, year in pairs.index])
        wrong = (10_000 * pairs["count"] / children.to_numpy() - pairs["rate"]).abs() > 0.0501
        compared += len(pairs)
        found += [f"{rate}, {code}, {year}" for code, year in pairs.index[wrong]]
    assert found == [] and compared > 9000
