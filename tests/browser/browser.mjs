// What check.mjs and shots.mjs share: finding Chromium, starting it, listing and opening pages.
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(command) {
  if (command.includes("/")) return isExecutable(command) ? resolve(command) : null;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, command)).find(isExecutable) ?? null;
}

/** The browser asked for, else $CHROMIUM, else the first usual name on PATH. */
export function findChromium(asked = process.env.CHROMIUM) {
  const names = asked ? [asked] : ["chromium", "chromium-browser", "google-chrome", "chrome"];
  const found = names.map(onPath).find(Boolean);
  if (!found) throw new Error(`no Chromium found (looked for: ${names.join(", ")})`);
  return found;
}

/** A headless browser with a fresh, temporary profile (Playwright adds --headless itself). */
export function launch(executablePath) {
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}

/** The names of the *.html files of a folder; an empty folder is an error, not a success. */
export function listPages(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".html"));
  if (names.length === 0) throw new Error(`no *.html file in ${folder}`);
  return names.sort();
}

/** An empty page in a context of its own, from which nothing but files is ever fetched. */
export async function newPage(browser, options) {
  const context = await browser.newContext({ deviceScaleFactor: 1, ...options });
  await context.route(/^(https?|wss?|ftp):/i, (route) => route.abort());
  return context.newPage();
}

export function fileUrl(file) {
  return pathToFileURL(resolve(file)).href;
}

/** Load a file anew, at the given width and in light colours. */
export async function openFile(page, file, viewport) {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  await page.goto(fileUrl(file), { waitUntil: "load" });
}

/** Open every <details>, also those that share a name and would close each other. */
export function openDetails(page) {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) {
      details.removeAttribute("name");
      details.open = true;
    }
  });
}

/** Load lazy images at once, as scrolling to them would, and wait for all images. */
export function loadLazy(page) {
  return page.evaluate(async () => {
    for (const lazy of document.querySelectorAll("[loading='lazy']")) lazy.loading = "eager";
    const images = [...document.images].map((image) => image.decode().catch(() => {}));
    await Promise.all(images);
  });
}

/** Wait until a change of window or media has been drawn. */
export function settle(page) {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
