"""Payloads in every field that is ever shown: a bank, a history, and files to import."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from recprep.core.bank import Bank
from recprep.core.calibrating import Calibration
from recprep.core.fingerprint import clean
from recprep.core.models import KINDS, Competency, Exemplar, KeyPoint, Profile, Question, Rubric, Source
from recprep.core.session import Session
from recprep.storage import own
from recprep.storage.catalogue.furnishing import Guessed
from recprep.storage.custody import retention
from recprep.storage.profile import write_profile, write_role
from recprep.storage.store import Store
from tortures.payloads import Payload

FEW = 3  # payloads in a text of a question
WEEKS = 4  # a line of the trend needs three answers, and a week more
LONGEST_NAME = 80  # letters of a file's name, so that a path of several has room
NO_NAME = re.compile(r"[/\x00-\x1f\x7f\ud800-\udfff]")


class Dealer:
    """Hands out payloads in any order, and remembers into which fields each of them went."""

    def __init__(self, payloads: list[Payload], dice: random.Random) -> None:
        self.payloads, self.dice = payloads, dice
        self.placed: set[tuple[str, int]] = set()

    def one(self, field: str, turn: int) -> str:
        """Give a single payload: another one for each turn, and after all of them the first again."""
        return self._put(field, [self.payloads[turn % len(self.payloads)]])[0]

    def few(self, field: str, turn: int, between: str = " ") -> str:
        """Give a few payloads as one text: others for each turn, and after all of them the first again."""
        return between.join(self.one(field, FEW * turn + more) for more in range(FEW))

    @property
    def turns(self) -> range:
        """As many turns as it takes until each payload came once."""
        return range(-(-len(self.payloads) // FEW))

    def every(self, field: str) -> tuple[str, ...]:
        """Give each payload as a text of its own."""
        return tuple(self._put(field, self._shuffled()))

    def all(self, field: str, between: str = " ") -> str:
        """Give all payloads as one text."""
        return between.join(self.every(field))

    def heaps(self, field: str, many: int, between: str = " ") -> list[str]:
        """Give all payloads in so many texts, each with at least one."""
        dealt = self._put(field, self._shuffled())
        return [between.join(dealt[n::many] or dealt[:1]) for n in range(many)]

    def names(self) -> list[str]:
        """Give the payloads that can be the name of a file."""
        fit = [one for one in self.payloads if not NO_NAME.search(one.text)]
        return self._put("name of a file", [one for one in fit if len(one.text) <= LONGEST_NAME])

    def _shuffled(self) -> list[Payload]:
        return self.dice.sample(self.payloads, len(self.payloads))

    def _put(self, field: str, dealt: list[Payload]) -> list[str]:
        self.placed |= {(field, one.number) for one in dealt}
        return [clean(one.text) for one in dealt]  # as every reader gives it


def poisoned_bank(deal: Dealer, base: Bank, role: str) -> Bank:
    """Give a bank that has a competency, a question, a sample answer and a source for each few payloads."""
    turns = deal.turns
    return Bank(
        role=role,
        name=deal.all("name of a role"),
        summary=deal.all("summary of a role", "\n\n"),
        rubric=_rubric(deal, base.rubric),
        competency_by_id={f"area-{n}": _competency(deal, n) for n in turns},
        question_by_id={f"question-{n}": _question(deal, n) for n in turns},
        exemplar_by_id={f"exemplar-{n}": _exemplar(deal, n, base.rubric) for n in turns},
        source_by_key={f"source-{n}": _source(deal, n) for n in turns},
        ask=deal.every("question to ask them"),
        licence=deal.all("licence"),
    )


def guesses(deal: Dealer, bank: Bank) -> dict[str, Guessed]:
    """Give what each question was guessed to be, by rules with names of payloads."""
    return {
        name: Guessed(one.kind, deal.few("rule of a kind", n), one.competency, deal.few("rule of a competency", n))
        for n, (name, one) in enumerate(bank.question_by_id.items())
    }


def _competency(deal: Dealer, n: int) -> Competency:
    anchors = tuple(deal.one("anchor of a competency", 5 * n + level) for level in range(5))
    named = {"name": deal.few("name of a competency", n), "definition": deal.few("definition of a competency", n)}
    return Competency(id=f"area-{n}", **named, weight=4, target=3 + n % 2, anchors=anchors)


def _rubric(deal: Dealer, base: Rubric) -> Rubric:
    many, kinds = len(base.criteria), len(base.weightings)
    names, asks = deal.heaps("name of a criterion", many), deal.heaps("what a criterion asks", many)
    anchors = deal.heaps("anchor of a criterion", 5 * many)
    frames = {field: deal.every(f"{field} of a step") for field in ("name", "asks")}
    steps = [
        tuple(replace(step, **{field: in_turn(all_, n + kinds * place) for field, all_ in frames.items()})
              for place, step in enumerate(row.frame))
        for n, row in enumerate(base.weightings)
    ]  # fmt: skip
    words = deal.heaps("words of a band", len(base.bands))
    return Rubric(
        criteria=tuple(
            replace(row, name=names[n], asks=asks[n], anchors=tuple(anchors[5 * n : 5 * n + 5]))
            for n, row in enumerate(base.criteria)
        ),
        weightings=tuple(
            replace(row, why=why, frame=frame)
            for row, why, frame in zip(base.weightings, deal.heaps("why of weights", kinds), steps, strict=True)
        ),
        gate=replace(base.gate, words=deal.all("words of the gate")),
        bands=tuple(replace(band, words=said) for band, said in zip(base.bands, words, strict=True)),
    )


def in_turn(texts: tuple[str, ...], place: int) -> str:
    """Give the text at a place of a round that never ends."""
    return texts[place % len(texts)]


def _question(deal: Dealer, n: int) -> Question:
    put = {field: deal.few(f"{field} of a question", n, between) for field, between in GUIDE_TEXTS.items()}
    singles = {field: tuple(deal.one(field, FEW * n + more) for more in range(FEW)) for field in ("key point", *LISTS)}
    points = tuple(KeyPoint(text=text, essential=not more % 2) for more, text in enumerate(singles.pop("key point")))
    facts = {"kind": KINDS[n % len(KINDS)], "minutes": 1 + n % 3, "competency": f"area-{n}"}
    return Question(id=f"question-{n}", **put, **singles, **facts, key_points=points, sources=(f"source-{n}",))


GUIDE_TEXTS = dict.fromkeys(("listening_for", "strong_answer", "weak_answer", "why_weak", "material"), "\n\n")
GUIDE_TEXTS |= {"prompt": " ", "sector": " "}
LISTS = ("pitfalls", "follow_ups")


def _exemplar(deal: Dealer, n: int, rubric: Rubric) -> Exemplar:
    used = next(row.weights for row in rubric.weightings if row.kind == KINDS[n % len(KINDS)])
    reasons = {name: deal.one("reason of a reference", FEW * n + more) for more, name in enumerate(used)}
    levels = {name: 1 + (n + more) % 5 for more, name in enumerate(used)}
    return Exemplar(
        id=f"exemplar-{n}",
        question=f"question-{n}",
        answer=deal.few("sample answer", n, "\n\n"),
        levels=levels,
        reasons=reasons,
    )


def _source(deal: Dealer, n: int) -> Source:
    put = {"title": deal.few("title of a source", n), "number": deal.few("number of a source", n)}
    address = "".join(deal.few("address of a source", n).split())
    return Source(key=f"source-{n}", **put, address=f"{('https://', 'http://x/')[n % 2]}{address}")


def poisoned_history(deal: Dealer, bank: Bank, home: Path, *, now: datetime, words_only: bool) -> None:
    """Fill a personal home: answers and scores of several weeks, drafts, own questions, holds and a profile."""
    home.mkdir(parents=True)
    questions = list(bank.question_by_id.values())
    with Store(home / "history.db") as store:
        told = {
            "keeper": store,
            "new_id": lambda: str(UUID(int=deal.dice.getrandbits(128), version=4)),
            "zone": "+00:00",
        }
        for week in range(WEEKS, 0, -1):
            at = now - timedelta(weeks=week)
            session = Session(bank, questions, clock=lambda at=at: at, **told)
            _answer_all(deal, session, week)
            _score_samples(Calibration(bank, list(bank.exemplar_by_id.values()), clock=lambda at=at: at, **told), deal)
        _add_strangers(deal, store, told["new_id"])
        for question in questions[:2]:
            drafted = Session(bank, [question], clock=lambda: now, **told)
            drafted.write(deal.all("draft"))
            drafted.keep_aside(deal.all("other words of a draft"), page="another page")
        _write_own(deal, bank, store, now)
        for role in (None, bank.role):
            retention.hold(store, now=now, role=role, why=deal.all("reason of a hold"))
        ahead = (now + timedelta(days=9)).date()
        write_profile(store, Profile(interview_on=ahead, words_only=words_only), at=now)
        write_role(store, bank.role, at=now)


def _answer_all(deal: Dealer, session: Session, week: int) -> None:
    turn = week * len(session.questions)
    while session.question:
        session.write(deal.one("answer", turn))
        session.predict(1 + turn % 5)
        session.reveal()
        session.tick(range(min(week, len(session.question.key_points))))
        session.give({row.id: deal.dice.randint(1 + WEEKS - week, 5) for row in session.criteria})
        session.save()
        session.next()
        turn += 1


def _score_samples(calibration: Calibration, deal: Dealer) -> None:
    while calibration.exemplar:
        calibration.give({row.id: deal.dice.randint(2, 5) for row in calibration.criteria})
        calibration.compare()
        calibration.next()


def _add_strangers(deal: Dealer, store: Store, new_id: Callable[[], str]) -> None:
    """Save attempts as a history of another machine may have them: at questions and with bands that are not here."""
    last = store.attempts()[-1]
    snapshots = {name: store.snapshot(name) for name in (last.question_hash, last.rubric_hash)}
    for n in [*deal.turns, *deal.turns]:
        put = {field: deal.few(f"{field} of an attempt", n) for field in ("question", "band", "competency")}
        store.save_attempt(replace(last, id=new_id(), **put), answer=deal.few("answer", n), snapshots=snapshots)


def _write_own(deal: Dealer, bank: Bank, store: Store, now: datetime) -> None:
    """Keep questions of one's own, and a guide of one's own for one of the bank's."""
    many = max(1, len(deal.payloads) // 4)
    heaps = {field: deal.heaps(f"{field} of one's own", many) for field in (*OWN_TEXTS, *LISTS)}
    for n in range(many):
        said = {field: _typed(heap[n]) for field, heap in heaps.items()}
        said |= {field: [said[field]] for field in LISTS} | {"key_points": [{"text": said["follow_ups"]}]}
        kept, faults = own.keep(store, bank, said | {"kind": KINDS[n % 6], "minutes": 2}, at=now)
        assert kept, faults
    guide = {"listening_for": _typed(deal.all("listening_for of one's own")[:1100])}
    own.keep(store, bank, guide, question="question-0", at=now)
    own.keep_unsaved(store, bank.role, own.NEW, {"prompt": deal.all("words that are not saved")}, at=now)


OWN_TEXTS = ("prompt", "listening_for", "strong_answer", "weak_answer", "why_weak")


def _typed(text: str) -> str:
    """Give a text as a person's keyboard and the schema let it through."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", " ".join(text.split()))[:290]


def files_to_import(deal: Dealer, folder: Path) -> Path:
    """Write tables whose names, roles, topics, questions and answers are payloads; give their folder."""
    names = deal.names()
    place = folder / f"imported {' '.join(names[:1])}"
    place.mkdir()
    _table(deal, place / "all.csv", [f"Clerk {role}" for role in deal.every("name of an imported role")])
    for name in names:
        _table(deal, place / f"{name}.csv", [name])
        (place / f"{name}.xml").write_text("<quiz>")
    return place


def _table(deal: Dealer, path: Path, roles: list[str]) -> None:
    rows = [["role", "question", "answer", "topic", deal.all("column of a file")]]
    for n, role in enumerate(roles):
        asked = f"How would you {deal.one('question of a file', n)} here?"
        rows.append([role, asked, deal.one("answer of a file", n), deal.one("topic of a file", n), "x"])
    with path.open("w", encoding="utf-8", newline="") as file:  # a file with a zero in it is no text to the reader
        csv.writer(file).writerows([cell.replace("\0", "") for cell in row] for row in rows)
