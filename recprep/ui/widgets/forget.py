"""Makes browsers forget the words that they kept for homes whose histories were erased."""

from __future__ import annotations

import traitlets

from recprep.ui.widgets.part import FOLDER, Part


class Forget(Part):
    """A part that is never seen: every browser tab of its kernel drops what that browser kept for these homes.

    `homes` are the ids of homes that were erased. It need not stand in a form; it works as long as it is referred to.
    """

    _esm = FOLDER / "forget.js"

    homes = traitlets.List(traitlets.Unicode()).tag(sync=True)
