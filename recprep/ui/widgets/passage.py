"""A heading with text below it; the heading can take the focus."""

from __future__ import annotations

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class Passage(Part):
    """A section of a page.

    `heading` is plain text, `level` 2 to 6, `body` safe HTML (see `recprep.ui.text`).
    """

    _esm = FOLDER / "passage.js"
    _css = FOLDER / "passage.css"

    heading = traitlets.Unicode("").tag(sync=True)
    level = traitlets.Int(2).tag(sync=True)
    body = traitlets.Unicode("").tag(sync=True)
    focused = traitlets.Int(0).tag(sync=True)

    def focus(self, *, when: bool = True) -> None:
        """Move the focus to the heading, where a screen reader reads on."""
        self.focused += when
