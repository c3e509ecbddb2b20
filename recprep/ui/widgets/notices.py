"""The form's voice: a status region, an alert region, and the guard over the whole form's keys."""

from __future__ import annotations

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class Notices(Part):
    """Live regions for the form that it stands in.

    `said` holds what was said last: "status" is said politely, "alert" at once, "number" counts. The
    page also sends `{"type": "look"}` whenever the form comes into view, and "ping" to learn whether
    the kernel is still there.
    """

    _esm = FOLDER / "notices.js"
    _css = FOLDER / "notices.css"

    said = traitlets.Dict({"number": 0}).tag(sync=True)

    def __init__(self, **traits: object) -> None:
        self._alarmed = False
        super().__init__(**traits)
        self.on("ping", lambda message: self.send({"type": "pong", "number": message.get("number")}))

    def say(self, *, status: str | None = None, alert: str | None = None) -> None:
        """Say something: `status` when it can wait, `alert` when it cannot; "" wipes it, None leaves it."""
        words = {"status": status, "alert": alert}
        self._alarmed = self._alarmed if alert is None else bool(alert)
        self.said = {"number": self.said["number"] + 1} | {k: v for k, v in words.items() if v is not None}

    def calm(self) -> None:
        """Wipe what was said at once: the next step went well."""
        if self._alarmed:
            self.say(alert="")
