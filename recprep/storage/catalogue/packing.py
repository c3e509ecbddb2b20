"""The questions of one role as two texts of its row: thousands of roles are written and read at once. Pure.

The first text has a prompt on each line. The second is JSON, and absent for most roles: topics, answers and ids in the
order of the prompts, and the retired questions. An id that is not written is the one that `question_id` makes, so that
an import need not make half a hundred thousand of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from recprep.core.fingerprint import canonical
from recprep.core.imported import ImportedQuestion
from recprep.storage.catalogue.naming import question_id


class Kept(NamedTuple):
    """A question of the catalogue: its id, its wording, the section it stood in, and what stood with it."""

    id: str
    prompt: str
    topic: str | None = None
    answer: str | None = None


class Questions(NamedTuple):
    """The questions of a role: those that are asked, in their order, and the retired ones, whose ids are spent."""

    asked: tuple[Kept, ...]
    retired: tuple[Kept, ...] = ()


def packed(questions: Sequence[ImportedQuestion]) -> tuple[str, str | None]:
    r"""Pack the questions of a role as they were read; they have no ids yet.

    Examples
    --------
    >>> packed([ImportedQuestion("Why?", 3), ImportedQuestion("How?", 4, topic="Tools")])
    ('Why?\nHow?', '{"topics":[null,"Tools"]}')
    """
    prompts = [question.prompt for question in questions]
    text = "\n".join(prompts)
    if text.count("\n") >= len(prompts) > 0:  # no reader should do this; then a prompt would become two
        text = "\n".join(" ".join(prompt.split()) for prompt in prompts)
    if not any(question.topic or question.answer for question in questions):
        return text, None
    return text, _details(questions)


def packed_again(questions: Questions) -> tuple[str, str | None]:
    """Pack questions that have ids, all of them written."""
    ids, retired = [question.id for question in questions.asked], [list(question) for question in questions.retired]
    return "\n".join(question.prompt for question in questions.asked), _details(
        questions.asked, ids=ids, retired=retired
    )


def unpacked(prompts: str, details: str | None) -> Questions:
    """Give the questions of a role, each with its id.

    Examples
    --------
    >>> unpacked("Why steel?", '{"topics":["Metals"]}').asked
    (Kept(id='why-steel-0c4707', prompt='Why steel?', topic='Metals', answer=None),)
    """
    known = json.loads(details) if details else {}
    lines = prompts.split("\n") if prompts else []
    none = [None] * len(lines)
    retired = tuple(Kept(*row) for row in known.get("retired", ()))
    ids = known.get("ids") or with_ids(lines, taken=(question.id for question in retired))
    rows = zip(ids, lines, known.get("topics", none), known.get("answers", none), strict=True)
    return Questions(tuple(Kept(*row) for row in rows), retired)


def with_ids(prompts: Iterable[str], *, taken: Iterable[str] = ()) -> list[str]:
    """Give new questions of one role their ids."""
    spent, made = set(taken), []
    for prompt in prompts:
        made.append(question_id(prompt, taken=spent))
        spent.add(made[-1])
    return made


def _details(questions: Sequence[ImportedQuestion | Kept], **more: list) -> str | None:
    known = {
        "topics": [question.topic for question in questions],
        "answers": [question.answer for question in questions],
        **more,
    }
    told = {name: values for name, values in known.items() if any(values)}
    return canonical(told) if told else None
