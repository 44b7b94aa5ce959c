"""One page for any authority, or for all of them, from one notebook.

The notebook's first code cell names the authority, and the notebook runs as it stands. To make
another one's page its cells are run in this process, with that cell changed.
"""

import difflib
import functools
import re
import sys
from collections.abc import Container, Iterable, Sequence
from pathlib import Path

import pandas as pd
from markupsafe import Markup
from nbformat import NotebookNode

from helpers import record, store, text
from helpers.analysis import outliers, panel, series, survival
from helpers.ingest import histories
from helpers.pages import every_authority, export, frame
from helpers.pages import notebook as notebook_files
from helpers.tables import files, parse

NOTEBOOK = "notebooks/authority/authority.ipynb"
PAGES = "reports/authorities"


def known(table: pd.DataFrame) -> dict[str, str]:
    """The area codes of today's authorities by name, in alphabetical order."""
    today = table[table["abolished"] == ""].drop_duplicates("area_code")
    return dict(sorted(zip(today["authority"], today["area_code"], strict=True)))


def codes(table: pd.DataFrame) -> dict[str, str]:
    """As known, and the authorities that ended, but for a name that another one has now."""
    ended = table[table["abolished"] != ""]
    return dict(zip(ended["authority"], ended["area_code"], strict=True)) | known(table)


def name_of(table: pd.DataFrame, code: str) -> str:
    """An authority's name."""
    return str(table.loc[table["area_code"] == code, "authority"].iloc[0])


def grid(judged: pd.DataFrame) -> pd.DataFrame:
    """An authority's grades as grade_charts.draw_grid takes them, areas in rows.

    judged: its inspections, as from survival.judged. A grade that two areas share has one id."""
    rows = {head: {"area": head} for head in every_authority.TILES}
    for one in judged.sort_values("published").to_dict("records"):
        year = one["published"][:4]
        for head, column in every_authority.graded_in(one).items():
            given = one[column] in parse.GRADES
            rows[head] |= {year: one[column],
                           f"judgement_{year}": f"{one['history_id']}-{column}" if given else ""}
    return pd.DataFrame(rows.values())


def find(name: str, names: Iterable[str]) -> str:
    """The authority of this name, whatever its capitals, hyphens and '&'.

    Raises ValueError, which names the closest, for one that is not there."""
    plain = {histories.plain(each): each for each in names}
    wanted = histories.plain(name)
    if wanted in plain:
        return plain[wanted]
    close = difflib.get_close_matches(wanted, plain, n=5, cutoff=0.55)
    close += [each for each in plain if wanted and wanted in each and each not in close][:5]
    said = f"; the closest: {', '.join(plain[each] for each in close)}" if close else ""
    raise ValueError(f"no authority in England is called {name!r}{said}")


def slug(name: str) -> str:
    """The name as a file's: 'bournemouth-christchurch-and-poole'."""
    return histories.plain(name).replace(" ", "-")


def about(name: str, notebook: NotebookNode) -> NotebookNode:
    """The notebook, with another authority in its title and in its first code cell."""
    title, cell = notebook.cells[:2]
    title.source = re.sub(r"^# [^:]+", f"# {name}", title.source)
    cell.source = f"authority = {name!r}"
    return notebook


def write_page(name: str) -> Path:
    """Write the page of one authority; its path."""
    notebook = store.root() / NOTEBOOK
    done = notebook_files.run(about(name, notebook_files.read(notebook)), notebook.parent, "alone")
    path = store.root() / PAGES / f"{slug(name)}.html"
    found, _ = export.read(done, downloads=False)
    day = text.spoken_date(record.read().england_reaches)
    store.replace_file(path, _framed(found, f"This page is about {name}. Inspections of all "
                                     f"authorities are followed to {day}."))
    return path


