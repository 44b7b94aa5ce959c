// node lab.mjs LAB_URL NOTEBOOK... [--chromium PATH]
// Opens each notebook in JupyterLab as a user would, looks at its pictures, runs all its cells and
// saves it. Prints one JSON document: what was seen, by notebook. Exit code 2: could not look.
// The server must run with --expose-app-in-browser, for what the page does not show: which cells
// are trusted, and what the kernel answered.
import { parseArgs } from "node:util";
import { findChromium, launch } from "./browser.mjs";

const TIMEOUT = 120_000; // for any one step; on a busy machine the first page takes half a minute
const VIEWPORT = { width: 1280, height: 900 };

/** Open a notebook in a workspace of its own, and wait until its kernel is idle. */
async function open(page, url, name) {
  const stem = name.replace(/\.ipynb$/, "");
  await page.goto(`${url}lab/workspaces/${stem}/tree/notebooks/${name}`);
  await page.waitForFunction((wanted) => {
    const panel = globalThis.jupyterapp?.shell.currentWidget;
    return panel?.context?.path === wanted && panel.context.isReady;
  }, `notebooks/${name}`);
  await page.evaluate(() => jupyterapp.shell.currentWidget.revealed);
  await idle(page);
}

/** What a user waits for: cells that are run before the kernel is idle are cancelled. */
async function idle(page) {
  const status = page.locator("#jp-main-statusbar").getByText(/\bIdle$/);
  await status.waitFor({ state: "visible" });
}

/** Whether any code cell is trusted. */
function trusted(page) {
  return page.evaluate(() => jupyterapp.shell.currentWidget.content.widgets
    .some(({ model }) => model.type === "code" && model.trusted));
}

/** The alternative texts of the pictures that are drawn, cell by cell, from top to bottom: a cell
 * out of sight is not in the page, so each is scrolled to. */
async function pictures(page) {
  const seen = [];
  const cells = await page.evaluate(() => jupyterapp.shell.currentWidget.content.widgets.length);
  for (let index = 0; index < cells; index += 1) {
    seen.push(...await page.evaluate(async (number) => {
      const { content } = jupyterapp.shell.currentWidget;
      await content.scrollToItem(number, "start");
      const cell = content.widgets[number];
      await cell.ready;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const images = [...cell.node.querySelectorAll("img")];
      await Promise.all(images.map((image) => image.decode().catch(() => {})));
      const isDrawn = (image) => image.isConnected && image.naturalWidth > 0 &&
        image.getBoundingClientRect().width > 0;
      return images.filter(isDrawn).map((image) => image.alt);
    }, index));
  }
  return seen;
}

/** A promise's value, or an error if it takes too long. */
function within(promise, what) {
  const late = new Promise((_, fail) => {
    setTimeout(() => fail(new Error(`took too long: ${what}`)), TIMEOUT).unref();
  });
  return Promise.race([promise, late]);
}

/** Choose a command from a menu of the menu bar. */
async function choose(page, menu, command) {
  await page.locator("#jp-MainMenu .lm-MenuBar-item", { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator(`.lm-Menu-item[data-command="${command}"]`).click();
}

/** Run all cells; returns how many were answered, and the first answer that is not "ok". */
async function runAll(page) {
  await page.evaluate(() => {
    const { content, sessionContext } = jupyterapp.shell.currentWidget;
    const wanted = content.widgets.filter(({ model }) => model.type === "code").length;
    const answers = [];
    let ended = 0;
    globalThis.ran = new Promise((done) => {
      sessionContext.session.kernel.anyMessage.connect((_, { msg, direction }) => {
        const { header, parent_header: parent, content: body } = msg;
        if (direction !== "recv") return;
        if (header.msg_type === "execute_reply") answers.push(body.status);
        // all that a cell puts out comes before the kernel says that it is idle again
        if (header.msg_type === "status" && body.execution_state === "idle" &&
            parent.msg_type === "execute_request") ended += 1;
        const bad = answers.find((status) => status !== "ok");
        if (bad || (answers.length >= wanted && ended >= wanted)) {
          done({ answered: answers.length, bad: bad ?? "" });
        }
      });
    });
  });
  await choose(page, "Run", "runmenu:run-all");
  const answers = await within(page.evaluate(() => globalThis.ran), "running all cells");
  await idle(page);
  return answers;
}

async function save(page) {
  await page.evaluate(() => {
    const { context } = jupyterapp.shell.currentWidget;
    globalThis.saved = new Promise((done, fail) => {
      context.saveState.connect((_, state) => {
        if (state.startsWith("completed")) done();
        if (state === "failed") fail(new Error("not saved"));
      });
    });
  });
  await choose(page, "File", "docmanager:save");
  await within(page.evaluate(() => globalThis.saved), "saving");
}

async function useNotebook(browser, url, name) {
  const start = performance.now();
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT);
    const remote = [];
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^(http|ws)/.test(protocol) && origin !== new URL(url).origin) remote.push(request.url());
    });
    await open(page, url, name);
    const before = { trusted: await trusted(page), pictures: await pictures(page) };
    const run = await runAll(page);
    const after = { pictures: await pictures(page) };
    await save(page);
    await page.evaluate(() => jupyterapp.shell.currentWidget.sessionContext.shutdown());
    return { before, run, after, remote, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  } finally {
    await context.close();
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { chromium: { type: "string" } },
    allowPositionals: true,
  });
  const [url, ...names] = positionals;
  if (names.length === 0) throw new Error("usage: node lab.mjs LAB_URL NOTEBOOK...");
  const browser = await launch(findChromium(values.chromium));
  try {
    const seen = {};
    for (const name of names) seen[name] = await useNotebook(browser, url, name);
    process.stdout.write(`${JSON.stringify(seen, null, 2)}\n`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
