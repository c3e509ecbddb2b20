"""What stands in the braces of a question in GIFT: its type, and its answers. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from recprep.formats.gift_marks import NOTHING, Fault, Marked, Text
from recprep.formats.quiz import ESSAY, MATCHING, MULTIPLE_CHOICE, NUMERICAL, SHORT_ANSWER, TRUE_FALSE

NO_ANSWER = "what stands in its braces is no answer: = or ~ begins one"
ONE_OPTION = "it has only one option to choose from"
MOST_ANSWERS = 500
TOO_MANY_ANSWERS = f"it has more than {MOST_ANSWERS} answers"
NO_PAIR = "one of the things to match has no -> in it"
NO_NUMBER = "what should be a number in its answers is none"

MOST_DIGITS = 40
_VERDICTS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,20})?)%")
_NUMERIC = frozenset("0123456789+-.eE")


class Answer(NamedTuple):
    """An answer, and what is said to whoever gives it.

    `fraction` is 1 for a right answer, 0 for a wrong one, and less where it costs marks. It is None for a pair to
    match, whose other half is `match`. A number stands as it is written: "3", "3:2" (3, give or take 2), or "1..5".
    """

    text: Text
    fraction: float | None
    feedback: Text = Text()
    match: str | None = None


def answers(told: Marked, usual: str) -> tuple[str, list[Answer]]:
    """Give the type of a question by what stands in its braces, and its answers."""
    if not told.text:
        return ESSAY, []
    if told.marks.startswith("#"):
        return NUMERICAL, _numbers(told.cut(1).stripped(), usual)
    verdict, said = told.parted("#")
    if verdict.text.strip().upper() in _VERDICTS:
        return TRUE_FALSE, _verdicts(_VERDICTS[verdict.text.strip().upper()], said or NOTHING, usual)
    options = _options(told)
    if any(mark == "~" for mark, _ in options):
        if len(options) == 1:
            raise Fault(ONE_OPTION)
        return MULTIPLE_CHOICE, [_answer(mark, option, usual) for mark, option in options]
    if any("->" in option.parted("#")[0].marks for _, option in options):
        return MATCHING, [_pair(option, usual) for _, option in options]
    return SHORT_ANSWER, [_answer(mark, option, usual) for mark, option in options]


def _options(told: Marked) -> list[tuple[str, Marked]]:
    """Give each answer with the mark that begins it."""
    at = [found.start() for found in re.finditer("[=~]", told.marks)]
    if not at or told.text[: at[0]].strip():
        raise Fault(NO_ANSWER)
    if len(at) > MOST_ANSWERS:
        raise Fault(TOO_MANY_ANSWERS)
    return [(told.marks[begin], told.cut(begin + 1, end)) for begin, end in zip(at, [*at[1:], None], strict=True)]


def _answer(mark: str, told: Marked, usual: str) -> Answer:
    told = told.stripped()
    weight = _WEIGHT.match(told.text)
    answer, feedback = told.cut(weight.end() if weight else 0).parted("#")
    fraction = float(weight[1]) / 100 if weight else float(mark == "=")
    return Answer(answer.read(usual), fraction, (feedback or NOTHING).read(usual))


def _pair(told: Marked, usual: str) -> Answer:
    one, other = told.parted("->")
    if other is None:
        raise Fault(NO_PAIR)
    return Answer(one.read(usual), None, match=other.read().text)


def _verdicts(right: bool, said: Marked, usual: str) -> list[Answer]:
    """Give both answers, the right one first; what is said to the wrong one stands first in a file."""
    to_wrong, to_right = said.parted("#")
    return [
        Answer(Text(str(right), usual), 1.0, (to_right or NOTHING).read(usual)),
        Answer(Text(str(not right), usual), 0.0, to_wrong.read(usual)),
    ]


def _numbers(told: Marked, usual: str) -> list[Answer]:
    """Give the numbers that are right; one alone needs no mark, and a ~ begins what is said to any other number."""
    bare = told if told.marks.startswith(("=", "~")) else Marked(f"={told.text}", f"={told.marks}")
    options = _options(bare)
    answers = [_answer(mark, option, usual) for mark, option in options]
    if options[0][0] == "~" or not all(
        _is_number(answer.text.text) for (mark, _), answer in zip(options, answers, strict=True) if mark == "="
    ):
        raise Fault(NO_NUMBER)
    return answers


def _is_number(text: str) -> bool:
    """Whether this is a number, one with a tolerance, or the two ends of a range."""
    ends = text.split("..", 1) if ".." in text else text.split(":", 1)
    return text == "*" or all(map(_is_one_number, ends))


def _is_one_number(text: str) -> bool:
    digits = text.strip()
    if not digits or len(digits) > MOST_DIGITS or not _NUMERIC.issuperset(digits):
        return False
    try:
        float(digits)
    except ValueError:
        return False
    return True
