// A textarea that loses nothing: a copy stays in this browser until the kernel has confirmed the words.
const SEND_EVERY = 500; // ms between two drafts while typing
const PATIENCE = 3000; // ms without an answer before the person is told
const NOT_CONNECTED = "Not connected: your words are kept in this browser; run the page again";

const newId = () => globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.replace(".", "");
const prefix = (model) => `recprep:draft:${model.get("home")}:${model.get("question")}:`;

function leftovers(model) {
  const start = prefix(model);
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(start));
  const read = (key) => { try { return { key, ...JSON.parse(localStorage.getItem(key)) }; } catch { return null; } };
  return keys.map(read).filter((copy) => typeof copy?.text === "string").sort((a, b) => b.at - a.at);
}

function build(model, page) {
  const root = document.createElement("div");
  root.className = "recprep-answer";
  root.innerHTML = `
    <details><summary></summary><ol></ol><button type="button">Put these steps into my answer</button></details>
    <label for="answer-${page}">Your answer</label>
    <textarea id="answer-${page}" rows="9" dir="auto" spellcheck="true"
      placeholder="Answer as you would in the room, in your own words."></textarea>`;
  return root;
}

function render({ model, el }) {
  const page = newId();
  const root = build(model, page);
  const box = root.querySelector("textarea");
  let saved = model.get("text"); // the text that this page knows to be saved, and its stamp
  let stamp = model.get("stamp");
  let number = 0;
  let sent = null; // number and text of the message now under way
  let timer = 0;
  let patience = 0;
  let used = []; // copies of earlier pages that the present text carries on

  const place = () => ({ home: model.get("home"), question: model.get("question") });
  const tell = (detail) => root.dispatchEvent(new CustomEvent("recprep:say", { bubbles: true, detail }));
  const copyKey = () => prefix(model) + page;
  const forget = (keys) => { try { keys.forEach((key) => localStorage.removeItem(key)); } catch { /* no storage */ } };
  const copy = () => {
    try {
      localStorage.setItem(copyKey(), JSON.stringify({ text: box.value, based_on: stamp, at: Date.now() }));
    } catch { /* storage full or off: the kernel still gets every draft */ }
  };

  const send = () => {
    [timer, patience].forEach(clearTimeout);
    timer = 0;
    patience = setTimeout(unanswered, PATIENCE);
    sent = { number: ++number, text: box.value };
    const message = { type: "text", ...place(), page, ...sent, based_on: stamp };
    try { model.send(message); } catch { /* the kernel is gone: `unanswered` says so */ }
  };
  const sendSoon = () => { timer ||= setTimeout(() => (sent ? ((timer = 0), sendSoon()) : send()), SEND_EVERY); };
  const unanswered = () => {
    tell({ alert: NOT_CONNECTED, status: "" });
    sent = null;
    if (box.value !== saved) send(); // try again: the kernel may only have been busy
  };

  const answered = (message) => {
    if (message.page !== page || message.number !== sent?.number) return;
    clearTimeout(patience);
    if (message.type === "kept") return kept(message);
    sent = null; // the form says why; the copy stays, and the next key or step tries again
    tell({ status: "" });
  };
  const kept = (message) => {
    [saved, stamp, sent] = [sent.text, message.stamp, null];
    tell({ alert: "", status: "Draft saved" });
    if (box.value !== saved) return typed();
    forget([copyKey(), ...used]);
    used = [];
  };

  const typed = () => { copy(); sendSoon(); };
  const flush = () => { if (box.value !== (sent ? sent.text : saved)) send(); };

  // Words that an earlier run of this page could not hand over.
  const recover = () => {
    for (const left of leftovers(model)) {
      if (left.key === copyKey()) continue;
      if (left.text === saved || !left.text) { forget([left.key]); continue; }
      if (left.based_on === stamp && box.value === saved && !box.readOnly) {
        box.value = left.text;
        used.push(left.key);
        copy();
        send();
        tell({ status: "Words kept in this browser are back in your answer" });
      } else if (left.text !== box.value) {
        model.send({ type: "left", ...place(), text: left.text, key: left.key });
      }
    }
  };

  const drawFrame = () => {
    const details = root.querySelector("details");
    const steps = model.get("frame");
    details.hidden = !steps.length || model.get("locked");
    details.open = false;
    details.querySelector("summary").textContent = `A frame that fits: ${steps.map(([step]) => step.toLowerCase()).join(", ")}`;
    details.querySelector("ol").replaceChildren(...steps.map(([step, asks]) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("strong"), { textContent: step }), `: ${asks}`);
      return item;
    }));
  };
  const lock = () => { box.readOnly = model.get("locked"); drawFrame(); };
  const follow = () => {
    if (box.value !== saved && !box.readOnly) return; // this page has newer words; the kernel decides when they arrive
    box.value = saved = model.get("text");
    stamp = model.get("stamp");
  };
  const turn = () => { // another question, or another home since this one was erased
    [sent, used] = [null, []];
    [timer, patience].forEach(clearTimeout);
    timer = 0;
    box.value = saved = model.get("text");
    stamp = model.get("stamp");
    lock();
    recover();
  };

  box.addEventListener("input", typed);
  box.addEventListener("blur", flush);
  addEventListener("pagehide", flush);
  root.querySelector("details button").addEventListener("click", () => {
    const steps = model.get("frame").map(([step]) => `${step}: `).join("\n\n");
    box.value = box.value.trim() ? `${box.value.trimEnd()}\n\n${steps}` : steps;
    box.focus();
    typed();
  });
  model.on("change:question", turn);
  model.on("change:home", turn);
  model.on("change:text", follow);
  model.on("change:locked", lock);
  model.on("change:frame", drawFrame);
  model.on("msg:custom", (message) => {
    message.type === "left kept" ? forget([message.key]) : answered(message);
  });
  el.append(root);
  turn();
  return () => { removeEventListener("pagehide", flush); [timer, patience].forEach(clearTimeout); };
}

export default { render };
