// SPDX-License-Identifier: MIT
// Clicks through the page of a run with a defector, in headless Chromium:
//     node page.mjs TREATY DIRECTORY MODULES CHROMIUM
// DIRECTORY holds `run` (four radios, 30 stages, radio 3 defects in stage 10, punishment of
// three stages) and `torn` (the same, with a byte of node 2's log turned over); MODULES is
// where playwright-core is. With SHOTS=DIR pictures are left there.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { observe, stopAll } from "./observe.mjs";

const [treaty, work, modules, chromium] = process.argv.slice(2);
const playwright = createRequire(join(modules, "here.js"))("playwright-core");
const LIMIT_MS = Number(process.env.TREATY_TEST_LIMIT ?? 120) * 1000;
const shots = process.env.SHOTS;
const start = (...words) => observe(treaty, work, ...words);

const browser = await playwright.chromium.launch({
  executablePath: chromium, timeout: LIMIT_MS,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"],
});
// A page that fails the test if it complains, or asks another host for anything.
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.complaints = [];
  page.on("pageerror", e => page.complaints.push(e.stack));
  page.on("console", m => { if (m.type() === "error" && !page.expectsErrors) page.complaints.push(m.text()); });
  page.on("request", r => { if (!r.url().startsWith(address)) page.complaints.push(`asked for ${r.url()}`); });
  await page.goto(address);
  await page.waitForSelector('main[aria-busy="false"]');
  return page;
}
async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}
const text = (page, selector) => page.locator(selector).innerText();
const becomes = (page, selector, pattern) => page.waitForFunction(
  ([s, p]) => new RegExp(p).test(document.querySelector(s)?.textContent ?? ""), [selector, pattern.source]);
async function picture(page, name, fullPage = false) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage });
}
// How many pixels of a canvas have a colour of page.css, drawn over the card with this alpha.
function pixels(page, canvas, colour, alpha = 1) {
  return page.evaluate(([id, key, a]) => {
    const rgb = v => { const e = document.createElement("i"); e.style.color = v; document.body.append(e); const c = getComputedStyle(e).color.match(/[\d.]+/g).map(Number); e.remove(); return c; };
    const style = getComputedStyle(document.documentElement), get = k => rgb(style.getPropertyValue(`--${k}`));
    const top = get(key), under = get("card"), want = [0, 1, 2].map(k => top[k] * a + under[k] * (1 - a));
    const c = document.getElementById(id), data = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
    let n = 0;
    for (let k = 0; k < data.length; k += 4) { // what is drawn, over the card
      const cover = data[k + 3] / 255;
      if (cover > 0 && [0, 1, 2].every(q => Math.abs(data[k + q] * cover + under[q] * (1 - cover) - want[q]) < 5)) n++;
    }
    return n;
  }, [canvas, colour, alpha]);
}
const slide = (page, where) => page.locator("#slider").evaluate((s, to) => {
  s.value = to === "first" ? 0 : s.max;
  s.dispatchEvent(new Event("input"));
}, where);
const frame = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));

