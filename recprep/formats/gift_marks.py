r"""The marks of GIFT: what is escaped, what is a mark, and a text with its format. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

FORMATS = ("html", "moodle", "plain", "markdown")
USUAL_FORMAT = "moodle"
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_FORMAT = re.compile(rf"\[({'|'.join(FORMATS)})\]")


class Text(NamedTuple):
    """A text without its escapes, and its format: one of `FORMATS`."""

    text: str = ""
    format: str = USUAL_FORMAT


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


class Fault(ValueError):
    """Why a question cannot be read."""


class Marked(NamedTuple):
    """A part of a file as written, and the same with all that is escaped blotted out, so that marks are found in it."""

    text: str
    marks: str

    def cut(self, begin: int, end: int | None = None) -> Marked:
        """Give a part of it."""
        return Marked(self.text[begin:end], self.marks[begin:end])

    def stripped(self) -> Marked:
        """Give it without the white space at its ends."""
        return self.cut(len(self.marks) - len(self.marks.lstrip()), len(self.marks.rstrip()))

    def parted(self, mark: str, *, last: bool = False) -> tuple[Marked, Marked | None]:
        """Give what stands before a mark and what stands after it, None where there is no such mark."""
        at = self.marks.rfind(mark) if last else self.marks.find(mark)
        return (self, None) if at < 0 else (self.cut(0, at), self.cut(at + len(mark)))

    def read(self, usual: str = USUAL_FORMAT) -> Text:
        """Give the text itself, without the name of its format."""
        text = self.text.strip()
        named = _FORMAT.match(text)
        told = unescaped(text[named.end() :] if named else text).strip()
        return Text(told, named[1] if named else usual)


def marked(text: str) -> Marked:
    """Find out what in a text is escaped."""
    return Marked(text, _ESCAPED.sub("xx", text))


NOTHING = Marked("", "")
