"""Single changes to the hand-made tables: something notices each. `make mutate` runs this alone.

Hundreds of seeded changes, one at a time, each held against the description, the parsers, the
checks between tables and the source checker; never against the committed tables, outputs or
checksums, which would notice anything and explain nothing.
"""

import random
import re
from pathlib import Path

import pandas as pd
import pytest

from helpers import checks, evidence
from helpers.run import assemble
from helpers.tables import files, parse, schema

pytestmark = pytest.mark.slow

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
        "oddities": {"measure", "known", "finding_id"},
        "claim_tests": {"series", "direction", "from_year", "to_year", "second_from", "second_to",
                        "cap", "ofsted_agrees", "ofsted_row", "kind", "note"},
        "board": {"area", "state", "what", "how_sure", "voice"},
        "lists": {"what", "places", "not_covered", "scope"}}


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


def noticed(project: Path, name: str, table: pd.DataFrame, official: assemble.Tables,
            texts: Path) -> bool:
    """Whether anything notices the change. official: the official tables as they are; only measures
    changes them."""
    path = project / "data/raw" / f"{name}.csv"
    kept = path.read_bytes()
    path.write_text(files.as_csv(table), encoding="utf-8")
    try:
        if schema.problems_in_raw(project):
            return True
        raw = assemble.read(project)
        raw |= assemble.official_tables(raw) if name == "measures" else official
        return bool(checks.problems_in_cells(raw) or checks.problems_between(raw, project)
                    or any(evidence.check_sources(texts, project)[:2]))
    except schema.TablesError:  # no table with the columns described
        return True
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("name", assemble.RAW)
def test_every_change_of_a_table_is_noticed(project: Path, source_texts: Path, name: str) -> None:
    table = files.read_raw(name, project)
    official = assemble.official_tables(assemble.read(project))
    assert not noticed(project, name, table, official, source_texts)
    unnoticed = []
    for seed in range(SEED, SEED + NUMBER):
        if assemble.RAW[seed % len(assemble.RAW)] != name:
            continue
        changed, kind, where = change(table, name, random.Random(seed))
        if not noticed(project, name, changed, official, source_texts):
            unnoticed.append(f"{kind}, {where}")
    assert unnoticed == []
