// Proof of work (ALTCHA): find the number whose hash is the challenge, in this browser, while the answers are read.
// Where the browser may not hash (no HTTPS), the form goes without it, under a stricter limit.
const BATCH = 400;
const form = document.querySelector("form[data-proof]");
if (form) prove(form);

function prove(form) {
  const field = form.querySelector("[name=proof]"), said = form.querySelector("[data-proof-said]");
  let sent = false;
  field.value = "";
  const solved = globalThis.crypto?.subtle ? solve(JSON.parse(form.dataset.proof)).catch(() => "") : Promise.resolve("");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sent) return;
    sent = true;
    said.textContent = "正在进行人机验证，请稍候。";
    field.value = await solved;
    said.textContent = "正在提交。";
    HTMLFormElement.prototype.submit.call(form);
  });
  // Back on a page the browser had kept: the proof is used up, the server says what became of the draft.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

async function solve({ algorithm, challenge, maxNumber, salt, signature }) {
  const encoder = new TextEncoder();
  const hash = async (number) => hex(await crypto.subtle.digest(algorithm, encoder.encode(salt + number)));
  for (let from = 0; from <= maxNumber; from += BATCH) {
    const hashes = await Promise.all(Array.from({ length: BATCH }, (_, at) => hash(from + at)));
    const at = hashes.indexOf(challenge);
    if (at >= 0) return btoa(JSON.stringify({ algorithm, challenge, number: from + at, salt, signature }));
  }
  return "";
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
