"""What is computed about the tables, for strangers and their tools: checksums, sources, the
dictionary.

`make refresh` writes it; what a person wrote in data/datapackage.json stays as it is.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from helpers import store
from helpers.tables import files, schema


def description(folder: Path | None = None) -> str:
    """data/datapackage.json as it should stand: each table with its SHA-256 and its bytes, and the
    documents held, from raw/sources.csv, as the package's sources.

    Raises FileNotFoundError if a table is not there.
    """
    base = (folder or store.root()) / "data"
    content = schema.description(folder)
    content["sources"] = _sources(folder)
    for resource in content["resources"]:
        data, columns = (base / resource["path"]).read_bytes(), resource.pop("schema")
        resource |= {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data),
                     "schema": columns}
    return as_json(content)


def _sources(folder: Path | None) -> list[dict[str, str]]:
    """Title and, where it is one, address of every document held; one only known of is left out."""
    table = files.read_raw("sources", folder)
    held = table[table["kind"] != "not held"]
    return [{"title": f"{row.publisher}: {row.title}"}
            | ({"path": f"https://{row.url}"} if row.url and " " not in row.url else {})
            for row in held.itertuples()]


def as_json(content: dict[str, Any]) -> str:
    """The text of a JSON file, laid out as data/datapackage.json is."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def generated(folder: Path | None = None) -> dict[str, str]:
    """Every file that is computed from the description and the tables: its path in data/, its
    text."""
    text = description(folder)
    return {"datapackage.json": text, "README.md": schema.dictionary(folder)}


def write(folder: Path | None = None) -> list[str]:
    """Write the files that changed; return their paths in data/."""
    base = (folder or store.root()) / "data"
    return [path for path, text in generated(folder).items()
            if store.replace_file(base / path, text)]
