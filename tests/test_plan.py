"""The days up to the interview: each by the policy, within its minutes, and always made anew from the present."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, pairwise

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st
from test_memory import attempt
from test_schedule import AREAS, estimate, memory, question

from recprep.core.memory import remember
from recprep.core.plan import MOST_DAYS, Plan, days_until, plan
from recprep.core.schedule import SCORING_MINUTES, minutes_for, select

EACH = 2 + SCORING_MINUTES
QUESTIONS = [question(f"{area}{number}", area) for area in "ab" for number in range(5)]


def moments(now: datetime, days_left: int) -> list[datetime]:
    days = days_until(now.date(), now.date() + timedelta(days=days_left))
    return [now + timedelta(days=number) for number in range(len(days))]


def planned(days_left: int = 4, *, questions=QUESTIONS, memories=None, minutes=2 * EACH, now=NOW, **more) -> Plan:
    given = {"competencies": AREAS, "memories": memories or {}, "estimates": {}, "minutes": minutes}
    by = now + timedelta(days=days_left)
    return plan(questions, **given, days=moments(now, days_left), by=by, **more)


def ids(one: Plan) -> list[list[str]]:
    return [[pick.question.id for pick in day.picks] for day in one.days]


@pytest.mark.parametrize(("days_left", "days"), [(-1, 0), (0, 1), (1, 1), (2, 2), (60, 60), (61, 60), (36_500, 60)])
def test_there_is_practice_from_today_to_the_day_before_the_interview_as_far_as_one_can_plan(days_left, days):
    today = date(2026, 11, 23)
    assert days_until(today, today + timedelta(days=days_left)) == [today + timedelta(days=day) for day in range(days)]
    assert days <= MOST_DAYS


def test_each_day_fits_its_minutes():
    days = planned(minutes=2 * EACH + 5).days
    assert [len(day.picks) for day in days] == [2, 2, 2, 2]
    assert all(minutes_for(pick.question for pick in day.picks) <= 2 * EACH + 5 for day in days)


def test_nothing_is_planned_for_the_interview_or_later():
    assert [day.at for day in planned(3).days] == [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]
    assert planned(-2).days == ()


def test_a_day_is_what_the_policy_would_choose_if_the_days_before_went_well():
    estimates = {"a": estimate("a", 2.0), "b": estimate("b", 4.0)}
    memories = {q.id: memory(q.id, days_ago=9 + n) for n, q in enumerate(QUESTIONS[:7])}
    whole = {"competencies": AREAS, "estimates": estimates, "minutes": 3 * EACH, "by": NOW + timedelta(days=6)}
    days = plan(QUESTIONS, **whole, memories=memories, days=moments(NOW, 6)).days
    for day in days:
        assert list(day.picks) == select(QUESTIONS, **whole, memories=memories, now=day.at)
        for pick in day.picks:
            name = pick.question.id
            memories[name] = remember(memories.get(name), replace(attempt(day.at, percent=80), question=name))


def test_new_questions_come_before_anything_twice_and_never_on_the_next_day_while_others_wait():
    days = ids(planned(8))
    assert sorted(chain(*days[:5])) == sorted(q.id for q in QUESTIONS)
    assert all(not set(one) & set(other) for one, other in pairwise(days))


def test_a_missed_day_only_moves_what_was_planned():
    assert ids(planned(3, now=NOW + timedelta(days=1)))[0] == ids(planned(4))[0]


def test_what_no_day_has_room_for_is_named_in_the_order_of_the_bank():
    short = planned(3)
    there = set(chain(*ids(short)))
    assert [q.id for q in short.unseen] == [q.id for q in QUESTIONS if q.id not in there]
    assert len(short.unseen) == len(QUESTIONS) - 6
    assert planned(5).unseen == ()


def test_what_was_answered_long_ago_is_not_unseen():
    memories = {q.id: memory(q.id) for q in QUESTIONS}
    assert planned(1, memories=memories).unseen == ()


@pytest.mark.parametrize(("done", "today"), [(0, 2), (1, 1), (EACH, 1), (EACH + 1, 0), (2 * EACH, 0), (999, 0)])
def test_what_is_left_of_today_gets_only_what_fits(done, today):
    days = planned(done=done).days
    assert [len(day.picks) for day in days] == [today, 2, 2, 2]


def test_a_day_too_short_for_any_question_has_one_all_the_same():
    assert [len(day.picks) for day in planned(minutes=1).days] == [1, 1, 1, 1]


def test_answers_begun_come_today():
    days = ids(planned(begun={"b4"}))
    assert days[0][0] == "b4"
    assert "b4" not in set(chain(*days[1:]))


def test_what_was_answered_today_is_not_planned_again_today():
    assert "a0" not in ids(planned(memories={"a0": memory("a0", days_ago=0.1, stability=0.1)}))[0]


def test_the_zone_in_which_a_person_answered_today_changes_nothing():
    afternoon = NOW + timedelta(hours=4)  # in the far east it is tomorrow
    memories = {q.id: memory(q.id, days_ago=-0.1 if n % 2 else 9, stability=n + 1) for n, q in enumerate(QUESTIONS)}
    eastern = {
        name: replace(one, day=one.day + timedelta(days=n % 2)) for n, (name, one) in enumerate(memories.items())
    }
    made, same = (planned(9, memories=given, now=afternoon, minutes=5 * EACH) for given in (memories, eastern))
    assert ids(made) == ids(same)


def test_without_questions_the_days_are_empty_and_without_days_all_is_unseen():
    assert ids(planned(2, questions=[])) == [[], []]
    assert planned(2, questions=[]).unseen == ()
    assert planned(-1).unseen == tuple(QUESTIONS)


@given(
    days_left=st.integers(-1, 12),
    minutes=st.integers(1, 60),
    done=st.integers(0, 60),
    remembered=st.dictionaries(st.sampled_from([q.id for q in QUESTIONS]), st.floats(0, 40)),
)
def test_every_question_was_seen_or_is_planned_or_is_named(days_left, minutes, done, remembered):
    memories = {name: memory(name, days_ago=days) for name, days in remembered.items()}
    made = planned(days_left, memories=memories, minutes=minutes, done=done)
    there = set(chain(*ids(made)))
    unseen = {q.id for q in made.unseen}
    assert there | unseen | set(remembered) == {q.id for q in QUESTIONS}
    assert not unseen & (there | set(remembered))
    assert memories == {name: memory(name, days_ago=days) for name, days in remembered.items()}
    rooms = [max(0, minutes - done) if day.at == NOW else minutes for day in made.days]
    fitting = [minutes_for(p.question for p in day.picks) <= room for day, room in zip(made.days, rooms, strict=True)]
    assert all(fits or len(day.picks) <= 1 for fits, day in zip(fitting, made.days, strict=True))
    assert not done or all(fitting[:1])
