"""JupyterLab as a user meets it: a fresh, untrusted copy, opened, run and saved in a browser."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from helpers import environment, run
from reproduce import copy_inputs
from test_notebooks import is_locked

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
CHECKS = ROOT / "tests/browser"
NOTEBOOKS = [path.name for stage in run.stages(ROOT / "notebooks") for path in stage]


class Pictures(HTMLParser):
    """The alternative texts of the pictures in some HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a picture's text."""
        if tag == "img":
            self.found.append(dict(attrs).get("alt") or "")


def pictures_in(path: Path) -> list[str]:
    """The alternative texts of a notebook's charts, as its file has them."""
    reader = Pictures()
    for cell in run.read(path).cells:
        for output in cell.get("outputs", []):
            reader.feed(output.get("data", {}).get("text/html", ""))
    return reader.found


@pytest.fixture(scope="module")
def python(browser_checks: Path) -> Path:
    """The interpreter of the environment that has JupyterLab; it is set up if it is not there."""
    return environment.set_up("lab")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is committed, but for the tables that notebook 01 writes."""
    return copy_inputs(tmp_path_factory.mktemp("fresh") / "study")


@pytest.fixture(scope="module")
def server(python: Path, study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that knows nothing: no settings, nothing trusted."""
    home = tmp_path_factory.mktemp("home")
    known = {name: value for name, value in os.environ.items()
             if not name.startswith(("JUPYTER", "IPYTHON", "MPL", "PYTHON", "XDG"))}
    variables = {**known, "HOME": str(home), "USERPROFILE": str(home),
                 "JUPYTER_CONFIG_DIR": str(home / "config"),
                 "JUPYTER_DATA_DIR": str(home / "data"), "IPYTHONDIR": str(home / "ipython"),
                 "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    # Matplotlib lists the machine's fonts once in each home, and where that takes long says so, in
    # whatever cell it happens.
    subprocess.run([str(python), "-c", "import matplotlib.font_manager"], env=variables,
                   check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python), "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser",
               "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               "--ServerApp.allow_root=True", "--IdentityProvider.token=",
               f"--ServerApp.root_dir={study}",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with (home / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=variables, cwd=study, stdout=log, stderr=log)
        try:
            wait_for(port, process, home / "log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()  # which ends its kernels too
            process.wait(timeout=60)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server listens."""
    for _ in range(600):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')[-2000:]}")


@pytest.fixture(scope="module")
def seen(server: str) -> dict[str, dict[str, Any]]:
    """What the browser saw in each notebook, before and after all its cells were run."""
    done = subprocess.run(["node", "lab.mjs", server, *NOTEBOOKS], cwd=CHECKS, text=True,
                          capture_output=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_chart_appears_before_anything_is_trusted(seen: dict[str, dict[str, Any]],
                                                        name: str) -> None:
    expected = pictures_in(ROOT / "notebooks" / name)
    assert not seen[name]["before"]["trusted"]
    assert seen[name]["before"]["pictures"] == expected
    assert all(expected)
    if re.search("image/png", (ROOT / "notebooks" / name).read_text(encoding="utf-8")):
        assert expected


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_run_all_and_save_give_the_committed_notebook(seen: dict[str, dict[str, Any]], study: Path,
                                                      name: str) -> None:
    committed = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
    code = [cell for cell in run.read(ROOT / "notebooks" / name).cells if cell.cell_type == "code"]
    assert seen[name]["run"] == {"answered": len(code), "bad": ""}
    assert seen[name]["after"]["pictures"] == pictures_in(ROOT / "notebooks" / name)
    saved = run.read(study / "notebooks" / name)
    assert "version" in saved.metadata.language_info, "JupyterLab did not save it"
    found = run.compare(committed, run.as_text(run.tidy(saved)))
    assert found == "the same" or (found == "drawings differ" and not is_locked(ROOT)), found


def test_the_tables_are_written(seen: dict[str, dict[str, Any]], study: Path) -> None:
    committed = {p.name: p.read_bytes() for p in (ROOT / "data/processed").glob("*.csv")}
    assert {p.name: p.read_bytes() for p in (study / "data/processed").glob("*.csv")} == committed


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_is_fetched_from_elsewhere(seen: dict[str, dict[str, Any]], name: str) -> None:
    assert seen[name]["remote"] == []
