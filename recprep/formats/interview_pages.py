"""Pages "<Role> Interview Prep" with a section of sample questions, as they come in folders of thousands.

A line scanner: it looks at the few lines that matter and leaves the rest alone. The last item of the list is an
advert, nothing but a link. It is no question, and of its address only the stable id of the page is kept.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import count, dropwhile
from typing import NamedTuple

from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.formats import asking
from recprep.formats.decoding import decode
from recprep.formats.text import only_a_link, plain, shortened, without_last_link
from recprep.formats.usual_page import parts

NAME = "interview-pages"
ABOUT = "pages '<Role> Interview Prep' with a list of sample questions, one role each"
ENDINGS = (".md", ".markdown")

NOT_A_PAGE = "its first heading is not '<Role> Interview Prep'"
NO_SECTION = "it has no list of sample questions"
SECTIONS = ("sample questions", "sample interview questions")

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|(?=[^\w\s#]))(.*)")  # some leave no space before an emoji
_ROLE = re.compile(r"(.*\S)\s+interview\s+prep(?:aration)?\b[^\w]*$", re.IGNORECASE)
_NUMBERED = re.compile(r" {0,3}(?:\*\*|__)?\d{1,9}[.)](?:\*\*|__)?[ \t]+(.*)")
_BULLETED = re.compile(r" {0,3}[-*+•][ \t]+(.*)")
_POINT = re.compile(r"[ \t]+(?:[-*+•]|\d{1,9}[.)])[ \t]+(.*)")
_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SETTINGS = re.compile(r"\A---\n.*?^---$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"(?<![0-9_])[0-9]{1,9}_[0-9]{1,9}_[0-9]{1,9}(?![0-9_])")
_BEFORE_NAME = re.compile(r"^[^\w(\[.#\"'“&]+")
_AFTER_NAME = re.compile(r"[^\w)\]+#.\"'”!]+$")


class _Heading(NamedTuple):
    level: int
    begin: int
    end: int
    words: str


class _Found(NamedTuple):
    questions: tuple[ImportedQuestion, ...]
    left_out: tuple[LeftOut, ...]
    source_id: str | None


def recognises(content: str | bytes) -> bool:
    """Whether this is a page of this kind, with a role in its heading and a section of sample questions."""
    headings = _from_title(_shown(decode(content).text or ""))
    return bool(headings) and _name(headings[0].words) is not None and _section(headings) is not None


def read(content: str | bytes, *, place: str) -> Imported:
    """Read one page.

    Parameters
    ----------
    content : str or bytes
        What the file holds; it may be anything.
    place : str
        The file, as seen from where the import began.

    Returns
    -------
    Imported
        One role, or none when this is no page of this kind or has no questions, which is then said.
    """
    usual = parts(content) if isinstance(content, bytes) else None
    name = _name(usual.title) if usual else None
    if usual is None or name is None:
        return _with_care(content, place)
    questions = tuple(map(ImportedQuestion, usual.prompts, count(usual.line)))
    advert = LeftOut(place, usual.line + len(questions), asking.ONLY_A_LINK)
    found = _Found(questions, (advert,), _id(usual.address))
    return _imported(name, _description(usual.head), found, place, "")


def _with_care(content: str | bytes, place: str) -> Imported:
    decoded = decode(content)
    if decoded.text is None:
        return _none(place, decoded.why)
    text = _shown(decoded.text)
    headings = _from_title(text)
    name, section = _name(headings[0].words) if headings else None, _section(headings)
    if name is None or section is None:
        return _none(place, NOT_A_PAGE if name is None else NO_SECTION)
    found = _questions(text, headings, section, place)
    if not found.questions:
        return Imported(left_out=(*found.left_out, LeftOut(place, 0, NO_SECTION)))
    return _imported(name, _description(text[headings[0].end : headings[1].begin]), found, place, decoded.note)


def _imported(name: str, description: str | None, found: _Found, place: str, note: str) -> Imported:
    role = ImportedRole(
        name=name,
        place=place,
        questions=found.questions,
        description=description,
        source_id=found.source_id,
    )
    return Imported((role,), found.left_out, (f"{place}: {note}.",) if note else ())


def _none(place: str, why: str) -> Imported:
    return Imported(left_out=(LeftOut(place, 0, why),))


def _shown(text: str) -> str:
    """Blank what is no part of the page as it is read: code, comments, a block of settings at its head."""
    if text.startswith("---\n"):
        text = _SETTINGS.sub(_blank, text)
    if "```" in text or "~~~" in text:
        text = _CODE.sub(_blank, text)
    return _COMMENT.sub(_blank, text) if "<!--" in text else text


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _headings(text: str) -> Iterator[_Heading]:
    at = text.find("#")
    while at >= 0:
        begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        if found := _HEADING.match(text, begin, end):
            yield _Heading(len(found[1]), begin, end, found[2])
        at = text.find("#", end)


def _from_title(text: str) -> list[_Heading]:
    """Give the headings of a page, from the first of the first level on."""
    return list(dropwhile(lambda heading: heading.level > 1, _headings(text)))


def _name(title: str) -> str | None:
    """Give the role in the words of a title, without emoji around it."""
    role = _ROLE.match(title)
    name = role and _AFTER_NAME.sub("", _BEFORE_NAME.sub("", plain(role[1])))
    return shortened(name, asking.MOST_NAME) if name else None


def _section(headings: list[_Heading]) -> int | None:
    """Give which heading begins the sample questions."""
    for number, heading in enumerate(headings):
        words = heading.words.lower()
        if heading.level == 2 and any(section in words for section in SECTIONS):
            return number
    return None


def _description(head: str) -> str | None:
    """Give the paragraphs between the title and the next heading, without the line that says welcome."""
    paragraphs = head.strip().split("\n\n")
    line, _, rest = paragraphs[0].partition("\n")
    if "welcome" in line.lower():
        paragraphs[0] = rest if not line.rstrip()[-1].isalnum() else ""
    shown = [plain(paragraph) for paragraph in paragraphs if only_a_link(paragraph) is None]
    joined = "\n\n".join(one for one in shown if any(map(str.isalnum, one)))
    return shortened(joined, asking.MOST_DESCRIPTION) or None


def _questions(text: str, headings: list[_Heading], section: int, place: str) -> _Found:
    """Give the questions of the section, what was left out, and the id in the address of its last link."""
    after = next((heading.begin for heading in headings[section + 1 :] if heading.level <= 2), len(text))
    listed = text[headings[section].end : after]
    line = text.count("\n", 0, headings[section].end) + 1
    return _one_by_one(listed.split("\n"), line, place)


def _one_by_one(lines: list[str], first: int, place: str) -> _Found:
    questions: dict[str, ImportedQuestion] = {}
    left_out: list[LeftOut] = []
    source_id = None
    for offset, item, why in _items(lines):
        prompt = plain(without_last_link(item)).rstrip(";")
        if (address := only_a_link(item)) is not None:
            source_id = _id(address) or source_id
            left_out.append(LeftOut(place, first + offset, asking.ONLY_A_LINK))
        elif why := why or _against(item, prompt, questions):
            left_out.append(LeftOut(place, first + offset, why, shortened(prompt, asking.MOST_NAME)))
        else:
            questions[prompt] = ImportedQuestion(prompt=prompt, line=first + offset)
    return _Found(tuple(questions.values()), tuple(left_out), source_id)


def _id(address: str) -> str | None:
    return (_ID.findall(address) or [None])[-1]


def _against(item: str, prompt: str, before: Container[str]) -> str | None:
    """Say why an item is no question: one that is a title in bold must ask, any other need not."""
    if prompt in before:
        return asking.TWICE
    return asking.reason_against(prompt, listed_as_question=not item.startswith(("**", "__")))


def _items(lines: list[str]) -> Iterator[tuple[int, str, str | None]]:
    """Yield each item of the list with its offset and, for points below a question, why it is none."""
    shape = _NUMBERED if any(map(_NUMBERED.match, lines)) else _BULLETED
    begun, at, gap = "", 0, False
    for offset, line in enumerate(lines):
        item = shape.match(line)
        if item or _HEADING.match(line):
            if begun:
                yield at, begun, None
            begun, at, gap = _whole(item) if item else "", offset, False
        elif not any(map(str.isalnum, line)):
            gap = True
        elif begun and (point := _POINT.match(line)):
            if begun.endswith((":", ";")):
                begun += f" {point[1].strip()};"
            else:
                yield offset, point[1], asking.BELOW
        elif begun and (not gap or line[0] in " \t"):
            begun += f" {line.strip()}"
        elif only_a_link(line) is not None:
            yield offset, line, None
    if begun:
        yield at, begun, None


def _whole(item: re.Match[str]) -> str:
    """Give the text of an item; where bold type began before its number, it begins at the text."""
    text = item[1].rstrip() or " "
    return f"**{text}" if "**" in item[0][: item.start(1)] and text.count("**") % 2 else text
