"""`make mutate`: single changes to the hand-made tables, and what notices each.

Hundreds of seeded changes, one at a time, each held against the description, the parsers, the
checks between tables and, where the source texts are there, the source checker; never against the
committed tables, outputs or checksums, which would notice anything and explain nothing.
"""

import concurrent.futures
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd

from helpers import checks, evidence
from helpers.run import assemble
from helpers.tables import files, parse, schema

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT.parent / "shared" / "sources"
SEED, NUMBER = 20230525, 400

# Free prose, in the study's own words, and judgements of a reader: what nothing but another reader
# can say is wrong. (That two findings are the same one, and what kind of thing differs, are such
# judgements; so are themes and directions, but those were coded twice.) So is the choice of a
# series for a claim; and what measures.csv says of a publication is held against it by other tests.
FREE = {"sources": {"title", "publisher", "author", "published_basis", "licence", "note",
                    "short_name", "url", "family"},
        "inspections": {"focus", "outcome", "how_sure", "note"},
        "areas": {"short_name", "note"}, "judgements": {"note"}, "figures": {"note", "measure"},
        "findings": {"summary", "duplicate_of"}, "events": {"what"},
        "claims": {"summary", "measure", "direction", "same_as"},
        "corrections": {"adopted", "reason", "what_differs"},
        "coding_settled": {"reason", "settled"},
        "paragraphs": {"note"},
        "measures": {"name", "label", "topic", "base", "zero", "decimals", "polarity",
                     "polarity_used", "bears_on", "publication", "column", "note"},
        "unusual_values": {"measure", "known", "finding_id"},
        "claim_tests": {"series", "direction", "from_year", "to_year", "second_from", "second_to",
                        "cap", "ofsted_agrees", "ofsted_row", "kind", "note"},
        "board": {"area", "state", "what", "how_sure", "voice"},
        "lists": {"what", "places", "not_covered", "scope"},
        "outcomes": {"part", "what", "reason"}, "subjects": {"subject"},
        "subject_states": {"what", "reason", "third"}}


def change(table: pd.DataFrame, name: str, dice: random.Random) -> tuple[pd.DataFrame, str, str]:
    """One change: the new table, its kind, and where it was made."""
    kinds = ["digit", "grade", "month", "locator", "swap", "drop", "double", "space", "letter",
             "empty", "other value"]
    for _ in range(200):
        kind, changed = dice.choice(kinds), table.copy()
        row = dice.choice(list(table.index))
        column = dice.choice([c for c in table.columns if c not in FREE.get(name, set())])
        value = str(table.loc[row, column])
        if kind == "drop":
            return changed.drop(index=row), kind, f"row {row}"
        if kind == "double":
            return pd.concat([changed, changed.loc[[row]]]), kind, f"row {row}"
        if kind == "swap":
            other = dice.choice(list(table.index))
            changed.loc[[row, other], column] = changed.loc[[other, row], column].to_numpy()
        elif kind == "digit" and (at := [i for i, c in enumerate(value) if c.isdigit()]):
            i = dice.choice(at)
            new = str((int(value[i]) + dice.randint(1, 9)) % 10)
            changed.loc[row, column] = value[:i] + new + value[i + 1:]
        elif kind == "letter" and "0" in value:
            changed.loc[row, column] = value.replace("0", "O", 1)
        elif kind == "grade" and "grade_as_printed" in table:
            column = "grade_as_printed"
            value = str(table.loc[row, column])
            changed.loc[row, column] = dice.choice([g for g in parse.GRADES if parse.grade(value) != g])
        elif kind == "month" and (month := re.search(r"(?<=\d{4}-)\d\d", value)):
            new = f"{int(month[0]) % 12 + 1:02d}"
            changed.loc[row, column] = value[:month.start()] + new + value[month.end():]
        elif kind == "locator" and "locator" in table:
            others = table[table["source_id"] == table.loc[row, "source_id"]]["locator"]
            column, changed.loc[row, "locator"] = "locator", dice.choice(list(others))
        elif kind == "space" and value:
            i = dice.randint(0, len(value))
            changed.loc[row, column] = value[:i] + " " + value[i:]
        elif kind == "empty" and value:
            changed.loc[row, column] = ""
        elif kind == "other value":
            changed.loc[row, column] = dice.choice(list(table[column]))
        if kind in ("other value", "swap") and said_of(changed).equals(said_of(table)):
            continue
        if not changed.equals(table):
            return changed, kind, f"row {row} ({table.loc[row].iloc[0]}), column {column}"
    raise RuntimeError(f"no change was found for {name}")


