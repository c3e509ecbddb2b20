"""An imported role becomes a bank: competencies and rubric of any job, and what each question is, guessed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from recprep.core import guess
from recprep.core.bank import Bank, build, in_order, read_entries
from recprep.core.carried import as_record
from recprep.core.guess import Guess, Rule, Rules
from recprep.core.models import Question
from recprep.storage.catalogue.holding import Role
from recprep.storage.catalogue.packing import Kept

MINUTES = 2  # the median of every kind in the bank that is shipped
LICENCE = "That of the source it was imported from"
SUMMARY = "{name}: questions that were imported."

Schemas = Mapping[str, Mapping]


class Guessed(NamedTuple):
    """What a question was taken for, and the names of the rules that say so; None where no rule holds."""

    kind: str
    kind_rule: str | None
    competency: str | None
    competency_rule: str | None


def furnish(role: Role, bases: Sequence[Bank], schemas: Schemas) -> Bank:
    """Give the bank of an imported role.

    What its source says of a question holds. Without that, a question has no guide, no seniority (everybody is asked
    it) and no jurisdiction; what stood with it is its `material`; its kind and its competency are guessed.

    Parameters
    ----------
    role : Role
    bases : sequence of Bank
        Banks whose competencies and rubric the role may have, first the one for any job, which has the guesses too.
    schemas : mapping
        Those of `data/schema`, for a role that came as a bank.
    """
    base = _base(role, bases, schemas)
    guesses = _guesses(role, base, bases[0].guesses)
    questions = [_question(kept, guesses[kept.id], base) for kept in role.questions.asked]
    asked = {one.id: one for one in in_order(questions, base.competency_by_id)}
    exemplars = base.exemplar_by_id if role.questions.rest else {}
    return replace(
        base,
        role=role.id,
        name=role.name,
        summary=role.description or SUMMARY.format(name=role.name),
        licence=base.licence if role.questions.rest else LICENCE,
        question_by_id=asked,
        exemplar_by_id={name: one for name, one in exemplars.items() if one.question in asked},
        guesses=base.guesses or bases[0].guesses,
        outdated=(),
        quotas=(),
    )


def guesses_of(role: Role, bases: Sequence[Bank], schemas: Schemas) -> dict[str, Guessed]:
    """Give what each question of a role was taken for, by its id, in the order of the source; as `furnish` does."""
    return _guesses(role, _base(role, bases, schemas), bases[0].guesses)


def _base(role: Role, bases: Sequence[Bank], schemas: Schemas) -> Bank:
    """Give the bank that a role came with, or else the one with most of the competencies that its questions name."""
    if role.questions.rest:
        entries, findings = read_entries(role.questions.rest, schemas)
        if not findings:
            return build(entries)
    return max(bases, key=lambda bank: len({_named(kept, bank) for kept in role.questions.asked} - {None}))


def _named(kept: Kept, base: Bank) -> str | None:
    """Give the competency that the source of a question names, by its id or as the section it stands in."""
    stated = (kept.said or {}).get("competency")
    if stated in base.competency_by_id:
        return stated
    if not kept.topic:
        return None
    return next((one.id for one in base.competency_by_id.values() if kept.topic in (one.name, one.id)), None)


def _guesses(role: Role, base: Bank, guesses: Sequence[Rule]) -> dict[str, Guessed]:
    rules = _rules(guesses)
    return {kept.id: _guessed(kept, rules, base) for kept in role.questions.asked}


def _guessed(kept: Kept, rules: Rules, base: Bank) -> Guessed:
    """Guess what the source does not say; a question with an id of its own has a competency only if it says so."""
    said = kept.said or {}
    kind = Guess(said["kind"], None) if "kind" in said else guess.kind_of(kept.prompt, rules)
    area = Guess(_named(kept, base), None)
    if area.value is None and "id" not in said:
        found = guess.competency_of(kept.prompt, rules, kind=kind.value)
        area = found if found.value in base.competency_by_id else area
    return Guessed(kind.value, kind.rule, area.value, area.rule)


@cache
def _rules(guesses: Sequence[Rule]) -> Rules:
    return guess.ready(guesses)


def _question(kept: Kept, guessed: Guessed, base: Bank) -> Question:
    plainly = {"prompt": kept.prompt, "minutes": MINUTES, "material": kept.answer}
    said = plainly | as_record(kept.said or {})
    said |= {"id": kept.id, "kind": guessed.kind, "competency": guessed.competency}
    said["also"] = tuple(name for name in said.get("also", ()) if name in base.competency_by_id)
    said["sources"] = tuple(key for key in said.get("sources", ()) if key in base.source_by_key)
    return Question(**said)
