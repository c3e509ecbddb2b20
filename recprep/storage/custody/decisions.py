"""What was decided about keeping answers, and what was disposed of, in sentences. Never a word of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from recprep.core.memory import day_of
from recprep.storage.store.disposals import Disposal
from recprep.storage.store.holds import Hold, Lifting


class Amount(Protocol):
    """What a disposal and what is due have in common."""

    characters: int
    oldest: date
    newest: date
    roles: Mapping[str, int]


def sentences(decisions: Sequence[Hold | Lifting | Disposal]) -> list[str]:
    """Give one sentence for each decision, in their order; days are those of the person's own zone.

    Parameters
    ----------
    decisions : sequence of Hold, Lifting or Disposal
        As the store gives them.
    """
    holds = {one.id: one for one in decisions if isinstance(one, Hold)}
    return [f"{day_of(one)}: {_said(one, holds)}" for one in decisions]


def amount(count: int, of: Amount) -> str:
    """Say how many answers those of a disposal, or those that are due, are; with their days and roles."""
    answers = "1 answer" if count == 1 else f"{count:,} answers"
    days = f"on {of.oldest}" if of.oldest == of.newest else f"from {of.oldest} to {of.newest}"
    roles = ", ".join(f"{role}: {number:,}" for role, number in sorted(of.roles.items()))
    return f"{answers} of {of.characters:,} letters in all, given {days} ({roles})"


def _said(one: Hold | Lifting | Disposal, holds: Mapping[str, Hold]) -> str:
    if isinstance(one, Disposal):
        why = f"because answers are kept for {one.rule}; asked for by {one.by}"
        return f"disposed of {amount(one.texts, one)}, {why}."
    if isinstance(one, Hold):
        return f"hold placed on {one.scope}{f': {one.why}' if one.why else ''}."
    lifted = holds.get(one.hold)
    return f"hold lifted on {lifted.scope}, placed {day_of(lifted)}." if lifted else "hold lifted."
