"""A question's facts and its guide as Markdown that a person can read, and back from it exactly. Pure.

First a line of facts, then parts, each below its name in bold: texts as block quotes, so that nothing in them ends them
early, and lists of hyphens. Parts of other names are passed over, so that a format may add its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from recprep.formats import items

FACTS = ("kind", "competency", "seniority", "jurisdiction", "sector", "minutes", "also", "id")
TEXTS = {
    "listening_for": "What the interviewer listens for",
    "strong_answer": "A strong answer",
    "weak_answer": "A weak answer",
    "why_weak": "Why it is weak",
    "material": "What stood with the question",
}
LISTS = {
    "key_points": "Key points",
    "pitfalls": "Pitfalls",
    "follow_ups": "Follow-ups",
    "sources": "Sources",
}
ORDER = (
    "listening_for", "key_points", "strong_answer", "weak_answer", "why_weak", "pitfalls", "follow_ups", "sources",
    "material",
)  # fmt: skip
NAMES = TEXTS | LISTS
BY_NAME = {name: field for field, name in NAMES.items()}

_HEAD = re.compile(r"\*\*([^*\n]+)\*\*")
_FACT = re.compile(r"\*\*(\w+)\*\* (.*)")
_MINUTES = re.compile(r"[0-9]{1,3}")
_BREAK = " · "


def written(said: Mapping[str, Any], *, sources: Mapping[str, str] | None = None) -> str:
    """Write what a question says beside its prompt.

    Parameters
    ----------
    said : mapping
        The fields of a question, as JSON has them.
    sources : mapping of str to str, optional
        How each source is described to a reader, by its key.

    Returns
    -------
    str
        Markdown; empty when nothing is said.
    """
    return "\n\n".join(filter(None, (_facts(said), *_parts(said, sources or {}))))


def read(text: str) -> dict[str, Any] | None:
    """Read what `written` wrote, also after a person edited it; None when there is nothing of the kind in a text."""
    said: dict[str, Any] = {}
    for field, lines in _sections(text.split("\n")):
        if field is None:
            said |= _facts_read(lines)
        elif value := _value(field, lines):
            said[field] = value
    return said or None


def source_line(key: str, described: str) -> str:
    """Give a source as the list has it: its key first."""
    return f"{key}: {described}" if described else key


def _facts(said: Mapping[str, Any]) -> str:
    told = {name: said[name] for name in FACTS if said.get(name)}
    return _BREAK.join(
        f"**{name.capitalize()}** {', '.join(value) if isinstance(value, list) else value}"
        for name, value in told.items()
    )


def _parts(said: Mapping[str, Any], sources: Mapping[str, str]) -> Iterator[str]:
    for field in ORDER:
        if value := said.get(field):
            yield f"**{NAMES[field]}**\n\n{_written(field, value, sources)}"


def _written(field: str, value: Any, sources: Mapping[str, str]) -> str:
    if field in TEXTS:
        return "\n".join(f"> {line}" if line else ">" for line in value.split("\n"))
    if field == "key_points":
        return items.points_written(value)
    if field == "sources":
        return items.written(source_line(key, " ".join(sources.get(key, "").split())) for key in value)
    return items.written(value)


def _sections(lines: list[str]) -> Iterator[tuple[str | None, list[str]]]:
    """Yield the lines of each part by its field, first those before any; parts of other names are left out."""
    field, found = None, []
    for line in lines:
        head = _HEAD.fullmatch(line.rstrip())
        if head:
            if field != "":
                yield field, found
            field, found = BY_NAME.get(head[1], ""), []
        else:
            found.append(line)
    if field != "":
        yield field, found


def _facts_read(lines: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    told = (_FACT.fullmatch(fact.strip()) for line in lines for fact in line.split(_BREAK))
    for name, value in (found.groups() for found in told if found):
        field = name.lower()
        if field == "also":
            said[field] = [one.strip() for one in value.split(",")]
        elif field in FACTS:
            said[field] = int(value) if field == "minutes" and _MINUTES.fullmatch(value) else value.strip()
    return said


def _value(field: str, lines: list[str]) -> Any:
    filled = [n for n, line in enumerate(lines) if line.strip()]
    if not filled:
        return None
    lines = lines[filled[0] : filled[-1] + 1]
    if field in TEXTS:
        return "\n".join(line.removeprefix("> ") if line != ">" else "" for line in lines)
    text = "\n".join(lines)
    if field == "key_points":
        return items.points_read(text)
    found = items.read(text)
    return [one.partition(":")[0].strip() for one in found] if field == "sources" else found
