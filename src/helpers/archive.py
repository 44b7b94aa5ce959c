"""One file for deposit: `make dist`. The same bytes each time, from the same files."""

import hashlib
import sys
import zipfile
from pathlib import Path

from helpers import __version__, package, pdf, run, schema, store

# What the archive holds beside the front page's PDF: what was found, and what it takes to find it
# again; not the tests, which belong to the repository: the targets that need them do not work.
FILES = ("README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile",
         "pyproject.toml", "requirements.txt", "requirements-lab.txt", "environment.yml",
         "data/**/*.csv", "data/**/*.json", "data/*.md", "docs/*", "notebooks/[0-9][0-9]_*.ipynb",
         "notebooks/authority/authority.ipynb",
         "reports/*.html", "src/helpers/**/*.py", "src/helpers/template/*")
LIST = "SHA256SUMS"
START = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def contents(project: Path) -> dict[str, bytes]:
    """The files of the archive by path, sorted, with the list of their SHA-256 (for
    `sha256sum -c`). Has reports/summary.pdf where a Chromium is found."""
    found = {path.relative_to(project).as_posix(): path.read_bytes()
             for pattern in FILES for path in project.glob(pattern) if path.is_file()}
    try:
        pdf.chromium()
        found["reports/summary.pdf"] = pdf.write(
            project / "reports/index.html", project / "reports/summary.pdf").read_bytes()
    except FileNotFoundError as error:
        print(f"without the PDF: {error}", file=sys.stderr)
    found[LIST] = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n"
                          for name, data in sorted(found.items())).encode()
    return dict(sorted(found.items()))


def write(project: Path | None = None) -> Path:
    """Write dist/<name>-<version>.zip. Raises ValueError if the pages, the notebooks' outputs or
    the checksums are not those of the tables."""
    folder = project or store.root()
    if not store.is_current(folder):
        raise ValueError("the pages are not current: make report")
    stale = [f"data/{path}" for path, text in package.generated(folder).items()
             if (folder / "data" / path).read_text(encoding="utf-8") != text]
    committed = {p.stem: p.read_text(encoding="utf-8")
                 for p in sorted((folder / "notebooks").glob("[0-9][0-9]_*.ipynb"))}
    stale += [f"notebooks/{name}.ipynb" for name, text in store.last_run(folder, committed).items()
              if run.compare(committed[name], text) not in ("the same", "drawings differ")]
    if stale:
        raise ValueError(f"not current: {', '.join(stale)}: make refresh")
    name = f"{schema.description(folder)['name']}-{__version__}"
    target = folder / "dist" / f"{name}.zip"
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        for path, data in contents(folder).items():
            entry = zipfile.ZipInfo(f"{name}/{path}", date_time=START)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as on Unix, anywhere
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    part.replace(target)
    return target
