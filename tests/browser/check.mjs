// node check.mjs REPORTS_DIR [--chromium PATH]
// Opens every *.html file of a folder in headless Chromium and prints one JSON document:
// per page and check, a list of problems (empty = fine). Exit 0 whenever all was measured.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import {
  fileUrl, findChromium, launch, listPages, loadLazy, newPage, openDetails, openFile, settle,
} from "./browser.mjs";

const AXE = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CONCURRENCY = 2;
const MAX_STOPS = 3000;
const MAX_PROBLEMS = 25;
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
const STANDIN = /No\s+description\s+has\s+been\s+provided\s+for\s+this\s+image/gi;
const AXE_TAGS = [
  "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
];
const IMAGE_FILE = /^\S+\.(avif|gif|jpe?g|png|svg|webp)$/i;

/** Defined in each measured page: a short human-readable label for an element. */
function defineLabel() {
  window.checkLabel = (element) => {
    const tag = element.localName;
    const classes = element.getAttribute("class")?.trim().split(/\s+/).slice(0, 2) ?? [];
    const mark = element.id ? `#${element.id}` : classes.map((name) => `.${name}`).join("");
    const words = element.textContent || element.getAttribute("alt") || "";
    const text = words.replace(/\s+/g, " ").trim().slice(0, 40);
    return text ? `<${tag}${mark}> "${text}"` : `<${tag}${mark}>`;
  };
}

/** axe-core at both widths, light and dark; CSP bypassed so that axe may run; details open. */
async function checkAxe(page, file) {
  const seen = new Map();
  await openFile(page, file, WIDE);
  await openDetails(page);
  await page.evaluate(AXE);
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await settle(page);
      for (const problem of await page.evaluate(runAxe, AXE_TAGS)) {
        const looks = seen.get(problem) ?? [];
        seen.set(problem, [...looks, `${viewport.width} ${colorScheme}`]);
      }
    }
  }
  return [...seen].map(([problem, looks]) => `${problem} [${looks.join(", ")}]`);
}

/** In the page. */
async function runAxe(tags) {
  for (const animation of document.getAnimations()) {
    if (animation instanceof CSSTransition) animation.finish();
  }
  const results = await window.axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
    preload: false,
  });
  return results.violations.map(({ id, impact, help, nodes }) => {
    const target = nodes[0].target.flat().join(" ");
    return `${id} (${impact}): ${help}; first at ${target}; ${nodes.length} element(s)`;
  });
}

/** Everything fetched but the page itself, and console errors, online and offline, CSP on. */
async function checkRequests(page, file) {
  const problems = new Set();
  let prefix = "";
  const note = (text) => problems.add(`${prefix}${text.slice(0, 250)}`);
  const listeners = {
    request: (request) => {
      const url = request.url().split("#")[0];
      const own = url === fileUrl(file) && request.isNavigationRequest();
      if (!own && !/^data:/i.test(url)) note(`request (${request.resourceType()}): ${url}`);
    },
    websocket: (socket) => note(`websocket: ${socket.url()}`),
    pageerror: (error) => note(`script error: ${error.message}`),
    console: (message) => {
      if (message.type() === "error") note(`console: ${message.text()}`);
    },
  };
  for (const [event, listener] of Object.entries(listeners)) page.on(event, listener);
  try {
    await page.context().setOffline(false);
    await openFile(page, file, WIDE);
    await openDetails(page);
    await loadLazy(page);
    for (const media of [{ colorScheme: "dark" }, { media: "print" }, { media: "screen" }]) {
      await page.emulateMedia(media);
      await settle(page);
    }
    await page.setViewportSize(NARROW);
    await settle(page);
    prefix = "offline: ";
    await page.context().setOffline(true);
    await page.reload({ waitUntil: "load" });
    await loadLazy(page);
  } finally {
    for (const [event, listener] of Object.entries(listeners)) page.off(event, listener);
  }
  return [...problems];
}

