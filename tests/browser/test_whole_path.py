"""A first evening with the workbook, by mouse, and the morning after."""

from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import Visit, start_lab
from browser.desk import Form, attempts, drafts

WORDS = "I kept the files of a county office for three years."


def practise_first_question(page: Page) -> Form:
    form = Form(page)
    form.answer.click()
    page.keyboard.type(WORDS)
    expect(form.status).to_have_text("Draft saved")
    form.level("Prediction", 3).click()
    form.button("Show the guide").click()
    expect(form.heading("What the interviewer listens for")).to_be_in_viewport()
    form.root.get_by_role("checkbox").nth(1).click()
    form.score(4)
    form.button("Save and next").click()
    return form


def test_a_first_evening_by_mouse_and_the_morning_after(visit: Visit, tmp_path: Path) -> None:
    """From the start page to a saved attempt, Undo and the end of the set; all is there after everything was closed."""
    home = tmp_path / "home"
    with start_lab(home) as lab:
        page = visit(lab.address())
        page.get_by_role("heading", name="Welcome").wait_for()
        page.get_by_role("link", name="Practise", exact=True).click()
        form = practise_first_question(page)
        expect(form.status).to_have_text("Attempt saved. You have 1 in all.")
        form.button("Undo").click()
        expect(form.status).to_have_text("Taken back. You have 0 attempts in all.")
        expect(form.answer).to_have_value(WORDS)
        expect(form.level("Evidence", 4)).to_be_checked()
        form.button("Save and next").click()
        expect(form.status).to_have_text("Attempt saved. You have 1 in all.")
        page.locator(".lm-TabBar-tabLabel", has_text="00-start-here").click()
        page.get_by_role("heading", name="Start here").scroll_into_view_if_needed()  # the link was at the page's end
        start = Form(page).root
        expect(start.get_by_role("heading", name="Where you stand")).to_be_visible()
        expect(start.get_by_role("row", name="80 % nearly")).to_be_visible()
        page.locator(".lm-TabBar-tabLabel", has_text="10-practice").click()
        form.answer.click()
        page.keyboard.type("Half a thought")
        expect(form.status).to_have_text("Draft saved")
        for _ in range(4):
            form.button("Skip").click()
        expect(form.heading("This set is done")).to_be_visible()
        expect(form.root.get_by_role("row", name="80 % nearly")).to_be_visible()
        form.button("Practise another set").click()
        expect(form.root.get_by_text("Question 1 of 5")).to_be_visible()
        expect(form.answer).to_have_value("Half a thought")
        page.context.close()
        assert lab.end() == 0
    assert (attempts(home), drafts(home)) == (2, {"Half a thought"})
    with start_lab(home) as lab:
        page = visit(lab.address())
        start = Form(page).root
        expect(start.get_by_role("row", name="80 % nearly")).to_be_visible()
        expect(start.get_by_text("Half a thought")).to_be_visible()
        page.get_by_role("link", name="Practise", exact=True).click()
        expect(Form(page).answer).to_have_value("Half a thought")
        assert lab.end() == 0
