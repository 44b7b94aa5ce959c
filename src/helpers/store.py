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

    The new text is written beside its place and moved into it. Returns whether it changed."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
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
