"""The questions of one role as two texts of its row: thousands of roles are written and read at once. Pure.

The first text has a prompt on each line. The second is JSON, and absent for most roles: topics, answers, stated fields
and ids in the order of the prompts, the retired questions, and the other files of a bank. An id that is not written is
the one that `question_id` makes, so that an import need not make half a hundred thousand of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recprep.core.fingerprint import canonical
from recprep.core.imported import ImportedQuestion
from recprep.storage.catalogue.naming import question_id


class Kept(NamedTuple):
    """A question of the catalogue: its id and wording, the section it stood in, what stood with it, what was stated."""

    id: str
    prompt: str
    topic: str | None = None
    answer: str | None = None
    said: Mapping[str, Any] | None = None


class Questions(NamedTuple):
    """The questions of a role: those that are asked, in their order, and the retired ones, whose ids are spent.

    `rest` holds the other files of its bank, when it came as one.
    """

    asked: tuple[Kept, ...]
    retired: tuple[Kept, ...] = ()
    rest: Mapping[str, str] | None = None


def packed(questions: Sequence[ImportedQuestion], rest: Mapping[str, str] | None = None) -> tuple[str, str | None]:
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
    if not (rest or any(question.topic or question.answer or question.said for question in questions)):
        return text, None
    return text, _details(questions, rest=rest)


def packed_again(questions: Questions) -> tuple[str, str | None]:
    """Pack questions that have ids, all of them written."""
    asked, retired, rest = questions
    ids, gone = [question.id for question in asked], [list(question) for question in retired]
    return "\n".join(question.prompt for question in asked), _details(asked, ids=ids, retired=gone, rest=rest)


def unpacked(prompts: str, details: str | None) -> Questions:
    """Give the questions of a role, each with its id.

    Examples
    --------
    >>> unpacked("Why steel?", '{"topics":["Metals"]}').asked
    (Kept(id='why-steel-0c4707', prompt='Why steel?', topic='Metals', answer=None, said=None),)
    """
    known = json.loads(details) if details else {}
    lines = prompts.split("\n") if prompts else []
    none = [None] * len(lines)
    retired = tuple(Kept(*row) for row in known.get("retired", ()))
    said = known.get("said", none)
    ids = known.get("ids") or with_ids(lines, said, taken=(question.id for question in retired))
    rows = zip(ids, lines, known.get("topics", none), known.get("answers", none), said, strict=True)
    return Questions(tuple(Kept(*row) for row in rows), retired, known.get("rest"))


def with_ids(
    prompts: Iterable[str], said: Iterable[Mapping[str, Any] | None], *, taken: Iterable[str] = ()
) -> list[str]:
    """Give new questions of one role their ids: those that their file states, as far as they are free."""
    spent, made = set(taken), []
    for prompt, fields in zip(prompts, said, strict=True):
        stated = (fields or {}).get("id")
        made.append(stated if stated and stated not in spent else question_id(prompt, taken=spent))
        spent.add(made[-1])
    return made


def _details(questions: Sequence[ImportedQuestion | Kept], **more: Any) -> str | None:
    known = {
        "topics": [question.topic for question in questions],
        "answers": [question.answer for question in questions],
        "said": [question.said for question in questions],
        **more,
    }
    told = {name: values for name, values in known.items() if values and any(values)}
    return canonical(told) if told else None
