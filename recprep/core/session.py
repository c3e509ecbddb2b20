"""One sitting as a state machine: question, answer, prediction, guide, levels, saved.

Everything it needs is handed in; a form only draws it, and the same steps work from Python.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from recprep.core.bank import Bank
from recprep.core.fingerprint import clean, digest
from recprep.core.keeper import Keeper
from recprep.core.models import LEVELS, Attempt, Criterion, Draft, Question, Step
from recprep.core.problem import Problem
from recprep.core.rubric import Result, require_levels, score, weights_for

Stage = Literal["answering", "scoring", "saved", "finished"]


@dataclass(frozen=True, slots=True)
class Saved:
    """An attempt saved in this sitting, with the draft it came from and its place in the set."""

    attempt: Attempt
    draft: Draft
    position: int


class Session:
    """One sitting: a set of questions answered one after the other.

    Parameters
    ----------
    bank : Bank
    questions : sequence of Question
        The set, in the order in which it is asked.
    keeper : Keeper
        Keeps every draft and attempt.
    clock : callable
        Gives the present time, aware, in UTC.
    new_id : callable
        Gives a new UUID as text.
    zone : str
        The person's own zone, kept with each attempt.
    rater : str
        Who scores: "self" unless another person sits here.
    reasons : mapping of str to str
        Why each question comes now, by its id.
    left_out : str, optional
        A sentence that says which questions this set does not ask, when the person's profile leaves any out.
    """

    def __init__(
        self,
        bank: Bank,
        questions: Sequence[Question],
        *,
        keeper: Keeper,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        zone: str,
        rater: str = "self",
        reasons: Mapping[str, str] | None = None,
        left_out: str | None = None,
    ) -> None:
        self.bank, self.questions = bank, tuple(questions)
        self.sitting = new_id()
        self.saved: list[Saved] = []
        self.count: int | None = None
        self.begun = False  # whether a step was taken in this sitting
        self.left_out = left_out
        self._reasons = reasons or {}
        self._keeper, self._clock, self._new_id = keeper, clock, new_id
        self._zone, self._rater = zone, rater
        self._open(0)

    # Where the sitting stands

    @property
    def question(self) -> Question | None:
        """The question now asked, or None when the set is finished."""
        return self.questions[self.position] if self.position < len(self.questions) else None

    @property
    def stage(self) -> Stage:
        """Which step comes next: answering, scoring, saved, or finished."""
        if self.question is None:
            return "finished"
        if self.saved and self.saved[-1].position == self.position:
            return "saved"
        return "scoring" if self.draft.revealed else "answering"

    @property
    def reason(self) -> str:
        """The sentence that says why this question comes now; empty when nobody chose it."""
        return self._reasons.get(self.question.id, "")

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The rows of the rubric that the question now asked uses."""
        return self.bank.criteria(self.question)

    @property
    def frame(self) -> tuple[Step, ...]:
        """Steps that an answer to the question now asked can follow."""
        kind = self.question.kind
        return next(weighting.frame for weighting in self.bank.rubric.weightings if weighting.kind == kind)

    @property
    def result(self) -> Result:
        """What the levels given so far come to."""
        return score(self.bank.rubric, self.question.kind, self.draft.levels)

    @property
    def others(self) -> list[Draft]:
        """Other words kept for this question: written on another page, from an older state than these."""
        question = self.question
        if question is None:
            return []
        head = self._keeper.draft(self.bank.role, question.id)
        kept = [*([head] if head else []), *self._keeper.aside(self.bank.role, question.id)]
        ours = ("", self.draft.answer)
        return [draft for draft in kept if draft.client != self.sitting and draft.answer not in ours]

    # The steps

    def look(self) -> None:
        """Start the clock of this question: the person sees it. Later looks change nothing."""
        self._looked_at = self._looked_at or self._clock()

    def write(self, text: str, *, page: str | None = None, based_on: str | None = None) -> bool:
        """Keep the answer as typed so far.

        Parameters
        ----------
        text : str
        page, based_on : str, optional
            The browser page that sends the text, and the stamp of the text that it started from. Text
            that another page wrote in between is not overwritten: the new text is kept aside instead.

        Returns
        -------
        bool
            False when it was kept aside.
        """
        self._in_stage("answering", "scoring", to="write")
        text = clean(text)
        foreign = page is not None and page != self._page and based_on != self.stamp
        if foreign and text != self.draft.answer:
            self.keep_aside(text, page=page)
            return False
        self._keep(answer=text)
        self._page = page
        return True

    def keep_aside(self, text: str, *, page: str) -> None:
        """Keep words found in a browser beside the answer, to be offered."""
        self._keeper.set_aside(replace(self.draft, answer=text, client=page, saved_at=self._clock()))

    @property
    def stamp(self) -> str:
        """A short fingerprint of the answer now kept; a page says with it what its text is based on."""
        return digest(self.draft.answer)[:16]

    def say_aloud(self, aloud: bool) -> None:
        """Note whether the answer was given aloud; then nothing needs to be written."""
        self._in_stage("answering", to="answer")
        self._keep(aloud=bool(aloud))

    def predict(self, level: int | None) -> None:
        """Note the overall level that the person expects, 1 to 5 or None, before the guide opens."""
        self._in_stage("answering", to="predict")
        if level is not None and level not in LEVELS:
            message = f"A prediction is a level from 1 to 5, or empty; {level!r} is neither."
            raise Problem(message)
        self._keep(prediction=level)

    def reveal(self) -> None:
        """Open the guide, once something was written or said aloud."""
        self._in_stage("answering", to="open the guide")
        if not (self.draft.answer.strip() or self.draft.aloud):
            message = "Answer first: write a few words, or tick 'I answered aloud'. Then the guide opens."
            raise Problem(message)
        self._keep(revealed=True)

    def tick(self, key_points: Collection[int]) -> None:
        """Note which key points the answer covered, by their positions."""
        self._in_stage("scoring", to="tick key points")
        positions = range(len(self.question.key_points))
        if wrong := [point for point in key_points if point not in positions]:
            known = f"they are numbered 0 to {positions[-1]}" if positions else "this question has none"
            message = f"There is no key point {wrong[0]!r}: {known}."
            raise Problem(message)
        self._keep(key_points=tuple(sorted(set(key_points))))

    def give(self, levels: Mapping[str, int]) -> None:
        """Note the levels given so far, 1 to 5 by criterion; those not named stay open."""
        self._in_stage("scoring", to="score")
        require_levels(self.bank.rubric, self.question.kind, levels)
        self._keep(levels=dict(levels))

    def save(self) -> Attempt:
        """Save the scored answer as an attempt; it is durable when this returns."""
        self._in_stage("scoring", to="save")
        result = self.result
        if result.missing:
            names = [row.name for row in self.criteria if row.id in result.missing]
            message = f"Not saved yet: choose a level for {_listed(names)}. Your answer is kept as a draft."
            raise Problem(message)
        snapshots = {digest(text): text for text in (self._text, self.bank.rubric_text(self.question))}
        attempt = self._attempt(result, *snapshots)
        self.count = self._keeper.save_attempt(attempt, answer=self.draft.answer, snapshots=snapshots)
        self.saved.append(Saved(attempt, self.draft, self.position))
        return attempt

    def next(self) -> None:
        """Go on to the next question; a draft that was not saved stays."""
        self._in_stage("answering", "scoring", "saved", to="go on")
        self.begun = True
        self._open(self.position + 1)

    def undo(self) -> Attempt:
        """Take back the attempt saved last in this sitting, and return to it with all that was entered."""
        if not self.saved:
            message = "There is nothing to undo: no attempt was saved in this sitting."
            raise Problem(message)
        last = self.saved[-1]
        self.count = self._keeper.withdraw(last.attempt.id, at=self._clock())
        self.saved.pop()
        self._open(last.position)
        if not self.draft.answer:
            self._seconds_before = last.draft.seconds
            self._keep(**{name: getattr(last.draft, name) for name in _STEPS})
        return last.attempt

    def swap(self) -> None:
        """Take the other words kept for this question as the answer; the present ones are kept aside."""
        other = self.others[0]
        self._keeper.set_aside(replace(self.draft, client=self._new_id(), saved_at=self._clock()))
        self._rebase(answer=other.answer, aloud=self.draft.aloud or other.aloud)
        self._drop(other)

    def drop_others(self) -> None:
        """Delete the other words kept for this question, and go on with the present ones."""
        others = self.others
        self._rebase()
        for other in others:
            self._drop(other)

    # Inside

    def _open(self, position: int) -> None:
        self.position = position
        self._looked_at: datetime | None = None
        self._page: str | None = None
        self._written: str | None = None
        question = self.question
        if question is None:
            return
        kept = self._keeper.draft(self.bank.role, question.id)
        if kept is None:
            self.draft = self._blank(question)
        elif kept.question_hash == digest(self._text):
            self.draft = kept
        else:  # the guide was edited since: what was typed stays, what was ticked no longer fits
            self.draft = replace(kept, key_points=(), levels={})
        self._seconds_before = self.draft.seconds

    @property
    def _text(self) -> str:
        """The question and its guide as one text; made once there is something to keep."""
        if self._written is None:
            self._written = self.bank.question_text(self.question)
        return self._written

    def _blank(self, question: Question) -> Draft:
        return Draft(
            role=self.bank.role,
            question=question.id,
            question_hash="",
            client=self.sitting,
            revision=0,
            saved_at=self._clock(),
        )

    def _keep(self, **changes: object) -> None:
        """Change the draft and keep it; when another process moved it on, the store keeps both."""
        self.begun = True
        self.look()
        now = self._clock()
        seconds = self.draft.seconds
        if not self.draft.revealed:
            seconds = self._seconds_before + max(0, int((now - self._looked_at).total_seconds()))
        changes |= {"question_hash": digest(self._text), "seconds": seconds}
        changed = replace(self.draft, **changes, client=self.sitting, saved_at=now)
        self.draft = self._keeper.save_draft(changed, base=self.draft.revision) or changed

    def _rebase(self, **changes: object) -> None:
        """Keep the draft on top of whatever another process kept meanwhile."""
        head = self._keeper.draft(self.bank.role, self.question.id)
        self.draft = replace(self.draft, revision=head.revision if head else 0)
        self._keep(**changes)
        self._drop(self.draft)

    def _drop(self, aside: Draft) -> None:
        self._keeper.drop_draft(aside.role, aside.question, client=aside.client)

    def _in_stage(self, *stages: Stage, to: str) -> None:
        if self.stage not in stages:
            message = f"You cannot {to} now: {_WHERE[self.stage]}."
            raise Problem(message)

    def _attempt(self, result: Result, question_hash: str, rubric_hash: str) -> Attempt:
        question, draft = self.question, self.draft
        return Attempt(
            id=self._new_id(),
            sitting=self.sitting,
            role=self.bank.role,
            question=question.id,
            kind=question.kind,
            competency=question.competency,
            at=self._clock(),
            zone=self._zone,
            rater=self._rater,
            prediction=draft.prediction,
            levels=dict(draft.levels),
            weights=dict(weights_for(self.bank.rubric, question.kind)),
            percent=result.percent,
            band=result.band.id,
            gated=result.gated,
            key_points=tuple(n in draft.key_points for n in range(len(question.key_points))),
            aloud=draft.aloud,
            seconds_taken=draft.seconds,
            question_hash=question_hash,
            rubric_hash=rubric_hash,
            seniority=question.seniority,
        )


_STEPS = ("answer", "aloud", "prediction", "revealed", "key_points", "levels")
_WHERE = {
    "answering": "the guide is not open yet",
    "scoring": "the guide is open, and the answer stays as you gave it",
    "saved": "this answer is saved; go on to the next question, or undo",
    "finished": "the set is finished",
}


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
