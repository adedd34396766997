// Judges the pages people print: two HTML validators, axe, one sheet each, a QR code that reads back, no request.
// node check.mjs FOLDER: every page of the folder; pictures of each are left beside them, to be looked at.
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import puppeteer from "puppeteer-core";
import vnu from "vnu-jar";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const folder = resolve(process.argv[2]);
const pages = readdirSync(folder).filter((name) => name.endsWith(".html")).map((name) => join(folder, name));
const problems = [];
const report = (file, what) => problems.push(`${file.slice(folder.length + 1)}: ${what}`);

try {
  execFileSync("java", ["-jar", vnu, "--stdout", "--format", "gnu", ...pages], { encoding: "utf8" });
} catch (error) {
  problems.push(error.stdout || String(error));
}

const validator = new HtmlValidate({
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    "long-title": "off",
    "no-inline-style": "error",
    "prefer-tbody": "off",
    "tel-non-breaking": "off", // a number too long for its line may break
    "require-sri": "off",
  },
});
for (const file of pages) {
  for (const result of (await validator.validateFile(file)).results)
    for (const each of result.messages) report(file, `${each.line}: ${each.ruleId}: ${each.message}`);
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
for (const file of pages) {
  const page = await browser.newPage();
  const own = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url() !== own && !request.url().startsWith("data:")) report(file, `asks for ${request.url()}`);
  });
  for (const width of [360, 1200]) {
    await page.setViewport({ width, height: 800, deviceScaleFactor: 2 });
    await page.goto(own);
    await page.setBypassCSP(true);
    await page.goto(own);
    await page.addScriptTag({ path: axe });
    for (const scheme of ["dark", "light"]) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      const found = await page.evaluate(() => axe.run({ runOnly: { type: "tag", values: [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } }));
      for (const each of [...found.violations, ...found.incomplete])
        report(file, `${width}px, ${scheme}: axe ${each.id}: ${each.help}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) report(file, `${width}px: ${overflow}px wider than the screen`);
    const small = await page.evaluate(() => [...document.querySelectorAll("a.touch")]
      .filter((each) => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width) < 44).length);
    if (small) report(file, `${width}px: ${small} links smaller than 44px`);
    await page.screenshot({ path: file.replace(".html", `-${width}.png`), fullPage: true });
  }
  for (const format of ["A4", "Letter"]) {
    const path = file.replace(".html", `-${format}.pdf`);
    const text = Buffer.from(await page.pdf({ path, format })).toString("latin1");
    const sheets = text.match(/\/Type\s*\/Page\b/g).length;
    if (file.includes("envelope") && sheets !== 1) report(file, `${sheets} sheets of ${format}`);
  }
  const code = await page.$(".qr");
  if (code) {
    const image = PNG.sync.read(Buffer.from(await code.screenshot()));
    const read = jsQR(new Uint8ClampedArray(image.data), image.width, image.height)?.data;
    const seed = await page.$eval("#seed", (each) => each.textContent);
    if (!read || new URL(read).searchParams.get("secret") !== seed) report(file, `the QR code reads ${read}`);
  }
  await page.close();
}
await browser.close();
writeFileSync(join(folder, "problems.txt"), problems.join("\n"));
console.log(problems.length ? problems.join("\n") : `${pages.length} pages, no finding`);
process.exit(problems.length ? 1 : 0);
