"""What is computed of the tables for strangers and their tools: Data Package and dictionary."""

import hashlib
import json
from pathlib import Path
from typing import Any

from helpers import store
from helpers.tables import files, schema


def descriptor(folder: Path | None = None) -> dict[str, Any]:
    """The Data Package: data/schema.toml, the SHA-256 of each table, and as sources the documents
    held, from raw/sources.csv. Raises FileNotFoundError if a table is not there.
    """
    base = (folder or store.root()) / "data"
    content = {"profile": "tabular-data-package"} | schema.description(folder)
    tables = content.pop("resources")
    content["sources"] = _sources(folder)
    content["resources"] = [
        {"profile": "tabular-data-resource"} | table
        | {"hash": f"sha256:{hashlib.sha256((base / table['path']).read_bytes()).hexdigest()}"}
        for table in tables]
    return content


def _sources(folder: Path | None) -> list[dict[str, str]]:
    """Title and, where it is one, address of every document held; one only known of is left out."""
    table = files.read_raw("sources", folder)
    held = table[table["kind"] != "not held"]
    return [{"title": f"{row.publisher}: {row.title}"}
            | ({"path": f"https://{row.url}"} if row.url and " " not in row.url else {})
            for row in held.itertuples()]


def generated(folder: Path | None = None) -> dict[str, str]:
    """Every file computed from the description and the tables: its path in data/, its text."""
    package = json.dumps(descriptor(folder), ensure_ascii=False, indent=1)
    return {"datapackage.json": f"{package}\n", "README.md": schema.dictionary(folder)}


def write(folder: Path | None = None) -> list[str]:
    """Write the files that changed; return their paths in data/."""
    base = (folder or store.root()) / "data"
    return [path for path, text in generated(folder).items() if store.replace_file(base / path, text)]
