"""What a reader of a notebook meets where its HTML is not trusted: JupyterLab, a code host."""

import base64
import importlib.util
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import bleach
import html5lib
import pytest
from PIL import Image
from playwright.sync_api import Browser

from helpers.pages import notebook as notebook_files

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# What JupyterLab's sanitiser and that of code hosts (html-pipeline) both keep, as far as the
# notebooks may use it; the host drops data: addresses of pictures.
TAGS = set("a b br caption code dd details div dl dt em figcaption figure i img li ol p pre small "
           "span strong sub summary sup table tbody td th thead tr ul".split())
ATTRIBUTES = {"a": ["href"], "img": ["alt", "src"], "td": ["colspan", "rowspan"],
              "th": ["colspan", "rowspan", "scope"]}
PICTURES = """async () => {
    const {content} = jupyterapp.shell.currentWidget;
    let seen = 0;
    for (const [number, cell] of content.widgets.entries()) {
        await content.scrollToItem(number, 'start');  // a cell out of sight is not in the page
        await cell.ready;
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const images = [...cell.node.querySelectorAll('img')];
        await Promise.all(images.map(image => image.decode().catch(() => {})));
        seen += images.filter(i => i.naturalWidth > 1600 && i.getBoundingClientRect().width).length;
    }
    return seen; }"""


def meets(html: str) -> tuple[str, list[str | None]]:
    """The words and the links' addresses of some HTML."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return "".join(tree.itertext()), [e.get("href") for e in tree.iter("a")]


def lost(data: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What an output loses where it is not trusted, or lacks; after: the output that follows."""
    html, picture = data.get("text/html", ""), "image/png" in data
    if picture:
        Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).verify()
    kept = bleach.clean(html, TAGS, ATTRIBUTES, ["http", "https"])
    problems = {
        "no text": not data.get("text/plain", "").strip(),
        "something else is shown": meets(kept) != meets(html),
        "a picture that is not shown everywhere": "<img" in html or "image/svg+xml" in data,
        "HTML in Markdown": "<" in re.sub(r"\\.", "", data.get("text/markdown", "")),
        "a picture without words": picture and "in words and numbers" not in after.get("text/html", "")}
    return [problem for problem, found in problems.items() if found]


def outputs(path: Path) -> list[Mapping[str, str]]:
    """The outputs of a notebook."""
    return [output.get("data", {}) for cell in notebook_files.read(path).cells
            for output in cell.get("outputs", [])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_is_lost_where_a_notebook_is_not_trusted(path: Path) -> None:
    every = outputs(path)
    assert every and not any(map(lost, every, [*every[1:], {}]))


@pytest.mark.parametrize(("kind", "old", "new"), [
    ("text/html", "<table", "<script>0</script><table"),
    ("text/html", "<table", "<style>p {}</style><table"),
    ("text/html", "<table", '<img alt="x" src="data:image/png;base64,AAAA"><table'),
    ("text/html", 'href="../', 'href="javascript:'), ("text/markdown", "Ofsted", "<b>Ofsted</b>"),
    ("text/plain", "", "")])
def test_what_would_be_lost_is_noticed(kind: str, old: str, new: str) -> None:
    every = outputs(ROOT / "notebooks/02_grades.ipynb")
    data = next(d for d in every if old in d.get(kind, ""))
    assert lost(data, {}) == [] or "image/png" in data
    spoiled = {**data, kind: data[kind].replace(old, new)} if old else {**data, kind: " "}
    assert lost(spoiled, {}) != []
    picture = next(d for d in every if "image/png" in d)
    assert lost(picture, {}) == ["a picture without words"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that knows nothing: no settings, nothing trusted."""
    if not importlib.util.find_spec("jupyterlab"):
        pytest.skip("JupyterLab is not installed: make .venv/ready-lab")
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    known = {name: value for name, value in os.environ.items()
             if not name.startswith(("JUPYTER", "IPYTHON", "PYTHON", "XDG"))}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser",
               "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               "--ServerApp.allow_root=True", "--IdentityProvider.token=",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with (home / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, env={
            **known, "HOME": str(home), "USERPROFILE": str(home)})
        try:
            for _ in range(600):
                with socket.socket() as client:
                    if client.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (home / "log").read_text(encoding="utf-8")[-2000:]
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()  # which ends its kernels too
            process.wait(timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_jupyterlab_shows_every_chart_untrusted(browser: Browser, server: str, path: Path) -> None:
    """And fetches nothing from elsewhere."""
    expected = sum("image/png" in data for data in outputs(path))
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{server}lab/workspaces/{path.stem}/tree/notebooks/{path.name}")
        page.wait_for_function("""name => {
            const shown = globalThis.jupyterapp?.shell.currentWidget;
            return shown?.context?.path === name && shown.context.isReady; }""",
                               arg=f"notebooks/{path.name}")
        page.evaluate("() => jupyterapp.shell.currentWidget.revealed")
        assert page.evaluate(PICTURES) == expected
        assert not page.evaluate("""() => jupyterapp.shell.currentWidget.content.widgets.some(
            ({model}) => model.type === 'code' && model.trusted)""")
    assert [url for url in asked if not url.startswith((server, "data:", "blob:"))] == []
