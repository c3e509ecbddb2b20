"""Words that are spelled nearly alike: a table of words, asked which begin within a few typos of one typed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BUCKETS = 32  # letters are counted in so many kinds; two letters may share one
WHOLE = 6  # from so many letters on, a word that goes on after what was typed is near too


class Spellings:
    """Words kept as a table of letters, so that thousands are compared with one word at once.

    A typo is a letter too many, too few or another one, or two neighbours swapped (Damerau, 1964).

    Parameters
    ----------
    words : sequence of str
    width : int
        How many letters of each are kept; the rest is not compared.

    Examples
    --------
    >>> Spellings(["records", "retention", "reach"]).typos("recrods", most=1)
    array([1, 2, 2], dtype=uint8)
    """

    def __init__(self, words: Sequence[str], *, width: int = 24) -> None:
        padded = "".join(word[:width].ljust(width, "\0") for word in words)
        self._letters = np.frombuffer(padded.encode("utf-32-le"), dtype=np.uint32).reshape(len(words), width)
        self._lengths = (self._letters != 0).sum(axis=1)
        self._counts = np.ascontiguousarray(_counts(self._letters).T)

    def typos(self, typed: str, *, most: int) -> np.ndarray:
        """Count the typos between what was typed and the beginning of each word.

        Parameters
        ----------
        typed : str
        most : int
            More than so many are not counted out.

        Returns
        -------
        numpy.ndarray
            One number for each word, 0 to `most`, and `most` + 1 for every word that is further off.
        """
        typed = typed[: self._letters.shape[1] - most]
        letters = np.frombuffer(typed.encode("utf-32-le"), dtype=np.uint32)
        near = self._may_be_near(letters, most)
        found = np.full(len(self._letters), most + 1, dtype=np.uint8)
        found[near] = _edits(np.ascontiguousarray(self._letters[near].T), letters, most)
        return found

    def _may_be_near(self, typed: np.ndarray, most: int) -> np.ndarray:
        """Give the places of words that have nearly all letters typed, in any order: no typo takes more than one."""
        asked = _counts(typed.reshape(1, -1))[0]
        used = np.flatnonzero(asked)
        missing = sum(np.maximum(asked[kind] - self._counts[kind], 0) for kind in used)
        longest = len(typed) + most if len(typed) < WHOLE else self._letters.shape[1]
        return np.flatnonzero((missing <= most) & (self._lengths <= longest) & (self._lengths >= len(typed) - most))


def _counts(letters: np.ndarray) -> np.ndarray:
    """Count how often a letter of each kind is in each row; kind 0 holds the empty places and is not counted."""
    rows = len(letters)
    kinds = letters % BUCKETS + BUCKETS * np.arange(rows, dtype=np.uint32)[:, None]
    counts = np.bincount(kinds.ravel(), minlength=rows * BUCKETS).reshape(rows, BUCKETS).astype(np.int8)
    counts[:, 0] = 0
    return counts


def _edits(columns: np.ndarray, typed: np.ndarray, most: int) -> np.ndarray:
    """Count the edits that turn `typed` into the beginning of each word; `columns` holds one letter of all in a row.

    The table of Wagner and Fischer (1974) for all words at once, in the band that `most` leaves, with swaps.
    """
    width, words = columns.shape
    far = np.full(words, most + 1, dtype=np.uint8)
    above = {j: np.full(words, j, dtype=np.uint8) for j in range(most + 1)}
    before: dict[int, np.ndarray] = {}
    for i, letter in enumerate(typed, start=1):
        here: dict[int, np.ndarray] = {}
        if i <= most:
            here[0] = np.full(words, i, dtype=np.uint8)
        for j in range(max(1, i - most), min(i + most, width) + 1):
            best = np.minimum(above.get(j, far), here.get(j - 1, far)) + np.uint8(1)
            best = np.minimum(best, above.get(j - 1, far) + (columns[j - 1] != letter))
            if i > 1 and j > 1:
                swapped = (columns[j - 2] == letter) & (columns[j - 1] == typed[i - 2])
                best = np.minimum(best, np.where(swapped, before.get(j - 2, far) + np.uint8(1), far))
            here[j] = best
        before, above = above, here
    return np.minimum(np.minimum.reduce(list(above.values())), far)
