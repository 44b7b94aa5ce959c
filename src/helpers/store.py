"""The project's files: found, copied, and written whole or not at all."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def root() -> Path:
    """The project's folder: the nearest one upwards that holds data/schema.toml.

    Raises FileNotFoundError if there is none."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "schema.toml").is_file():
            return folder
    raise FileNotFoundError(f"no data/schema.toml in {here} or any folder above it")


def replace_file(path: Path, content: str | bytes) -> bool:
    """Write a file whole or not at all; leave it untouched if it already holds this content.

    The new text is written beside its place and moved into it. Returns whether it changed.
    Raises PermissionError, naming the folder, where it may not be written."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except PermissionError:
        raise PermissionError(f"{path.parent} may not be written to") from None
    finally:
        part.unlink(missing_ok=True)
    return True


def copy_files(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy files and folders, by their paths in a project, without what is hidden.

    Raises OSError, naming the file, for one that cannot be read or written."""
    for name in names:
        for path in [source / name, *(source / name).rglob("*")]:
            place = path.relative_to(source)
            if path.is_file() and not any(part.startswith(".") for part in place.parts):
                (target / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target / place)


def remove_parts(project: Path) -> list[str]:
    """Remove the unfinished files that a killed run left; return their names."""
    parts = [path for folder in ("", "data", "data/processed", "reports", "reports/downloads",
                                 "notebooks", "docs")
             for path in (project / folder).glob(".*.part")]
    for path in parts:
        path.unlink(missing_ok=True)
    return [path.name for path in parts]
