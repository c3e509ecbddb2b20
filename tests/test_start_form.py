"""The start page: days left, today's set, the weakest area, what changed, and the profile."""

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from answering import answer_all
from conftest import NOW

from recprep import workbook
from recprep.core import schedule
from recprep.core.models import Profile
from recprep.storage import paths
from recprep.storage.library import load_bank
from recprep.storage.profile import KEY, read_profile
from recprep.ui.forms.start import StartForm


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """It is the day of `NOW`."""
    monkeypatch.setattr(workbook, "_now", lambda: NOW)


@pytest.fixture
def start() -> StartForm:
    return workbook.start()


def shown(part) -> bool:
    return part.layout.display != "none"


def answer(form, level: int = 3) -> None:
    form.aloud = True
    form.reveal()
    form.scores = {row.id: level for row in form.session.criteria}
    form.save()


def test_a_newcomer_is_welcomed_and_offered_a_set(start):
    assert start._stand.heading == "Welcome"
    assert "questions, about" in start._today.body
    assert "new." in start._today.body
    assert (shown(start._begun), shown(start._latest)) == (False, False)


def test_the_button_opens_todays_set_in_place(start):
    start._begin.click()
    (form,) = start._place.children
    assert form.question.id == "general-experience"
    assert len(form.session.questions) == int(start._today.body.split()[0].removeprefix("<p>"))


def test_the_page_follows_a_saved_attempt_and_an_undo(start):
    form = start.begin()
    answer(form)
    assert start._stand.heading == "Where you stand"
    assert "You have answered 1 of" in start._stand.body
    assert "There are too few answers yet to name a weakest area." in start._stand.body
    assert "60 %" in start._latest.body
    form.undo()
    assert start._stand.heading == "Welcome"


def test_what_was_begun_is_named_as_text(start):
    workbook.practice("ethics").answer = "Half a <b>sentence"
    start.refresh()
    assert "Half a &lt;b&gt;sentence" in start._begun.body
    assert shown(start._begun)


def test_two_months_are_summed_up(two_months_home):
    start = workbook.start()
    assert "Practice pays most in <strong>" in start._stand.body
    assert "Last time, on 22 November, you saved" in start._stand.body
    assert re.search("that you had answered before came out (no )?higher", start._stand.body)
    assert re.search(r"\d+ questions, about \d+ minutes: .*\d (new|to see again)\.", start._today.body)
    assert schedule.POLICY in start._today.body


@pytest.mark.parametrize(
    ("days", "heading"),
    [
        (9, "9 days to the interview"),
        (1, "The interview is tomorrow"),
        (0, "The interview is today"),
        (-3, "The interview is behind you"),
    ],
)
def test_the_days_left_are_counted(start, days, heading):
    start.profile = Profile(interview_on=NOW.astimezone().date() + timedelta(days=days))
    assert start._stand.heading == heading


def test_what_is_chosen_on_the_page_is_kept_and_chooses_the_set(start):
    before = start._today.body
    start._fields["seniority"].value = "entry"
    start._fields["minutes_a_day"].value = 10
    start._fields["interview_on"].value = date(2026, 12, 1)
    assert start.profile == Profile(interview_on=date(2026, 12, 1), seniority="entry", minutes_a_day=10)
    assert start._today.body != before
    assert start.notices.said["status"] == "Saved. Today's set is chosen anew."
    assert workbook.start()._fields["seniority"].value == "entry"


def test_setting_the_profile_from_python_shows_on_the_page(start):
    start.profile = replace(start.profile, jurisdiction="canada")
    assert start._fields["jurisdiction"].value == "canada"


def test_a_profile_set_in_several_fields_at_once_is_kept_whole(start):
    whole = Profile(
        interview_on=date(2026, 12, 1), seniority="senior", jurisdiction="uk", minutes_a_day=60, words_only=True
    )
    start.profile = whole
    assert start.profile == whole
    assert start._fields["words_only"].value is True


def test_minutes_said_from_python_are_offered_on_the_page_too(start):
    start.profile = Profile(minutes_a_day=25)
    assert start._fields["minutes_a_day"].label == "25 minutes"
    start._fields["seniority"].value = "entry"
    assert workbook.start().profile == Profile(minutes_a_day=25, seniority="entry")


def days_ahead(days: int) -> date:
    return NOW.astimezone().date() + timedelta(days=days)


def rows(body: str) -> list[list[str]]:
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]
    return [[re.sub("<.*?>", "", cell) for cell in row] for row in cells]


def test_without_a_day_it_says_what_would_stand_here(start):
    assert start._plan.body.startswith("<p>Say below when the interview is")
    assert not shown(start._without_date)


