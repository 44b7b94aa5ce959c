"""The rooms of the helpers: arrows run one way, and analysis knows no drawing."""

import ast
from pathlib import Path

import pytest

HELPERS = Path(__file__).parents[1] / "src" / "helpers"
# Each room may use those before it, and its own.
ORDER = ["__init__", "environment", "store", "tables", "text", "record", "evidence", "analysis",
         "checks", "ingest", "charts", "pages", "run", "__main__"]


def imports(source: str) -> set[str]:
    """The modules that a text imports, whole names, and what it imports of them, after a dot."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def backwards(room: str, source: str) -> list[str]:
    """The rooms that a room may not use and that a text of it imports."""
    used = {name.split(".")[1] for name in imports(source) if name.startswith("helpers.")}
    return sorted(name for name in used & set(ORDER) if ORDER.index(name) > ORDER.index(room))


def test_arrows_run_one_way() -> None:
    found = []
    for path in sorted(HELPERS.rglob("*.py")):
        room = path.relative_to(HELPERS).with_suffix("").parts[0]
        assert room in ORDER, f"{room} has no place in the order of rooms"
        found += [f"{path.relative_to(HELPERS)} uses {name}"
                  for name in backwards(room, path.read_text(encoding="utf-8"))]
    assert found == []


def test_an_arrow_backwards_is_seen() -> None:
    assert backwards("analysis", "from helpers.charts import style") == ["charts"]
    assert backwards("tables", "def f():\n    from helpers import record") == ["record"]


@pytest.mark.parametrize("room", ["tables", "analysis", "checks", "ingest"])
def test_analysis_and_tables_draw_nothing(room: str) -> None:
    for path in (HELPERS / room).glob("*.py"):
        used = {name.split(".")[0] for name in imports(path.read_text(encoding="utf-8"))}
        assert not used & {"matplotlib", "seaborn", "IPython", "markupsafe"}, path.name
