// Keeps a progress bar current; the page is loaded again once the work is over. Without this script the page refreshes itself.
const PAUSE_MS = 1500;

for (const bar of document.querySelectorAll("[data-progress]")) watch(bar);

async function watch(bar) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    try {
      const answer = await fetch(bar.dataset.progress);
      if (!answer.ok) continue;
      const work = await answer.json();
      bar.value = work.percent;
      if (work.is_over) return location.reload();
    } catch {
      continue; // offline for a moment: ask again
    }
  }
}
