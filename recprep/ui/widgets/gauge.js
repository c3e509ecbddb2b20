// A progress bar for long work: named, native, and gone when the work is done.
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "recprep-gauge";
  root.innerHTML = '<label><span></span><progress max="100"></progress></label>';
  const [label, bar] = root.firstElementChild.children;

  const draw = () => {
    root.hidden = !model.get("label");
    label.textContent = model.get("label");
    const percent = model.get("percent");
    if (percent < 0) bar.removeAttribute("value"); // then it shows that something goes on, and not how far it is
    else bar.value = percent;
  };

  model.on("change:label", draw);
  model.on("change:percent", draw);
  draw();
  el.append(root);
}

export default { render };
