"""From evidence to what it says: levels per competency, trends, criteria, coverage, days of practice.

Every function reads only the evidence frame that `recprep.core.history.evidence` gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recprep.core.bank import Bank
from recprep.core.memory import ENOUGH

if TYPE_CHECKING:
    import pandas as pd


def answer_levels(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give the weighted mean level of each answer.

    Returns
    -------
    pandas.DataFrame
        One row per attempt, oldest first, indexed by `attempt`: question, competency, at, level (1 to 5).
    """
    weighted = evidence.assign(product=evidence["level"] * evidence["weight"])
    columns = {"question": "first", "competency": "first", "at": "first", "product": "sum", "weight": "sum"}
    answers = weighted.groupby("attempt", sort=False).agg(columns)
    answers["level"] = answers["product"] / answers["weight"]
    return answers[["question", "competency", "at", "level"]].sort_values("at", kind="stable")


def estimate_levels(evidence: pd.DataFrame, bank: Bank) -> pd.DataFrame:
    """Give the level in each competency: the plain mean over its answers.

    Parameters
    ----------
    evidence : pandas.DataFrame
        As `recprep.core.history.evidence` gives it.
    bank : Bank

    Returns
    -------
    pandas.DataFrame
        One row per competency of the bank, indexed by `competency`: name, weight, target (1 to 5),
        answers (how many), level (1 to 5; missing below `ENOUGH` answers), shortfall (target - level).
    """
    frame = bank.competencies[["name", "weight", "target"]].copy()
    answers = answer_levels(evidence).dropna(subset="competency").groupby("competency")["level"]
    frame["answers"] = answers.size().reindex(frame.index, fill_value=0).astype("int64")
    frame["level"] = answers.mean().reindex(frame.index).where(frame["answers"] >= ENOUGH).astype("Float64")
    frame["shortfall"] = frame["target"] - frame["level"]
    return frame


def weak_areas(estimates: pd.DataFrame) -> list[str]:
    """Give the competencies below their target, the largest shortfall times weight first."""
    need = (estimates["shortfall"] * estimates["weight"]).dropna().sort_values(ascending=False, kind="stable")
    return [str(competency) for competency in need[need > 0].index]


def weekly_trend(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give the mean level of the answers of each week.

    Returns
    -------
    pandas.DataFrame
        One row per week with answers: week (its Monday, UTC), answers, level (1 to 5).
    """
    import pandas as pd

    answers = answer_levels(evidence)
    monday = answers["at"].dt.normalize() - pd.to_timedelta(answers["at"].dt.day_of_week, unit="D")
    weeks = answers.groupby(monday.rename("week"))["level"].agg(answers="size", level="mean")
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
    """Give the days of practice: day (UTC), answers."""
    answers = answer_levels(evidence)
    days = answers.groupby(answers["at"].dt.normalize().rename("day")).size()
    return days.rename("answers").reset_index()
