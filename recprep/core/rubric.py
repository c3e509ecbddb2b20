"""From levels to a percent, a band and a gate. Thresholds, weights and words are the rubric's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from recprep.core.models import LEVELS, Band, Competency, Criterion, Rubric
from recprep.core.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a set of levels comes to.

    `percent` is 0 to 100; `band` is the word shown for it; `closed_by` names the criteria that close the
    gate; `missing` names the criteria not yet scored, and `percent` speaks of the others alone.
    """

    percent: int | None
    band: Band | None
    closed_by: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def gated(self) -> bool:
        """Whether the gate is closed, so that the band is capped whatever the percent."""
        return bool(self.closed_by)


def weights_for(rubric: Rubric, kind: str) -> Mapping[str, int]:
    """Give the weight of each criterion that a kind of question uses, in the order of the rubric."""
    weights = next(weighting.weights for weighting in rubric.weightings if weighting.kind == kind)
    return {criterion.id: weights[criterion.id] for criterion in rubric.criteria if criterion.id in weights}


def criteria_for(rubric: Rubric, kind: str, competency: Competency | None = None) -> tuple[Criterion, ...]:
    """Give the rows of the rubric for one question.

    Parameters
    ----------
    rubric : Rubric
    kind : str
        The question's kind; criteria that it does not use are left out.
    competency : Competency, optional
        Its anchors take the place of the general ones for accuracy.

    Returns
    -------
    tuple of Criterion
    """
    used = weights_for(rubric, kind)
    rows = (criterion for criterion in rubric.criteria if criterion.id in used)
    if competency is None:
        return tuple(rows)
    return tuple(replace(row, anchors=competency.anchors) if row.id == "accuracy" else row for row in rows)


def require_levels(rubric: Rubric, kind: str, levels: Mapping[str, int]) -> None:
    """Refuse levels that cannot be given to an answer of this kind.

    Raises
    ------
    Problem
        If a criterion is not used by this kind, or a level is not 1 to 5.
    """
    used = weights_for(rubric, kind)
    for criterion, level in levels.items():
        if criterion not in used or level not in LEVELS:
            message = (
                f"That cannot be scored: level {level!r} for '{criterion}': levels are 1 to 5 for {', '.join(used)}."
            )
            raise Problem(message)


def score(rubric: Rubric, kind: str, levels: Mapping[str, int]) -> Result:
    """Turn levels into a percent, a band and a gate.

    The percent is the weighted mean of level / 5 over the criteria scored, rounded half up; the band
    belongs to the rounded percent, so that what is shown agrees with itself.

    Parameters
    ----------
    rubric : Rubric
    kind : str
        The question's kind.
    levels : mapping of str to int
        1 to 5 for each criterion scored so far.

    Returns
    -------
    Result

    Raises
    ------
    Problem
        As `require_levels` does.
    """
    require_levels(rubric, kind, levels)
    weights = weights_for(rubric, kind)
    missing = tuple(criterion for criterion in weights if criterion not in levels)
    if not levels:
        return Result(percent=None, band=None, closed_by=(), missing=missing)
    total = 5 * sum(weights[criterion] for criterion in levels)
    earned = sum(weights[criterion] * level for criterion, level in levels.items())
    percent = (200 * earned + total) // (2 * total)
    closed_by = tuple(c for c in rubric.gate.criteria if levels.get(c, 5) <= rubric.gate.level)
    band = _band(rubric, percent)
    if closed_by:
        band = min(band, _band_called(rubric, rubric.gate.band), key=lambda band: band.least)
    return Result(percent=percent, band=band, closed_by=closed_by, missing=missing)


def overall_level(levels: Mapping[str, int], weights: Mapping[str, int]) -> float:
    """Give the weighted mean level, 1 to 5: what a prediction is compared with."""
    return sum(weights[criterion] * level for criterion, level in levels.items()) / sum(
        weights[criterion] for criterion in levels
    )


def band_at(rubric: Rubric, level: float) -> Band:
    """Give the band of a level, 1 to 5: that of the percent it stands for, with no gate."""
    return _band(rubric, round(20 * level))


def _band(rubric: Rubric, percent: int) -> Band:
    return [band for band in rubric.bands if band.least <= percent][-1]


def _band_called(rubric: Rubric, name: str) -> Band:
    return next(band for band in rubric.bands if band.id == name)
