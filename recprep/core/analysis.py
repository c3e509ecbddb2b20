"""From evidence to what it says: levels per competency and their trend, bias, predictions, coverage, days of practice.

The functions on frames read only what `recprep.core.history` gives: the evidence, and the scores of exemplars.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recprep.core import calibration, estimates, sums, tally
from recprep.core.bank import Bank
from recprep.core.calibration import CriterionBias
from recprep.core.estimates import Estimate
from recprep.core.models import KINDS, Rating, Rubric
from recprep.core.sums import SENIORITY_SHIFT, Sums

if TYPE_CHECKING:
    import pandas as pd


def answer_levels(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give the weighted mean level of each answer.

    Returns
    -------
    pandas.DataFrame
        One row per attempt, oldest first, indexed by `attempt`: question, competency, kind, seniority, rater,
        prediction, at, day, level (1 to 5).
    """
    weighted = evidence.assign(product=evidence["level"] * evidence["weight"])
    once = ("question", "competency", "kind", "seniority", "rater", "prediction", "at", "day")
    columns = dict.fromkeys(once, "first") | {"product": "sum", "weight": "sum"}
    answers = weighted.groupby("attempt", sort=False).agg(columns)
    answers["level"] = answers["product"] / answers["weight"]
    return answers[[*once, "level"]].sort_values("at", kind="stable")


def estimate_from_tally(added: tally.Tally, bank: Bank, ratings: Sequence[Rating]) -> dict[str, Estimate]:
    """Estimate the level in each competency from what the answers add up to: as quick for many as for few.

    Parameters
    ----------
    added : Tally
    bank : Bank
    ratings : sequence of Rating
        The person's scores of exemplars, from which their bias is measured.

    Returns
    -------
    dict of str to Estimate
        By competency, in the order of the bank.
    """
    return _estimate(tally.sums(added, list(bank.competency_by_id), KINDS), added.answers, bank, ratings)


def estimate_levels(evidence: pd.DataFrame, bank: Bank, ratings: Sequence[Rating] = ()) -> dict[str, Estimate]:
    """Estimate the level in each competency from the evidence: what `estimate_from_tally` gives, worked out anew.

    They differ by a little when an answer was saved with a clock set back, since the tally counts it with the last
    day, and when a competency has left the bank, since its answers count in the time of the others there.

    Parameters
    ----------
    evidence : pandas.DataFrame
        As `recprep.core.history.evidence` gives it. Answers scored by somebody else, or in no competency of
        the bank, are left out.
    bank : Bank
    ratings : sequence of Rating
        The person's scores of exemplars.

    Returns
    -------
    dict of str to Estimate
        By competency, in the order of the bank.
    """
    placed = _placed(evidence, bank)
    return _estimate(_add_up(placed, bank), len(placed), bank, ratings)


def estimate_frame(estimated: Mapping[str, Estimate], bank: Bank) -> pd.DataFrame:
    """Give estimates as a frame, the weakest competency first.

    Returns
    -------
    pandas.DataFrame
        Indexed by `competency`: name, weight, target, answers (how many), level, low, high (1 to 5, with the 80 %
        interval), raw (1 to 5, on the person's own scale), below (probability that the level is below the target),
        weakness (below times weight), enough (bool).
    """
    import pandas as pd

    columns = ("weight", "target", "answers", "level", "low", "high", "raw", "below", "weakness", "enough")
    names = [bank.competency_by_id[name].name for name in estimated]
    rows = [[getattr(one, column) for column in columns] for one in estimated.values()]
    index = pd.Index(list(estimated), name="competency", dtype="string")
    frame = pd.DataFrame(rows, columns=list(columns), index=index)
    frame.insert(0, "name", pd.array(names, dtype="string"))
    return frame.sort_values("weakness", ascending=False, kind="stable")


def weak_areas(estimated: Mapping[str, Estimate]) -> list[str]:
    """Give the competencies that are more likely below their target than not, the weakest first."""
    likely = [one for one in estimated.values() if one.enough and one.below > 0.5]
    return [one.competency for one in sorted(likely, key=lambda one: -one.weakness)]


def estimate_trend(evidence: pd.DataFrame, bank: Bank, ratings: Sequence[Rating] = ()) -> pd.DataFrame:
    """Give each estimate as it stood at the end of each week with answers.

    The bias is what is known of it today, so that the lines show what changed in the answers and not in how well the
    scores are understood.

    Returns
    -------
    pandas.DataFrame
        One row per week and competency: week (its Monday), competency, answers (so far), level, low, high (1 to 5).
    """
    import pandas as pd

    rows = [
        (week, one.competency, one.answers, one.level, one.low, one.high)
        for week, now, added in _weeks(_placed(evidence, bank), bank)
        for one in _estimate(added, now, bank, ratings).values()
    ]
    return pd.DataFrame(rows, columns=["week", "competency", "answers", "level", "low", "high"])


def _weeks(placed: pd.DataFrame, bank: Bank) -> Iterator[tuple[pd.Timestamp, int, Sums]]:
    """Give, for each week, its Monday, the answers given so far, and the sums over all of them."""
    added, before, now = None, 0.0, 0
    for week, answers in placed.groupby(_mondays(placed["day"])):
        own, latest = _add_up(answers, bank), answers["time"].max()
        added = sums.joined(added, own, apart=latest - before) if added else own
        before, now = latest, now + len(answers)
        yield week, now, added


