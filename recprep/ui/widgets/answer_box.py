"""The answer box: every word is kept in the browser until the kernel confirms that it is saved."""

from __future__ import annotations

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class AnswerBox(Part):
    """A textarea that loses nothing.

    The page sends `{"type": "text", "home", "question", "text", "page", "number", "based_on"}` at most every
    half second while the person types, and keeps a copy until `kept` answers with the same number;
    `refused` tells that the kernel is there and could not keep them.
    Words found from an earlier run come as `text` when they continue what is saved, else as `left`.

    `question` names the question, `home` the personal home (so that words of one never reach another),
    `text` and `stamp` are what is saved, `frame` is a list of [step, what it asks].
    """

    _esm = FOLDER / "answer_box.js"
    _css = FOLDER / "answer_box.css"

    home = traitlets.Unicode("").tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    stamp = traitlets.Unicode("").tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)
    frame = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)

    def confirm(self, message: dict, *, stamp: str) -> None:
        """Tell the page that its words are kept, and the stamp of what is saved now."""
        kept = {"type": "kept", "page": message["page"], "number": message["number"], "stamp": stamp}
        self.send(kept)

    def _receive(self, widget: object, content: object, buffers: object) -> None:
        """Pass over words that were under way when the home was erased."""
        if isinstance(content, dict) and content.get("home", self.home) == self.home:
            super()._receive(widget, content, buffers)

    def refuse(self, message: dict) -> None:
        """Tell the page that its words could not be kept: its copy stays, and the form says why."""
        self.send({"type": "refused", "page": message["page"], "number": message["number"]})
