// Tables of the desks: on narrow screens each row becomes a short list under the names of its columns; which columns
// are shown is remembered on this device. Without this script a wide table scrolls sideways with all its columns.
for (const box of document.querySelectorAll(".desk .table-scroll")) {
  const table = box.querySelector("table");
  const heads = [...(table?.tHead?.rows[0]?.cells ?? [])];
  if (table?.tHead?.rows.length !== 1 || table.matches(".chart-table") || heads.length < 3 || heads.some((head) => head.colSpan > 1)) continue;
  stack(box, table, heads.map((head) => [...head.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim()));
  if (table.dataset.columns) choose(box, table, heads);
}

function stack(box, table, names) {
  for (const body of table.tBodies) {
    for (const row of body.rows) {
      for (const cell of row.cells) {
        if (cell.tagName !== "TD" || cell.colSpan > 1) continue;
        if (names[cell.cellIndex]) cell.dataset.label = names[cell.cellIndex];
        if (["", "—"].includes(cell.textContent.trim()) && !cell.querySelector("input, button, a")) cell.classList.add("stacked__empty");
      }
    }
  }
  table.classList.add("stacked");
  box.classList.add("stacked-box");
}

function choose(box, table, heads) {
  const key = `columns:${table.dataset.columns}`;
  const kept = new Set(read(key));
  const fold = document.createElement("details");
  fold.className = "columns no-print";
  fold.innerHTML = "<summary>显示的列</summary><ul></ul>";
  heads.forEach((head, at) => {
    const name = head.textContent.trim();
    if (at === 0 || !name || table.tBodies[0]?.rows[0]?.cells[at]?.tagName === "TH") return;
    const item = document.createElement("li"), label = document.createElement("label"), tick = document.createElement("input");
    tick.type = "checkbox";
    tick.checked = !kept.has(name);
    tick.addEventListener("change", () => {
      if (tick.checked) kept.delete(name);
      else kept.add(name);
      write(key, [...kept]);
      show(at, tick.checked);
    });
    label.append(tick, name);
    item.append(label);
    fold.lastElementChild.append(item);
    show(at, tick.checked);
  });
  box.before(fold);

  function show(at, isShown) {
    for (const row of table.rows) if (row.cells[at]) row.cells[at].hidden = !isShown;
  }
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // storage is forbidden or holds something else
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // storage is forbidden: the choice holds for this page
  }
}
