// Reading tools of a document: print, copy, text size. The bar is hidden until this script runs.
const SIZE_KEY = "reading-size";
const DONE_MS = 2000;

for (const bar of document.querySelectorAll("[data-tools]")) bar.hidden = false;

// One quiet place where screen readers hear what a button did.
const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.querySelector("main")?.append(said);

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

for (const button of document.querySelectorAll("[data-copy]")) {
  const word = button.querySelector("[data-copy-word]");
  const label = word.textContent;
  button.addEventListener("click", async () => {
    word.textContent = said.textContent = (await copied(button.dataset.copy)) ? "已复制" : "复制不成，请手工复制";
    setTimeout(() => { word.textContent = label; said.textContent = ""; }, DONE_MS);
  });
}

for (const button of document.querySelectorAll("button[data-text-size]")) {
  button.addEventListener("click", () => {
    localStorage.setItem(SIZE_KEY, button.dataset.textSize);
    size(button.dataset.textSize);
  });
}
size(localStorage.getItem(SIZE_KEY) ?? "");

function size(value) {
  for (const text of document.querySelectorAll("[data-reading]")) text.dataset.textSize = value;
  for (const button of document.querySelectorAll("button[data-text-size]")) {
    button.setAttribute("aria-pressed", String(button.dataset.textSize === value));
  }
}

// The clipboard interface exists only on https; intranets often serve plain http.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
