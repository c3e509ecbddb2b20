"""A search field with filters, and what was found as a list of buttons that a keyboard walks through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from recprep.ui.widgets.part import FOLDER, Part

Asked = Callable[[], None]


class SearchBox(Part):
    """Search as one types.

    `label` names the field, `list_label` the list. `filters` is a list of `{id, label, options}` with options
    `[value, words]`. `text` and `chosen` (value by filter) are what is looked for. `items` is a list of
    `{id, name, note, marked}`, all plain text, `told` how many there are, `more` the words of a button that asks for
    more, or empty. The page sends `{"type": "asked", "text", "chosen", "number"}` and waits for `answered` to be that
    number before it asks again; `{"type": "open", "id"}`; and `{"type": "more"}`. What is told while `news` counts
    up is said politely too, once the person has stopped typing.
    """

    _esm = FOLDER / "search_box.js"
    _css = FOLDER / "search_box.css"

    label = traitlets.Unicode("Search").tag(sync=True)
    list_label = traitlets.Unicode("Found").tag(sync=True)
    hint = traitlets.Unicode("").tag(sync=True)
    filters = traitlets.List(traitlets.Dict()).tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    items = traitlets.List(traitlets.Dict()).tag(sync=True)
    told = traitlets.Unicode("").tag(sync=True)
    more = traitlets.Unicode("").tag(sync=True)
    answered = traitlets.List(traitlets.Any(), default_value=["", 0]).tag(sync=True)
    news = traitlets.Int(0).tag(sync=True)
    focused = traitlets.Int(0).tag(sync=True)

    def focus(self) -> None:
        """Move the focus into the list, to where the person was last; to the field when there is no list."""
        self.focused += 1

    def when_asked(self, find: Asked, guarded: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
        """Have `find` called when the person typed or filtered; it shows what was found."""

        def take(message: Mapping[str, Any]) -> None:
            with self.hold_sync():
                self.text = str(message.get("text", ""))[:LONGEST]
                self.chosen = {str(name): str(value) for name, value in dict(message.get("chosen") or {}).items()}
                self.news += 1
                try:
                    find()
                finally:
                    self.answered = [message.get("page"), message.get("number")]

        self.on("asked", guarded(take))

    def show(self, items: Sequence[Mapping[str, Any]], *, told: str, more: str = "") -> None:
        """Show what was found."""
        with self.hold_sync():
            self.items, self.told, self.more = list(items), told, more


LONGEST = 400  # letters of a search that are looked at
