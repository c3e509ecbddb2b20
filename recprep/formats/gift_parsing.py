r"""GIFT, Moodle's text format for questions: from text to records, in time that grows with the text alone. Pure.

As in Moodle a blank line ends a question, a backslash before a mark makes it a letter, and `\n` is the end of a line.
What is broken becomes a `Broken`, and all the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from recprep.formats.quiz import (
    DESCRIPTION,
    ESSAY,
    MATCHING,
    MISSING_WORD,
    MULTIPLE_CHOICE,
    NUMERICAL,
    SHORT_ANSWER,
    TRUE_FALSE,
)

FORMATS = ("html", "moodle", "plain", "markdown")
USUAL_FORMAT = "moodle"

NOT_CLOSED = "a brace in it is opened and never closed: a blank line ends a question"
NOT_OPENED = "a brace in it is closed that was never opened"
BRACES = "it has more braces than the two around its answers: the others want a backslash before them"
NO_ANSWER = "what stands in its braces is no answer: = or ~ begins one"
ONE_OPTION = "it has only one option to choose from"
MOST_ANSWERS = 500
TOO_MANY_ANSWERS = f"it has more than {MOST_ANSWERS} answers"
NO_PAIR = "one of the things to match has no -> in it"
NO_NUMBER = "what should be a number in its answers is none"

GAP = "_____"
CATEGORY = "$CATEGORY:"
COMMENT = "//"
MOST_DIGITS = 40
_VERDICTS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_FORMAT = re.compile(rf"\[({'|'.join(FORMATS)})\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,20})?)%")
_ABOUT = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.){1,255})\]")
_NUMERIC = frozenset("0123456789+-.eE")


class Text(NamedTuple):
    """A text without its escapes, and its format: one of `FORMATS`."""

    text: str = ""
    format: str = USUAL_FORMAT


class Answer(NamedTuple):
    """An answer, and what is said to whoever gives it.

    `fraction` is 1 for a right answer, 0 for a wrong one, and less where it costs marks. It is None for a pair to
    match, whose other half is `match`. A number stands as it is written: "3", "3:2" (3, give or take 2), or "1..5".
    """

    text: Text
    fraction: float | None
    feedback: Text = Text()
    match: str | None = None


class Question(NamedTuple):
    """A question as a file has it; `line` counts from 1, `category` holds the names from the outermost on."""

    type: str
    line: int
    text: Text
    title: str | None = None
    answers: tuple[Answer, ...] = ()
    feedback: Text = Text()
    category: tuple[str, ...] = ()
    id: str | None = None
    tags: tuple[str, ...] = ()


class Broken(NamedTuple):
    """What could not be read: where it begins, why, and its text."""

    line: int
    why: str
    text: str


def parse(text: str) -> Iterator[Question | Broken]:
    r"""Read a file.

    Parameters
    ----------
    text : str
        With `\n` at the end of each line.

    Yields
    ------
    Question or Broken
        In the order of the file.

    Examples
    --------
    >>> [one.type for one in parse("Why rye? {}\n\nRye is a grain. {T}")]
    ['essay', 'true or false']
    """
    category: tuple[str, ...] = ()
    for block in _blocks(text):
        told = [(line, words) for line, words in block if not words.startswith(COMMENT)]
        moves = list(takewhile(lambda one: one[1].startswith(CATEGORY), told))
        if moves:
            category = category_names(moves[-1][1].removeprefix(CATEGORY))
        if rest := told[len(moves) :]:
            comments = [words for _, words in block if words.startswith(COMMENT)]
            yield _entry(rest[0][0], "\n".join(words for _, words in rest), category, comments)


def escaped(text: str) -> str:
    r"""Give a text so that nothing in it is a mark of GIFT, on one line.

    Examples
    --------
    >>> print(escaped("{a = b}\nC:\\new"))
    \{a \= b\}\nC\:\\new
    """
    return re.sub(r"[~=#{}:\\]", r"\\\g<0>", text).replace("\n", "\\n")


def unescaped(text: str) -> str:
    """Give back the text that `escaped` was given."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def category_path(names: Sequence[str]) -> str:
    """Give the names of a category as one path; a slash in a name is doubled, and no name touches it with another.

    Examples
    --------
    >>> category_path(["Press", "Print/web"])
    'Press/Print//web'
    """
    doubled = (name.replace("/", "//") for name in names)
    return "/".join(f"{' ' * one.startswith('/')}{one}{' ' * one.endswith('/')}" for one in doubled).strip()


def category_names(path: str) -> tuple[str, ...]:
    """Give back the names in a category's path, which stands on one line.

    Examples
    --------
    >>> category_names("Press/Print//web")
    ('Press', 'Print/web')
    """
    parts = path.replace("//", "\n").split("/")
    return tuple(name for part in parts if (name := part.replace("\n", "/").strip()))


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines between blank lines, each with its number."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if words := line.strip():
            block.append((number, words))
        elif block:
            yield block
            block = []
    if block:
        yield block


class _Fault(ValueError):
    """Why a question cannot be read."""


class _Marked(NamedTuple):
    """A part of a file as written, and the same with all that is escaped blotted out, so that marks are found in it."""

    text: str
    marks: str

    def cut(self, begin: int, end: int | None = None) -> _Marked:
        return _Marked(self.text[begin:end], self.marks[begin:end])

    def stripped(self) -> _Marked:
        return self.cut(len(self.marks) - len(self.marks.lstrip()), len(self.marks.rstrip()))

    def parted(self, mark: str, *, last: bool = False) -> tuple[_Marked, _Marked | None]:
        """Give what stands before a mark and what stands after it, None where there is no such mark."""
        at = self.marks.rfind(mark) if last else self.marks.find(mark)
        return (self, None) if at < 0 else (self.cut(0, at), self.cut(at + len(mark)))

    def read(self, usual: str = USUAL_FORMAT) -> Text:
        """Give the text itself, without the name of its format."""
        text = self.text.strip()
        named = _FORMAT.match(text)
        told = unescaped(text[named.end() :] if named else text).strip()
        return Text(told, named[1] if named else usual)


