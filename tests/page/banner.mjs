// What the banner of a page of the past says.
import { answer, visit } from "./browser.mjs";
import { banner } from "./reading.mjs";

await answer(async ({ paths }, open) => {
  const page = await open();
  const banners = [];
  for (const path of paths) {
    await visit(page, path);
    banners.push(await banner(page));
  }
  return { banners, faults: page.faults };
});
