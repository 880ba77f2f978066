// The moment set by keyboard alone: with the script by the arrows, without it by the button beside the slider.
import { answer } from "./browser.mjs";
import { actions, focusByTab } from "./reading.mjs";

/** Moves the focused slider to the stop whose name begins so. */
async function moveTo(page, name, shown) {
  for (let step = 0; step < 100; step += 1) {
    if ((await shown()).startsWith(name)) return;
    await page.keyboard.press("ArrowLeft");
  }
  throw new Error(`no stop of the slider is ${name}`);
}

async function withScript(page, { path, day, name }) {
  await page.goto(path);
  await focusByTab(page, "stop");
  await moveTo(page, name, () => page.locator("#stop").getAttribute("aria-valuetext"));
  const shown = await page.locator("#stop-name").textContent();
  await page.waitForFunction((day) => location.search.includes(`as_of=${day}`), day);
  await page.waitForFunction(() => document.getElementById("said").textContent !== "");
  const focused = await page.evaluate(() => document.activeElement.id);
  // The arrows go on from there: the element that has the focus is the one that is shown.
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((day) => !location.search.includes(`as_of=${day}`), day);
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((day) => location.search.includes(`as_of=${day}`), day);
  await page.waitForFunction(() => document.querySelector("#past"));
  return {
    shown,
    focused,
    status: await page.locator("[role=status]").textContent(),
    moment: await page.locator("#moment").textContent(),
    decisions: await page.locator("#places a", { hasText: "Decisions" }).getAttribute("href"),
    button: await page.locator(".slider button").isVisible(),
    rows: await actions(page),
  };
}

async function withoutScript(page, { path, name }) {
  await page.goto(path);
  await focusByTab(page, "stop");
  const names = await page.locator("#stops option").evaluateAll((stops) => stops.map((stop) => stop.label));
  await moveTo(page, name, async () => names[await page.locator("#stop").inputValue()]);
  await page.keyboard.press("Tab");
  const button = await page.evaluate(() => document.activeElement.textContent);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  return { button, address: new URL(page.url()).search, rows: await actions(page) };
}

await answer(async (request, open) => {
  const [page, plain] = [await open(), await open({ javaScriptEnabled: false })];
  const scripted = await withScript(page, request);
  return { scripted, plain: await withoutScript(plain, request), faults: [...page.faults, ...plain.faults] };
});
