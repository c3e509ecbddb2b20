"""`<details>` elements of a text: the summary that is seen, and the body that it hides."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

_TAG = re.compile(r"<(/?)(details|summary)\b[^<>]{0,200}>", re.IGNORECASE)


class Hidden(NamedTuple):
    """One element: the lines from its first to the one after its last, its last tag, its summary and its body."""

    begin: int
    end: int
    last_tag: int
    summary: str
    body: str
    body_begin: int


class Elements:
    """All tags of a text, found once, so that the element at any line is found without looking at the rest.

    Parameters
    ----------
    text : str
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tags = list(_TAG.finditer(text)) if "<details" in text.lower() else []
        self._lines = _lines_of(text, [tag.start() for tag in self._tags])

    def next(self, begin: int, end: int, *, after: int = -1) -> Hidden | None:
        """Give the first element on the lines from `begin` to before `end`, behind the tag `after`.

        One that is never closed ends with the text.
        """
        at = max(bisect_left(self._lines, begin), after + 1)
        while at < len(self._tags) and self._lines[at] < end:
            if self._tags[at][2].lower() == "details" and not self._tags[at][1]:
                return self._element(at)
            at += 1
        return None

    def _element(self, first: int) -> Hidden:
        deep, summary, body_at = 0, "", self._tags[first].end()
        for at in range(first, len(self._tags)):
            tag, closing = self._tags[at], bool(self._tags[at][1])
            if tag[2].lower() == "details":
                deep += -1 if closing else 1
                if deep == 0:
                    return self._hidden(first, at, summary, body_at, tag.start())
            elif deep == 1 and closing and not summary:
                summary, body_at = self._text[self._tags[at - 1].end() : tag.start()], tag.end()
        return self._hidden(first, None, summary, body_at, len(self._text))

    def _hidden(self, first: int, last: int | None, summary: str, body_at: int, body_end: int) -> Hidden:
        begin = self._lines[first]
        start = self._tags[first].start()
        end = self._lines[last] + 1 if last is not None else begin + self._text.count("\n", start) + 1
        body_begin = begin + self._text.count("\n", start, body_at)
        last_tag = len(self._tags) if last is None else last
        return Hidden(begin, end, last_tag, summary, self._text[body_at:body_end], body_begin)


def _lines_of(text: str, places: list[int]) -> list[int]:
    """Give the line, from 0, of each place; the places rise."""
    lines, line, before = [], 0, 0
    for place in places:
        line += text.count("\n", before, place)
        before = place
        lines.append(line)
    return lines
