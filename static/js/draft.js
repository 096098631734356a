// A draft saves itself: every 15 s, when a field is left and when the page is. What could not be sent stays in this
// browser and is offered again. Also: grounds that belong to the attribute, files with progress.
const EVERY_MS = 15000;
const COPY_MS = 1000;

const form = document.querySelector("form[data-draft]");
if (form) new Draft(form);

// Storage can be full or forbidden: the server's copy is the one that counts. Nothing then.
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

// This tab, also after a reload: windows of the same person are told apart.
function thisTab() {
  return attempt(() => (sessionStorage.tab ??= Math.random().toString(36).slice(2))) ?? "tab";
}

function Draft(form) {
  const family = `draft-${form.dataset.person}-${form.dataset.draft}:`;
  const key = family + thisTab();
  const said = form.querySelector("[data-saved]");
  const files = form.querySelector("[data-files]");
  let dirty = false, stopped = false, left = false, queue = Promise.resolve(), copying;

  form.addEventListener("input", (event) => { if (event.target.type !== "file") touched(); });
  form.addEventListener("change", (event) => { if (event.target.type !== "file") touched(); });
  form.addEventListener("focusout", () => save());
  form.addEventListener("submit", (event) => leave(event));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
  addEventListener("pagehide", () => save(true));
  addEventListener("online", () => save());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  form.autocomplete = "off"; // the browser does not put back what it remembers of an earlier edition
  setInterval(save, EVERY_MS);
  setUpFiles();
  setUpGrounds();
  begin();

  // Never `form.elements`, `form.submit`: a field of that name (解读要素 is "elements") hides the form's own property.
  function controls(name) {
    return [...form.querySelectorAll("[name]")].filter((each) => each.name === name);
  }

  function control(name) {
    return controls(name)[0];
  }

  function edition() {
    return Number(control("edition").value);
  }

  // The newest edition this tab knows of outlives a reload that was answered before the last save arrived.
  function advance(to) {
    control("edition").value = to;
    attempt(() => sessionStorage.setItem(key, to));
  }

  function touched() {
    dirty = true;
    clearTimeout(copying);
    copying = setTimeout(keepCopy, COPY_MS);
  }

  function fields() {
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  }

  // One request after the other: each carries the edition the one before it brought back.
  function save(leaving = false) {
    if (!dirty || stopped) return queue;
    keepCopy();
    queue = queue.then(() => post(leaving === true));
    return queue;
  }

  async function post(leaving) {
    if (!dirty || stopped) return;
    dirty = false;
    const body = new FormData(form);
    body.delete("files");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, keepalive: leaving && small(body) });
      if (answer.redirected || (answer.status === 403 && !isJson(answer))) return signedOut();
      const result = await answer.json();
      if (result.conflict) return refuse(result);
      saved(result);
    } catch {
      dirty = true;
      keepCopy();
      said.textContent = "没有连上服务器，内容暂存在这台电脑的浏览器里，恢复连接后自动保存。";
    }
  }

  function saved(result) {
    advance(result.edition);
    form.querySelector("[data-standing]").innerHTML = result.standing;
    mark(result.errors);
    const wrong = Object.keys(result.errors).length;
    said.textContent = `已保存 ${result.saved_at}${wrong ? `，有 ${wrong} 处没有保存，请改正` : ""}`;
    if (dirty || wrong) keepCopy();
    else dropCopy();
  }

  function small(body) {
    return [...body].reduce((size, [, value]) => size + 3 * value.length, 0) < 60000;
  }

  function signedOut() {
    dirty = true;
    refuse({ conflict: "登录已经过期，内容暂存在这台电脑的浏览器里，请重新登录后再打开本页。" });
  }

  function isJson(answer) {
    return (answer.headers.get("Content-Type") ?? "").includes("json");
  }

  function refuse(result) {
    stopped = true;
    const next = keepCopy() && result.is_stale ? "您输入的内容已暂存在这台电脑的浏览器里，重新打开本页后选择“恢复”。" : "";
    said.textContent = `没有保存：${result.conflict}${next}`;
  }

  function mark(errors) {
    for (const old of form.querySelectorAll("[data-live-error]")) old.remove();
    for (const [name, words] of Object.entries(errors)) {
      const field = control(name);
      if (!field) continue;
      const line = document.createElement("p");
      line.className = "field__error";
      line.dataset.liveError = "";
      line.textContent = words.join(" ");
      field.closest(".field").append(line);
    }
  }

  // A button sends the whole form, once; it waits for the last autosave, whose edition it has to carry.
  function leave(event) {
    const button = event.submitter;
    event.preventDefault();
    if (left) return;
    left = true;
    save().then(() => {
      stopped = true;
      if (dirty) keepCopy();
      if (button?.name) {
        const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
        form.append(chosen);
      }
      HTMLFormElement.prototype.submit.call(form);
    });
  }

  // True when it is kept.
  function keepCopy() {
    clearTimeout(copying);
    return attempt(() => {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), edition: edition(), fields: fields() }));
      return true;
    });
  }

  function dropCopy(which = key) {
    if (which === key) clearTimeout(copying);
    attempt(() => localStorage.removeItem(which));
  }

  // What this browser kept of this draft: this tab's own first, then the newest.
  function copies() {
    const keys = attempt(() => Object.keys(localStorage).filter((each) => each.startsWith(family))) ?? [];
    const found = keys.map((each) => ({ ...attempt(() => JSON.parse(localStorage.getItem(each))), key: each }));
    return found.filter((each) => each.fields).sort((a, b) => (b.key === key) - (a.key === key) || b.at - a.at);
  }

  // A refused page keeps what it shows. A page older than what this tab has already saved is asked for again.
  function begin() {
    if ("unsaved" in form.dataset) {
      const words = document.querySelector("[data-kept]");
      if (keepCopy() && words) words.hidden = false;
      return;
    }
    const known = attempt(() => sessionStorage.getItem(key));
    attempt(() => sessionStorage.removeItem(key));
    if (Number(known) > edition()) location.reload();
    else recover();
  }

  // Text of this tab over the edition shown goes on quietly; text that is stored meanwhile is forgotten; other text is offered.
  async function recover() {
    for (const copy of copies()) {
      if (same(copy.fields)) dropCopy(copy.key);
      else if (copy.key === key && copy.edition === edition()) return restore(copy);
      else if (copy.edition < edition() && (await isStored(copy))) dropCopy(copy.key);
      else return offer(copy);
    }
  }

  // An older edition never overwrites anything: the server answers whether saving it would change something.
  async function isStored(copy) {
    const body = new FormData();
    for (const [name, value] of copy.fields) body.append(name, name === "edition" ? copy.edition : value);
    body.set("csrfmiddlewaretoken", control("csrfmiddlewaretoken").value);
    try {
      const result = await (await fetch(form.dataset.autosave, { method: "POST", body })).json();
      return !result.conflict && !Object.keys(result.errors).length;
    } catch {
      return false;
    }
  }

  function offer(copy) {
    const box = document.querySelector("[data-restore]");
    const when = new Date(copy.at).toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" });
    const later = copy.edition < edition() ? "，此后这份拟稿又保存过，恢复会替换现在的内容" : "";
    box.querySelector("[data-restore-words]").textContent = `这台电脑上有 ${when} 没有保存成功的内容${later}。`;
    box.hidden = false;
    box.querySelector("[data-restore-yes]").addEventListener("click", () => { box.hidden = true; restore(copy); });
    box.querySelector("[data-restore-no]").addEventListener("click", () => { box.hidden = true; dropCopy(copy.key); });
  }

  // The server tidies the body, so bodies are compared by their words.
  function same(copied) {
    const words = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, "");
    const plain = (rows) => JSON.stringify(rows.filter(([name]) => name !== "edition")
      .map(([name, value]) => [name, name === "body" ? words(value) : value.replace(/\r/g, "")]));
    return plain(copied) === plain(fields());
  }

  function restore(copy) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of copy.fields) {
      if (name === "edition") continue;
      for (const each of controls(name)) {
        if (each.type !== "checkbox" && each.type !== "radio") each.value = value;
        else if (each.value === value) each.checked = true;
      }
    }
    control("body").dispatchEvent(new Event("restored"));
    control("attribute").dispatchEvent(new Event("change", { bubbles: true }));
    dropCopy(copy.key);
    touched();
    save();
  }

  function setUpGrounds() {
    const attribute = control("attribute"), ground = control("ground");
    const show = () => {
      const words = attribute.selectedOptions[0]?.textContent;
      for (const group of ground.querySelectorAll("optgroup")) {
        group.hidden = group.disabled = Boolean(attribute.value) && group.label !== words;
      }
      if (ground.selectedOptions[0]?.parentElement.disabled) ground.value = "";
    };
    attribute.addEventListener("change", show);
    show();
  }

  function setUpFiles() {
    for (const part of files.querySelectorAll("[data-drop-words]")) part.hidden = false;
    for (const part of files.querySelectorAll("[data-upload-button]")) part.hidden = true;
    files.querySelector("input[type=file]").addEventListener("change", (event) => send([...event.target.files]));
    const zone = files.querySelector("[data-drop]");
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.dataset.over = ""; });
    zone.addEventListener("dragleave", () => { delete zone.dataset.over; });
    zone.addEventListener("drop", (event) => { event.preventDefault(); delete zone.dataset.over; send([...event.dataTransfer.files]); });
  }

  function send(chosen) {
    save();
    const problems = [];
    for (const file of chosen) queue = queue.then(() => upload(file, problems));
    queue = queue.then(() => {
      files.querySelector("[data-uploads]").textContent = problems.join("　") || (chosen.length ? "已上传。" : "");
    });
  }

  function upload(file, problems) {
    const line = document.createElement("p"), bar = document.createElement("progress");
    line.append(`正在上传 ${file.name} `, bar);
    bar.max = 100;
    files.querySelector("[data-uploads]").append(line);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest(), body = new FormData();
      body.set("csrfmiddlewaretoken", control("csrfmiddlewaretoken").value);
      body.set("edition", edition());
      body.set("files", file);
      request.upload.addEventListener("progress", (event) => { bar.value = (100 * event.loaded) / event.total; });
      request.addEventListener("loadend", () => { line.remove(); uploaded(request, file, problems); resolve(); });
      request.open("POST", form.dataset.upload);
      request.send(body);
    });
  }

  function uploaded(request, file, problems) {
    let result;
    try {
      result = JSON.parse(request.responseText);
    } catch {
      result = { refused: "没有连上服务器，请再试一次。" };
    }
    if (result.refused) return problems.push(`${file.name}：${result.refused}`);
    advance(result.edition);
    files.innerHTML = result.files;
    setUpFiles();
  }
}
