// Pictures of the pages for docs/page.md.
import { mkdir, writeFile } from "node:fs/promises";
import { answer } from "./browser.mjs";
import { withPalette } from "./palette.mjs";

const WINDOW = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

// A4 at 96 dots an inch.
const PAPER = { width: 794, height: 1123 };

/** What each picture shows: a page, and how it is looked at. */
const PICTURES = {
  overview: { path: "/TSC?as_of=2024-05-29" },
  "overview-dark": { path: "/TSC?as_of=2024-05-29", colorScheme: "dark" },
  actions: { path: "/TSC/actions?as_of=2024-04-02" },
  "actions-phone": { path: "/TSC/actions?as_of=2024-04-02", viewport: PHONE },
  banner: { path: "/TSC/actions?as_of=2024-04-02", unfolded: "#past details" },
  action: { path: "/TSC/actions/TSC41-02" },
  decisions: { path: "/TSC/decisions" },
  decision: { path: "/TSC/decisions/TSC_43_0603-D5" },
  parties: { path: "/TSC/parties" },
  party: { path: "/TSC/parties/Other%20User%20K" },
  meetings: { path: "/TSC/meetings" },
  meeting: { path: "/TSC/meetings/TSC_44_0304" },
  matters: { path: "/TSC/matters" },
  "meeting-print": { path: "/TSC/meetings/TSC_44_0304", media: "print", viewport: PAPER },
  "agenda-print": { path: "/TSC/agenda?as_of=2024-05-28", media: "print", viewport: PAPER },
  changes: { path: "/TSC/changes?from=2024-04-03" },
  search: { path: "/search?search=firmware" },
  audit: { path: "/audit" },
  event: { path: "/audit/events/17" },
};

await answer(async ({ folder, names = Object.keys(PICTURES) }, open) => {
  await mkdir(folder, { recursive: true });
  const faults = [];
  for (const name of names) {
    const { path, viewport = WINDOW, colorScheme = "light", media = "screen", unfolded } = PICTURES[name];
    const page = await open({ viewport, colorScheme });
    await page.goto(path);
    await page.emulateMedia({ media });
    if (unfolded) await page.locator(`${unfolded} summary`).click();
    // Printers leave a margin.
    if (media === "print") await page.evaluate(() => (document.body.style.margin = "2cm"));
    await writeFile(`${folder}/${name}.png`, withPalette(await page.screenshot()));
    faults.push(...page.faults);
    await page.context().close();
  }
  return { names, faults };
});
