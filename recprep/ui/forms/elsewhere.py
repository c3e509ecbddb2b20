"""A section of the question bank: the questions of a role as a file for another program, or for paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import ipywidgets as widgets

from recprep.core.bank import Bank
from recprep.ui.forms.frame import Form
from recprep.ui.forms.section import LOOK, Section, named_folder, usual_folder

Write = Callable[[Bank, Path, str], tuple[Path, list[str]]]
HEAD = (
    "<p>All questions of this role with their guides, and what you added, as a file that other programs read. Nothing "
    "of your answers and scores is in it. Nothing is overwritten. The same file can be imported here again.</p>"
)


class Elsewhere(Section):
    """Choose a format and a folder, and write the bank of the role there.

    Parameters
    ----------
    form : Form
    bank : callable
        Gives the bank as it is now, with the person's own questions.
    write : callable
        Writes a bank into a folder in a format; gives the new file, and sentences about what is left out.
    formats : mapping of str to str
        The name of each format, and what it is.
    """

    def __init__(self, form: Form, *, bank: Callable[[], Bank], write: Write, formats: Mapping[str, str]) -> None:
        super().__init__(form, "Take these questions elsewhere")
        self._bank, self._write = bank, write
        self.head.body = HEAD
        options = [(about[0].upper() + about[1:], name) for name, about in formats.items()]
        self.format = widgets.Dropdown(description="As", options=options, **LOOK)
        self.folder = widgets.Text(description="Folder", value=usual_folder(), continuous_update=True, **LOOK)
        button = form.button("Write the file", self.take_out)
        self.children = [self.head, self.format, self.folder, button, self.gauge]

    def take_out(self) -> Path:
        """Write the bank of the role; give the new file or folder."""
        folder = named_folder(self.folder.value)
        with self.gauge.at_work("Writing"):
            place, left_out = self._write(self._bank(), folder, self.format.value)
        self.say(" ".join([*left_out, f"Written: {place}"]))
        return place