def _framed(found: frame.Page, foot: str = "") -> str:
    """A page that lies a folder below the report's others and links to them."""
    body = re.sub(r'href="((?:index|sources|every_authority|\d\d_[a-z]+)\.html)', r'href="../\1',
                  str(found.body))
    return frame.framed(found._replace(body=Markup(body)), up="../", foot=foot)


def refresh() -> None:
    """Run the notebook for the authority that it names and keep the outputs."""
    path = store.root() / NOTEBOOK
    fresh = notebook_files.run(notebook_files.read(path), path.parent, drawings="too")
    store.replace_file(path, notebook_files.committed(fresh))


def _attempt(name: str) -> tuple[str, str]:
    """The name and '', or what went wrong."""
    try:
        write_page(name)
    except Exception as error:  # one page that fails must not take the others with it
        return name, f"{type(error).__name__}: {error}"
    return name, ""


def write_all(names: Sequence[str], jobs: int = 2) -> dict[str, str]:
    """Write the page of every authority named and an index of them; what failed, with why.

    jobs: the number of processes. A page that fails stays as an earlier run left it."""
    from joblib import Parallel, delayed
    from tqdm import tqdm

    work = Parallel(n_jobs=jobs, return_as="generator_unordered")(
        delayed(_attempt)(name) for name in names)
    bar = tqdm(work, total=len(names), unit="page", file=sys.stderr)
    failed = {name: problem for name, problem in bar if problem}
    write_index(names, failed)
    return dict(sorted(failed.items()))


def write_index(names: Iterable[str], failed: Container[str] = ()) -> None:
    """The alphabetical index of the pages that were made, with each one's region and newest grade,
    or areas' grades; and which ones followed those that ended."""
    table = files.read_table("authority_inspections")
    newest = survival.judged(table, files.read_table("areas")).sort_values(
        "published").groupby("authority").last()
    rows = [{"name": name, "slug": slug(name), "failed": name in failed,
             "region": newest["region"][name], "grade": every_authority.grade(newest.loc[name])}
            for name in sorted(names)]
    ended = {f"{name_of(table, old)} (until {pairs['day'].iloc[0][:4]})": [
        name_of(table, new) for new in pairs["successor"]]
        for old, pairs in files.read_raw("official/successors").groupby("predecessor")}
    body = frame.render("authorities", rows=rows, ended=sorted(ended.items()))
    found = frame.Page("A page for each authority", body, [], "One page each, A to Z.", [])
    store.replace_file(store.root() / PAGES / "index.html", _framed(found))


FEW = 10_000  # children; below, each one moves a rate per 10,000 by more than one


@functools.cache  # once in a process, for page after page
def _panel(names: tuple[str, ...]
           ) -> tuple[panel.Tables, pd.DataFrame, pd.DataFrame, outliers.Moves]:
    raw = panel.read()
    measures = panel.needed(raw, names)
    known = panel.values(raw, measures)
    moved = outliers.moves(panel.comparable(raw, known), measures)
    return raw, measures, known, moved


def statistics(code: str, names: Sequence[str]) -> tuple[list[pd.DataFrame], str]:
    """An authority's series of these measures as from series.series, those that it has, and its
    region's name, from the panel; none and '' for one that the model of neighbours does not have,
    as it has none that ended."""
    raw, measures, known, moved = _panel(tuple(names))
    if code not in set(raw["neighbours"]["area_code"]):
        return [], ""
    tables = panel.beside(raw, known, measures, code)
    areas, values = tables["official_areas"], tables["official_statistics"]
    values.insert(0, "flag", outliers.flags(values, outliers.thresholds(moved, code), measures, code))
    values = values.assign(value=pd.to_numeric(values["value"].replace("", None)),
                           year=values["year"].astype(int))
    own = values[(values["area_code"] == code) & values["value"].notna()]
    found = [series.series(values, areas, name) for name in names if name in set(own["measure"])]
    return found, str(areas.loc[areas["relation"] == "region", "area"].iloc[0])
