"""How a page is kept to one page: texts made short by rule, lines counted from above, the least important left out.

A browser would have to be asked for the true height; this counts with wide letters, so that the truth is smaller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from math import ceil
from unicodedata import combining, east_asian_width

from recprep.ui.text import render

LATIN = 0x24F  # letters after this are of scripts whose widths are not known here

_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list, as safe HTML, and its text, from which its lines are counted."""

    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page: its heading, a line that leads into it, its items by importance, and how many must stay."""

    heading: str
    items: Sequence[Item]
    lead: str = ""
    least: int = 2


def fit(parts: Sequence[Part], *, lines: int, per_line: int) -> list[Part]:
    """Leave out items until all parts together are no longer than this.

    The last item goes from the part with the most lines to spare, of equals from the later one; no part goes below
    its `least` while another can give.

    Parameters
    ----------
    parts : sequence of Part
    lines : int
        How many there are; a heading takes two.
    per_line : int
        Letters in a line.
    """
    left = list(parts)
    while sum(_height(part, per_line) for part in left) > lines:
        giving = [n for n, part in enumerate(left) if len(part.items) > part.least]
        giving = giving or [n for n, part in enumerate(left) if part.items]
        if not giving:
            break
        longest = max(giving, key=lambda n: (_height(left[n], per_line), n))
        left[longest] = replace(left[longest], items=left[longest].items[:-1])
    return [part for part in left if part.items]


def _height(part: Part, per_line: int) -> int:
    if not part.items:
        return 0
    texts = [part.lead] * bool(part.lead) + [item.text for item in part.items]
    return 2 + sum(lines_of(text, per_line) for text in texts)


def lines_of(text: str, per_line: int) -> int:
    """Count the lines that a text takes, word by word; a word longer than a line is broken.

    Examples
    --------
    >>> lines_of("one two three", 8), lines_of("disposition", 4)
    (2, 3)
    """
    lines, used = 1, 0.0
    for word in text.split():
        size = width(word)
        if used and used + 1 + size > per_line:
            lines, used = lines + 1, 0.0
        used += size + (used > 0)
        broken = max(0, ceil(used / per_line) - 1)
        lines, used = lines + broken, used - broken * per_line
    return lines


def width(text: str) -> float:
    """Give the width of a text in letters of middling width; capitals and wide letters count for more.

    Examples
    --------
    >>> width("hold"), width("HOLD"), width("保存")
    (4.0, 6.0, 4.0)
    """
    return sum(map(_width, text))


def _width(letter: str) -> float:
    if combining(letter):
        return 0.25
    if east_asian_width(letter) in "WF" or ord(letter) > 0x1F000 or letter in "MW%@":
        return 2.0
    if letter in "mw":
        return 1.7
    return 1.5 if letter.isupper() or ord(letter) > LATIN else 1.0


def shortened(text: str, most: int) -> str:
    """Give a text in one line of at most this width, cut between words where it can be.

    Examples
    --------
    >>> shortened("The schedule says seven years.", 16)
    'The schedule …'
    """
    words = " ".join(text.split())
    if width(words) <= most:
        return words
    kept, used = 0, width("…") + 1
    while used + _width(words[kept]) <= most:
        used += _width(words[kept])
        kept += 1
    cut = words[:kept]
    whole = cut.rpartition(" ")[0] if not words[kept].isspace() else cut
    return f"{(whole if len(whole) > kept / 2 else cut).rstrip(' ,;:')} …"


def opening(text: str, most: int) -> str:
    """Give the first sentence of a text, and the second where both have room.

    Examples
    --------
    >>> opening("I stopped the truck. Then I rang the lawyer. It took a day.", 60)
    'I stopped the truck. Then I rang the lawyer.'
    """
    begins = " ".join(text.split())[: 5 * most]  # no letter is narrower than a quarter
    first, *more = _SENTENCE_END.split(begins, maxsplit=2)
    both = " ".join([first, *more[:1]])
    return both if width(both) <= most else shortened(first, most)


def bare(text: str) -> str:
    """Give Markdown as plain words.

    Examples
    --------
    >>> bare("**Hold** it & [see](https://example.org)")
    'Hold it & see'
    """
    return " ".join(unescape(_TAG.sub("", render(text))).split())
