"""A quiet clock that starts when the question is first seen, and can be hidden."""

from __future__ import annotations

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class Stopwatch(Part):
    """The time since the first look at a question.

    The page sends `{"type": "seen", "question"}` when the question is first visible. `before` holds the
    seconds from earlier sittings, `minutes` the time to answer, `running` whether it counts.
    """

    _esm = FOLDER / "stopwatch.js"
    _css = FOLDER / "stopwatch.css"

    question = traitlets.Unicode("").tag(sync=True)
    before = traitlets.Int(0).tag(sync=True)
    minutes = traitlets.Int(0).tag(sync=True)
    running = traitlets.Bool(True).tag(sync=True)
    shown = traitlets.Bool(True).tag(sync=True)
