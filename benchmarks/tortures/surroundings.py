"""Disks that are full, homes that may not be written or are called oddly, and clocks that jump."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from speed import figures

from recprep import choosing
from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.history import evidence
from recprep.core.memory import day_of
from recprep.core.problem import Problem
from recprep.core.session import Session
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.export import export
from recprep.storage.custody.restore import restore
from recprep.storage.library import load_bank
from recprep.storage.profile import read_profile, write_profile
from recprep.storage.store import Store
from tortures.common import NOW, SNAPSHOTS, a_draft, an_attempt, require, require_sound

DISKS, RIGHTS, CLOCKS = 60, 40, 40
SMALLEST, LARGEST = 150, 1_500  # kilobytes of a disk that fills up
NOBODY = 65534


# Full disks


def filling_disks(folder: Path, times: float, dice: random.Random) -> str:
    """Save on a small disk until it is full, make room, and save what was refused again."""
    rounds, saved_in_all = max(2, round(DISKS * times)), 0
    kind = "real ones, of tmpfs" if _can_mount(folder / "try") else "files of limited size"
    for number in range(rounds):
        disk, size = folder / f"disk-{number}", dice.randrange(SMALLEST, LARGEST)
        with _disk(disk, size) as (full, roomy):
            saved = _fill(disk / "history.db", full, dice)
            roomy()
            path = disk / "history.db"
            with Store(path) as store:
                store.save_attempt(an_attempt("refused"), answer="words of refused", snapshots=SNAPSHOTS)
            require_sound(path, [*saved, "refused"])
            saved_in_all += len(saved)
    told = f"{saved_in_all:,} attempts reported as saved are there, and the next one is saved once there is room"
    return f"{rounds:,} full disks ({kind}): {told}"


def _fill(path: Path, full: Callable[[], None], dice: random.Random) -> list[str]:
    """Save until there is no room; give the names of what was reported as saved."""
    saved: list[str] = []
    full()
    with Store(path) as store:
        for number in range(10_000):
            try:
                name = f"{number}-{'long' * dice.randrange(1, 400)}"
                store.save_draft(a_draft(name, "tab"), base=number)
                store.save_attempt(an_attempt(name), answer=f"words of {name}", snapshots=SNAPSHOTS)
            except Problem as problem:
                require("disk is full" in str(problem) or "Check the disk" in str(problem), f"it said: {problem}")
                return saved
            saved.append(name)
    raise AssertionError


@contextmanager
def _disk(place: Path, kilobytes: int) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """Give a disk of a size, a way to make it count, and a way to make room on it."""
    place.mkdir()
    if _mount(place, kilobytes):
        try:
            yield (lambda: None), lambda: _mount(place, 64 * LARGEST, "remount,")
        finally:
            subprocess.run(["umount", place], check=True)
        return
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield (
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * kilobytes, limit[1])),
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def _can_mount(place: Path) -> bool:
    place.mkdir()
    return _mount(place, SMALLEST) and not subprocess.run(["umount", place], check=True).returncode


def _mount(place: Path, kilobytes: int, how: str = "") -> bool:
    if not shutil.which("mount"):
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"{how}size={kilobytes}k", "tmpfs", place]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


# Rights


def without_rights(folder: Path, times: float, dice: random.Random) -> str:
    """Use homes that may be read and not written, as a user without any rights over them."""
    home, rounds = folder / "home", max(4, round(RIGHTS * times))
    folder.chmod(0o755)
    told = {"written": 0, "refused": 0}
    for number in range(rounds):
        shutil.rmtree(home, ignore_errors=True)
        with Store(home / "history.db") as store:
            for count in range(3):
                store.save_attempt(an_attempt(f"{count}"), answer=f"words of {count}", snapshots=SNAPSHOTS)
        _give_to_nobody(home)
        modes = dice.choice([(0o555, 0o644), (0o755, 0o444), (0o555, 0o444), (0o755, 0o000), (0o000, 0o644)])
        (home / "history.db").chmod(modes[1])
        home.chmod(modes[0])
        said = _as_nobody(lambda number=number: _try_to_write(home / "history.db", f"round {number}"))
        home.chmod(0o755)
        (home / "history.db").chmod(0o644)
        told["written" if said == "written" else "refused"] += 1
        require(said == "written" or ("Traceback" not in said and len(said) > 30), f"it said: {said}")
        require_sound(home / "history.db", ["0", "1", "2", *([f"round {number}"] if said == "written" else [])])
    return f"{rounds:,} homes without rights: {told['refused']:,} refused in a sentence, {told['written']:,} written"


def _give_to_nobody(home: Path) -> None:
    for place in (home, *home.rglob("*")):
        if os.getuid() == 0:
            os.chown(place, NOBODY, NOBODY)


def _try_to_write(path: Path, name: str) -> str:
    try:
        with Store(path, patience=0.2) as store:
            store.save_attempt(an_attempt(name), answer=f"words of {name}", snapshots=SNAPSHOTS)
    except Problem as problem:
        return str(problem)
    return "written"


def _as_nobody(work: Callable[[], str]) -> str:
    """Give what some work says that is done without a superuser's rights."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            said = work()
        except BaseException as error:
            said = f"Traceback: {type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


