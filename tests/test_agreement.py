"""Agreement of two coders, against values worked by hand."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from helpers.analysis import agreement


def coding(theme: str, direction: str) -> pd.DataFrame:
    return pd.DataFrame({"finding_id": [f"f{n}" for n in range(len(theme))],
                         "theme": list(theme), "direction": list(direction)})


def test_alpha_by_hand() -> None:
    """Krippendorff's nominal alpha for two coders, ten units: 1 - (n-1)·Do/De."""
    first, second = "aaaabbbbcc", "aaabbbbccc"
    table = agreement.table(coding(first, first), coding(second, second))
    counts = {code: (first + second).count(code) for code in "abc"}
    n = 20
    observed = 2 * sum(x != y for x, y in zip(first, second, strict=True)) / n
    expected = sum(counts[x] * counts[y] for x in counts for y in counts if x != y) / (n * (n - 1))
    row = table.iloc[0]
    assert row["alpha"] == pytest.approx(1 - observed / expected, abs=5e-4)
    assert (row["units"], row["agreed"], row["percent_agreed"]) == (10, 8, 80.0)
    assert row["low"] <= row["alpha"] <= row["high"]


@pytest.mark.parametrize("codes", [2, 5, 12])
def test_alpha_is_that_of_another_reckoning(codes: int) -> None:
    dice = np.random.default_rng(codes)
    first = dice.integers(0, codes, 90)
    second = np.where(dice.random(90) < 0.7, first, dice.integers(0, codes, 90))
    row = agreement.of("x", pd.Series(first), pd.Series(second))
    assert row["alpha"] == round(krippendorff.alpha([first, second], level_of_measurement="nominal"), 3)
    assert row["low"] < row["alpha"] < row["high"]


def test_perfect_agreement_is_one() -> None:
    table = agreement.table(coding("abab", "xxxx"), coding("abab", "xxxx"))
    assert table["alpha"].tolist() == [1.0, 1.0]


def test_the_interval_is_the_same_each_time() -> None:
    one = agreement.table(coding("aabbcc", "xyxyxy"), coding("aabbca", "xyxyxx"))
    two = agreement.table(coding("aabbcc", "xyxyxy"), coding("aabbca", "xyxyxx"))
    assert one.equals(two)


def test_codings_of_other_findings_are_refused() -> None:
    with pytest.raises(ValueError, match="same findings"):
        agreement.table(coding("ab", "xx"), coding("abc", "xxx"))
