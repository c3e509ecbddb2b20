"""Attempts at a question fold into its memory: one review a day, in any order within the day."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.memory import LONGEST_DAYS, remember, replay, retrievability
from recprep.core.models import Attempt

DAY = datetime(2026, 11, 2, 10, tzinfo=UTC)


def attempt(
    at: datetime = DAY, *, percent: int = 75, level: int = 3, gated: bool = False, zone: str = "+00:00"
) -> Attempt:
    return Attempt(
        id=f"{at}-{percent}", sitting="s", role="r", question="q", kind="knowledge", competency="c", at=at, zone=zone,
        rater="self", prediction=None, levels={"accuracy": level}, weights={"accuracy": 100}, percent=percent, band="b",
        gated=gated, key_points=(), aloud=False, seconds_taken=None, question_hash="", rubric_hash="",
    )  # fmt: skip


def by_hand(*reviews: tuple[datetime, Rating]) -> Card:
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=LONGEST_DAYS)
    card = Card()
    for at, rating in reviews:
        card, _ = scheduler.review_card(card, rating, at)
    return card


@pytest.mark.parametrize(
    ("percent", "gated", "rating"),
    [
        (20, False, Rating.Again),
        (49, False, Rating.Again),
        (50, False, Rating.Hard),
        (70, False, Rating.Good),
        (85, False, Rating.Easy),
        (95, True, Rating.Again),
    ],
)
def test_a_percent_becomes_a_rating_and_a_closed_gate_is_again(percent, gated, rating):
    strength = remember(None, attempt(percent=percent, gated=gated)).strength
    card = by_hand((DAY, rating))
    assert (strength.stability, strength.difficulty, strength.due) == (card.stability, card.difficulty, card.due)


def test_days_follow_each_other_as_fsrs_has_them():
    later = DAY + timedelta(days=4)
    strength = replay([attempt(percent=75), attempt(later, percent=90)]).strength
    card = by_hand((DAY, Rating.Good), (later, Rating.Easy))
    assert (strength.stability, strength.due) == (card.stability, card.due)


def test_the_attempts_of_a_day_make_one_review_by_their_mean():
    twice = replay([attempt(percent=40), attempt(DAY + timedelta(hours=2), percent=80)])
    card = by_hand((DAY + timedelta(hours=2), Rating.Hard))
    assert (twice.strength.stability, twice.count, twice.day_count) == (card.stability, 2, 2)


def test_a_day_is_a_day_where_the_person_is():
    """10:30 and 11:30 in UTC are one day in London, and lie on two sides of midnight in Auckland."""
    earlier, later = datetime(2026, 11, 2, 10, 30, tzinfo=UTC), datetime(2026, 11, 2, 11, 30, tzinfo=UTC)
    assert replay([attempt(earlier), attempt(later)]).day_count == 2
    in_auckland = replay([attempt(earlier, zone="+13:00"), attempt(later, zone="+13:00")])
    assert (in_auckland.day_count, in_auckland.day.isoformat()) == (1, "2026-11-03")


@pytest.mark.parametrize(("zone", "day"), [("+05", 3), ("+99:00", 2), ("Auckland", 2), ("", 2)])
def test_a_zone_that_is_none_is_that_of_utc(zone, day):
    late = datetime(2026, 11, 2, 22, tzinfo=UTC)
    assert replay([attempt(late, zone=zone)]).day.day == day


days = st.lists(
    st.lists(st.tuples(st.integers(20, 100), st.booleans(), st.integers(0, 600)), min_size=1, max_size=3),
    min_size=1, max_size=4,
)  # fmt: skip


@given(days)
def test_the_order_within_a_day_does_not_change_memory(days):
    evenings = [
        [attempt(DAY + timedelta(days=3 * number, minutes=minute), percent=percent, gated=gated, level=2 + percent % 3)
         for percent, gated, minute in evening]
        for number, evening in enumerate(days)
    ]  # fmt: skip
    straight = replay(one for evening in evenings for one in evening)
    for turned in permutations(evenings[-1]):
        assert replay([*(one for evening in evenings[:-1] for one in reversed(evening)), *turned]) == straight


@given(st.lists(st.integers(70, 100), min_size=1, max_size=60))
def test_a_long_run_of_good_answers_stays_within_a_year(percents):
    memory, at = None, DAY
    for percent in percents:
        memory = remember(memory, attempt(at, percent=percent))
        at = memory.strength.due
        assert memory.strength.due - memory.strength.reviewed_at <= timedelta(days=LONGEST_DAYS)


def test_a_clock_set_back_counts_as_the_same_day():
    memory = replay([attempt(DAY), attempt(DAY - timedelta(days=9))])
    assert (memory.day_count, memory.day, memory.day_last) == (2, DAY.date(), DAY)


def test_what_is_remembered_fades():
    memory = remember(None, attempt())
    soon, late = (retrievability(memory, DAY + timedelta(days=days)) for days in (1, 30))
    assert 1 > soon > late > 0
    assert retrievability(memory, DAY + timedelta(days=memory.strength.stability)) == pytest.approx(0.9, abs=0.03)
