"""The project's files: found, written whole or not at all, and known again.

Standard library only, so that `make report` can say at once that nothing changed.
"""


import hashlib
import json
import platform
import tempfile
from collections.abc import Iterable
from pathlib import Path

RUN = ".run"  # what the last run made, beside the project's own files and never committed


def root(start: Path | None = None) -> Path:
    """The project's folder: the nearest one upwards that holds data/schema.toml.

    Raises FileNotFoundError if there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "schema.toml").is_file():
            return folder
    raise FileNotFoundError(f"no data/schema.toml in {here} or any folder above it")


def replace_file(path: Path, content: str | bytes) -> bool:
    """Write a file whole or not at all; leave it untouched if it already holds this content.

    The new text is written beside its place and moved into it. Returns whether it changed.
    Raises PermissionError, naming the folder, where it may not be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.",
                                         suffix=".part", delete=False) as file:
            file.write(data)
    except PermissionError:
        raise PermissionError(f"{path.parent} may not be written to") from None
    temporary = Path(file.name)
    try:
        temporary.chmod(0o644)  # a temporary file is made private
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def remove_parts(project: Path) -> list[str]:
    """Remove the unfinished files that a killed run left; return their names."""
    parts = [path for folder in ("data", "data/processed", "reports", RUN, "notebooks", "docs")
             for path in (project / folder).glob(".*.part")]
    for path in parts:
        path.unlink(missing_ok=True)
    return [path.name for path in parts]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs(project: Path) -> dict[str, str]:
    """What a run depends on, each with its SHA-256: the notebooks' own cells (not their outputs),
    data/raw and its description (not its checksums), the helpers, the lock file; and the Python it
    runs on."""
    found = {"python": f"{platform.python_version()} {platform.system()} {platform.machine()}"}
    package = Path(__file__).parent
    for path in sorted([*package.rglob("*.py"), *package.rglob("template/*")]):
        found[f"helpers/{path.relative_to(package).as_posix()}"] = _digest(path)
    named = [*(project / "data/raw").rglob("*.csv"), project / "requirements.txt",
             project / "study.toml"]
    for path in sorted(path for path in named if path.is_file()):
        found[path.relative_to(project).as_posix()] = _digest(path)
    found["data/datapackage.json"] = _written(project / "data/datapackage.json")
    for path in sorted((project / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = json.dumps([[cell["cell_type"], cell["source"]] for cell in cells])
        found[f"notebooks/{path.name}"] = hashlib.sha256(text.encode()).hexdigest()
    return found


def _written(path: Path) -> str:
    """The digest of what a person wrote in the description: `make refresh` computes the rest from
    the tables after they are made, which must not look like a change."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content.pop("sources", None)
        for resource in content["resources"]:
            resource.pop("hash", None), resource.pop("bytes", None)
    except (ValueError, KeyError, AttributeError):  # the run will say what is wrong with it
        return _digest(path)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def outputs(project: Path) -> dict[str, str]:
    """What a run writes, each file with its SHA-256."""
    folders = ("data/processed/*.csv", "reports/*.html", f"{RUN}/*.ipynb")
    return {path.relative_to(project).as_posix(): _digest(path)
            for pattern in folders for path in sorted(project.glob(pattern))}


def is_current(project: Path) -> bool:
    """Whether the last run was whole, on these inputs, and what it wrote is all still there."""
    try:
        record = json.loads((project / RUN / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(record == {"inputs": inputs(project), "outputs": outputs(project)})


def record_run(project: Path, seen: dict[str, str]) -> None:
    """Note that a run on the inputs `seen` was whole. The last thing that a run writes."""
    record = {"inputs": seen, "outputs": outputs(project)}
    replace_file(project / RUN / "manifest.json", json.dumps(record, indent=1) + "\n")


def last_run(project: Path, names: Iterable[str]) -> dict[str, str]:
    """The notebooks of the last run, by stem, as the texts of their files."""
    return {name: (project / RUN / f"{name}.ipynb").read_text(encoding="utf-8") for name in names}
