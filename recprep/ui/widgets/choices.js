// Groups of native radio buttons and checkboxes: arrows, Space and Tab work as the browser has them.
let pages = 0;

function drawOption(group, option, name) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: group.type, name, value: option.value });
  const words = document.createElement("span");
  words.innerHTML = option.html;
  if (option.label) {
    const value = Object.assign(document.createElement("b"), { textContent: option.label });
    label.append(input, value, words);
  } else {
    label.append(input, words);
  }
  return label;
}

function drawGroup(group, page, empty) {
  const name = `recprep-${page}-${group.id}`;
  const set = document.createElement("fieldset");
  set.className = `recprep-choices is-${group.layout}`;
  set.dataset.id = group.id;
  set.setAttribute("role", group.type === "radio" ? "radiogroup" : "group");
  if (group.legend) {
    const legend = document.createElement("legend");
    legend.append(Object.assign(document.createElement("span"), { id: `${name}-legend`, textContent: group.legend }));
    if (group.note) legend.append(Object.assign(document.createElement("small"), { textContent: group.note }));
    set.setAttribute("aria-labelledby", `${name}-legend`);
    set.append(legend);
  }
  const options = document.createElement("div");
  options.append(...group.options.map((option) => drawOption(group, option, name)));
  if (group.hint) {
    set.append(Object.assign(document.createElement("p"), { id: `${name}-hint`, textContent: group.hint }));
    set.setAttribute("aria-describedby", `${name}-hint`);
  }
  set.append(options);
  if (group.clear) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: group.clear });
    button.addEventListener("click", () => {
      set.querySelector("input")?.focus();
      empty(group.id);
    });
    set.append(button);
  }
  return set;
}

function render({ model, el }) {
  const page = ++pages + Math.random().toString(36).slice(2);
  const root = document.createElement("div");

  let [sent, taken] = [0, 0]; // numbers of choices

  // A message of its own: the state of a widget may arrive after a later click on a button.
  const choose = (id, value) => model.send({ type: "choose", id, value, page, number: ++sent });
  const mark = () => {
    if (taken < sent) return; // what the kernel holds is older than what is marked here
    const chosen = model.get("chosen");
    for (const set of root.children) {
      const value = chosen[set.dataset.id];
      for (const input of set.querySelectorAll("input")) {
        input.checked = [value].flat().map(String).includes(input.value);
        input.disabled = model.get("locked");
      }
      offerToClear(set);
    }
  };
  const offerToClear = (set) => {
    const button = set.querySelector("button");
    if (button) button.hidden = model.get("locked") || !set.querySelector("input:checked");
  };
  const draw = () => {
    taken = sent;
    root.replaceChildren(...model.get("groups").map((group) => drawGroup(group, page, (id) => choose(id, null))));
    mark();
  };

  root.addEventListener("change", ({ target }) => {
    const set = target.closest("fieldset");
    const ticked = [...set.querySelectorAll("input:checked")].map((input) => Number(input.value));
    offerToClear(set);
    choose(set.dataset.id, target.type === "radio" ? Number(target.value) : ticked);
  });
  model.on("change:groups", draw);
  model.on("change:chosen", mark);
  model.on("change:locked", mark);
  model.on("msg:custom", ({ page: to, number }) => {
    if (to !== page) return;
    taken = number;
    mark();
  });
  draw();
  el.append(root);
}

export default { render };
