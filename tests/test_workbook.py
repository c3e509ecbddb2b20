"""The public functions, on the bank that is shipped."""

import subprocess
import sys
import threading

import pytest

import recprep
from recprep import Problem
from recprep.core.models import Profile
from recprep.core.schedule import minutes_for


def test_practice_asks_five_questions_beginning_with_the_opening_one():
    form = recprep.practice()
    assert len(form.session.questions) == 5
    assert form.question.id == "general-experience"


def test_practice_can_be_narrowed():
    form = recprep.practice("compliance", kind="situational", seniority="experienced")
    assert {(q.competency, q.kind, q.seniority) for q in form.session.questions} == {
        ("compliance", "situational", "experienced")
    }


def test_minutes_bound_a_set():
    questions = recprep.practice(minutes=20).session.questions
    assert len(questions) > 1
    assert minutes_for(questions) <= 20


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"competency": "juggling"}, "There is no competency 'juggling' in this bank. You can choose: capture, "),
        ({"kind": "riddle"}, "There is no kind 'riddle' in this bank. You can choose: background, "),
        ({"seniority": "godlike"}, "There is no seniority 'godlike'"),
        ({"competency": "retention", "kind": "motivation"}, "No question is all of this: retention, motivation."),
        ({"questions": 0}, "questions is a whole number from 1; 0 is not."),
        ({"minutes": "ten"}, "minutes is a whole number from 1; 'ten' is not."),
        ({"role": "astronaut"}, "There is no role 'astronaut'. "),
        ({"role": "../records-coordinator"}, "There is no role"),
    ],
)
def test_what_cannot_be_asked_for_is_said_calmly(arguments, sentence):
    with pytest.raises(Problem) as caught:
        recprep.practice(**arguments)
    assert str(caught.value).startswith(sentence)
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_what_was_practised_comes_back_as_a_tidy_frame():
    form = recprep.practice(questions=1)
    form.aloud = True
    form.reveal()
    form.scores = {row.id: 3 for row in form.session.criteria}
    form.save()
    assert set(recprep.attempts()["percent"]) == {60}
    form.undo()
    assert recprep.attempts().empty
    assert len(recprep.attempts(withdrawn=True)) == 5


def test_only_questions_that_fit_the_profile_are_asked_and_one_click_widens():
    recprep.start().profile = Profile(seniority="entry", jurisdiction="canada")
    form = recprep.practice(questions=200)
    asked = form.session.questions
    assert {question.seniority for question in asked} == {"entry"}
    assert {question.jurisdiction for question in asked} <= {None, "canada"}
    assert form.session.left_out.startswith("Asked are questions that hold everywhere or in Canada, up to")
    form.widen()
    assert len(form.session.questions) == len(recprep.load_bank().questions)
    assert form.session.left_out is None


def test_where_nothing_fits_the_profile_what_was_asked_for_is_asked():
    recprep.start().profile = Profile(seniority="entry")
    assert {q.seniority for q in recprep.practice(seniority="senior").session.questions} == {"senior"}


def test_an_open_page_takes_up_what_was_done_on_another_as_long_as_nothing_was_begun_on_it():
    waiting, busy = recprep.practice(), recprep.practice()
    busy.answer = "Typed over there"
    waiting.look()
    assert waiting.answer == "Typed over there"
    busy.reveal()
    busy.scores = {row.id: 4 for row in busy.session.criteria}
    asked = busy.question
    busy.save()
    assert waiting.question != asked
    sitting = waiting.session
    waiting.look()
    assert waiting.session is sitting  # nothing changed, so nothing is drawn anew


def test_a_page_on_which_something_was_begun_stays_as_it_is():
    one, other = recprep.practice(), recprep.practice()
    one.prediction = 3
    other.answer = "Words"
    asked = one.question
    one.look()
    assert (one.question, one.prediction, one.answer) == (asked, 3, "")
    one.skip()
    assert one.session.begun


def test_an_answer_begun_is_asked_first_the_next_time():
    recprep.practice("ethics").answer = "Begun"
    form = recprep.practice()
    assert (form.question.competency, form.answer) == ("ethics", "Begun")


def test_the_start_page_stands_on_an_empty_home():
    assert recprep.start()._stand.heading == "Welcome"


def test_importing_the_package_alone_is_light():
    code = "import sys, recprep; print(*sorted({'pandas', 'ipywidgets', 'numpy', 'yaml'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(AttributeError, match=f"it has Problem, attempts, .*{recprep.__all__[-1]}$"):
        recprep.practise  # noqa: B018


def test_a_damaged_history_is_set_aside_and_said_at_the_head_of_both_pages(home):
    home.mkdir()
    (home / "history.db").write_bytes(b"no database at all" * 100)
    for form in (recprep.practice(), recprep.start()):
        first = form.children[0]
        assert first.heading == "Please read this first"
        assert "history.damaged-" in first.body
    assert len(list(home.glob("history.damaged-*.db"))) == 1


def seen(form) -> None:
    """Say that the person sees a form, and wait for what this begins."""
    form.notices._receive(None, {"type": "look"}, [])
    for thread in threading.enumerate():
        if thread.name == "backup of the day":
            thread.join()


def test_the_first_look_at_a_page_has_the_backup_of_the_day_made(two_months_home):
    form = recprep.start()
    assert not (two_months_home / "backups").exists()
    seen(form)
    made = list((two_months_home / "backups").iterdir())
    seen(form)
    seen(recprep.practice())
    assert [path.name[:14] for path in made] == ["recprep-daily-"]
    assert list((two_months_home / "backups").iterdir()) == made


def test_a_backup_of_the_day_that_fails_is_said_and_the_page_goes_on(two_months_home):
    (two_months_home / "backups").write_text("in the way")
    form = recprep.start()
    seen(form)
    assert form.notices.said["alert"].startswith("The backup of today was not made. ")
    assert form.begin().question
