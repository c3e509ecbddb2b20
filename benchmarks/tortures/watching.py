"""Looks at a page in a browser: whether a text ran, loaded or opened anything, or is there as more than words."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Page

from tortures.common import require
from tortures.payloads import Payload, named_in

OURS = {"127.0.0.1"}
FORMS, OUTPUTS, DOCUMENT = ".recprep-form", ".jp-OutputArea-output", "body"


class Watch:
    """Listens to a browser with its pages, and looks at them: nothing may run, load, open, or become an element."""

    def __init__(self, context: BrowserContext, known: list[Payload]) -> None:
        self._known, self._faults, self.looks = known, [], 0
        self.pages: set[str] = set()
        context.on("request", lambda request: self._asked(request.url))
        context.on("requestfailed", lambda request: self._asked(request.url))
        context.on("dialog", self._told)
        context.on("page", lambda page: self._faults.append(f"opened another page, {page.url}"))

    def _asked(self, address: str) -> None:
        there = urlsplit(address)
        if there.scheme not in ("data", "blob", "file", "about") and there.hostname not in OURS:
            self._faults.append(f"asked for {address}: {named_in(address, self._known)}")

    def _told(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self._faults.append(f"opened a dialog, {dialog.message!r}")
        dialog.accept()

    def look(self, page: Page, where: str, within: str = FORMS) -> None:
        """Require that a page shows payloads as text only; name the page and the payload if not."""
        told = page.evaluate(_AUDIT, within)
        found = [*self._faults, *(f"{why}: {named_in(html, self._known)} in {html}" for why, html in told["faults"])]
        require(not found, f"{where}: {'; '.join(found[:2])}")
        require(told["shown"] > 0, f"{where}: no payload is shown, so nothing was tried")
        self.pages.add(where)
        self.looks += 1


_AUDIT = r"""(within) => {
  const faults = [];
  const ELEMENTS = new Set(`a abbr b blockquote body br button code dd desc details div dl dt em fieldset figcaption
    figure footer h1 h2 h3 h4 h5 h6 header i input label legend li main ol option p pre progress section select small
    span strong summary table tbody td textarea th thead title tr ul article
    svg g path text tspan rect circle line polygon polyline defs clippath`.split(/\s+/));
  const NEVER = new Set(`src srcset srcdoc action formaction ping poster background data http-equiv is slot autofocus
    contenteditable popovertarget shadowrootmode`.split(/\s+/));
  const PICTURE = /^data:image\/png;base64,[\w+/=]*$/;
  const tell = (why, one) => faults.push([why, (one.outerHTML ?? "").slice(0, 300)]);
  const leads = (address) => {
    if (address.startsWith("#")) return true;
    // JupyterLab itself makes links of paths, data and files in an error; no browser opens these from such a page.
    if (within === ".jp-OutputArea-output" && /^((data|file):|$)/.test(address)) return true;
    try { return ["http:", "https:", "mailto:"].includes(new URL(address).protocol); } catch { return false; }
  };
  for (const name of Object.keys(globalThis)) if (/^ran_\d+$/.test(name)) faults.push(["it ran", name]);
  const named = '[id^=clobber], [name^=clobber], [class*=clobber], [for^=clobber], [name=body], [name=getElementById]';
  for (const one of document.querySelectorAll(named)) tell("it took a name", one);
  if (!(document.body instanceof HTMLBodyElement)) faults.push(["it took the name of the body", ""]);
  let shown = 0;
  for (const root of document.querySelectorAll(within)) {
    shown += /ran_\d|evil\.example|clobber\d/.test(root.textContent);
    for (const one of root.querySelectorAll("*")) {
      const name = one.localName.toLowerCase();
      const drawn = one.namespaceURI === "http://www.w3.org/2000/svg";
      if (one.matches("img.plot-img:not([src])")) continue; // JupyterLab's own view of charts has it
      if (one.matches(".js-plotly-plot image") && PICTURE.test(one.href.baseVal)) continue; // cells of a heat map
      if (!ELEMENTS.has(name)) tell(`there is an element ${name}`, one);
      if (drawn && within !== "body" && !one.closest(".js-plotly-plot")) tell("there is a drawing", one);
      for (const { name: key, value } of one.attributes) {
        if (/^on/i.test(key)) tell(`there is a handler ${key}`, one);
        if (NEVER.has(key.toLowerCase())) tell(`there is an attribute ${key}`, one);
        if (/(^|:)href$/i.test(key) && !leads(value)) tell(`there is a link to ${value}`, one);
        if (/^style$/i.test(key) && /evil|expression|ran_|\\|animation/i.test(value)) tell("there is a style", one);
      }
    }
  }
  return { shown, faults };
}"""
