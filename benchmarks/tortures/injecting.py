"""Texts that want to run, load or take a name, in every field, on every page of a real browser."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from recprep.core.bank import Bank
from recprep.storage import own
from recprep.storage.library import load_bank
from recprep.storage.store import Store
from recprep.ui import report
from tortures.payloads import Payload, payloads
from tortures.poisoning import Dealer, files_to_import, guesses, poisoned_bank, poisoned_history
from tortures.watching import DOCUMENT, FORMS, OUTPUTS, Watch

# The tests know how to start the workbook and how its forms are found; they come first, as `browser` is theirs too.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from browser.conftest import CHROMIUMS, FLAGS, SECONDS, WIDE, start_lab
from browser.desk import Desk, Form
from lab_process import LabProcess

AT_ONCE = 94  # payloads in a bank
HOVERED = 12  # marks of a chart that the mouse comes to
READ = 3  # old answers that are looked at
POISON = """
import pickle, recprep
from pathlib import Path
from recprep.storage import library
from recprep.storage.catalogue.holding import Listed
bank, guessed, payloads = pickle.loads(Path({pickled!r}).read_bytes())
names = "load_bank", "guessed", "every_role"
real = library.__dict__.setdefault("real", {{name: getattr(library, name) for name in names}})
library.load_bank = lambda role="records-coordinator": bank if role == bank.role else real["load_bank"](role)
library.guessed = lambda role: guessed if role == bank.role else real["guessed"](role)
library.every_role = lambda: (Listed(bank.role, bank.name, bank.summary, bank.name, 1, False), *real["every_role"]())
"""
LET_THROUGH = ""  # code that a test has run in the kernel: texts are then shown as they are, and that must be seen


def injecting(folder: Path, times: float, dice: random.Random) -> str:
    """Show payloads in every field on every page of the product, and see that they are words and no more."""
    chromium = os.environ.get("RECPREP_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not chromium:
        return "nothing, because there is no Chromium on this machine"
    expect.set_options(timeout=SECONDS * 1000)
    with start_lab(folder / "lab") as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        told = inject(browser, lab, folder, payloads(times, dice), dice)
        browser.close()
        lab.end()
    return told


def inject(browser: Browser, lab: LabProcess, folder: Path, known: list[Payload], dice: random.Random) -> str:
    """Do it in a browser and a workbook that are there."""
    placed: set[tuple[str, int]] = set()
    with browser.new_context(viewport=WIDE) as context:
        page, reader = context.new_page(), context.new_page()
        watch = Watch(context, known)
        page.set_default_timeout(SECONDS * 1000)
        page.goto(lab.address())
        page.locator(f"{FORMS} h2").first.wait_for()
        desk = Desk(page, lab, folder)
        kernel = desk.new_kernel()
        for number, begin in enumerate(range(0, len(known), AT_ONCE)):
            deal = Dealer(known[begin : begin + AT_ONCE], dice)
            place = folder / f"bank-{number}"
            place.mkdir()
            page.bring_to_front()
            visit = Visit(desk, watch, deal, place, kernel, words_only=bool(number % 2))
            visit.pages()
            visit.documents(reader)
            placed |= deal.placed
    fields = len({field for field, _ in placed})
    told = (
        f"in {fields} fields ({len(placed):,} placements), looked at {watch.looks:,} times on {len(watch.pages)} pages"
    )
    return f"{len(known):,} payloads {told}: all of them words, none ran, and nothing was asked of any other machine"


class Visit:
    """One poisoned bank with its home, on all pages."""

    def __init__(self, desk: Desk, watch: Watch, deal: Dealer, place: Path, kernel: str, *, words_only: bool) -> None:
        self._desk, self._page, self._watch, self._deal, self._place = desk, desk.page, watch, deal, place
        self._kernel, self._now = kernel, datetime.now(UTC)
        self.home = place / f"home {(deal.names() or ['of mine'])[0]}"
        self.bank = poisoned_bank(deal, load_bank(), "hostile")
        poisoned_history(deal, self.bank, self.home, now=self._now, words_only=words_only)
        with Store(self.home / "history.db") as store:
            self.asked: Bank = own.laid_over(self.bank, store)
        texts = deal.every("search and error")
        (place / "bank.pickle").write_bytes(pickle.dumps((self.bank, guesses(deal, self.bank), texts)))

    def pages(self) -> None:
        """Go through all pages of the workbook."""
        steps: dict[str, Callable[[Form], None]] = {
            "start": self._start,
            "practice": self._practise,
            "browse": self._browse,
            "progress": self._look_back,
            "calibrate": self._calibrate,
            "your_records": self._records,
        }
        for name, step in steps.items():
            with self._opened(f"form = recprep.{name}({'questions=2' if name == 'practice' else ''})\nform"):
                form = Form(self._page)
                self._desk.settle(form)
                self._look(name)
                step(form)
                self._look(name)
        with self._opened("recprep.practice(role=' '.join(payloads))"):
            self._page.locator(OUTPUTS).get_by_text("There is no role").first.wait_for()
            self._look("error of a cell", OUTPUTS)

    def documents(self, reader: Page) -> None:
        """Write the report, with answers and without, and the sheet; open each as a file."""
        told = {"now": self._now}
        named = told | {"name": self._deal.all("name of a person")}
        with Store(self.home / "history.db") as store:
            files = {
                "report": report.write_report(self.asked, store, self._place, **named),
                "report without answers": report.write_report(self.asked, store, self._place, **named, answers=False),
                "sheet": report.write_sheet(self.asked, store, self._place, **told),
            }
        for name, file in files.items():
            reader.goto(file.as_uri())
            reader.evaluate(_UNFOLD)
            self._watch.look(reader, name, DOCUMENT)

    @contextmanager
    def _opened(self, source: str) -> Iterator[None]:
        """Open a page with a cell; close it in the end."""
        poison = POISON.format(pickled=str(self._place / "bank.pickle")) + LET_THROUGH
        self._desk.show(self._desk.lay_out(poison, source, kernel=self._kernel, home=self.home))
        self._desk.command("notebook:run-all-cells")
        yield
        self._desk.clear()

    def _look(self, where: str, within: str = FORMS) -> None:
        self._page.evaluate(_UNFOLD)
        self._watch.look(self._page, where, within)

    def _run(self, code: str) -> None:
        """Have a step taken in the kernel, and wait until the page shows what it left."""
        self._desk.execute(code)
        self._desk.settle(Form(self._page))

    def _start(self, form: Form) -> None:
        form.root.get_by_role("searchbox", name="Search roles").fill(self._deal.one("search", 0)[:40])
        form.button("Start today's set").click()
        expect(form.root.get_by_role("textbox", name="Your answer").first).to_be_visible()

    def _practise(self, form: Form) -> None:
        for _ in range(2):
            form.answer.fill("")
            form.answer.focus()
            self._page.keyboard.insert_text(self._deal.all("answer that is typed", "\n"))
            expect(form.status).to_contain_text("Draft saved")
            form.button("Show the other words").click()
            self._look("practice, answer")
            form.button("Show the guide").click()
            expect(form.heading("What the interviewer listens for")).to_be_focused()
            self._look("practice, guide")
            self._score(form, "Your result")
            for box in form.root.locator("fieldset[data-id=covered] input").all():
                box.check()
            self._look("practice, result")
            form.button("Save and next").click()
            form.root.get_by_role("heading", level=2).and_(self._page.locator(":focus")).wait_for()
        expect(form.heading("This set is done")).to_be_visible()

    def _score(self, form: Form, heading: str) -> None:
        rows = form.root.locator("fieldset[role=radiogroup]:not([data-id=level])")
        rows.first.wait_for()
        for row in rows.all():
            row.get_by_role("radio").nth(2).check()
        expect(form.heading(heading) if heading else form.button("Compare")).to_be_visible()

    def _browse(self, form: Form) -> None:
        more = form.root.locator(".recprep-more").first
        while more.is_visible():
            many = form.root.locator(".recprep-search").first.locator("li").count()
            more.click()
            expect(form.root.locator(".recprep-search").first.locator("li")).not_to_have_count(many)
        self._look("browse, list")
        for name, question in self.asked.question_by_id.items():
            self._run(f"form.open_question({name!r}); form.found.read_guide()")
            self._page.wait_for_function(_HEADED, arg=question.prompt)
            self._look("browse, guide")
        last = next(name for name in self.asked.question_by_id if name.startswith("own-"))
        for step in (f"form.edit({last!r})", "form.found.ask_to_remove()", "form.add()"):
            self._run(step)
            self._look("browse, writing")
        self._run("form.text = ' '.join(payloads)")
        self._run("form.guarded(form.open_question)(' '.join(payloads))")
        expect(form.alert("There is no question")).to_be_visible()
        self._look("browse, alert")
        self._run("form.guarded(lambda: int(' '.join(payloads)))()")
        expect(form.alert("Something unexpected")).to_be_visible()
        self._look("browse, alert")
        source = files_to_import(self._deal, self._place)
        self._run(f"form.roles.source.value = {str(source)!r}; form.roles.bring_in()")
        expect(form.heading("Imported")).to_be_visible()
        self._look("browse, import")
        self._run("for text in payloads: form.roles.find(text)")
        self._run("form.roles.choose(form.roles.find('clerk')[0])")
        self._look("browse, imported role")
        self._run("form.roles.choose(bank.role)")

    def _look_back(self, form: Form) -> None:
        words = form.root.get_by_label("Show words instead of numbers")
        for _ in range(2):
            self._page.wait_for_function(_DRAWN, arg=0 if words.is_checked() else 1)
            self._look("progress, words" if words.is_checked() else "progress, charts")
            for chart in form.root.locator(".js-plotly-plot").all():
                self._hover(chart)
            self._look("progress, words" if words.is_checked() else "progress, charts under the mouse")
            self._choose(form.root.get_by_label("Question", exact=True), "progress, comparison")
            self._choose(form.root.get_by_label("Answer", exact=True), "progress, old answer")
            checked = words.is_checked()
            words.click()
            expect(form.status).to_contain_text(f"Shown in {'numbers' if checked else 'words'}")
            self._desk.wait_for_idle()

    def _hover(self, chart: Locator) -> None:
        chart.scroll_into_view_if_needed()
        marks = chart.locator(".point, .annotation, .legendtext, .hm").all()
        for mark in self._deal.dice.sample(marks, min(HOVERED, len(marks))):
            if box := mark.bounding_box():
                self._page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def _choose(self, field: Locator, where: str) -> None:
        count = field.locator("option").count()
        for index in self._deal.dice.sample(range(count), min(READ, count)):
            field.select_option(index=index)
            self._desk.wait_for_idle()
            self._look(where)

    def _calibrate(self, form: Form) -> None:
        for _ in range(2):
            self._score(form, "")
            form.button("Compare").click()
            expect(form.heading("You and the reference")).to_be_focused()
            self._look("calibrate, reference")
            form.button("Next sample answer").click()
            form.root.get_by_role("heading", level=2).and_(self._page.locator(":focus")).wait_for()

    def _records(self, form: Form) -> None:
        place = self._place / f"copies {(self._deal.names() or ['of mine'])[0]}"
        place.mkdir()
        steps = (
            f"form.taking_out.folder.value = {str(place)!r}; form.taking_out.take_out()",
            f"form.bringing_back.folder.value = {str(place)!r}; form.bringing_back.back_up()",
            "form.bringing_back.ask_to_restore()",
            "form.guarded(lambda: form.bringing_back.restore(Path(' '.join(payloads)[:200])))()",
            "form.letting_go.lift(); form.letting_go.why.value = ' '.join(payloads); form.letting_go.hold()",
            "form.erasing.ask_to_erase()",
        )
        for step in steps:
            self._run(step)
            self._look("your_records, step by step")


_UNFOLD = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
_HEADED = "(words) => [...document.querySelectorAll('.recprep-form h3')].some((one) => one.textContent === words)"
_DRAWN = """(least) => {
  const charts = [...document.querySelectorAll(".recprep-form .jp-OutputArea")];
  return charts.length >= least && charts.every((one) => one.querySelector(".js-plotly-plot .main-svg"));
}"""
