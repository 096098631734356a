// Suggestions while typing: an ARIA combobox over {"suggestions": [{"text": …, "url": …}]}.
const PAUSE_MS = 180;

class Suggest {
  constructor(input, number) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${number}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "搜索建议");
    input.after(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => this.pick(event));
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), PAUSE_MS);
  }

  async load() {
    const typed = this.input.value.trim();
    if (!typed) return this.close();
    this.pending?.abort();
    this.pending = new AbortController();
    try {
      const query = new URLSearchParams({ q: typed });
      const answer = await fetch(`${this.input.dataset.suggest}?${query}`, { signal: this.pending.signal });
      this.show(answer.ok ? (await answer.json()).suggestions : []);
    } catch {
      this.close();
    }
  }

  show(items) {
    this.list.replaceChildren(...items.map((item, index) => this.row(item, index)));
    this.at = -1;
    this.list.hidden = items.length === 0 || document.activeElement !== this.input;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  row(item, index) {
    const row = document.createElement("li");
    row.id = `${this.list.id}-${index}`;
    row.textContent = item.text;
    row.dataset.url = item.url ?? "";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    return row;
  }

  key(event) {
    if (event.isComposing || this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.move(step);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.open(this.list.children[this.at]);
    }
  }

  move(step) {
    const rows = [...this.list.children];
    this.at = (this.at + step + rows.length + (this.at < 0 && step < 0 ? 1 : 0)) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    this.input.setAttribute("aria-activedescendant", rows[this.at].id);
  }

  pick(event) {
    const row = event.target.closest("li");
    if (!row) return;
    event.preventDefault();
    this.open(row);
  }

  open(row) {
    if (row.dataset.url) {
      location.assign(row.dataset.url);
      return;
    }
    this.input.value = row.textContent;
    this.close();
    this.input.form.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

document.querySelectorAll("input[data-suggest]").forEach((input, number) => new Suggest(input, number));
