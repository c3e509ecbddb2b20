"""The practice form has the names, the order and the refusals that are promised."""

import re

from playwright.sync_api import expect

from browser.desk import CRITERIA, Desk, attempts

TWO_QUESTIONS = "recprep.practice(questions=2)"


def test_before_the_guide_the_form_has_a_question_an_answer_and_a_prediction(desk: Desk) -> None:
    form = desk.practise('recprep.practice("ethics")')
    expect(form.root.get_by_role("heading", level=2)).to_contain_text("?")
    expect(form.answer).to_be_editable()
    expect(form.root.get_by_role("checkbox", name="I answered aloud")).to_be_enabled()
    expect(form.group("Prediction").get_by_role("radio")).to_have_count(5)
    expect(form.button("Show the guide")).to_be_enabled()
    expect(form.button("Skip")).to_be_enabled()
    for later in ("Save and next", "Next question", "Undo", "Practise another set"):
        expect(form.button(later)).to_be_hidden()
    expect(form.heading("What the interviewer listens for")).to_be_hidden()


def test_with_the_guide_come_key_points_and_one_group_for_each_criterion(desk: Desk) -> None:
    form = desk.practise()
    form.write("I would refuse, and say why.")
    form.open_guide()
    expect(form.root.get_by_role("group", name="Key points covered").get_by_role("checkbox").first).to_be_enabled()
    for name in CRITERIA:
        expect(form.group(name).get_by_role("radio")).to_have_count(5)
    expect(form.button("Save and next")).to_be_enabled()
    expect(form.button("Show the guide")).to_be_hidden()


def test_a_question_about_motives_is_not_scored_on_what_it_cannot_show(desk: Desk) -> None:
    form = desk.practise('recprep.practice(kind="motivation", questions=1)')
    form.write("I like finding what others have lost.")
    form.open_guide()
    expect(form.group("Structure")).to_be_visible()
    expect(form.group("Judgement")).to_be_hidden()


def test_nothing_is_chosen_in_advance(desk: Desk) -> None:
    form = desk.practise()
    expect(form.root.locator(":checked")).to_have_count(0)
    form.write("I would refuse, and say why.")
    form.open_guide()
    expect(form.root.locator(":checked")).to_have_count(0)


def test_the_guide_stays_closed_until_something_is_written(desk: Desk) -> None:
    form = desk.practise()
    form.button("Show the guide").click()
    expect(form.alert("Answer first")).to_be_visible()
    expect(form.heading("What the interviewer listens for")).to_be_hidden()
    form.write("I would refuse.")
    expect(form.alert("Answer first")).to_be_hidden()
    form.open_guide()


def test_the_guide_opens_for_an_answer_given_aloud(desk: Desk) -> None:
    form = desk.practise()
    form.root.get_by_role("checkbox", name="I answered aloud").check()
    form.open_guide()


def test_a_prediction_can_be_taken_back_until_the_guide_opens(desk: Desk) -> None:
    form = desk.practise()
    form.level("Prediction", 4).check()
    form.button("Clear the prediction").click()
    expect(form.group("Prediction").locator(":checked")).to_have_count(0)
    form.level("Prediction", 2).check()
    form.write("I would refuse.")
    form.open_guide()
    expect(form.level("Prediction", 2)).to_be_checked()
    expect(form.level("Prediction", 2)).to_be_disabled()
    expect(form.answer).not_to_be_editable()


def test_a_save_without_all_levels_names_those_missing(desk: Desk) -> None:
    form = desk.practise()
    form.write("I would refuse.")
    form.open_guide()
    for name in ("Accuracy", "Evidence", "Communication"):
        form.level(name, 3).check()
    form.button("Save and next").click()
    expect(form.alert("choose a level for Structure and Judgement.")).to_be_visible()
    form.level("Structure", 3).check()
    expect(form.alert("Not saved yet")).to_be_hidden()
    assert attempts(desk.home) == 0


def test_the_result_builds_up_as_levels_are_chosen(desk: Desk) -> None:
    form = desk.practise()
    form.write("I would refuse.")
    form.open_guide()
    form.level("Accuracy", 4).check()
    expect(form.root.get_by_text("So far: 1 of 5 criteria are scored.")).to_be_visible()
    form.score(4)
    expect(form.root.get_by_text("80 %: nearly.")).to_be_visible()
    form.level("Judgement", 2).check()
    expect(form.root.get_by_text("Judgement at 2 or less.")).to_be_visible()


def test_the_buttons_stay_where_they_are_while_the_result_builds_up(desk: Desk) -> None:
    form = desk.practise()
    form.write("I would refuse.")
    form.open_guide()
    empty = form.result_height()
    form.score(2)
    expect(form.root.get_by_text("essential key point")).to_be_visible()
    assert form.result_height() == empty


def test_a_double_click_on_save_and_next_saves_once(desk: Desk) -> None:
    form = desk.practise(TWO_QUESTIONS)
    form.answer_in_full("I would ask who may see it.")
    form.button("Save and next").dblclick()
    expect(form.root.get_by_text("Question 2 of 2")).to_be_visible()
    expect(form.status).to_have_text("Attempt saved. You have 1 in all.")
    assert attempts(desk.home) == 1


def test_draft_saved_is_announced_once_for_each_question(desk: Desk) -> None:
    """A screen reader speaks whenever the region changes; so it must not, while the same stays true."""
    form = desk.practise(TWO_QUESTIONS)
    form.watch_status()
    for sentence in ("First I ask. ", "Then I look. ", "Then I write it down."):
        form.write(sentence)
    desk.wait_for_draft("Then I write it down.")
    assert form.heard() == ["Draft saved"]
    form.button("Skip").click()
    form.wait_for_question()
    expect(form.answer).to_have_value("")
    form.write("Next one.")
    desk.wait_for_draft("Next one.")
    assert [words for words in form.heard() if words] == ["Draft saved", "Draft saved"]


def test_skip_keeps_the_words_and_undo_takes_an_attempt_back_with_all_that_was_entered(desk: Desk) -> None:
    form = desk.practise(TWO_QUESTIONS)
    form.write("Half an ans")
    form.button("Skip").click()
    form.wait_for_question()
    expect(form.answer).to_have_value("")
    form.answer_in_full("I would say no.", level=4)
    form.button("Save and next").click()
    expect(form.heading("This set is done")).to_be_focused()
    form.button("Undo").click()
    expect(form.answer).to_have_value("I would say no.")
    expect(form.level("Structure", 4)).to_be_checked()
    expect(form.status).to_have_text("Taken back. You have 0 attempts in all.")
    assert desk.drafts() == {"Half an ans", "I would say no."}


def test_the_frame_can_be_put_into_the_answer_and_keeps_what_is_there(desk: Desk) -> None:
    form = desk.practise()
    form.write("I begin.")
    form.root.get_by_text("A frame that fits").click()
    form.button("Put these steps into my answer").click()
    expect(form.answer).to_have_value(re.compile(r"^I begin\.\n\n\w[\w ]*: "))
    expect(form.answer).to_be_focused()


def test_the_timer_can_be_hidden(desk: Desk) -> None:
    form = desk.practise()
    form.button("Hide the timer").click()
    expect(form.root.get_by_role("timer")).to_be_hidden()
    form.button("Show the timer").click()
    expect(form.root.get_by_role("timer")).to_be_visible()
