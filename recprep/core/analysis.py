"""From evidence to what it says: levels per competency and their trend, bias, predictions, coverage, days of practice.

The functions on frames read only what `recprep.core.history` gives: the evidence, and the scores of exemplars. Most
read the answers, as `answer_levels` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recprep.core import calibration, estimates, sums, tally
from recprep.core.bank import Bank
from recprep.core.calibration import CriterionBias
from recprep.core.estimates import Estimate
from recprep.core.models import KINDS, Rating, Rubric
from recprep.core.normal import EIGHTY
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
    once = ["attempt", "question", "competency", "kind", "seniority", "rater", "prediction", "at", "day"]
    products = evidence[["attempt", "weight"]].assign(product=evidence["level"] * evidence["weight"])
    sums = products.groupby("attempt", sort=False).sum()
    answers = evidence[once].drop_duplicates("attempt").set_index("attempt")
    return answers.assign(level=sums["product"] / sums["weight"]).sort_values("at", kind="stable")


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


def estimate_levels(answers: pd.DataFrame, bank: Bank, ratings: Sequence[Rating] = ()) -> dict[str, Estimate]:
    """Estimate the level in each competency from the answers: what `estimate_from_tally` gives, worked out anew.

    They differ by a little when an answer was saved with a clock set back, since the tally counts it with the last
    day, and when a competency has left the bank, since its answers count in the time of the others there.

    Parameters
    ----------
    answers : pandas.DataFrame
        As `answer_levels` gives it. Answers scored by somebody else, or in no competency of the bank, are left out.
    bank : Bank
    ratings : sequence of Rating
        The person's scores of exemplars.

    Returns
    -------
    dict of str to Estimate
        By competency, in the order of the bank.
    """
    placed = _placed(answers, bank)
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


def estimate_trend(answers: pd.DataFrame, bank: Bank, ratings: Sequence[Rating] = ()) -> pd.DataFrame:
    """Give each estimate as it stood at the end of each week with answers.

    The bias is what is known of it today, so that the lines show what changed in the answers and not in how well the
    scores are understood.

    Returns
    -------
    pandas.DataFrame
        One row per week and competency: week (its Monday), competency, answers (so far), level, low, high (1 to 5).
    """
    import pandas as pd

    weeks, now, added = _by_week(_placed(answers, bank), bank)
    bias, variance = overall_bias(ratings, bank.rubric, added)
    level, spread = estimates.levels(added, now=now, bias=bias, bias_variance=variance)
    reach = EIGHTY * np.sqrt(spread)
    columns = {
        "week": np.repeat(weeks, len(bank.competency_by_id)),
        "competency": pd.array([*bank.competency_by_id] * len(weeks), dtype="string"),
        "answers": added.answers.sum(-1).astype(int).ravel(),
        "level": level.ravel(),
        "low": np.maximum(1, level - reach).ravel(),
        "high": np.minimum(5, level + reach).ravel(),
    }
    return pd.DataFrame(columns)


def _by_week(placed: pd.DataFrame, bank: Bank) -> tuple[pd.Index, np.ndarray, Sums]:
    """Give the Mondays, and for each how many answers there were when its week was over, and what they add up to."""
    import pandas as pd

    weeks = placed.groupby(_mondays(placed["day"])).indices
    added, before, so_far = _add_up(placed[:0], bank), 0.0, []
    for rows in weeks.values():
        answers = placed.iloc[rows]
        latest = answers["time"].max()
        added, before = sums.joined(added, _add_up(answers, bank), apart=latest - before), latest
        so_far.append(added)
    return (
        pd.DatetimeIndex(weeks),
        np.cumsum([len(rows) for rows in weeks.values()]),
        sums.stacked(so_far, _shape(bank)),
    )


def _placed(answers: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give the answers that count: day, time (the middle of the day, in answers given before), and all that is summed.

    Columns: day, competency and kind (places in the bank's order), time, level, harder (levels).
    """
    import pandas as pd

    areas = pd.Index(list(bank.competency_by_id), dtype="string").get_indexer(answers["competency"])
    counts = (answers["rater"] == "self").to_numpy(bool) & (areas >= 0)
    answers = answers[counts]
    size = answers.groupby("day").size()
    middle = size.cumsum() - size + (size - 1) / 2
    return answers[["day", "level"]].assign(
        competency=areas[counts],
        kind=answers["kind"].map(KINDS.index).astype(int),
        time=answers["day"].map(middle).astype(float),
        harder=answers["seniority"].map(SENIORITY_SHIFT).astype("Float64").fillna(0).astype(float),
    )


