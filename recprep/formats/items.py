r"""Lists of texts in one text, as people write them: a hyphen before each, further lines indented. Pure.

What is written is read back exactly. An essential key point begins with "[essential]"; a text that begins like that by
itself, or with a backslash, gets a backslash in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ESSENTIAL = "[essential] "
_BULLET = re.compile(r"[-*•–]\s+|\d{1,2}[.)]\s+")


def written(items: Iterable[str], *, mark: str = "-") -> str:
    r"""Write a list of texts, with a hyphen before each, or the mark that is given.

    Examples
    --------
    >>> written(["One thing.", "Another,\non two lines."])
    '- One thing.\n- Another,\n  on two lines.'
    """
    return "\n".join(f"{mark} {item}".replace("\n", "\n  ") for item in items)


def read(text: str) -> list[str]:
    r"""Read a list of texts; without any mark of a list, each line is one.

    Examples
    --------
    >>> read("- One thing.\n- Another,\n  on two lines."), read("One thing.\nAnother.")
    (['One thing.', 'Another,\non two lines.'], ['One thing.', 'Another.'])
    """
    lines = text.split("\n")
    if not _BULLET.match(lines[0]):
        return [line.strip() for line in lines if line.strip()]
    items: list[list[str]] = []
    for line in lines:
        if mark := _BULLET.match(line):
            items.append([line[mark.end() :]])
        else:
            items[-1].append(line.removeprefix("  "))
    return ["\n".join(item) for item in items]


def points_written(points: Sequence[Mapping[str, Any]], *, mark: str = "-") -> str:
    """Write key points, as JSON has them."""
    marked = (_marked(point["text"], essential=point.get("essential", False)) for point in points)
    return written(marked, mark=mark)


def points_read(text: str) -> list[dict[str, Any]]:
    r"""Read key points.

    Examples
    --------
    >>> points_read("- [essential] Ask first.\n- Then write it down.")
    [{'text': 'Ask first.', 'essential': True}, {'text': 'Then write it down.'}]
    """
    return [_point(item) for item in read(text)]


def _marked(text: str, *, essential: bool) -> str:
    if essential:
        return f"{ESSENTIAL}{text}"
    return f"\\{text}" if text.startswith(("\\", ESSENTIAL.rstrip())) else text


def _point(item: str) -> dict[str, Any]:
    if item.startswith(ESSENTIAL):
        return {"text": item.removeprefix(ESSENTIAL), "essential": True}
    return {"text": item.removeprefix("\\")}
