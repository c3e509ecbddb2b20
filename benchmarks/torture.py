"""Is anything lost? Kill, crowd, damage and feed the workbook, many thousand times, and look at what is there then.

    python benchmarks/torture.py [--seed 1] [--times 1.0] [--only NAME ...]

Each part prints what it did, how often, and what it found; a fault ends it with exit code 1. `--times 0.02` does a
fiftieth of everything, as the tests do. All of it happens in a temporary folder; no personal data are touched.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from histories import history

from recprep.core.carried import said_of
from recprep.core.fingerprint import digest
from recprep.core.imported import Imported
from recprep.core.models import Attempt, Draft
from recprep.core.problem import Problem
from recprep.formats import recognising, writing, yaml_bank
from recprep.storage.custody.backup import back_up, check
from recprep.storage.custody.merge import merge
from recprep.storage.library import load_bank, schemas
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
KILLS, PROCESSES, OPERATIONS, DAMAGES, FILES = 250, 8, 100_000, 600, 100_000
FAILED = "failed: "
SOON, A_HOME = 0.06, 25  # seconds within which a child is killed; kills that one home goes through
QUESTION, RUBRIC = "the question", "the rubric"
SNAPSHOTS = {digest(text): text for text in (QUESTION, RUBRIC)}
ROLE = "records-coordinator"
DRAFTED = "another-question"  # a saved attempt ends the draft of its own question


class FaultError(AssertionError):
    """Something was lost, doubled or broken."""


def require(holds: bool, what: str) -> None:
    """Raise unless something holds."""
    if not holds:
        raise FaultError(what)


# Killing


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


def an_attempt(name: str) -> Attempt:
    """Give an attempt with an id of one's own."""
    return Attempt(
        id=name,
        sitting="s",
        role=ROLE,
        question="retention-invoice-date",
        kind="procedure",
        competency="retention",
        at=NOW,
        zone="+00:00",
        rater="self",
        prediction=None,
        levels={"accuracy": 3},
        weights={"accuracy": 100},
        percent=50,
        band="practise",
        gated=False,
        key_points=(),
        aloud=False,
        seconds_taken=60,
        question_hash=digest(QUESTION),
        rubric_hash=digest(RUBRIC),
    )


def a_draft(words: str, client: str, question: str = DRAFTED) -> Draft:
    """Give a draft."""
    told = {"role": ROLE, "question": question, "question_hash": digest(QUESTION)}
    return Draft(**told, client=client, revision=0, saved_at=NOW, answer=words)


def require_sound(path: Path, saved: list[str], drafts: list[str] = ()) -> None:
    """Require that a history is sound, has what was reported once, and the draft reported last, or a later one."""
    with closing(sqlite3.connect(path)) as connection:
        require(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the database is damaged")
    with Store(path) as store:
        counts = Counter(one.id for one in store.attempts())
        require(not store.damaged(), "an attempt is damaged")
        require(all(counts[name] == 1 for name in saved), "an attempt that was reported is lost, or there twice")
        require(max(counts.values(), default=1) == 1, "an attempt is there twice")
        require(all(store.answer(name) == f"words of {name}" for name in counts), "words are lost")
        if drafts:
            kept = store.draft(ROLE, DRAFTED)
            require(kept is not None and int(kept.answer) >= int(drafts[-1]), "a draft that was reported is lost")


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


# Crowding


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


# Damaging


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


# Reading


def reading(folder: Path, times: float, dice: random.Random) -> str:
    """Give mutated files to every reader."""
    bank = load_bank()
    few = dict(list(bank.question_by_id.items())[:4])
    small = type(bank)(**{**_fields(bank), "question_by_id": few, "exemplar_by_id": {}})
    seeds = {name: module.write(small) for name, module in writing.FORMATS.items() if name in recognising.FORMATS}
    seeds |= {name: _page(small) for name in recognising.FORMATS if name not in seeds}
    files = {name: text.encode() for name, text in yaml_bank.texts(small).items()}
    rounds, seen = max(50, round(FILES * times)), Counter()
    for number in range(rounds):
        names = [*seeds, yaml_bank.NAME]
        name = names[number % len(names)]
        try:
            if name == yaml_bank.NAME:
                part = dice.choice(list(files))
                told = yaml_bank.read({**files, part: _mutated(files[part], dice)}, place="x", schemas=schemas())
            else:
                told = recognising.FORMATS[name].read(_mutated(seeds[name], dice), place="x")
        except Exception as error:
            message = f"{name}, file {number}: {type(error).__name__}: {error}"
            raise FaultError(message) from error
        require(isinstance(told, Imported) and bool(told.roles or told.left_out), f"{name} said nothing")
        seen[bool(told.roles)] += 1
    told = f"{seen[True]:,} gave questions, {seen[False]:,} a sentence"
    return f"{rounds:,} mutated files for {len(seeds) + 1} readers: {told}"


def _fields(bank: object) -> dict:
    return {name: getattr(bank, name) for name in bank.__dataclass_fields__}


def _page(bank: object) -> bytes:
    listed = "\n".join(f"{n}. {said_of(one)['prompt']}" for n, one in enumerate(bank.question_by_id.values(), start=1))
    return f"# {bank.name} Interview Prep\n\nWelcome.\n\n## 📝 Sample Questions\n\n{listed}\n".encode()


def _mutated(content: bytes, dice: random.Random) -> bytes:
    told = bytearray(content[: dice.choice((len(content), len(content), 3_000))])
    for _ in range(dice.choice((1, 2, 5, 30))):
        at = dice.randrange(len(told) + 1)
        kind = dice.randrange(5)
        if kind == 0 and at < len(told):
            told[at] = dice.randrange(256)
        elif kind == 1:
            del told[at : at + dice.randrange(200)]
        elif kind == 2:
            told[at:at] = dice.randbytes(dice.randrange(30))
        elif kind == 3:
            told[at:at] = dice.choice(PIECES) * dice.choice((1, 3, 500))
        else:
            begin = dice.randrange(len(told) + 1)
            told[at:at] = told[begin : begin + dice.randrange(300)]
    return bytes(told)


PIECES = [
    piece.encode()
    for piece in (
        "{", "}", "[", "]", "<", "</", "<![CDATA[", "]]>", "&", "&#0;", "\\", '"', "'", "\n\n", "\r", "\t", "::",
        "####", "->", "~", "=", "%", "- ", "> ", "**", "```", "|", ",", ";", "\u2028", "\ufeff", "\x00", "null",
    )
]  # fmt: skip

PARTS = {
    part.__name__: part
    for part in (killing_saves, killing_migrations, killing_backups, killing_merges, crowding, damaging, reading)
}


def main() -> None:
    """Do it all, and print what was found."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--times", type=float, default=1.0, help="how much of it, 1 being everything")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    told = asked.parse_args()
    print(f"seed {told.seed}, {told.times:g} times the usual\n")
    for name in told.only:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = PARTS[name](Path(folder), told.times, random.Random(f"{name} {told.seed}"))
            except FaultError as fault:
                print(f"{name.replace('_', ' ')}: FAULT: {fault}")
                sys.exit(1)
        took = timedelta(seconds=round(time.perf_counter() - began))
        print(f"{name.replace('_', ' ')}: {found} ({took})", flush=True)


if __name__ == "__main__":
    main()
