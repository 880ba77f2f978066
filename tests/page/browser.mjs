// What the scripts of this folder share: a browser, a page that is watched, and the exchange with the test that runs them.
//
// A script reads a request as JSON from its standard input and prints what it found as JSON. The tests in Rust decide whether
// that is right. MINUTEBOOK_CHROMIUM names the browser; without it, it is that of Debian.
import { chromium } from "playwright-core";

const ARGUMENTS = ["--no-sandbox", "--disable-background-networking"];

/** Answers the request of a test: `work` gets it, with a function that opens a watched page, and returns what is printed. */
export async function answer(work) {
  let text = "";
  for await (const part of process.stdin) text += part;
  const request = JSON.parse(text);
  const executablePath = process.env.MINUTEBOOK_CHROMIUM || "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    const open = (settings) => openPage(browser, request, settings);
    process.stdout.write(JSON.stringify(await work(request, open)));
  } finally {
    await browser.close();
  }
}

/** A page in a context of its own. `page.faults` holds what a browser complained of, or was made to do, since. */
async function openPage(browser, request, settings = {}) {
  const extraHTTPHeaders = request.token ? { authorization: `Bearer ${request.token}` } : {};
  const context = await browser.newContext({ baseURL: request.base, locale: "en-GB", extraHTTPHeaders, ...settings });
  const page = await context.newPage();
  page.faults = [];
  const fault = (what) => page.faults.push(`${new URL(page.url()).pathname}: ${what}`);
  page.on("dialog", (dialog) => {
    fault(`a dialog says ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("pageerror", (error) => fault(error.message));
  page.on("console", (message) => {
    // A page of a problem is loaded with the status of the problem, on which the console remarks. It gives hints, too.
    const isRemark = message.type() === "verbose" || /status of 4\d\d/.test(message.text());
    if (!isRemark) fault(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (sent) => {
    if (!sent.url().startsWith(request.base) && !sent.url().startsWith("data:")) fault(`asks for ${sent.url()}`);
  });
  return page;
}

/** Goes to a page, and unfolds what is folded there. */
export async function visit(page, path) {
  await page.goto(path, { waitUntil: "load" });
  await unfold(page);
}

export async function unfold(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((folded) => (folded.open = true)));
}
