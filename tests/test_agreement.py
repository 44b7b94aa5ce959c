"""Agreement of two coders, against values worked by hand and another library's."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from helpers.analysis import agreement


def coding(theme: str, direction: str) -> pd.DataFrame:
    return pd.DataFrame({"finding_id": [f"f{n}" for n in range(len(theme))],
                         "theme": list(theme), "direction": list(direction)})


@pytest.mark.parametrize("codes", [2, 5, 12])
def test_alpha_is_that_of_another_reckoning(codes: int) -> None:
    dice = np.random.default_rng(codes)
    first = dice.integers(0, codes, 90)
    second = np.where(dice.random(90) < 0.7, first, dice.integers(0, codes, 90))
    row = agreement.of("x", pd.Series(first), pd.Series(second))
    assert row["alpha"] == round(krippendorff.alpha([first, second], level_of_measurement="nominal"), 3)


def test_the_interval_is_the_middle_95_per_cent_of_the_draws() -> None:
    one, two = pd.Series(list("aabbbbccab" * 6)), pd.Series(list("aabbbaccbb" * 6))
    draws = np.random.default_rng(agreement.SEED).integers(0, 60, (agreement.RESAMPLES, 60))
    again = sorted(agreement.of("x", one[draw], two[draw])["alpha"] for draw in draws)
    row = agreement.of("x", one, two)
    assert [row["low"], row["high"]] == pytest.approx([again[24], again[974]], abs=0.006)


def test_a_row_for_each_variable() -> None:
    """Themes differ in two of ten, 0.2; given 7, 8 and 5 times, by chance in 2 · (7 · 8 + 7 · 5 + 8 ·
    5) of 20 · 19: alpha is 1 - 0.2 · 380 / 262. One direction throughout is no disagreement."""
    table = agreement.table(coding("aaaabbbbcc", "x" * 10), coding("aaabbbbccc", "x" * 10))
    assert table[["variable", "units", "agreed", "percent_agreed", "alpha"]].to_numpy().tolist() == [
        ["theme", 10, 8, 80.0, 0.71], ["direction", 10, 10, 100.0, 1.0]]