/** Nothing may stick out or be cut off at 390 px, with details as they are and all open. */
async function checkSideways(page) {
  await page.setViewportSize(NARROW);
  await settle(page);
  const asIs = await page.evaluate(measureSideways);
  await openDetails(page);
  const opened = (await page.evaluate(measureSideways)).filter((text) => !asIs.includes(text));
  return [...asIs, ...opened.map((text) => `details open: ${text}`)];
}

/** In the page: what is wider than the window, outermost elements only. */
function measureSideways() {
  const root = document.scrollingElement;
  const limit = root.clientWidth;
  const problems = [];
  if (root.scrollWidth > limit) {
    problems.push(`page is ${root.scrollWidth} px wide in a window of ${limit} px`);
  }
  const hidden = new Set();
  const reported = new Set();
  const isHidden = (element, style, box) =>
    hidden.has(element.parentElement) ||
    !element.checkVisibility({ visibilityProperty: true }) ||
    element.matches(".visually-hidden, a[href='#main'], svg *") ||
    element.matches("details:not([open]) > :not(summary:first-of-type)") ||
    style.clip !== "auto" ||
    /inset\((50|100)%/.test(style.clipPath) ||
    (/hidden|clip/.test(style.overflowX) && (box.width <= 1 || box.height <= 1));
  const textEnd = (element) => {
    if (element.matches("details:not([open])")) return 0;
    const range = document.createRange();
    let end = 0;
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) end = Math.max(end, box.right);
    }
    return end;
  };
  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (isHidden(element, style, box)) {
      hidden.add(element);
      continue;
    }
    if (element.parentElement.closest(".scroll[role='region'][tabindex='0']")) continue;
    const cut =
      /hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
    if (cut && element.clientWidth > 0) {
      const wide = `${element.scrollWidth} px of content in ${element.clientWidth} px`;
      problems.push(`cut off: ${window.checkLabel(element)}, ${wide}`);
    }
    if (reported.has(element.parentElement)) {
      reported.add(element);
      continue;
    }
    const scrolls = /auto|scroll/.test(style.overflowX) || cut;
    const marked = element.matches(".scroll[role='region'][tabindex='0']");
    const end = Math.max(box.width > 1 ? box.right : 0, marked || cut ? 0 : textEnd(element));
    if (end > limit + 0.5) {
      reported.add(element);
      const where = `ends at ${Math.round(end)} of ${limit} px`;
      const note = scrolls && !marked ? " (scrolls or is cut, but is no marked region)" : "";
      problems.push(`sticks out: ${window.checkLabel(element)} ${where}${note}`);
    }
  }
  return problems;
}

/** Tab through the page from the top, as a reader without a mouse would. */
async function checkKeyboard(page) {
  const problems = [];
  const expected = await page.evaluate(prepareStops);
  const reached = new Set();
  let last = -1;
  let count = 0;
  for (; count < MAX_STOPS; count += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(describeStop);
    if (stop === null) break;
    if (count === 0) problems.push(...skipLinkProblems(stop));
    if (!stop.ring) problems.push(`no visible focus indicator: ${stop.label}`);
    if (stop.index < 0) problems.push(`unexpected stop: ${stop.label}`);
    else if (stop.index < last) problems.push(`out of DOM order: ${stop.label}`);
    if (stop.index >= 0) last = stop.index;
    reached.add(stop.index);
    if (stop.summary && !(await enterToggles(page))) {
      problems.push(`Enter does not open: ${stop.label}`);
    }
  }
  if (count === 0) problems.push("no stop at all, so no skip link");
  if (count === MAX_STOPS) problems.push(`gave up after ${MAX_STOPS} stops`);
  const missed = expected.filter((_, index) => !reached.has(index));
  return [...problems, ...missed.map((label) => `not reached by Tab: ${label}`)];
}

function skipLinkProblems(stop) {
  if (!stop.skip) return [`first stop is not the skip link but ${stop.label}`];
  const problems = [];
  if (!stop.seen) problems.push("skip link does not become visible on focus");
  if (!stop.target) problems.push("skip link leads nowhere: no element with id main");
  return problems;
}

