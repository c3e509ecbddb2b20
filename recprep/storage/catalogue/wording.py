"""Whether two wordings are one question, so that its id, and the history that hangs on it, survive an edit. Pure.

A wording that stayed as it is, is the same question, wherever it stands now. Of the rest, two are the same when they
share enough of the words that carry meaning: `LIKELY` of them, or `IN_PLACE` when the question also stands in the
place of the old one. A word may have a slip of the pen in it, and another ending. So "Describe a litigation hold." is
"What is a litigation hold?", and a question on Java is none on Python: what it asks for is another thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

LIKELY = 0.75  # the share of words of meaning, of both wordings together, that both have
IN_PLACE = 0.6
SAME_WORD = 0.75  # the share of letters, in order, that two spellings of one word have in common
MOST_WORDS = 24  # of a wording that are looked at
MOST_PAIRS = 2_500  # of wordings without a partner; when there are more, only those in place are compared

OF_ASKING = """
    a about an and any are as at be been before by can could describe did discuss do does each ever example explain
    for from give had has have how i if in into is it its list may me might most name of on one or our out outline
    please said say share should so some something such tell than that the their them there these they this through
    time to up us walk was we were what when where which while who whom whose why will with would you your
"""  # words by which anything is asked
_WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*[+#]*")
_OF_ASKING = frozenset(OF_ASKING.split())


def same_questions(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Find which of the wordings after an edit are which of those before it.

    Parameters
    ----------
    before, after : sequence of str
        Prompts, each in the order in which they stand.

    Returns
    -------
    dict of int to int
        The place after, to the place before; each at most once. Those not in it are new, or gone.

    Examples
    --------
    >>> same_questions(["Why steel?", "What is a litigation hold?"], ["Describe a litigation hold", "Why wood?"])
    {0: 1}
    """
    places = {prompt: place for place, prompt in reversed(list(enumerate(before)))}
    found = {place: places.pop(prompt) for place, prompt in enumerate(after) if prompt in places}
    matched = set(found.values())
    old = {place: _words(prompt) for place, prompt in enumerate(before) if place not in matched}
    new = {place: _words(prompt) for place, prompt in enumerate(after) if place not in found}
    for _, there, here in sorted(_likely(old, new, found), reverse=True):
        if there in old and here in new:
            found[here] = there
            del old[there], new[here]
    return found


def _likely(
    old: dict[int, list[str]], new: dict[int, list[str]], found: dict[int, int]
) -> Iterator[tuple[float, int, int]]:
    """Yield pairs that may be one question, with how alike; a place kept makes up half of what they lack."""
    few = len(old) * len(new) <= MOST_PAIRS
    for here, words in new.items():
        places = _places(here, found)
        for there in old if few else places & set(old):
            alike = likeness(words, old[there])
            if alike >= (IN_PLACE if there in places else LIKELY):
                yield (1 + alike) / 2 if there in places else alike, there, here


def _places(here: int, found: dict[int, int]) -> set[int]:
    """Give the old places that a place now stands for: the same one, and those beside its neighbours of old."""
    return {here, *(found[near] - near + here for near in (here - 1, here + 1) if near in found)}


def likeness(words: Sequence[str], others: Sequence[str]) -> float:
    """Give the share of two lists of words that both have, 0 to 1.

    Examples
    --------
    >>> likeness(["litigation", "hold"], ["hold", "litigations"])
    1.0
    """
    left, shared = list(others), 0
    for word in words:
        same = word if word in left else next((other for other in left if _is_same_word(word, other)), None)
        if same is not None:
            left.remove(same)
            shared += 1
    return 2 * shared / (len(words) + len(others)) if words or others else 1.0


@lru_cache(maxsize=4096)
def _is_same_word(word: str, other: str) -> bool:
    if word[:1] != other[:1] or min(len(word), len(other)) < 4:
        return False
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= SAME_WORD


def _words(prompt: str) -> list[str]:
    """Give the words of a prompt that carry meaning; all of them when none does."""
    words = _WORD.findall(prompt.casefold())
    return ([word for word in words if word not in _OF_ASKING] or words)[:MOST_WORDS]
