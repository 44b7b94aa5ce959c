"""All tidy tables from the raw ones: checked, cleaned, and with what is computed from them."""

from pathlib import Path

import pandas as pd

from helpers import checks, record, store
from helpers.analysis import agreement, claims, outliers, panel
from helpers.checks.common import OFFICIAL
from helpers.tables import clean, files, parse, schema

Tables = dict[str, pd.DataFrame]

RAW = ("sources", "inspections", "areas", "judgements", "figures", "findings", "coding_first",
       "coding_second", "coding_settled", "claims", "events", "corrections", "paragraphs",
       "measures", "unusual_values", "claim_tests", "board", "lists", "outcomes", "subjects",
       "subject_states")
AS_READ = ("sources", "inspections", "areas", "claims", "events", "measures", "board", "unusual_values",
           "lists", "outcomes", "subjects", "subject_states")  # tidy but for columns of raw alone
COMPILED = ("official_areas", "official_distribution", "official_changes", "official_differences",
            "authority_inspections")


def read(folder: Path | None = None) -> Tables:
    """Every raw table by name, and study.toml as a table."""
    return {name: files.read_raw(name, folder) for name in RAW} | {
        name: files.read_raw(f"official/{name}", folder) for name in OFFICIAL} | {
        "study": record.as_table(record.chosen(folder))}


def official_tables(raw: Tables) -> Tables:
    """The official tables of the authority studied, computed from the panel; all text.

    Raises schema.TablesError for an authority that the panel does not have."""
    authority = raw["study"]["authority"].iloc[0]
    if authority not in set(raw["neighbours"]["area_code"]):
        raise schema.TablesError([f"study.toml, authority: found {authority!r}, expected one of "
                                  "data/raw/official/neighbours.csv"])
    return {name: table.astype(str).set_index(pd.RangeIndex(2, len(table) + 2))
            for name, table in panel.tables(raw, authority).items()}


def tidy(folder: Path | None = None) -> Tables:
    """All tidy tables, by name, from the raw tables of a project.

    Raises schema.TablesError, which names every problem found, before anything is returned."""
    problems = schema.problems_in_raw(folder)
    raw = read(folder)
    problems += checks.problems_in_cells(raw)
    if problems:
        raise schema.TablesError(problems)
    raw |= official_tables(raw)
    problems = checks.problems_between(raw, folder)
    if problems:
        raise schema.TablesError(problems)
    tables = {name: raw[name] for name in (*AS_READ, *COMPILED)} | {
        "judgements": clean.judgements(raw["judgements"], raw["inspections"]),
        "printings": clean.printings(raw["judgements"]),
        "figures": clean.figures(raw["figures"]),
        "findings": clean.findings(raw),
        "agreement": coders_agreement(raw),
        "corrections": pd.concat([raw["corrections"], raw["authority_corrections"]]),
        "official_statistics": statistics(raw)}
    tables = {name: table[schema.columns(name, folder)] for name, table in tables.items()}
    tables["events"] = tables["events"].sort_values(
        "date", key=lambda dates: dates.map(parse.bounds), kind="stable")
    tables["claims_audit"] = claims.audit(
        raw["claim_tests"], files.as_numbers(tables["official_statistics"]),
        files.as_numbers(tables["official_distribution"]),
        files.as_numbers(tables["official_changes"]), raw["official_areas"], raw["measures"],
        files.as_numbers(tables["figures"]))[schema.columns("claims_audit", folder)]
    problems = [problem for name, table in tables.items()
                for problem in schema.problems_in(name, table, folder)]
    if problems:
        raise schema.TablesError(problems)
    return tables


def write(tables: Tables, folder: Path | None = None) -> list[str]:
    """Write the tables that changed; return their names."""
    base = (folder or store.root()) / "data" / "processed"
    return [name for name, table in tables.items()
            if store.replace_file(base / f"{name}.csv", files.as_csv(table))]


def statistics(raw: Tables) -> pd.DataFrame:
    """The official statistics, each value of the studied authority with its flag."""
    table = raw["official_statistics"].reset_index(drop=True)
    return table.assign(flag=outliers.flags(
        table, raw["official_distribution"], raw["measures"].set_index("measure"),
        raw["study"]["authority"].iloc[0]))


def coders_agreement(raw: Tables) -> pd.DataFrame:
    """How far the two passes agree: themes and directions of findings, what became of the parts of
    the areas, and the subjects before. Columns as agreement.table."""
    coded = {"what became of the areas": "outcomes", "subjects before": "subject_states"}
    rows = pd.DataFrame([agreement.of(variable, raw[name]["first"], raw[name]["second"])
                         for variable, name in coded.items() if len(raw[name])])
    return pd.concat([agreement.table(raw["coding_first"], raw["coding_second"]), rows],
                     ignore_index=True)
