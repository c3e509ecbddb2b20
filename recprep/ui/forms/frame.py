"""What every page's form shares: one guard around every callback, live regions, and news of the history."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from functools import wraps
from typing import Any
from weakref import WeakSet

import ipywidgets as widgets

from recprep.core.problem import Problem
from recprep.ui.text import plain
from recprep.ui.widgets.notices import Notices
from recprep.ui.widgets.part import IN_TURN
from recprep.ui.widgets.passage import Passage

_open: WeakSet[Form] = WeakSet()


def tell_open_forms() -> None:
    """Let every open form of this process show what the history holds now, at the latest when it is looked at."""
    for form in list(_open):
        form.guarded(form.hear)()


class Form(widgets.VBox):
    """A page's form: one widget with a fixed text form, so that a saved notebook holds nothing personal."""

    def __init__(self) -> None:
        self.notices = Notices()
        self._once_seen: list[Callable[[], object]] = []
        super().__init__()
        self.add_class("recprep-form")
        self.notices.on("look", self.guarded(lambda _message: self._looked_at()))
        _open.add(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: choose Run > Run All Cells to see it>"

    def __hash__(self) -> int:
        return id(self)

    def once_seen(self, step: Callable[[], object]) -> None:
        """Take a step when the person has seen this form for the first time: what need not delay the page."""
        self._once_seen.append(step)

    def _looked_at(self) -> None:
        steps, self._once_seen = self._once_seen, []
        self.look()
        for step in steps:
            step()

    def look(self) -> None:
        """Follow what this or another process has written since the person last looked."""
        self.refresh()

    def hear(self) -> None:
        """Take the news that an attempt was saved or taken back."""
        self.refresh()

    def refresh(self) -> None:
        """Show what the history holds now."""

    def guarded(self, step: Callable[..., None], *, in_turn: bool = True) -> Callable[..., None]:
        """Wrap a callback so that what goes wrong is said in the form, and the person's words stay.

        One such step is taken at a time, unless it need not be `in_turn`.
        """

        @wraps(step)
        def run(*arguments: Any) -> None:
            try:
                with IN_TURN if in_turn else nullcontext():
                    step(*arguments)
            except Problem as problem:
                self.notices.say(alert=str(problem))
            except Exception as error:  # whatever it is: JupyterLab would show nothing
                self.notices.say(alert=_unexpected(error))

        return run

    def button(self, name: str, step: Callable[[], None], *, primary: bool = False) -> widgets.Button:
        """Give a button that takes a step of this form."""
        button = widgets.Button(description=name, button_style="primary" if primary else "")
        button.layout.align_self = "flex-start"
        button.on_click(self.guarded(lambda _button: step()))
        return button


class SteppedForm(Form):
    """A form that only draws a state machine: every step is handed to it, and what it left is drawn.

    Its `_draw(focus=None)` draws how things stand; the part that takes the focus changes and takes it in one message.
    """

    def _step(self, step: Callable[[], Any], *, focus: Passage | None = None) -> Any:
        """Take a step, and draw what it left, also when it was refused; a cell and the page take turns."""
        with IN_TURN:
            try:
                result = step()
            except BaseException:
                self._draw()
                raise
            self._draw(focus=focus)
            self.notices.calm()
        return result


def set_aside(notice: str | None) -> list[Passage]:
    """Give what stands at the head of a form when a damaged database was set aside; nothing otherwise."""
    return [Passage(level=3, heading="Please read this first", body=f"<p>{plain(notice)}</p>")] if notice else []


def _unexpected(error: Exception) -> str:
    return (
        f"Something unexpected went wrong ({type(error).__name__}: {error}). Your words are kept. "
        "Try again; if it stays, choose Run All Cells from the Run menu."
    )


def day(at: datetime) -> str:
    """Give a moment as a day in the person's own zone."""
    return f"{at.astimezone():%d %b %Y}"


def show(part: widgets.Widget, shown: bool) -> None:
    """Show a part, or hide it from everybody."""
    part.layout.display = None if shown else "none"
