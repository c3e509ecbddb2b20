"""Moodle XML: essays with guide and rubric for who grades them, and a frame for who answers. Hostile XML is refused.

Written as Moodle documents it (docs.moodle.org, Moodle XML format). Of Moodle's other types those are read whose text
is an open question by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from recprep.core.bank import Bank
from recprep.core.carried import asked, said_of
from recprep.core.imported import Imported, ImportedQuestion, LeftOut
from recprep.core.models import Question
from recprep.core.rubric import weights_for
from recprep.formats import extra, guide_text, html_text, quiz
from recprep.formats.gift_parsing import category_names, category_path
from recprep.formats.quiz import Quiz
from recprep.formats.study_sheet import competency_name, described_source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "moodle-xml"
ABOUT = "Moodle XML: a question bank or a quiz of Moodle"
ENDINGS = (".xml",)
ENDING = ".xml"
MOST_BYTES = 20_000_000
LEAVES_OUT = ("competencies", "sources", "exemplars")

HOSTILE = "it declares entities or a document type, which may be an attack, and no quiz of Moodle does"
NOT_XML = "it is not XML, or it is damaged"
NOT_MOODLE = "it is XML of another kind"
TYPES = {
    "essay": quiz.ESSAY,
    "shortanswer": quiz.SHORT_ANSWER,
    "numerical": quiz.NUMERICAL,
    "multichoice": quiz.MULTIPLE_CHOICE,
    "truefalse": quiz.TRUE_FALSE,
    "matching": quiz.MATCHING,
    "description": quiz.DESCRIPTION,
    **dict.fromkeys(("cloze", "multianswer", "gapselect", "ddwtos"), quiz.MISSING_WORD),
}
MOST_TAGS = 500_000  # each takes memory, however short it is
TOO_MANY_TAGS = f"it has more than {MOST_TAGS:,} tags, and no quiz has"
A_TYPE, UNKNOWN = re.compile(r"[a-z_]{1,24}"), "unknown"
SETTINGS = (("defaultgrade", "5"), ("penalty", "0"), ("hidden", "0"))
ESSAY = (
    ("responseformat", "editor"), ("responserequired", "1"), ("responsefieldlines", "15"), ("attachments", "0"),
    ("attachmentsrequired", "0"),
)  # fmt: skip


def recognises(content: bytes) -> bool:
    """Whether there is a `<quiz>` near the beginning."""
    return b"<quiz" in content[:4000]


def write(bank: Bank) -> bytes:
    """Write the questions of a bank as essays, in a category for each competency."""
    root, before = ET.Element("quiz"), None
    described = {key: described_source(source) for key, source in bank.source_by_key.items()}
    for question in bank.question_by_id.values():
        names = [" ".join(name.split()) for name in (bank.name, competency_name(bank, question)) if name]
        category = category_path(["$course$", "top", *names])
        if category != before:
            _text(ET.SubElement(root, "question", type="category"), "category", category)
        before = category
        _essay(root, bank, question, described)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _essay(root: Element, bank: Bank, question: Question, described: Mapping[str, str]) -> None:
    essay = ET.SubElement(root, "question", type="essay")
    _text(essay, "name", question.id)
    _text(essay, "questiontext", question.prompt, form="plain_text")
    _text(essay, "generalfeedback", "", form="html")
    for name, value in SETTINGS:
        ET.SubElement(essay, name).text = value
    ET.SubElement(essay, "idnumber").text = question.id
    for name, value in ESSAY:
        ET.SubElement(essay, name).text = value
    guide = guide_text.written(said_of(question), sources=described)
    _text(essay, "graderinfo", "\n\n".join([guide, *_rubric(bank, question)]), form="markdown")
    _text(essay, "responsetemplate", _frame(bank, question), form="html")
    tags = ET.SubElement(essay, "tags")
    for tag in filter(None, (question.kind, question.seniority, question.jurisdiction, question.sector)):
        _text(tags, "tag", tag)


def _text(parent: Element, name: str, text: str, *, form: str | None = None) -> None:
    told = ET.SubElement(parent, name, **({"format": form} if form else {}))
    ET.SubElement(told, "text").text = text


def _rubric(bank: Bank, question: Question) -> Iterator[str]:
    """Yield the rows of the rubric that score a question, with their weights and the words of every level."""
    weights = weights_for(bank.rubric, question.kind)
    yield "**Rubric**"
    for row in bank.criteria(question):
        levels = "\n".join(f"{level}. {' '.join(words.split())}" for level, words in enumerate(row.anchors, start=1))
        yield f"*{row.name}*, {weights[row.id]} %: {' '.join(row.asks.split())}\n\n{levels}"


def _frame(bank: Bank, question: Question) -> str:
    frame = next(one.frame for one in bank.rubric.weightings if one.kind == question.kind)
    return "".join(f"<p>{html_text.written(f'{step.name}: ')}</p>" for step in frame)


def read(content: bytes, *, place: str) -> Imported:
    """Read the questions of a Moodle quiz, those that an interviewer may ask."""
    etree = extra.load("defusedxml.ElementTree", package="defusedxml")
    hostile = extra.load("defusedxml").DefusedXmlException
    if content.count(b"<") > MOST_TAGS:
        return Imported(left_out=(LeftOut(place, 0, TOO_MANY_TAGS),))
    try:
        root = etree.fromstring(content, forbid_dtd=True)
    except hostile:
        return Imported(left_out=(LeftOut(place, 0, HOSTILE),))
    except ET.ParseError as error:
        return Imported(left_out=(LeftOut(place, error.position[0], NOT_XML),))
    except (ValueError, LookupError):  # an encoding that is not known
        return Imported(left_out=(LeftOut(place, 0, NOT_XML),))
    if root.tag != "quiz":
        return Imported(left_out=(LeftOut(place, 0, NOT_MOODLE),))
    found = Quiz(place)
    for number, question in enumerate(root.iter("question"), start=1):
        if question.get("type") == "category":
            found.category = category_names(question.findtext("category/text") or "")
        else:
            _take(found, question, number)
    return found.imported()


def _take(found: Quiz, question: Element, number: int) -> None:
    told = question.get("type") or ""
    kind = TYPES.get(told) or (told if A_TYPE.fullmatch(told) else UNKNOWN)
    told, guide = _told(question, "questiontext"), _told(question, "graderinfo")
    prompt = " ".join(told.split())
    said = guide_text.read(guide) if question.find("graderinfo[@format='markdown']") is not None else None
    if kind == quiz.ESSAY and said and prompt:
        found.take(asked({**said, "prompt": told}, line=number))
    elif why := quiz.reason_against(prompt, kind):
        found.leave(why, told=prompt, line=number)
    else:
        more = [_answers(question), guide, _told(question, "generalfeedback")]
        found.take(ImportedQuestion(prompt, number, answer="\n\n".join(filter(None, more)) or None))


def _answers(question: Element) -> str:
    """Give the right answers and what is said of each."""
    right = (answer for answer in question.findall("answer") if _is_right(answer))
    return "\n\n".join(": ".join(filter(None, (_told(answer), _told(answer, "feedback")))) for answer in right)


def _is_right(answer: Element) -> bool:
    try:
        return float(answer.get("fraction") or 0) > 0
    except ValueError:
        return False


def _told(parent: Element, name: str | None = None) -> str:
    """Give the text of a part, as a person sees it."""
    part = parent.find(name) if name else parent
    text = part.findtext("text") if part is not None else None
    if not text:
        return ""
    return text.strip() if part.get("format") in ("plain_text", "markdown") else html_text.read(text)
