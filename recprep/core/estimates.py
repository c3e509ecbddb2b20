"""The level behind the answers: a small linear model with a known answer, for any number of people at once.

An answer's level, as the person scored it, is taken to be

    own level + competency + kind + learning x answers given before + noise

where *own level* includes the person's bias. Every part but the noise has a normal prior, so the posterior is
normal too and exact (Lindley and Smith, 1972, Bayes estimates for the linear model, Journal of the Royal
Statistical Society B 34, 1-41). Few answers in a competency are thereby shrunk towards the person's own level.

It is blind to what the model leaves out: learning is a straight line, noise is the same for everybody, and a
question met twice counts as two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recprep.core import normal
from recprep.core.models import Competency
from recprep.core.normal import EIGHTY
from recprep.core.sums import Sums

MIDDLE = 3.0  # the level that people have on average
PERSON_SD = 0.5  # levels: how much people differ
COMPETENCY_SD = 0.6  # levels: how much one person's competencies differ
KIND_SD = 0.15  # levels: how much one person's kinds of question differ
LEARNING, LEARNING_SD = 0.01, 0.015  # levels per answer
ANSWER_SD = 0.63  # levels: one answer beside another: its question, the day, and how it was scored
SCALE_ANSWERS = 10.0  # answers: how strongly the constants above are believed
ENOUGH = 3  # answers in a competency; with fewer, an estimate says more about the others than about this one
SURE = 0.9  # probability from which on a thing is said without "likely"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is known of the level in one competency.

    Parameters
    ----------
    competency : str
    answers : int
        How many answers it rests on.
    level, sd : float
        Levels: the estimate, corrected for the person's bias and kept within 1 and 5, and its standard deviation.
    raw : float
        The same estimate on the person's own scale: as if every score were right.
    target, weight : int
        Those of the competency.
    """

    competency: str
    answers: int
    level: float
    sd: float
    raw: float
    target: int
    weight: int

    @property
    def low(self) -> float:
        """The lower end of the 80 % interval, 1 to 5."""
        return max(1.0, self.level - EIGHTY * self.sd)

    @property
    def high(self) -> float:
        """The upper end of the 80 % interval, 1 to 5."""
        return min(5.0, self.level + EIGHTY * self.sd)

    @property
    def below(self) -> float:
        """The probability, 0 to 1, that the true level is below the target."""
        return normal.below((self.target - self.level) / self.sd)

    @property
    def weakness(self) -> float:
        """`below` times the weight of the competency: how much it matters for what comes next."""
        return self.below * self.weight

    @property
    def enough(self) -> bool:
        """Whether there are answers enough to speak of this competency by itself."""
        return self.answers >= ENOUGH


def estimate(
    sums: Sums,
    competencies: Sequence[Competency],
    *,
    now: float,
    bias: float | np.ndarray = 0.0,
    bias_variance: float | np.ndarray = 0.0,
) -> dict[str, Estimate]:
    """Estimate one person's level in each competency.

    Parameters
    ----------
    sums : Sums
        Arrays of shape (competencies, kinds), in the order of `competencies`.
    competencies : sequence of Competency
    now, bias, bias_variance
        As `levels` takes them.

    Returns
    -------
    dict of str to Estimate
        By competency, in the order given.
    """
    level, variance = levels(sums, now=now, bias=bias, bias_variance=bias_variance)
    raw, _ = levels(sums, now=now)
    rows = zip(competencies, sums.answers.sum(-1), level, np.sqrt(variance), raw, strict=True)
    return {
        area.id: Estimate(
            competency=area.id,
            answers=int(answers),
            level=float(mean),
            sd=float(sd),
            raw=float(own),
            target=area.target,
            weight=area.weight,
        )
        for area, answers, mean, sd, own in rows
    }


