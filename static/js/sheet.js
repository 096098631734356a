// A sheet on phones (filters, the desk's menu) opens by :target without scripts; this adds Escape and gives the focus back.
for (const sheet of document.querySelectorAll("[data-sheet]")) {
  const opener = document.querySelector(`[data-sheet-open][href="#${sheet.id}"]`);
  const closer = sheet.querySelector("[data-sheet-close]");
  if (!opener || !closer) continue;
  const isOpen = () => location.hash === `#${sheet.id}`;

  const close = (event) => {
    event.preventDefault();
    location.replace(closer.hash);
    opener.focus();
  };
  addEventListener("hashchange", () => isOpen() && sheet.focus());
  document.addEventListener("keydown", (event) => event.key === "Escape" && isOpen() && close(event));
  closer.addEventListener("click", close);
}
