// What the pages do beyond links and forms: the time slider shows its moment at once, and fetches the page of that moment.
const said = document.getElementById("said");
const say = (text) => { if (said) said.textContent = text; };

/** Replaces the page's content by that of another address, and keeps the focus where it is. */
async function show(address) {
  const focused = document.activeElement?.id;
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["time", "past", "main", "foot"]) {
    const [here, there] = [document.getElementById(id), other.getElementById(id)];
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
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
  if (!slider || !shown) return;
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
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = new URL(slider.form.action);
      address.search = new URLSearchParams(new FormData(slider.form));
      show(address).catch(() => slider.form.submit());
    }, 200);
  });
}
follow();
