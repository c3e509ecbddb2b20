// A heading that can take the focus, and safe HTML below it.
function render({ model, el }) {
  const section = document.createElement("section");
  section.className = "recprep-passage";
  const body = document.createElement("div");
  let heading;

  const draw = () => {
    const fresh = document.createElement(`h${model.get("level")}`);
    fresh.tabIndex = -1;
    fresh.textContent = model.get("heading");
    fresh.hidden = !fresh.textContent; // a part may be words alone
    heading ? heading.replaceWith(fresh) : section.append(fresh, body);
    heading = fresh;
  };
  const fill = () => { body.innerHTML = model.get("body"); };

  // The part may be shown in the same moment: wait until it can take the focus, at most a second.
  const focus = (tries = 60) => {
    heading.focus();
    if (document.activeElement !== heading && tries > 0) requestAnimationFrame(() => focus(tries - 1));
  };

  draw();
  fill();
  model.on("change:heading", draw);
  model.on("change:level", draw);
  model.on("change:body", fill);
  model.on("change:focused", () => requestAnimationFrame(() => focus()));
  el.append(section);
}

export default { render };
