"""The blocks of a Markdown file as a small tree with their lines; the text inside a block stays as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_KINDS = {
    "heading": "heading",
    "paragraph": "paragraph",
    "bullet_list": "list",
    "ordered_list": "list",
    "list_item": "item",
    "blockquote": "quote",
    "table": "table",
    "thead": "head",
    "tbody": "body",
    "tr": "row",
    "th": "cell",
    "td": "cell",
}


class Block(NamedTuple):
    """A heading, paragraph, list, item, quote, table, head, body, row, cell, html, rule or something else.

    `begin` and `end` are lines from 0, the end not included. `level` is that of a heading.
    """

    kind: str
    begin: int
    end: int
    text: str
    level: int
    children: tuple[Block, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """Give the blocks of a Markdown text. Lists and quotes nested deeper than twenty are not looked into."""
    return tuple(_siblings(iter(_parser().parse(text))))


def _siblings(tokens: Iterator[Token]) -> Iterator[Block]:
    for token in tokens:
        if token.nesting == -1:
            return
        begin, end = token.map or (0, 0)
        if token.nesting == 1:
            kind = _KINDS.get(token.type.removesuffix("_open"), "other")
            children = tuple(_siblings(tokens))
            text = children[0].text if children and children[0].kind == "text" else ""
            yield Block(kind, begin, end, text, _level(token), () if text else children)
        elif token.type == "inline":
            yield Block("text", begin, end, token.content, 0, ())
        else:
            kind = {"html_block": "html", "hr": "rule"}.get(token.type, "other")
            yield Block(kind, begin, end, token.content, 0, ())


def _level(token: Token) -> int:
    return int(token.tag[1]) if token.type == "heading_open" else 0


@cache
def _parser() -> MarkdownIt:
    """Give a parser that stops before the text inside blocks, where time could run away on hostile files."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
