"""Text that is safe to show: Markdown in, HTML out that holds text markup and links, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
SCHEMES = {"http", "https", "mailto"}
TAGS = {"p", "br", "em", "strong", "code", "blockquote", "ul", "ol", "li", "a"}


@lru_cache(maxsize=4096)  # the same guide is drawn at every step of a question
def render(text: str) -> str:
    r"""Render untrusted Markdown as safe HTML.

    Raw HTML is shown as text; images, styles, ids and classes are dropped; links may be http, https or
    mailto, with their whole address, and open in a tab of their own.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> render("**Hold** first <script>alert(1)</script>")
    '<p><strong>Hold</strong> first &lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    """
    import nh3

    return nh3.clean(
        _markdown().render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_whole_address,
        url_schemes=SCHEMES,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer",
    )


def _whole_address(_tag: str, attribute: str, value: str) -> str | None:
    """Leave out an address that leads to another place from each page that shows it."""
    return value if attribute != "href" or value.partition(":")[0].lower() in SCHEMES else None


def inline(text: str) -> str:
    """Render untrusted Markdown that is no more than a line, without the paragraph around it."""
    return render(" ".join(text.split())).strip().removeprefix("<p>").removesuffix("</p>")


def paragraphs(text: str) -> str:
    """Show what a person wrote as it is, a paragraph for each block of lines."""
    blocks = (block.strip() for block in text.split("\n\n"))
    return "".join(f"<p>{plain(block).replace(chr(10), '<br>')}</p>" for block in blocks if block)


def plain(text: object) -> str:
    """Show text as it is, escaped for HTML."""
    return escape(str(text))


def listed(items: list[str]) -> str:
    """Give an unordered list of items that are safe HTML already."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def counted(number: int, thing: str) -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "answer"), counted(2000, "answer")
    ('1 answer', '2,000 answers')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def sized(number: int) -> str:
    """Give a number of bytes for people.

    Examples
    --------
    >>> sized(700), sized(1_250_000)
    ('700 bytes', '1.2 MB')
    """
    for unit, name in UNITS:
        if number >= unit:
            return f"{number / unit:,.1f} {name}"
    return counted(number, "byte")


def printable(text: object) -> str:
    """Give a text in which a file name that is no text does no harm."""
    return str(text).encode(errors="replace").decode()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table of cells that are safe HTML already; the first cell of each row heads it."""
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table>"


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "html_inline"])
