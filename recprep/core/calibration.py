"""How far a person's scores can be trusted: what their scores of exemplars say of their bias, in numbers and in words.

Self-ratings agree only weakly with outside measures (Zell and Krizan, 2014, Perspectives on Psychological Science 9,
111-125: mean r = .29), and better where people expect to be compared with a criterion and are used to rating
themselves (Mabe and West, 1982, Journal of Applied Psychology 67, 280-296): hence sample answers with a reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from recprep.core import normal
from recprep.core.memory import day_of
from recprep.core.models import LEVELS, Rating
from recprep.core.normal import EIGHTY

PERSON_SD = 0.45  # levels: how much people differ in leniency
CRITERION_SD = 0.3  # levels: how much one person's leniency differs between criteria
SCORE_SD = 0.5  # levels: how much one score differs from the next for no reason
HALF_LIFE = 36.0  # exemplars: a score given that many before the last day counts half, since calibrating changes it
SURE_SDS = 2.33
AMOUNTS = ("a quarter of a level", "half a level", "three quarters of a level", "a level")
GRID = np.linspace(-2.5, 2.5, 101)


def tabulate(ratings: Sequence[Rating], criteria: Sequence[str]) -> np.ndarray:
    """Count one rater's scores of exemplars by what the reference says and what was given.

    Parameters
    ----------
    ratings : sequence of Rating
        All by the same rater.
    criteria : sequence of str

    Returns
    -------
    numpy.ndarray
        Shape (criteria, 5, 5): reference level down, given level across. A score counts the less, the more
        exemplars were scored on later days (`HALF_LIFE`); the order within a day does not matter.
    """
    days = np.array([day_of(rating).toordinal() for rating in ratings])
    counts = np.zeros((len(criteria), len(LEVELS), len(LEVELS)))
    for rating, day in zip(ratings, days, strict=True):
        weight = 0.5 ** (int((days > day).sum()) / HALF_LIFE)
        for row, criterion in enumerate(criteria):
            if criterion in rating.levels:
                counts[row, rating.reference[criterion] - 1, rating.levels[criterion] - 1] += weight
    return counts


def bias(counts: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Give how much too high a person scores, on each criterion or on a weighted mean of them.

    Any number of people are measured at once, as leading axes.

    A score is taken as the reference level, plus the person's bias on that criterion, plus noise, rounded
    and kept between 1 and 5; so a reference of 5 scored 5 says only that the bias is not far below zero (an
    ordered probit, McKelvey and Zavoina, 1975, Journal of Mathematical Sociology 4, 103-120). A person's
    biases lie around one leniency of theirs, and leniencies lie around zero, so that few scores move the
    result little (Gelman and Hill, 2007, Data Analysis Using Regression and Multilevel/Hierarchical Models,
    chapter 12).

    Parameters
    ----------
    counts : numpy.ndarray
        Shape (..., criteria, 5, 5), each as `tabulate` gives it. Zeros where nothing was scored.
    weights : numpy.ndarray, optional
        Shape (..., criteria), summing to 1, for a weighted mean; without them, each criterion by itself.

    Returns
    -------
    mean, variance : numpy.ndarray
        In levels and squared levels; shape (..., criteria), or (...) with weights. A mean above 0 is
        lenient. Without any scores the mean is 0.
    """
    log_likelihood = np.einsum("...krg,rgb->...kb", counts, _log_probabilities())
    likelihood = np.exp(log_likelihood - log_likelihood.max(-1, keepdims=True))
    around = _around()
    evidence = likelihood @ around
    first, second = (likelihood * GRID) @ around / evidence, (likelihood * GRID**2) @ around / evidence
    leniency = np.log(evidence).sum(-2) - 0.5 * (GRID / PERSON_SD) ** 2
    leniency = np.exp(leniency - leniency.max(-1, keepdims=True))
    leniency /= leniency.sum(-1, keepdims=True)
    if weights is None:
        inner, spread, leniency = first, second - first**2, leniency[..., None, :]
    else:
        inner = np.einsum("...k,...kb->...b", weights, first)
        spread = np.einsum("...k,...kb->...b", weights**2, second - first**2)
    mean = (leniency * inner).sum(-1)
    return mean, (leniency * (spread + inner**2)).sum(-1) - mean**2


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionBias:
    """How a person scores one criterion.

    Parameters
    ----------
    criterion : str
    ratings : int
        How many exemplars it rests on.
    bias, sd : float
        Levels: how much too high the person scores, and how unsure that is.
    spread : float or None
        Levels: the standard deviation of given minus reference; None below two ratings.
    agreement : float or None
        Quadratic kappa; None where it is not defined.
    """

    criterion: str
    ratings: int
    bias: float
    sd: float
    spread: float | None
    agreement: float | None

    @property
    def low(self) -> float:
        """The lower end of the 80 % interval of the bias, in levels."""
        return self.bias - EIGHTY * self.sd

    @property
    def high(self) -> float:
        """The upper end of the 80 % interval of the bias, in levels."""
        return self.bias + EIGHTY * self.sd

    @property
    def sure(self) -> bool:
        """Whether the bias is further from zero than noise would take it, on any of five criteria looked at together.

        At 2.33 standard deviations, somebody without bias is told of one in about one set in thirty.
        """
        return self.ratings > 0 and abs(self.bias) > SURE_SDS * self.sd


