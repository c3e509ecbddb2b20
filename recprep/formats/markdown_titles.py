"""What a Markdown file with questions is about: its title, the paragraph below it, and the role named in either."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recprep.formats import asking
from recprep.formats.markdown_blocks import Block
from recprep.formats.text import only_a_link, plain, shortened

_ABOUT_QUESTIONS = re.compile(r"\b(?:(?:job\s+)?interview|questions?)\b", re.IGNORECASE)
_COUNTED = re.compile(r"\W*(?:top\s+)?\d+\s*\+?\s+", re.IGNORECASE)


def title_of(top: Sequence[Block]) -> tuple[str, str | None]:
    """Give the first heading of the first level, and the paragraph below it when it asks nothing."""
    at = next((n for n, block in enumerate(top) if block.kind == "heading" and block.level == 1), None)
    if at is None:
        return "", None
    text = top[at + 1].text if at + 1 < len(top) and top[at + 1].kind == "paragraph" else ""
    said = plain(text) if only_a_link(text) is None else ""
    return plain(top[at].text), None if asking.asks(said) else shortened(said, asking.MOST_DESCRIPTION) or None


def role_name(title: str, place: str) -> str:
    """Give the role in a title such as "Top 50 Nurse Interview Questions", or else in the file's name."""
    stem = " ".join(re.split(r"[\s_-]+", place.split("/")[-1].rsplit(".", 1)[0])).strip()
    for text in (title, stem):
        found = _ABOUT_QUESTIONS.search(text)
        name = text[: found.start()] if found else text
        counted = _COUNTED.match(name) if found else None
        name = name[counted.end() :] if counted else name
        if name := name.strip(" -–—:|()"):
            return shortened(name, asking.MOST_NAME)
    return shortened(title or stem or place, asking.MOST_NAME)
