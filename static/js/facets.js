// The facet sheet on phones opens by :target without scripts; this adds Escape and gives the focus back.
const sheet = document.querySelector("[data-sheet]");
const opener = document.querySelector("[data-sheet-open]");

if (sheet && opener) {
  addEventListener("hashchange", () => {
    if (location.hash === "#facets") sheet.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#facets") close(event);
  });
  sheet.querySelector("[data-sheet-close]").addEventListener("click", close);
}

function close(event) {
  event.preventDefault();
  location.replace("#results");
  opener.focus();
}
