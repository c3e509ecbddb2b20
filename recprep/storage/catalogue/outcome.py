"""What an import came to: what is new, what changed, and what was left out and why, in numbers with a few examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from recprep.core.imported import LeftOut

EXAMPLES = 5  # of each reason, and of the notes
SHOWN, NAMED = 6, 2  # reasons that are told, and examples of each


@dataclass(slots=True)
class Reason:
    """One reason for leaving things out: how many there were, and the first few of them.

    `files` says how many of them were whole files; the others were lines of files that were read.
    """

    why: str
    count: int = 0
    files: int = 0
    examples: list[LeftOut] = field(default_factory=list)


@dataclass(slots=True)
class Tallied:
    """Reasons and notes as they come in, counted; no more than the examples is kept."""

    reasons: dict[str, Reason] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    count_of_notes: int = 0

    def leave_out(self, things: Iterable[LeftOut]) -> None:
        """Count what was left out."""
        for thing in things:
            reason = self.reasons.get(thing.why) or self.reasons.setdefault(thing.why, Reason(thing.why))
            reason.count += 1
            reason.files += thing.line == 0
            if len(reason.examples) < EXAMPLES:
                reason.examples.append(thing)

    def note(self, sentences: Iterable[str]) -> None:
        """Count what the person should see."""
        for sentence in sentences:
            self.count_of_notes += 1
            if len(self.notes) < EXAMPLES:
                self.notes.append(sentence)

    def by_count(self) -> tuple[Reason, ...]:
        """Give the reasons, whole files first, then the most frequent."""
        return tuple(sorted(self.reasons.values(), key=lambda one: (-one.files, -one.count, one.why)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import came to, or would come to when it was only tried (`dry_run`).

    `roles` names the roles that were in the source by their ids, in the order of their places. Of these were `new`,
    `updated` (something that the page says changed), `brought_back` (removed before) and `unchanged`; every one is
    counted once. Of their `questions`, `added` are new, `reworded` have another wording under their old id, and
    `retired` are those that vanished: they keep their ids and what was answered, and are not asked any more.
    `left_out` are the reasons for which files or lines were left out; `notes` are sentences about how files were
    read, the first few of `count_of_notes`.
    """

    source: Path
    format: str
    files: int
    roles: tuple[str, ...] = ()
    new: int = 0
    updated: int = 0
    brought_back: int = 0
    unchanged: int = 0
    questions: int = 0
    added: int = 0
    reworded: int = 0
    retired: int = 0
    left_out: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()
    count_of_notes: int = 0
    dry_run: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything in the catalogue is another thing than before."""
        return bool(self.new or self.updated or self.brought_back)


def in_words(outcome: Outcome) -> list[str]:
    """Give what an import came to, for a person: a few lines, whatever the number of files."""
    files = _many(outcome.files, "file")
    lines = [f"{_many(len(outcome.roles), 'role')} from {files}: {_what_became(outcome)}."]
    if not outcome.roles:
        lines = [f"No role with questions was found in {files}."]
    if outcome.changes:
        lines.append(_questions(outcome))
    if outcome.left_out:
        lines += ["Left out:", *map(_reason, outcome.left_out[:SHOWN])]
    if more := sum(reason.count for reason in outcome.left_out[SHOWN:]):
        lines.append(f"  {more:,} more, for {_many(len(outcome.left_out) - SHOWN, 'other reason')}")
    if outcome.notes:
        lines += ["Worth a look:", *(f"  {_printable(note)}" for note in outcome.notes)]
    if more := outcome.count_of_notes - len(outcome.notes):
        lines.append(f"  and {_many(more, 'more file')}")
    return lines


def _what_became(outcome: Outcome) -> str:
    counts = {name: getattr(outcome, name) for name in ("new", "updated", "brought_back", "unchanged")}
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)


def _questions(outcome: Outcome) -> str:
    """Say what became of the questions; an answered one is never lost."""
    told = f"{_many(outcome.questions, 'question')}: {outcome.added:,} new, {outcome.reworded:,} reworded"
    if not outcome.retired:
        return f"{told}."
    return f"{told}. {outcome.retired:,} vanished: they are not asked any more, and what you answered stays."


def _reason(reason: Reason) -> str:
    what = _many(reason.count, "file" if reason.files else "line")
    places = [f"{one.place}:{one.line}" if one.line else one.place for one in reason.examples[:NAMED]]
    more = ", ..." if reason.count > NAMED else ""
    return f"  {what}: {reason.why} ({', '.join(map(_printable, places))}{more})"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _printable(text: str) -> str:
    """Give a text in which nothing steers a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
