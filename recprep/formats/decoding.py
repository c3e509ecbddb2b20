"""From the bytes of a file to its text, whatever the encoding; what is no text is said to be none."""

from __future__ import annotations

import codecs
from typing import NamedTuple

MOST_BYTES = 2_000_000
TOO_LARGE = "it is larger than {} MB, and no list of questions is"
EMPTY = "it is empty"
NO_TEXT = "it is not a text file"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins the same way
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_MARK = tuple(mark for mark, _ in _MARKS)
_NEVER_TYPED = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


class Decoded(NamedTuple):
    """The text of a file with one sort of line end, or None and why; a note when something was guessed."""

    text: str | None
    why: str = ""
    note: str = ""


def decode(content: str | bytes) -> Decoded:
    r"""Give the text of a file.

    A byte order mark decides; without one it is UTF-8 and, when that cannot be, Windows-1252.

    Parameters
    ----------
    content : str or bytes

    Returns
    -------
    Decoded

    Examples
    --------
    >>> decode("caf\u00e9".encode("cp1252"))
    Decoded(text='café', why='', note='it is not UTF-8, so it was read as Windows-1252: look at its accents')
    """
    if len(content) > MOST_BYTES:
        return Decoded(None, TOO_LARGE.format(MOST_BYTES // 1_000_000))
    decoded = Decoded(content.removeprefix("\ufeff")) if isinstance(content, str) else _decoded(content)
    text = decoded.text
    if text is None:
        return decoded
    if not text or text.isspace():
        return Decoded(None, EMPTY)
    return decoded if "\r" not in text else decoded._replace(text=text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(content: bytes) -> Decoded:
    if content.startswith(_ANY_MARK):
        mark, encoding = next(one for one in _MARKS if content.startswith(one[0]))
        return Decoded(content[len(mark) :].decode(encoding, "replace"))
    if b"\0" in content:
        return Decoded(None, NO_TEXT)
    try:
        return Decoded(content.decode())
    except UnicodeDecodeError:
        return _not_utf8(content)


def _not_utf8(content: bytes) -> Decoded:
    """Decide between UTF-8 with a few broken letters, Windows-1252, and a file that is no text."""
    if len(content.translate(None, _NEVER_TYPED)) < len(content):
        return Decoded(None, NO_TEXT)
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken < sum(character > "\x7f" for character in text) - broken:
        return Decoded(text, note=f"{broken} of its characters could not be read and show as \ufffd")
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return Decoded(None, NO_TEXT)
    return Decoded(text, note="it is not UTF-8, so it was read as Windows-1252: look at its accents")
