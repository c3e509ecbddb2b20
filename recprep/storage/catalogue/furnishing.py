"""An imported role becomes a bank: competencies and rubric of any job, and what each question is, guessed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from recprep.core import guess
from recprep.core.bank import Bank, in_order
from recprep.core.guess import Rule, Rules
from recprep.core.models import Question
from recprep.storage.catalogue.holding import Role
from recprep.storage.catalogue.packing import Kept

MINUTES = 2  # the median of every kind in the bank that is shipped
LICENCE = "That of the source it was imported from"
SUMMARY = "{name}: questions that were imported, without guides."


class Guessed(NamedTuple):
    """What a question was taken for, and the names of the rules that say so; None where no rule holds."""

    kind: str
    kind_rule: str | None
    competency: str | None
    competency_rule: str | None


def furnish(role: Role, base: Bank) -> Bank:
    """Give the bank of an imported role.

    Its questions have no guide, no seniority (everybody is asked them) and no jurisdiction; what stood with them in
    their source is their `material`. Kind and competency are guessed.

    Parameters
    ----------
    role : Role
    base : Bank
        The bank without questions, with competencies, rubric and guesses for any job.
    """
    guesses = guesses_of(role, base)
    questions = [_question(kept, guesses[kept.id]) for kept in role.questions.asked]
    return replace(
        base,
        role=role.id,
        name=role.name,
        summary=role.description or SUMMARY.format(name=role.name),
        licence=LICENCE,
        question_by_id={one.id: one for one in in_order(questions, base.competency_by_id)},
    )


def guesses_of(role: Role, base: Bank) -> dict[str, Guessed]:
    """Give what each question of a role was taken for, by its id, in the order of the source."""
    rules = _rules(base.guesses)
    return {kept.id: _guessed(kept.prompt, rules) for kept in role.questions.asked}


def _guessed(prompt: str, rules: Rules) -> Guessed:
    kind = guess.kind_of(prompt, rules)
    competency = guess.competency_of(prompt, rules, kind=kind.value)
    return Guessed(kind.value, kind.rule, competency.value, competency.rule)


@cache
def _rules(guesses: Sequence[Rule]) -> Rules:
    return guess.ready(guesses)


def _question(kept: Kept, guessed: Guessed) -> Question:
    return Question(
        id=kept.id,
        prompt=kept.prompt,
        kind=guessed.kind,
        competency=guessed.competency,
        minutes=MINUTES,
        material=kept.answer,
    )
