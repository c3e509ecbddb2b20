"""From the Markdown of a line to plain text: no emphasis, links or escapes, nothing unseen, one line.

Code keeps its backticks, so that `__init__` and `*args` mean the same wherever the text is shown.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

MOST_READ = 1500  # characters of one line: no question is longer, and each rule below is linear in it

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TO = r"\(\s*<?(?P<to>[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)?)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)"
_IMAGE = re.compile(rf"!\[[^\[\]]*\](?:{_TO}|\[[^\[\]]*\])")
_LINK = re.compile(rf"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:{_TO}|\[[^\[\]]*\])")
_BARE_LINK = re.compile(r"\s*\[[^\[\]]*\]\((?P<to>[^()\s<>]*)\)\s*")
_ANCHOR = re.compile(r"<a\s[^<>]*?href=[\"']?(?P<to>[^\"'\s<>]*)[^<>]*>([^<]*)</a\s*>", re.IGNORECASE)
_ADDRESS = re.compile(r"<?(?P<to>\b(?:https?://|mailto:)[^\s<>\"']+)>?")
_MARKUP = re.compile(r"<(b|strong|i|em|u|s|mark|sup|sub|span|small|font)(?:\s[^<>]*)?>([^<]*)</\1>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|\\$", re.IGNORECASE)
_STARS = re.compile(r"(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1")
_LINES = re.compile(r"(?<!\w)(?!__[a-z0-9]+__(?!\w))(_{1,3})(?=[^\s_])([^_]*[^\s_])\1(?!\w)")
_STRUCK = re.compile(r"~~(?=\S)([^~]*[^\s~])~~")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_JOINERS = "\u200c\u200d"  # they shape letters and emoji
_KEPT = 0xF0000  # where escaped characters and code wait, in a private plane
_KEEP = {ord(character): _KEPT + ord(character) for character in map(chr, range(33, 127))}
_BACK = {there: here for here, there in _KEEP.items()}


def plain(markdown: str) -> str:
    r"""Give a line of Markdown as plain text.

    Parameters
    ----------
    markdown : str

    Returns
    -------
    str
        On one line, with single spaces.

    Examples
    --------
    >>> plain(r"  **What** is a [*closure*](https://example.org) in C\#? ")
    'What is a closure in C#?'
    >>> plain("Why `*args` &amp; not a list?")
    'Why `*args` & not a list?'
    """
    text = markdown.strip()[:MOST_READ]
    if is_plain(text):
        return text.rstrip()
    text = _seen(text)
    if _marked(text):
        text = _seen(_without_marks(text))
    return " ".join(text.split())


def is_plain(text: str) -> bool:
    """Whether a line is plain text already, as nearly every line is; so this is quick."""
    return (
        text.isprintable()
        and "  " not in text
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
        and not _marked(text)
    )


def only_a_link(markdown: str) -> str | None:
    """Give the address when a line is nothing but a link or a picture, however it is dressed; otherwise None.

    Examples
    --------
    >>> only_a_link("**[More of these](https://example.org/more)**")
    'https://example.org/more'
    >>> only_a_link("What is a [closure](https://example.org)?")
    """
    if "](" not in markdown and "://" not in markdown and "][" not in markdown and "<" not in markdown:
        return None
    if found := _BARE_LINK.fullmatch(markdown):
        return found["to"]
    rest, addresses = markdown[:MOST_READ], []
    for shape in (_IMAGE, _LINK, _ANCHOR, _ADDRESS):
        addresses += [found["to"] or "" for found in shape.finditer(rest)]
        rest = shape.sub("", rest)
    rest = _ENTITY.sub("", _MARKUP.sub(r"\2", rest))
    return addresses[-1] if addresses and not any(character.isalnum() for character in rest) else None


def without_last_link(markdown: str) -> str:
    """Take a link from the end of a line when a whole sentence stands before it.

    Examples
    --------
    >>> without_last_link("Why? [Answer it here](https://example.org)"), without_last_link("What is [this](x)")
    ('Why? ', 'What is [this](x)')
    """
    if "](" not in markdown:
        return markdown
    links = list(_LINK.finditer(markdown[:MOST_READ]))
    if not links or any(character.isalnum() for character in markdown[links[-1].end() :]):
        return markdown
    before = markdown[: links[-1].start()]
    return before if re.search(r"[.?!][^\w.?!]*$", before) else markdown


def shortened(text: str, most: int) -> str:
    """Give a text of at most `most` characters, cut at the end of a word.

    Examples
    --------
    >>> shortened("a long description", 10)
    'a long …'
    """
    if len(text) <= most:
        return text
    words = text[: most - 1].rsplit(None, 1)  # none, of a text that begins with so much white space
    return " ".join([*words[:1], "…"])


def _marked(text: str) -> bool:
    """Whether a text may hold markup."""
    return (
        "*" in text
        or "_" in text
        or "`" in text
        or "[" in text
        or "<" in text
        or "&" in text
        or "\\" in text
        or "~" in text
    )


def _seen(text: str) -> str:
    """Leave out what nobody sees or types: control and direction marks, half characters, private ones."""
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    return "\ufffd" if category == "Cs" else "" if category in ("Cc", "Cf", "Co") else character


def _without_marks(text: str) -> str:
    text = _ESCAPE.sub(lambda found: chr(_KEPT + ord(found[1])), text)
    text = _CODE.sub(lambda found: found[0].translate(_KEEP), text)
    text = _ANCHOR.sub(r"\2", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    text = _MARKUP.sub(r"\2", _BREAK.sub(" ", text))
    for mark in (_STARS, _STARS, _LINES, _LINES, _STRUCK):
        text = mark.sub(lambda found: found[found.lastindex], text)
    text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    return text.translate(_BACK)
