"""What is asked next, and why: answers begun, then what an answer now is worth for the interview."""

from datetime import timedelta

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.estimates import Estimate
from recprep.core.memory import Memory, Strength
from recprep.core.models import SENIORITIES, Competency, Profile, Question
from recprep.core.schedule import (
    HORIZON,
    POLICY,
    REST,
    SCORING_MINUTES,
    eligible,
    left_out,
    minutes_for,
    select,
)


def question(name: str, competency: str | None = None, **changes) -> Question:
    fields = {
        "id": name, "prompt": name, "kind": "knowledge", "seniority": "entry", "minutes": 2, "listening_for": "",
        "key_points": (), "strong_answer": "", "weak_answer": "", "why_weak": "", "pitfalls": (), "follow_ups": (),
        "competency": competency,
    }  # fmt: skip
    return Question(**(fields | changes))


def competency(name: str, *, weight: int = 1, target: int = 3) -> Competency:
    return Competency(id=name, name=name.upper(), definition="", lifecycle=(), weight=weight, target=target, anchors=())


def memory(name: str, *, days_ago: float = 5, stability: float = 5.0) -> Memory:
    """Give the memory of a question answered once; `stability` is in days."""
    at = NOW - timedelta(days=days_ago)
    strength = Strength(stability=stability, difficulty=5.0, reviewed_at=at, due=at + timedelta(days=stability))
    return Memory(
        question=name, count=1, day=at.date(), day_count=1, day_percents=55, day_last=at, before=None, strength=strength
    )


def estimate(name: str, level: float = 3.0, *, sd: float = 0.3, answers: int = 9, weight: int = 1) -> Estimate:
    return Estimate(competency=name, answers=answers, level=level, sd=sd, raw=level, target=3, weight=weight)


AREAS = {"a": competency("a"), "b": competency("b")}
FOUR = [question("a1", "a"), question("a2", "a"), question("b1", "b"), question("b2", "b")]


def chosen(questions=FOUR, *, memories=(), estimates=(), areas=AREAS, **more) -> list[str]:
    known = {memory.question: memory for memory in memories}
    found = {estimate.competency: estimate for estimate in estimates}
    given = {"competencies": areas, "memories": known, "estimates": found, "now": NOW} | more
    return [pick.question.id for pick in select(questions, **given)]


def test_new_questions_alternate_between_competencies():
    assert chosen() == ["a1", "b1", "a2", "b2"]


def test_and_between_kinds():
    kinds = ("knowledge", "knowledge", "situational")
    assert chosen([question(f"a{n}", "a", kind=kind) for n, kind in enumerate(kinds)]) == ["a0", "a2", "a1"]


def test_a_heavily_weighted_competency_comes_first():
    assert chosen(areas={"a": competency("a"), "b": competency("b", weight=2)}) == ["b1", "a1", "b2", "a2"]


def test_a_weak_competency_comes_before_a_strong_one():
    assert chosen(estimates=[estimate("a", 4.0), estimate("b", 2.0)])[0] == "b1"


def test_but_what_is_new_in_the_strong_one_comes_before_what_is_remembered_in_the_weak_one():
    remembered = [memory("b1", stability=90), memory("b2", stability=90)]
    estimates = [estimate("a", 5.0), estimate("b", 1.0)]
    assert chosen(memories=remembered, estimates=estimates)[:2] == ["a1", "a2"]


def test_of_two_areas_at_their_target_the_heavier_comes_first():
    assert chosen(estimates=[estimate("a", 4.5, sd=0.6), estimate("b", 4.5, weight=2)])[0] == "b1"


def test_of_two_areas_as_weak_the_less_known_comes_first_with_its_new_questions():
    estimates = [estimate("a", sd=0.2), estimate("b", sd=0.6)]
    assert chosen(estimates=estimates)[0] == "b1"
    assert chosen(estimates=estimates, memories=[memory(q.id) for q in FOUR])[0] == "a1"


def test_without_estimates_an_area_counts_as_that_of_somebody_who_has_not_answered_yet():
    areas = {"a": competency("a"), "b": competency("b", target=4)}
    assert chosen(areas=areas)[0] == "b1"
    assert chosen(areas=areas, estimates=[estimate("a", 2.0)])[0] == "b1"  # far less is known of b
    assert chosen(areas=areas, estimates=[estimate("a", 2.0, sd=0.9)])[0] == "a1"


def test_the_question_that_opens_every_interview_comes_first_to_a_newcomer():
    areas = {"a": competency("a", weight=2), "b": competency("b")}
    assert chosen([*FOUR, question("general")], areas=areas)[:2] == ["a1", "general"]
    assert chosen([question("general"), *FOUR], areas=areas)[0] == "general"


def test_once_three_of_them_were_answered_they_are_as_urgent_as_the_average():
    general = [question(f"general{n}") for n in range(4)]
    areas = {"a": competency("a", weight=2), "b": competency("b")}
    answered = [memory(one.id, stability=1000.0) for one in general]
    assert chosen([*general, *FOUR], areas=areas, memories=answered[:2])[0] == "general2"
    after = chosen([*general, *FOUR], areas=areas, memories=answered[:3])
    assert after.index("a1") < after.index("general3") < after.index("general0")


