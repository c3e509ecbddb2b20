"""Histories that are no longer what was written."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

from histories import history

from recprep.core.models import Attempt
from recprep.core.problem import Problem
from recprep.storage.library import load_bank
from recprep.storage.store import Store
from tortures.common import require

DAMAGES = 600


def damaging(folder: Path, times: float, dice: random.Random) -> str:
    """Flip, cut, overwrite and replace the history, and open it."""
    source = history(folder / "sound", load_bank(), answers=200, seed=dice.randrange(1000))
    with Store(source) as store:
        kept = store.attempts()
    whole = {one.id: one for one in kept}
    raw, seen = source.read_bytes(), Counter()
    for _ in range(max(4, round(DAMAGES * times))):
        home = folder / "damaged"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        (home / "history.db").write_bytes(_damaged(raw, dice))
        seen[_opened(home, whole)] += 1
    told = ", ".join(f"{many:,} {what}" for what, many in seen.most_common())
    return f"{sum(seen.values()):,} damaged histories: {told}"


def _damaged(raw: bytes, dice: random.Random) -> bytes:
    content, kind = bytearray(raw), dice.randrange(4)
    if kind == 0:
        for _ in range(dice.choice((1, 2, 20))):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    elif kind == 1:
        del content[dice.randrange(len(content)) :]
    elif kind == 2:
        at = dice.randrange(len(content))
        content[at : at + 4096] = dice.randbytes(min(4096, len(content) - at))
    else:
        content[:] = dice.randbytes(dice.randrange(1, 9_000))
    return bytes(content)


def _opened(home: Path, whole: dict[str, Attempt]) -> str:
    """Open a damaged history; say what came of it, having required that no wrong attempt is shown as right."""
    before = (home / "history.db").read_bytes()
    try:
        with Store(home / "history.db") as store:
            found, named, notice = store.attempts(), store.damaged(), store.notice
    except Problem:
        require((home / "history.db").read_bytes() == before, "a refused history was changed")
        return "refused in a sentence, and left as they were"
    require(all(whole.get(one.id) == one for one in found), "a damaged attempt was shown as a sound one")
    if notice:
        aside = [path.read_bytes() for path in home.glob("history.damaged-*.db")]
        require(before in aside, "a damaged history was not kept aside as it was")
        return "kept aside, and a new one begun"
    if len(found) == len(whole):
        return "with all attempts sound"
    require(bool(named), "attempts are missing, and nothing is said")
    return "with the damaged attempts named"
