// Pages that show hostile texts: what they run, load and make, whether they fit the window, and which texts they show as text.
import { answer, visit } from "./browser.mjs";

/** Elements and attributes that no page has, whatever a text says. */
function foreign() {
  const made = [...document.querySelectorAll("img, iframe, object, embed, base, style, script:not([src]), svg:not(.chart), b")];
  const all = [...document.querySelectorAll("*")];
  const handlers = all.filter((element) => element.getAttributeNames().some((name) => name.startsWith("on") || name === "style"));
  const schemes = all.filter((element) => /^\s*(javascript|data|vbscript):/i.test(element.getAttribute("href") ?? "") && element.rel !== "icon");
  return [...made, ...handlers, ...schemes].map((element) => element.outerHTML.slice(0, 200));
}

await answer(async ({ paths, texts }, open) => {
  const page = await open();
  const [made, wide, turned] = [[], [], []];
  let shown = "";
  for (const path of paths) {
    await visit(page, path);
    made.push(...(await page.evaluate(foreign)).map((what) => `${path}: ${what}`));
    if (await page.evaluate(() => "ran" in globalThis)) made.push(`${path}: a script ran`);
    const text = await page.evaluate(() => document.body.textContent);
    shown += `${text}\n`;
    if (/[\u202a-\u202e\u2066-\u2069]/.test(text)) turned.push(path);
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wide.push(`${path} at ${width}: ${over} pixels`);
    }
  }
  const missing = texts.filter((text) => !shown.includes(text));
  return { made, wide, turned, missing, visited: paths.length, faults: page.faults };
});