# Names


def odd_homes(folder: Path, times: float, dice: random.Random) -> str:
    """Save, back up, restore and export in homes of all sorts of names."""
    for name in ODD_NAMES:
        home = folder / name
        path = home / "history.db"
        with Store(path) as store:
            store.save_attempt(an_attempt("kept"), answer="words of kept", snapshots=SNAPSHOTS)
            made = back_up(store, now=NOW)
            store.save_attempt(an_attempt("later"), answer="words of later", snapshots=SNAPSHOTS)
        out = folder / f"out {name}"
        out.mkdir()
        export(path, out, now=NOW)
        restore(made.path, into=path, now=NOW)
        require_sound(path, ["kept"])
    return f"{len(ODD_NAMES)} homes of odd names: saved, backed up, exported and restored"


ODD_NAMES = (
    "a home with spaces", " begins with one", "Zoë Łukasz", "日本語", "документы", "مستندات", "e\u0301 decomposed",
    "it's", 'a "quoted" one', "100%", "%20", "a#b", "a?mode=memory", "a&b", "a;b", "a:b", "[x]*", "$HOME", "~", "-rf",
    "a\\b", "😀", "x" * 200, "new\nline", "tab\there",
)  # fmt: skip


# Clocks


def odd_clocks(folder: Path, times: float, dice: random.Random) -> str:
    """Practise with a clock that jumps, through zones, changes of daylight saving and leap days."""
    bank, rounds, answers = load_bank(), max(2, round(CLOCKS * times)), 0
    for number in range(rounds):
        with Store(folder / f"clock-{number}" / "history.db") as store:
            days = _practise(bank, store, dice)
            attempts = store.attempts()
            require([one.id for one in attempts] == list(days), "an attempt is lost, or out of the order of saving")
            require(all(day_of(one) == days[one.id] for one in attempts), "an attempt is on another day than it was")
            counted = analysis.practice_days(analysis.answer_levels(evidence(attempts)))
            require(counted["answers"].sum() == len(attempts), "an answer is on no day")
            figures(bank, store)
            for at in (attempts[0].at, attempts[-1].at, attempts[-1].at + timedelta(days=400)):
                _plan(bank, store, at, dice)
            answers += len(attempts)
    return f"{rounds:,} histories by odd clocks, {answers:,} answers: each in its order and on its own day, all planned"


def _practise(bank: Bank, store: Store, dice: random.Random) -> dict[str, date]:
    """Save some attempts, and give the day of each where the person was."""
    days: dict[str, date] = {}
    now = dice.choice(MOMENTS) + timedelta(minutes=dice.randrange(-300, 300))
    for _ in range(dice.randrange(3, 12)):
        now += dice.choice(JUMPS)
        place = ZoneInfo(dice.choice(PLACES))
        session = Session(
            bank,
            dice.sample(list(bank.question_by_id.values()), 2),
            keeper=store,
            clock=lambda now=now: now,
            new_id=lambda: f"{dice.getrandbits(128):032x}",
            zone=now.astimezone(place).isoformat()[-6:],
        )
        while session.question:
            if session.stage == "answering":
                session.say_aloud(True)
                session.predict(dice.randint(1, 5))
                session.reveal()
            session.give({row.id: dice.randint(1, 5) for row in session.criteria})
            days[session.save().id] = now.astimezone(place).date()
            session.next()
    return days


def _plan(bank: Bank, store: Store, now: datetime, dice: random.Random) -> None:
    """Choose, and plan towards days such as a leap day."""
    questions = list(bank.question_by_id.values())
    interview = dice.choice((date(2028, 2, 29), date(2026, 10, 25), (now + timedelta(days=9)).date(), now.date()))
    write_profile(store, replace(read_profile(store), interview_on=interview, minutes_a_day=20), at=now)
    require(len(choosing.choose(bank, store, questions, now=now, count=5)) == 5, "there is nothing to practise")
    if interview >= now.astimezone().date():
        choosing.plan_days(bank, store, read_profile(store), now=now, done=0)


MOMENTS = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # summer time begins in Europe
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and ends
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # and in North America
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2028, 2, 29, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
]
JUMPS = [timedelta(seconds=5), timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-2)]
JUMPS += [timedelta(days=366), timedelta(days=-366), timedelta(0)]
PLACES = ["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati"]
PLACES += ["Pacific/Pago_Pago", "Australia/Lord_Howe", "Africa/Casablanca"]