def test_with_a_day_every_day_until_it_is_planned_within_its_minutes(start):
    start.profile = Profile(interview_on=days_ahead(4), minutes_a_day=30)
    head, *days = rows(start._plan.body)
    assert head == ["Day", "To see again", "New", "Areas", "Minutes"]
    assert [day[0] for day in days] == ["Today", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov"]
    assert all(0 < int(minutes) <= 30 for *_, minutes in days)
    assert re.search(r"\d+ new questions will not fit: ", start._plan.body)


def test_todays_row_of_the_plan_is_todays_set(start):
    start.profile = Profile(interview_on=days_ahead(4))
    today = rows(start._plan.body)[1]
    assert start._today.body.startswith(f"<p>{int(today[1]) + int(today[2])} questions, about {today[4]} minutes")


def test_a_long_plan_is_folded_after_a_week(start):
    start.profile = Profile(interview_on=days_ahead(12))
    first, _, later = start._plan.body.partition("<details>")
    assert len(rows(first)) == 1 + 7
    assert len(rows(later.partition("</details>")[0])) == 1 + 5


def test_a_plan_does_not_reach_further_than_one_can_plan(start):
    start.profile = Profile(interview_on=days_ahead(4_000), minutes_a_day=10)
    assert "The plan reaches 60 days ahead" in start._plan.body
    assert len(rows(start._plan.body)) == 2 + 60


@pytest.fixture
def in_new_york(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "evening", [datetime(2027, 3, 14, 4, 30, tzinfo=UTC), datetime(2026, 10, 31, 4, 30, tzinfo=UTC)]
)
def test_no_day_is_planned_twice_or_left_out_when_clocks_change(in_new_york, monkeypatch, evening):
    monkeypatch.setattr(workbook, "_now", lambda: evening)
    start = workbook.start()
    today = evening.astimezone().date()
    start.profile = Profile(interview_on=today + timedelta(days=4))
    shown_days = [day[0] for day in rows(start._plan.body)[1:]]
    assert shown_days == ["Today", *(f"{today + timedelta(days=number):%a %d %b}" for number in (1, 2, 3))]


def test_when_every_question_was_seen_it_says_that_every_new_one_has_room(start):
    start.profile = Profile(interview_on=days_ahead(4), minutes_a_day=5_000)
    assert "Every new question that fits you has room." in start._plan.body


def test_one_may_rest_only_when_nothing_that_was_seen_is_due(store, clock, new_id, monkeypatch):
    answer_all(load_bank(), store, clock, new_id, level=1)
    monkeypatch.setattr(workbook, "_now", lambda: NOW + timedelta(days=30))
    later = workbook.start()
    assert "You can rest" not in later._today.body


def test_a_missed_day_is_planned_anew_without_a_word_about_it(start, monkeypatch):
    start.profile = Profile(interview_on=days_ahead(4))
    monkeypatch.setattr(workbook, "_now", lambda: NOW + timedelta(days=2))
    late = workbook.start()
    assert [day[0] for day in rows(late._plan.body)[1:]] == ["Today", "Thu 26 Nov"]
    assert not re.search("miss|late|behind|should", late._plan.body)
    assert "a day off needs no catching up" in late._plan.body


def test_after_the_day_it_says_so_and_asks(start):
    start.profile = Profile(interview_on=days_ahead(-1))
    assert "The day that you named, 22 November, has passed. Is there another interview?" in start._plan.body
    assert shown(start._without_date)
    start._without_date.click()
    assert start.profile.interview_on is None
    assert start._stand.heading == "Welcome"
    assert not shown(start._without_date)


def test_saving_in_the_page_does_not_wait_for_the_plan(start):
    start.profile = Profile(interview_on=days_ahead(3))
    planned = start._plan.body
    answer(start.begin())
    assert start._plan.body == planned
    start.look()
    assert start._plan.body != planned


def test_who_wants_words_sees_no_percent_and_no_level(two_months_home):
    start = workbook.start()
    assert "%" in start._latest.body
    assert "likely between" in start._stand.body
    start._fields["words_only"].value = True
    assert "%" not in start._latest.body
    assert not re.search(r"\d\.\d", start._stand.body)
    assert re.search(r"It is in the band \w+, (surely|likely|perhaps) below its target", start._stand.body)
    assert start.profile.words_only


def test_who_has_not_calibrated_is_told_what_it_would_bring(start):
    answer(start.begin())
    assert "Nobody knows yet how strictly you score." in start._stand.body


def test_who_has_calibrated_is_not_told_again(two_months_home):
    assert "Nobody knows yet" not in workbook.start()._stand.body


def test_a_profile_that_cannot_be_read_is_as_at_first(start):
    store = workbook._store(paths.database())
    for nonsense in (
        "",
        "[]",
        "{",
        '{"seniority": 3, "x": 1}',
        '{"interview_on": "soon"}',
        '{"seniority": "god"}',
        '{"minutes_a_day": "x"}',
    ):
        store.set_setting(KEY, nonsense, at=NOW)
        assert read_profile(store) == Profile()


def test_when_all_was_seen_and_nothing_is_due_it_says_what_one_may_do(store, clock, new_id):
    answer_all(load_bank(), store, clock, new_id, level=4)
    start = workbook.start()
    assert "You have seen every question, and none is due today. You can rest, or go on." in start._today.body


def test_it_says_where_the_words_are(start, home):
    assert str(home) in start._where.body


def test_what_was_not_said_is_shown_in_words(start):
    for name in ("seniority", "jurisdiction"):
        assert start._fields[name].label == "not said"
    start.profile = Profile(seniority="senior")
    start.profile = Profile()
    assert start._fields["seniority"].label == "not said"


def test_after_the_minutes_of_the_day_it_says_that_it_was_enough(start):
    assert start._begin.description == "Start today's set"
    form = start.begin()
    while form.question:
        answer(form)
        form.next()
    assert re.match(r"<p>You have practised about \d+ minutes today, as planned\.", start._today.body)
    assert start._begin.description == "Start another set"
