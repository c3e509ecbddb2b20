// The form's voice and its guard: live regions, the kernel's pulse, and keys that stay inside the form.
const PULSE = 4000; // ms between two questions to the kernel
const RESTARTED =
  "The engine behind this page stopped or was restarted, so its buttons are dead. Everything saved is safe. " +
  "Open the Run menu and choose Run All Cells.";
const SILENT =
  "The engine behind this page does not answer: it is busy, or it stopped or was restarted. Everything saved is safe. " +
  "If this stays, open the Run menu and choose Run All Cells.";

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "recprep-notices";
  root.innerHTML = '<p role="alert"></p><p role="alert" class="is-restart"></p><p role="status"></p>';
  const [alert, restart, status] = root.children;
  const set = (region, words) => { if (region.textContent !== words) region.textContent = words; };

  const heard = ({ detail }) => { // from another part of this form
    if ("alert" in detail) set(alert, detail.alert);
    if ("status" in detail) set(status, detail.status);
  };
  const say = () => {
    const said = model.get("said");
    if (said.alert) alert.textContent = ""; // the same words again are news again
    if (said.status) status.textContent = "";
    setTimeout(() => heard({ detail: said }), 30);
  };

  // Is the kernel there? JupyterLab marks the form when its kernel was restarted; one that hangs is silent.
  let form = null;
  const cutOff = () => Boolean(form?.classList.contains("jupyter-widgets-disconnected"));
  let number = 0;
  let answered = 0;
  const judge = () => set(restart, cutOff() ? RESTARTED : number - answered > 1 ? SILENT : "");
  const pulse = () => {
    if (document.visibilityState !== "visible" || !el.offsetParent) return;
    judge();
    try { model.send({ type: "ping", number: ++number }); } catch { /* the next pulse tells */ }
  };
  const beat = setInterval(pulse, PULSE);
  const marked = new MutationObserver(judge);

  const look = () => {
    if (document.visibilityState !== "visible" || !el.offsetParent) return;
    model.send({ type: "look" });
  };
  const watcher = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) look(); });
  watcher.observe(root);
  document.addEventListener("visibilitychange", look);

  // A letter pressed on a control never reaches the notebook, where it could delete the cell.
  const guard = (event) => {
    const forUs = event.key === "Enter" || !(event.ctrlKey || event.metaKey || event.altKey);
    if (forUs) event.stopPropagation();
  };
  const settle = () => {
    form = el.closest(".recprep-form");
    if (!form) return requestAnimationFrame(settle);
    form.tabIndex = -1; // a click beside a control keeps the focus inside the form
    form.addEventListener("keydown", guard);
    form.addEventListener("recprep:say", heard);
    marked.observe(form, { attributes: true, attributeFilter: ["class"] });
  };
  requestAnimationFrame(settle);

  model.on("change:said", say);
  model.on("msg:custom", (message) => {
    if (message.type !== "pong") return;
    answered = message.number;
    judge();
  });
  heard({ detail: model.get("said") });
  el.append(root);
  return () => {
    clearInterval(beat);
    [marked, watcher].forEach((observer) => observer.disconnect());
    document.removeEventListener("visibilitychange", look);
    form?.removeEventListener("keydown", guard);
    form?.removeEventListener("recprep:say", heard);
  };
}

export default { render };