/** Press Enter on the focused summary, twice; true if the details followed. */
async function enterToggles(page) {
  const isOpen = () => page.evaluate(() => document.activeElement.closest("details").open);
  const before = await isOpen();
  await page.keyboard.press("Enter");
  const after = await isOpen();
  if (after !== before) await page.keyboard.press("Enter");
  return after !== before;
}

/** In the page: note what Tab should reach, in DOM order, and how it looks unfocused. */
function prepareStops() {
  const selector =
    "a[href], area[href], details > summary:first-of-type, [tabindex]," +
    "button, input:not([type='hidden']), select, textarea";
  const stops = [...document.querySelectorAll(selector)].filter((element) => {
    const closed = element.parentElement.closest("details:not([open])");
    const ownSummary = closed && element.closest("summary")?.parentElement === closed;
    const shown = element.checkVisibility({ visibilityProperty: true });
    const inert = element.closest("[inert]") !== null || element.disabled === true;
    const negative = Number(element.getAttribute("tabindex") ?? 0) < 0;
    return shown && !inert && !negative && (!closed || ownSummary);
  });
  const look = (element) => {
    const style = getComputedStyle(element);
    const { outlineStyle, outlineWidth, outlineColor } = style;
    const drawn = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    const clear = /^transparent$|^rgba\(.*, 0\)$|\/ 0\)$/.test(outlineColor);
    const outline = drawn && !clear ? `${outlineStyle} ${outlineWidth} ${outlineColor}` : "none";
    return { outline, shadow: style.boxShadow };
  };
  const before = new Map(stops.map((element) => [element, look(element)]));
  window.checkStops = { stops, before, look, seen: new Set() };
  return stops.map(window.checkLabel);
}

