// Drops from this browser what answer boxes kept in it for homes that were erased.
function initialize({ model }) {
  const forget = () => {
    const starts = model.get("homes").map((home) => `recprep:draft:${home}:`);
    try {
      Object.keys(localStorage)
        .filter((key) => starts.some((start) => key.startsWith(start)))
        .forEach((key) => localStorage.removeItem(key));
    } catch { /* no storage */ }
  };
  model.on("change:homes", forget);
  forget();
}

export default { initialize };
