"""How far two coders agree."""

import numpy as np
import pandas as pd

RESAMPLES = 1000
SEED = 20230525


def table(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Agreement of two codings (columns finding_id, theme, direction) of the same findings, a row a
    variable as from of."""
    pairs = first.merge(second, on="finding_id", suffixes=("_1", "_2"), validate="1:1")
    return pd.DataFrame([of(variable, pairs[f"{variable}_1"], pairs[f"{variable}_2"])
                         for variable in ("theme", "direction")])


def of(variable: str, first: pd.Series, second: pd.Series) -> dict[str, str | int | float]:
    """The agreement of two series of codes, unit by unit.

    Keys: round (1), variable, units, agreed, percent_agreed (0 to 100, one decimal), alpha
    (Krippendorff's, nominal), low and high (95% percentile bootstrap over units, 1,000 resamples,
    fixed seed), to three decimals. Source: Krippendorff, Content Analysis."""
    codes, pairs = np.unique([first, second], return_inverse=True)
    given = np.eye(len(codes), dtype=int)[pairs.reshape(2, -1)].sum(axis=0)
    units, agreed = len(given), int((given.max(axis=1) == 2).sum())
    draws = np.random.default_rng(SEED).integers(0, units, (RESAMPLES, units))
    drawn = np.array([np.bincount(draw, minlength=units) for draw in draws])
    low, high = np.percentile(_alpha(given, drawn), [2.5, 97.5]).round(3)
    return {"round": 1, "variable": variable, "units": units, "agreed": agreed,
            "percent_agreed": round(100 * agreed / units, 1),
            "alpha": round(float(_alpha(given, np.ones((1, units), int))[0]), 3),
            "low": low, "high": high}


def _alpha(given: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Alpha of each sample; given: how often each code was given, by unit and code; drawn: how often
    each unit is in a sample. With one code throughout there is nothing to disagree on: one."""
    apart = drawn @ (given.max(axis=1) < 2) / len(given)
    counts, number = drawn @ given, 2 * len(given)
    expected = 1 - (counts * (counts - 1)).sum(axis=1) / (number * (number - 1))
    return 1 - apart / np.where(expected > 0, expected, 1)
