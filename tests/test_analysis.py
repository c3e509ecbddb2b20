"""From evidence to levels, trends, bias, criteria, coverage and days: known cases by hand, and properties."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.calibration import CRITERION_SD, PERSON_SD
from recprep.core.estimates import ENOUGH
from recprep.core.history import evidence, rating_evidence
from recprep.core.models import KINDS, Attempt, Rating

MONDAY = datetime(2026, 11, 2, 18, tzinfo=UTC)
WEIGHTS = {"accuracy": 75, "structure": 25}


def attempt(number: int = 0, *, competency: str | None = "flying", days: int = 0, **levels: int) -> Attempt:
    given = levels or {"accuracy": 3, "structure": 3}
    return Attempt(
        id=f"a{number}-{days}-{competency}", sitting="s", role="pilot", question=f"{competency}-{number}", kind="knowledge",
        competency=competency, at=MONDAY + timedelta(days=days), zone="+00:00", rater="self", prediction=None,
        levels=given, weights=WEIGHTS, percent=60, band="practise", gated=False, key_points=(), aloud=True,
        seconds_taken=None, question_hash="", rubric_hash="", seniority="experienced",
    )  # fmt: skip


def rating(number: int, gap: int, *, sitting: str = "s", rater: str = "self") -> Rating:
    return Rating(
        id=f"r{number}", sitting=sitting, role="pilot", exemplar=f"e{number}", question="flying-up", kind="knowledge",
        competency="flying", at=MONDAY + timedelta(hours=number), zone="+00:00", rater=rater, exemplar_hash="",
        levels={"accuracy": 3 + gap, "structure": 2 + gap}, reference={"accuracy": 3, "structure": 2},
        question_hash="", rubric_hash="",
    )  # fmt: skip


def answered(attempts: Iterable[Attempt]) -> pd.DataFrame:
    return analysis.answer_levels(evidence(attempts))


def test_evidence_has_a_row_per_attempt_and_criterion():
    frame = evidence([attempt(accuracy=4, structure=2)])
    assert frame[["criterion", "level", "weight"]].values.tolist() == [["accuracy", 4, 75], ["structure", 2, 25]]
    assert evidence([]).dtypes.equals(frame.dtypes)


def test_the_level_of_an_answer_is_weighted():
    assert answered([attempt(accuracy=5, structure=1)])["level"].tolist() == [4.0]


def test_more_good_answers_take_the_level_up_and_below_the_target_is_a_probability(bank: Bank):
    worse, better = (
        analysis.estimate_levels(answered([attempt(n, accuracy=level, structure=level) for n in range(6)]), bank)
        for level in (2, 5)
    )
    assert worse["flying"].level < better["flying"].level
    assert worse["flying"].below > 0.95 > better["flying"].below  # its target is 4
    assert worse["flying"].weakness == pytest.approx(2 * worse["flying"].below)  # its weight is 2
    assert worse["flying"].answers == 6


def test_below_enough_answers_too_little_is_known(bank: Bank):
    estimated = analysis.estimate_levels(answered([attempt(n) for n in range(ENOUGH - 1)]), bank)
    assert [one.enough for one in estimated.values()] == [False, False]
    assert analysis.weak_areas(estimated) == []


def test_answers_without_a_competency_and_by_other_raters_enter_no_estimate(bank: Bank):
    from dataclasses import replace

    others = [replace(attempt(n), id=f"c{n}", rater="coach") for n in range(9)]
    told = answered([*(attempt(n, competency=None) for n in range(9)), *others])
    assert analysis.estimate_levels(told, bank) == analysis.estimate_levels(answered([]), bank)


def test_weak_areas_come_by_probability_times_weight(bank: Bank):
    told = [attempt(n, accuracy=3, structure=3) for n in range(9)]  # flying: target 4, weight 2
    told += [attempt(n, competency="landing", accuracy=1, structure=2) for n in range(9)]  # target 3, weight 1
    assert analysis.weak_areas(analysis.estimate_levels(answered(told), bank)) == ["flying", "landing"]


def test_a_lenient_person_is_corrected_and_the_raw_level_stays(bank: Bank):
    told = answered([attempt(n, accuracy=4, structure=4) for n in range(9)])
    as_said = analysis.estimate_levels(told, bank)["flying"]
    corrected = analysis.estimate_levels(told, bank, [rating(n, gap=1) for n in range(12)])["flying"]
    assert corrected.raw == as_said.raw
    assert corrected.level < as_said.level - 0.3
    assert corrected.sd < as_said.sd  # not knowing the bias at all makes it less sure


def test_exact_ratings_correct_next_to_nothing_and_no_ratings_widen(bank: Bank):
    told = answered([attempt(n, accuracy=3, structure=3) for n in range(9)])
    exact = analysis.estimate_levels(told, bank, [rating(n, gap=0) for n in range(30)])["flying"]
    assert exact.level == pytest.approx(exact.raw, abs=0.02)
    unknown = analysis.estimate_levels(told, bank)["flying"]
    assert unknown.high - unknown.low > exact.high - exact.low


def test_the_bias_of_a_whole_answer_weighs_criteria_as_its_kind_does(bank: Bank):
    added = analysis._add_up(analysis._placed(answered([attempt(n) for n in range(3)]), bank), bank)
    none, variance = analysis.overall_bias([], bank.rubric, added)
    weights = next(row.weights for row in bank.rubric.weightings if row.kind == KINDS[0])
    share = np.array(list(weights.values())) / 100
    assert none == pytest.approx(0)
    assert variance == pytest.approx(PERSON_SD**2 + CRITERION_SD**2 * (share**2).sum(), rel=0.01)


def test_the_frame_has_the_weakest_first(bank: Bank):
    told = [attempt(n, competency="landing", accuracy=1, structure=1) for n in range(9)]
    told += [attempt(n, accuracy=5, structure=5) for n in range(9)]
    frame = analysis.estimate_frame(analysis.estimate_levels(answered(told), bank), bank)
    assert list(frame.index) == ["landing", "flying"]
    assert (frame["low"] <= frame["level"]).all()
    assert (frame["level"] <= frame["high"]).all()
    assert list(frame["answers"]) == [9, 9]


def test_the_trend_ends_where_the_estimate_is(bank: Bank):
    told = answered(
        [attempt(n, days=day, accuracy=1 + n % 5, structure=3) for n, day in enumerate((0, 0, 3, 8, 8, 30))]
    )
    trend = analysis.estimate_trend(told, bank)
    assert trend["week"].dt.strftime("%m-%d").unique().tolist() == ["11-02", "11-09", "11-30"]
    last, now = trend[trend["competency"] == "flying"].iloc[-1], analysis.estimate_levels(told, bank)["flying"]
    assert (last["level"], last["low"], last["answers"]) == (pytest.approx(now.level), pytest.approx(now.low), 6)
    assert analysis.estimate_trend(answered([]), bank).empty


def test_bias_by_set_says_how_far_off_each_set_was():
    told = rating_evidence([rating(1, 1), rating(2, 0), rating(3, -1, sitting="t"), rating(4, 1, sitting="t")])
    sets = analysis.bias_by_set(told)
    assert sets["exemplars"].tolist() == [2, 2]
    assert sets["gap"].tolist() == [0.5, 0.0]
    assert sets["off"].tolist() == [0.5, 1.0]
    assert analysis.bias_by_set(rating_evidence([])).empty


def test_predictions_are_set_beside_what_was_given():
    from dataclasses import replace

    told = [replace(attempt(n, accuracy=level, structure=level), prediction=4) for n, level in enumerate((3, 4, 5, 2))]
    found = analysis.predictions(answered([*told, attempt(9)]))
    assert found.loc[4].tolist() == [4, 3.5]
    assert len(found) == 1
    assert analysis.predictions(answered([])).empty


def test_a_week_begins_on_monday():
    told = [
        attempt(0, days=0, accuracy=2, structure=2),
        attempt(1, days=6, accuracy=4, structure=4),
        attempt(2, days=7),
    ]
    weeks = analysis.weekly_trend(answered(told))
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
    assert analysis.coverage(answered(told), bank).loc["flying", ["questions", "answered"]].tolist() == [2, 2]


def test_days_of_practice_are_counted():
    days = analysis.practice_days(answered([attempt(0), attempt(1), attempt(2, days=3)]))
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
    frame = answered(told)
    estimated = analysis.estimate_levels(frame, bank)
    assert all(1 <= one.low <= one.level <= one.high <= 5 for one in estimated.values())
    assert all(0 <= one.below <= 1 for one in estimated.values())
    assert sum(one.answers for one in estimated.values()) == sum(name is not None for name, *_ in history)
    assert analysis.weekly_trend(frame)["answers"].sum() == analysis.practice_days(frame)["answers"].sum() == len(told)
    again = analysis.estimate_levels(answered(reversed(told)), bank)
    assert [one.level for one in again.values()] == pytest.approx([one.level for one in estimated.values()])


@settings(max_examples=10)
@given(st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_more_evidence_does_not_widen_intervals_on_average(bank: Bank, days, seed):
    """Of a person who has scored exemplars; without those, not knowing how strictly they score remains."""
    chance, exemplars = np.random.default_rng(seed), [rating(n, gap=n % 2) for n in range(12)]
    widths = []
    for _ in range(10):
        told = [
            attempt(n, competency=("flying", "landing")[n % 2], days=n // 4, accuracy=int(chance.integers(2, 5)), structure=3)
            for n in range(4 * days + 40)
        ]  # fmt: skip
        both = (analysis.estimate_levels(answered(told[:count]), bank, exemplars) for count in (4 * days, len(told)))
        widths.append([np.mean([one.high - one.low for one in estimated.values()]) for estimated in both])
    fewer, more = np.mean(widths, axis=0)
    assert more < fewer


def test_the_estimates_read_only_the_answers(bank: Bank):
    frame = answered([attempt(n) for n in range(4)])
    shuffled = frame[frame.columns[::-1]].assign(unknown="x")
    assert analysis.estimate_levels(frame, bank) == analysis.estimate_levels(shuffled, bank)
