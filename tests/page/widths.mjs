// Whether each page fits its window: a narrow one, with text of twice the size, and in the colours that a reader forces.
import { answer, visit } from "./browser.mjs";

const WINDOWS = [
  { name: "320 pixels", width: 320, text: "100%" },
  { name: "640 pixels, text of 200 %", width: 640, text: "200%" },
  { name: "1280 pixels, text of 200 %", width: 1280, text: "200%" },
];

/** What sticks out of the window on the right, apart from what scrolls by itself. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return null;
  const scrolls = (element) => element.closest(".scrolled, .unseen, .skip");
  const wide = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > clientWidth + 1 && !scrolls(element),
  );
  return `${scrollWidth} wide: ${wide.at(-1)?.outerHTML.slice(0, 200)}`;
}

/** Lines and letters of charts that have another colour than the text: a browser forces none on them. */
function chartsInForcedColors() {
  const paper = getComputedStyle(document.body).backgroundColor;
  const ink = getComputedStyle(document.body).color;
  const drawn = [...document.querySelectorAll("svg.chart line, svg.chart polyline, svg.chart rect, svg.chart text")];
  const colour = (element) => getComputedStyle(element)[/^(line|polyline)$/.test(element.localName) ? "stroke" : "fill"];
  const unseen = drawn.filter((element) => paper === ink || colour(element) !== ink);
  return { drawn: drawn.length, unseen: unseen.map((element) => `${element.outerHTML.slice(0, 100)}: ${colour(element)}`) };
}

await answer(async ({ paths }, open) => {
  const page = await open();
  const [wide, unseen] = [[], []];
  let [measured, drawn] = [0, 0];
  for (const path of paths) {
    await visit(page, path);
    for (const { name, width, text } of WINDOWS) {
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate((text) => (document.documentElement.style.fontSize = text), text);
      const found = await page.evaluate(tooWide);
      measured += 1;
      if (found) wide.push(`${path} at ${name}: ${found}`);
    }
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ forcedColors: "active", colorScheme });
      const charts = await page.evaluate(chartsInForcedColors);
      drawn += charts.drawn;
      unseen.push(...charts.unseen.map((what) => `${path} (${colorScheme}): ${what}`));
    }
    await page.emulateMedia({ forcedColors: "none", colorScheme: "light" });
  }
  return { wide, drawn, unseen, measured, faults: page.faults };
});
