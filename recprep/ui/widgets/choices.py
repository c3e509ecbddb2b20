"""Groups of real radio buttons or checkboxes: the prediction, the key points and the rubric grid."""

from __future__ import annotations

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class Choices(Part):
    """Groups to choose from, each a `fieldset` with a `legend`, nothing chosen in advance.

    `groups` is a list of mappings: `id`; `legend`, the group's accessible name, absent for a box on its own;
    `hint`, a line below it; `type`, "radio" or "checkbox"; `layout`, "cards", "scale" or "list"; `clear`,
    the label of a button that empties a radio group, or absent; `options`, a list of `{value, label, html}`
    where `html` is safe. `chosen` maps a group's id to the value of its radio, or to the list of values
    ticked. The page sends `{"type": "choose", "id", "value", "page", "number"}`, with null to empty a group.
    """

    _esm = FOLDER / "choices.js"
    _css = FOLDER / "choices.css"

    groups = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **traits: object) -> None:
        super().__init__(**traits)
        self.on("choose", self._choose)

    def _choose(self, message: dict) -> None:
        chosen = self.chosen | {message["id"]: message["value"]}
        self.chosen = {group: value for group, value in chosen.items() if value is not None}
        self.send({"type": "taken", "page": message["page"], "number": message["number"]})
