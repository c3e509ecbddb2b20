"""How fast the workbook is, beside what others need for the same: ratios, measured in one run, in turn.

    python benchmarks/speed.py [--repeats 15] [--answers 100000] [--seed 1] [--only NAME ...]

Each line has a target, the ratio of the medians, and the medians and the least of both sides. Peers: bare imports of
the libraries that any form of ours needs; Anki's own Python package, answering a card and fetching the next one; a bare
read of the stored levels into pandas with a groupby. Both sides run alternately, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from uuid import UUID

from histories import history

from recprep import choosing
from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.history import evidence
from recprep.core.session import Session
from recprep.storage.library import load_bank
from recprep.storage.profile import ratings_for
from recprep.storage.store import Store

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
FEW, SOME, MUCH = 100, 1_000, 2_000
BARE = "import pandas, ipywidgets, anywidget"
FIRST_FORM = "import recprep; form = recprep.practice(); assert form.question"
MEMORY = "\nfor line in open('/proc/self/status'):\n    if line.startswith('VmHWM'): print(line.split()[1])"
DASHBOARD = "import recprep; recprep.progress()"
BARE_READ = """
import sqlite3, pandas
with sqlite3.connect({path!r}) as connection:
    frame = pandas.read_sql({query!r}, connection)
frame.groupby(["competency", "criterion"])["level"].mean()
"""
LEVELS = """
SELECT json_extract(attempt.body, '$.competency') AS competency, level.key AS criterion, level.value AS level,
    json_extract(attempt.body, '$.at') AS at, attempt.question
