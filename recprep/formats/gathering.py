"""What is found on the way through one file: questions once each, and what is left out with its reason."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field, replace

from recprep.core.imported import ImportedQuestion, LeftOut
from recprep.formats import asking
from recprep.formats.text import shortened


@dataclass(slots=True)
class Gathering:
    """Questions by their prompts, and what is left out. `offset` is added to every line, which counts from 0."""

    place: str
    offset: int = 0
    questions: dict[str, ImportedQuestion] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def apart(self, *, offset: int = 0) -> Gathering:
        """Give an empty one for a part of the file; `adopt` adds what it found."""
        return replace(self, offset=self.offset + offset, questions={}, left_out=[])

    def adopt(self, part: Gathering) -> None:
        """Add what was found in a part."""
        for prompt, question in part.questions.items():
            if prompt in self.questions:
                self._leave(question.line, prompt, asking.TWICE)
            else:
                self.questions[prompt] = question
        self.left_out += part.left_out

    def take(self, prompt: str, line: int, *, topic: str | None, answer: tuple[str, ...] = ()) -> None:
        """Add a question with the parts of its answer, or leave it out when it is none on a second look."""
        why = asking.TWICE if prompt in self.questions else asking.reason_against(prompt, listed_as_question=True)
        if why:
            self.leave(prompt, line, why)
            return
        parts = (textwrap.dedent(part[: 4 * asking.MOST_ANSWER]).strip() for part in answer)
        written = asking.without_answer_label("\n\n".join(filter(None, parts)))
        kept = shortened(written, asking.MOST_ANSWER) or None
        self.questions[prompt] = ImportedQuestion(prompt, self.offset + line + 1, topic, kept)

    def leave(self, text: str, line: int, why: str) -> None:
        """Leave something out."""
        self._leave(self.offset + line + 1, text, why)

    def _leave(self, line: int, text: str, why: str) -> None:
        self.left_out.append(LeftOut(self.place, line, why, shortened(text, asking.MOST_NAME)))
