"""The questions of a role with all that is known of each, and searching them by words and by choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recprep.core.bank import Bank
from recprep.core.memory import Memory
from recprep.core.models import KINDS, SENIORITIES, Question
from recprep.core.overlay import OWN, laid_over
from recprep.core.search import SURE, Index
from recprep.storage import own
from recprep.storage.catalogue.furnishing import Guessed
from recprep.storage.own import LeftOut
from recprep.storage.store import Store
from recprep.ui.forms.found import Known, often
from recprep.ui.text import counted

ALL, NOBODY, NO_AREA = "", "everybody", "none"
NEW, SEEN, MINE = "new", "seen", "own"
STATES = {NEW: "not seen yet", SEEN: "seen", MINE: "my own, or changed by me"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A bank as it came (`plain`), with what the person wrote laid over it (`bank`), and what is known of all.

    `own` holds the fields that the person wrote, `left_out` names what does not fit; `read` says when a guide was read.
    """

    plain: Bank
    bank: Bank
    own: Mapping[str, Mapping[str, Any]]
    left_out: list[LeftOut]
    memories: Mapping[str, Memory]
    read: Mapping[str, datetime]
    guesses: Mapping[str, Guessed]

    def known(self, question: str) -> Known:
        """Give what is known of a question beside itself."""
        return Known(
            changed=tuple(self.own.get(question, ())),
            guessed=self.guesses.get(question),
            memory=self.memories.get(question),
            guide_read_at=self.read.get(question),
        )


def look(store: Store, plain: Bank, guesses: Mapping[str, Guessed]) -> Shelf:
    """Look up all that is known of the questions of a bank."""
    written, left_out = own.read(plain, store)
    bank = laid_over(plain, written)
    return Shelf(
        plain=plain,
        bank=bank,
        own=written,
        left_out=left_out,
        memories=store.memories(bank.role, bank.question_by_id),
        read=own.guides_read(store, bank.role),
        guesses=guesses,
    )


def index(bank: Bank) -> Index:
    """Make the questions of a bank ready for searching: by their prompts, and by all else that they say."""
    return Index(_texts(bank, question) for question in bank.question_by_id.values())


def find(shelf: Shelf, found_by: Index, text: str, chosen: Mapping[str, str]) -> tuple[list[str], bool]:
    """Find questions by words and choices.

    Parameters
    ----------
    shelf : Shelf
    found_by : Index
        Of the shelf's bank.
    text : str
    chosen : mapping of str to str
        The value chosen of each of `choices`, by its id.

    Returns
    -------
    ids : list of str
        The best first; in the order of the bank without words.
    sure : bool
        False when nothing has the words as they are typed, so that they were read as typos.
    """
    found = found_by.find(text, most=None) if text.strip() else [(name, SURE) for name in shelf.bank.question_by_id]
    sure = not found or any(score >= SURE for _, score in found)
    named = [name for name, score in found if score >= SURE or not sure]
    return [name for name in named if _fits(shelf, shelf.bank.question_by_id[name], chosen)], sure


def told(found: list[str], *, sure: bool, narrowed: bool) -> str:
    """Say how many questions there are."""
    if not found:
        return "No question has all of this. Try fewer words, or another choice."
    count = counted(len(found), "question")
    if not sure:
        return f"Nothing is spelled so. {count} come{'s' if len(found) == 1 else ''} near."
    return f"{count}." if narrowed else f"{count} in all."


def item(shelf: Shelf, name: str, *, marked: bool) -> dict[str, Any]:
    """Give a question as a line of the list."""
    note = " · ".join(_notes(shelf, shelf.bank.question_by_id[name]))
    return {
        "id": name,
        "name": shelf.bank.question_by_id[name].prompt,
        "note": note[:1].upper() + note[1:],
        "marked": marked,
    }


def choices(bank: Bank) -> list[dict[str, Any]]:
    """Give what questions can be narrowed by, as `SearchBox` takes it: what tells them apart, and no more."""
    questions = bank.question_by_id.values()
    areas = {area.id: area.name for area in bank.competency_by_id.values()} | {NO_AREA: "none"}
    seniorities = {name: name for name in SENIORITIES} | {NOBODY: "everybody"}
    used = {
        "competency": ("Competency", areas, {one.competency or NO_AREA for one in questions}),
        "kind": ("Kind", {kind: kind for kind in KINDS}, {one.kind for one in questions}),
        "seniority": ("Asked of", seniorities, {one.seniority or NOBODY for one in questions}),
        "state": ("Show", STATES, set(STATES)),
    }
    return [
        {
            "id": name,
            "label": label,
            "options": [[ALL, "all"], *([v, words] for v, words in known.items() if v in here)],
        }
        for name, (label, known, here) in used.items()
        if len(here) > 1
    ]


def still_offered(chosen: Mapping[str, str], offered: list[dict[str, Any]]) -> dict[str, str]:
    """Give what was chosen, without what can be chosen no more."""
    known = {(one["id"], value) for one in offered for value, _ in one["options"]}
    return {name: value for name, value in chosen.items() if (name, value) in known}


def _fits(shelf: Shelf, question: Question, chosen: Mapping[str, str]) -> bool:
    seen = question.id in shelf.memories or question.id in shelf.read
    states = {NEW: not seen, SEEN: seen, MINE: question.id in shelf.own}
    facts = {
        "competency": question.competency or NO_AREA,
        "kind": question.kind,
        "seniority": question.seniority or NOBODY,
    }
    in_state = states.get(chosen.get("state", ALL), True)
    return in_state and all(chosen.get(field, ALL) in (ALL, value) for field, value in facts.items())


def _notes(shelf: Shelf, question: Question) -> Iterator[str]:
    yield question.kind
    if area := shelf.bank.competency_by_id.get(question.competency):
        yield area.name
    if question.seniority:
        yield question.seniority
    if memory := shelf.memories.get(question.id):
        yield f"answered {often(memory.count)}"
    elif question.id in shelf.read:
        yield "guide read"
    if question.id in shelf.own:
        yield "your own" if question.id.startswith(OWN) else "changed by you"


def _texts(bank: Bank, question: Question) -> tuple[str, ...]:
    """Give what a question is found by."""
    area = bank.competency_by_id.get(question.competency)
    lists = [*(point.text for point in question.key_points), *question.pitfalls, *question.follow_ups]
    guide = [question.listening_for, question.strong_answer, question.weak_answer, question.why_weak, *lists]
    facts = [area.name if area else "", question.kind, question.seniority or "", question.material or ""]
    return question.id, question.prompt, " ".join([*facts, *guide])
