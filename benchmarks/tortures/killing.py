"""`kill -9` at random moments of saving, migrating, backing up and merging."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from histories import history

from recprep.storage.custody.backup import back_up, check
from recprep.storage.custody.merge import merge
from recprep.storage.library import load_bank
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store
from tortures.common import DRAFTED, NOW, ROLE, SNAPSHOTS, a_draft, an_attempt, require, require_sound

KILLS = 250  # of each
SOON, A_HOME = 0.06, 25  # seconds within which a child is killed; kills that one home goes through
FAILED = "failed: "


@contextmanager
def killed(
    work: Callable[[Callable[[str], None]], None], within: float, dice: random.Random, *, at_work: float = 0.0
) -> Iterator[list[str]]:
    """Do some work in another process, kill it at a random moment, and give what it had reported as done.

    How often that moment comes only after something was reported, is `at_work`.
    """
    reading, writing_end = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            work(lambda line: os.write(writing_end, f"{line}\n".encode()))
        except BaseException as error:
            os.write(writing_end, f"{FAILED}{type(error).__name__}: {error}\n".encode())
        os._exit(0)
    os.close(writing_end)
    if dice.random() < at_work:
        select.select([reading], [], [], 10)
    time.sleep(dice.uniform(0, within))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        lines = told.read().split("\n")[:-1]
    require(not any(line.startswith(FAILED) for line in lines), " ".join(lines[-1:]))
    yield lines


def killing_saves(folder: Path, times: float, dice: random.Random) -> str:
    """Kill a process that saves attempts and drafts."""
    saved: list[str] = []
    rounds = max(1, round(KILLS * times))
    total = 0
    for number in range(rounds):
        path = folder / f"saving-{number // A_HOME}" / "history.db"
        saved = [] if number % A_HOME == 0 else saved

        def work(report: Callable[[str], None], path: Path = path, number: int = number) -> None:
            with Store(path) as store:
                kept = store.draft(ROLE, DRAFTED)
                base = kept.revision if kept else 0
                for count in range(10_000):
                    draft = store.save_draft(a_draft(str(number * 10_000 + count), "tab"), base=base)
                    base = draft.revision
                    report(f"draft {draft.answer}")
                    name = str(uuid.uuid4())
                    store.save_attempt(an_attempt(name), answer=f"words of {name}", snapshots=SNAPSHOTS)
                    report(f"saved {name}")

        with killed(work, SOON, dice, at_work=0.7) as told:
            saved += [line.removeprefix("saved ") for line in told if line.startswith("saved")]
            total += sum(line.startswith("saved") for line in told)
            drafts = [line.removeprefix("draft ") for line in told if line.startswith("draft")]
            if path.exists():
                require_sound(path, saved, drafts)
    require(total > 0, "nothing was saved before the kills: make them later")
    return f"{rounds:,} kills, {total:,} attempts reported as saved, each there once with its words; no draft lost"


def in_old_form(source: Path, target: Path, form: int) -> None:
    """Write what is in a history of today as a history of an older form."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with Store(target, steps=STEPS[:form]) as store:
        store.setting("any")
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("ATTACH ? AS now", (str(source),))
        tables = [name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        for table in tables:
            if not table.startswith("sqlite_"):
                columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
                connection.execute(f"DELETE FROM main.{table}")
                connection.execute(f"INSERT INTO main.{table} SELECT {columns} FROM now.{table}")
        connection.commit()


def killing_migrations(folder: Path, times: float, dice: random.Random) -> str:
    """Kill a process that takes an old history to the form of today."""
    source = history(folder / "now", load_bank(), answers=400, seed=dice.randrange(1000))
    with Store(source) as store:
        wanted = [one.id for one in store.attempts()]
    rounds, whole = max(1, round(KILLS * times)), 0
    for form in range(1, len(STEPS)):
        in_old_form(source, folder / f"form-{form}" / "history.db", form)
    for number in range(rounds):
        form = 1 + number % (len(STEPS) - 1)
        home = folder / "migrating"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(folder / f"form-{form}", home)
        with killed(lambda report, home=home: _open(home, report), 2 * SOON, dice) as told:
            whole += bool(told)
            with Store(home / "history.db") as store:
                require([one.id for one in store.attempts()] == wanted, "an attempt is lost on the way to a new form")
                require(not store.damaged(), "an attempt is damaged")
    told = f"homes of {len(STEPS) - 1} older forms, each opened with all of its {len(wanted)} attempts"
    return f"{rounds:,} kills ({whole:,} after it was done): {told}"


def _open(home: Path, report: Callable[[str], None]) -> None:
    with Store(home / "history.db") as store:
        store.count()
        report("opened")


def killing_backups(folder: Path, times: float, dice: random.Random) -> str:
    """Kill a process that backs up."""
    path = history(folder / "kept", load_bank(), answers=2_000, seed=dice.randrange(1000))
    target, rounds, whole = folder / "backups", max(1, round(KILLS * times)), 0
    target.mkdir()
    for _ in range(rounds):
        with killed(lambda report: report(str(back_up(path, target, now=NOW).path)), 4 * SOON, dice) as told:
            for name in target.glob("*.recprep"):
                check(name)
            require(all(Path(name).exists() for name in told), "a backup that was reported is not there")
            whole += bool(told)
            shutil.rmtree(target)
            target.mkdir()
    return f"{rounds:,} kills ({whole:,} after it was done): no backup that is not whole"


def killing_merges(folder: Path, times: float, dice: random.Random) -> str:
    """Kill a process that merges another machine's history into this one."""
    bank = load_bank()
    here = history(folder / "here", bank, answers=300, seed=1)
    other = history(folder / "other", bank, answers=300, seed=2)
    made = back_up(other, folder, now=NOW).path
    with Store(here) as one, Store(other) as two:
        mine = {attempt.id for attempt in one.attempts()}
        both = mine | {attempt.id for attempt in two.attempts()}
    rounds, seen = max(1, round(KILLS * times)), Counter()
    for _ in range(rounds):
        home = folder / "merging"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(folder / "here", home)
        with (
            killed(lambda report, home=home: _merge(made, home, report), 5 * SOON, dice) as told,
            Store(home / "history.db") as store,
        ):
            found = {attempt.id for attempt in store.attempts()}
            require(found in (mine, both), "a merge left a part")
            require(not told or found == both, "a merge that was reported is not there")
            require(not store.damaged(), "an attempt is damaged")
            seen[found == both] += 1
    return f"{rounds:,} kills: the old history {seen[False]:,} times, the whole of both {seen[True]:,} times"


def _merge(made: Path, home: Path, report: Callable[[str], None]) -> None:
    with Store(home / "history.db") as store:
        merge(made, into=store, now=NOW)
        report("merged")
