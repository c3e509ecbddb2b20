"""The practice form without a browser: set a value, take a step, read the record."""

import json
import sqlite3
from threading import Event, Thread

import pytest
from ipywidgets import Button

from recprep.core.problem import Problem
from recprep.core.session import Session
from recprep.ui.forms import frame
from recprep.ui.forms.frame import Form
from recprep.ui.forms.practice import PracticeForm

FOUR = {"accuracy": 4, "structure": 4, "judgement": 4, "communication": 4}


@pytest.fixture
def form(bank, store, clock, new_id) -> PracticeForm:
    questions = [bank.question_by_id[name] for name in ("flying-up", "landing-down")]
    return PracticeForm(
        lambda _wide: Session(bank, questions, keeper=store, clock=clock, new_id=new_id, zone="+00:00"),
        homes=lambda: [store.home_id],
    )


def shown(part) -> bool:
    return part.layout.display != "none"


def button(form: PracticeForm, name: str) -> Button:
    return next(b for b in form._buttons.values() if b.description == name)


def buttons_shown(form: PracticeForm) -> list[str]:
    return [b.description for b in form._buttons.values() if shown(b)]


def said(form: PracticeForm) -> str:
    return form.notices.said.get("alert", "")


def test_the_guide_is_nowhere_in_the_form_before_an_answer(form):
    sent = json.dumps([part.get_state() for part in form.children], default=str)
    assert "birds" not in sent
    assert form.question.strong_answer not in sent
    assert form.question.listening_for not in sent
    assert buttons_shown(form) == ["Show the guide", "Skip"]


def test_words_instead_of_numbers_are_followed_at_the_next_look_begun_or_not(bank, store, clock, new_id):
    wish = [False]
    form = PracticeForm(
        lambda _wide: Session(
            bank, [bank.question_by_id["flying-up"]], keeper=store, clock=clock, new_id=new_id, zone="+00:00"
        ),
        homes=lambda: [store.home_id],
        words_only=lambda: wish[0],
    )
    assert [option["html"] for option in form._prediction.groups[0]["options"]] == ["1", "2", "3", "4", "5"]
    wish[0] = True
    form.look()
    assert form._prediction.groups[0]["options"][0]["html"] == "Far from it"
    form.answer = "Up."
    form.reveal()
    form.scores = FOUR
    assert form._result.body.startswith("<p><strong>Nearly.</strong>")
    assert {option["label"] for group in form._grid.groups for option in group["options"]} == {""}
    wish[0] = False
    form.look()
    assert "80 %" in form._result.body


def test_the_steps_work_from_python(form, store):
    form.answer = "Up is up."
    form.prediction = 3
    form.reveal()
    form.key_points = [0, 1]
    form.scores = FOUR
    assert (form.answer, form.prediction, form.key_points, form.scores) == ("Up is up.", 3, (0, 1), FOUR)
    attempt = form.save()
    assert store.attempts() == [attempt]
    assert buttons_shown(form) == ["Next question", "Undo"]
    form.next()
    assert form.question.id == "landing-down"
    form.undo()
    assert (form.question.id, form.answer, form.scores) == ("flying-up", "Up is up.", FOUR)
    assert store.attempts() == []


def test_the_form_shows_what_python_sets(form):
    form.answer = "Up"
    form.aloud = True
    form.prediction = 2
    assert (form._answer.text, form._aloud.chosen, form._prediction.chosen) == ("Up", {"aloud": [1]}, {"level": 2})
    form.reveal()
    assert form._answer.locked
    assert form.question.strong_answer.replace("**well**", "<strong>well</strong>") in form._guide.body
    assert [group["legend"] for group in form._grid.groups] == ["Accuracy", "Structure", "Judgement", "Communication"]


def test_nothing_is_chosen_in_advance(form):
    form.aloud = True
    form.reveal()
    assert (form._grid.chosen, form._key_points.chosen, form._prediction.chosen) == ({}, {"covered": []}, {})


def test_what_is_chosen_on_the_page_reaches_the_session(form):
    form._aloud.chosen = {"aloud": [1]}
    form._prediction.chosen = {"level": 5}
    button(form, "Show the guide").click()
    form._key_points.chosen = {"covered": [2]}
    form._grid.chosen = FOUR
    assert (form.aloud, form.prediction, form.key_points, form.scores) == (True, 5, (2,), FOUR)
    assert "80 %: nearly" in form._result.body
    button(form, "Save and next").click()
    assert form.question.id == "landing-down"
    assert form.notices.said["status"] == "Attempt saved. You have 1 in all."