def _marked(text: str) -> _Marked:
    return _Marked(text, _ESCAPED.sub("xx", text))


_NOTHING = _Marked("", "")


def _entry(line: int, text: str, category: tuple[str, ...], comments: Sequence[str]) -> Question | Broken:
    try:
        question = _question(_marked(text))
    except _Fault as fault:
        return Broken(line, str(fault), text)
    about = [(name, re.sub(r"\\(.)", r"\1", told)) for one in comments for name, told in _ABOUT.findall(one)]
    return question._replace(
        line=line,
        category=category,
        id=next((told.strip() for name, told in about if name == "id"), None),
        tags=tuple(told.strip() for name, told in about if name == "tag"),
    )


def _question(told: _Marked) -> Question:
    title, told = _titled(told)
    if fault := _braces_fault(told.marks):
        raise _Fault(fault)
    before, braced = told.parted("{")
    if braced is None:
        return Question(DESCRIPTION, 0, told.read(), title)
    inside, after = braced.parted("}")
    rest = after.stripped()
    text = (_marked(f"{before.text}{GAP}{after.text}") if rest.text else before).read()
    answers, feedback = inside.parted("####", last=True)
    kind, options = _answers(answers.stripped(), text.format)
    about = (feedback or _NOTHING).read(text.format)
    return Question(MISSING_WORD if rest.text else kind, 0, text, title, tuple(options), about)


def _titled(told: _Marked) -> tuple[str | None, _Marked]:
    if not told.marks.startswith("::"):
        return None, told
    title, rest = told.cut(2).parted("::")
    return (None, title) if rest is None else (unescaped(title.text).strip() or None, rest)


def _braces_fault(marks: str) -> str | None:
    opened, closed = marks.count("{"), marks.count("}")
    if opened > closed:
        return NOT_CLOSED
    if closed > opened or marks.find("}") < marks.find("{"):
        return NOT_OPENED
    return BRACES if opened > 1 else None


def _answers(told: _Marked, usual: str) -> tuple[str, list[Answer]]:
    """Give the type of a question by what stands in its braces, and its answers."""
    if not told.text:
        return ESSAY, []
    if told.marks.startswith("#"):
        return NUMERICAL, _numbers(told.cut(1).stripped(), usual)
    verdict, said = told.parted("#")
    if verdict.text.strip().upper() in _VERDICTS:
        return TRUE_FALSE, _verdicts(_VERDICTS[verdict.text.strip().upper()], said or _NOTHING, usual)
    options = _options(told)
    if any(mark == "~" for mark, _ in options):
        if len(options) == 1:
            raise _Fault(ONE_OPTION)
        return MULTIPLE_CHOICE, [_answer(mark, option, usual) for mark, option in options]
    if any("->" in option.parted("#")[0].marks for _, option in options):
        return MATCHING, [_pair(option, usual) for _, option in options]
    return SHORT_ANSWER, [_answer(mark, option, usual) for mark, option in options]


def _options(told: _Marked) -> list[tuple[str, _Marked]]:
    """Give each answer with the mark that begins it."""
    at = [found.start() for found in re.finditer("[=~]", told.marks)]
    if not at or told.text[: at[0]].strip():
        raise _Fault(NO_ANSWER)
    if len(at) > MOST_ANSWERS:
        raise _Fault(TOO_MANY_ANSWERS)
    return [(told.marks[begin], told.cut(begin + 1, end)) for begin, end in zip(at, [*at[1:], None], strict=True)]


def _answer(mark: str, told: _Marked, usual: str) -> Answer:
    told = told.stripped()
    weight = _WEIGHT.match(told.text)
    answer, feedback = told.cut(weight.end() if weight else 0).parted("#")
    fraction = float(weight[1]) / 100 if weight else float(mark == "=")
    return Answer(answer.read(usual), fraction, (feedback or _NOTHING).read(usual))


def _pair(told: _Marked, usual: str) -> Answer:
    one, other = told.parted("->")
    if other is None:
        raise _Fault(NO_PAIR)
    return Answer(one.read(usual), None, match=other.read().text)


def _verdicts(right: bool, said: _Marked, usual: str) -> list[Answer]:
    """Give both answers, the right one first; what is said to the wrong one stands first in a file."""
    to_wrong, to_right = said.parted("#")
    return [
        Answer(Text(str(right), usual), 1.0, (to_right or _NOTHING).read(usual)),
        Answer(Text(str(not right), usual), 0.0, to_wrong.read(usual)),
    ]


def _numbers(told: _Marked, usual: str) -> list[Answer]:
    """Give the numbers that are right; one alone needs no mark, and a ~ begins what is said to any other number."""
    bare = told if told.marks.startswith(("=", "~")) else _Marked(f"={told.text}", f"={told.marks}")
    options = _options(bare)
    answers = [_answer(mark, option, usual) for mark, option in options]
    if options[0][0] == "~" or not all(
        _is_number(answer.text.text) for (mark, _), answer in zip(options, answers, strict=True) if mark == "="
    ):
        raise _Fault(NO_NUMBER)
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
