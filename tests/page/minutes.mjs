// Minutes taken in the browser: typed by keyboard, kept over every mishap, and read by nobody else.
import { answer } from "./browser.mjs";

/** Signs in with a token, and goes to a page. */
async function signIn(page, token, path) {
  await page.goto(`/sign-in?to=${encodeURIComponent(path)}`);
  await page.fill("#token", token);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === path);
}

/** Waits until a text is kept as a draft, or none is. */
async function settled(page) {
  await page.waitForTimeout(400);
}

/** All that the browser keeps of drafts, as letters. */
function kept(page) {
  return page.evaluate(
    () =>
      new Promise((done, failed) => {
        const request = indexedDB.open("minutebook", 1);
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const all = request.result.transaction("drafts").objectStore("drafts").getAll();
          all.onsuccess = () => done(all.result.map((draft) => new TextDecoder("latin1").decode(draft.data)).join("\n"));
        };
      }),
  );
}

async function record(page) {
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.getElementById("text").value === "");
}

/** A meeting typed by keyboard alone, from its convening to its publication. Counts the keys. */
async function byKeyboard(page, { paragraphs, convene }) {
  let keys = 0;
  const press = async (key) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const type = async (text) => {
    keys += [...text].length;
    await page.keyboard.insertText(text);
    await page.evaluate(() => document.activeElement.dispatchEvent(new Event("input", { bubbles: true })));
  };
  const reach = async (id) => {
    for (let step = 0; step < 100; step += 1) {
      if ((await page.evaluate(() => document.activeElement.id)) === id) return;
      await press("Tab");
    }
    throw new Error(`Tab does not reach ${id}`);
  };
  await reach("convene");
  await press("Enter");
  for (const [id, value] of convene) {
    await reach(id);
    await page.fill(`#${id}`, value);
    keys += value.length;
  }
  await Promise.all([page.waitForURL("**/minutes/*"), press("Enter")]);
  // The text has the focus; its mark is one control before it.
  await press("Shift+Tab");
  await page.keyboard.type("W");
  keys += 1;
  await press("Tab");
  for (const paragraph of paragraphs) {
    await type(paragraph);
    keys += 1;
    await record(page);
  }
  for (const id of ["check-first", "close", "publish"]) {
    await reach(id);
    await Promise.all([page.waitForNavigation(), press("Enter")]);
  }
  return keys;
}

/** What becomes of a text when the line, the answer, the session or the tab is lost. */
async function mishaps(context, { second: token, text, other: path }) {
  const opened = async () => {
    const page = await context.newPage();
    // A tab asks before it is left with a text.
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(path);
    return page;
  };
  const page = await opened();
  const found = {};
  await page.fill("#text", text);
  await settled(page);
  found.stored = await kept(page);
  await page.reload();
  await page.waitForFunction(() => document.getElementById("text").value !== "");
  found.reloaded = await page.inputValue("#text");
  const second = await opened();
  await settled(second);
  found.second = await second.inputValue("#text");
  await second.close();
  await page.close();
  const again = await opened();
  await again.waitForFunction(() => document.getElementById("text").value !== "");
  found.closed = await again.inputValue("#text");
  const says = async () => {
    await again.waitForSelector("#understood .problem");
    const says = await again.textContent("#understood");
    return { says, text: await again.inputValue("#text") };
  };
  const tried = async () => {
    await again.focus("#text");
    await again.evaluate(() => document.getElementById("understood").replaceChildren());
    await again.keyboard.press("Control+Enter");
    return says();
  };
  await context.setOffline(true);
  found.offline = await tried();
  await context.setOffline(false);
  const cookies = await context.cookies();
  await context.clearCookies();
  found.expired = await tried();
  await context.addCookies(cookies);
  // The server records it, and its answer is lost.
  await again.route("**/minutes/*", async (route) => {
    const sent = new URLSearchParams(route.request().postData() ?? "");
    if (sent.get("act") !== "record") return route.continue();
    await route.fetch({ maxRedirects: 0 });
    await route.abort();
  });
  found.unanswered = await tried();
  await again.unroute("**/minutes/*");
  await again.focus("#text");
  await record(again);
  await settled(again);
  found.left = await kept(again);
  // The next user of the browser, who did not get the first one's key.
  await again.fill("#text", text);
  await settled(again);
  await again.close();
  const other = await context.newPage();
  await context.clearCookies();
  await signIn(other, token, path);
  await settled(other);
  found.other = await other.inputValue("#text");
  found.others = (await kept(other)).includes(text);
  return found;
}

await answer(async (request, open) => {
  const page = await open({ extraHTTPHeaders: {} });
  await signIn(page, request.secretary, "/TSC/meetings");
  const keys = await byKeyboard(page, request);
  const found = await mishaps(page.context(), request);
  return { keys, ...found, faults: page.faults };
});
