"""How far long work is: a labelled progress bar, which is not there while nothing is at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class Gauge(Part):
    """A progress bar with a name.

    `label` says what is at work, and is empty while nothing is; `percent` is from 0 to 100, or -1 when it is not known.
    """

    _esm = FOLDER / "gauge.js"
    _css = FOLDER / "gauge.css"

    label = traitlets.Unicode("").tag(sync=True)
    percent = traitlets.Int(-1).tag(sync=True)

    @contextmanager
    def at_work(self, label: str) -> Iterator[Callable[[int, int], None]]:
        """Show the bar for a while, and give what moves it: told how much is done, and of how much."""
        self.percent, self.label = -1, label
        try:
            yield self._move
        finally:
            self.label = ""

    def _move(self, done: int, of: int) -> None:
        self.percent = min(100, 100 * done // of) if of else 100
