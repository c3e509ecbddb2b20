"""A history of two months, built as a person would: through sessions, day by day, with a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.calibrating import Calibration
from recprep.core.models import Profile
from recprep.core.schedule import eligible, select
from recprep.core.session import Session
from recprep.storage.library import load_bank
from recprep.storage.store import Store

FIRST_DAY = datetime(2026, 9, 21, 17, 40, tzinfo=UTC)
DAYS = 62
PROFILE = Profile(seniority="experienced", jurisdiction="uk", minutes_a_day=30)
CALIBRATED_ON = {4: 0.7, 25: 0.5, 48: 0.3}  # day of a set of exemplars, and how many levels too high they were scored
WEAK, STRONG = {"retention", "systems"}, {"classification", "stakeholders"}


def lay_two_months(history: Path, *, until: datetime, seed: int = 7) -> None:
    """Lay a new history of two months with the shipped bank, up to the full hour before `until`; made but once."""
    history.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    history.touch(mode=0o600)
    history.write_bytes(_made(until.replace(minute=0, second=0, microsecond=0), seed))


@cache
def _made(until: datetime, seed: int) -> bytes:
    with TemporaryDirectory() as folder:
        history = Path(folder) / "history.db"
        with Store(history) as store:
            two_months(load_bank(), store, until=until, seed=seed)
        return history.read_bytes()


def two_months(bank: Bank, store: Store, *, until: datetime | None = None, seed: int = 7) -> None:
    """Practise on about half of the days: at first gladly, then less, and more before the interview.

    The person begins near level 2.5 and learns; they are weak in retention and systems, strong in
    classification and with people. Three sets of exemplars show that they score too high, and less so each time.
    The last day is `until`, or 62 days after the first.
    """
    chance = random.Random(seed)
    start = until - timedelta(days=DAYS) if until else FIRST_DAY
    ids = (str(UUID(int=chance.getrandbits(128), version=4)) for _ in iter(int, 1))
    for number in range(DAYS + 1):
        if chance.random() < (0.7 if number < 14 or number > 50 else 0.35) or number == DAYS:
            _one_evening(bank, store, start + timedelta(days=number), number, chance, ids)
        if number in CALIBRATED_ON:
            _one_set(bank, store, start + timedelta(days=number, hours=1), CALIBRATED_ON[number], chance, ids)


def _one_evening(
    bank: Bank, store: Store, at: datetime, number: int, chance: random.Random, ids: Iterator[str]
) -> None:
    moment = [at]
    memories = store.memories(bank.role, bank.question_by_id)
    picks = select(
        eligible(bank.question_by_id.values(), PROFILE),
        competencies=bank.competency_by_id,
        memories=memories,
        estimates=analysis.estimate_from_tally(store.tally(bank.role), bank, store.ratings(bank.role)),
        now=at,
        count=chance.randint(2, 5),
    )
    session = Session(
        bank,
        [pick.question for pick in picks],
        keeper=store,
        clock=lambda: moment[0],
        new_id=lambda: next(ids),
        zone="+00:00",
    )
    while session.question:
        _one_answer(session, number, chance, moment)
        session.next()


def _one_answer(session: Session, number: int, chance: random.Random, moment: list[datetime]) -> None:
    area = session.question.competency
    ability = 2.5 + number / 60 + 0.7 * (area in STRONG) - 0.8 * (area in WEAK)
    session.look()
    moment[0] += timedelta(seconds=chance.randint(60, 200))
    session.write(f"My answer of day {number}: first the facts, then what I did, then how it ended.")
    session.predict(_level(ability + 0.4, chance))
    session.reveal()
    moment[0] += timedelta(seconds=chance.randint(90, 240))
    points = range(len(session.question.key_points))
    session.tick([point for point in points if chance.random() < ability / 5])
    session.give({row.id: _level(ability, chance) for row in session.criteria})
    session.save()


def _one_set(bank: Bank, store: Store, at: datetime, bias: float, chance: random.Random, ids: Iterator[str]) -> None:
    exemplars = list(bank.exemplar_by_id.values())
    calibration = Calibration(bank, exemplars, keeper=store, clock=lambda: at, new_id=lambda: next(ids), zone="+00:00")
    while calibration.exemplar:
        calibration.give({name: _level(level + bias, chance) for name, level in calibration.exemplar.levels.items()})
        calibration.compare()
        calibration.next()


def _level(ability: float, chance: random.Random) -> int:
    return min(5, max(1, round(chance.gauss(ability, 0.6))))
