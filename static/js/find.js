// Titles and numbers of documents to choose from while typing: a list below a line, buttons below a field of many lines.
const PAUSE_MS = 250;

for (const input of document.querySelectorAll("input[data-find]")) offerBelow(input);
for (const area of document.querySelectorAll("[data-find-lines] textarea")) offerForLine(area);

// Asks once typing pauses. An answer to an earlier question is thrown away.
function whileTyping(field, question, show) {
  let waiting, asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const number = ++asked;
    waiting = setTimeout(async () => {
      const found = await find(field.closest("form").dataset.findUrl, question());
      if (number === asked) show(found);
    }, PAUSE_MS);
  });
}

async function find(url, typed) {
  if (!typed) return [];
  try {
    const answer = await fetch(`${url}?${new URLSearchParams({ q: typed })}`);
    return (await answer.json()).found;
  } catch {
    return [];
  }
}

function offerBelow(input) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-found`;
  input.after(list);
  input.setAttribute("list", list.id);
  whileTyping(input, () => input.value.trim(), (found) => list.replaceChildren(...found.map((each) => new Option(each.hint, each.value))));
}

// One document a line: what is offered belongs to the line of the cursor, and takes its place.
function offerForLine(area) {
  const words = document.createElement("p"), list = document.createElement("ul");
  words.className = "field__hint";
  words.setAttribute("role", "status");
  list.className = "plain";
  area.after(words, list);
  whileTyping(area, () => line().text.trim(), show);
  area.closest(".field").addEventListener("keydown", (event) => { if (event.key === "Escape") show([]); });

  function line() {
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, end = area.value.indexOf("\n", area.selectionStart);
    return { start, end: end < 0 ? area.value.length : end, text: area.value.slice(start, end < 0 ? undefined : end) };
  }

  function show(found) {
    const { text } = line(), others = found.filter((each) => each.value !== text.trim());
    words.textContent = others.length ? `有 ${others.length} 件可选，点选后填入这一行：` : "";
    list.replaceChildren(...others.map((each) => row(each)));
  }

  function row({ value, hint }) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.className = "link-button link-button--flush";
    button.textContent = hint ? `${value}　${hint}` : value;
    button.addEventListener("click", () => take(value));
    item.append(button);
    return item;
  }

  function take(value) {
    const { start, end } = line();
    area.setRangeText(value, start, end, "end");
    area.focus();
    show([]);
    area.dispatchEvent(new Event("change", { bubbles: true })); // saved like what is typed; nothing is asked again
  }
}
