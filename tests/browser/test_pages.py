"""The start page and the progress page, as a person uses them, after two months of practice."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect
from two_months import lay_two_months

from browser.conftest import WIDE
from browser.desk import Desk, Form

START, PROGRESS = "recprep.start()", "recprep.progress()"
CHARTS = (
    "Level by competency",
    "Trend by competency",
    "How strictly you score",
    "Does calibrating help?",
    "Predicted and given",
    "Answers by week",
    "Criteria",
    "Coverage",
    "Days of practice",
)
COUNTS = 2  # charts that judge nobody, and stay when words are wanted


@pytest.fixture
def practised(desk: Desk) -> Desk:
    """Give a desk whose home has a history of two months whose last evening is over, whatever the hour is now."""
    lay_two_months(desk.home / "history.db", until=datetime.now(UTC) - timedelta(hours=26))
    return desk


def plots(form: Form) -> Locator:
    return form.root.locator(".js-plotly-plot")


def test_the_start_page_leads_into_todays_set_and_follows_it(practised: Desk) -> None:
    practised.open_other(practised.lay_out(START), heading="Today")
    form = Form(practised.page)
    expect(form.root.get_by_text("Practice pays most in")).to_be_visible()
    form.root.get_by_label("Day of the interview").fill(f"{datetime.now().astimezone() + timedelta(days=9):%Y-%m-%d}")
    expect(form.heading("9 days to the interview")).to_be_visible()
    form.root.get_by_label("The job is for someone").select_option("entry")
    expect(form.status).to_have_text("Saved. Today's set is chosen anew.")
    form.root.get_by_label("Time you have a day").select_option("10 minutes")
    expect(form.root.get_by_text("1 question, about 6 minutes")).to_be_visible()
    form.button("Start today's set").click()
    practice = form.last
    practice.wait_for_question()
    expect(practice.root.get_by_text("are left out.")).to_be_visible()
    practice.answer_in_full("I would look at the list first.", level=4)
    practice.button("Save and next").click()
    expect(practice.heading("This set is done")).to_be_focused()
    expect(practice.root.get_by_text("One thing to mend")).to_be_visible()
    expect(form.root.get_by_text("you saved 1 answer.")).to_be_visible()


def test_one_click_asks_from_all_places_and_seniorities(practised: Desk) -> None:
    page = practised.lay_out(
        "s = recprep.start(); s.profile = type(s.profile)(seniority='entry')", "recprep.practice()"
    )
    form = practised.open(page)
    expect(form.root.get_by_text("up to the seniority 'entry'")).to_be_visible()
    form.button("Ask from all of them").click()
    expect(form.root.get_by_text("up to the seniority 'entry'")).to_be_hidden()
    form.wait_for_question()


def test_the_progress_page_shows_its_charts_and_leads_back_into_practice(practised: Desk) -> None:
    practised.open_other(practised.lay_out(PROGRESS), heading="Your progress")
    form = Form(practised.page)
    for title in CHARTS:
        expect(form.heading(title)).to_be_visible()
    expect(plots(form)).to_have_count(len(CHARTS))
    expect(form.root.locator(".modebar-btn")).to_have_count(0)
    expect(form.root.get_by_text(re.compile(r"Over \d+ weeks the mean level"))).to_be_visible()
    expect(form.root.get_by_text(re.compile("Surely below target: |Likely below: ")).first).to_be_visible()
    form.root.get_by_label("Answer", exact=True).select_option(index=7)
    expect(form.root.get_by_text("key points ticked.")).to_be_visible()
    form.root.get_by_role("button", name="Practise ").first.click()
    expect(form.last.root.get_by_role("heading", level=2)).to_be_focused()
    expect(form.last.answer).to_be_editable()


def test_charts_take_no_tab_stop_and_their_tables_open_by_keyboard(practised: Desk) -> None:
    practised.open_other(practised.lay_out(PROGRESS), heading="Your progress")
    form = Form(practised.page)
    expect(plots(form)).to_have_count(len(CHARTS))
    tables = form.root.locator("summary", has_text="The same as a table")
    tables.first.focus()
    practised.page.keyboard.press("Enter")
    expect(form.root.get_by_role("columnheader", name="Target")).to_be_visible()
    practised.page.keyboard.press("Tab")
    expect(form.root.get_by_role("group", name="Level by competency, as a table")).to_be_focused()
    practised.page.keyboard.press("Tab")
    expect(tables.nth(1)).to_be_focused()


def test_charts_keep_their_heights_when_the_window_grows(practised: Desk) -> None:
    practised.open_other(practised.lay_out(PROGRESS), heading="Your progress")
    form = Form(practised.page)
    expect(plots(form)).to_have_count(len(CHARTS))
    before = [plot.bounding_box()["height"] for plot in plots(form).all()]
    plots(form).evaluate_all(_NOTE_WHEN_DRAWN_AGAIN)
    practised.page.set_viewport_size(WIDE | {"height": 1400})
    try:
        expect(form.root.locator("[data-drawn=again]")).to_have_count(len(CHARTS))
        assert [plot.bounding_box()["height"] for plot in plots(form).all()] == before
    finally:
        practised.page.set_viewport_size(WIDE)


_NOTE_WHEN_DRAWN_AGAIN = """(plots) => {
  for (const plot of plots) plot.on("plotly_afterplot", () => { plot.dataset.drawn = "again"; });
}"""


def test_words_instead_of_numbers_by_keyboard_and_they_stay(practised: Desk) -> None:
    practised.open_other(practised.lay_out(PROGRESS), heading="Your progress")
    form = Form(practised.page)
    expect(plots(form)).to_have_count(len(CHARTS))
    form.watch_status()
    switch = form.root.get_by_role("checkbox", name="Show words instead of numbers")
    switch.focus()
    practised.page.keyboard.press("Space")
    expect(form.status).to_have_text("Shown in words.")
    expect(switch).to_be_focused()
    expect(plots(form)).to_have_count(COUNTS)
    for title in CHARTS:
        expect(form.heading(title)).to_be_visible()
    expect(form.root.get_by_role("columnheader", name="Against its target")).to_be_visible()
    expect(form.root.get_by_text(re.compile(r"\d %|level \d"))).to_have_count(0)
    practised.command("notebook:run-all-cells")
    expect(switch).to_be_checked()
    expect(plots(form)).to_have_count(COUNTS)
    switch.focus()
    practised.page.keyboard.press("Space")
    expect(form.status).to_have_text("Shown in numbers.")
    expect(switch).to_be_focused()
    expect(plots(form)).to_have_count(len(CHARTS))


def test_two_attempts_at_one_question_side_by_side_by_keyboard(practised: Desk) -> None:
    practised.open_other(practised.lay_out(PROGRESS), heading="Your progress")
    form, keys = Form(practised.page), practised.page.keyboard
    question, earlier, later = (form.root.get_by_label(name, exact=True) for name in ("Question", "Earlier", "Later"))
    expect(form.heading("What moved")).to_be_visible()
    expect(form.root.get_by_text(re.compile("^(From|Still) .+(went|stayed)"))).to_be_visible()
    many = next(n for n in range(question.locator("option").count()) if _attempts(question, n, earlier) > 1)
    question.select_option(index=many)
    expect(earlier.locator("option")).not_to_have_count(1)
    left, right = form.heading("Earlier: "), form.heading("Later: ")
    first, last = left.text_content(), right.text_content()
    earlier.focus()
    keys.press("ArrowDown")
    expect(left).not_to_have_text(first)
    expect(right).to_have_text(last)
    expect(earlier).to_be_focused()
    keys.press("Tab")
    expect(later).to_be_focused()
    keys.press("x")  # a letter in a field never harms the page
    expect(form.heading("What moved")).to_be_visible()
    assert left.bounding_box()["y"] == right.bounding_box()["y"]


def _attempts(question: Locator, index: int, earlier: Locator) -> int:
    """Choose a question, and give how many attempts can be the earlier one."""
    chosen = question.locator("option").nth(index).text_content()
    question.select_option(index=index)
    expect(question.page.get_by_role("heading", level=4, name=chosen[:40]).first).to_be_visible()
    return earlier.locator("option").count()


def test_a_saved_progress_page_holds_no_answer_and_no_number(practised: Desk) -> None:
    page = practised.lay_out(PROGRESS)
    practised.open_other(page, heading="Your progress")
    expect(plots(Form(practised.page))).to_have_count(len(CHARTS))
    practised.save()
    text = (practised.lab.home / "workbook" / page).read_text()
    for personal in ("My answer of day", "plotly", "Surely below", "words instead of numbers", "widget-state"):
        assert personal not in text
    (cell,) = [cell for cell in json.loads(text)["cells"] if cell.get("outputs")]
    assert cell["outputs"][0]["data"]["text/plain"] == ["<ProgressForm: choose Run > Run All Cells to see it>"]


def test_nothing_to_show_yet_is_said_kindly(desk: Desk) -> None:
    desk.open_other(desk.lay_out(PROGRESS), heading="Nothing to show yet")
    expect(Form(desk.page).root.get_by_text("Answer a question on the practice page")).to_be_visible()