def test_an_answer_begun_comes_first_of_all():
    assert chosen(begun={"b2"}, memories=[memory("a1", days_ago=90)])[:2] == ["b2", "a2"]


def test_what_is_new_comes_before_what_is_remembered_and_the_most_forgotten_before_the_rest():
    memories = [memory("a1", days_ago=6), memory("a2", days_ago=30), memory("b1", stability=50.0)]
    assert chosen(memories=memories) == ["b2", "a2", "a1", "b1"]


def test_what_is_half_forgotten_in_a_weak_area_comes_before_more_forgotten_in_a_strong_one():
    memories = [memory("a1", days_ago=20), memory("b1", days_ago=14)]
    two = [FOUR[0], FOUR[2]]
    assert chosen(two, memories=memories) == ["a1", "b1"]
    assert chosen(two, memories=memories, estimates=[estimate("a", 4.0), estimate("b", 2.0)]) == ["b1", "a1"]


def test_what_counts_is_what_will_be_forgotten_by_the_interview():
    fleeting, fading = memory("a1", days_ago=1, stability=2), memory("b1", days_ago=60, stability=30)
    two = [FOUR[0], FOUR[2]]
    assert chosen(two, memories=[fleeting, fading], by=NOW + timedelta(hours=2)) == ["b1", "a1"]
    assert chosen(two, memories=[fleeting, fading], by=NOW + timedelta(days=30)) == ["a1", "b1"]


@pytest.mark.parametrize("by", [None, NOW, NOW - timedelta(days=3)])
def test_without_an_interview_to_come_two_weeks_are_looked_ahead(by):
    memories = [memory("a1", days_ago=0.8, stability=4), memory("b1", days_ago=26, stability=9)]
    two = [FOUR[0], FOUR[2]]
    assert chosen(two, memories=memories, by=NOW + timedelta(minutes=1)) == ["b1", "a1"]
    assert chosen(two, memories=memories, by=by) == chosen(two, memories=memories, by=NOW + HORIZON) == ["b1", "a1"]
    memories = [memory("a1", days_ago=0.8, stability=1), memory("b1", days_ago=12, stability=9)]
    assert chosen(two, memories=memories, by=by) == chosen(two, memories=memories, by=NOW + HORIZON) == ["a1", "b1"]


def test_what_was_answered_today_comes_only_when_nothing_else_is_left():
    today, solid = (
        memory("a1", days_ago=0.2, stability=0.2),
        [memory(name, stability=900) for name in ("a2", "b1", "b2")],
    )
    assert chosen(memories=[today, *solid])[-1] == "a1"
    assert chosen(memories=[today, *solid], now=NOW + REST)[0] == "a1"
    assert chosen([FOUR[0]], memories=[today]) == ["a1"]


def test_minutes_bound_the_set_scoring_included_but_never_to_nothing():
    each = 2 + SCORING_MINUTES
    assert len(chosen(minutes=2 * each)) == 2
    assert len(chosen(minutes=2 * each - 1)) == 1
    assert len(chosen(minutes=1)) == 1


def test_a_pick_knows_whether_its_question_is_new():
    known = {"a1": memory("a1"), "a2": memory("a2")}
    picks = select(FOUR, competencies=AREAS, memories=known, estimates={}, now=NOW, begun={"a2", "b2"})
    assert {pick.question.id: pick.new for pick in picks} == {"a1": False, "a2": False, "b1": True, "b2": True}


NEW, AGAIN = "You have not answered this one yet", "You last answered this"
HEAVY = {"a": competency("a", weight=2)}
SOLID = memory("a1", stability=90)


def seen(memory: Memory) -> dict:
    return {"memories": {"a1": memory}}


def known(**how) -> dict:
    return {"estimates": {"a": estimate("a", **how)}}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"begun": {"a1"}}, "You began this answer and have not finished it."),
        ({}, f"{NEW}, and little is known so far of how you do in A."),
        ({"competencies": HEAVY}, f"{NEW}, and A is at the core of the job."),
        (known(level=2.0), f"{NEW}, and you are below your target in A."),
        (known(level=2.9), f"{NEW}, and you are likely below your target in A."),
        (known(level=2.0, answers=2), f"{NEW}, and little is known so far of how you do in A."),
        (known(level=4.0), f"{NEW}."),
        (seen(memory("a1")), f"{AGAIN} 5 days ago, and some of it may be forgotten soon."),
        (seen(memory("a1", days_ago=33 / 24, stability=1)), f"{AGAIN} yesterday, and some of it may be forgotten soon."),
        (seen(memory("a1", days_ago=40 / 24, stability=1)), f"{AGAIN} 2 days ago, and some of it may be forgotten soon."),
        (seen(memory("a1")) | {"by": NOW + timedelta(days=21)}, f"{AGAIN} 5 days ago, and some of it may be forgotten by your interview."),
        (seen(SOLID) | known(level=2.0), f"{AGAIN} 5 days ago, and you are below your target in A."),
        (seen(SOLID) | known(level=4.0), f"{AGAIN} 5 days ago, and it is worth seeing again."),
        (seen(memory("a1", days_ago=0.1)), "You answered this a few hours ago, and nothing else is left."),
    ],
)  # fmt: skip
def test_each_question_says_why_it_comes_now(arguments, why):
    given = {"competencies": AREAS, "memories": {}, "estimates": {}, "now": NOW} | arguments
    assert select([question("a1", "a")], **given)[0].why == why