def said_of(table: pd.DataFrame) -> pd.DataFrame:
    """A table without what makes no difference: the mark of a gap, and a grade's wording."""
    said = table.map(lambda cell: " ".join(cell.replace("…", " ").split()))
    if "grade_as_printed" in said:
        said["grade_as_printed"] = said["grade_as_printed"].map(parse.grade)
    return said


def cells_of(name: str) -> Callable[..., Iterable[str]]:
    """The check of cells for a table that was changed, the others having passed as they are; for all
    if it is measures, whose units theirs depend on."""
    whole = schema._in_cells

    def check(resource: dict[str, Any], *others: Any) -> Iterable[str]:
        return whole(resource, *others) if name in ("measures", Path(resource["path"]).stem) else ()

    return check


def killer(project: Path, name: str, table: pd.DataFrame, official: assemble.Tables) -> str:
    """What notices the change: schema, parser, cross-check, source checker, or '' if nothing.

    official: the official tables, which only measures and the study's choice change."""
    path = project / "data/raw" / f"{name}.csv"
    kept = path.read_bytes()
    path.write_text(files.as_csv(table), encoding="utf-8")
    try:
        with mock.patch.object(schema, "_in_cells", cells_of(name)):
            if schema.problems_in_raw(project):
                return "schema"
        raw = assemble.read(project)
        raw |= assemble.official_tables(raw) if name == "measures" else official
        if checks.problems_in_cells(raw):
            return "parser"
        if checks.problems_between(raw, project):
            return "cross-check"
        if TEXTS.is_dir() and any(evidence.check_sources(TEXTS, project)[:2]):
            return "source checker"
        return ""
    except schema.TablesError:  # no table with the columns described
        return "schema"
    except Exception as error:  # a check that falls over names no row: a survivor to be mended
        return f"CRASH {type(error).__name__} {error}"[:90]
    finally:
        path.write_bytes(kept)


def batch(seeds: Iterable[int]) -> list[tuple[str, str, str, str]]:
    """Try a change for each seed: table, kind, place, what noticed it."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "data", project / "data")
        shutil.copy(ROOT / "study.toml", project)
        official = assemble.official_tables(assemble.read(project))
        noticed = killer(project, "measures", files.read_raw("measures", project), official)
        if noticed:
            raise SystemExit(f"the tables as they are do not pass: {noticed}")
        for seed in seeds:
            dice = random.Random(seed)
            name = assemble.RAW[seed % len(assemble.RAW)]
            table, kind, where = change(files.read_raw(name, project), name, dice)
            results.append((name, kind, where, killer(project, name, table, official)))
    return results


def main() -> int:
    """Try the changes and report; 1 if any goes unnoticed."""
    seeds = range(SEED, SEED + NUMBER)
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        results = pd.DataFrame([r for part in pool.map(batch, [seeds[0::2], seeds[1::2]]) for r in part],
                               columns=["table", "change", "place", "noticed by"])
    noticed = results["noticed by"].replace("", "nothing")
    print(f"{NUMBER} changes; noticed by: "
          + ", ".join(f"{who} {count}" for who, count in noticed.value_counts().items()))
    print(pd.crosstab(results["change"], noticed).to_string())
    survivors = results[noticed.eq("nothing") | noticed.str.startswith("CRASH")]
    print(survivors.to_string(header=False) if len(survivors) else "nothing goes unnoticed")
    if not TEXTS.is_dir():
        print("the source texts are not here: what only they can show goes unnoticed")
        return 0
    return 1 if len(survivors) else 0


if __name__ == "__main__":
    sys.exit(main())
