// Each page walked through by Tab: what is reached, and whether it can be seen that it is.
import { answer, visit } from "./browser.mjs";

const CONTROLS = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]';

/** Numbers the controls that are shown, and remembers which were reached. */
function number(controls) {
  const shown = [...document.querySelectorAll(controls)].filter((control) => control.checkVisibility());
  shown.forEach((control, index) => (control.dataset.number = index));
  return shown.map((control) => control.outerHTML.slice(0, 120));
}

/** The number of the control that has the focus, and what is wrong with how it is shown. */
function focused() {
  const control = document.activeElement;
  if (control === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(control);
  const box = control.getBoundingClientRect();
  const faults = [];
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) faults.push("has no outline");
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) faults.push("is out of sight");
  const text = control.outerHTML.slice(0, 120);
  return { number: Number(control.dataset.number ?? -1), faults: faults.map((fault) => `${text} ${fault}`) };
}

async function walk(page, path) {
  await visit(page, path);
  const controls = await page.evaluate(number, CONTROLS);
  const reached = new Set();
  const faults = [];
  // A date has several parts, each with its own stop.
  for (let press = 0; press < controls.length + 20; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    if (at === null) break;
    if (!reached.has(at.number)) faults.push(...at.faults.map((fault) => `${path}: ${fault}`));
    reached.add(at.number);
  }
  const missed = controls.filter((_, index) => !reached.has(index));
  return { controls: controls.length, faults: [...faults, ...missed.map((control) => `${path}: Tab misses ${control}`)] };
}

/** Where the skip link leads. */
async function skip(page, path) {
  await page.goto(path);
  await page.keyboard.press("Tab");
  const link = page.locator(":focus");
  const [text, box] = [await link.textContent(), await link.boundingBox()];
  await page.keyboard.press("Enter");
  const at = await page.evaluate(() => document.activeElement.id);
  return { text, isSeen: box !== null && box.x >= 0 && box.width > 0, at };
}

await answer(async ({ paths }, open) => {
  const page = await open();
  const walks = [];
  for (const path of paths) walks.push(await walk(page, path));
  return {
    skip: await skip(page, paths[0]),
    controls: walks.map((walk) => walk.controls),
    missed: walks.flatMap((walk) => walk.faults),
    faults: page.faults,
  };
});