def test_the_questions_that_open_interviews_say_so():
    first = select([question("g")], competencies=AREAS, memories={}, estimates={}, now=NOW)[0]
    assert first.why == f"{NEW}, and interviews of every kind ask such questions."


def test_the_policy_is_one_sentence_without_figures():
    assert POLICY.count(".") == 1
    assert POLICY.endswith(".")
    assert not any(character.isdigit() for character in POLICY)


names = st.sampled_from([f"{area}{number}" for area in "abg" for number in range(6)])


@given(
    asked=st.lists(names, unique=True),
    remembered=st.dictionaries(names, st.floats(0, 40)),
    begun=st.sets(names),
    levels=st.dictionaries(st.sampled_from("ab"), st.floats(1, 5)),
    days_left=st.integers(-9, 400) | st.none(),
    count=st.integers(1, 15) | st.none(),
    minutes=st.integers(1, 60) | st.none(),
)
def test_a_set_never_repeats_never_strays_and_always_ends(asked, remembered, begun, levels, days_left, count, minutes):
    questions = [question(name, None if name[0] == "g" else name[0]) for name in asked]
    picks = select(
        questions,
        competencies=AREAS,
        memories={name: memory(name, days_ago=days) for name, days in remembered.items()},
        estimates={name: estimate(name, level) for name, level in levels.items()},
        now=NOW,
        by=None if days_left is None else NOW + timedelta(days=days_left),
        begun=begun,
        count=count,
        minutes=minutes,
    )
    ids = [pick.question.id for pick in picks]
    assert len(set(ids)) == len(ids) <= (count or len(asked))
    assert set(ids) <= set(asked)
    assert bool(ids) == bool(asked)
    if minutes and len(ids) > 1:
        assert minutes_for(question for question in questions if question.id in ids) <= minutes
    if not count and not minutes:
        assert set(ids) == set(asked)
        tired = [days < REST / timedelta(days=1) for days in (remembered.get(n, 99) for n in ids if n not in begun)]
        assert tired == sorted(tired)
    assert not any("%" in pick.why for pick in picks)


places = st.sampled_from([None, "uk", "eu"])
seniorities = st.sampled_from(SENIORITIES)


@given(asked=st.lists(st.tuples(places, seniorities), max_size=12), place=places, reach=seniorities | st.none())
def test_what_may_be_asked_is_never_outside_the_profile(asked, place, reach):
    questions = [question(f"q{n}", jurisdiction=j, seniority=s) for n, (j, s) in enumerate(asked)]
    fitting = eligible(questions, Profile(jurisdiction=place, seniority=reach))
    assert all(q.jurisdiction in (None, place) for q in fitting)
    assert reach is None or all(SENIORITIES.index(q.seniority) <= SENIORITIES.index(reach) for q in fitting)
    assert [q for q in questions if q in fitting] == fitting
    left = len(questions) - len(fitting)
    assert (left_out(left, Profile(jurisdiction=place, seniority=reach)) is None) == (left == 0)


def test_what_is_left_out_is_said_in_a_sentence():
    sentence = left_out(3, Profile(jurisdiction="uk", seniority="experienced"))
    assert sentence == (
        "Asked are questions that hold everywhere or in the UK, up to the seniority 'experienced'. 3 more are left out."
    )
    assert left_out(1, Profile()) == "Asked are questions that hold everywhere. 1 more is left out."


def test_a_question_whose_guide_was_read_is_no_new_one_and_rests():
    read = {"a1": NOW - timedelta(hours=2), "b1": NOW - timedelta(days=3)}
    picks = select(FOUR, competencies=AREAS, memories={}, estimates={}, now=NOW, guides_read=read)
    told = {pick.question.id: (pick.new, pick.why) for pick in picks}
    assert [pick.question.id for pick in picks][-1] == "a1"
    assert told["a1"] == (False, "You read its guide a few hours ago, and nothing else is left.")
    assert told["b1"] == (False, "You read its guide 3 days ago, and have not answered it yet.")
    assert told["a2"][0]


def test_reading_a_guide_lets_an_answered_question_rest_too():
    old = memory("a1", days_ago=9)
    assert chosen(FOUR[:2], memories=[old, memory("a2", days_ago=9)], guides_read={"a1": NOW})[-1] == "a1"
