// Switches the theme in place; without this script the form posts and the page comes back.
for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const theme = button.value;
    const body = new URLSearchParams({ theme, next: form.elements.next.value });
    document.documentElement.dataset.theme = theme;
    for (const each of document.querySelectorAll("[data-theme-switch] button")) {
      const pressed = each.dataset.name === theme;
      each.setAttribute("aria-pressed", String(pressed));
      each.value = pressed ? "standard" : each.dataset.name;
    }
    await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
  });
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
