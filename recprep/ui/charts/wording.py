"""How levels are said: in numbers, or in the words of the bands. The one place that asks which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from recprep.core.estimates import SURE
from recprep.core.models import Rubric
from recprep.core.rubric import band_at
from recprep.ui.charts.canvas import Chart, Figure

if TYPE_CHECKING:
    import pandas as pd

LIKELY = 2 / 3  # probability from which on a thing is "likely" (Mastrandrea and others, 2010, IPCC guidance note)
COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Either = TypeVar("Either")


@dataclass(frozen=True)
class Wording:
    """Numbers, or words for a person whom numbers make anxious; what is kept is the same.

    Parameters
    ----------
    rubric : Rubric
        Its bands are the words for levels.
    words_only : bool

    Examples
    --------
    >>> from recprep.storage.library import load_bank
    >>> rubric = load_bank().rubric
    >>> Wording(rubric).level(3.26), Wording(rubric, words_only=True).level(3.26)
    ('3.3', 'practise')
    """

    rubric: Rubric
    words_only: bool = False

    def pick(self, *, numbers: Either, words: Either) -> Either:
        """Give what fits the wish of the person."""
        return words if self.words_only else numbers

    def level(self, level: float) -> str:
        """Give a level, 1 to 5: its number with one decimal, or the word for it."""
        return self.pick(numbers=f"{level:.1f}", words=self.band(level))

    def band(self, level: float) -> str:
        """Give the word for a level."""
        return band_at(self.rubric, level).id

    def chart(
        self,
        title: str,
        sentence: str,
        *,
        words: Mapping[str, Sequence],
        numbers: Mapping[str, Sequence],
        draw: Callable[[], Figure] | None,
    ) -> Chart:
        """Give a chart of levels: with its figure and all numbers, or with a table of words.

        Parameters
        ----------
        title, sentence : str
        words, numbers : mapping of str to sequence
            The columns of either table.
        draw : callable, optional
            Gives the figure; None when there is too little to draw.
        """
        import pandas as pd

        figure = draw() if draw and not self.words_only else None
        table: pd.DataFrame = pd.DataFrame(self.pick(numbers=numbers, words=words))
        return Chart(title, sentence, table, figure)


def how_sure(below: float) -> str:
    """Say where a level lies, when it is below its target with this probability.

    Examples
    --------
    >>> [how_sure(below) for below in (0.95, 0.7, 0.5, 0.2, 0.05)]
    ['surely below', 'likely below', 'cannot be told yet', 'likely at or above', 'at or above']
    """
    if below >= SURE:
        return "surely below"
    if below >= LIKELY:
        return "likely below"
    if below > 1 - LIKELY:
        return "cannot be told yet"
    return "at or above" if below <= 1 - SURE else "likely at or above"


def change(before: str, after: str) -> str:
    """Give two bands, one after the other.

    Examples
    --------
    >>> change("practise", "nearly"), change("nearly", "nearly")
    ('practise, then nearly', 'still nearly')
    """
    return f"still {after}" if before == after else f"{before}, then {after}"


def count_in_words(count: int) -> str:
    """Give a count as a word, as far as that is short."""
    return COUNTS[count] if count < len(COUNTS) else str(count)


def naming(groups: Mapping[str, Iterable[str]]) -> str:
    """Name what is in each group, one line a group; empty ones are left out.

    Examples
    --------
    >>> naming({"Surely below target": ["Storage", "Compliance, holds and privacy"], "Likely below": []})
    'Surely below target: Storage; Compliance, holds and privacy.'
    """
    return "\n".join(f"{group}: {'; '.join(names)}." for group, names in groups.items() if names)
