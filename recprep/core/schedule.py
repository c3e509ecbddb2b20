"""What to ask next. Pure: the questions and the past come in, an order goes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from recprep.core.models import Question


def select(
    questions: Sequence[Question],
    *,
    last_answered: Mapping[str, datetime],
    begun: Collection[str] = (),
    count: int | None = None,
    minutes: int | None = None,
) -> list[Question]:
    """Choose a set: answers begun first, then questions never answered, then those answered longest ago.

    Questions never answered come in rounds, one of each competency, so that a first hour touches all.

    Parameters
    ----------
    questions : sequence of Question
        Those that may be asked, in the order of the bank.
    last_answered : mapping of str to datetime
        When a question was last answered, by its id.
    begun : collection of str
        Ids of questions with a draft.
    count, minutes : int, optional
        The most questions, and the most minutes to answer them in. At least one question is chosen
        when there is any.

    Returns
    -------
    list of Question
    """
    rounds: dict[str | None, int] = {}
    keys = {}
    for place, question in enumerate(questions):
        turn = rounds[question.competency] = rounds.get(question.competency, -1) + 1
        answered = last_answered.get(question.id)
        keys[question.id] = (
            question.id not in begun,
            answered is not None,
            answered.timestamp() if answered else turn,
            place,
        )
    ordered = sorted(questions, key=lambda question: keys[question.id])[:count]
    return ordered if minutes is None else _within(ordered, minutes)


def _within(questions: Sequence[Question], minutes: int) -> list[Question]:
    chosen: list[Question] = []
    for question in questions:
        if chosen and sum(q.minutes for q in [*chosen, question]) > minutes:
            break
        chosen.append(question)
    return chosen
