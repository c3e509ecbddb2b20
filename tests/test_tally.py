"""What answers add up to: the same as the evidence says, whatever the order within a day, and as small for many."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core import analysis, tally
from recprep.core.bank import Bank
from recprep.core.history import evidence
from recprep.core.models import KINDS, Attempt

EVENING = datetime(2026, 11, 2, 18, tzinfo=UTC)
WEIGHTS = {"accuracy": 75, "structure": 25}


def attempt(number: int, competency: str | None, kind: str, day: int, level: int, **changes) -> Attempt:
    fields = {
        "id": str(number), "sitting": "s", "role": "pilot", "question": f"q{number}", "kind": kind, "zone": "+00:00",
        "competency": competency, "at": EVENING + timedelta(days=day, minutes=number), "rater": "self",
        "prediction": None, "levels": {"accuracy": level, "structure": 3}, "weights": WEIGHTS, "percent": 60,
        "band": "practise", "gated": False, "key_points": (), "aloud": True, "seconds_taken": None,
        "question_hash": "", "rubric_hash": "", "seniority": ("entry", "experienced", "senior", None)[number % 4],
    }  # fmt: skip
    return Attempt(**(fields | changes))


histories = st.lists(
    st.tuples(
        st.sampled_from(["flying", "landing", None]),
        st.sampled_from(["knowledge", "situational"]),
        st.integers(0, 40),
        st.integers(1, 5),
    ),
    max_size=30,
).map(lambda rows: [attempt(n, *row) for n, row in enumerate(sorted(rows, key=lambda row: row[2]))])


def added(attempts, bank: Bank) -> np.ndarray:
    sums = tally.sums(tally.add_all(attempts), list(bank.competency_by_id), KINDS)
    return np.array([sums.answers, sums.count, sums.time, sums.level, sums.time_level, sums.level_squared])


@given(histories)
def test_it_comes_to_what_the_evidence_comes_to(bank: Bank, attempts):
    quick = analysis.estimate_from_tally(tally.add_all(attempts), bank, ())
    anew = analysis.estimate_levels(analysis.answer_levels(evidence(attempts)), bank)
    for name, one in anew.items():
        assert quick[name].answers == one.answers
        assert (quick[name].level, quick[name].sd, quick[name].raw) == pytest.approx((one.level, one.sd, one.raw))


@given(histories, st.randoms(use_true_random=False))
def test_the_order_within_a_day_does_not_matter(bank: Bank, attempts, chance: random.Random):
    shuffled = sorted(attempts, key=lambda one: (one.at.date(), chance.random()))
    assert added(shuffled, bank) == pytest.approx(added(attempts, bank))


@given(histories.filter(bool))
def test_taking_back_an_answer_of_the_last_day_leaves_what_was_there_without_it(bank: Bank, attempts):
    whole = tally.add_all(attempts)
    left = tally.take_back(whole, attempts[-1])
    if attempts[-1].competency is None:
        assert left == whole
    else:
        rest = tally.add_all(attempts[:-1])
        sums = [tally.sums(one, list(bank.competency_by_id), KINDS) for one in (left, rest)]
        assert sums[0].level == pytest.approx(sums[1].level)
        assert left.answers == rest.answers


def test_an_answer_of_an_earlier_day_cannot_be_taken_back_without_folding_anew():
    attempts = [attempt(1, "flying", "knowledge", 0, 3), attempt(2, "flying", "knowledge", 1, 3)]
    assert tally.take_back(tally.add_all(attempts), attempts[0]) is None


def test_the_day_is_that_of_the_persons_own_zone():
    late = attempt(1, "flying", "knowledge", 0, 3, at=datetime(2026, 11, 2, 23, 30, tzinfo=UTC), zone="+02:00")
    assert str(tally.add_all([late]).day) == "2026-11-03"


def test_an_answer_scored_by_somebody_else_changes_nothing():
    assert tally.add_all([attempt(1, "flying", "knowledge", 0, 3, rater="coach")]) == tally.Tally()


def test_a_clock_set_back_counts_with_the_last_day():
    first = attempt(1, "flying", "knowledge", 5, 3)
    back = attempt(2, "flying", "knowledge", 1, 3)
    folded = tally.add_all([first, back])
    assert (folded.answers, folded.before, str(folded.day)) == (2, 0, "2026-11-07")


def test_it_is_as_small_after_ten_thousand_answers_as_after_a_hundred():
    made = (attempt(n, "flying", KINDS[n % 6], n // 50, 3) for n in range(10_000))
    folded = tally.add_all(made)
    assert len(folded.past) == len(folded.today) == len(KINDS)
    assert folded.answers == 10_000


def test_an_answer_long_ago_counts_less():
    old, new = attempt(0, "flying", "knowledge", 0, 1), attempt(1, "flying", "knowledge", 400, 5)
    between = [attempt(n, "landing", "knowledge", n, 3) for n in range(2, 320)]
    folded = tally.add_all([old, *between, replace(new, at=EVENING + timedelta(days=400))])
    sums = tally.sums(folded, ["flying", "landing"], KINDS)
    assert sums.count[0].sum() == pytest.approx(1.25, abs=0.01)  # 1, and a quarter after two half-lives
    assert sums.answers[0].sum() == 2
