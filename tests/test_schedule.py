"""What is asked next: begun, then new, then longest ago."""

from datetime import timedelta

from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.models import Question
from recprep.core.schedule import select


def question(name: str, competency: str | None = None, minutes: int = 2) -> Question:
    return Question(
        id=name, prompt=name, kind="knowledge", seniority="entry", minutes=minutes, listening_for="", key_points=(),
        strong_answer="", weak_answer="", why_weak="", pitfalls=(), follow_ups=(), competency=competency,
    )  # fmt: skip


FOUR = [question("a1", "a"), question("a2", "a"), question("b1", "b"), question("b2", "b")]


def ids(chosen: list[Question]) -> list[str]:
    return [question.id for question in chosen]


def test_new_questions_come_in_rounds_one_of_each_competency():
    assert ids(select(FOUR, last_answered={})) == ["a1", "b1", "a2", "b2"]


def test_an_answer_begun_comes_first():
    assert ids(select(FOUR, last_answered={}, begun={"b2"}))[0] == "b2"


def test_what_was_answered_comes_last_and_the_longest_ago_first():
    last = {"a1": NOW, "b1": NOW - timedelta(days=1)}
    assert ids(select(FOUR, last_answered=last)) == ["a2", "b2", "b1", "a1"]


def test_minutes_bound_the_set_but_never_to_nothing():
    assert ids(select(FOUR, last_answered={}, minutes=5)) == ["a1", "b1"]
    assert ids(select(FOUR, last_answered={}, minutes=1)) == ["a1"]


@given(
    names=st.lists(st.sampled_from("abcdefghij"), unique=True),
    answered=st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 99)),
    count=st.integers(1, 12),
    minutes=st.none() | st.integers(1, 30),
)
def test_a_set_is_made_of_the_questions_given_without_repeats(names, answered, count, minutes):
    questions = [question(name, minutes=ord(name) % 5 + 1) for name in names]
    last = {name: NOW - timedelta(days=days) for name, days in answered.items()}
    chosen = ids(select(questions, last_answered=last, count=count, minutes=minutes))
    assert len(set(chosen)) == len(chosen) <= count
    assert set(chosen) <= set(names)
    assert bool(chosen) == bool(names)
