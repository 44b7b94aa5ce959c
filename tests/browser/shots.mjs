// node shots.mjs REPORTS_DIR OUT_DIR [--chromium PATH]
// Full-page PNG pictures of every page of a folder; pages over 6000 px in parts of 3000 px.
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import {
  findChromium, launch, listPages, loadLazy, newPage, openFile, settle,
} from "./browser.mjs";

const SPLIT_ABOVE = 6000;
const PART_HEIGHT = 3000;

/** Photograph one file at one width; returns the names of the pictures written. */
async function shoot(page, file, out, width, colorScheme) {
  const stem = `${basename(file, ".html")}-${width}${colorScheme === "dark" ? "-dark" : ""}`;
  await openFile(page, file, { width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await loadLazy(page);
  await settle(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (height <= SPLIT_ABOVE) {
    await page.screenshot({ path: join(out, `${stem}.png`), fullPage: true });
    return [`${stem}.png`];
  }
  const written = [];
  for (let y = 0; y < height; y += PART_HEIGHT) {
    const part = `${stem}-${String(written.length + 1).padStart(2, "0")}.png`;
    const clip = { x: 0, y, width, height: Math.min(PART_HEIGHT, height - y) };
    await page.screenshot({ path: join(out, part), fullPage: true, clip });
    written.push(part);
  }
  return written;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { chromium: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.length !== 2) {
    throw new Error("usage: node shots.mjs REPORTS_DIR OUT_DIR [--chromium PATH]");
  }
  const [folder, out] = positionals;
  mkdirSync(out, { recursive: true });
  const names = listPages(folder);
  const browser = await launch(findChromium(values.chromium));
  try {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    for (const name of names) {
      const looks = [[1280, "light"], [390, "light"]];
      if (name === "index.html") looks.push([390, "dark"]);
      for (const [width, scheme] of looks) {
        const written = await shoot(page, join(folder, name), out, width, scheme);
        console.log(written.join("\n"));
      }
    }
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
