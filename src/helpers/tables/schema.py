"""The tables held against their one description, data/schema.toml."""

import codecs
import csv
import io
import math
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import store

FILE = "data/schema.toml"
YEARS = "each year"  # the name of a column that stands for one a year, as many as the file has
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
# What no cell holds: what pandas and others read as missing, or a spreadsheet as a formula.
MISSING = re.compile(r"(?i:[-+]?(nan|inf(inity)?)|<?na>?|n/a|null|#n/?a)|None")
FORMULA = re.compile(r"[=@]|[-+]+[^\s+-]+[-+*/(|!]")


class TablesError(ValueError):
    """Every problem found in the tables, a line each: file, row, column, found, expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join([f"{len(problems)} problem(s) in the tables", *problems]))
        self.problems = problems


def description(folder: Path | None = None) -> dict[str, Any]:
    """data/schema.toml as the descriptor of a Data Package, without what is computed of the tables.

    Raises ValueError, naming the place, if it is no TOML or a column cannot be understood.
    """
    base = folder or store.root()
    content = _described((base / FILE).read_text(encoding="utf-8"))
    return content | {"resources": [_with_years(base / "data", resource)
                                    for resource in content["resources"]]}


def columns(name: str, folder: Path | None = None) -> list[str]:
    """The columns of a table, in order; `name` as in the descriptor: raw-sources, sources."""
    return _columns(next(r for r in description(folder)["resources"] if r["name"] == name))


def _columns(resource: dict[str, Any]) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def _with_years(base: Path, resource: dict[str, Any]) -> dict[str, Any]:
    """The table with a column for each year that its file has, where YEARS is described."""
    if YEARS not in _columns(resource) or not (path := base / resource["path"]).is_file():
        return resource
    header = path.read_bytes().split(b"\n", 1)[0].decode(errors="replace").strip().split(",")
    years = sorted({name for name in header if re.fullmatch(r"[0-9]{4}", name)})
    return resource | {"schema": resource["schema"] | {"fields": [
        field | {"name": name} for field in resource["schema"]["fields"]
        for name in (years if field["name"] == YEARS else [field["name"]])]}}


@lru_cache(maxsize=8)
def _described(text: str) -> dict[str, Any]:
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # which says the line and the column
        raise ValueError(f"{FILE}: {error}") from None
    try:
        tables = {(part, name): _whole(part, name, written)
                  for part in FOLDERS for name in written[part]}
        return {**{key: written[key] for key in ("name", "title", "version")},
                "licenses": [written["licence"]], "sourceIds": written["source_ids"],
                "units": written["units"],
                "resources": [_resource(*place, tables, written) for place in tables]}
    except KeyError as error:
        raise ValueError(f"{FILE}: found no {error}, expected it") from None


FOLDERS = {"raw": "raw", "official": "raw/official", "processed": "processed"}


def _whole(part: str, name: str, written: dict[str, Any]) -> dict[str, Any]:
    """A table as written; a tidy one takes what it does not say from the raw one of its name."""
    own = written[part][name]
    raw: dict[str, Any] = {} if part != "processed" else next(
        (written[other][name] for other in ("raw", "official") if name in written[other]), {})
    table = raw | own
    table["columns"] = {column: raw["columns"][column] if line == "as in raw" else line
                        for column, line in table["columns"].items()
                        if column not in own.get("without", [])}
    return {"key": [next(iter(table["columns"]))]} | table


def _resource(part: str, name: str, tables: dict[tuple[str, str], dict[str, Any]],
              written: dict[str, Any]) -> dict[str, Any]:
    table, fields, references = tables[part, name], [], []
    near = ("processed",) if part == "processed" else ("raw", "official")
    for column, line in table["columns"].items():
        try:
            fields.append(_field(column, line[0], line[1], written, table["key"] == [column]))
            if len(line) > 2:
                to = next((other, line[2]) for other in near if (other, line[2]) in tables)
                references.append({"fields": column, "reference": {
                    "resource": "" if to == (part, name) else _name(*to),
                    "fields": tables[to]["key"][0]}})
        except (KeyError, IndexError, TypeError, StopIteration, AttributeError):
            raise ValueError(f"{FILE}, table {part}.{name}, column {column}: found {line!r}, "
                             "expected a known kind, what the column holds and, if it names rows, "
                             "their table") from None
    return {"name": _name(part, name), "path": f"{FOLDERS[part]}/{name}.csv",
            "title": table["title"], "description": table["about"],
            **({"mayBeEmpty": True} if table.get("may_be_empty") else {}),
            "schema": {"fields": fields, "primaryKey": table["key"],
                       **({"foreignKeys": references} if references else {})}}


def _name(part: str, name: str) -> str:
    return name if part == "processed" else f"raw-{name.replace('_', '-')}"


def _field(name: str, kind: str, about: str, written: dict[str, Any], unique: bool) -> dict[str, Any]:
    """A column's descriptor from its kind. Raises KeyError for one that is not described."""
    kind, signs = re.sub(r"( [?!])+$", "", kind), set(re.findall(r" ([?!])(?= |$)", kind[-4:]))
    field: dict[str, Any] = {"name": name, "type": "string", "description": about}
    limits: dict[str, Any] = {} if "?" in signs else {"required": True}
    if unique or "!" in signs:
        limits["unique"] = True
    if found := re.fullmatch(r"(\d+) to (\d+)", kind):
        field["type"] = "integer"
        limits |= {"minimum": int(found[1]), "maximum": int(found[2])}
    elif kind in written["numbers"]:
        number = dict(written["numbers"][kind])
        field["type"] = number.pop("type")
        field |= {"unit": number.pop("unit")} if "unit" in number else {}
        limits |= number
    elif kind in written["lists"]:
        values = written["lists"][kind]
        limits["enum"] = [value if isinstance(value, str) else value[0] for value in values]
        if not isinstance(values[0], str):
            field["categories"] = [{"value": value, "label": label} for value, label in values]
    elif " | " in kind:
        limits["enum"] = kind.split(" | ")
    else:
        limits["pattern"] = kind[1:-1] if kind[0] == kind[-1] == "/" else written["kinds"][kind]
    return field | ({"constraints": limits} if limits else {})