def test_the_running_percent_says_how_much_of_it_is_scored(form):
    form.aloud = True
    form.reveal()
    form.scores = {"accuracy": 2}
    assert "40 %" in form._result.body
    assert "1 of 4 criteria" in form._result.body
    assert "Accuracy at 2 or less" in form._result.body


def test_a_refused_step_is_an_alert_on_the_page_and_a_problem_in_python(form):
    button(form, "Show the guide").click()
    assert said(form).startswith("Answer first")
    with pytest.raises(Problem, match="Answer first"):
        form.reveal()


def test_saving_without_scores_keeps_the_draft(form, store):
    form.answer = "Words"
    form.reveal()
    button(form, "Save and next").click()
    assert "choose a level for Accuracy, Structure, Judgement and Communication" in said(form)
    assert store.draft("pilot", "flying-up").answer == "Words"


def test_a_second_click_of_a_double_click_saves_nothing_more(form, store):
    form.aloud = True
    form.reveal()
    form.scores = FOUR
    save = button(form, "Save and next")
    save.click()
    save.click()
    assert (store.count(), form.question.id, said(form)) == (1, "landing-down", "")


def test_an_unexpected_error_is_said_and_the_words_stay(form, store, monkeypatch):
    form.answer = "Precious"

    def broken(*_arguments, **_more):
        raise sqlite3.OperationalError("no such thing")

    monkeypatch.setattr(store, "save_draft", broken)
    form._prediction.chosen = {"level": 3}
    assert "OperationalError: no such thing" in said(form)
    assert form.answer == "Precious"


def message(form: PracticeForm, text: str, *, page: str = "p", number: int = 1, based_on: str | None = None) -> dict:
    stamp = form._answer.stamp if based_on is None else based_on
    content = {"type": "text", "question": form._answer.question, "text": text}
    return content | {"page": page, "number": number, "based_on": stamp}


@pytest.fixture
def sent(form, monkeypatch) -> list[dict]:
    """What the kernel sends to the answer box."""
    messages: list[dict] = []
    monkeypatch.setattr(form._answer, "send", messages.append)
    return messages


def test_the_page_is_told_what_is_kept(form, sent, store):
    form._answer._receive(None, message(form, "Typed"), [])
    assert sent == [{"type": "kept", "page": "p", "number": 1, "stamp": form.session.stamp}]
    assert store.draft("pilot", "flying-up").answer == "Typed"


def test_late_words_for_another_question_are_not_taken_for_this_one(form, sent):
    late = message(form, "Late words")
    form.skip()
    form._answer._receive(None, late, [])
    assert (form.answer, sent) == ("", [])


def test_words_that_come_late_do_not_undo_newer_ones(form, sent, store):
    """A message may wait for the kernel's busy main thread while the next one is handled in another."""
    form._answer._receive(None, message(form, "All of it", number=2), [])
    form._answer._receive(None, message(form, "All", number=1), [])
    assert store.draft("pilot", "flying-up").answer == form.answer == "All of it"
    assert [told["number"] for told in sent] == [2]
    form._answer._receive(None, message(form, "All of it, and more", number=3), [])
    assert form.answer == "All of it, and more"


def test_a_choice_that_comes_late_does_not_undo_a_newer_one_of_its_group(form):
    form.aloud = True
    form.reveal()
    for group, level, number in (("accuracy", 4, 2), ("accuracy", 1, 1), ("structure", 3, 0)):
        choice = {"type": "choose", "id": group, "value": level, "page": "p", "number": number}
        form._grid._receive(None, choice, [])
    assert form.scores == {"accuracy": 4, "structure": 3}


@pytest.mark.parametrize("by", ["the page", "a cell"])
def test_what_comes_in_two_threads_is_taken_one_after_the_other(form, monkeypatch, by):
    begun, go_on, write = Event(), Event(), form.session.write

    def slow(text: str, **options: object) -> bool:
        begun.set()
        assert text != "One" or go_on.wait(60)
        return write(text, **options)

    def go_further() -> None:
        if by == "a cell":
            form.answer = "One, two"
        else:
            form._answer._receive(None, message(form, "One, two", number=2), [])

    monkeypatch.setattr(form.session, "write", slow)
    first = Thread(target=form._answer._receive, args=[None, message(form, "One"), []])
    second = Thread(target=go_further)
    first.start()
    assert begun.wait(60)
    second.start()
    second.join(0.2)
    assert second.is_alive(), "it waits for the first"
    go_on.set()
    first.join()
    second.join()
    assert form.answer == "One, two"


