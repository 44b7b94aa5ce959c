"""How deep a fall was among all authorities and years, and what came the year after such falls."""

import numpy as np
import pandas as pd

from helpers.analysis import event_study


def fall(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, measure: str, area_code: str,
         year: int, england: str, less_england: bool = False) -> dict[str, float]:
    """One authority's change from the year before, beside all other authorities and years.

    panel, measures: as for event_study.around. Keys: change and rise (of the next year), in per
    cent, less England's if so wished; judged (other authority-years with a change and a base of
    outliers.BASE or more in the first year), unknown (with that base and no value in the second),
    as_deep (of the judged, with a fall as deep or deeper), followed (of these, with a value
    the year after), not_followed (with none yet, or missing or suppressed: last_year, the number
    for whom the series had ended), and rose (of the followed, that rose by as much or more).
    Raises KeyError for a year without a value of the authority.
    """
    net, large = event_study.net(panel, measures, measure, england)
    if not less_england:
        net = net.add(np.log(panel[measure].loc[england]), axis=1)
    change = net.diff(axis=1)
    own, rise = change.loc[area_code, year], change.loc[area_code].get(year + 1, np.nan)
    if np.isnan(own):
        raise KeyError(f"{area_code} has no change of {measure} in {year}")
    ready = large.shift(1, axis=1, fill_value=False)
    others = change.where(ready).drop(index=area_code)
    after = change.shift(-1, axis=1).drop(index=area_code)
    deep = others <= own
    known = deep & after.notna()
    there = ready.drop(index=area_code).iloc[:, 1:]
    return {"change": 100 * np.expm1(own), "rise": 100 * np.expm1(rise),
            "judged": int(others.notna().to_numpy().sum()),
            "unknown": int((there & others.iloc[:, 1:].isna()).to_numpy().sum()),
            "as_deep": int(deep.to_numpy().sum()), "followed": int(known.to_numpy().sum()),
            "not_followed": int((deep & after.isna()).to_numpy().sum()),
            "last_year": int(deep.iloc[:, -1].sum()),
            "rose": int((known & (after >= rise)).to_numpy().sum())}


def falls(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, area_code: str, year: int,
          england: str) -> pd.DataFrame:
    """Each of event_study.FALLS that fell, as from fall, twice: less_england False and True."""
    table = pd.DataFrame([{"measure": name, "less_england": flag}
                          | fall(panel, measures, name, area_code, year, england, flag)
                          for name in event_study.FALLS for flag in (False, True)])
    return table[table["change"] < 0].reset_index(drop=True)