def problems_in_raw(folder: Path | None = None) -> list[str]:
    """Everything in data/raw that the description does not allow; empty if all is well.

    Names file, row as a spreadsheet counts it, column, what was found and what was expected.
    Raises TablesError if a file cannot be read as a table with the columns described.
    """
    content, tables, found = description(folder), {}, []
    raw = {r["name"]: r for r in content["resources"] if r["path"].startswith("raw/")}
    for name, resource in raw.items():
        try:
            tables[name] = _table((folder or store.root()) / "data", resource)
        except ValueError as error:
            found.append(str(error))
    if found:  # every later message would be noise
        raise TablesError(found)
    measures = tables["raw-measures"]
    units = content["units"] | {"of": dict(zip(measures["measure"], measures["unit"], strict=True))}
    for name, resource in raw.items():
        found += [*_in_cells(resource, tables[name], units), *_in_keys(resource, tables[name])]
    return found + [line for resource in raw.values() for line in _dangling(resource, tables, raw)]


def problems_in(name: str, table: pd.DataFrame, folder: Path | None = None) -> list[str]:
    """The same for a tidy table, which has its columns, before it is written; `name` as in the
    description."""
    content = description(folder)
    resource = next(r for r in content["resources"] if r["name"] == name)
    numbers = table.select_dtypes(exclude="str")  # text is the most, and need not be made so
    text = table.fillna("").assign(**numbers.astype(object).where(numbers.notna(), "").astype(str))
    return [*_in_cells(resource, text, content["units"]), *_in_keys(resource, text)]


