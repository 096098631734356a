// A form that begins something is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if ("again" in (event.submitter?.dataset ?? {})) return; // opens another page beside this one
    if ("sent" in form.dataset) event.preventDefault();
    form.dataset.sent = "";
  });
}

// Back on a page that the browser had kept: its forms can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
