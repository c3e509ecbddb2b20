r"""GIFT, Moodle's text format for questions: from text to records, in time that grows with the text alone. Pure.

As in Moodle a blank line ends a question, a backslash before a mark makes it a letter, and `\n` is the end of a line.
What is broken becomes a `Broken`, and all the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from recprep.formats.gift_answers import Answer, answers
from recprep.formats.gift_marks import NOTHING, Fault, Marked, Text, marked, unescaped
from recprep.formats.quiz import DESCRIPTION, MISSING_WORD

NOT_CLOSED = "a brace in it is opened and never closed: a blank line ends a question"
NOT_OPENED = "a brace in it is closed that was never opened"
BRACES = "it has more braces than the two around its answers: the others want a backslash before them"

GAP = "_____"
CATEGORY = "$CATEGORY:"
COMMENT = "//"
_ABOUT = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.){1,255})\]")


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


def _entry(line: int, text: str, category: tuple[str, ...], comments: Sequence[str]) -> Question | Broken:
    try:
        question = _question(marked(text))
    except Fault as fault:
        return Broken(line, str(fault), text)
    about = [(name, re.sub(r"\\(.)", r"\1", told)) for one in comments for name, told in _ABOUT.findall(one)]
    return question._replace(
        line=line,
        category=category,
        id=next((told.strip() for name, told in about if name == "id"), None),
        tags=tuple(told.strip() for name, told in about if name == "tag"),
    )


def _question(told: Marked) -> Question:
    title, told = _titled(told)
    if fault := _braces_fault(told.marks):
        raise Fault(fault)
    before, braced = told.parted("{")
    if braced is None:
        return Question(DESCRIPTION, 0, told.read(), title)
    inside, after = braced.parted("}")
    rest = after.stripped()
    text = (marked(f"{before.text}{GAP}{after.text}") if rest.text else before).read()
    given, feedback = inside.parted("####", last=True)
    kind, options = answers(given.stripped(), text.format)
    about = (feedback or NOTHING).read(text.format)
    return Question(MISSING_WORD if rest.text else kind, 0, text, title, tuple(options), about)


def _titled(told: Marked) -> tuple[str | None, Marked]:
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
