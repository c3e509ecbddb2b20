"""What is found in a quiz of a learning platform: questions that an interviewer can ask, and what is left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.formats import asking
from recprep.formats.markdown_titles import role_name
from recprep.formats.text import shortened

ESSAY, SHORT_ANSWER, NUMERICAL, MULTIPLE_CHOICE = "essay", "short answer", "numerical", "multiple choice"
TRUE_FALSE, MATCHING, MISSING_WORD, DESCRIPTION = "true or false", "matching", "missing word", "description"
LEFT_OUT = {
    MULTIPLE_CHOICE: "it is a multiple choice question that cannot be asked without its options",
    TRUE_FALSE: "it is a true or false question: a statement to judge, which asks for no answer in words",
    MATCHING: "it is a matching question: it gives both halves, which no interviewer does",
    MISSING_WORD: "it is a missing word question: a sentence with a gap, which nobody can say aloud",
    DESCRIPTION: "it is a description: a text that asks nothing",
}
ANOTHER_TYPE = "it is a question of the type {type}, which cannot be asked aloud"
NO_PROMPT = "it has no text"
DEFAULT = "Default for "  # how Moodle names the first category of a course

_CONTEXT = re.compile(r"\$[a-z]+\d*\$")
_LEANS = re.compile(
    r"___|…|\.\.\.|\b(?:below|above|following|these|options?|match|fill in|true or false|of those|"
    r"(?:select|choose|pick|tick|mark|check) (?:all|any|one|two|the|an?)|"
    r"(?:which|what) (?:one|statements?|answers?|choices?|sentences?|is (?:not|true|false|correct))|"
    r"(?:correct|right|best|true|false) (?:answers?|choices?|statements?)|except)\b",
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


def reason_against(prompt: str, kind: str) -> str | None:
    """Say why a question of a quiz is left out, or None when an interviewer can ask it.

    Parameters
    ----------
    prompt : str
        Plain text on one line.
    kind : str
        One of the types above, or the word of a platform for another one.
    """
    if not prompt:
        return NO_PROMPT
    if kind == SHORT_ANSWER and "___" in prompt:
        return LEFT_OUT[MISSING_WORD]
    if kind not in (ESSAY, SHORT_ANSWER, NUMERICAL) and not (kind == MULTIPLE_CHOICE and stands_alone(prompt)):
        return LEFT_OUT.get(kind) or ANOTHER_TYPE.format(type=kind)
    return asking.reason_against(prompt, listed_as_question=kind == ESSAY)


def is_context(name: str) -> bool:
    """Whether the first name of a category only says where in Moodle it lies, as "$course$" does."""
    return bool(_CONTEXT.fullmatch(name))


def named(category: Sequence[str]) -> tuple[str, ...]:
    """Give the names of a category without those that only say where in Moodle it lies.

    Examples
    --------
    >>> named(("$course$", "top", "Default for Archivist", "Storage")), named(("top", "Tides"))
    (('Archivist', 'Storage'), ('top', 'Tides'))
    """
    if not category or not is_context(category[0]):
        return tuple(category)
    names = category[2:] if tuple(category[1:2]) == ("top",) else category[1:]
    return (names[0].removeprefix(DEFAULT), *names[1:]) if names else ()


class Quiz:
    """The questions of one role, and what is left out.

    Parameters
    ----------
    place : str
        The file, as seen from where the import began.

    Attributes
    ----------
    category : sequence of str
        The names of the category in which the questions that come next stand.
    """

    def __init__(self, place: str) -> None:
        self.category: Sequence[str] = ()
        self._place = place
        self._questions: dict[tuple[str, str], tuple[tuple[str, ...], ImportedQuestion]] = {}
        self._left_out: list[LeftOut] = []

    def take(self, question: ImportedQuestion) -> None:
        """Take a question, unless it is there already."""
        key = str((question.said or {}).get("id")), question.prompt  # an id just read may be anything
        if key in self._questions:
            self.leave(asking.TWICE, told=question.prompt, line=question.line)
        elif len(question.prompt) > asking.MOST_PROMPT:
            self.leave(asking.TOO_LONG, told=question.prompt, line=question.line)
        else:
            answer = shortened(question.answer, asking.MOST_ANSWER) if question.answer else None
            self._questions[key] = named(self.category), question._replace(answer=answer)

    def leave(self, why: str, *, told: str, line: int) -> None:
        """Leave something out."""
        begins = shortened(" ".join(told[: 4 * asking.MOST_NAME].split()), asking.MOST_NAME)
        self._left_out.append(LeftOut(self._place, line, why, begins))

    def imported(self, *notes: str) -> Imported:
        """Give all that was found; a name that all categories begin with is the role's, or else the file's name is."""
        if not self._questions:
            return Imported((), (*self._left_out, LeftOut(self._place, 0, asking.NO_QUESTIONS)), notes)
        first = {names[:1] for names, _ in self._questions.values()}
        common = next(iter(first)) if len(first) == 1 else ()
        questions = tuple(
            question._replace(topic=shortened(names[-1], asking.MOST_NAME) if len(names) > len(common) else None)
            for names, question in self._questions.values()
        )
        name = shortened(" ".join(common), asking.MOST_NAME) or role_name("", self._place)
        return Imported((ImportedRole(name, self._place, questions),), tuple(self._left_out), notes)