FROM attempt, json_each(attempt.body, '$.levels') AS level
"""


@dataclass(frozen=True)
class Line:
    """A line of the table: times in ms (or sizes in MB) of ours and of the peer; the most that the ratio may be."""

    name: str
    ours: list[float]
    peer: list[float]
    peer_name: str
    target: float | None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """The ratio of the medians."""
        return median(self.ours) / median(self.peer)

    def __str__(self) -> str:
        target = "" if self.target is None else f"{self.target:g}"
        met = target and ("met" if self.ratio <= self.target else "MISSED")
        sides = " | ".join(f"{median(side):,.2f} ({min(side):,.2f})" for side in (self.ours, self.peer))
        return f"| {self.name} | {self.peer_name} | {self.ratio:.2f} | {target} | {met} | {sides} {self.unit} |"


def in_turn(repeats: int, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Measure both sides alternately, and leave out a first run of each."""
    ours(), peer()
    pairs = [(ours(), peer()) for _ in range(repeats)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def timed(work: Callable[[], object]) -> float:
    """Give how long some work takes, in milliseconds."""
    began = perf_counter()
    work()
    return 1000 * (perf_counter() - began)


def run(code: str, home: Path) -> str:
    """Run some code in a process of its own, at a personal home."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "RECPREP_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def starting(bank: Bank, homes: dict[int, Path], repeats: int) -> Iterator[Line]:
    """From the start of a process to the first form."""
    for answers in (0, max(homes)):
        home = homes[answers]
        ours, peer = in_turn(
            repeats, lambda home=home: timed(lambda: run(FIRST_FORM, home)), lambda: timed(lambda: run(BARE, homes[0]))
        )
        yield Line(f"process start to first form, {answers:,} answers", ours, peer, "bare imports", 1.25)


def saving(bank: Bank, homes: dict[int, Path], repeats: int) -> Iterator[Line]:
    """Save and next: an answer on the disk and the next question open, against Anki's answer and next card."""
    for answers in (SOME, max(homes)):
        ours, peer = [], []
        with Store(homes[answers] / "history.db") as store, Cards(answers) as cards:
            for number in range(repeats):
                ours += _save_some(bank, store, number)
                peer += cards.answer_some(len(bank.question_by_id))
        for name, cut in (("p50", 49), ("p99", 98)):
            sides = [[quantiles(side, n=100)[cut]] for side in (ours, peer)]
            yield Line(f"save and next, {name}, {answers:,} answers stored", *sides, "Anki's answer and next", 1.5)


def _save_some(bank: Bank, store: Store, number: int) -> list[float]:
    dice = random.Random(f"save {number}")
    session = Session(
        bank,
        list(bank.question_by_id.values()),
        keeper=store,
        clock=lambda: NOW + timedelta(days=number),
        new_id=lambda: str(UUID(int=dice.getrandbits(128), version=4)),
        zone="+00:00",
    )
    took = []
    while session.question:
        session.say_aloud(True)
        session.reveal()
        session.give({row.id: dice.randint(1, 5) for row in session.criteria})
        took.append(timed(lambda: (session.save(), session.next())))
    return took


class Cards:
    """A collection of Anki's own package, with as many reviews stored."""

    def __init__(self, reviews: int) -> None:
        from anki.collection import Collection

        self._folder = tempfile.TemporaryDirectory()
        self._collection = Collection(os.path.join(self._folder.name, "collection.anki2"))  # noqa: PTH118
        config = self._collection.decks.config_dict_for_deck_id(1)
        config["new"]["perDay"] = config["rev"]["perDay"] = 9999
        self._collection.decks.update_config(config)
        rows = [(1_500_000_000_000 + n, 1, -1, 3, 10, 5, 2500, 5000, 1) for n in range(reviews)]
        self._collection.db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def __enter__(self) -> Cards:
        return self

    def __exit__(self, *_: object) -> None:
        self._collection.close()
        self._folder.cleanup()

    def answer_some(self, many: int) -> list[float]:
        """Answer so many new cards; time each answer with fetching the next card."""
        basic = self._collection.models.by_name("Basic")
        for number in range(many + 1):
            note = self._collection.new_note(basic)
            note["Front"], note["Back"] = f"Question {number}", "Answer"
            self._collection.add_note(note, 1)
        took, self._card = [], self._collection.sched.getCard()
        for _ in range(many):
            took.append(timed(self._answer_one))
        return took

    def _answer_one(self) -> None:
        self._collection.sched.answerCard(self._card, 4)
        self._card = self._collection.sched.getCard()


def picking(bank: Bank, homes: dict[int, Path], repeats: int) -> Iterator[Line]:
    """Pick the next set of questions with a long history, against the same with a short one."""
    questions = list(bank.question_by_id.values())
    with Store(homes[max(homes)] / "history.db") as long, Store(homes[FEW] / "history.db") as short:
        sides = in_turn(
            4 * repeats,
            *(
                lambda store=store: timed(lambda: choosing.choose(bank, store, questions, now=NOW, count=5))
                for store in (long, short)
            ),
        )
    yield Line(f"picking the next questions, {max(homes):,} answers stored", *sides, f"the same with {FEW}", 2)


def figures(bank: Bank, store: Store) -> None:
    """All figures of the dashboard, from the stored history."""
    attempts = store.attempts(role=bank.role)
    ratings, added = ratings_for(bank, store), store.tally(bank.role)
    analysis.estimate_frame(analysis.estimate_from_tally(added, bank, ratings), bank)
    told = evidence(attempts)
    answers = analysis.answer_levels(told)
    analysis.estimate_trend(answers, bank, ratings)
    analysis.weekly_trend(answers)
    analysis.criterion_levels(told, bank)
    analysis.coverage(answers, bank)
    analysis.predictions(answers)
    analysis.practice_weeks(analysis.practice_days(answers))


def bare_read(path: Path) -> None:
    """Read every stored level into pandas, and group it: no check, no figure but a mean."""
    import pandas as pd

    with closing(sqlite3.connect(path)) as connection:
        pd.read_sql(LEVELS, connection).groupby(["competency", "criterion"])["level"].mean()


def dashboard(bank: Bank, homes: dict[int, Path], repeats: int) -> Iterator[Line]:
    """The figures of the dashboard, against a bare read and groupby of the same rows."""
    for answers in (SOME, max(homes) // 10, max(homes)):
        path = homes[answers] / "history.db"
        with Store(path) as store:
            sides = in_turn(
                repeats,
                lambda store=store: timed(lambda: figures(bank, store)),
                lambda path=path: timed(lambda: bare_read(path)),
            )
        target = 2 if answers == max(homes) else None
        yield Line(f"the dashboard's figures, {answers:,} answers", *sides, "bare read and groupby", target)


def memory(bank: Bank, homes: dict[int, Path], repeats: int) -> Iterator[Line]:
    """The most memory of a process with a dashboard."""

    def most(code: str, home: Path) -> float:
        return int(run(code + MEMORY, home).split()[-1]) / 1024

    home = homes[MUCH]
    sides = in_turn(repeats, lambda: most(DASHBOARD, home), lambda: most(BARE, home))
    yield Line(f"memory with a dashboard, {MUCH:,} answers", *sides, "bare imports", 1.6, "MB")
    home = homes[max(homes)]
    read = BARE_READ.format(path=str(home / "history.db"), query=LEVELS)
    sides = in_turn(repeats, lambda: most(DASHBOARD, home), lambda: most(BARE + read, home))
    yield Line(f"memory with a dashboard, {max(homes):,} answers", *sides, "bare read", 1.3, "MB")


# Saving comes last, because it makes the histories longer.
PARTS = {part.__name__: part for part in (starting, picking, dashboard, memory, saving)}


def main() -> None:
    """Measure, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--repeats", type=int, default=15)
    asked.add_argument("--answers", type=int, default=100_000, help="how many answers the longest history has")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    told = asked.parse_args()
    bank = load_bank()
    with tempfile.TemporaryDirectory() as folder:
        lengths = sorted({0, FEW, SOME, MUCH, told.answers // 10, told.answers})
        homes = {answers: Path(folder) / str(answers) for answers in lengths}
        for answers, home in homes.items():
            history(home, bank, answers=answers, seed=told.seed)
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, {told.repeats} repeats, seed {told.seed}\n")
        print("| what | beside | ratio | target | | ours, median (least) | peer, median (least) |")
        print("| --- | --- | ---: | ---: | --- | ---: | ---: |")
        for name in told.only:
            for line in PARTS[name](bank, homes, told.repeats):
                print(line, flush=True)


def machine() -> str:
    """Name the machine in a few words."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
