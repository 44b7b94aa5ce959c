"""The panel held against itself: a published rate is its count on the children of the year before."""

import pandas as pd
import pytest

from helpers.analysis import panel

LIVERPOOL = "E08000012"
# Rates of children looked after are whole numbers on estimates that were revised since.
LEFT_OUT = ("looked-after-rate", "starting-care-rate", "ceasing-care-rate")


def contradictions(raw: dict[str, pd.DataFrame]) -> list[str]:
    """Published rates that are not what their published counts give, within rounding."""
    measures = raw["measures"].set_index("measure")
    table = panel.values(raw, measures)
    table = table[(table["basis"] == "published") & (table["value"] != "")]
    value = pd.to_numeric(table.set_index(
        [table["measure"], table["area_code"], table["year"].astype(int)])["value"])
    rates = measures[(measures["rate_of"] != "") & ~measures.index.isin(LEFT_OUT)]
    found = []
    for rate, count in rates["rate_of"].items():
        if rate not in value.index or count not in value.index:
            continue  # no count or no rate of it is published as such
        pairs = pd.concat([value[rate].rename("rate"), value[count].rename("count")], axis=1).dropna()
        children = value["children"].reindex([(code, year - 1) for code, year in pairs.index])
        wrong = (10_000 * pairs["count"] / children.to_numpy() - pairs["rate"]).abs() > 0.0501
        found += [f"{rate}, {code}, {year}" for code, year in pairs.index[wrong]]
    return found


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    return panel.read()


def test_rates_are_what_their_counts_give(raw: dict[str, pd.DataFrame]) -> None:
    assert contradictions(raw) == []


@pytest.mark.parametrize(("measure", "year", "value", "said"), [
    ("referrals", "2024", "8500", "referrals-rate, E08000012, 2024"),
    ("referrals-rate", "2025", "895.9", "referrals-rate, E08000012, 2025"),
    ("children", "2023", "69105", "referrals-rate, E08000012, 2024")])
def test_a_value_that_contradicts_another_is_named(raw: dict[str, pd.DataFrame], measure: str,
                                                   year: str, value: str, said: str) -> None:
    changed = raw["panel"].copy()
    row = (changed["measure"] == measure) & (changed["area_code"] == LIVERPOOL) & (changed[year] != "")
    assert row.sum() == 1 and changed.loc[row, year].iloc[0] != value
    changed.loc[row, year] = value
    assert said in contradictions({**raw, "panel": changed})
