// A quiet clock: it starts when its question is first looked at, speaks to nobody, and can be hidden.
const written = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "recprep-stopwatch";
  root.innerHTML = '<span role="timer" aria-live="off"></span><button type="button"></button>';
  const [time, button] = root.children;
  let began = null;
  let visible = false;

  const draw = () => {
    const shown = model.get("shown");
    const seconds = model.get("before") + (began && model.get("running") ? Math.floor((Date.now() - began) / 1000) : 0);
    time.hidden = !shown;
    time.textContent = `${written(seconds)} of about ${model.get("minutes")} min`;
    button.textContent = shown ? "Hide the timer" : "Show the timer";
  };
  const look = () => {
    if (began || !visible || document.visibilityState !== "visible") return;
    began = Date.now();
    model.send({ type: "seen", question: model.get("question") });
  };
  const turn = () => { began = null; look(); draw(); };

  const watcher = new IntersectionObserver(([entry]) => { visible = entry.isIntersecting; look(); });
  const ticking = setInterval(draw, 1000);
  document.addEventListener("visibilitychange", look);
  button.addEventListener("click", () => {
    model.set("shown", !model.get("shown"));
    model.save_changes();
  });
  model.on("change:question", turn);
  ["shown", "running", "before"].forEach((name) => model.on(`change:${name}`, draw));
  watcher.observe(root);
  draw();
  el.append(root);
  return () => {
    watcher.disconnect();
    clearInterval(ticking);
    document.removeEventListener("visibilitychange", look);
  };
}

export default { render };
