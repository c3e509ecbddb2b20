// A search field, filters, and a list of buttons: arrows walk through it, and Tab passes it in one step.
const PAUSE = 120; // ms after a key before the kernel is asked
const QUIET = 700; // ms after the last news before it is said
let views = 0;

const make = (tag, traits = {}, ...inside) => {
  const part = Object.assign(document.createElement(tag), traits);
  part.append(...inside);
  return part;
};

function render({ model, el }) {
  const page = `${++views}-${Math.random().toString(36).slice(2)}`;
  const root = make("div", { className: "recprep-search" });
  const label = make("label", { htmlFor: `search-${page}` });
  const field = make("input", { type: "search", id: `search-${page}`, autocomplete: "off", spellcheck: false });
  const filters = make("div", { className: "recprep-filters" });
  const told = make("p", { className: "recprep-told" });
  const list = make("ul");
  const more = make("button", { type: "button", className: "recprep-more" });
  root.append(make("div", { className: "recprep-field" }, label, field), filters, told, list, more);

  let [number, waiting, again, timer, quiet] = [0, false, false, 0, 0];
  let goOn = -1; // where the focus goes when more is there
  let last = null; // the item where the person was last

  const chosen = () => Object.fromEntries([...filters.querySelectorAll("select")].map((one) => [one.name, one.value]));
  const ask = () => {
    clearTimeout(timer);
    if (waiting) { again = true; return; }
    waiting = true;
    model.send({ type: "asked", text: field.value, chosen: chosen(), page, number: ++number });
  };
  const askSoon = () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); };
  const answered = () => {
    const [to, count] = model.get("answered");
    if (to !== page) { follow(); return; }
    if (count !== number) return;
    waiting = false;
    if (again) { again = false; ask(); }
  };
  const follow = () => { // searched from Python, or on another view
    if (waiting || document.activeElement === field) return;
    field.value = model.get("text");
    for (const one of filters.querySelectorAll("select")) one.value = model.get("chosen")[one.name] ?? one.value;
  };

  const drawFilters = () => {
    filters.replaceChildren(...model.get("filters").map(({ id, label: name, options }) => {
      const choices = options.map(([value, words]) => make("option", { value, textContent: words }));
      const key = `${id}-${page}`;
      const select = make("select", { id: key, name: id }, ...choices);
      return make("div", {}, make("label", { htmlFor: key, textContent: name }), select);
    }));
    follow();
  };
  const buttons = () => [...list.querySelectorAll("button")];
  const reach = (one) => {
    for (const other of buttons()) other.tabIndex = other === one ? 0 : -1;
    last = one?.dataset.id ?? null;
  };
  const drawItem = ({ id, name, note, marked }) => {
    const button = make("button", { type: "button" }, make("span", { textContent: name }));
    if (note) button.append(make("small", { textContent: note }));
    button.dataset.id = id;
    if (marked) button.setAttribute("aria-current", "true");
    return make("li", {}, button);
  };
  const draw = () => {
    const held = list.contains(document.activeElement);
    const wasMore = document.activeElement === more;
    list.replaceChildren(...model.get("items").map(drawItem));
    list.hidden = !model.get("items").length;
    const found = buttons();
    const stays = found.find((one) => one.dataset.id === last);
    reach(stays ?? found[0]);
    if (held) (stays ?? field).focus();
    drawMore();
    if (wasMore && goOn >= 0) (found[goOn] ?? field).focus();
    goOn = -1;
  };
  const drawMore = () => { more.textContent = model.get("more"); more.hidden = !model.get("more"); };
  const drawTold = () => { told.textContent = model.get("told"); told.hidden = !model.get("told"); };
  const sayLater = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      if (!root.contains(document.activeElement)) return; // the person went on, and hears of that
      const detail = { status: model.get("told"), alert: "" };
      root.dispatchEvent(new CustomEvent("recprep:say", { bubbles: true, detail }));
    }, QUIET);
  };
  const name = () => {
    label.textContent = model.get("label");
    field.placeholder = model.get("hint");
    list.setAttribute("aria-label", model.get("list_label"));
  };

  const walk = (event) => {
    const found = buttons();
    const at = found.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: found.length - 1 }[event.key];
    if (to === undefined || !found.length || (at < 0 && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const next = to < 0 ? field : found[Math.min(to, found.length - 1)];
    if (next !== field) reach(next);
    next.focus();
  };
  root.addEventListener("keydown", walk);
  field.addEventListener("input", askSoon);
  filters.addEventListener("change", ask);
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    reach(button);
    model.send({ type: "open", id: button.dataset.id });
  });
  more.addEventListener("click", () => { goOn = buttons().length; model.send({ type: "more" }); });

  model.on("change:filters", drawFilters);
  model.on("change:items", draw);
  model.on("change:more", drawMore);
  model.on("change:told", drawTold);
  model.on("change:news", sayLater);
  model.on("change:focused", () => (buttons().find((one) => one.tabIndex === 0) ?? field).focus());
  model.on("change:answered", answered);
  ["text", "chosen"].forEach((trait) => model.on(`change:${trait}`, follow));
  ["label", "hint", "list_label"].forEach((trait) => model.on(`change:${trait}`, name));
  name();
  drawFilters();
  drawTold();
  draw();
  el.append(root);
  return () => [timer, quiet].forEach(clearTimeout);
}

export default { render };
