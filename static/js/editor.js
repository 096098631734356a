// The rich editor of a draft: an editable area over the text field, which stays the one that is sent.
// What is pasted from Word or WPS is cleaned by the server. Without this script the text field is used.
const MOST_COLUMNS = 3;

for (const field of document.querySelectorAll("[data-editor]")) new Editor(field);

function Editor(field) {
  const area = field.querySelector("[data-editor-area]");
  const tools = field.querySelector("[data-editor-tools]");
  const note = field.querySelector("[data-editor-note]");
  const text = field.querySelector("textarea");
  const form = text.form;

  area.hidden = tools.hidden = false;
  text.hidden = true;
  area.contentEditable = "true";
  area.tabIndex = 0;
  field.querySelector("label").addEventListener("click", () => area.focus());
  document.execCommand("defaultParagraphSeparator", false, "p");
  if (!area.textContent.trim()) area.innerHTML = "<p><br></p>";

  area.addEventListener("input", changed);
  area.addEventListener("paste", pasted);
  area.addEventListener("drop", (event) => event.dataTransfer.files.length || pasted(event));
  tools.addEventListener("click", (event) => event.target.dataset.do && run(event.target.dataset.do));
  tools.addEventListener("mousedown", (event) => event.preventDefault()); // the selection in the text stays
  tools.addEventListener("keydown", walk);
  [...tools.children].forEach((button, place) => { button.tabIndex = place ? -1 : 0; });
  // A restored copy is written into the text field; the area follows.
  text.addEventListener("restored", () => { area.innerHTML = ""; insert(text.value, area); });

  function changed() {
    text.value = area.textContent.trim() || area.querySelector("table") ? area.innerHTML : "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Arrow keys go from button to button, as in every toolbar.
  function walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...tools.children];
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + step + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  }

  function run(what) {
    area.focus();
    const [command, value] = what.split(":");
    if (command === "block") document.execCommand("formatBlock", false, value);
    else if (command === "table") document.execCommand("insertHTML", false, table(MOST_COLUMNS));
    else if (command === "row") addRow();
    else if (command === "column") addColumn();
    else document.execCommand(command);
    changed();
  }

  function table(columns) {
    const row = `<tr>${"<td><br></td>".repeat(columns)}</tr>`;
    return `<table><tbody>${row}${row}</tbody></table><p><br></p>`;
  }

  function cell() {
    const node = getSelection().anchorNode;
    const found = node && (node.nodeType === 1 ? node : node.parentElement).closest("td, th");
    note.textContent = found && area.contains(found) ? "" : "请先把光标放进表格里。";
    return note.textContent ? null : found;
  }

  function addRow() {
    const at = cell();
    if (!at) return;
    const made = at.parentElement.cloneNode(true);
    for (const each of made.children) each.innerHTML = "<br>";
    at.parentElement.after(made);
  }

  function addColumn() {
    const at = cell();
    if (!at) return;
    for (const row of at.closest("table").rows) {
      const made = document.createElement("td");
      made.innerHTML = "<br>";
      const place = row.cells[Math.min(at.cellIndex, row.cells.length - 1)];
      place ? place.after(made) : row.append(made);
    }
  }

  function pasted(event) {
    const data = event.clipboardData ?? event.dataTransfer;
    const html = data.getData("text/html");
    const plain = data.getData("text/plain");
    if (!html && !plain) return;
    event.preventDefault();
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0).cloneRange() : null;
    insert(html || plain, range);
  }

  // Cleaned by the server before it comes into the page; where that fails, nothing but the words.
  async function insert(source, where) {
    note.textContent = "正在整理……";
    let html, words = "";
    try {
      const body = new FormData();
      body.set("html", source);
      body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      const answer = await fetch(form.dataset.paste, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      ({ html, note: words } = await answer.json());
    } catch {
      html = escaped(source);
      words = "没有连上服务器，只粘贴了文字。";
    }
    if (where === area) area.innerHTML = html;
    else place(html, where);
    note.textContent = words;
    changed();
  }

  function place(html, range) {
    area.focus();
    if (range && area.contains(range.commonAncestorContainer)) {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    document.execCommand("insertHTML", false, html);
  }

  function escaped(source) {
    const words = new DOMParser().parseFromString(source, "text/html").body.textContent;
    const shell = document.createElement("div");
    for (const line of words.split("\n").filter((each) => each.trim())) {
      const row = document.createElement("p");
      row.textContent = line;
      shell.append(row);
    }
    return shell.innerHTML;
  }
}
