"""The normal distribution, as far as the workbook needs it."""

from __future__ import annotations

from math import erf, sqrt

EIGHTY = 1.2815515655446004  # an 80 % interval reaches this many standard deviations to each side


def below(z: float) -> float:
    """Give the probability of a value below `z` standard deviations.

    Examples
    --------
    >>> round(below(EIGHTY), 3)
    0.9
    """
    return (1 + erf(z / sqrt(2))) / 2
