"""What a reader of a notebook meets where its HTML is not trusted: JupyterLab, a code host."""

import base64
import importlib.util
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

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
    const {content} = jupyterapp.shell.currentWidget, seen = [];
    for (const [number, cell] of content.widgets.entries()) {
        await content.scrollToItem(number, 'start');  // a cell out of sight is not in the page
        await cell.ready;
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const images = [...cell.node.querySelectorAll('img')];
        await Promise.all(images.map(image => image.decode().catch(() => {})));
        seen.push(...images.filter(i => i.naturalWidth && i.getBoundingClientRect().width)
            .map(i => i.alt)); }
    return seen; }"""


def meets(html: str) -> tuple[str, list[dict[str, str]], list[str]]:
    """The words, the pictures and the links' addresses of some HTML."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return ("".join(tree.itertext()), [dict(e.attrib) for e in tree.iter("img")],
            [e.get("href") for e in tree.iter("a")])


def lost(data: Mapping[str, str]) -> list[str]:
    """What an output loses where it is not trusted, or lacks: beside HTML a text and a PNG."""
    html = data["text/html"]
    words, pictures, links = meets(html)
    found = []
    lab = bleach.clean(html, TAGS, ATTRIBUTES, ["http", "https", "data"])
    if meets(lab) != (words, pictures, links):
        found.append("JupyterLab would show something else")
    host = bleach.clean(html, TAGS, ATTRIBUTES, ["http", "https"])
    if meets(host) != (words, [{"alt": p.get("alt")} for p in pictures], links):
        found.append("a code host would lose more than the drawing")
    if not data.get("text/plain", "").strip():
        found.append("no text")
    if "image/png" in data:
        Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).verify()
    elif pictures:
        found.append("no PNG")
    for picture in pictures:
        if len(picture.get("alt", "").split()) < 12:
            found.append("no alternative text")
        kind, _, drawing = picture["src"].partition("base64,")
        if kind != "data:image/svg+xml;" or not ElementTree.fromstring(base64.b64decode(drawing)):
            found.append("not an SVG")
    return found


def outputs(path: Path) -> list[Mapping[str, str]]:
    """The outputs of a notebook that have HTML."""
    found = [output.get("data", {}) for cell in notebook_files.read(path).cells
             for output in cell.get("outputs", [])]
    return [data for data in found if "text/html" in data]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_is_lost_where_a_notebook_is_not_trusted(path: Path) -> None:
    assert outputs(path)
    assert [problem for data in outputs(path) for problem in lost(data)] == []


@pytest.mark.parametrize("old, new", [
    ("<figure", "<script>0</script><figure"), ("<figure", "<svg><text>0</text></svg><figure"),
    ("<figure", "<style>p {}</style><figure"), ("<figure", "<iframe></iframe><figure"),
    ('alt="', 'alt="" title="'), ("svg+xml", "png"), ('src="data', 'src="javascript'),
    ('href="../', 'href="data:text/html,')])
def test_what_would_be_lost_is_noticed(old: str, new: str) -> None:
    data = next(d for d in outputs(ROOT / "notebooks/02_grades.ipynb") if "image/png" in d)
    assert lost(data) == [] and old in data["text/html"]
    assert lost({**data, "text/html": data["text/html"].replace(old, new)}) != []
    assert lost({key: value for key, value in data.items() if key != "image/png"}) != []


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
    """With its alternative text, and fetches nothing from elsewhere."""
    expected = [p["alt"] for data in outputs(path) for p in meets(data["text/html"])[1]]
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
