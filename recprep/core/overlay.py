"""A person's own questions, guides and corrections, laid over a bank by id. Pure: the bank itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, NamedTuple

from recprep.core.bank import Bank, in_order
from recprep.core.fingerprint import clean
from recprep.core.models import KeyPoint, Question
from recprep.core.schema import Node, typed

OWN = "own-"  # how the id of a question begins that the bank does not have
CHANGEABLE = (
    "kind",
    "competency",
    "seniority",
    "minutes",
    "listening_for",
    "key_points",
    "strong_answer",
    "weak_answer",
    "why_weak",
    "pitfalls",
    "follow_ups",
)  # what may be changed in a question of the bank; its wording is its author's
WRITABLE = ("prompt", *CHANGEABLE)
NEEDED = ("prompt", "kind", "minutes")
DEEPEST = 4

_NO_LETTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_EMPTY = {one.name: None if one.default is MISSING else one.default for one in fields(Question)}


class Fault(NamedTuple):
    """What does not fit in one field, and what would be right."""

    field: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.field}: {self.wrong}: {self.right}"


def read(
    question: str, said: object, *, bank: Bank, schema: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, list[Fault]]:
    """Read what a person said of a question: one of their own, or one of the bank.

    Parameters
    ----------
    question : str
        Its id. One that the bank does not have begins with `OWN`, and says all that a question needs.
    said : object
        A mapping of field to value, as JSON has it; None stands for a field that is to be empty.
    bank : Bank
        Without anything laid over it.
    schema : mapping
        The JSON Schema `questions` of the bank's files. Lists may be shorter than it says.

    Returns
    -------
    fields : dict or None
        As `laid_over` takes them; None when anything does not fit.
    faults : list of Fault
    """
    rules = schema["properties"]["questions"]["items"]["properties"]
    known = question in bank.question_by_id
    if not isinstance(said, dict):
        return None, [Fault("question", "not a mapping of fields", "write it anew")]
    found: dict[str, Any] = {}
    faults = list(_id_faults(question, known, rules["id"]))
    for name, value in said.items():
        if name not in (CHANGEABLE if known else WRITABLE):
            faults.append(Fault(str(name)[:40], "unknown field", f"fields are {', '.join(WRITABLE)}"))
        elif value is None and name not in NEEDED:
            found[name] = _EMPTY[name]
        else:
            found[name], wrong = typed_field(name, value, rules[name])
            faults += wrong
    faults += _missing(found, () if known else NEEDED)
    faults += _unknown_competency(found.get("competency"), bank)
    return (None, faults) if faults else (found, [])


def laid_over(bank: Bank, own: Mapping[str, Mapping[str, Any]]) -> Bank:
    """Give the bank with a person's own questions among the others, and with their changes.

    Parameters
    ----------
    bank : Bank
    own : mapping of str to mapping
        By question, the fields that `read` gave. Changes of a question that the bank has no more are passed over.
    """
    if not own:
        return bank
    kept = [replace(one, **own.get(one.id, {})) for one in bank.question_by_id.values()]
    new = [Question(id=name, **said) for name, said in own.items() if name not in bank.question_by_id]
    ordered = in_order([*kept, *new], bank.competency_by_id)
    return replace(bank, question_by_id={one.id: one for one in ordered})


def changes(question: Question, said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what in `said`, as JSON has it, is another thing than in a question; None stands for what is emptied."""
    told = {name: as_json(getattr(question, name)) for name in CHANGEABLE}
    now = {name: said.get(name) or None for name in CHANGEABLE if name in said}
    return {name: value for name, value in now.items() if value != told[name]}


def as_said(question: Question) -> dict[str, Any]:
    """Give a question as a person would say it, as JSON has it; what is empty is left out."""
    told = {name: as_json(getattr(question, name)) for name in WRITABLE}
    return {name: value for name, value in told.items() if value is not None}


def as_json(value: Any) -> Any:
    """Give the value of a field of a question as JSON has it; None stands for what is empty."""
    if isinstance(value, tuple):
        value = [_point(one) if isinstance(one, KeyPoint) else one for one in value]
    return value or None


def _point(point: KeyPoint) -> dict[str, Any]:
    return {"text": point.text} | ({"essential": True} if point.essential else {})


def _id_faults(question: str, known: bool, rule: Mapping[str, Any]) -> Iterator[Fault]:
    _, wrong = typed_field("id", question, rule)
    yield from wrong
    if not known and not question.startswith(OWN):
        yield Fault("id", f"'{question[:40]}' is not in the bank", f"one of your own begins with {OWN}")


def typed_field(name: str, value: object, rule: Mapping[str, Any]) -> tuple[Any, list[Fault]]:
    """Give the value of one field as the records have it, and what does not fit."""
    found, findings = typed(_node(value), _shorter(rule), file="")
    faults = [Fault(name, finding.wrong, finding.right) for finding in findings]
    if name == "key_points" and not faults:
        found = tuple(KeyPoint(**point) for point in found)
    return found, faults


def _shorter(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {**rule, "minItems": 0} if rule["type"] == "array" else dict(rule)


def _node(value: object, depth: int = 0) -> Node:
    """Give a value as the schema reads it: text, lists and mappings of text."""
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return Node([_node(one, depth + 1) for one in value], 1)
    if isinstance(value, dict) and depth < DEEPEST:
        return Node({str(key): _node(one, depth + 1) for key, one in value.items()}, 1)
    if isinstance(value, bool):
        return Node(str(value).lower(), 1)
    text = clean(str(value)).replace("\r\n", "\n") if isinstance(value, str | int) else ""
    return Node(_NO_LETTERS.sub("", text), 1)


def _missing(found: Collection[str], needed: Collection[str]) -> Iterator[Fault]:
    for name in needed:
        if name not in found:
            yield Fault(name, "missing", "write it")


def _unknown_competency(competency: str | None, bank: Bank) -> Iterator[Fault]:
    if competency is not None and competency not in bank.competency_by_id:
        known = ", ".join(bank.competency_by_id)
        yield Fault("competency", f"'{competency}' is not known", f"one of {known}")