def levels(
    sums: Sums, *, now: float | np.ndarray, bias: float | np.ndarray = 0.0, bias_variance: float | np.ndarray = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Give the level in each competency, with its variance.

    Parameters
    ----------
    sums : Sums
    now : float or array
        How many answers were given so far: the level is that of the next one.
    bias, bias_variance : float or array
        How much too high the person scores, in levels, and how unsure that is, as
        `recprep.core.calibration.bias` gives it. With zeros, the level is on the person's own scale.

    Returns
    -------
    mean, variance : numpy.ndarray
        Shape (..., competencies); the mean is kept within 1 and 5.
    """
    bias, bias_variance, now = (np.asarray(value, float)[..., None] for value in (bias, bias_variance, now))
    own_variance = PERSON_SD**2 + bias_variance
    precision, moment = _data(sums)
    prior = _prior(sums, own_variance)
    precision = precision + prior[..., None] * np.eye(prior.shape[-1])
    moment[..., 0] += prior[..., 0] * (MIDDLE + bias[..., 0])
    moment[..., 1] += LEARNING / LEARNING_SD**2
    covariance = np.linalg.inv(precision)
    centre = np.einsum("...ij,...j->...i", covariance, moment)
    scale = _scale(sums, prior, bias[..., 0], np.einsum("...i,...i->...", centre, moment))
    share = bias_variance / own_variance
    rows = _rows(sums, now, 1 - share)
    mean = np.einsum("...ci,...i->...c", rows, centre) - bias + share * (MIDDLE + bias)
    variance = np.einsum("...ci,...ij,...cj->...c", rows, covariance, rows) + share * PERSON_SD**2
    return np.clip(mean, 1, 5), variance * scale[..., None]


def _scale(sums: Sums, prior: np.ndarray, bias: np.ndarray, explained: np.ndarray) -> np.ndarray:
    """Give how much wider than assumed the answers scatter, as a factor of variance.

    The reciprocal of the posterior mean of a common factor of all precisions (Gelman and others, 2013, Bayesian
    Data Analysis, section 14.2), with a prior as strong as `SCALE_ANSWERS` answers that says 1.
    """
    scatter = sums.level_squared.sum((-1, -2)) / ANSWER_SD**2 - explained
    scatter = scatter + prior[..., 0] * (MIDDLE + bias) ** 2 + (LEARNING / LEARNING_SD) ** 2
    return (SCALE_ANSWERS + scatter) / (SCALE_ANSWERS + sums.count.sum((-1, -2)))


def _data(sums: Sums) -> tuple[np.ndarray, np.ndarray]:
    """Give precision and moment of the answers; unknowns are own level, learning, kinds, competencies."""
    *people, competencies, kinds = sums.count.shape
    own, learning = 0, 1
    kind, competency = 2 + np.arange(kinds), 2 + kinds + np.arange(competencies)
    precision = np.zeros((*people, 2 + kinds + competencies, 2 + kinds + competencies))
    moment = np.zeros((*people, 2 + kinds + competencies))
    for row, terms in ((own, sums.count), (learning, sums.time)):
        precision[..., row, kind] = precision[..., kind, row] = terms.sum(-2)
        precision[..., row, competency] = precision[..., competency, row] = terms.sum(-1)
    precision[..., own, own] = sums.count.sum((-1, -2))
    precision[..., own, learning] = precision[..., learning, own] = sums.time.sum((-1, -2))
    precision[..., learning, learning] = sums.time_squared.sum((-1, -2))
    precision[..., kind, kind] = sums.count.sum(-2)
    precision[..., competency, competency] = sums.count.sum(-1)
    precision[..., competency[:, None], kind] = sums.count
    precision[..., kind[:, None], competency] = np.swapaxes(sums.count, -1, -2)
    moment[..., own], moment[..., learning] = sums.level.sum((-1, -2)), sums.time_level.sum((-1, -2))
    moment[..., kind], moment[..., competency] = sums.level.sum(-2), sums.level.sum(-1)
    return precision / ANSWER_SD**2, moment / ANSWER_SD**2


def _prior(sums: Sums, own_variance: np.ndarray) -> np.ndarray:
    """Give the prior precision of each unknown, in the order of `_data`."""
    *people, competencies, kinds = sums.count.shape
    fixed = np.array([LEARNING_SD**-2, *[KIND_SD**-2] * kinds, *[COMPETENCY_SD**-2] * competencies])
    own = np.broadcast_to(1 / own_variance, (*people, 1))
    return np.concatenate([own, np.broadcast_to(fixed, (*people, len(fixed)))], axis=-1)


def _rows(sums: Sums, now: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Give, for each competency, how the unknowns add up to its level; kinds count as average."""
    *people, competencies, kinds = sums.count.shape
    rows = np.zeros((*people, competencies, 2 + kinds + competencies))
    rows[..., 0], rows[..., 1] = own, now
    rows[..., np.arange(competencies), 2 + kinds + np.arange(competencies)] = 1
    return rows
