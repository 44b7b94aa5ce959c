"""CSVW, the W3C's metadata for tables on the web, from the description in data/datapackage.json.

One file beside each table; the W3C's name for it is the table's own with `-metadata.json` after
it. Keys between tables are not in it, as each file describes one table: they are in the
description.
"""

import re
from typing import Any


def metadata(resource: dict[str, Any], package: dict[str, Any]) -> dict[str, Any]:
    """A table's CSVW metadata; `resource` is the table, `package` the whole description."""
    key, fields = resource["schema"]["primaryKey"], resource["schema"]["fields"]
    return {"@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": resource["path"].rpartition("/")[2],
            "dc:title": resource["title"], "dc:description": resource["description"],
            "dc:license": {"@id": package["licenses"][0]["path"]},
            "dc:isPartOf": package["title"],
            "tableSchema": {"columns": [column(field) for field in fields],
                            "primaryKey": key}}


def column(field: dict[str, Any]) -> dict[str, Any]:
    """A column's name, meaning, type and limits. (In CSVW, too, an empty cell is missing, unless
    something else is said.)"""
    limits = field.get("constraints", {})
    datatype = {"base": field["type"]} | {k: v for k, v in limits.items()
                                          if k in ("minimum", "maximum")}
    if "enum" in limits or "pattern" in limits:
        datatype["format"] = limits.get("pattern") or "|".join(map(_literal, limits["enum"]))
    unit = f" ({field['unit']})" if "unit" in field else ""
    return {"name": field["name"], "titles": field["name"],
            "dc:description": field["description"] + unit, "datatype": datatype,
            "required": limits.get("required", False)}


def _literal(text: str) -> str:
    """A regular expression for the text itself, in JavaScript's syntax, which CSVW asks for (and
    which, unlike Python's, takes no backslash before a space)."""
    return re.sub(r"[\\^$.|?*+(){}\[\]/]", r"\\\g<0>", text)
