// Keys in a queue: j and k go from row to row, o opens, x ticks, / goes to the search where there is one, ? lists them. They can be switched off (WCAG 2.1.4).
const OFF = "row-keys-off";

const table = document.querySelector("[data-rows]");
const help = document.querySelector("[data-keys]");
const opener = document.querySelector("[data-keys-open]");
if (table && help && opener) new Keys();

function Keys() {
  const choice = help.querySelector("[data-keys-on]");
  const field = document.querySelector("main form[role=search] input:not([type=hidden], [type=checkbox])");
  let on = kept() === null;

  opener.hidden = false;
  choice.checked = on;
  opener.addEventListener("click", () => help.showModal());
  choice.addEventListener("change", () => { on = choice.checked; keep(); });
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || help.open || isTyping(event.target)) return;
    const act = { j: () => go(1), k: () => go(-1), o: open, x: tick, ...(field && { "/": () => field.focus() }), "?": () => help.showModal() }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  function kept() {
    try {
      return localStorage.getItem(OFF);
    } catch {
      return null;
    }
  }

  function keep() {
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      // storage is forbidden: the choice holds for this page
    }
  }

  function isTyping(element) {
    return element.matches("input:not([type=checkbox]), textarea, select, [contenteditable=true]");
  }

  function rows() {
    return [...table.querySelectorAll("tbody tr")];
  }

  function here() {
    return document.activeElement.closest("[data-rows] tbody tr");
  }

  // The link has the focus, so that Enter opens it and a screen reader reads the title.
  function go(step) {
    const all = rows(), at = all.indexOf(here());
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
    all[next]?.querySelector("a").focus();
  }

  function open() {
    here()?.querySelector("a").click();
  }

  function tick() {
    here()?.querySelector("input[type=checkbox]").click();
  }
}
