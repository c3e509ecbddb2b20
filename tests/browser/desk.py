"""The workbook in a browser tab: pages made for a test, and the practice form as a person finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from lab_process import LabProcess, eventually, write_page
from playwright.sync_api import Locator, Page, expect

CRITERIA = ("Accuracy", "Structure", "Evidence", "Judgement", "Communication")
ONE_QUESTION = 'recprep.practice("ethics", questions=1)'


class Form:
    """The form in a tab, by role and accessible name."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def answer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your answer")

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert").filter(has_text="")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("radiogroup", name=name, exact=True)

    def level(self, group: str, level: int) -> Locator:
        return self.group(group).get_by_role("radio").nth(level - 1)

    def write(self, words: str) -> None:
        """Type an answer, and wait until it is said to be saved."""
        self.answer.press_sequentially(words)
        expect(self.status).to_contain_text("Draft saved")

    def open_guide(self) -> None:
        self.button("Show the guide").click()
        expect(self.heading("What the interviewer listens for")).to_be_focused()

    def score(self, level: int = 3) -> None:
        """Give every criterion in use the same level."""
        for name in CRITERIA:
            if self.group(name).count():
                self.level(name, level).check()

    def answer_in_full(self, words: str, level: int = 3) -> None:
        """Take the whole path of one question, up to the last click."""
        self.write(words)
        self.open_guide()
        self.score(level)


class Desk:
    """JupyterLab in a tab, where a test lays out pages of its own."""

    def __init__(self, page: Page, lab: LabProcess, folder: Path) -> None:
        self.page, self.lab, self.folder = page, lab, folder
        self.home = folder / "home"

    def lay_out(self, *sources: str, kernel: str | None = None, home: Path | None = None) -> str:
        """Write a page whose cells keep to a personal home of this test's own; give its path."""
        path = f"notebooks/{uuid4().hex}.ipynb"
        begin = f"import os, recprep; os.environ['RECPREP_HOME'] = {str(home or self.home)!r}"
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

    def open(self, path: str) -> Form:
        """Open a page and run all its cells."""
        self.page.evaluate(_OPEN, path)
        self.command("notebook:run-all-cells")
        form = Form(self.page)
        expect(form.answer.or_(form.page.locator(".jp-RenderedText[data-mime-type*=error]")).first).to_be_visible()
        return form

    def practise(self, *sources: str, **options: object) -> Form:
        return self.open(self.lay_out(*sources, **options))

    def command(self, name: str, **arguments: object) -> None:
        self.page.evaluate("([name, args]) => jupyterapp.commands.execute(name, args)", [name, arguments])

    def cells(self) -> list[dict]:
        """Give type, source and run count of every cell of the page in front."""
        return self.page.evaluate(_CELLS)

    def clear(self) -> None:
        """Close every tab without a question."""
        self.page.evaluate(_CLEAR)


_OPEN = """async (path) => {
  const widget = await jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
  await widget.context.ready;
  await widget.context.sessionContext.ready;
  jupyterapp.shell.activateById(widget.id);
}"""
_CELLS = """() => jupyterapp.shell.currentWidget.content.model.toJSON().cells
  .map(({ cell_type, source, execution_count }) => ({ cell_type, source, execution_count }))"""
_CLEAR = """() => { for (const widget of [...jupyterapp.shell.widgets("main")]) widget.dispose(); }"""


def drafts(home: Path) -> list[str]:
    """Give the texts of all drafts, and of those kept aside, as they are on the disk."""
    return _rows(home, "SELECT body FROM draft WHERE body IS NOT NULL UNION ALL SELECT body FROM aside")


def attempts(home: Path) -> int:
    return len(_rows(home, "SELECT * FROM attempt"))


def _rows(home: Path, query: str) -> list[str]:
    path = home / "history.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return [str(row[0]) for row in connection.execute(query)]


__all__ = ["CRITERIA", "ONE_QUESTION", "Desk", "Form", "attempts", "drafts", "eventually"]
