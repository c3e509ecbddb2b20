"""A study sheet in Markdown: every question with its guide, by competency; it reads well on paper, and is read back.

What is written is read back exactly. Of a sheet that somebody edited, everything below a `###` heading is its guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from recprep.core.bank import Bank
from recprep.core.carried import asked, said_of
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.core.models import Question, Source
from recprep.formats import asking, guide_text
from recprep.formats.decoding import decode
from recprep.formats.text import shortened

NAME = "study-sheet"
ABOUT = "a study sheet in Markdown, as the workbook writes it"
ENDINGS = (".md", ".markdown", ".txt")
ENDING = ".md"
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

MARK = "<!-- A study sheet of the interview workbook. It can be edited, and imported again. -->"
MOST_HEADINGS = 20_000
TOO_MANY_HEADINGS = f"it has more than {MOST_HEADINGS:,} headings, and no study sheet has"
NO_PROMPT = "its heading is empty"
NO_COMPETENCY = "About you"
_ESCAPED = re.compile(r"([\\`*_\[\]<>&~|$#])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&#10;")


def recognises(content: str | bytes) -> bool:
    """Whether the mark of a sheet stands near the top."""
    told = content[:4000] if isinstance(content, str) else content[:4000].decode(errors="replace")
    return MARK in told


def write(bank: Bank) -> bytes:
    """Write the questions of a bank with their guides."""
    return ("\n\n".join(_parts(bank)) + "\n").encode()


def _parts(bank: Bank) -> Iterator[str]:
    yield f"# {_line(bank.name)}"
    yield MARK
    if bank.summary:
        yield "\n".join(f"> {line}".rstrip() for line in bank.summary.split("\n"))
    described = {key: described_source(source) for key, source in bank.source_by_key.items()}
    before = None
    for question in bank.question_by_id.values():
        heading = competency_name(bank, question) or NO_COMPETENCY
        if heading != before:
            yield f"## {_line(heading)}"
        before = heading
        yield f"### {_line(question.prompt)}"
        yield guide_text.written(said_of(question), sources=described)


def competency_name(bank: Bank, question: Question) -> str | None:
    """Give the name of the competency that a question probes, if any."""
    found = bank.competency_by_id.get(question.competency)
    return found.name if found else None


def described_source(source: Source) -> str:
    """Give a source in a few words: its title, number and year.

    Examples
    --------
    >>> described_source(Source(key="iso", title="Records management", number="ISO 15489-1", year=2016))
    'Records management, ISO 15489-1, 2016'
    """
    return ", ".join(str(part) for part in (source.title, source.number, source.year) if part)


def read(content: str | bytes, *, place: str) -> Imported:
    """Read a study sheet."""
    decoded = decode(content)
    if decoded.text is None:
        return Imported(left_out=(LeftOut(place, 0, decoded.why),))
    name, topic, description, questions = "", None, [], {}
    left_out: list[LeftOut] = []
    if decoded.text.count("\n#") > MOST_HEADINGS:
        return Imported(left_out=(LeftOut(place, 0, TOO_MANY_HEADINGS),))
    for level, heading, line, below in _headings(decoded.text.split("\n")):
        if level == 1:
            name, description = name or heading, description or below
        elif level == 2:
            topic = heading
        elif why := _reason_against(heading, questions):
            left_out.append(LeftOut(place, line, why, shortened(heading, asking.MOST_NAME)))
        else:
            questions[heading] = _question(heading, below, line, topic)
    if not questions:
        return Imported(left_out=(*left_out, LeftOut(place, 0, asking.NO_QUESTIONS)))
    summary = "\n".join(one.removeprefix(">").removeprefix(" ") for one in description if one.startswith(">"))
    name = shortened(name, asking.MOST_NAME) or place
    role = ImportedRole(name, place, tuple(questions.values()), description=summary or None)
    return Imported((role,), tuple(left_out), (f"{place}: {decoded.note}.",) if decoded.note else ())


def _reason_against(heading: str, questions: Mapping[str, ImportedQuestion]) -> str | None:
    if len(heading) > asking.MOST_PROMPT:
        return asking.TOO_LONG
    return asking.TWICE if heading in questions else None if heading else NO_PROMPT


def _headings(lines: list[str]) -> Iterator[tuple[int, str, int, list[str]]]:
    """Yield each heading with its level, its line, and the lines below it."""
    at = [n for n, line in enumerate(lines) if line.startswith(("# ", "## ", "### "))]
    for n, end in pairwise([*at, len(lines)]):
        marks, _, text = lines[n].partition(" ")
        yield len(marks), _unescaped(text.strip()), n + 1, lines[n + 1 : end]


def _question(prompt: str, below: list[str], line: int, topic: str | None) -> ImportedQuestion:
    said: Mapping = guide_text.read("\n".join(below)) or {}
    return asked({**said, "prompt": prompt}, line=line, topic=None if topic == NO_COMPETENCY else topic)


def _line(text: str) -> str:
    r"""Give a text in one line of Markdown.

    Examples
    --------
    >>> print(_line("Is *this* a\nquestion?"))
    Is \*this\* a&#10;question?
    """
    return _ESCAPED.sub(r"\\\1", text).replace("\n", "&#10;")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: found[1] or "\n", text)
