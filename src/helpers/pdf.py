"""The front page as a tagged PDF, printed by a Chromium that is on the machine."""

import bisect
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-pdf-header-footer", "--generate-pdf-document-outline")


def chromium() -> str:
    """The browser's command. Raises FileNotFoundError, saying what to install, if none is found."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise FileNotFoundError("no Chromium was found: install one (on Debian and Ubuntu, apt-get "
                            "install chromium) or name it in the variable CHROMIUM")


def write(page: Path, target: Path) -> Path:
    """Print a page to a PDF, the same bytes each time and anywhere: the dates that Chromium writes
    into it are set to the first day of 2000, and its links lead to the pages beside it. Raises
    ChildProcessError if the browser fails."""
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "page.pdf"
        command = [chromium(), *FLAGS, f"--user-data-dir={folder}/profile",
                   f"--print-to-pdf={printed}", page.resolve().as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if not printed.is_file():
            raise ChildProcessError(f"Chromium printed nothing: {done.stderr.strip()[-500:]}")
        data = re.sub(rb"/(CreationDate|ModDate) \(D:\d{14}",
                      rb"/\1 (D:20000101000000", printed.read_bytes())
    target.write_bytes(_with_links_beside(data, page.resolve().parent.as_uri() + "/"))
    return target


def _with_links_beside(data: bytes, folder: str) -> bytes:
    """The PDF with links that lead into a folder of this machine made relative.

    A PDF ends with a table of where in it each object starts; these places move up by what was
    cut before them.
    """
    link = re.compile(rb"(?<=/URI \()" + re.escape(folder.encode()))
    cuts = [match.start() for match in link.finditer(data)]
    at = data.rindex(b"xref\n0 ")

    def moved(place: int) -> int:
        return place - len(folder) * bisect.bisect(cuts, place)

    table = re.sub(rb"(\d{10})(?= \d{5} n)", lambda m: b"%010d" % moved(int(m[0])), data[at:])
    table = re.sub(rb"(?<=startxref\n)\d+", b"%d" % moved(at), table)
    return link.sub(b"", data[:at]) + table
