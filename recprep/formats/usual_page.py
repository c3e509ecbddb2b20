"""The quick way through an interview page of the usual shape, with nothing on it that has to be looked at twice.

It works on bytes and gives None for anything else, which is then read with care. A test holds both ways together.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from recprep.formats.asking import MOST_PROMPT
from recprep.formats.text import is_plain, only_a_link

_SECTION = (b"sample ", b"questions")
_NEXT = re.compile(rb"\n#{1,6}[ \t]")
_LAST = re.compile(r"[0-9]{1,9}[.)] +(.+)")
_LISTED = re.compile(r"^[0-9]{1,9}[.)] +(\S+ .+)$", re.MULTILINE)


class Parts(NamedTuple):
    """What a page of the usual shape has: the words of its title, what follows them, its list, and its last link."""

    title: str
    head: str
    prompts: list[str]
    line: int
    address: str


def parts(content: bytes) -> Parts | None:
    """Give the parts of a page, or None when it must be read with care."""
    searched = content.lower()
    at = searched.find(_SECTION[0])
    if at < 0 or not searched.startswith(_SECTION[1], at + len(_SECTION[0])) or not content.startswith(b"# "):
        return None
    if b"`" in content or b"~" in content or b"<" in content or b"\r" in content or b"\0" in content:
        return None
    heading, listed = content.rfind(b"\n", 0, at) + 1, content.find(b"\n", at)
    if listed < 0 or not content.startswith(b"## ", heading):
        return None
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return _parts(content, listed)


def _parts(content: bytes, listed: int) -> Parts | None:
    asked, _, last = content[listed:].strip(b"\n").decode().rpartition("\n")
    prompts, advert = _LISTED.findall(asked), _LAST.fullmatch(last)
    address = only_a_link(advert[1]) if advert else None
    if address is None or not _sound(prompts) or len(prompts) != asked.count("\n") + 1:
        return None
    title_end = content.find(b"\n")
    head_end = content.find(b"\n#", title_end)
    title, head = content[2:title_end].decode(), content[title_end:head_end].decode()
    if "\n " in head or not _NEXT.match(content, head_end):
        return None
    line = content.count(b"\n", 0, content.find(asked[:3].encode(), listed)) + 1
    return Parts(title, head, prompts, line, address)


def _sound(prompts: list[str]) -> bool:
    """Whether all are questions as they stand, and no two are the same."""
    joined = " ".join([*prompts, ""])  # so that a space at an end stands beside another
    return (
        len(set(prompts)) == len(prompts) > 0
        and is_plain(joined)
        and "://" not in joined
        and max(map(len, prompts)) <= MOST_PROMPT
    )
