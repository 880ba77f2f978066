// What axe finds on each page, in light and dark.
import { readFileSync } from "node:fs";
import { answer, visit } from "./browser.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Colours alone differ between the schemes.
const RULES = {
  light: { runOnly: { type: "tag", values: TAGS } },
  dark: { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } },
};

await answer(async ({ paths }, open) => {
  const page = await open();
  const [violations, checked] = [[], { light: 0, dark: 0 }];
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: "light" });
    await visit(page, path);
    await page.evaluate(AXE);
    for (const [scheme, options] of Object.entries(RULES)) {
      await page.emulateMedia({ colorScheme: scheme });
      const found = await page.evaluate((options) => globalThis.axe.run(document, options), options);
      checked[scheme] += found.passes.length;
      for (const { id, nodes } of found.violations) {
        violations.push(...nodes.map((node) => `${path} (${scheme}): ${id}: ${node.html}: ${node.failureSummary}`));
      }
    }
  }
  return { violations, checked, faults: page.faults };
});
