"""What other people's files carry of a question beside its wording: its fields, as JSON has them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from recprep.core import overlay
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.core.models import KeyPoint, Question

FIELDS = tuple(one.name for one in fields(Question) if one.name not in ("id", "prompt"))
UNFIT = "its {field} does not fit, and was left out"


def said_of(question: Question) -> dict[str, Any]:
    """Give all that a question says, its id and its prompt too, as JSON has it; what is empty is left out.

    Examples
    --------
    >>> said_of(Question(id="why", prompt="Why?", kind="knowledge", minutes=2, pitfalls=("Haste.",)))
    {'id': 'why', 'prompt': 'Why?', 'kind': 'knowledge', 'minutes': 2, 'pitfalls': ['Haste.']}
    """
    told = {one.name: overlay.as_json(getattr(question, one.name)) for one in fields(Question)}
    return {name: value for name, value in told.items() if value is not None}


def as_record(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give fields as JSON has them in the form in which a `Question` takes them."""
    return {name: _as_record(name, value) for name, value in said.items()}


def _as_record(name: str, value: Any) -> Any:
    if name == "key_points":
        return tuple(KeyPoint(**point) for point in value)
    return tuple(value) if isinstance(value, list) else value


def asked(said: Mapping[str, Any], *, line: int, topic: str | None = None) -> ImportedQuestion:
    """Give a question just read that a file states in fields, `prompt` among them.

    Its `prompt` is on one line; where the file's own wording is another one, that is kept among the fields.
    """
    more = dict(said)
    own = more.pop("prompt")
    prompt = " ".join(own.split())
    return ImportedQuestion(prompt, line, topic, said=(more if prompt == own else {**more, "prompt": own}) or None)


def fitting(imported: Imported, rules: Mapping[str, Mapping]) -> Imported:
    """Give what was read with only those fields that a bank can have; what does not fit is left out and named.

    Parameters
    ----------
    imported : Imported
    rules : mapping of str to mapping
        The JSON Schema of each field of a question. Lists may be shorter than it says.
    """
    if not any(question.said for role in imported.roles for question in role.questions):
        return imported
    left_out: list[LeftOut] = []
    roles = tuple(_fitting_role(role, rules, left_out) for role in imported.roles)
    return imported._replace(roles=roles, left_out=(*imported.left_out, *left_out))


def _fitting_role(role: ImportedRole, rules: Mapping[str, Mapping], left_out: list[LeftOut]) -> ImportedRole:
    questions = []
    for question in role.questions:
        found = dict(_fitting(question, rules, role.place, left_out))
        questions.append(question._replace(said=found or None))
    return role._replace(questions=tuple(questions))


def _fitting(
    question: ImportedQuestion, rules: Mapping[str, Mapping], place: str, left_out: list[LeftOut]
) -> Iterator[tuple[str, Any]]:
    for name, value in (question.said or {}).items():
        if name not in rules or value in (None, "", [], ()):
            continue
        found, faults = overlay.typed_field(name, value, rules[name])
        if faults:
            left_out.append(LeftOut(place, question.line, UNFIT.format(field=name), str(faults[0])))
        else:
            yield name, overlay.as_json(found)
