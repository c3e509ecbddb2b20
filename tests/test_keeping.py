"""How long answers are kept, by the calendar that hangs on the person's wall."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.problem import Problem
from recprep.storage.custody.keeping import CHOICES, UNTIL_ERASED, Rule, rule_from

RULES = st.one_of(
    st.builds(Rule, days=st.integers(1, 36_500)), st.builds(Rule, months=st.integers(1, 1_200))
)  # fmt: skip
DAYS = st.dates(date(1970, 1, 1), date(2200, 1, 1))


@pytest.mark.parametrize(
    ("rule", "given_on", "last_day"),
    [
        (Rule(months=6), date(2025, 8, 31), date(2026, 2, 28)),
        (Rule(months=6), date(2027, 8, 31), date(2028, 2, 29)),
        (Rule(months=12), date(2024, 2, 29), date(2025, 2, 28)),
        (Rule(months=48), date(2024, 2, 29), date(2028, 2, 29)),
        (Rule(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Rule(months=1), date(2026, 2, 28), date(2026, 3, 28)),
        (Rule(months=3), date(2025, 11, 30), date(2026, 2, 28)),
        (Rule(months=24), date(2026, 12, 1), date(2028, 12, 1)),
        (Rule(months=12), date(2025, 12, 31), date(2026, 12, 31)),
        (Rule(days=90), date(2025, 12, 1), date(2026, 3, 1)),
        (Rule(days=1), date(2028, 2, 28), date(2028, 2, 29)),
        (Rule(months=1_200), date(9_950, 1, 1), date.max),
        (Rule(days=36_500), date(9_950, 1, 1), date.max),
    ],
)
def test_the_last_day_is_that_of_the_calendar_or_the_last_of_its_month(rule, given_on, last_day):
    assert rule.last_day(given_on) == last_day
    assert not rule.is_past(given_on, today=last_day)
    assert last_day == date.max or rule.is_past(given_on, today=last_day + timedelta(days=1))


@given(rule=RULES, given_on=DAYS)
def test_an_answer_is_never_due_before_one_that_was_given_earlier(rule, given_on):
    assert given_on < rule.last_day(given_on) <= rule.last_day(given_on + timedelta(days=1))


@given(rule=RULES)
def test_a_rule_is_read_from_its_own_words(rule):
    assert rule_from(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("12m", Rule(months=12)),
        ("1 year", Rule(months=12)),
        (" 2Y ", Rule(months=24)),
        ("18 months", Rule(months=18)),
        ("90d", Rule(days=90)),
        ("1 day", Rule(days=1)),
        ("forever", None),
        ("", None),
        (UNTIL_ERASED, None),
    ],
)
def test_a_rule_can_be_said_in_several_ways(text, rule):
    assert rule_from(text) == rule


@pytest.mark.parametrize(
    "text", ["soon", "0 days", "-3 m", "12", "1.5 years", "36501 days", "101 years", "m", "1 week"]
)
def test_what_says_no_time_is_a_problem_that_names_some(text):
    with pytest.raises(Problem, match=rf"^'{text}' says no time.*as it was.*'6 months'"):
        rule_from(text)


def test_the_choices_are_named_by_their_words():
    assert list(CHOICES) == ["3 months", "6 months", "1 year", "2 years", UNTIL_ERASED]
    assert all(rule_from(words) == rule for words, rule in CHOICES.items())


def test_a_rule_of_nothing_or_of_two_times_cannot_be_made():
    for numbers in ({}, {"days": 1, "months": 1}, {"days": -1}, {"months": -1, "days": 1}):
        with pytest.raises(ValueError, match="no rule"):
            Rule(**numbers)
