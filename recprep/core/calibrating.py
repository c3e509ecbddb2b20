"""Which exemplars to score next, and one set of them as a state machine: sample answer, levels, compared.

Everything it needs is handed in; a form only draws it, and the same steps work from Python.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID, uuid5

from recprep.core.bank import Bank
from recprep.core.fingerprint import digest
from recprep.core.models import Criterion, Exemplar, Question, Rating
from recprep.core.problem import Problem
from recprep.core.rubric import require_levels

Stage = Literal["scoring", "compared", "finished"]


def choose(exemplars: Iterable[Exemplar], seen: Collection[str], *, count: int = 6) -> list[Exemplar]:
    """Choose the exemplars to score next: none twice until all were seen, and every level of every criterion.

    Parameters
    ----------
    exemplars : iterable of Exemplar
        Those of a bank, in its order.
    seen : collection of str
        Ids of the exemplars scored since the last time that all had been.
    count : int
        How many; fewer are given when fewer are left.

    Returns
    -------
    list of Exemplar
        Each of another question than the others, as far as that goes.
    """
    everything = list(exemplars)
    left = [one for one in everything if one.id not in seen] or everything
    chosen: list[Exemplar] = []
    met = Counter(cell for one in everything if one.id in seen for cell in one.levels.items())
    while left and len(chosen) < count:
        asked = Counter(one.question for one in chosen)
        best = min(
            left, key=lambda one: (asked[one.question], sum(met[c] for c in one.levels.items()) / len(one.levels))
        )
        left.remove(best)
        chosen.append(best)
        met.update(best.levels.items())
    return chosen


def seen_this_round(exemplars: Iterable[Exemplar], ratings: Iterable[Rating]) -> set[str]:
    """Give the ids of the exemplars that were scored since the last time that all had been."""
    times = Counter(rating.exemplar for rating in ratings)
    ids = [one.id for one in exemplars]
    rounds = min((times[name] for name in ids), default=0)
    return {name for name in ids if times[name] > rounds}


class Keeper(Protocol):
    """What a calibration asks of whatever keeps the record; `recprep.storage.store.Store` is one."""

    def save_rating(self, rating: Rating, *, snapshots: Mapping[str, str]) -> int:
        """Append a rating for good; give the number of ratings of its role."""

    def ratings(self, role: str) -> list[Rating]:
        """Give the ratings of a role, in the order of saving."""

    def setting(self, key: str) -> str | None:
        """Give what is kept under a key."""

    def set_setting(self, key: str, value: str, *, at: datetime) -> None:
        """Keep a value under a key."""


class Calibration:
    """One set of exemplars, scored one after the other; it goes on where an earlier page left it.

    Parameters
    ----------
    bank : Bank
    exemplars : sequence of Exemplar
        Those that may be shown, in the order of the bank.
    keeper : Keeper
        Keeps every rating, and the levels given so far.
    clock : callable
        Gives the present time, aware, in UTC.
    new_id : callable
        Gives a new UUID as text.
    zone : str
        The person's own zone, kept with each rating.
    rater : str
        Who scores: "self" unless another person sits here.
    """

    def __init__(
        self,
        bank: Bank,
        exemplars: Sequence[Exemplar],
        *,
        keeper: Keeper,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        zone: str,
        rater: str = "self",
    ) -> None:
        self.bank = bank
        self.compared: list[Rating] = []
        self.begun = False  # whether a step was taken here
        self._allowed = {one.id: one for one in exemplars}
        self._keeper, self._clock, self._new_id = keeper, clock, new_id
        self._zone, self._rater = zone, rater
        self._go_on() or self._start()

    # Where it stands

    @property
    def exemplar(self) -> Exemplar | None:
        """The sample answer now shown, or None when the set is finished."""
        return self.exemplars[self.position] if self.position < len(self.exemplars) else None

    @property
    def question(self) -> Question:
        """The question that the sample answer answers."""
        return self.bank.question_by_id[self.exemplar.question]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The rows of the rubric that the question uses."""
        return self.bank.criteria(self.question)

    @property
    def stage(self) -> Stage:
        """Which step comes next: scoring, compared, or finished."""
        if self.exemplar is None:
            return "finished"
        return "compared" if self.last and self.last.exemplar == self.exemplar.id else "scoring"

    @property
    def last(self) -> Rating | None:
        """The rating compared last on this page."""
        return self.compared[-1] if self.compared else None

    @property
    def ratings(self) -> list[Rating]:
        """All ratings of the role that are kept."""
        return self._keeper.ratings(self.bank.role)

    # The steps

    def give(self, levels: Mapping[str, int]) -> None:
        """Note the levels given so far, 1 to 5 by criterion; those not named stay open."""
        self._in_stage("scoring", to="score")
        require_levels(self.bank.rubric, self.question.kind, levels)
        self.levels = dict(levels)
        self._keep()

    def compare(self) -> Rating:
        """Keep the rating for good, and open the reference."""
        self._in_stage("scoring", to="compare")
        names = [row.name for row in self.criteria if row.id not in self.levels]
        if names:
            message = f"Choose a level for {', '.join(names)} first. Then the reference opens."
            raise Problem(message)
        if self.exemplar.id in self._rated():
            message = "You compared this sample answer on another page. Nothing was saved twice; go on to the next."
            raise Problem(message)
        rating, snapshots = self._rating()
        self._keeper.save_rating(rating, snapshots=snapshots)
        self.compared.append(rating)
        self._keep(position=self.position + 1, levels={})  # another page goes on with the next
        return rating

    def next(self) -> None:
        """Go on to the next sample answer; one that was not compared comes again in another set."""
        self._in_stage("scoring", "compared", to="go on")
        self.position, self.levels = self.position + 1, {}
        self._pass_over_rated()
        self._keep()

    def another_set(self) -> None:
        """Begin another set."""
        self._start()
        self.begun = True

    # Inside

    @property
    def _key(self) -> str:
        return f"calibration/{self.bank.role}"

    def _start(self) -> None:
        self.exemplars = tuple(choose(self._allowed.values(), self._rated()))
        self.sitting, self.position, self.levels = self._new_id(), 0, {}

    def _rated(self) -> set[str]:
        """Give the exemplars that this rater compared in this round, on whatever page."""
        return seen_this_round(self._allowed.values(), [one for one in self.ratings if one.rater == self._rater])

    def _pass_over_rated(self) -> None:
        rated = self._rated()
        while self.exemplar and self.exemplar.id in rated:
            self.position += 1

    def _go_on(self) -> bool:
        """Take up the set that was not finished, as long as the bank still has all of it."""
        try:
            kept = json.loads(self._keeper.setting(self._key) or "")
            self.exemplars = tuple(self._allowed[name] for name in kept["exemplars"])
            self.sitting, self.position = str(UUID(kept["sitting"])), int(kept["position"])
            self.levels = dict(kept["levels"])
            if self.exemplar:
                require_levels(self.bank.rubric, self.question.kind, self.levels)
        except (ValueError, KeyError, TypeError, AttributeError, Problem):
            return False
        if not 0 <= self.position < len(self.exemplars):
            return False
        here = self.position
        self._pass_over_rated()
        self.levels = self.levels if self.position == here else {}
        return self.exemplar is not None

    def _keep(self, **changes: object) -> None:
        self.begun = True
        state = {"sitting": self.sitting, "position": self.position, "levels": self.levels} | changes
        kept = state | {"exemplars": [one.id for one in self.exemplars]}
        self._keeper.set_setting(self._key, json.dumps(kept), at=self._clock())

    def _in_stage(self, *stages: Stage, to: str) -> None:
        if self.stage not in stages:
            message = f"You cannot {to} now: {_WHERE[self.stage]}."
            raise Problem(message)

    def _rating(self) -> tuple[Rating, dict[str, str]]:
        exemplar, question = self.exemplar, self.question
        texts = [
            self.bank.exemplar_text(exemplar),
            self.bank.question_text(question),
            self.bank.rubric_text(question),
        ]
        hashes = [digest(text) for text in texts]
        rating = Rating(
            id=str(uuid5(UUID(self.sitting), exemplar.id)),  # one, though two pages show the same sample answer
            sitting=self.sitting,
            role=self.bank.role,
            exemplar=exemplar.id,
            question=question.id,
            kind=question.kind,
            competency=question.competency,
            at=self._clock(),
            zone=self._zone,
            rater=self._rater,
            levels=dict(self.levels),
            reference=dict(exemplar.levels),
            exemplar_hash=hashes[0],
            question_hash=hashes[1],
            rubric_hash=hashes[2],
        )
        return rating, dict(zip(hashes, texts, strict=True))


_WHERE = {
    "scoring": "this sample answer is not compared yet",
    "compared": "the reference is open, and your levels stay as you gave them; go on to the next sample answer",
    "finished": "the set is finished",
}
