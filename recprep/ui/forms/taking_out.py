"""A section of the records page: copies for a spreadsheet, a program, a coach, or to read on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ipywidgets as widgets

from recprep.storage.custody import export as exporter
from recprep.storage.custody.export import Exported
from recprep.ui.forms.frame import Form, show
from recprep.ui.forms.section import LOOK, Section, named_folder, usual_folder
from recprep.ui.text import counted

REPORT, SHEET = "report", "sheet"
WHAT = (
    ("a report to read, print or hand to a coach", REPORT),
    ("one page for the morning of the interview", SHEET),
    ("tables for a spreadsheet (CSV)", "csv"),
    ("every detail, for programs (JSON Lines)", "jsonl"),
    ("a review log for FSRS's optimizers (CSV)", "review-log"),
)
HEAD = (
    "<p>A copy of what you wrote and scored, for other people and programs to read. It goes into the folder that you "
    "name, and nothing there is overwritten. Whoever has the copy can read it: look after it.</p>"
)


class TakingOut(Section):
    """Choose what to write, and where.

    Parameters
    ----------
    form : Form
    database : pathlib.Path
    write : callable
        Writes a document ("report" or "sheet") into a folder, with or without answers, and gives its path.
    open_file : callable
        Opens a file for the person, and says whether it could.
    clock : callable
    """

    def __init__(
        self,
        form: Form,
        *,
        database: Path,
        write: Callable[[str, Path, bool], Path],
        open_file: Callable[[Path], bool],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(form, "Take a copy out")
        self._database, self._write, self._open_file, self._clock = database, write, open_file, clock
        self._written: Path | None = None
        self.head.body = HEAD
        self.what = widgets.Dropdown(description="What", options=WHAT, **LOOK)
        self.folder = widgets.Text(description="Folder", value=usual_folder(), continuous_update=True, **LOOK)
        self.answers = widgets.Checkbox(description="With the words of my answers", value=True, indent=False)
        self._open = form.button("Open it", self.open_written)
        self.children = [
            self.head,
            self.what,
            self.folder,
            self.answers,
            widgets.HBox([form.button("Write it", self.take_out), self._open]),
            self.gauge,
        ]
        self.what.observe(form.guarded(lambda _change: self._offer()), names="value")
        show(self._open, False)

    def take_out(self) -> tuple[Path, ...]:
        """Write what is chosen; give the files."""
        show(self._open, False)
        what, folder = self.what.value, named_folder(self.folder.value)
        return self._document(what, folder) if what in (REPORT, SHEET) else self._export(what, folder)

    def open_written(self) -> None:
        """Open the document that was written last."""
        if self._written and not self._open_file(self._written):
            self.say(f"It could not be opened from here. Open it yourself: {self._written}")

    def _document(self, what: str, folder: Path) -> tuple[Path, ...]:
        with self.gauge.at_work("Writing"):
            self._written = self._write(what, folder, self.answers.value)
        show(self._open, True)
        self.say(f"Written: {self._written}")
        return (self._written,)

    def _export(self, what: str, folder: Path) -> tuple[Path, ...]:
        log = what == "review-log"
        with self.gauge.at_work("Writing") as progress:
            done = exporter.export(
                self._database,
                folder,
                now=self._clock().astimezone(),
                content="review-log" if log else "attempts",
                format="csv" if log else what,
                answers=self.answers.value,
                progress=progress,
            )
        self.say(f"Written: {_amount(done)} in the folder {done.files[0].parent}.{_left_out(done)}")
        return done.files

    def _offer(self) -> None:
        show(self.answers, self.what.value not in (SHEET, "review-log"))
        show(self._open, False)


def _amount(done: Exported) -> str:
    counts = {"review": done.reviews} if done.reviews else {"attempt": done.attempts, "rating": done.ratings}
    return " and ".join(counted(number, thing) for thing, number in counts.items() if number)


def _left_out(done: Exported) -> str:
    many = len(done.left_out)
    return f" Left out because damaged: {counted(many, 'record')}; `recprep doctor` names them." if many else ""
