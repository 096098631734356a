// The guided application: only the fields that apply are shown, bodies are filtered while typing, and public documents
// that match are offered quietly. Without this script everything is there, only longer.
const PAUSE_MS = 500;
const form = document.querySelector("form[data-apply]");
if (form) {
  showWhatApplies();
  form.addEventListener("change", showWhatApplies);
  for (const input of document.querySelectorAll("[data-filter]")) filter(input);
  const side = document.querySelector("[data-already]");
  if (side) offer(side);
}

// data-when="name=one|other": shown while the field called name has one of the values.
function showWhatApplies() {
  const said = new FormData(form);
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split("=");
    part.hidden = !values.split("|").includes(said.get(name));
  }
}

function filter(input) {
  const rows = [...document.querySelectorAll(`#${input.dataset.filter} .choice`)];
  input.addEventListener("input", () => {
    const words = input.value.trim();
    for (const row of rows) row.hidden = words && !row.textContent.includes(words) && !row.querySelector(":checked");
  });
}

// Asks once typing pauses; an answer to an earlier question is thrown away. Following a document keeps what was typed.
function offer(side) {
  const list = side.querySelector("[data-already-list]");
  let waiting, asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    const number = ++asked;
    waiting = setTimeout(async () => {
      const words = ["document_number", "title", "features"].map((name) => form.elements[name].value.trim()).find(Boolean);
      if (!words) return;
      try {
        const answer = await fetch(`${side.dataset.already}?${new URLSearchParams({ q: words.slice(0, 80) })}`);
        const text = await answer.text();
        if (answer.ok && number === asked) list.innerHTML = text;
      } catch {
        // offline for a moment: the list stays as it is
      }
    }, PAUSE_MS);
  });
  list.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const body = new FormData(form);
    body.set("do", "keep");
    await fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => undefined);
    location.assign(link.href);
  });
}
