"""Questions in other Markdown files: numbered and bulleted lists, nested or not, with answers below or hidden, tables.

What counts as a question is said in `asking`. A heading or an item that asks nothing and has questions below it is
their topic. A heading, a line in bold, "Q:", an item or a summary that asks is a question, and what stands below it, up
to the next one, is its answer; in there only what has a question mark is a question of its own. A list of requests
alone ("Describe ...") counts when its section, or the file, is called one of questions, since advice is written like
that too. In a table the column called question, prompt or ask holds the questions.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import islice

from recprep.core.imported import Imported, ImportedRole, LeftOut
from recprep.formats import asking
from recprep.formats.decoding import decode
from recprep.formats.gathering import Gathering
from recprep.formats.hidden_answers import Elements
from recprep.formats.markdown_blocks import Block, blocks
from recprep.formats.markdown_titles import role_name, title_of
from recprep.formats.text import only_a_link, plain, without_last_link

NAME = "markdown-lists"
ABOUT = "Markdown lists and tables of questions, with or without answers, one role in a file"
ENDINGS = (".md", ".markdown", ".mdown", ".txt")

NO_COLUMN = "it is a table without a column of questions"
DEEPEST = 4  # hidden answers inside each other
MOST_LINES = 50_000
TOO_MANY_LINES = f"it has more than {MOST_LINES:,} lines, and no list of questions has"

_LEAD = re.compile(r"\s*(\*\*|__)(?=\S)(.+?)(?<=\S)\1[ \t]*[:\-–—]?[ \t]*", re.DOTALL)
_LABELLED = re.compile(r"\s*(?:\*\*|__)?\s*(?:q|question)\s*\.?\s*\d*\s*[.:)]", re.IGNORECASE)
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_COLUMNS = {
    "question": re.compile(r"\b(?:questions?|prompts?|asks?|asked|q)\b", re.IGNORECASE),
    "answer": re.compile(r"\b(?:answers?|responses?|solutions?)\b", re.IGNORECASE),
    "topic": re.compile(r"\b(?:topics?|sections?|categor(?:y|ies)|areas?|themes?|skills?|compet\w+)\b", re.IGNORECASE),
}


def recognises(content: str | bytes) -> bool:
    """Whether this is text at all: whether it has questions is seen by reading it."""
    return decode(content).text is not None


def read(content: str | bytes, *, place: str) -> Imported:
    """Read one Markdown file.

    Parameters
    ----------
    content : str or bytes
        What the file holds; it may be anything.
    place : str
        The file, as seen from where the import began.

    Returns
    -------
    Imported
        One role, called as the file's first heading or the file itself; none when there is no question.
    """
    decoded = decode(content)
    if decoded.text is None or decoded.text.count("\n") > MOST_LINES:
        return Imported(left_out=(LeftOut(place, 0, decoded.why or TOO_MANY_LINES),))
    top = blocks(decoded.text)
    title, description = title_of(top)
    found = Gathering(place)
    _Reader(decoded.text, title).read(top, found, None, below=False)
    if not found.questions:
        return Imported(left_out=(*found.left_out, LeftOut(place, 0, asking.NO_QUESTIONS)))
    role = ImportedRole(
        name=role_name(title, place),
        place=place,
        questions=tuple(found.questions.values()),
        description=description,
    )
    notes = (f"{place}: {decoded.note}.",) if decoded.note else ()
    return Imported(roles=(role,), left_out=tuple(found.left_out), notes=notes)


class _Reader:
    """Goes through the blocks of one text.

    Parameters
    ----------
    text : str
    title : str
        What the file is called, where a list has no heading of its own.
    deep : int
        How many hidden answers the text lies in.
    """

    def __init__(self, text: str, title: str, deep: int = 0) -> None:
        self._lines = text.split("\n")
        self._hidden = Elements(text)
        self._title = title
        self._deep = deep

    def read(self, siblings: Sequence[Block], found: Gathering, topic: str | None, *, below: bool) -> None:
        """Read blocks that stand side by side; `below` a question only what has a question mark is one."""
        at = 0
        while at < len(siblings):
            block = siblings[at]
            at += 1
            if block.kind == "heading":
                topic, at = self._heading(block, siblings, at, found, topic)
            elif block.kind == "paragraph":
                at = self._paragraph(block, siblings, at, found, topic, below=below)
            elif block.kind == "list":
                self._list(block, found, topic, below=below)
            elif block.kind == "quote":
                self.read(block.children, found, topic, below=below)
            elif block.kind == "table":
                _table(block, found, topic)
            elif block.kind == "html":
                reached = self._details(block, found, topic)
                at += sum(1 for _ in _while_before(siblings, at, reached))

    def _heading(
        self, block: Block, siblings: Sequence[Block], at: int, found: Gathering, topic: str | None
    ) -> tuple[str | None, int]:
        """Take a heading as a question with what stands below it, or as the topic of what follows."""
        text = asking.without_label(plain(block.text))
        if block.level == 1 or not asking.asks(text):
            return None if block.level == 1 else text or topic, at
        others = (n for n in range(at, len(siblings)) if siblings[n].kind == "heading")
        last = next((n for n in others if siblings[n].level <= block.level), len(siblings))
        inner = found.apart()
        self.read(siblings[at:last], inner, text, below=True)
        if not inner.questions:
            found.take(text, block.begin, topic=topic, answer=(self._between(block, siblings, at, last),))
        found.adopt(inner)
        return text if inner.questions else topic, last

    def _paragraph(
        self, block: Block, siblings: Sequence[Block], at: int, found: Gathering, topic: str | None, *, below: bool
    ) -> int:
        """Take a paragraph that begins with a question in bold, or with "Q:", with the blocks that answer it."""
        prompt, answer, marked = _asked(block.text)
        if not marked or not asking.asks(prompt) or (below and "?" not in prompt):
            return at
        last = next((n for n in range(at, len(siblings)) if _ends_an_answer(siblings[n])), len(siblings))
        found.take(prompt, block.begin, topic=topic, answer=(answer, self._between(block, siblings, at, last)))
        return last

    def _between(self, block: Block, siblings: Sequence[Block], at: int, last: int) -> str:
        """Give the lines after a block up to the last of the blocks that belong to it."""
        return "\n".join(self._lines[block.end : siblings[last - 1].end]) if last > at else ""

    def _list(self, block: Block, found: Gathering, topic: str | None, *, below: bool) -> None:
        named = "question" in (topic or self._title).lower()
        trusted = named or any("?" in item.children[0].text for item in block.children if item.children)
        for item in block.children:
            self._item(item, found, topic, only_marked=below or not trusted)

    def _item(self, item: Block, found: Gathering, topic: str | None, *, only_marked: bool) -> None:
        first, *rest = item.children or (None,)
        if first is None or first.kind not in ("paragraph", "heading"):
            self.read(item.children, found, topic, below=only_marked)
            return
        prompt, answer, _ = _asked(first.text)
        if only_a_link(first.text) is not None and not rest:
            found.leave("", item.begin, asking.ONLY_A_LINK)
        elif asking.asks(prompt) and not (only_marked and "?" not in prompt):
            inner = found.apart()
            self.read(rest, inner, topic, below=True)
            others = (n for n, block in enumerate(rest) if inner.questions and _ends_an_answer(block))
            own = self._between(first, rest, 0, next(others, len(rest)))
            found.take(prompt, item.begin, topic=topic, answer=(answer, own))
            found.adopt(inner if inner.questions else found.apart())
        elif any(block.kind == "list" for block in rest):
            self.read(rest, found, plain(first.text).rstrip(" :") or topic, below=False)
        else:
            found.leave(prompt, item.begin, asking.NOT_ASKED)

    def _details(self, block: Block, found: Gathering, topic: str | None) -> int:
        """Take the hidden answers that begin in a block, and give the line that they reach."""
        reached, tag = block.begin, -1
        while element := self._hidden.next(block.begin, max(block.end, reached), after=tag):
            prompt = asking.without_label(plain(_TAGS.sub("", element.summary)))
            if asking.asks(prompt):
                found.take(prompt, element.begin, topic=topic, answer=(element.body,))
            elif self._deep < DEEPEST:
                inner = found.apart(offset=element.body_begin)
                body = textwrap.dedent(element.body)
                reader = _Reader(body, self._title, self._deep + 1)
                reader.read(blocks(body), inner, prompt or topic, below=False)
                found.adopt(inner)
            reached, tag = element.end, element.last_tag
        return reached


def _while_before(siblings: Sequence[Block], at: int, line: int) -> Iterator[Block]:
    for block in islice(siblings, at, None):
        if block.begin >= line:
            return
        yield block


def _ends_an_answer(block: Block) -> bool:
    """Whether an answer above ends here: at a heading, a rule, or something that has a question of its own."""
    if block.kind in ("heading", "rule"):
        return True
    if block.kind == "paragraph":
        prompt, _, marked = _asked(block.text)
        return marked and asking.asks(prompt)
    return (block.kind in ("list", "table") and _has_a_mark(block)) or "<summary" in block.text.lower()


def _has_a_mark(block: Block) -> bool:
    return "?" in block.text or any(map(_has_a_mark, block.children))


def _asked(text: str) -> tuple[str, str, bool]:
    """Split the text of a block into a prompt, the answer beside it, and whether it is marked as a question."""
    lead, labelled = _LEAD.match(text), bool(_LABELLED.match(text))
    bold = asking.without_label(plain(lead[2])) if lead else ""
    if asking.asks(bold):
        return bold, text[lead.end() :], True
    text = text[lead.end() :] if lead and labelled else text
    first, _, rest = text.partition("\n")
    if plain(first).endswith("?") and not plain(rest).endswith("?"):
        return asking.without_label(plain(without_last_link(first))), rest, labelled
    prompt, answer = asking.split_answer(without_last_link(text))
    return asking.without_label(plain(prompt)), answer, labelled


def _table(block: Block, found: Gathering, topic: str | None) -> None:
    rows = [row for part in block.children for row in part.children]
    heads = [plain(cell.text) for cell in rows[0].children]
    columns = {name: next((n for n, head in enumerate(heads) if p.search(head)), -1) for name, p in _COLUMNS.items()}
    if columns["question"] < 0:
        found.leave(" | ".join(heads), block.begin, NO_COLUMN)
        return
    for row in rows[1:]:
        cells = {n: cell.text for n, cell in enumerate(row.children)}
        asked = cells.get(columns["question"], "")
        prompt = asking.without_label(plain(asked))
        if only_a_link(asked) is not None:
            found.leave("", row.begin, asking.ONLY_A_LINK)
        else:
            own = plain(cells.get(columns["topic"], "")) or topic
            found.take(prompt, row.begin, topic=own, answer=(cells.get(columns["answer"], ""),))
