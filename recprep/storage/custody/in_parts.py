"""A history read in parts, for its export: a part that is damaged is passed over and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recprep.core.models import Rating
from recprep.core.problem import Problem
from recprep.storage.custody.columns import CRITERIA, Scored
from recprep.storage.store import Damage, attempts, inspection, ledger, ratings
from recprep.storage.store.database import Database
from recprep.storage.store.trouble import is_damage

NOTHING = "Nothing to export yet{of}: no answer was scored."
NOTHING_SOUND = "Nothing could be exported: all {} records are damaged. Run `recprep doctor`, which names them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What there is to export: numbers of the last rows, how many are sound, their criteria, and what is damaged."""

    role: str | None
    last_attempt: int
    last_rating: int
    attempts: int
    ratings: int
    criteria: tuple[str, ...]
    left_out: tuple[Damage, ...]


class History(Database):
    """Goes through what is kept, as much as a survey has seen."""

    def survey(self, role: str | None, progress: Callable[[int, int], None] | None = None) -> Survey:
        """Look at all there is, or raise the `Problem` that there is nothing."""
        with self._transaction() as connection:
            last_attempt, last_rating = attempts.version(connection)[0], ratings.version(connection)
            counts, used, left_out = [0, 0], set(), []
            for place, (kind, last) in enumerate(((attempts.LEDGER, last_attempt), (ratings.LEDGER, last_rating))):
                for sound, damaged in _parts(connection, kind, last, role):
                    counts[place] += len(sound)
                    used.update(*(one.levels for one in sound))
                    left_out += damaged
                    if progress and kind is attempts.LEDGER:
                        progress(counts[place], 2 * last)
        if not any(counts):
            raise Problem(self._nothing(role, len(left_out)))
        return Survey(
            role=role,
            last_attempt=last_attempt,
            last_rating=last_rating,
            attempts=counts[0],
            ratings=counts[1],
            criteria=(*CRITERIA, *sorted(used.difference(CRITERIA))),
            left_out=tuple(left_out),
        )

    def scored(self, survey: Survey, *, answers: bool) -> Iterator[Scored]:
        """Go through the attempts in the order of saving, withdrawn ones too."""
        with self._transaction() as connection:
            withdrawn = attempts.withdrawn(connection)
            prompt = _prompts(connection)
            for sound, _ in _parts(connection, attempts.LEDGER, survey.last_attempt, survey.role):
                for one in sound:
                    words = _unless_damaged(attempts.answer, connection, one.id) if answers else None
                    yield Scored(one, one.id in withdrawn, prompt(one.question_hash), words)

    def rated(self, survey: Survey) -> Iterator[tuple[Rating, str | None]]:
        """Go through the ratings in the order of saving, each with the prompt of its question."""
        with self._transaction() as connection:
            prompt = _prompts(connection)
            for sound, _ in _parts(connection, ratings.LEDGER, survey.last_rating, survey.role):
                yield from ((one, prompt(one.question_hash)) for one in sound)

    def damaged_answers(self, among: set[str]) -> list[Damage]:
        """Name the answers that are kept but are not what was written, among those of some attempts."""
        with self._transaction() as connection:
            found = _unless_damaged(lambda: list(inspection.CHECKS["answer"](connection, "answer")))
        unread = Damage(what="answer", id="(some)", question=None, why="a part of the file cannot be read")
        return [unread] if found is None else [damage for damage in found if damage.id in among]

    def _nothing(self, role: str | None, damaged: int) -> str:
        if self.notice or damaged:
            return self.notice or NOTHING_SOUND.format(damaged)
        return NOTHING.format(of=f" for the role '{role}'" if role else "")


@contextmanager
def reading(database: Path) -> Iterator[History]:
    """Open a history, or raise the `Problem` that there is none."""
    if not database.exists():
        raise Problem(NOTHING.format(of=""))
    with History(database) as history:
        yield history


def _parts(connection: object, kind: ledger.Ledger, last: int, role: str | None) -> Iterator[tuple[list, list[Damage]]]:
    condition, values = ("seq <= ? AND +role = ?", (last, role)) if role else ("seq <= ?", (last,))
    return ledger.chunks(connection, kind, condition=condition, values=values)


def _prompts(connection: object) -> Callable[[str], str | None]:
    """Give what finds the prompt behind a question's hash; each text is read once."""
    known: dict[str, str | None] = {}

    def prompt(hash_: str) -> str | None:
        if hash_ not in known:
            text = _unless_damaged(attempts.snapshot, connection, hash_)
            known[hash_] = json.loads(text).get("prompt") if text else None
        return known[hash_]

    return prompt


def _unless_damaged(read: Callable, *given: object) -> object:
    """Give what is read, or None if its place in the file is damaged."""
    try:
        return read(*given)
    except Exception as error:
        if not is_damage(error):
            raise
        return None
