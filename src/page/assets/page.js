// What the pages do beyond links and forms: the time slider shows its moment at once, and fetches the page of that moment.
const said = document.getElementById("said");
const say = (text) => { if (said) said.textContent = text; };

/** The number of the latest change of the moment: the answer to an earlier one is not shown. */
let latest = 0;

/** Replaces the page's content by that of another address, and keeps the focus where it is. */
async function show(address) {
  const request = latest;
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (request !== latest) return;
  const focused = document.activeElement?.id;
  const past = other.getElementById("past");
  const before = document.getElementById("past");
  for (const id of ["places", "reader", "time", "main", "foot"]) {
    const [here, there] = [document.getElementById(id), other.getElementById(id)];
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
  // A page as of now has no banner.
  const unfolded = before?.querySelector("details")?.open ?? false;
  before?.remove();
  if (past) document.getElementById("time").after(document.adoptNode(past));
  if (unfolded) past?.querySelector("details")?.setAttribute("open", "");
  document.title = other.title;
  history.replaceState(null, "", answer.url);
  if (focused) document.getElementById(focused)?.focus();
  follow();
  say(document.getElementById("moment")?.textContent ?? document.title);
}

/** Makes the slider show where it stands, and follow it after a pause. */
function follow() {
  const slider = document.getElementById("stop");
  const shown = document.getElementById("stop-name");
  if (!slider || !shown || slider.dataset.followed) return;
  slider.dataset.followed = "yes";
  const stops = [...slider.list.options].map((option) => option.label);
  const name = () => {
    shown.textContent = stops[slider.value] ?? "";
    slider.setAttribute("aria-valuetext", shown.textContent);
  };
  slider.form.querySelector("button").hidden = true;
  name();
  let waiting;
  slider.addEventListener("input", () => {
    name();
    latest += 1;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = new URL(slider.form.action);
      address.search = new URLSearchParams(new FormData(slider.form));
      show(address).catch(() => { location.href = address; });
    }, 200);
  });
}
follow();

/** Sends the form of a text, and returns the page that answers. */
async function send(form, act) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("act", act);
  const answer = await fetch(form.action, { method: "POST", body: fields });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, page };
}

/** Takes parts of the page over from another, by their ids. */
function take(page, ids) {
  for (const id of ids) {
    const [here, there] = [document.getElementById(id), page.getElementById(id)];
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
}

/** The drafts of one meeting: what is typed and not recorded, encrypted under a key that the server gives to the same writer alone. */
class Drafts {
  static async open(meeting) {
    const answer = await fetch("/minutes/draft-key");
    if (!answer.ok || !crypto.subtle) return null;
    const { name, key } = await answer.json();
    const bytes = Uint8Array.from(key.match(/../g), (digits) => parseInt(digits, 16));
    const drafts = new Drafts();
    drafts.key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    drafts.prefix = `${name}/${meeting}/`;
    drafts.store = await new Promise((done, failed) => {
      const request = indexedDB.open("minutebook", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("drafts");
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    await drafts.adopt();
    return drafts;
  }

  /** Takes over the draft of a tab that is closed, or else begins one of this tab's own. A tab holds a lock while it is open. */
  async adopt() {
    const [held, kept] = [await navigator.locks.query(), await this.ask("getAllKeys")];
    const open = new Set(held.held.map((lock) => lock.name));
    const left = kept.filter((id) => id.startsWith(this.prefix) && !open.has(id));
    this.begin(left.at(-1) ?? this.prefix + crypto.randomUUID());
  }

  /** Goes on with a draft, and holds its lock. */
  begin(id = this.prefix + crypto.randomUUID()) {
    this.id = id;
    navigator.locks.request(this.id, { ifAvailable: true }, () => new Promise(() => {}));
  }

  ask(method, ...parameters) {
    return new Promise((done, failed) => {
      const request = this.store.transaction("drafts", "readwrite").objectStore("drafts")[method](...parameters);
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }

  async keep(draft) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, new TextEncoder().encode(JSON.stringify(draft)));
    await this.ask("put", { iv, data }, this.id);
  }

  async kept() {
    const sealed = await this.ask("get", this.id);
    if (!sealed) return null;
    const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, this.key, sealed.data);
    return JSON.parse(new TextDecoder().decode(data));
  }

  drop() {
    return this.ask("delete", this.id);
  }
}

/** Shows what is understood while a text is typed, and records it without leaving the page: a text that is not recorded stays. */
function minute(form) {
  const text = form.elements.text;
  let waiting;
  const read = async () => {
    try {
      const { answer, page } = await send(form, "read");
      if (answer.ok) take(page, ["understood"]);
    } catch { /* The next letter asks again. */ }
  };
  const fields = ["item", "mark", "key", "text"];
  const draft = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  let drafts, keeping = Promise.resolve();
  // One after the other: an older draft never replaces a newer one.
  const keep = () => { keeping = keeping.then(() => text.value.trim() ? drafts?.keep(draft()) : drafts?.drop()).catch(() => {}); };
  Drafts.open(new URL(form.action).pathname).then(async (opened) => {
    drafts = opened;
    const kept = await drafts?.kept();
    if (kept && !text.value.trim()) {
      for (const name of fields) form.elements[name].value = kept[name] ?? "";
      say("What you typed before, and did not record, is here again.");
      read();
    } else if (kept) {
      // Something was typed meanwhile: the older draft waits for the next tab.
      drafts.begin();
    }
    keep();
  }).catch(() => {});
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(read, 500);
    keep();
  });
  let isRecording = false;
  const record = async () => {
    if (isRecording) return;
    isRecording = true;
    clearTimeout(waiting);
    const sent = text.value;
    say("Recording …");
    try {
      const { answer, page } = await send(form, "record");
      if (answer.redirected && answer.ok) {
        take(page, ["record", "moment", "item"]);
        form.elements.key.value = page.querySelector("#minutes [name=key]").value;
        // What was typed since goes on.
        text.value = text.value.startsWith(sent) ? text.value.slice(sent.length).trimStart() : text.value;
        keep();
        document.getElementById("understood").replaceChildren();
        say("Recorded.");
      } else if (answer.ok) {
        take(page, ["understood"]);
        say("Nothing was recorded: look at what was understood.");
      } else if (answer.status === 401) {
        note("Your session has ended, and nothing was recorded. ", "Sign in in another window", "/sign-in");
      } else {
        note((page.querySelector(".problem p")?.textContent ?? "The server refused it.") + " Nothing was recorded.");
      }
    } catch {
      note("The server cannot be reached. The text stays here: record it again when it can.");
    }
    isRecording = false;
    text.focus();
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "read") { event.preventDefault(); read(); return; }
    event.preventDefault();
    record();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); record(); }
  });
  addEventListener("beforeunload", (event) => { if (text.value.trim()) event.preventDefault(); });
}

/** Says what went wrong beside the text, with a link if there is a way out. */
function note(what, link, address) {
  const place = document.getElementById("understood");
  const shown = document.createElement("p");
  shown.className = "problem";
  shown.textContent = what;
  if (link) {
    const way = document.createElement("a");
    way.textContent = link;
    way.href = address;
    way.target = "_blank";
    shown.append(way);
  }
  place.replaceChildren(shown);
  say(what);
}

const minutes = document.getElementById("minutes");
if (minutes) minute(minutes);
