"""How far two coders agree."""


import numpy as np
import pandas as pd

RESAMPLES = 1000
SEED = 20230525


def table(first: pd.DataFrame, second: pd.DataFrame, round_number: int = 1) -> pd.DataFrame:
    """Agreement of two codings (columns finding_id, theme, direction), per variable.

    Columns: round, variable, units (findings), agreed, percent_agreed (0 to 100, one decimal),
    alpha (Krippendorff's, nominal), low and high (95% percentile bootstrap over findings, 1,000
    resamples, fixed seed), to three decimals. Raises ValueError if the codings differ in their
    findings. Source: Krippendorff, Content Analysis.
    """
    pairs = first.merge(second, on="finding_id", suffixes=("_1", "_2"), validate="1:1")
    if len(pairs) != len(first) or len(pairs) != len(second):
        raise ValueError("the two codings do not have the same findings")
    return pd.DataFrame([of(variable, pairs[f"{variable}_1"], pairs[f"{variable}_2"], round_number)
                         for variable in ("theme", "direction")])


def of(variable: str, first: pd.Series, second: pd.Series, round_number: int = 1
       ) -> dict[str, str | int | float]:
    """One row of the table: the agreement of two series of codes, unit by unit."""
    codes = pd.DataFrame({"first": list(first), "second": list(second)})
    values = {code: n for n, code in enumerate(sorted(set(codes.to_numpy().ravel())))}
    given = np.eye(len(values), dtype=int)[codes.replace(values).astype(int)].sum(axis=1)
    draws = np.random.default_rng(SEED).integers(0, len(codes), (RESAMPLES, len(codes)))
    low, high = np.percentile(_alpha(given[draws]), [2.5, 97.5])
    agreed = int((given.max(axis=1) == 2).sum())
    return {"round": round_number, "variable": variable, "units": len(codes), "agreed": agreed,
            "percent_agreed": round(100 * agreed / len(codes), 1),
            "alpha": round(float(_alpha(given[None])[0]), 3), "low": round(float(low), 3),
            "high": round(float(high), 3)}


def _alpha(given: np.ndarray) -> np.ndarray:
    """Alpha of each sample; given: how often each code was given, by sample, unit and code. With
    one code throughout there is nothing to disagree on: one."""
    apart = (given.max(axis=2) < 2).mean(axis=1)
    counts, number = given.sum(axis=1), 2 * given.shape[1]
    expected = 1 - (counts * (counts - 1)).sum(axis=1) / (number * (number - 1))
    return 1 - apart / np.where(expected > 0, expected, 1)