def test_words_of_two_pages_are_both_kept_and_offered(form, sent):
    start = form._answer.stamp
    form._answer._receive(None, message(form, "One", page="one"), [])
    form._answer._receive(None, message(form, "Two", page="two", based_on=start), [])
    assert sent[-1] == {"type": "kept", "page": "two", "number": 1, "stamp": start}
    assert form.answer == "One"
    assert shown(form._others)
    form.swap()
    assert form.answer == "Two"
    form.drop_others()
    assert not shown(form._others)


def test_words_left_in_a_browser_are_kept_aside_and_offered(form, sent):
    form.answer = "Here"
    left = {"type": "left", "question": form._answer.question, "text": "There", "key": "recprep:draft:x"}
    form._answer._receive(None, left, [])
    assert sent == [{"type": "left kept", "key": "recprep:draft:x"}]
    assert [draft.answer for draft in form.session.others] == ["There"]


@pytest.mark.parametrize("content", [None, 3, [], {}, {"type": "nonsense"}, {"type": ["text"]}])
def test_a_message_that_is_nothing_of_ours_is_left_alone(form, content):
    form._answer._receive(None, content, [])
    assert form.answer == ""


def test_the_set_ends_with_a_look_back_and_another_set(form):
    form.aloud = True
    form.reveal()
    form.scores = FOUR
    form.save()
    form.next()
    form.skip()
    assert form._heading.heading == "This set is done"
    assert "80 %" in form._heading.body
    assert buttons_shown(form) == ["Practise another set", "Undo"]
    form.another_set()
    assert form.question.id == "flying-up"


def test_a_set_that_ends_without_an_attempt_says_so(form):
    form.skip()
    form.skip()
    assert "kept as drafts" in form._heading.body


def test_hostile_words_in_a_bank_are_shown_as_text(bank, store, clock, new_id):
    from dataclasses import replace

    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> ![x](https://example.org/x.png)"
    question = replace(bank.question_by_id["flying-up"], prompt=hostile, strong_answer=hostile, pitfalls=(hostile,))
    form = PracticeForm(
        lambda _wide: Session(bank, [question], keeper=store, clock=clock, new_id=new_id, zone="+00:00"),
        homes=lambda: ["h"],
    )
    form.aloud = True
    form.reveal()
    for html in (form._guide.body, form._heading.body):
        assert "<script" not in html
        assert "<img" not in html


def test_nothing_personal_is_in_the_text_form(form):
    form.answer = "My secret words"
    bundle = form._repr_mimebundle_()
    assert "secret" not in json.dumps(bundle)
    assert "PracticeForm" in bundle["text/plain"]


def test_an_open_form_hears_of_a_saved_attempt_and_of_an_undo(form):
    heard = []

    class Listener(Form):
        def hear(self) -> None:
            heard.append(1)

    listener = Listener()
    form.aloud = True
    form.reveal()
    form.scores = FOUR
    form.save()
    form.undo()
    assert (len(heard), listener in frame._open) == (2, True)


def test_a_set_ends_with_scores_gates_and_one_thing_to_mend(form):
    form.aloud = True
    form.reveal()
    form.scores = FOUR | {"accuracy": 2}
    form.save()
    form.next()
    form.skip()
    assert "The gate was closed once" in form._heading.body
    assert "One thing to mend: Accuracy" in form._heading.body
    assert "at 2.0 on average. How is its accuracy?" in form._heading.body


def test_the_form_says_what_it_leaves_out_and_widens_in_one_click(bank, store, clock, new_id):
    questions = list(bank.question_by_id.values())

    def begin(wide: bool) -> Session:
        asked = questions if wide else questions[:2]
        return Session(
            bank, asked, keeper=store, clock=clock, new_id=new_id, zone="+00:00",
            left_out=None if wide else "2 more are left out.", reasons={asked[0].id: "It is new."},
        )  # fmt: skip

    form = PracticeForm(begin, homes=lambda: ["h"])
    assert "2 more are left out." in form._left_out.children[0].body
    assert "Question 1 of 2. It is new." in form._heading.body
    form._left_out.children[1].click()
    assert "Question 1 of 4." in form._heading.body
    assert not shown(form._left_out)


def test_trouble_in_another_open_form_stays_there(form):
    class Broken(Form):
        def hear(self) -> None:
            message = "no such chart"
            raise ValueError(message)

    broken = Broken()
    form.aloud = True
    form.reveal()
    form.scores = FOUR
    assert form.save().percent == 80
    assert said(form) == ""
    assert "no such chart" in said(broken)
