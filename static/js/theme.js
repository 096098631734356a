// Switches the theme in place; without this script the form posts and the page comes back.
for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const theme = button.value;
    const body = new URLSearchParams({ theme, next: form.elements.next.value });
    document.documentElement.dataset.theme = theme;
    for (const each of document.querySelectorAll("[data-theme-switch]")) mark([...each.querySelectorAll("button")], theme.split("-"));
    await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
  });
}

// Each button holds the theme that pressing it leads to; 长者模式 and 高对比 go together.
function mark(buttons, on) {
  for (const button of buttons) {
    const name = button.dataset.name, pressed = on.includes(name);
    const after = buttons.map((each) => each.dataset.name).filter((each) => on.includes(each) !== (each === name));
    button.setAttribute("aria-pressed", String(pressed));
    button.value = after.join("-") || "standard";
  }
}

// What was done is said again once the page is there: a screen reader passes over a region that was filled from the start.
const done = document.querySelector("[data-messages]");
if (done) {
  const region = document.createElement("p");
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  done.removeAttribute("role");
  document.body.append(region);
  setTimeout(() => { region.textContent = done.textContent; }, 300);
}

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// On phones the navigation is one row that scrolls: the current item, and the one in focus, come into sight.
const row = document.querySelector(".nav ul");
const show = (item) => item && row.scrollTo({ left: item.offsetLeft - row.clientWidth / 3 });
if (row) {
  show(row.querySelector("[aria-current]"));
  row.addEventListener("focusin", (event) => show(event.target));
}