def _placed(evidence: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give the answers that count, each with its time: the middle of its day, in answers given before."""
    answers = answer_levels(evidence)
    answers = answers[(answers["rater"] == "self") & answers["competency"].isin(list(bank.competency_by_id))]
    size = answers.groupby("day").size()
    middle = size.cumsum() - size + (size - 1) / 2
    return answers.assign(time=answers["day"].map(middle))


def _add_up(placed: pd.DataFrame, bank: Bank) -> Sums:
    competencies = list(bank.competency_by_id)
    shift = placed["seniority"].map(SENIORITY_SHIFT).astype("Float64").fillna(0)
    return sums.add_up(
        placed["competency"].map(competencies.index).to_numpy(int),
        placed["kind"].map(KINDS.index).to_numpy(int),
        placed["time"].to_numpy(float),
        placed["level"].to_numpy(float),
        harder=shift.to_numpy(float),
        shape=(len(competencies), len(KINDS)),
    )


def _estimate(added: Sums, now: int, bank: Bank, ratings: Sequence[Rating]) -> dict[str, Estimate]:
    bias, variance = overall_bias(ratings, bank.rubric, added)
    areas = list(bank.competency_by_id.values())
    return estimates.estimate(added, areas, now=now, bias=bias, bias_variance=variance)


def overall_bias(ratings: Sequence[Rating], rubric: Rubric, added: Sums) -> tuple[float, float]:
    """Give how much too high the person scores a whole answer, in levels, and the variance of that.

    The criteria count as they did in the person's answers; before any, as in a knowledge question and the others
    alike. Without ratings the bias is 0, as unsure as people differ.
    """
    criteria = [row.id for row in rubric.criteria]
    weights = {row.kind: [row.weights.get(name, 0) for name in criteria] for row in rubric.weightings}
    kinds = added.answers.sum(0) if added.answers.sum() else np.ones(len(KINDS))
    share = kinds @ np.array([weights[kind] for kind in KINDS], float)
    own = [rating for rating in ratings if rating.rater == "self"]
    mean, variance = calibration.bias(calibration.tabulate(own, criteria), share / share.sum())
    return float(mean), float(variance)


def whole_answer_bias(added: tally.Tally, bank: Bank, ratings: Sequence[Rating]) -> CriterionBias:
    """Give the bias on a whole answer, as the estimates are corrected for it.

    Parameters
    ----------
    added : Tally
    bank : Bank
    ratings : sequence of Rating
        The person's scores of exemplars.
    """
    mean, variance = overall_bias(ratings, bank.rubric, tally.sums(added, list(bank.competency_by_id), KINDS))
    count = sum(rating.rater == "self" for rating in ratings)
    return CriterionBias(criterion="overall", ratings=count, bias=mean, sd=variance**0.5, spread=None, agreement=None)


def bias_by_set(told: pd.DataFrame) -> pd.DataFrame:
    """Give how far the scores of each set of exemplars were from the reference.

    Parameters
    ----------
    told : pandas.DataFrame
        As `recprep.core.history.rating_evidence` gives it.

    Returns
    -------
    pandas.DataFrame
        One row per sitting, oldest first: at (UTC, of the first rating), exemplars (how many), gap (mean of given minus
        reference, in levels), off (mean of its size, in levels).
    """
    gap = told["level"] - told["reference"]
    sets = told.assign(gap=gap, off=gap.abs()).groupby("sitting", sort=False)
    frame = sets.agg(at=("at", "min"), exemplars=("exemplar", "nunique"), gap=("gap", "mean"), off=("off", "mean"))
    return frame.sort_values("at", kind="stable").reset_index(drop=True)


def predictions(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give what the answers came to, by the level that was predicted for them.

    Returns
    -------
    pandas.DataFrame
        Indexed by `prediction` (1 to 5, those that were made): answers (how many), level (mean of what was given
        afterwards, 1 to 5).
    """
    answers = answer_levels(evidence).dropna(subset="prediction")
    return answers.groupby("prediction")["level"].agg(answers="size", level="mean")


def _mondays(days: pd.Series) -> pd.Series:
    import pandas as pd

    return (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).rename("week")


def weekly_trend(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give the mean level of the answers of each week.

    Returns
    -------
    pandas.DataFrame
        One row per week with answers: week (its Monday), answers, level (1 to 5).
    """
    answers = answer_levels(evidence)
    weeks = answers.groupby(_mondays(answers["day"]))["level"].agg(answers="size", level="mean")
    return weeks.reset_index()


def criterion_levels(evidence: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give the mean level on each criterion within each competency: one row a competency, a column a criterion."""
    table = evidence.pivot_table(index="competency", columns="criterion", values="level", aggfunc="mean")
    criteria = [criterion.id for criterion in bank.rubric.criteria]
    return table.reindex(index=bank.competencies.index, columns=criteria).astype("Float64")


def coverage(evidence: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give how much of the bank was met: per competency, questions in the bank and answered at least once."""
    frame = bank.competencies[["name", "questions"]].copy()
    met = evidence.drop_duplicates("question").groupby("competency").size()
    frame["answered"] = met.reindex(frame.index, fill_value=0).astype("int64")
    return frame


def practice_days(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give the days of practice: day (in the zone that the person was in), answers."""
    days = evidence.drop_duplicates("attempt").groupby("day").size()
    return days.rename("answers").reset_index()


def practice_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Give the weeks of practice, from the days as `practice_days` gives them: week (its Monday), days, answers."""
    weeks = days.groupby(_mondays(days["day"]))["answers"].agg(days="size", answers="sum")
    return weeks.reset_index()
