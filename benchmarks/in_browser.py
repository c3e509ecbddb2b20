"""How the workbook feels in a browser, beside others on the same JupyterLab: measured in one run, in turn.

    python benchmarks/in_browser.py [--repeats 15] [--only NAME ...]

JupyterLab is started as the product starts it, at a home with 1,000 answers, and shown by the system's Chromium without
a window (`RECPREP_CHROMIUM` names another). The line of opening compares medians. The other two have a limit in ms for
what is slow, and compare that.

Clicks and keys are timed inside the page: from the event's `timeStamp`, when the browser took it from the hand, to the
second frame after what it leads to is in the page. The first frame draws it, and when the second begins, the first is
on its way to the screen. So no time is below 17 ms, on either side. The browser's own Event Timing would be the other
way; it rounds to 8 ms, tells nothing below 16, and does not wait for what a kernel answers. Both agree on keys.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

# The tests know how to start the workbook, and how its form is found.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.conftest import CHROMIUMS, FLAGS, SECONDS, WIDE, start_lab
from browser.desk import Form
from histories import history
from lab_process import LabProcess, write_page
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from speed import SOME, Line, in_turn, machine

from recprep.formats import jupyterquiz_json
from recprep.storage.library import load_bank

OURS = "import recprep\nrecprep.practice()"
QUIZ = "from jupyterquiz import display_quiz\ndisplay_quiz({path!r})"
BUTTON = """
import ipywidgets
text, button = ipywidgets.HTML("0"), ipywidgets.Button(description="Next")
def change(_button): text.value = str(int(text.value) + 1)
button.on_click(change)
ipywidgets.VBox([text, button])
"""
TEXTAREA = "import ipywidgets\nipywidgets.Textarea(rows=9, continuous_update=False)"
CLICKS, KEYS = 4, 24  # in a turn: a set of five without its end; a second of typing, so that drafts are sent
MS_A_KEY, MS_AT_REST = 40, 300
SPOKEN = "I kept the files of a county office, and asked who may see them. " * 16  # as long as ninety seconds of talk

FIND = "[...(globalThis.jupyterapp?.shell.widgets('main') ?? [])].find(({ context }) => context?.path === path)"
FOUND = f"(path) => Boolean({FIND})"
RUN_ALL = f"""async (path) => {{
  await jupyterapp.restored;
  const page = {FIND};
  await Promise.all([page.context.ready, page.sessionContext.ready]);
  jupyterapp.shell.activateById(page.id);
  jupyterapp.commands.execute("notebook:run-all-cells");
}}"""
FORM_USABLE = f"""(path) => {{
  const box = document.querySelector(".recprep-form[tabindex='-1'] textarea"); // it is -1 once the form guards its keys
  return box?.checkVisibility() && !box.readOnly && {FIND}.sessionContext.session?.kernel?.status === "idle";
}}"""
QUIZ_USABLE = "() => document.querySelectorAll('.Quiz .Feedback').length === {many}"
THERE = "() => document.querySelector('{what}')"
TEXT, BOX = ".jp-OutputArea .widget-html-content", ".jp-OutputArea .widget-textarea textarea"
WATCH_CLICK = """(what) => {
  const said = () => document.querySelector(what).textContent; // asks for no layout: that would add to what is measured
  const before = said();
  globalThis.painted = new Promise((tell, fail) => addEventListener("click", ({ timeStamp }) => {
    setTimeout(fail, 60_000, new Error(`nothing new in ${what}`));
    const watcher = new MutationObserver(() => {
      if (said() === before) return;
      watcher.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now() - timeStamp)));
    });
    watcher.observe(document.body, { childList: true, characterData: true, subtree: true });
  }, { once: true, capture: true }));
}"""
WATCH_KEYS = """(box) => {
  globalThis.keys = [];
  box.addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => requestAnimationFrame(
    () => globalThis.keys.push(performance.now() - timeStamp))));
}"""
TAKE_KEYS = "() => new Promise((tell) => setTimeout(() => tell(globalThis.keys.splice(0)), 200))"
SHOWN = {50: "p50", 95: "p95", 99: "p99", 100: "most"}


@dataclass(frozen=True)
class Limit(Line):
    """A line about what is slow: the ratio is that of a percentile, and its target a limit in ms for our side.

    Where the peer, which is a floor, is above the limit too, the machine was too busy to tell.
    """

    percentile: int = 100

    @property
    def ratio(self) -> float:
        """The ratio of the percentiles."""
        return at(self.percentile, self.ours) / at(self.percentile, self.peer)

    def __str__(self) -> str:
        missed = [at(self.percentile, side) > self.target for side in (self.ours, self.peer)]
        met = "MISSED by both" if all(missed) else "MISSED" if missed[0] else "met"
        limit = f"{SHOWN[self.percentile]} {self.target:g} {self.unit}"
        sides = " | ".join(map(summary, (self.ours, self.peer)))
        return f"| {self.name} | {self.peer_name} | {self.ratio:.2f} | {limit} | {met} | {sides} {self.unit} |"


def at(percentile: int, values: list[float]) -> float:
    """Give a percentile; 100 is the largest."""
    return max(values) if percentile == 100 else quantiles(values, n=100, method="inclusive")[percentile - 1]


def summary(side: list[float]) -> str:
    """Say what is usual, and what is slow."""
    return ", ".join(f"{name} {at(percentile, side):,.1f}" for percentile, name in SHOWN.items())


@dataclass(frozen=True)
class Workbook:
    """A running `recprep lab`, and a Chromium to look at it."""

    lab: LabProcess
    browser: Browser

    @contextmanager
    def page(self, *sources: str, usable: str) -> Iterator[tuple[Page, float]]:
        """Open a new notebook with a new kernel in a browser that has seen nothing yet, and run all its cells.

        Gives the page, and the ms from its address to what `usable` says.
        """
        path = f"notebooks/{uuid4().hex}.ipynb"
        write_page(self.lab.home / "workbook" / path, *sources)
        with self.tab(path) as page:
            page.wait_for_function(FOUND, arg=path)
            page.evaluate(RUN_ALL, path)
            page.wait_for_function(usable, arg=path)
            yield page, page.evaluate("performance.now()")
        sessions = self.lab.server().ask("GET", "/api/sessions")
        [session] = [one["id"] for one in sessions if one["path"] == path]
        self.lab.server().ask("DELETE", f"/api/sessions/{session}")

    @contextmanager
    def tab(self, path: str) -> Iterator[Page]:
        """Open a page of the workbook, and nothing that another tab had open."""
        front = "lab/tree/notebooks/00-start-here.ipynb"
        address = self.lab.address().replace(front, f"lab/workspaces/{uuid4().hex}/tree/{path}")
        with closing(self.browser.new_context(viewport=WIDE)) as context:
            page = context.new_page()
            page.set_default_timeout(SECONDS * 1000)
            page.goto(address, wait_until="commit")
            yield page


def opening(workbook: Workbook, repeats: int) -> Iterator[Line]:
    """From the address to a page that can be used: its own kernel started, its cells run.

    The form can be used when its answer box is shown and open, it guards its keys, and its kernel waits; to make sure,
    a word is then typed, and said to be saved. The peer is a notebook that shows a quiz of as many questions as our
    bank has, the same ones, without what jupyterquiz does not know: it has no other way to offer a question bank.
    It can be used when the last question is there, wherever its kernel is; to make sure, one is then answered.
    """
    told = json.loads(jupyterquiz_json.write(load_bank()))
    quiz = [{name: one[name] for name in ("question", "type", "answers")} for one in told]
    path = workbook.lab.home.parent / "quiz.json"
    path.write_text(json.dumps(quiz))

    def ours() -> float:
        with workbook.page(OURS, usable=FORM_USABLE) as (page, took):
            Form(page).write("word ")
        return took

    def peer() -> float:
        usable = QUIZ_USABLE.format(many=len(quiz))
        with workbook.page(QUIZ.format(path=str(path)), usable=usable) as (page, took):
            page.locator(".MCButton").first.click()
            expect(page.locator(".Feedback").first).not_to_be_empty()
        return took

    ours, peer = in_turn(repeats, ours, peer)
    yield Line("address opened to a form that can be used", ours, peer, f"jupyterquiz, {len(quiz)} questions", None)


def clicking(workbook: Workbook, repeats: int) -> Iterator[Line]:
    """From a click on "Save and next" to the next question painted, on the workbook's own page.

    That page shares its kernel with the others, whose forms hear of the attempt. The question is painted when its
    heading is. The peer is the floor of a way to the kernel and back: a Button of ipywidgets, alone on its kernel, that
    changes the text of an HTML. Before each click the pointer rests on the button, as a hand does, and all is quiet.
    """
    usable = THERE.format(what=TEXT)
    with workbook.tab("notebooks/10-practice.ipynb") as page, workbook.page(BUTTON, usable=usable) as (bare, _):
        form, button, ours, peer = Form(page), bare.get_by_role("button", name="Next"), [], []
        for _ in range(repeats):
            for _ in range(CLICKS):
                ours.append(_save_and_next(form))
                peer.append(_timed_click(button, TEXT))
            _begin_another_set(form)
    yield Limit('click on "Save and next" to the next question', ours, peer, "a Button and a text", 150, percentile=95)


def _save_and_next(form: Form) -> float:
    aloud = form.root.get_by_role("checkbox", name="I answered aloud")
    expect(aloud).to_be_enabled()  # the tick of the question before is gone
    aloud.check()
    form.open_guide()
    form.score()
    return _timed_click(form.button("Save and next"), ".recprep-form h2")


def _begin_another_set(form: Form) -> None:
    form.button("Skip").click()
    form.button("Practise another set").click()
    form.wait_for_question()


def _timed_click(button: Locator, what: str) -> float:
    """Click, and give the ms to the frame in which `what` has other words."""
    button.hover()
    button.page.wait_for_timeout(MS_AT_REST)
    button.page.evaluate(WATCH_CLICK, what)
    button.click()
    return button.page.evaluate("globalThis.painted")


def typing(workbook: Workbook, repeats: int) -> Iterator[Line]:
    """From a key to its frame, while somebody goes on typing a long answer, and drafts are sent and kept.

    The peer is a Textarea of ipywidgets with the same words, which sends nothing until it is left: the machine's floor.
    """
    usable = THERE.format(what=BOX)
    with workbook.page(OURS, usable=FORM_USABLE) as (page, _), workbook.page(TEXTAREA, usable=usable) as (bare, _):
        boxes = [Form(page).answer, bare.locator(BOX)]
        for box in boxes:
            box.fill(SPOKEN)
            box.evaluate(WATCH_KEYS)
        expect(Form(page).status).to_contain_text("Draft saved")
        ours, peer = [], []
        for _ in range(repeats):
            for box, took in zip(boxes, (ours, peer), strict=True):
                box.press_sequentially(("and then some " * KEYS)[:KEYS], delay=MS_A_KEY)
                took += box.page.evaluate(TAKE_KEYS)
    yield Limit("slowest key in the answer box", ours, peer, "a bare Textarea", 50)


PARTS = {part.__name__: part for part in (opening, clicking, typing)}


@contextmanager
def workbook() -> Iterator[Workbook]:
    """Start everything at a home of its own, and end it."""
    chromium = os.environ.get("RECPREP_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)))
    expect.set_options(timeout=SECONDS * 1000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        history(home, load_bank(), answers=SOME)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with closing(browser), start_lab(home) as lab:
            yield Workbook(lab, browser)
            lab.end()


def main() -> None:
    """Measure, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--repeats", type=int, default=15)
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    told = asked.parse_args()
    with workbook() as open_workbook:
        chromium = f"Chromium {open_workbook.browser.version}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, {chromium}, {told.repeats} repeats\n")
        print("| what | beside | ratio | target | | ours, median (least) | peer, median (least) |")
        print("| --- | --- | ---: | ---: | --- | ---: | ---: |")
        for name in told.only:
            for line in PARTS[name](open_workbook, told.repeats):
                print(line, flush=True)


if __name__ == "__main__":
    main()
