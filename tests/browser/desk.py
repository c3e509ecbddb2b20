"""The workbook in a browser tab: pages made for a test, and the practice form as a person finds it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from lab_process import LabProcess, eventually, write_page
from playwright.sync_api import Locator, Page, expect

CRITERIA = ("Accuracy", "Structure", "Evidence", "Judgement", "Communication")
ONE_QUESTION = 'recprep.practice("ethics", questions=1)'


class Form:
    """The form in front, by role and accessible name."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".recprep-form").filter(visible=True).filter(has=page.get_by_role("status"))

    @property
    def last(self) -> Form:
        """The last form of the page, where it holds several."""
        form = Form(self.page)
        form.root = self.root.last
        return form

    @property
    def answer(self) -> Locator:
        return self.root.get_by_role("textbox", name="Your answer")

    @property
    def status(self) -> Locator:
        return self.root.get_by_role("status")

    def alert(self, words: str = "") -> Locator:
        return self.root.get_by_role("alert").filter(has_text=words)

    def heading(self, name: str) -> Locator:
        return self.root.get_by_role("heading", name=name)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def group(self, name: str) -> Locator:
        return self.root.get_by_role("radiogroup", name=name, exact=True)

    def level(self, group: str, level: int) -> Locator:
        return self.group(group).get_by_role("radio").nth(level - 1)

    def write(self, words: str) -> None:
        """Type an answer, and wait until it is said to be saved."""
        self.answer.press_sequentially(words)
        in_time = eventually(lambda: "Draft saved" in self.status.inner_text())
        said = self.root.locator("[role=alert], [role=status]")
        assert in_time, f"in the box: {self.answer.input_value()!r}, said: {said.all_inner_texts()}"

    def wait_for_question(self) -> None:
        """Wait until the next question is there: its heading has the focus."""
        expect(self.root.get_by_role("heading", level=2)).to_be_focused()

    def open_guide(self) -> None:
        self.button("Show the guide").click()
        expect(self.heading("What the interviewer listens for")).to_be_focused()

    def score(self, level: int = 3) -> None:
        """Give every criterion in use the same level."""
        for name in self.criteria():
            self.level(name, level).check()

    def criteria(self) -> list[str]:
        """Give the criteria in use, once they can be scored: the grid comes after the guide's heading."""
        expect(self.level("Communication", 1)).to_be_enabled()
        return [name for name in CRITERIA if self.group(name).count()]

    def result_height(self) -> float:
        """Give the height of what moves the buttons below it when it grows."""
        return self.root.locator(".recprep-result").bounding_box()["height"]

    def answer_in_full(self, words: str, level: int = 3) -> None:
        """Take the whole path of one question, up to the last click."""
        self.write(words)
        self.open_guide()
        self.score(level)

    def watch_status(self) -> None:
        """Listen from now on to what the status region says."""
        self.status.evaluate(_LISTEN)

    def heard(self) -> list[str]:
        return self.page.evaluate("globalThis.heard")


