"""The tables held against their one description, data/datapackage.json."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from frictionless import FrictionlessException, Package, Resource, Schema

from helpers import store


class TablesError(ValueError):
    """Every problem found in the tables, a line each: file, row, column, found, expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join([f"{len(problems)} problem(s) in the tables", *problems]))
        self.problems = problems


def description(folder: Path | None = None) -> dict[str, Any]:
    """data/datapackage.json as it is. Raises ValueError, naming the line, if it is no JSON."""
    path = (folder or store.root()) / "data" / "datapackage.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"data/datapackage.json, row {error.lineno}, column {error.colno}: found "
                         f"{error.msg}, expected the whole of a JSON file") from None
    for resource in content["resources"]:
        resource["schema"]["fields"] = _with_years(path.parent / resource["path"],
                                                   resource["schema"]["fields"])
    return content


def _with_years(path: Path, fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields, with one like the first year's for each column of the file that is a year: a
    newer release adds a year, which no description should forbid."""
    years = [field for field in fields if re.fullmatch(r"\d{4}", field["name"])]
    if not years or not path.is_file():
        return fields
    header = path.read_bytes().split(b"\n", 1)[0].decode(errors="replace").strip().split(",")
    found = [name for name in header if re.fullmatch(r"\d{4}", name)]
    return [field for field in fields if field not in years] + [
        years[0] | {"name": name} for name in found or [field["name"] for field in years]]


def problems_in_raw(folder: Path | None = None, only: str = "") -> list[str]:
    """Everything in data/raw that the description does not allow; empty if all is well.

    Names file, row as a spreadsheet counts it, column, what was found and what was expected.
    only: a table's name in the description; then that one and those it refers to, or that refer
    to it, are read.
    """
    base = (folder or store.root()) / "data"
    content = description(folder)
    content["resources"] = [r for r in content["resources"] if r["name"].startswith("raw-")
                            and (not only or _related(r, only, content))]
    for resource in content["resources"]:  # a row may be edited: `make refresh` counts anew
        resource.pop("hash", None), resource.pop("bytes", None)
    found = []
    for resource in content["resources"]:
        found += _unreadable(base, resource)
    if found:  # a file that cannot be read as a table makes every later message noise
        return found
    dangling = list(_dangling(base, content))
    for resource in content["resources"]:  # frictionless reads a file again for each of these
        resource["schema"].pop("foreignKeys", None)
    try:
        report = Package.from_descriptor(content, basepath=str(base)).validate()
    except FrictionlessException as error:
        return [f"data/datapackage.json: {error.error.note}"]
    expected = {r["path"]: {f["name"]: f for f in r["schema"]["fields"]}
                for r in content["resources"]}
    for task in report.tasks:
        found += [_line(f"data/{task.place}", e, expected.get(str(task.place), {}))
                  for e in task.errors]
    return found + dangling


def _dangling(base: Path, content: dict[str, Any]) -> Iterator[str]:
    """Cells that name a row of another table, or of their own, which is not there."""
    paths = {r["name"]: r["path"] for r in content["resources"]}
    tables = {name: pd.read_csv(base / path, dtype=str, keep_default_na=False, encoding="utf-8")
              for name, path in paths.items()}
    for resource in content["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            own, other = key["fields"], key["reference"]["fields"]
            column, target = (name if isinstance(name, str) else name[0] for name in (own, other))
            to = key["reference"]["resource"] or resource["name"]
            cells = tables[resource["name"]][column]
            there = tables[to][target] if to in tables else cells  # not read when only some are
            for index, cell in cells[(cells != "") & ~cells.isin(there)].items():
                yield (f"data/{resource['path']}, row {index + 2}, column {column}: found "
                       f"{cell!r}, expected a {target} of data/{paths[to]}")


def _related(resource: dict[str, Any], only: str, content: dict[str, Any]) -> bool:
    refers = {r["name"]: {k["reference"]["resource"] or r["name"]
                          for k in r["schema"].get("foreignKeys", [])}
              for r in content["resources"]}
    near = {only, *refers[only], *(name for name, to in refers.items() if only in to)}
    return resource["name"] in near.union(*(refers[name] for name in near))


def readable(folder: Path | None = None) -> bool:
    """Whether every raw table can be read as a table with the columns described."""
    base = (folder or store.root()) / "data"
    return not any(_unreadable(base, r) for r in description(folder)["resources"]
                   if r["name"].startswith("raw-"))


def problems_in(name: str, table: pd.DataFrame, folder: Path | None = None) -> list[str]:
    """The same for a tidy table before it is written; `name` as in the description."""
    resource = next(r for r in description(folder)["resources"] if r["name"] == name)
    fields = {f["name"]: f for f in resource["schema"]["fields"]}
    own = {k: v for k, v in resource["schema"].items() if k != "foreignKeys"}
    cells = table.astype(object).where(table.notna(), "").astype(str)
    rows = [list(cells.columns), *cells.to_numpy().tolist()]
    report = Resource(data=rows, schema=Schema.from_descriptor(own)).validate()
    return [_line(f"data/{resource['path']}", e, fields) for t in report.tasks for e in t.errors]


def _unreadable(base: Path, resource: dict[str, Any]) -> list[str]:
    """What stops a file from being read as the table that it should be."""
    path = resource["path"]
    file = base / path
    if not file.is_file():
        return [f"data/{path}: found no such file, expected a CSV table"]
    data = file.read_bytes()
    if not data.strip():
        return [f"data/{path}: found an empty file, expected a header and rows"]
    if b"\0" in data:
        row = data[:data.index(b"\0")].count(b"\n") + 1
        return [f"data/{path}, row {row}: found a NUL byte, expected text in UTF-8"]
    if data.startswith(codecs.BOM_UTF8):
        return [f"data/{path}, row 1: found a byte-order mark, expected UTF-8 without one"]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data[:error.start].count(b"\n") + 1
        return [f"data/{path}, row {row}: found byte {data[error.start]:#04x}, expected UTF-8"]
    expected = [field["name"] for field in resource["schema"]["fields"]]
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            if number == 1 and cells != expected:
                missing = [name for name in expected if name not in cells]
                extra = [name for name in cells if name not in expected]
                return [f"data/{path}, row 1: found {','.join(cells)!r}, expected "
                        f"{','.join(expected)!r} (missing: {', '.join(missing) or 'none'}; "
                        f"extra: {', '.join(extra) or 'none'})"]
            if not any(cells):
                return [f"data/{path}, row {number}: found a blank row, expected none"]
            if len(cells) != len(expected):
                return [f"data/{path}, row {number}: found {len(cells)} cell(s), expected "
                        f"{len(expected)}"]
    except csv.Error as error:
        return [f"data/{path}, row {number + 1}: found a quotation mark out of place ({error}), "
                "expected it closed, and doubled within a cell"]
    if number < 2 and not resource.get("mayBeEmpty"):
        return [f"data/{path}: found no rows, expected some below the header"]
    return []


def _line(place: str, error: Any, fields: dict[str, Any]) -> str:
    """One problem as a line that tells a person where to look and what belongs there."""
    where = [place]
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", None) or getattr(error, "label", None)
    where += [f"row {row}"] if row else []
    where += [f"column {column}"] if column else []
    cell = getattr(error, "cell", None)
    found = "a key" if cell is None else repr(cell)  # a problem of no one cell is of the row's key
    return (f"{', '.join(where)}: found {found}, "
            f"expected {_expected(error, fields.get(str(column), {}))}")


# What frictionless notes of a problem, and how it is said here.
NOTES = {"the same as in the row at position": "another than in row",
         "cells composing the primary keys.*": "one that is not empty",
         r'constraint "(\w+)" is "(.*)"': r"a \1 of \2", r"\s+": " "}


def _expected(error: Any, field: dict[str, Any]) -> str:
    constraints = field.get("constraints", {})
    if error.type == "type-error":
        return f"a value of type {field.get('type', 'string')}"
    if error.type == "constraint-error" and "enum" in constraints:
        return "one of " + ", ".join(constraints["enum"])
    if error.type == "constraint-error" and "required" in error.note:
        return f"a value ({field['description']})"
    if error.type == "constraint-error" and "pattern" in constraints:
        return f"{field['description']} (pattern {constraints['pattern']})"
    note = str(error.note)
    for theirs, ours in NOTES.items():
        note = re.sub(theirs, ours, note)
    return note


def dictionary(folder: Path | None = None) -> str:
    """data/README.md: every table and column, from the description."""
    lines = ["# Data dictionary", "",
             "Written by `make refresh` from `datapackage.json`; edit that, not this. In",
             "`raw/` stands what the sources print, transcribed, and no code writes there; in",
             "`processed/` only the notebook `01_clean` writes. Dates are in EDTF, as precise as",
             "the source. An empty cell is missing, never zero; `status` says why.", "",
             "The tables are plain CSV in UTF-8, without a byte-order mark. pandas reads them as",
             "they are, with an empty cell as missing (tested); so should readr in R (not tried).",
             "In Excel (not tried), take *Data*, *From Text/CSV*, with the file origin UTF-8 and",
             "without data type detection: opened by a double click, a table may show other signs",
             "for dashes and quotation marks, and months turned into days. Beside each table in",
             "`processed/` lies its CSVW metadata, and `datapackage.json` holds every table's",
             "SHA-256; `make refresh` writes both.", ""]
    for resource in description(folder)["resources"]:
        key = resource["schema"]["primaryKey"]
        lines += [f"## {resource['path']}", "", f"{resource['title']}. {resource['description']}",
                  f"Key: {', '.join(key if isinstance(key, list) else [key])}.", "",
                  "| column | type | what it holds | allowed |", "| --- | --- | --- | --- |"]
        for field in resource["schema"]["fields"]:
            limits = field.get("constraints", {})
            labels = {c["value"]: f" ({c['label']})" for c in field.get("categories", [])}
            allowed = "; ".join(value + labels.get(value, "") for value in limits.get("enum", []))
            if not allowed:
                allowed = "" if limits.get("required") else "may be empty"
            unit = f" ({field['unit']})" if "unit" in field else ""
            lines.append(f"| {field['name']} | {field['type']}{unit} | {field['description']} "
                         f"| {allowed} |")
        lines.append("")
    return "\n".join(lines)
