"""The calibration page as a person uses it: by mouse, by keyboard, after a reload, narrow and in both themes."""

import json
import re

from playwright.sync_api import expect

from browser.desk import Desk, Form
from browser.test_keyboard import tab_to

CALIBRATE = "recprep.calibrate()"


def open_calibration(desk: Desk, page: str | None = None) -> Form:
    desk.open_other(page or desk.lay_out(CALIBRATE), heading="The sample answer")
    return Form(desk.page)


def place(form: Form, number: int) -> None:
    expect(form.root.get_by_text(f"Sample answer {number} of 6.")).to_be_visible()


def test_six_sample_answers_by_mouse_end_in_what_the_scores_say(desk: Desk) -> None:
    form = open_calibration(desk)
    for number in range(1, 7):
        place(form, number)
        expect(form.heading("You and the reference")).to_be_hidden()
        form.score(4)
        form.button("Compare").click()
        expect(form.heading("You and the reference")).to_be_focused()
        expect(form.status).to_have_text(f"Saved. You have scored {number} sample answer{'s' * (number > 1)} in all.")
        expect(form.root.get_by_role("columnheader", name="Your score, and why the reference says so")).to_be_visible()
        expect(form.level("Structure", 4)).to_be_disabled()
        form.button("Next sample answer").click()
        expect(form.root.get_by_role("heading", level=2)).to_be_focused()
    expect(form.heading("This set is done")).to_be_focused()
    expect(form.root.get_by_text(re.compile(r"Of \d+ scores in 6 sample answers"))).to_be_visible()
    expect(form.root.get_by_role("columnheader", name="Likely between")).to_be_visible()
    form.button("Score another set").click()
    place(form, 1)


def test_one_sample_answer_by_keyboard_alone(desk: Desk) -> None:
    form = open_calibration(desk)
    page = desk.page
    form.root.get_by_role("heading", level=2).focus()
    tab_to(page, form.root.locator("summary"))
    page.keyboard.press("Enter")
    expect(form.root.locator("details li").first).to_be_visible()
    for name in form.criteria():
        tab_to(page, form.level(name, 1))
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        expect(form.level(name, 2)).to_be_checked()
    tab_to(page, form.button("Compare"))
    page.keyboard.press("Enter")
    expect(form.heading("You and the reference")).to_be_focused()
    tab_to(page, form.button("Next sample answer"))
    page.keyboard.press("Space")
    place(form, 2)


def test_compare_with_a_level_missing_says_which_and_shows_no_reference(desk: Desk) -> None:
    form = open_calibration(desk)
    form.level("Structure", 3).check()
    form.button("Compare").click()
    expect(form.alert("Choose a level for")).to_be_visible()
    expect(form.heading("You and the reference")).to_be_hidden()
    expect(form.level("Structure", 3)).to_be_checked()


def test_no_letter_on_it_harms_a_cell(desk: Desk) -> None:
    form = open_calibration(desk)
    before = desk.cells()
    for stop in (form.level("Structure", 1), form.button("Compare"), form.root.locator("summary")):
        for key in ("x", "d", "d", "b", "m", "0", "0", "Delete"):
            stop.evaluate("stop => stop.focus()")
            desk.page.keyboard.press(key)
    assert desk.cells() == before


def test_levels_chosen_and_the_place_in_the_set_are_there_after_the_cell_is_run_again(desk: Desk) -> None:
    form = open_calibration(desk)
    form.score(2)
    form.button("Compare").click()
    form.button("Next sample answer").click()
    place(form, 2)
    form.level("Structure", 5).check()
    expect(form.level("Structure", 5)).to_be_checked()
    desk.wait_for_idle()
    desk.command("notebook:run-all-cells")
    place(form, 2)
    expect(form.level("Structure", 5)).to_be_checked()


def test_a_saved_page_holds_no_score(desk: Desk) -> None:
    page = desk.lay_out(CALIBRATE)
    form = open_calibration(desk, page)
    form.score(3)
    form.button("Compare").click()
    expect(form.heading("You and the reference")).to_be_focused()
    desk.save()
    text = (desk.lab.home / "workbook" / page).read_text()
    (cell,) = [cell for cell in json.loads(text)["cells"] if cell.get("outputs")]
    assert cell["outputs"][0]["data"]["text/plain"] == ["<CalibrateForm: choose Run > Run All Cells to see it>"]
    for personal in ("one level", "the same", "Compare", "widget-state"):
        assert personal not in text


def test_who_wants_words_is_shown_words(desk: Desk) -> None:
    wish = "s = recprep.start(); s.profile = type(s.profile)(words_only=True)"
    form = open_calibration(desk, desk.lay_out(wish, CALIBRATE))
    form.score(3)
    form.button("Compare").click()
    expect(form.root.get_by_role("row", name="Structure")).to_be_visible()
    expect(form.root.get_by_text(re.compile(r"You \d, the reference \d"))).to_have_count(0)