class Desk:
    """JupyterLab in a tab, where a test lays out pages of its own."""

    def __init__(self, page: Page, lab: LabProcess, folder: Path) -> None:
        self.page, self.lab, self.folder = page, lab, folder
        self.home, self.front = folder / "home", ""

    def lay_out(self, *sources: str, kernel: str | None = None, home: Path | None = None) -> str:
        """Write a page whose cells keep to a personal home of this test's own; give its path."""
        path = f"notebooks/{uuid4().hex}.ipynb"
        begin = f"{_REMEMBER_FORMS}\nos.environ['RECPREP_HOME'] = {str(home or self.home)!r}"
        write_page(self.lab.home / "workbook" / path, begin, *(sources or (ONE_QUESTION,)))
        chosen = {"id": kernel or self.kernel()}
        body = {"path": path, "name": Path(path).name, "type": "notebook", "kernel": chosen}
        self.lab.server().ask("POST", "/api/sessions", body)
        return path

    def kernel(self) -> str:
        """Give the id of the kernel that the workbook's own pages share."""
        return self.lab.server().ask("GET", "/api/sessions")[0]["kernel"]["id"]

    def new_kernel(self) -> str:
        return self.lab.server().ask("POST", "/api/kernels", {"name": "python3"})["id"]

    def show(self, path: str) -> None:
        """Bring a page to the front; open it if it is not."""
        self.page.evaluate(_OPEN, path)
        self.front = path

    def open_other(self, path: str, heading: str) -> None:
        """Open a page that holds another form, and run all its cells."""
        self.show(path)
        self.command("notebook:run-all-cells")
        self.page.get_by_role("heading", name=heading).wait_for()

    def open(self, path: str) -> Form:
        """Open a page and run all its cells."""
        self.show(path)
        self.command("notebook:run-all-cells")
        form = Form(self.page)
        expect(form.answer).to_be_visible()
        self.settle(form)
        return form

    def settle(self, form: Form) -> None:
        """Wait until the form guards its keys, and JupyterLab has put the focus where it wants it after a run."""
        expect(form.last.root).to_have_attribute("tabindex", "-1")
        self.wait_for_idle()
        self.page.evaluate(_TWO_FRAMES)

    def practise(self, *sources: str, **options: object) -> Form:
        return self.open(self.lay_out(*sources, **options))

    def address(self, path: str, way: str = "lab/tree") -> str:
        """Give the address of a page, with the token."""
        return self.lab.address().replace("lab/tree/notebooks/00-start-here.ipynb", f"{way}/{path}")

    def run_all(self, tab: Page) -> None:
        """Wait until a freshly opened page is there, and run all its cells."""
        tab.get_by_role("heading", name="A page").wait_for()
        choose(tab, "Run", "Run All Cells")

    def menu(self, menu: str, item: str) -> None:
        choose(self.page, menu, item)

    def dismiss_dialogs(self) -> None:
        """Say yes to whatever JupyterLab has put in front."""
        for button in self.page.locator(".jp-Dialog button.jp-mod-accept").all():
            button.click()

    def wait_for_idle(self) -> None:
        self.page.wait_for_function(_IDLE, arg=self.front)

    def command(self, name: str, **arguments: object) -> None:
        self.page.evaluate("([name, args]) => jupyterapp.commands.execute(name, args)", [name, arguments])

    def cells(self) -> list[dict]:
        """Give type, source and run count of every cell of the page in front."""
        return self.page.evaluate(_CELLS, self.front)

    @contextmanager
    def second_tab(self, path: str) -> Iterator[Form]:
        """Open a page that is in front, saved, in another tab of this browser; it shows the same form."""
        self.save()
        with closing(self.page.context.new_page()) as tab:
            tab.goto(self.address(path))
            form = Form(tab)
            expect(form.answer).to_be_visible()
            yield form

    def execute(self, code: str) -> None:
        """Run code in the kernel of the page in front, in no cell."""
        self.page.evaluate(_EXECUTE, [self.front, code])

    def begin(self, code: str) -> None:
        """Run code in the kernel of the page in front, and do not wait for its end."""
        self.page.evaluate(_BEGIN, [self.front, code])

    def wait_until_saved(self) -> None:
        self.page.wait_for_function(f"(path) => !{_FIND}.context.model.dirty", arg=self.front)

    def save(self) -> None:
        """Save the page in front."""
        self.page.evaluate(_SAVE, self.front)

    def drafts(self) -> set[str]:
        return drafts(self.home)

    def wait_for_draft(self, words: str) -> None:
        """Wait until a draft on the disk ends with these words."""
        assert eventually(lambda: any(draft.endswith(words) for draft in self.drafts())), self.drafts()

    def clear(self) -> None:
        """Close every tab without a question, and whatever JupyterLab says about a save that this cut short.

        The forms of these pages go too: every page that opens loads all that its kernel has.
        """
        if self.front:
            self.page.evaluate(_CLOSE_FORMS, self.front)
            self.front = ""
        self.page.evaluate(_CLEAR)
        self.dismiss_dialogs()


_OPEN = """async (path) => {
  const widget = await jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
  await widget.context.ready;
  await widget.context.sessionContext.ready;
  jupyterapp.shell.activateById(widget.id);
}"""
_FIND = "[...jupyterapp.shell.widgets('main')].find(({ context }) => context?.path === path)"
_CELLS = f"""(path) => {_FIND}.content.model.toJSON().cells
  .map(({{ cell_type, source, execution_count }}) => ({{ cell_type, source, execution_count }}))"""
_SAVE = f"(path) => {_FIND}.context.save()"
_IDLE = f"(path) => {_FIND}.sessionContext.session?.kernel?.status === 'idle'"
_TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go, 0))))"
_EXECUTE = f"""async ([path, code]) => {{
  const {{ content }} = await {_FIND}.sessionContext.session.kernel.requestExecute({{ code }}).done;
  if (content.status !== "ok") throw new Error(content.evalue);
}}"""
_BEGIN = f"([path, code]) => {{ {_FIND}.sessionContext.session.kernel.requestExecute({{ code }}); }}"
_REMEMBER_FORMS = """import os, recprep
from ipywidgets.widgets.widget import _instances as forms
recprep.__dict__.setdefault("forms_before", set(forms))"""
_CLOSE_FORMS = f"""(path) => {{
  const code = "[form.close() for name, form in list(forms.items()) if name not in recprep.forms_before]";
  const kernel = {_FIND}?.sessionContext.session?.kernel;
  const done = Promise.resolve(kernel?.requestExecute({{ code }}).done).catch(() => null);
  return Promise.race([done, new Promise((stop) => setTimeout(stop, 3000))]);
}}"""
_CLEAR = """() => { for (const widget of [...jupyterapp.shell.widgets("main")]) widget.dispose(); }"""
_LISTEN = """(region) => {
  globalThis.heard = [];
  const listen = () => globalThis.heard.push(region.textContent);
  new MutationObserver(listen).observe(region, { childList: true, characterData: true, subtree: true });
}"""


def choose(page: Page, menu: str, item: str) -> None:
    """Choose an item of a menu."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


def drafts(home: Path) -> set[str]:
    """Give the texts of all drafts, and of those kept aside, as they are on the disk."""
    rows = _rows(home, "SELECT body FROM draft WHERE body IS NOT NULL UNION ALL SELECT body FROM aside")
    return {json.loads(body)["answer"] for body in rows}


def attempts(home: Path) -> int:
    """Give the number of attempts on the disk, withdrawn ones included."""
    return len(_rows(home, "SELECT 1 FROM attempt"))


def _rows(home: Path, query: str) -> list:
    path = home / "history.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute(query)]
