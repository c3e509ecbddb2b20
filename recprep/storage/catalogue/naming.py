"""The ids of imported roles and questions: readable words, and a few digits that make them unique. Pure.

They depend on nothing but what is named, so the same import gives the same ids on every machine and in any order.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterator
from itertools import chain, count, islice

MOST_OF_A_NAME, MOST_OF_A_SOURCE_ID = 48, 31  # letters: a role's id has at most 80
MOST_OF_A_PROMPT = 40
DIGITS = 6  # hexadecimal

_WORDS = re.compile(r"[a-z0-9]+")
_SPOKEN = str.maketrans(
    {
        "#": " sharp ", "+": " plus ", "&": " and ", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d",
        "ð": "d", "þ": "th", "ı": "i", "'": "", "’": "",
    }
)  # fmt: skip


def role_id(
    name: str, *, place: str, source_id: str | None = None, origin: str = "", taken: Container[str] = ()
) -> str:
    """Give a new role its id: its name, and the id that its author keeps, or digits made of its place.

    Parameters
    ----------
    name : str
    place : str
        The file, as seen from where the import began.
    source_id : str, optional
        The author's own id.
    origin : str
        The whole path; it tells apart roles of one name and one place in different folders.
    taken : container of str
        Ids that other roles have.

    Returns
    -------
    str

    Examples
    --------
    >>> role_id("C# Developer", place="a/b.md", source_id="18_3_1"), role_id("C# Developer", place="a/b.md")
    ('c-sharp-developer-18-3-1', 'c-sharp-developer-5a05f1')
    """
    words, own = slug(name, MOST_OF_A_NAME) or "role", slug(source_id or "", MOST_OF_A_SOURCE_ID)
    endings = chain([own] if own else [], islice(_digits(place), 1), _digits(origin))
    return next(made for ending in endings if (made := f"{words}-{ending}") not in taken)


def question_id(prompt: str, *, taken: Container[str] = ()) -> str:
    """Give a new question its id: its first words, and digits made of all of them.

    Examples
    --------
    >>> question_id("How do you tell a good valve from a bad one?")
    'how-do-you-tell-a-good-valve-from-a-bad-9f84e5'
    """
    words = slug(prompt, MOST_OF_A_PROMPT) or "question"
    return next(made for ending in _digits(prompt) if (made := f"{words}-{ending}") not in taken)


def slug(text: str, most: int) -> str:
    """Give the words of a text in plain small letters, joined by hyphens: as many as fit.

    Examples
    --------
    >>> slug("Maître d'Hôtel (Łódź)", 40), slug("Senior Radiographer", 10), slug("護士", 10)
    ('maitre-dhotel-lodz', 'senior', '')
    """
    spoken = text[: 2 * most].lower().translate(_SPOKEN)
    if not spoken.isascii():
        spoken = unicodedata.normalize("NFKD", spoken).encode("ascii", "ignore").decode()
    joined = "-".join(_WORDS.findall(spoken))
    whole = joined.rfind("-", 0, most + 1) if len(joined) > most else -1
    return joined[: whole if whole > 0 else most]


def _digits(text: str) -> Iterator[str]:
    """Yield digits made of a text: few, then more, then a count, for the case that another has the same."""
    digits = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    yield from (digits[:DIGITS], digits[: 2 * DIGITS])
    yield from (f"{digits[:DIGITS]}-{number}" for number in count(2))
