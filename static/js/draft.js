// A draft saves itself: every 15 s, when a field is left and when the page is. What could not be sent stays in this
// browser and is offered again. Also: grounds that belong to the attribute, documents to name, files with progress.
const EVERY_MS = 15000;
const PAUSE_MS = 250;
const COPY_MS = 1000;

const form = document.querySelector("form[data-draft]");
if (form) new Draft(form);
for (const input of document.querySelectorAll("input[data-find]")) offer(input);

function Draft(form) {
  const key = `draft-${form.dataset.person}-${form.dataset.draft}`;
  const said = form.querySelector("[data-saved]");
  const files = form.querySelector("[data-files]");
  let dirty = false, stopped = false, queue = Promise.resolve(), copying;

  form.addEventListener("input", (event) => { if (event.target.type !== "file") touched(); });
  form.addEventListener("change", (event) => { if (event.target.type !== "file") touched(); });
  form.addEventListener("focusout", () => save());
  form.addEventListener("submit", (event) => leave(event));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
  addEventListener("pagehide", () => save(true));
  addEventListener("online", () => save());
  setInterval(save, EVERY_MS);
  setUpFiles();
  setUpGrounds();
  offerCopy();

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
    if (leaving === true) keepCopy();
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
      if (result.conflict) return refuse(result.conflict);
      form.elements.edition.value = result.edition;
      form.querySelector("[data-standing]").innerHTML = result.standing;
      mark(result.errors);
      const wrong = Object.keys(result.errors).length;
      said.textContent = `已保存 ${result.saved_at}${wrong ? `，有 ${wrong} 处没有保存，请改正` : ""}`;
      if (!dirty && !wrong) localStorage.removeItem(key);
    } catch {
      dirty = true;
      keepCopy();
      said.textContent = "没有连上服务器，内容暂存在这台电脑的浏览器里，恢复连接后自动保存。";
    }
  }

  function small(body) {
    return [...body].reduce((size, [, value]) => size + 3 * value.length, 0) < 60000;
  }

  function signedOut() {
    dirty = true;
    refuse("登录已经过期，内容暂存在这台电脑的浏览器里，请重新登录后再打开本页恢复");
  }

  function isJson(answer) {
    return (answer.headers.get("Content-Type") ?? "").includes("json");
  }

  function refuse(reason) {
    stopped = true;
    keepCopy();
    said.textContent = `没有保存：${reason}`;
  }

  function mark(errors) {
    for (const old of form.querySelectorAll("[data-live-error]")) old.remove();
    for (const [name, words] of Object.entries(errors)) {
      const field = form.elements[name];
      if (!field?.closest) continue;
      const line = document.createElement("p");
      line.className = "field__error";
      line.dataset.liveError = "";
      line.textContent = words.join(" ");
      field.closest(".field").append(line);
    }
  }

  // A button sends the whole form; it waits for the autosave under way, whose edition it has to carry.
  function leave(event) {
    const button = event.submitter;
    stopped = true;
    event.preventDefault();
    queue.then(() => {
      if (button?.name) {
        const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
        form.append(chosen);
      }
      form.submit();
    });
  }

  function keepCopy() {
    clearTimeout(copying);
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), edition: form.elements.edition.value, fields: fields() }));
    } catch {
      // storage is full or forbidden: the server's copy is the one that counts
    }
  }

  function offerCopy() {
    const box = document.querySelector("[data-restore]");
    let copy;
    try {
      copy = JSON.parse(localStorage.getItem(key));
    } catch {
      copy = null;
    }
    if (!copy || same(copy.fields)) return localStorage.removeItem(key);
    const when = new Date(copy.at).toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" });
    const later = copy.edition === form.elements.edition.value ? "" : "，此后这份拟稿又保存过，恢复会替换现在的内容";
    box.querySelector("[data-restore-words]").textContent = `这台电脑上有 ${when} 没有保存成功的内容${later}。`;
    box.hidden = false;
    box.querySelector("[data-restore-yes]").addEventListener("click", () => { box.hidden = true; restore(copy.fields); });
    box.querySelector("[data-restore-no]").addEventListener("click", () => { box.hidden = true; localStorage.removeItem(key); });
  }

  // The server tidies the body, so bodies are compared by their words.
  function same(copied) {
    const words = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, "");
    const plain = (rows) => JSON.stringify(rows.filter(([name]) => name !== "edition")
      .map(([name, value]) => [name, name === "body" ? words(value) : value.replace(/\r/g, "")]));
    return plain(copied) === plain(fields());
  }

  function restore(copied) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of copied) {
      if (name === "edition") continue;
      const found = form.elements[name];
      if (found instanceof RadioNodeList) [...found].forEach((each) => { if (each.value === value) each.checked = true; });
      else if (found?.type === "checkbox") found.checked = true;
      else if (found) found.value = value;
    }
    form.elements.body?.dispatchEvent(new Event("restored"));
    form.elements.attribute?.dispatchEvent(new Event("change", { bubbles: true }));
    touched();
    save();
  }

  function setUpGrounds() {
    const attribute = form.elements.attribute, ground = form.elements.ground;
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
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.set("edition", form.elements.edition.value);
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
    form.elements.edition.value = result.edition;
    files.innerHTML = result.files;
    setUpFiles();
  }
}

// Titles and numbers to choose from while typing.
function offer(input) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-found`;
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const query = new URLSearchParams({ q: input.value });
      try {
        const answer = await fetch(`${input.form.dataset.findUrl}?${query}`);
        const { found } = await answer.json();
        list.replaceChildren(...found.map((each) => new Option(each.hint, each.value)));
      } catch {
        list.replaceChildren();
      }
    }, PAUSE_MS);
  });
}