/** In the page: the element that has the focus now; null at the end or when going in circles. */
function describeStop() {
  const { stops, before, look, seen } = window.checkStops;
  const element = document.activeElement;
  if (!element || element === document.body || seen.has(element)) return null;
  seen.add(element);
  for (const animation of document.getAnimations()) {
    if (animation instanceof CSSTransition) animation.finish();
  }
  const now = look(element);
  const was = before.get(element) ?? { outline: "none", shadow: "none" };
  const box = element.getBoundingClientRect();
  const isHit = () => element.contains(
    document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
  return {
    index: stops.indexOf(element),
    label: window.checkLabel(element),
    ring:
      (now.outline !== "none" && now.outline !== was.outline) ||
      (now.shadow !== "none" && now.shadow !== was.shadow),
    summary: element.matches("details > summary:first-of-type"),
    skip: element.matches("a[href='#main']"),
    seen: seen.size === 1 && box.width > 1 && box.height > 1 && isHit() &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    target: document.getElementById("main") !== null,
  };
}

/** What assistive technology is told about images, tables and headings; details open. */
async function checkTree(page) {
  await openDetails(page);
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const { root } = await cdp.send("DOM.getDocument", { depth: 0 });
  const byDom = new Map(nodes.map((node) => [node.backendDOMNodeId, node]));
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const describe = async (selector) => {
    const found = await cdp.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
    const inPage = await page.evaluate(describeElements, selector);
    return Promise.all(found.nodeIds.map(async (nodeId, index) => {
      const { node } = await cdp.send("DOM.describeNode", { nodeId });
      const told = byDom.get(node.backendNodeId);
      const name = told?.ignored ? "" : (told?.name?.value ?? "").trim();
      const where = `${index + 1}: ${inPage[index].label}`;
      return { ...inPage[index], told: told?.ignored ? undefined : told, name, where };
    }));
  };
  const images = (await describe("img")).flatMap((image) => imageProblems(image));
  const tables = (await describe("table")).flatMap((table) => tableProblems(table, byId));
  const lang = await page.evaluate(() => document.documentElement.lang.trim());
  const language = lang ? [] : ["html has no lang"];
  return [...images, ...tables, ...headingProblems(inReadingOrder(nodes, byId)), ...language];
}

/** In the page: what the accessibility tree does not tell. */
function describeElements(selector) {
  return [...document.querySelectorAll(selector)].map((element) => ({
    label: window.checkLabel(element),
    shown: element.checkVisibility(),
    alt: element.getAttribute("alt")?.trim() ?? "",
    file: element.getAttribute("src")?.split(/[?#]/)[0].split("/").at(-1) ?? "",
  }));
}

/** An image that is not shown now (display: none) is judged by its alt. */
function imageProblems({ shown, alt, name, file, where }) {
  const given = shown ? name : alt;
  if (!given) return [`image ${where} has no accessible name`];
  const isFile = IMAGE_FILE.test(given) || given === file;
  return isFile ? [`image ${where} is named after its file: ${given}`] : [];
}

function tableProblems({ shown, told, name, where }, byId) {
  if (!shown) return [];
  if (!told) return [`table ${where} is not in the accessibility tree`];
  const hasRole = (node, role) =>
    node?.role?.value === role || (node?.childIds ?? []).some((id) => hasRole(byId.get(id), role));
  const problems = [];
  if (!name) problems.push(`table ${where} has no name (caption)`);
  if (!hasRole(told, "columnheader")) problems.push(`table ${where} has no column header`);
  return problems;
}

function inReadingOrder(nodes, byId) {
  const walk = (node) => [node, ...(node.childIds ?? []).flatMap((id) =>
    byId.has(id) ? walk(byId.get(id)) : [])];
  return walk(nodes[0]);
}

function headingProblems(nodes) {
  const headings = nodes
    .filter((node) => !node.ignored && node.role?.value === "heading")
    .map((node) => ({
      level: node.properties.find(({ name }) => name === "level")?.value.value,
      text: node.name?.value?.slice(0, 40) ?? "",
    }));
  const problems = [];
  const tops = headings.filter(({ level }) => level === 1).length;
  if (tops !== 1) problems.push(`${tops} h1 headings instead of one`);
  headings.forEach(({ level, text }, index) => {
    const above = index === 0 ? 0 : headings[index - 1].level;
    if (level > above + 1) {
      const before = index === 0 ? "comes first" : `follows h${above}`;
      problems.push(`heading level skipped: h${level} "${text}" ${before}`);
    }
  });
  return problems;
}

/** html-validate, and the house rules html-validate has no rule for. */
async function checkHtml(page, file, html) {
  const config = JSON.parse(readFileSync(new URL(".htmlvalidate.json", import.meta.url), "utf8"));
  const validator = new HtmlValidate(new StaticConfigLoader(config));
  const report = await validator.validateString(html, file);
  const groups = new Map();
  for (const { ruleId, message, line, column } of report.results.flatMap((r) => r.messages)) {
    const key = `${ruleId}: ${message}`;
    groups.set(key, [...(groups.get(key) ?? []), `${line}:${column}`]);
  }
  const found = [...groups].map(
    ([key, places]) => `${key} (first at ${places[0]}, ${places.length} in all)`);
  return [...found, ...(await page.evaluate(houseRules, html))];
}

/** In the page, on an inert copy of the source, so that no script can have changed it. */
function houseRules(html) {
  const copy = new DOMParser().parseFromString(html, "text/html");
  const all = [...copy.querySelectorAll("*")];
  const ids = all.map((element) => element.id).filter(Boolean);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  const remote = /^\s*(https?:)?\/\//i;
  const remoteCss = /@import|url\(\s*["']?\s*(https?:)?\/\//i;
  const loadsRemote = (element, { localName, value }) => {
    if (/^(src|poster|data|background)$/.test(localName)) return remote.test(value);
    if (/srcset$/.test(localName)) return value.split(/,\s+/).some((part) => remote.test(part));
    return localName === "href" && element.matches("link, image, use") && remote.test(value);
  };
  const problems = [];
  const note = (what, isWrong) => {
    const wrong = all.filter((element) => isWrong(element, [...element.attributes]));
    if (wrong.length === 0) return;
    problems.push(`${what}: ${window.checkLabel(wrong[0])} (${wrong.length} in all)`);
  };
  note("th without scope", (element) => element.matches("th:not([scope])"));
  note("id used twice", (element) => twice.has(element.id));
  note("script element", (element) => element.localName === "script");
  note("on* attribute", (_, attributes) => attributes.some(({ name }) => /^on/i.test(name)));
  note("javascript: link", (_, attributes) =>
    attributes.some(({ value }) => /^javascript:/i.test(value.replace(/[\s\0-\x1f]/g, ""))));
  note("remote address loaded", (element, attributes) =>
    attributes.some((attribute) => loadsRemote(element, attribute)));
  note("remote address or @import in CSS", (element) =>
    remoteCss.test(element.getAttribute("style") ?? "") ||
    (element.localName === "style" && remoteCss.test(element.textContent)));
  const forbidsScripts = (meta) => {
    if (meta.httpEquiv.toLowerCase() !== "content-security-policy") return false;
    const parts = meta.content.split(";").map((part) => part.trim().split(/\s+/));
    const given = new Map(parts.map(([name, ...rest]) => [name.toLowerCase(), rest.join(" ")]));
    const scripts = ["script-src", "script-src-elem", "script-src-attr"];
    return given.get("default-src") === "'none'" &&
      scripts.every((name) => (given.get(name) ?? "'none'") === "'none'");
  };
  if (![...copy.querySelectorAll("head > meta[http-equiv]")].some(forbidsScripts)) {
    problems.push("no meta Content-Security-Policy with default-src 'none' and no scripts");
  }
  return problems;
}

function checkStandin(html) {
  const count = html.match(STANDIN)?.length ?? 0;
  return count ? [`stand-in for a missing image description, ${count} time(s)`] : [];
}

/** A check that breaks down is itself a problem of the page, never a silent success. */
async function problemsOf(check) {
  let problems;
  try {
    problems = await check();
  } catch (error) {
    return [`check failed: ${String(error.message).split("\n")[0]}`];
  }
  const more = problems.length - MAX_PROBLEMS;
  return more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`] : problems;
}

/** The pages (tabs) that one worker uses for all its files. */
async function openTabs(browser) {
  const still = { reducedMotion: "reduce" };
  const tabs = {
    axe: await newPage(browser, { ...still, bypassCSP: true }),
    requests: await newPage(browser, {}),
    reading: await newPage(browser, still),
  };
  await tabs.reading.addInitScript(defineLabel);
  return tabs;
}

/** All checks of one file; those that read share a load, the ones that alter the page last. */
async function checkFile({ axe, requests, reading }, file) {
  const html = readFileSync(file, "utf8");
  const found = {
    axe: await problemsOf(() => checkAxe(axe, file)),
    requests: await problemsOf(() => checkRequests(requests, file)),
  };
  await openFile(reading, file, WIDE);
  const keyboard = await problemsOf(() => checkKeyboard(reading));
  const validity = await problemsOf(() => checkHtml(reading, file, html));
  const sideways = await problemsOf(() => checkSideways(reading));
  const tree = await problemsOf(() => checkTree(reading));
  const standin = checkStandin(html);
  const bytes = statSync(file).size;
  return { ...found, sideways, keyboard, tree, html: validity, standin, bytes };
}

async function checkFolder(folder, executablePath) {
  const names = listPages(folder);
  const waiting = [...names];
  const results = new Map();
  const browser = await launch(executablePath);
  const work = async () => {
    const tabs = await openTabs(browser);
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      results.set(name, await checkFile(tabs, join(folder, name)));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, names.length) }, work));
    const pages = Object.fromEntries(names.map((name) => [name, results.get(name)]));
    return { chromium: browser.version(), pages };
  } finally {
    await browser.close();
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { chromium: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.length !== 1) {
    throw new Error("usage: node check.mjs REPORTS_DIR [--chromium PATH]");
  }
  const report = await checkFolder(positionals[0], findChromium(values.chromium));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
