"""Histories of any length for the other benchmarks: built through sessions, with a seed, faster than they are saved."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from recprep.core.bank import Bank
from recprep.core.session import Session
from recprep.storage.store import Store

FIRST_DAY = datetime(2023, 1, 2, 18, tzinfo=UTC)
A_DAY = 100  # answers: nobody gives so many, so a long history is the worst case


def history(folder: Path, bank: Bank, *, answers: int, seed: int = 1) -> Path:
    """Make a home with so many saved answers to the questions of a bank, and give its database.

    Nothing is forced to the disk on the way, only at the end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, dice = folder / "history.db", random.Random(seed)
    with Store(path) as store:
        store.count()
        store._connection.execute("PRAGMA synchronous = OFF")
        done, now = 0, FIRST_DAY
        while done < answers:
            questions = dice.sample(list(bank.question_by_id.values()), min(A_DAY, answers - done))
            session = Session(
                bank,
                questions,
                keeper=store,
                clock=lambda now=now: now,
                new_id=lambda: str(UUID(int=dice.getrandbits(128), version=4)),
                zone="+00:00",
            )
            while session.question:
                answer_one(session, dice)
                session.next()
                done += 1
            now += timedelta(days=1)
    return path


def answer_one(session: Session, dice: random.Random) -> None:
    """Answer the question that is open, up to a saved attempt."""
    session.say_aloud(True)
    session.predict(dice.randint(2, 4))
    session.reveal()
    session.give({row.id: min(5, max(1, round(dice.gauss(3, 1)))) for row in session.criteria})
    session.save()
