"""A person's own questions, guides and corrections, and which guides they read: kept as settings of their history.

So backups, merging (the newer one stays), restoring and erasing hold for them too. Nothing is written into `data/`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from recprep.core import overlay
from recprep.core.bank import Bank
from recprep.core.fingerprint import canonical
from recprep.core.overlay import OWN, Fault
from recprep.core.problem import Problem
from recprep.storage import library
from recprep.storage.catalogue.naming import question_id
from recprep.storage.store import Store

KEPT, UNSAVED, READ = "own question", "unsaved question", "guide read"  # each followed by /role/question
NEW = ""  # the question of unsaved words that are to become a new one


class LeftOut(NamedTuple):
    """Something of one's own that does not fit, and why; it stays as it is."""

    question: str
    why: str


def laid_over(bank: Bank, store: Store) -> Bank:
    """Give a bank with the person's own questions among the others, and with their guides and corrections.

    Parameters
    ----------
    bank : Bank
        As `recprep.storage.library.load_bank` gives it.
    store : Store
    """
    return overlay.laid_over(bank, read(bank, store)[0])


def read(bank: Bank, store: Store) -> tuple[dict[str, dict[str, Any]], list[LeftOut]]:
    """Give what a person wrote for a role: by question, the fields, and what was left out because it does not fit.

    What was said of a question that the bank has no more is kept, and is there again when the question is.
    """
    found: dict[str, dict[str, Any]] = {}
    left_out: list[LeftOut] = []
    for question, text in store.settings(_key(KEPT, bank.role, "")).items():
        if not text or not (question.startswith(OWN) or question in bank.question_by_id):
            continue
        fields, faults = overlay.read(question, _read_json(text), bank=bank, schema=_schema())
        if fields is None:
            left_out.append(LeftOut(question, "; ".join(map(str, faults))))
        else:
            found[question] = fields
    return found, left_out


def keep(
    store: Store, bank: Bank, said: Mapping[str, Any], *, question: str | None = None, at: datetime
) -> tuple[str | None, list[Fault]]:
    """Keep a question of one's own, or what one changed in a question of the bank.

    Parameters
    ----------
    store : Store
    bank : Bank
        Without anything laid over it.
    said : mapping
        The fields, as JSON has them; what is empty is left out.
    question : str, optional
        The id of the question that is changed; without it, a new one is made.
    at : datetime.datetime
        Now, with its time zone.

    Returns
    -------
    question : str or None
        The id of the question; None when something does not fit, and nothing was kept.
    faults : list of Fault
    """
    known = bank.question_by_id.get(question)
    told = overlay.changes(known, said) if known else {name: value for name, value in said.items() if value}
    question = question or _new_id(store, bank, str(said.get("prompt") or ""))
    fields, faults = overlay.read(question, told, bank=bank, schema=_schema())
    if fields is None:
        return None, faults
    store.set_setting(_key(KEPT, bank.role, question), canonical(told) if told else "", at=at)
    return question, []


def remove(store: Store, role: str, question: str, *, at: datetime) -> None:
    """Remove a question of one's own, or what one changed in one of the bank; attempts at it stay.

    Raises
    ------
    Problem
        If there is nothing of one's own.
    """
    if not store.setting(_key(KEPT, role, question)):
        message = f"There is nothing of your own at the question '{question}', so nothing was removed."
        raise Problem(message)
    store.set_setting(_key(KEPT, role, question), "", at=at)


def unsaved(store: Store, role: str, question: str) -> dict[str, str]:
    """Give the words of a form that were not saved as a question yet, by field; none when there are none."""
    said = _read_json(store.setting(_key(UNSAVED, role, question)) or "{}")
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}


def keep_unsaved(store: Store, role: str, question: str, words: Mapping[str, str], *, at: datetime) -> None:
    """Keep the words of a form that were not saved as a question yet, in place of those before; none drops them."""
    store.set_setting(_key(UNSAVED, role, question), canonical(words) if words else "", at=at)


def guides_read(store: Store, role: str) -> dict[str, datetime]:
    """Give when the guide of each question was last read without answering (UTC), by question."""
    told = {name: _time(text) for name, text in store.settings(_key(READ, role, "")).items()}
    return {name: at for name, at in told.items() if at}


def note_guide_read(store: Store, role: str, question: str, *, at: datetime) -> None:
    """Note that the guide of a question was read without answering."""
    store.set_setting(_key(READ, role, question), at.isoformat(timespec="seconds"), at=at)


def _key(what: str, role: str, question: str) -> str:
    return f"{what}/{role}/{question}"


def _schema() -> Mapping[str, Any]:
    return library.schemas()["questions"]


def _new_id(store: Store, bank: Bank, prompt: str) -> str:
    kept = {name.removeprefix(OWN) for name, text in store.settings(_key(KEPT, bank.role, "")).items() if text}
    return OWN + question_id(prompt, taken=kept)


def _read_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
