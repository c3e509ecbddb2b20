"""What a reader of another format gives: roles with their questions, and all that it left out.

They come by the ten thousand, so they are named tuples, which are made faster than other records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class ImportedQuestion(NamedTuple):
    """A question as another file has it; what the file does not say is None.

    `prompt` is plain text on one line. `line` is where it stands, from 1. `topic` is the section it stands in.
    `answer` is Markdown that stands with it: material for the person's own guide, not a guide. `said` holds the fields
    of a bank's question (`data/schema/questions.json`) that the file states, as JSON has them.
    """

    prompt: str
    line: int
    topic: str | None = None
    answer: str | None = None
    said: Mapping[str, Any] | None = None


class ImportedRole(NamedTuple):
    """A role as another file has it, its questions in their order.

    `place` is the file, as seen from where the import began, with `/`. A name is no key: many roles may share it.
    `source_id` is an id that the file's author keeps stable, where there is one. `rest` holds the other files of a bank
    by their names, for a role that comes with competencies and a rubric of its own.
    """

    name: str
    place: str
    questions: tuple[ImportedQuestion, ...]
    description: str | None = None
    source_id: str | None = None
    rest: Mapping[str, str] | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the file stands in, the outermost first."""
        return tuple(self.place.split("/")[:-1])


class LeftOut(NamedTuple):
    """Something that is no question, or that could not be read: where, why, and how it begins.

    `why` is one of a few sentences, so that they can be counted. `line` is 0 when the whole file is meant.
    """

    place: str
    line: int
    why: str
    begins: str = ""


class Imported(NamedTuple):
    """What was read from one file: its roles, what was left out, and sentences that the person should see."""

    roles: tuple[ImportedRole, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
