"""QTI 1.2, as Canvas and other learning platforms import it: essays with the guide as feedback. Written by text2qti.

text2qti takes Markdown, can embed files and render formulas. A bank may say anything, so the library is given a
skeleton with a name in place of each text; the texts, escaped, are put into what it made.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator

from recprep.core.bank import Bank
from recprep.core.carried import said_of
from recprep.core.fingerprint import canonical, digest
from recprep.core.models import Question
from recprep.formats import extra, html_text
from recprep.formats.guide_text import NAMES, ORDER
from recprep.formats.study_sheet import described_source

NAME = "qti"
ABOUT = "QTI 1.2: a zip file for Canvas and other learning platforms"
ENDING = ".zip"
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

ESSAY = "____"
UNSAID = {"kind", "competency", "seniority", "jurisdiction", "sector", "minutes", "also"}


def unsaid(bank: Bank) -> list[str]:
    """Name what is left out of every question."""
    return sorted(UNSAID & {name for one in bank.question_by_id.values() for name in said_of(one)})


def write(bank: Bank) -> bytes:
    """Write the questions of a bank with their guides as a QTI package."""
    config, quiz, qti = (extra.load(f"text2qti.{name}", package="text2qti") for name in ("config", "quiz", "qti"))
    texts = _Texts(bank)
    made = qti.QTI(quiz.Quiz("\n".join(_skeleton(bank, texts)), config=config.Config()))
    told, unfilled = io.BytesIO(), io.BytesIO()
    made.write(unfilled)
    with zipfile.ZipFile(unfilled) as before, zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            after.writestr(entry, texts.put_into(before.read(entry).decode()).encode())
    return told.getvalue()


class _Texts:
    """Texts by the names that stand for them."""

    def __init__(self, bank: Bank) -> None:
        said = [said_of(question) for question in bank.question_by_id.values()]
        self._stem = f"recprep{digest(canonical([bank.role, bank.name, said]))[:16]}"  # a bank has an id of its own
        self._texts: list[str] = []

    def name(self, text: str) -> str:
        """Give a name for a text, made of letters and digits."""
        self._texts.append(text)
        return f"{self._stem}x{len(self._texts) - 1}x"

    def put_into(self, xml: str) -> str:
        """Put the texts in place of their names: as HTML inside of XML, or in an attribute as they are."""
        attribute = re.compile(rf'(?<=title="){self._stem}x(\d+)x(?=")')
        titles = re.compile(rf"(?<=<title>){self._stem}x(\d+)x(?=</title>)")
        for shape in (attribute, titles):
            xml = shape.sub(lambda found: _escaped(" ".join(self._texts[int(found[1])].split())), xml)
        shape = re.compile(rf"{self._stem}x(\d+)x")
        return shape.sub(lambda found: _escaped(html_text.written(self._texts[int(found[1])])), xml)


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)


def _skeleton(bank: Bank, texts: _Texts) -> Iterator[str]:
    yield f"Quiz title: {texts.name(bank.name)}"
    sources = {key: described_source(source) for key, source in bank.source_by_key.items()}
    for number, question in enumerate(bank.question_by_id.values(), start=1):
        yield f"\ntitle: {texts.name(question.id)}"
        yield f"{number}. {texts.name(question.prompt)}"
        guide = list(_guide(question, texts, sources))
        if guide:
            yield f"... {guide[0]}"
            yield from (f"\n    {line}" for line in guide[1:])
        yield ESSAY


def _guide(question: Question, texts: _Texts, sources: dict[str, str]) -> Iterator[str]:
    """Yield the parts of a guide, a paragraph of Markdown each."""
    said = said_of(question)
    for field in ORDER:
        value = said.get(field)
        if value:
            yield f"**{NAMES[field]}**"
            items = [value] if isinstance(value, str) else [_item(field, one, sources) for one in value]
            yield texts.name("\n".join(items if isinstance(value, str) else [f"• {item}" for item in items]))


def _item(field: str, one: str | dict, sources: dict[str, str]) -> str:
    if field == "key_points":
        return f"{one['text']} (essential)" if one.get("essential") else one["text"]
    return sources.get(one, one) if field == "sources" else one
