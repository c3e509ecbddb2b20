"""jupyterquiz, quizzes inside a notebook: a question comes with its strong and its weak answer to choose from. Pure.

jupyterquiz passes over keys that it does not know, so all else that a question says travels under `GUIDE`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from recprep.core.bank import Bank
from recprep.core.carried import FIELDS, asked, said_of
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.core.models import Question
from recprep.formats import asking, html_text, quiz
from recprep.formats.decoding import decode
from recprep.formats.quiz import Quiz

NAME = "jupyterquiz"
ABOUT = "jupyterquiz: the JSON file of a quiz in a notebook"
ENDINGS = (".json",)
ENDING = ".json"
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

GUIDE = "guide"
SHOWN = ("prompt", "strong_answer", "weak_answer", "why_weak")
TYPES = {
    "multiple_choice": quiz.MULTIPLE_CHOICE,
    "many_choice": quiz.MULTIPLE_CHOICE,
    "numeric": quiz.NUMERICAL,
    "string": quiz.SHORT_ANSWER,
}
UNKNOWN = "unknown"
LEANS_ON_CODE = "it is about the lines of code that it shows, which nobody can say aloud"
NOT_JSON = "it is not JSON, or it is damaged"
NOT_A_QUIZ = "it is JSON of another kind"
MOST_VALUES = 200_000  # each takes memory, however short it is
TOO_MANY_VALUES = f"it has more than {MOST_VALUES:,} values, and no quiz has"
NO_CHOICE = "without a strong and a weak answer to choose from"
RIGHT = "An interviewer would want to hear more of this."


def recognises(content: str | bytes) -> bool:
    """Whether it looks like a list of questions with answers."""
    told = content if isinstance(content, str) else content.decode(errors="replace")
    return told.lstrip("\ufeff \t\r\n")[:1] == "[" and '"answers"' in told and '"question"' in told


def unfit(bank: Bank) -> tuple[int, str]:
    """Count the questions that cannot be written, and say why."""
    return sum(not _can_be_chosen(one) for one in bank.question_by_id.values()), NO_CHOICE


def write(bank: Bank) -> bytes:
    """Write the questions that have a strong and a weak answer."""
    told = [_written(bank, one) for one in bank.question_by_id.values() if _can_be_chosen(one)]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _can_be_chosen(question: Question) -> bool:
    return bool(question.strong_answer and question.weak_answer)


def _written(bank: Bank, question: Question) -> dict[str, Any]:
    said = said_of(question)
    strong, weak, why = (html_text.written(said.get(name, "")) for name in SHOWN[1:])
    return {
        "question": html_text.written(question.prompt),
        "type": "multiple_choice",
        "answers": [
            {"answer": strong, "correct": True, "feedback": RIGHT},
            {"answer": weak, "correct": False, "feedback": why},
        ],
        "role": bank.name,
        GUIDE: {name: value for name, value in said.items() if name not in SHOWN},
    }


def read(content: str | bytes, *, place: str) -> Imported:
    """Read a quiz; of somebody else's, questions that ask something without their options."""
    decoded = decode(content)
    if decoded.text is None:
        return Imported(left_out=(LeftOut(place, 0, decoded.why),))
    if sum(map(decoded.text.count, "[{,")) > MOST_VALUES:
        return Imported(left_out=(LeftOut(place, 0, TOO_MANY_VALUES),))
    try:
        told = json.loads(decoded.text)
    except json.JSONDecodeError as error:
        return Imported(left_out=(LeftOut(place, error.lineno, NOT_JSON),))
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets inside each other
        return Imported(left_out=(LeftOut(place, 0, NOT_JSON),))
    if not isinstance(told, list):
        return Imported(left_out=(LeftOut(place, 0, NOT_A_QUIZ),))
    found, names = Quiz(place), set()
    for number, one in enumerate(told, start=1):
        if isinstance(one, dict):
            names.add(one.get("role") if isinstance(one.get("role"), str) else "")
            _take(found, one, number)
        else:
            found.leave(NOT_A_QUIZ, told="", line=number)
    return _named(found.imported(), names)


def _named(imported: Imported, names: set[str]) -> Imported:
    """Give what was read under the name that all questions carry, if they carry one."""
    if len(names) != 1 or not (name := " ".join(names.pop().split())):
        return imported
    roles = tuple(ImportedRole(name[: asking.MOST_NAME], one.place, one.questions) for one in imported.roles)
    return imported._replace(roles=roles)


def _take(found: Quiz, one: Mapping[str, Any], number: int) -> None:
    kind, told = TYPES.get(str(one.get("type")), UNKNOWN), _text(one.get("question"))
    prompt = " ".join(told.split())
    answers = [answer for answer in _list(one.get("answers")) if isinstance(answer, dict)]
    if isinstance(one.get(GUIDE), dict) and prompt:
        found.take(_ours(one[GUIDE], told, answers, number))
    elif why := LEANS_ON_CODE if one.get("code") else quiz.reason_against(prompt, kind):
        found.leave(why, told=prompt, line=number)
    else:
        right = (_text(one.get("answer", one.get("value"))) for one in answers if one.get("correct") is True)
        found.take(ImportedQuestion(prompt, number, answer="\n\n".join(filter(None, right)) or None))


def _ours(guide: Mapping[str, Any], prompt: str, answers: list[dict], number: int) -> ImportedQuestion:
    said = {name: value for name, value in guide.items() if name in (*FIELDS, "id")}
    for answer in answers:
        if answer.get("correct") is True:
            said["strong_answer"] = _text(answer.get("answer"))
        else:
            said |= {"weak_answer": _text(answer.get("answer")), "why_weak": _text(answer.get("feedback"))}
    return asked({**{name: value for name, value in said.items() if value}, "prompt": prompt}, line=number)


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return html_text.read(value) if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