def _table(base: Path, resource: dict[str, Any]) -> pd.DataFrame:
    """A file as a table of text. Raises ValueError, naming the place, if it is not that described."""
    place, expected = f"data/{resource['path']}", _columns(resource)
    if not (base / resource["path"]).is_file():
        raise ValueError(f"{place}: found no such file, expected a CSV table")
    data = (base / resource["path"]).read_bytes()
    if data.startswith(codecs.BOM_UTF8):
        raise ValueError(f"{place}, row 1: found a byte-order mark, expected UTF-8 without one")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data[:error.start].count(b"\n") + 1
        raise ValueError(f"{place}, row {row}: found byte {data[error.start]:#04x}, expected UTF-8"
                         ) from None
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(cells)
            if cells != expected and len(rows) == 1:
                missing, extra = (", ".join(name for name in names if name not in others) or "none"
                                  for names, others in ((expected, cells), (cells, expected)))
                raise ValueError(f"{place}, row 1: found {','.join(cells)!r}, expected "
                                 f"{','.join(expected)!r} (missing: {missing}; extra: {extra})")
            if len(cells) != len(expected):
                raise ValueError(f"{place}, row {len(rows)}: found {len(cells)} cell(s), expected "
                                 f"{len(expected)}")
    except csv.Error as error:
        raise ValueError(f"{place}, row {len(rows) + 1}: found a quotation mark out of place "
                         f"({error}), expected it closed, and doubled within a cell") from None
    if len(rows) < (1 if resource.get("mayBeEmpty") else 2):
        raise ValueError(f"{place}: found {len(rows)} row(s), expected a header and rows below it")
    return pd.DataFrame(rows[1:], columns=expected, dtype=object)


def _in_cells(resource: dict[str, Any], table: pd.DataFrame, units: dict[str, Any]) -> Iterator[str]:
    """Cells that their column does not allow."""
    fields, none = resource["schema"]["fields"], [""] * len(table)
    of_rows = none
    if any("unit" in field for field in fields):
        of_rows = list(table["unit"]) if "unit" in table else [
            units.get("of", {}).get(measure, "") for measure in table["measure"]]
    judged: dict[int, set[tuple[str, str]]] = {}  # the columns of years have one description
    for field in fields:
        column, beside = table[field["name"]].to_list(), of_rows if "unit" in field else none
        right = judged.setdefault(id(field.get("constraints", field)), set())
        pairs = set(zip(column, beside, strict=True)) - right
        wrong = {pair: expected for pair in pairs if (expected := _expected(*pair, field, units))}
        right |= pairs - wrong.keys()
        for row, pair in enumerate(zip(column, beside, strict=True), 2) if wrong else ():
            if pair in wrong:
                yield _at(resource, row, field["name"], pair[0], wrong[pair])


def _expected(cell: str, unit: str, field: dict[str, Any], units: dict[str, Any]) -> str:
    """What should stand in a cell, with this unit beside it, instead; '' if it may stand there."""
    limits, about = field.get("constraints", {}), field["description"]
    if cell == "":
        return f"a value ({about})" if "required" in limits else ""
    number = NUMBER.fullmatch(cell)
    if not number and not cell.isprintable():
        return "no sign that does not show: none of control or direction, no line break"
    if not number and (FORMULA.match(cell) or MISSING.fullmatch(cell)):
        return "no formula, and an empty cell for what is missing"
    if "enum" in limits and cell not in limits["enum"]:
        return "one of " + ", ".join(limits["enum"])
    if "pattern" in limits and not _compiled(limits["pattern"]).fullmatch(cell):
        return f"{about} (pattern {limits['pattern']})"
    whole = field["type"] != "integer" or (number and float(cell) % 1 == 0)
    if field["type"] != "string" and not (number and whole):
        return f"a value of type {field['type']}, in plain digits"
    if not number:
        return ""
    value = float(cell)
    if value < limits.get("minimum", -math.inf):
        return f"a minimum of {limits['minimum']}"
    if value > limits.get("maximum", math.inf):
        return f"a maximum of {limits['maximum']}"
    if unit and value > 100 and _compiled(units["shares"]).fullmatch(unit):
        return f"at most 100 {unit}"
    if unit in units["whole"] and field["unit"] == "whole" and value % 1 > 0:
        return f"a whole number of {unit}"
    return ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _in_keys(resource: dict[str, Any], table: pd.DataFrame) -> Iterator[str]:
    """Rows that repeat what must not come twice."""
    unique = [[field["name"]] for field in resource["schema"]["fields"]
              if field.get("constraints", {}).get("unique")]
    key = resource["schema"]["primaryKey"]
    for names in unique if key in unique else [*unique, key]:
        seen: dict[tuple[str, ...], int] = {}
        for row, values in enumerate(zip(*(table[name].to_list() for name in names), strict=True), 2):
            first = seen.setdefault(values, row)
            if first != row and any(values):
                yield _at(resource, row, names[0] if len(names) == 1 else "",
                          values[0] if len(names) == 1 else None, f"another than in row {first}")