async function tellsTheStory() {
  const { address, end, said } = await start("run", "--listen", "0");
  assert.match(said(), /everybody's payoffs/);
  const page = await open(address);
  assert.equal(await text(page, "h1"), "Channel access, 4 radios");
  await becomes(page, "#status", /finished/);
  assert.match(await text(page, "#now"), /All 30 stages were played\. In stage 10 Radio 3 played Greedy instead of Polite; it gained 105 at once and has lost [\d.]+ since/);
  assert.match(await text(page, "#paid"), /deters that from a discount factor of 0\.7 on; its own is 0\.9/);

  // Back to the beginning: nothing is known yet of what comes later.
  await slide(page, "first");
  await becomes(page, "#now", /each knowing only its own payoffs/);
  for (const colour of ["good", "draw"]) assert.equal(await pixels(page, "plane", colour), 0, colour);
  assert.equal(await pixels(page, "strip", "bad"), 0);
  assert.match(await text(page, "#plane-text"), /^0 proposals/);
  // By keyboard, moment by moment, until the threat, and then the first questions are there.
  await page.locator("#slider").focus();
  await page.keyboard.press("ArrowRight");
  await becomes(page, "#now", /They have a threat: all Greedy/);
  for (let k = 0; k < 20; k++) await page.keyboard.press("ArrowRight");
  await becomes(page, "#now", /asked about so far/);
  assert.ok(await pixels(page, "plane", "faint", 0.8) > 10, "what was refused is drawn");
  await picture(page, "negotiation");
  // Lines of the story lead to their moments.
  await page.locator("#events button", { hasText: "draw 1" }).click();
  await becomes(page, "#now", /lottery that nobody controls/);
  assert.ok(await pixels(page, "plane", "draw") > 20, "the pick is ringed");
  assert.equal(await pixels(page, "plane", "good"), 0);
  await page.locator("#steps button", { hasText: "Signed" }).click();
  await becomes(page, "#now", /All 4 have signed/);
  assert.ok(await pixels(page, "plane", "good") > 20, "the agreement is a star");

  // The stages: the deviation is outlined, the punishment has a band.
  await page.locator("#events button", { hasText: "Stage 10: Radio 3" }).click();
  await becomes(page, "#now", /Stage 10 of 30: Radio 3 played Greedy instead of Polite/);
  assert.ok(await pixels(page, "strip", "bad") > 40, "the deviation is outlined");
  assert.ok(await pixels(page, "strip", "punish", 0.55) < 30, "no band yet"); // edges blend
  await picture(page, "deviation");
  await page.locator("#strip").focus();
  await page.keyboard.press("ArrowLeft");
  await becomes(page, "#now", /Stage 9 of 30: played as agreed; nobody has broken it/);
  assert.equal(await pixels(page, "strip", "bad"), 0);
  for (const stage of [10, 11, 12]) {
    await page.keyboard.press("ArrowRight");
    await becomes(page, "#moment", new RegExp(`stage ${stage} of 30`));
  }
  await becomes(page, "#now", /Stage 12 of 30: punishment/);
  assert.ok(await pixels(page, "strip", "punish", 0.55) > 100, "the punishment has a band");
  await becomes(page, "#strip-text", /Punishment in stages 11 to 12/);
  await page.keyboard.press("End");
  await becomes(page, "#strip-text", /Punishment in stages 11 to 13/);
  await picture(page, "end", true);

  // Other axes, a mark that is pointed at, and playing.
  await page.locator("#axis-x").selectOption({ label: "Radio 3" });
  await page.locator("#axis-y").selectOption({ label: "Radio 3" }); // they change places
  assert.equal(await page.locator("#axis-x").inputValue(), "1");
  await page.locator("#plane").focus();
  await page.keyboard.press("ArrowRight");
  await becomes(page, "#plane-tip", /Refused.*asked by Radio \d in round \d+.*does not suit/);
  await page.locator("#play").click();
  await becomes(page, "#moment", /the threat is found/);
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Pause");
  await page.locator("#play").click();
  await page.locator("#live").click();
  await becomes(page, "#moment", /stage 30 of 30/);

  // Who did it, and is it true?
  const cards = await page.locator(".node").allInnerTexts();
  assert.deepEqual(cards.map(c => /Proven: broke the agreement in stage 10/.test(c)), [false, false, true, false]);
  for (const c of cards) assert.match(c, /Done: all 30 stages were played\s+since \d/);
  const digest = JSON.parse(readFileSync(join(work, "run", "agreement.json"), "utf8")).digest;
  assert.ok((await text(page, "#paper")).includes(digest));
  assert.equal(await page.locator(".seals li").count(), 4);
  await page.locator("#verify").click();
  await becomes(page, "#verdict", /^True.*Checked by treaty verify.*not in the browser/);
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".node a", { hasText: "download its log" }).nth(1).click()]);
  assert.deepEqual(readFileSync(await file.path()), readFileSync(join(work, "run", "node-2", "node.log")));

  // The theme is the reader's, and stays.
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator("#theme").click();
  await page.locator("#theme").click();
  assert.notEqual(await ground(), light);
  await page.reload();
  await becomes(page, "#status", /finished/);
  assert.notEqual(await ground(), light);
  await page.locator("#events button", { hasText: "Stage 10: Radio 3" }).click();
  await becomes(page, "#moment", /stage 10/);
  await picture(page, "dark");
  await close(page);
  assert.equal(await end(), 0);
}

