// What a person reads on a page, as data.

/** The rows of a table of actions. */
export function actions(page) {
  return page.locator("table.folding tbody tr").evaluateAll((rows) =>
    rows.map((row) => {
      const cell = (name) => row.querySelector(`[data-name="${name}"]`);
      const mark = row.querySelector(".words .mark");
      mark?.remove();
      return {
        reference: row.querySelector("th").textContent,
        text: row.querySelector(".words").textContent.trim(),
        owners: cell("Owners").textContent,
        due_on: cell("Due").querySelector("time")?.dateTime ?? null,
        overdue: cell("Status").querySelector(".late") !== null,
      };
    }),
  );
}

/** What the banner of a page of the past says: the sum, and each difference with the events that made it. */
export async function banner(page) {
  const past = page.locator("#past");
  return {
    says: await past.locator("p").first().textContent(),
    differences: await past.locator(".changes > li").evaluateAll((entries) =>
      entries.map((entry) => ({
        change: entry.querySelector("span").textContent,
        subject: entry.querySelector("a").textContent,
        fields: entry.querySelectorAll("ins").length,
        events: [...entry.querySelectorAll('a[href^="/audit/events/"]')].map((link) => Number(link.href.split("/").pop())),
      })),
    ),
  };
}

/** Presses Tab until the element has the focus. */
export async function focusByTab(page, id) {
  for (let press = 0; press < 100; press += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((id) => document.activeElement.id === id, id)) return;
  }
  throw new Error(`Tab does not reach #${id}`);
}
