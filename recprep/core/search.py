"""Search as one types: words are found by their beginning, inside, and through a typo or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable
from functools import lru_cache

import numpy as np

from recprep.core.spelling import Spellings

INSIDE = 3  # letters that a typed word needs to be found inside another
JOINED = 6  # letters that it needs to be found across the gaps between words
ONE_TYPO, TWO_TYPOS = 4, 8  # letters from which a typed word may have so many typos
WIDTH = 64  # letters up to which a whole name is compared for typos

# How well a typed word meets a word of the name; a further text is worth one less of each.
SAME, BEGINS, WITHIN, NEAR = 8, 6, 4, 2
WHOLE_NAME, NAME_BEGINS = 20, 10
SURE = WITHIN - 1  # from this score on, nothing had to be read as a typo

_PIECE = re.compile(r"[^\W_]+")
_DROPPED = "'`"
_ASCII = str.maketrans(
    dict.fromkeys(_DROPPED) | {c: " " for c in map(chr, range(128)) if not c.isalnum() and c not in _DROPPED}
)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
    | dict.fromkeys("'’‘ʼ`´")
)


def fold(text: str) -> str:
    """Give text as it is compared: case, accents, punctuation, brackets and slashes make no difference.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Words with a space between them.

    Examples
    --------
    >>> fold("Café (R&D) / Manager's  Assistant"), fold("C# Développeur")
    ('cafe r and d managers assistant', 'c developpeur')
    """
    text = text.casefold().replace("&", " and ")
    return " ".join(text.translate(_ASCII).split() if text.isascii() else _PIECE.findall(_without_accents(text)))


class Index:
    """Names, with further texts each, made ready for searching.

    Parameters
    ----------
    items : iterable of tuple
        `(key, name, *further texts)`. What the further texts say is found too, after what the names say.

    Examples
    --------
    >>> roles = Index([(1, "Records Coordinator", "Office"), (2, "Nurse (ICU)", "Health"), (3, "Coördinator")])
    >>> [key for key, score in roles.find("cordinator")], roles.find("nurse icu"), roles.find("health nurs")
    ([1, 3], [(2, 28)], [(2, 6)])
    """

    def __init__(self, items: Iterable[tuple]) -> None:
        self._keys: list[Hashable] = []
        self._names: list[str] = []
        number: dict[str, int] = {"": 0}
        name_words, further_words = _Words(number), _Words(number)
        for key, name, *further in items:
            self._keys.append(key)
            self._names.append(_joined(fold(name)))
            name_words.add([name])
            further_words.add(further)
        self._words = list(number)
        self._in_name, self._in_further = name_words.settle(), further_words.settle()
        self._text, self._starts = _strung(self._words)
        self._all_names, self._name_starts = _strung(self._names)
        self._spellings: tuple[Spellings, Spellings, np.ndarray] | None = None
        self._meets = lru_cache(maxsize=64)(self._met_by)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, text: str, most: int | None = 50) -> list[tuple[Hashable, int]]:
        """Find what has every word of a text.

        Parameters
        ----------
        text : str
            Without a word in it, everything is found.
        most : int, optional
            Give no more than so many; None gives all.

        Returns
        -------
        list of (key, score)
            The best first: whole names, names that begin so, then the rest; what is equally good stays in order. The
            weakest word decides. Below `SURE`, a word was read as a typo of another.
        """
        words = _asked(text)
        if not words:
            return [(key, 0) for key in self._keys[:most]]
        scores = np.minimum.reduce([self._meets(word) for word in set(words)])
        whole = "".join(words)
        scores = np.maximum(scores, self._in_a_row(whole) if len(words) > 1 else 0)
        scores = np.maximum(scores, self._nearly(whole))
        return self._ranked(self._named(whole, scores), most)

    def _named(self, whole: str, scores: np.ndarray) -> np.ndarray:
        """Put the names that are the whole text, or begin with it, before all others."""
        scores = scores.astype(np.int16)
        for place in self._name_places(f"\n{whole}"):
            scores[place] += WHOLE_NAME if self._names[place] == whole else NAME_BEGINS
        return scores

    def _ranked(self, scores: np.ndarray, most: int | None) -> list[tuple[Hashable, int]]:
        found = np.flatnonzero(scores)
        order = found[np.argsort(-scores[found], kind="stable")][:most]
        return [(self._keys[place], int(scores[place])) for place in order]

    def _met_by(self, word: str) -> np.ndarray:
        """Score how well each item meets one typed word."""
        by_word = self._score_words(word)
        lower = np.where(by_word > 0, by_word - 1, 0).astype(np.uint8)
        scores = np.maximum(_best(by_word, self._in_name), _best(lower, self._in_further))
        return np.maximum(scores, self._in_a_row(word)) if len(word) >= JOINED else scores

    def _score_words(self, word: str) -> np.ndarray:
        """Score how well each word that occurs meets a typed one."""
        scores = np.zeros(len(self._words), dtype=np.uint8)
        if typos := _typos_allowed(word):
            scores[self._spelled()[0].typos(word, most=typos) <= typos] = NEAR
        inside = len(word) >= INSIDE or not word.isascii()
        for place in _places(self._text, self._starts, word if inside else f"\n{word}"):
            begins = self._words[place].startswith(word)
            scores[place] = max(scores[place], BEGINS if begins else WITHIN)
            if self._words[place] == word:
                scores[place] = SAME
        return scores

    def _in_a_row(self, letters: str) -> np.ndarray:
        """Score the names that have these letters in a row, whatever gaps there are between words."""
        scores = np.zeros(len(self._keys), dtype=np.uint8)
        scores[self._name_places(letters)] = WITHIN
        return scores

    def _nearly(self, letters: str) -> np.ndarray:
        """Score the names that begin nearly so, gaps left out: a typo may stand in a word of two letters."""
        scores = np.zeros(len(self._keys), dtype=np.uint8)
        if typos := _typos_allowed(letters):
            _, names, places = self._spelled()
            scores[places[names.typos(letters, most=typos) <= typos]] = NEAR
        return scores

    def _name_places(self, letters: str) -> list[int]:
        return _places(self._all_names, self._name_starts, letters)

    def _spelled(self) -> tuple[Spellings, Spellings, np.ndarray]:
        """Give the spellings of words, those of whole names, and where these stand; made when first wanted."""
        if self._spellings is None:
            short = [place for place, name in enumerate(self._names) if len(name) <= WIDTH]
            names = Spellings([self._names[place] for place in short], width=WIDTH)
            self._spellings = (Spellings(self._words), names, np.array(short, dtype=np.int64))
        return self._spellings


class _Words:
    """The words of each item as numbers, one row after the other."""

    def __init__(self, number: dict[str, int]) -> None:
        self._number, self._found, self._starts = number, [], []

    def add(self, texts: Iterable[str]) -> None:
        number = self._number
        self._starts.append(len(self._found))
        self._found.append(0)  # no row is empty
        for text in texts:
            self._found += [number.setdefault(word, len(number)) for word in _words(text or "")]

    def settle(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self._found, dtype=np.int32), np.array(self._starts, dtype=np.int64)


def _without_accents(text: str) -> str:
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.casefold().translate(_LETTERS)


def _words(text: str) -> list[str]:
    """Give the words of a text, and those of one piece once more in one: of "e-mail", "email" too."""
    pieces = [_joined(fold(piece)) for piece in text.split() if not piece.isalnum()]
    return [*fold(text).split(), *pieces]


def _asked(text: str) -> list[str]:
    """Give the words typed; "and" counts only when it is all there is, since a name may have "&"."""
    words = fold(text).split()
    return [word for word in words if word != "and"] or words


def _joined(folded: str) -> str:
    return "".join(word for word in folded.split() if word != "and")


def _typos_allowed(word: str) -> int:
    return 2 if len(word) >= TWO_TYPOS else 1 if len(word) >= ONE_TYPO else 0


def _best(by_word: np.ndarray, rows: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Give for each item the best score that one of its words has."""
    words, starts = rows
    return np.maximum.reduceat(by_word[words], starts) if len(starts) else np.zeros(0, dtype=np.uint8)


def _strung(words: list[str]) -> tuple[str, np.ndarray]:
    """String words together, and give where each begins, so that one search goes through all."""
    starts = np.cumsum([1, *(len(word) + 1 for word in words)])
    return "\n" + "\n".join(words), starts[:-1]


def _places(text: str, starts: np.ndarray, letters: str) -> list[int]:
    """Give the places of the words that have these letters."""
    found = [match.start() for match in re.finditer(re.escape(letters), text)]
    places = np.searchsorted(starts, np.array(found, dtype=np.int64) + letters.startswith("\n"), side="right") - 1
    return list(dict.fromkeys(places.tolist()))