// What can be used and has no name for those who do not see it.
const nameless = page => page.evaluate(() =>
  [...document.querySelectorAll("button, select, input, canvas:not([hidden]), a[href]")].filter(e =>
    !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.[0]?.textContent.trim())).map(e => e.outerHTML));

// A telephone: nothing is wider than it, whatever the moment.
async function fitsAPhone() {
  const { address, end } = await start("run", "--listen", "0");
  for (const width of [390, 320]) {
    const page = await open(address, { viewport: { width, height: 844 }, colorScheme: "dark", hasTouch: true, reducedMotion: "reduce" });
    await becomes(page, "#status", /finished/);
    await page.locator("#verify").click();
    await becomes(page, "#verdict", /^True/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    assert.deepEqual(await nameless(page), []);
    await picture(page, `phone-${width}`);
    await close(page);
  }
  await end();
}

// A node's own page shows its own payoffs, and says so; a log alone shows nobody's.
async function keepsSecrets() {
  const own = await start("run/node-2", "--listen", "0");
  let page = await open(own.address);
  assert.match(await text(page, "#plane-note"), /Only what Radio 2 would get is known here/);
  assert.match(await text(page, "#privacy"), /payoffs of Radio 2 alone/);
  assert.ok(await page.locator("#axes").isHidden());
  assert.ok(await pixels(page, "plane", "good") > 20);
  await close(page);
  await own.end();

  const bare = await start("bare/node.log", "--listen", "0");
  page = await open(bare.address);
  assert.match(await text(page, "#plane-box"), /Nobody's payoffs are known here/);
  await close(page);
  await bare.end();
}

// What was changed is found, and the page says so.
async function seesWhatIsFalse() {
  const { address, end } = await start("torn", "--listen", "0");
  const page = await open(address);
  await becomes(page, "#nodes", /Its log is broken/);
  await page.locator("#verify").click();
  await becomes(page, "#verdict", /^False.*torn\/node-2\/node\.log, record \d+/);
  await picture(page, "false");
  await close(page);
  await end();
}

// It follows what grows, and lives through the end of its observer, without a reload.
async function follows() {
  const young = join(work, "young");
  mkdirSync(young);
  for (const file of ["terms.yaml", "roster.yaml"]) cpSync(join(work, "run", file), join(young, file));
  const first = await start("young", "--listen", "0");
  const page = await open(first.address);
  page.expectsErrors = true;
  await becomes(page, "#status", /waiting for the nodes/);
  assert.match(await text(page, "#nodes"), /No log yet/);
  await picture(page, "young", true);
  cpSync(join(work, "run", "node-1"), join(young, "node-1"), { recursive: true });
  await becomes(page, "#status", /finished/);
  await becomes(page, "#moment", /stage 30 of 30/);
  await page.evaluate(() => { window.same = true; });
  await first.end();
  await becomes(page, "#status", /connection lost/);
  assert.ok(await page.locator("#banner").isVisible());
  const again = await start("young", "--listen", new URL(first.address).port);
  await becomes(page, "#status", /finished/);
  await becomes(page, "#moment", /stage 30 of 30/);
  assert.ok(await page.evaluate(() => window.same));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
  await again.end();
}

const tests = { tellsTheStory, fitsAPhone, keepsSecrets, seesWhatIsFalse, follows };
try {
  for (const [name, run] of Object.entries(tests)) {
    if (process.env.ONLY && process.env.ONLY !== name) continue;
    await run().catch(e => { e.message = `${name}: ${e.message}`; throw e; });
    console.log(`ok ${name}`);
  }
} finally {
  stopAll();
  await browser.close();
}