def _add_up(placed: pd.DataFrame, bank: Bank) -> Sums:
    competency, kind, time, level, harder = (
        placed[name].to_numpy() for name in ("competency", "kind", "time", "level", "harder")
    )
    return sums.add_up(competency, kind, time, level, harder=harder, shape=_shape(bank))


def _shape(bank: Bank) -> tuple[int, int]:
    return len(bank.competency_by_id), len(KINDS)


def _estimate(added: Sums, now: int, bank: Bank, ratings: Sequence[Rating]) -> dict[str, Estimate]:
    bias, variance = overall_bias(ratings, bank.rubric, added)
    areas = list(bank.competency_by_id.values())
    return estimates.estimate(added, areas, now=now, bias=bias, bias_variance=variance)


def overall_bias(ratings: Sequence[Rating], rubric: Rubric, added: Sums) -> tuple[np.ndarray, np.ndarray]:
    """Give how much too high the person scores a whole answer, in levels, and the variance of that.

    The criteria count as they did in the person's answers; before any, as in a knowledge question and the others
    alike. Without ratings the bias is 0, as unsure as people differ.

    Returns
    -------
    mean, variance : numpy.ndarray
        A number for each of the sums, in the shape of their leading axes.
    """
    criteria = [row.id for row in rubric.criteria]
    weights = {row.kind: [row.weights.get(name, 0) for name in criteria] for row in rubric.weightings}
    kinds = added.answers.sum(-2)
    kinds = np.where(kinds.sum(-1, keepdims=True), kinds, 1)
    share = kinds @ np.array([weights[kind] for kind in KINDS], float)
    own = [rating for rating in ratings if rating.rater == "self"]
    return calibration.bias(calibration.tabulate(own, criteria), share / share.sum(-1, keepdims=True))


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
    return CriterionBias(
        criterion="overall", ratings=count, bias=float(mean), sd=float(variance**0.5), spread=None, agreement=None
    )


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


def predictions(answers: pd.DataFrame) -> pd.DataFrame:
    """Give what the answers came to, by the level that was predicted for them.

    Returns
    -------
    pandas.DataFrame
        Indexed by `prediction` (1 to 5, those that were made): answers (how many), level (mean of what was given
        afterwards, 1 to 5).
    """
    return answers.dropna(subset="prediction").groupby("prediction")["level"].agg(answers="size", level="mean")


def _mondays(days: pd.Series) -> pd.Series:
    import pandas as pd

    return (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).rename("week")


def weekly_trend(answers: pd.DataFrame) -> pd.DataFrame:
    """Give the mean level of the answers of each week.

    Returns
    -------
    pandas.DataFrame
        One row per week with answers: week (its Monday), answers, level (1 to 5).
    """
    weeks = answers.groupby(_mondays(answers["day"]))["level"].agg(answers="size", level="mean")
    return weeks.reset_index()


def criterion_levels(evidence: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give the mean level on each criterion within each competency: one row a competency, a column a criterion."""
    table = evidence.pivot_table(index="competency", columns="criterion", values="level", aggfunc="mean")
    criteria = [criterion.id for criterion in bank.rubric.criteria]
    return table.reindex(index=bank.competencies.index, columns=criteria).astype("Float64")


def coverage(answers: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give how much of the bank was met: per competency, questions in the bank and answered at least once."""
    frame = bank.competencies[["name", "questions"]].copy()
    met = answers.drop_duplicates("question").groupby("competency").size()
    frame["answered"] = met.reindex(frame.index, fill_value=0).astype("int64")
    return frame


def practice_days(answers: pd.DataFrame) -> pd.DataFrame:
    """Give the days of practice: day (in the zone that the person was in), answers."""
    days = answers.groupby("day").size()
    return days.rename("answers").reset_index()


def practice_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Give the weeks of practice, from the days as `practice_days` gives them: week (its Monday), days, answers."""
    weeks = days.groupby(_mondays(days["day"]))["answers"].agg(days="size", answers="sum")
    return weeks.reset_index()
