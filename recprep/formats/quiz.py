"""What is found in a quiz of a learning platform: its questions, with a topic each from their categories. Pure."""

from __future__ import annotations

import re

from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.formats import asking
from recprep.formats.markdown_titles import role_name
from recprep.formats.text import shortened

TYPE = "it is a question of the type '{type}', which an interviewer cannot ask"
NO_PROMPT = "it has no text"
ROOTS = ("$course$", "$cat1$", "$system$", "$module$", "top")  # what Moodle puts before a category

_LEANS = re.compile(
    r"\b(?:following|these|below|above|true or false|options?|choose|select|pick|match|fill in|complete the)\b|_{3,}|"
    r"\.{3,}\s*\w|…",
    re.IGNORECASE,
)


def stands_alone(prompt: str) -> bool:
    """Whether the text of a question with options is an open question without them.

    Examples
    --------
    >>> stands_alone("What is a legal hold?"), stands_alone("Which of these is a record?")
    (True, False)
    """
    return asking.asks(prompt) and not _LEANS.search(prompt)


def parts_of(category: str) -> list[str]:
    """Give the parts of a category, without those that only say where in Moodle it lies.

    Examples
    --------
    >>> parts_of("$course$/top/Archivist/Storage and/or retrieval"), parts_of("A//B")
    (['Archivist', 'Storage and', 'or retrieval'], ['A/B'])
    """
    parts = [part.replace("\0", "/").strip() for part in category.replace("//", "\0").split("/")]
    while parts and (parts[0] in ROOTS or not parts[0]):
        del parts[0]
    return [part for part in parts if part]


class Quiz:
    """The questions of one role, and what is left out.

    Parameters
    ----------
    place : str
        The file, as seen from where the import began.

    Attributes
    ----------
    category : str
        Where the questions that come next stand.
    """

    def __init__(self, place: str) -> None:
        self.category = ""
        self._place = place
        self._questions: dict[str, tuple[list[str], ImportedQuestion]] = {}
        self._left_out: list[LeftOut] = []

    def take(self, question: ImportedQuestion, *, told: str, line: int) -> None:
        """Take a question, unless it has no text or is there already."""
        if not question.prompt:
            self.leave(NO_PROMPT, told=told, line=line)
        elif question.prompt in self._questions:
            self.leave(asking.TWICE, told=told, line=line)
        elif len(question.prompt) > asking.MOST_PROMPT:
            self.leave(asking.TOO_LONG, told=told, line=line)
        else:
            answer = shortened(question.answer, asking.MOST_ANSWER) if question.answer else None
            self._questions[question.prompt] = parts_of(self.category), question._replace(answer=answer)

    def leave_type(self, kind: str, *, told: str, line: int) -> None:
        """Leave out a question of a type that no interviewer can ask."""
        self.leave(TYPE.format(type=kind), told=told, line=line)

    def leave(self, why: str, *, told: str, line: int) -> None:
        """Leave something out."""
        self._left_out.append(LeftOut(self._place, line, why, shortened(" ".join(told.split()), asking.MOST_NAME)))

    def imported(self) -> Imported:
        """Give all that was found; a part that all categories begin with is the role's name, or else the file's name is."""
        if not self._questions:
            return Imported(left_out=(*self._left_out, LeftOut(self._place, 0, asking.NO_QUESTIONS)))
        firsts = {parts[0] if parts else "" for parts, _ in self._questions.values()}
        named = firsts.pop().removeprefix("Default for ") if len(firsts) == 1 else ""
        questions = tuple(
            question._replace(topic=parts[-1] if len(parts) > bool(named) else None)
            for parts, question in self._questions.values()
        )
        name = shortened(named, asking.MOST_NAME) or role_name("", self._place)
        return Imported((ImportedRole(name, self._place, questions),), tuple(self._left_out))