def measure(ratings: Sequence[Rating], criteria: Sequence[str]) -> list[CriterionBias]:
    """Give bias, spread and agreement on each criterion, in the order given.

    Parameters
    ----------
    ratings : sequence of Rating
    criteria : sequence of str

    Returns
    -------
    list of CriterionBias
    """
    own = [rating for rating in ratings if rating.rater == "self"]
    counts = tabulate(own, criteria)
    mean, variance = bias(counts)
    measured = []
    for row, criterion in enumerate(criteria):
        gaps = [r.levels[criterion] - r.reference[criterion] for r in own if criterion in r.levels]
        measured.append(
            CriterionBias(
                criterion=criterion,
                ratings=len(gaps),
                bias=float(mean[row]),
                sd=float(variance[row] ** 0.5),
                spread=float(np.std(gaps, ddof=1)) if len(gaps) > 1 else None,
                agreement=quadratic_kappa(counts[row]),
            )
        )
    return measured


def in_words(measured: Sequence[CriterionBias], names: Mapping[str, str]) -> str:
    """Say in one sentence what the bias is, and where it cannot be told from noise.

    Parameters
    ----------
    measured : sequence of CriterionBias
        As `measure` gives it.
    names : mapping of str to str
        The criteria's names, as a person reads them.

    Examples
    --------
    >>> rows = [("accuracy", 0.1), ("evidence", 0.5)]
    >>> more = {"ratings": 9, "sd": 0.2, "spread": 0.6, "agreement": 0.8}
    >>> measured = [CriterionBias(criterion=name, bias=bias, **more) for name, bias in rows]
    >>> in_words(measured, {"accuracy": "Accuracy", "evidence": "Evidence"})
    'You score Evidence about half a level high; the rest is within noise.'
    """
    if not any(row.ratings for row in measured):
        return "You have not scored a sample answer yet, so nobody knows how strictly you score."
    scored = [row for row in measured if row.ratings]
    sure = sorted((row for row in scored if row.sure), key=lambda row: -abs(row.bias))
    if not sure:
        return "Nothing in your scores is further from the reference than noise would be."
    by_amount: dict[str, list[str]] = {}
    for row in sure:
        by_amount.setdefault(f"{about(row.bias)} {'high' if row.bias > 0 else 'low'}", []).append(names[row.criterion])
    told = [f"{_listed(same)} {amount}" for amount, same in by_amount.items()]
    rest = [] if len(sure) == len(scored) else ["the rest is within noise"]
    return f"You score {'; '.join([*told, *rest])}."


def gap_in_words(given: int, reference: int) -> str:
    """Say how far a score is from its reference.

    Examples
    --------
    >>> gap_in_words(4, 2)
    'two levels high'
    """
    if given == reference:
        return "the same"
    far = ("one level", "two levels", "three levels", "four levels")[abs(given - reference) - 1]
    return f"{far} {'high' if given > reference else 'low'}"


def about(levels: float) -> str:
    """Say roughly how many levels, whatever the sign.

    Examples
    --------
    >>> about(-0.52), about(1.4)
    ('about half a level', 'more than a level')
    """
    quarters = max(1, round(abs(levels) * 4))
    return f"about {AMOUNTS[quarters - 1]}" if quarters <= len(AMOUNTS) else "more than a level"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def quadratic_kappa(counts: np.ndarray) -> float | None:
    """Give the agreement of two scorings beyond chance, with quadratic weights.

    Cohen (1968), Psychological Bulletin 70, 213-220: 1 is full agreement, 0 what chance would give.

    Parameters
    ----------
    counts : numpy.ndarray
        Shape (5, 5), as `tabulate` gives it, of one criterion or summed over several.

    Returns
    -------
    float or None
        None when it is not defined: no scores, or the same level always and by both.
    """
    total = counts.sum()
    apart = np.subtract.outer(np.arange(len(LEVELS)), np.arange(len(LEVELS))) ** 2
    by_chance = (np.outer(counts.sum(1), counts.sum(0)) * apart).sum()
    return None if by_chance == 0 else float(1 - total * (counts * apart).sum() / by_chance)


@cache
def _log_probabilities() -> np.ndarray:
    """Give the log probability of each given level, by reference level and bias: shape (5, 5, grid)."""
    below = np.array(
        [[[normal.below((level + 0.5 - r - b) / SCORE_SD) for b in GRID] for level in LEVELS] for r in LEVELS]
    )
    below[:, -1] = 1
    return np.log(np.clip(np.diff(below, axis=1, prepend=0), 1e-9, 1))


@cache
def _around() -> np.ndarray:
    """Give the probability of a criterion's bias (down) by the person's leniency (across), on the grid."""
    weights = np.exp(-0.5 * (np.subtract.outer(GRID, GRID) / CRITERION_SD) ** 2)
    return weights / weights.sum(0)
