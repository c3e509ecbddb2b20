"""Everything can be done by keys alone, and no key harms the notebook."""

import string

import pytest
from lab_process import LabProcess
from playwright.sync_api import Locator, Page, expect

from browser.conftest import Visit
from browser.desk import CRITERIA, Desk, Form

KEYS = [
    *string.ascii_lowercase, *string.digits, "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "Delete", "Backspace",
    "Escape",
    "d", "d", "0", "0",  # what deletes a cell, and what restarts a kernel
]  # fmt: skip
MOST_STOPS = 120


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("found => found.includes(document.activeElement)"):
            return
    pytest.fail(f"{MOST_STOPS} times Tab, and the focus was never on {wanted}")


def test_the_whole_path_by_keyboard_alone(lab: LabProcess, visit: Visit) -> None:
    """From the start page to a saved attempt and back; each step moves the focus to the heading of what is new."""
    page = visit(lab.address())
    page.get_by_role("heading", name="How it works").wait_for()
    tab_to(page, page.get_by_role("link", name="Practise", exact=True))
    page.keyboard.press("Enter")
    form = Form(page)
    expect(form.answer).to_be_visible()
    tab_to(page, form.answer)
    page.keyboard.type("I have kept files for three years.")
    tab_to(page, form.group("Prediction").get_by_role("radio"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(form.level("Prediction", 3)).to_be_checked()
    tab_to(page, form.button("Show the guide"))
    page.keyboard.press("Enter")
    expect(form.heading("What the interviewer listens for")).to_be_focused()
    tab_to(page, form.root.get_by_role("group", name="Key points covered").get_by_role("checkbox"))
    page.keyboard.press("Space")
    expect(form.root.get_by_role("checkbox").nth(1)).to_be_checked()
    for name in CRITERIA:
        tab_to(page, form.group(name).get_by_role("radio"))
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(form.level(name, 3)).to_be_checked()
    tab_to(page, form.button("Save and next"))
    page.keyboard.press("Space")
    expect(form.root.get_by_text("Question 2 of 5")).to_be_visible()
    form.wait_for_question()
    tab_to(page, form.button("Undo"))
    page.keyboard.press("Enter")
    expect(form.status).to_contain_text("Taken back")
    expect(form.heading("What have you done so far")).to_be_focused()
    expect(form.answer).to_have_value("I have kept files for three years.")
    tab_to(page, form.button("Save and next"))
    page.keyboard.press("Enter")
    for number in (2, 3, 4, 5):
        expect(form.root.get_by_text(f"Question {number} of 5")).to_be_visible()
        form.wait_for_question()
        tab_to(page, form.button("Skip"))
        page.keyboard.press("Enter")
    expect(form.heading("This set is done")).to_be_focused()
    tab_to(page, form.button("Practise another set"))
    page.keyboard.press("Enter")
    expect(form.root.get_by_text("Question 1 of 5")).to_be_visible()
    form.wait_for_question()


def press_all(desk: Desk, form: Form) -> None:
    """Press keys on everything in the form that can have the focus: all of them on the first of its sort, two on others.

    Of the radios, one a group has the focus.
    """
    stops = form.root.locator(
        ":is(h2, h3, h4, summary, textarea, input[type=checkbox], label:first-child input, button):visible"
    )
    sorts = set()
    for number, stop in enumerate([form.root, *stops.all()]):
        sort = stop.evaluate("stop => stop.tagName + stop.type")
        for key in KEYS[number % len(KEYS) :][:2] if sort in sorts else KEYS:
            stop.evaluate("stop => stop.focus()")
            desk.page.keyboard.press(key)
        sorts.add(sort)


def press_enter(desk: Desk, form: Form) -> None:
    """Press Enter and Shift+Enter where they are not meant to do anything, or only a new line."""
    for stop in [form.root, *form.root.locator(":is(h2, h3, h4, textarea, input):visible").all()]:
        for key in ("Enter", "Shift+Enter", "Control+Enter", "Alt+Enter"):
            stop.evaluate("stop => stop.focus()")
            desk.page.keyboard.press(key)


def test_no_key_on_an_open_question_harms_a_cell(desk: Desk) -> None:
    form = desk.practise()
    before = desk.cells()
    press_all(desk, form)
    press_enter(desk, form)
    form.button("Show the guide").press("Shift+Enter")
    expect(form.heading("What the interviewer listens for")).to_be_focused()
    assert desk.cells() == before


def test_no_key_on_an_open_guide_harms_a_cell(desk: Desk) -> None:
    form = desk.practise()
    form.write("I would ask.")
    form.open_guide()
    before = desk.cells()
    press_all(desk, form)
    press_enter(desk, form)
    form.score()
    form.button("Save and next").press("Shift+Enter")
    expect(form.heading("This set is done")).to_be_focused()
    assert desk.cells() == before


def test_no_key_on_a_finished_set_or_on_the_start_page_harms_a_cell(desk: Desk) -> None:
    form = desk.practise("recprep.start()", 'recprep.practice("ethics", questions=1)').last
    form.button("Skip").click()
    expect(form.heading("This set is done")).to_be_focused()
    before = desk.cells()
    for root in Form(desk.page).root.all():
        for key in [*KEYS, "Enter", "Shift+Enter"]:
            root.evaluate("stop => stop.focus()")
            desk.page.keyboard.press(key)
    press_all(desk, form.last)
    assert desk.cells() == before


def test_a_click_beside_a_control_keeps_the_keys_inside_the_form(desk: Desk) -> None:
    form = desk.practise()
    before = desk.cells()
    form.root.get_by_text("Question 1 of 1").click()
    for key in ("x", "d", "d", "b", "m", "Delete"):
        desk.page.keyboard.press(key)
    assert desk.cells() == before


def test_the_keys_of_jupyterlab_still_save_from_inside_the_form(desk: Desk) -> None:
    form = desk.practise()
    form.answer.press("Control+s")
    desk.wait_until_saved()