def _dangling(resource: dict[str, Any], tables: dict[str, pd.DataFrame],
              raw: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Cells that name a row of another table, or of their own, which is not there."""
    for key in resource["schema"].get("foreignKeys", []):
        column, target = key["fields"], key["reference"]["fields"]
        to = key["reference"]["resource"] or resource["name"]
        there = {"", *tables[to][target]}
        for row, cell in enumerate(tables[resource["name"]][column], 2):
            if cell not in there:
                yield _at(resource, row, column, cell, f"a {target} of data/{raw[to]['path']}")


def _at(resource: dict[str, Any], row: int, column: str, found: str | None, expected: str) -> str:
    """One problem as a line that tells a person where to look and what belongs there."""
    return (f"data/{resource['path']}, row {row}{f', column {column}' if column else ''}: found "
            f"{'a key' if found is None else repr(found)}, expected {expected}")


def dictionary(folder: Path | None = None) -> str:
    """data/README.md: every table and column, from the description."""
    lines = [INTRODUCTION]
    for resource in description(folder)["resources"]:
        lines += [f"## {resource['path']}", "", f"{resource['title']}. {resource['description']}",
                  f"Key: {', '.join(resource['schema']['primaryKey'])}.", "",
                  "| column | type | what it holds | allowed |", "| --- | --- | --- | --- |"]
        for field in resource["schema"]["fields"]:
            lines.append(f"| {field['name']} | {field['type']} | {field['description']} "
                         f"| {_allowed(field)} |")
        lines.append("")
    return "\n".join(lines)


def _allowed(field: dict[str, Any]) -> str:
    """What the dictionary says of a column's limits."""
    limits = field.get("constraints", {})
    labels = {c["value"]: f" ({c['label']})" for c in field.get("categories", [])}
    said = ["; ".join(value + labels.get(value, "") for value in limits.get("enum", []))]
    said += [" ".join(f"{word} {limits[name]}" for word, name in
                      (("from", "minimum"), ("to", "maximum")) if name in limits)]
    said += [] if "required" in limits or "enum" in limits else ["may be empty"]
    return ", ".join(part for part in said if part)


INTRODUCTION = """# Data dictionary

Written by `make refresh` from `schema.toml`; edit that, not this. In `raw/` stands what the
sources print, and how we coded it; code writes only `raw/official`. In `processed/` only the
notebook `01_clean` writes. Dates are in EDTF, as precise as the source. An empty cell is
missing, never zero; `status` says why. Numbers are plain digits with a point. A number with a
unit beside it follows the unit: counts of children and the like are whole, and no share is over
100.

The tables are plain CSV in UTF-8, without a byte-order mark. pandas reads them as they are, with
an empty cell as missing (tested); so should readr in R (not tried). In Excel (not tried), take
*Data*, *From Text/CSV*, with the file origin UTF-8 and without data type detection: opened by a
double click, a table may show other signs for dashes and quotation marks, and months turned into
days. `datapackage.json`, written by `make refresh` too, says the same to tools that read Data
Packages, with every table's SHA-256.
"""
