"""From evidence to levels, trends, criteria, coverage and days: known cases by hand, and properties."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.history import evidence
from recprep.core.memory import ENOUGH
from recprep.core.models import Attempt

MONDAY = datetime(2026, 11, 2, 18, tzinfo=UTC)
WEIGHTS = {"accuracy": 75, "structure": 25}


def attempt(number: int = 0, *, competency: str | None = "flying", days: int = 0, **levels: int) -> Attempt:
    given = levels or {"accuracy": 3, "structure": 3}
    return Attempt(
        id=f"a{number}-{days}-{competency}", sitting="s", role="pilot", question=f"{competency}-{number}", kind="knowledge",
        competency=competency, at=MONDAY + timedelta(days=days), zone="+00:00", rater="self", prediction=None,
        levels=given, weights=WEIGHTS, percent=60, band="practise", gated=False, key_points=(), aloud=True,
        seconds_taken=None, question_hash="", rubric_hash="",
    )  # fmt: skip


def test_evidence_has_a_row_per_attempt_and_criterion():
    frame = evidence([attempt(accuracy=4, structure=2)])
    assert frame[["criterion", "level", "weight"]].values.tolist() == [["accuracy", 4, 75], ["structure", 2, 25]]
    assert evidence([]).dtypes.equals(frame.dtypes)


def test_the_level_of_an_answer_is_weighted():
    assert analysis.answer_levels(evidence([attempt(accuracy=5, structure=1)]))["level"].tolist() == [4.0]


def test_the_level_in_a_competency_is_the_mean_of_its_answers(bank: Bank):
    told = [attempt(n, accuracy=level, structure=level) for n, level in enumerate((2, 3, 4, 5))]
    row = analysis.estimate_levels(evidence(told), bank).loc["flying"]
    assert (row["level"], row["answers"], row["target"], row["shortfall"]) == (3.5, 4, 4, 0.5)


def test_below_enough_answers_there_is_no_level(bank: Bank):
    estimates = analysis.estimate_levels(evidence([attempt(n) for n in range(ENOUGH - 1)]), bank)
    assert estimates["level"].isna().all()
    assert estimates["answers"].tolist() == [ENOUGH - 1, 0]
    assert analysis.weak_areas(estimates) == []


def test_answers_without_a_competency_enter_no_estimate(bank: Bank):
    estimates = analysis.estimate_levels(evidence([attempt(n, competency=None) for n in range(9)]), bank)
    assert estimates["answers"].tolist() == [0, 0]


def test_weak_areas_come_by_shortfall_times_weight(bank: Bank):
    told = [attempt(n, accuracy=3, structure=3) for n in range(3)]  # flying: target 4, weight 2: 2.0
    told += [attempt(n, competency="landing", accuracy=1, structure=2) for n in range(3)]  # target 3, weight 1: 1.75
    assert analysis.weak_areas(analysis.estimate_levels(evidence(told), bank)) == ["flying", "landing"]


def test_a_week_begins_on_monday():
    told = [
        attempt(0, days=0, accuracy=2, structure=2),
        attempt(1, days=6, accuracy=4, structure=4),
        attempt(2, days=7),
    ]
    weeks = analysis.weekly_trend(evidence(told))
    assert weeks["week"].dt.strftime("%Y-%m-%d").tolist() == ["2026-11-02", "2026-11-09"]
    assert weeks[["answers", "level"]].values.tolist() == [[2, 3.0], [1, 3.0]]


def test_criteria_are_means_within_each_competency(bank: Bank):
    levels = analysis.criterion_levels(
        evidence([attempt(0, accuracy=2, structure=4), attempt(1, accuracy=4, structure=4)]), bank
    )
    assert list(levels.columns) == ["accuracy", "structure", "evidence", "judgement", "communication"]
    assert levels.loc["flying", ["accuracy", "structure"]].tolist() == [3.0, 4.0]
    assert levels.loc["landing"].isna().all()


def test_coverage_counts_each_question_once(bank: Bank):
    told = [attempt(0), attempt(0, days=1), attempt(1)]
    assert analysis.coverage(evidence(told), bank).loc["flying", ["questions", "answered"]].tolist() == [2, 2]


def test_days_of_practice_are_counted():
    days = analysis.practice_days(evidence([attempt(0), attempt(1), attempt(2, days=3)]))
    assert days["answers"].tolist() == [2, 1]


levels = st.integers(1, 5)
histories = st.lists(
    st.tuples(st.sampled_from(["flying", "landing", None]), st.integers(0, 60), levels, levels), max_size=25
)


@given(histories)
def test_whatever_happened_levels_stay_on_the_scale_and_nothing_breaks(bank, history):
    told = [
        attempt(n, competency=name, days=day, accuracy=a, structure=s) for n, (name, day, a, s) in enumerate(history)
    ]
    frame = evidence(told)
    estimates = analysis.estimate_levels(frame, bank)
    assert estimates["level"].dropna().between(1, 5).all()
    assert estimates["answers"].sum() == sum(name is not None for name, *_ in history)
    assert analysis.weekly_trend(frame)["answers"].sum() == analysis.practice_days(frame)["answers"].sum() == len(told)
    again = analysis.estimate_levels(evidence(reversed(told)), bank)
    pd.testing.assert_frame_equal(estimates, again)


def test_the_estimates_read_only_the_evidence(bank: Bank):
    frame = evidence([attempt(n) for n in range(4)])
    fewer = frame[["attempt", "question", "competency", "criterion", "level", "weight", "at"]]
    pd.testing.assert_frame_equal(analysis.estimate_levels(frame, bank), analysis.estimate_levels(fewer, bank))
    assert analysis.estimate_levels(frame, bank).loc["flying", "level"] == pytest.approx(3)
