"""What is asked next, and why: begun, then due, then new where it is needed, then the rest."""

from datetime import timedelta

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.memory import Memory, Strength
from recprep.core.models import SENIORITIES, Competency, Profile, Question
from recprep.core.schedule import SCORING_MINUTES, eligible, left_out, minutes_for, select


def question(name: str, competency: str | None = None, **changes) -> Question:
    fields = {
        "id": name, "prompt": name, "kind": "knowledge", "seniority": "entry", "minutes": 2, "listening_for": "",
        "key_points": (), "strong_answer": "", "weak_answer": "", "why_weak": "", "pitfalls": (), "follow_ups": (),
        "competency": competency,
    }  # fmt: skip
    return Question(**(fields | changes))


def competency(name: str, *, weight: int = 1, target: int = 3) -> Competency:
    return Competency(id=name, name=name.upper(), definition="", lifecycle=(), weight=weight, target=target, anchors=())


def memory(name: str, *, due_in: int, days_ago: int = 5, level: float = 3.0) -> Memory:
    """Give the memory of a question answered once."""
    at = NOW - timedelta(days=days_ago)
    strength = Strength(stability=5.0, difficulty=5.0, reviewed_at=at, due=NOW + timedelta(days=due_in))
    return Memory(
        question=name, competency=name[0], count=1, level_sum=level, day=at.date(), day_count=1, day_percents=55,
        day_last=at, before=None, strength=strength,
    )  # fmt: skip


AREAS = {"a": competency("a"), "b": competency("b")}
FOUR = [question("a1", "a"), question("a2", "a"), question("b1", "b"), question("b2", "b")]


def chosen(questions=FOUR, *, memories=(), levels=None, areas=AREAS, **more) -> list[str]:
    known = {memory.question: memory for memory in memories}
    picks = select(questions, competencies=areas, memories=known, levels=levels or {}, now=NOW, **more)
    return [pick.question.id for pick in picks]


def test_new_questions_alternate_between_competencies():
    assert chosen() == ["a1", "b1", "a2", "b2"]


def test_a_heavily_weighted_competency_comes_first():
    assert chosen(areas={"a": competency("a"), "b": competency("b", weight=2)}) == ["b1", "a1", "b2", "a2"]


def test_a_weak_competency_comes_before_a_strong_one():
    assert chosen(levels={"a": 3.5, "b": 1.5})[:2] == ["b1", "b2"]


def test_the_question_that_opens_every_interview_comes_first_to_a_newcomer():
    areas = {"a": competency("a", weight=2), "b": competency("b")}
    assert chosen([*FOUR, question("general")], areas=areas)[0] in ("a1", "general")
    assert chosen([question("general"), *FOUR], areas=areas)[0] == "general"


def test_an_answer_begun_comes_first_of_all():
    assert chosen(begun={"b2"}, memories=[memory("a1", due_in=-3)])[:2] == ["b2", "a1"]


def test_what_is_due_comes_before_what_is_new_and_the_most_forgotten_first():
    memories = [memory("a1", due_in=-1, days_ago=6), memory("b1", due_in=-9, days_ago=14)]
    assert chosen(memories=memories)[:3] == ["b1", "a1", "a2"]


def test_what_is_not_due_comes_last_and_the_soonest_first():
    memories = [memory("a1", due_in=9), memory("b1", due_in=2)]
    assert chosen(memories=memories) == ["a2", "b2", "b1", "a1"]


def test_minutes_bound_the_set_scoring_included_but_never_to_nothing():
    each = 2 + SCORING_MINUTES
    assert len(chosen(minutes=2 * each)) == 2
    assert len(chosen(minutes=2 * each - 1)) == 1
    assert len(chosen(minutes=1)) == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"begun": {"a1"}}, "You began this answer and have not finished it."),
        ({"memories": {"a1": memory("a1", due_in=-1)}}, "You last answered this 5 days ago, at 55 %; it is time to see it again."),
        ({"memories": {"a1": memory("a1", due_in=-1, days_ago=1)}}, "You last answered this yesterday, at 55 %;"),
        ({"memories": {"a1": memory("a1", due_in=4)}}, "Nothing else is due. This one would come back on 27 November."),
        ({"levels": {"a": 2.0}}, "You have not answered this one yet, and A is where you are below your target."),
        ({"competencies": {"a": competency("a", weight=2)}}, "You have not answered this one yet, and A is at the core of the job."),
        ({}, "You have not answered this one yet."),
    ],
)  # fmt: skip
def test_each_question_says_why_it_comes_now(arguments, why):
    given = {"competencies": AREAS, "memories": {}, "levels": {}, "now": NOW} | arguments
    assert select([question("a1", "a")], **given)[0].why.startswith(why)


names = st.sampled_from([f"{area}{number}" for area in "ab" for number in range(6)])


@given(
    asked=st.lists(names, unique=True),
    remembered=st.dictionaries(names, st.integers(-40, 40)),
    begun=st.sets(names),
    levels=st.dictionaries(st.sampled_from("ab"), st.floats(1, 5)),
    count=st.integers(1, 15) | st.none(),
    minutes=st.integers(1, 60) | st.none(),
)
def test_a_set_never_repeats_never_strays_and_always_ends(asked, remembered, begun, levels, count, minutes):
    questions = [question(name, name[0]) for name in asked]
    memories = [memory(name, due_in=days) for name, days in remembered.items()]
    ids = chosen(questions, memories=memories, begun=begun, levels=levels, count=count, minutes=minutes)
    assert len(set(ids)) == len(ids) <= (count or len(asked))
    assert set(ids) <= set(asked)
    assert bool(ids) == bool(asked)
    if minutes and len(ids) > 1:
        assert minutes_for(question for question in questions if question.id in ids) <= minutes


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
