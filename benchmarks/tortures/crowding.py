"""Many processes at one history."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from recprep.storage.store import Store
from tortures.common import ROLE, SNAPSHOTS, a_draft, an_attempt, require, require_sound

PROCESSES, OPERATIONS = 8, 100_000


def crowding(folder: Path, times: float, dice: random.Random) -> str:
    """Eight processes that save, draft and read at once."""
    path, each = folder / "history.db", max(10, round(OPERATIONS * times / PROCESSES))
    seeds = [dice.randrange(2**32) for _ in range(PROCESSES)]
    children = {}
    for number, seed in enumerate(seeds):
        child = os.fork()
        if not child:
            code = 1
            try:
                _crowd(path, number, each, random.Random(seed))
                code = 0
            except BaseException as error:
                print(f"process {number}: {type(error).__name__}: {error}", file=sys.stderr)
            os._exit(code)
        children[child] = number
    ended = [os.waitpid(child, 0)[1] for child in children]
    require(not any(ended), "a process was told something like 'locked'")
    saved = [f"{number}-{count}" for number in range(PROCESSES) for count in range(0, each, 3)]
    with Store(path) as store:
        require(sorted(one.id for one in store.attempts()) == sorted(saved), "an attempt is lost, or there twice")
        for number in range(PROCESSES):
            last = max(count for count in range(each) if count % 3 == 1)
            require(store.draft(ROLE, f"own-{number}").answer == str(last), "a draft is lost")
    require_sound(path, saved)
    told = f"{len(saved):,} attempts, each there once, and nobody heard 'locked'"
    return f"{PROCESSES} processes, {PROCESSES * each:,} operations: {told}"


def _crowd(path: Path, number: int, each: int, dice: random.Random) -> None:
    with Store(path) as store:
        base = 0
        for count in range(each):
            if count % 3 == 0:
                name = f"{number}-{count}"
                store.save_attempt(an_attempt(name), answer=f"words of {name}", snapshots=SNAPSHOTS)
            elif count % 3 == 1:
                base = store.save_draft(a_draft(str(count), f"tab-{number}", f"own-{number}"), base=base).revision
            else:
                _read_something(store, dice)


def _read_something(store: Store, dice: random.Random) -> None:
    dice.choice((store.count, store.version, lambda: store.latest(ROLE, 5), lambda: store.drafts(ROLE)))()
