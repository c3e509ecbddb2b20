"""What the sections of the records page share: their form's voice, a bar for long work, and asking once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets

from recprep.core.problem import Problem
from recprep.ui.forms.frame import Form, show
from recprep.ui.widgets.gauge import Gauge
from recprep.ui.widgets.passage import Passage

LOOK = {"style": {"description_width": "9rem"}, "layout": {"width": "min(46rem, 100%)"}}
NOTHING_DONE = "Nothing was changed."


class Section(widgets.VBox):
    """A part of a page about one thing; its long work shows how far it is."""

    def __init__(self, form: Form, heading: str) -> None:
        super().__init__()
        self.add_class("recprep-section")
        self._form = form
        self.head = Passage(level=3, heading=heading)
        self.gauge = Gauge()
        self.asking = Asking(form, back_to=self.head)

    def say(self, words: str) -> None:
        """Say that something went well."""
        self._form.notices.say(status=words, alert="")

    def follow(self) -> None:
        """Show what is kept now."""


class Asking(widgets.VBox):
    """A plain question before something that cannot be undone, asked once."""

    def __init__(self, form: Form, *, back_to: Passage) -> None:
        self._form, self._back_to = form, back_to
        self._step: Callable[[], object] = lambda: None
        self._question = Passage(level=4)
        self._yes = form.button("Yes", self._go)
        self._no = form.button("No, keep everything as it is", self._stay)
        super().__init__([self._question, widgets.HBox([self._no, self._yes])])
        show(self, False)

    def ask(self, question: str, body: str, *, yes: str, step: Callable[[], object]) -> None:
        """Ask; `step` is taken if the answer is yes.

        Parameters
        ----------
        question : str
            Plain text.
        body : str
            Safe HTML.
        yes : str
            What the button says that does it.
        step : callable
        """
        self._question.heading, self._question.body, self._yes.description = question, body, yes
        self._step = step
        show(self, True)
        self._question.focus()

    def _go(self) -> None:
        show(self, False)
        self._back_to.focus()
        self._step()

    def _stay(self) -> None:
        show(self, False)
        self._back_to.focus()
        self._form.notices.say(status=NOTHING_DONE, alert="")


def named_folder(text: str) -> Path:
    """Give the folder that a person typed, with `~` for their own."""
    if not text.strip():
        message = "Name a folder first, such as ~/Documents."
        raise Problem(message)
    return Path(text.strip()).expanduser()


def usual_folder() -> str:
    """Give where a person would look for a new file: their downloads, or their own folder."""
    downloads = Path.home() / "Downloads"
    return str(downloads if downloads.is_dir() else Path.home())
