"""The start page and the progress page, as a person uses them, after two months of practice."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from two_months import two_months

from browser.conftest import NARROW, Visit
from browser.desk import Desk, Form
from browser.test_appearance import faults, fold_side_bar, sticking_out, themed  # noqa: F401 - a fixture
from recprep.storage.library import load_bank
from recprep.storage.store import Store

START, PROGRESS = "recprep.start()", "recprep.progress()"


@pytest.fixture
def practised(desk: Desk) -> Desk:
    """Give a desk whose home has a history of two months whose last evening is over, whatever the hour is now."""
    with Store(desk.home / "history.db") as store:
        two_months(load_bank(), store, until=datetime.now(UTC) - timedelta(hours=26))
    return desk


def test_the_start_page_leads_into_todays_set_and_follows_it(practised: Desk) -> None:
    practised.open_other(practised.lay_out(START), heading="Today")
    form = Form(practised.page)
    expect(form.root.get_by_text("Your weakest area is")).to_be_visible()
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
    for title in ("Level by competency", "Trend", "Criteria", "Coverage", "Days of practice"):
        expect(form.heading(title)).to_be_visible()
    expect(form.root.locator(".js-plotly-plot")).to_have_count(5)
    expect(form.root.locator(".modebar-btn")).to_have_count(0)
    expect(form.root.get_by_text(re.compile(r"Over \d+ weeks the mean level"))).to_be_visible()
    expect(form.root.get_by_text("My answer of day")).to_be_visible()
    form.root.get_by_label("Answer", exact=True).select_option(index=7)
    expect(form.root.get_by_text("key points ticked.")).to_be_visible()
    form.root.get_by_role("button", name="Practise ").first.click()
    expect(form.last.root.get_by_role("heading", level=2)).to_be_focused()
    expect(form.last.answer).to_be_editable()


def test_charts_take_no_tab_stop_and_their_tables_open_by_keyboard(practised: Desk) -> None:
    practised.open_other(practised.lay_out(PROGRESS), heading="Your progress")
    form = Form(practised.page)
    expect(form.root.locator(".js-plotly-plot")).to_have_count(5)
    tables = form.root.locator("summary", has_text="The same as a table")
    tables.first.focus()
    practised.page.keyboard.press("Enter")
    expect(form.root.get_by_role("columnheader", name="Target")).to_be_visible()
    practised.page.keyboard.press("Tab")
    expect(tables.nth(1)).to_be_focused()


@pytest.mark.parametrize(("source", "heading"), [(START, "Today"), (PROGRESS, "Your progress")])
def test_axe_finds_nothing_on_these_pages(themed: Desk, source: str, heading: str) -> None:  # noqa: F811
    with Store(themed.home / "history.db") as store:
        two_months(load_bank(), store, until=datetime.now(UTC) - timedelta(hours=26))
    themed.open_other(themed.lay_out(source), heading=heading)
    form = Form(themed.page)
    if source == PROGRESS:
        expect(form.root.locator(".js-plotly-plot")).to_have_count(5)
    assert faults(form) == []


@pytest.mark.parametrize(("source", "heading"), [(START, "Today"), (PROGRESS, "Your progress")])
def test_at_390_pixels_these_pages_fit(practised: Desk, visit: Visit, source: str, heading: str) -> None:
    narrow = visit(practised.address(practised.lay_out(source), way="doc/tree"), viewport=NARROW)
    fold_side_bar(narrow)
    practised.run_all(narrow)
    narrow.get_by_role("heading", name=heading).wait_for()
    assert sticking_out(Form(narrow)) == []


def test_a_saved_progress_page_holds_no_answer_and_no_number(practised: Desk) -> None:
    page = practised.lay_out(PROGRESS)
    practised.open_other(page, heading="Your progress")
    expect(Form(practised.page).root.locator(".js-plotly-plot")).to_have_count(5)
    practised.save()
    text = (practised.lab.home / "workbook" / page).read_text()
    for personal in ("My answer of day", "plotly", "Furthest below", "widget-state"):
        assert personal not in text
    (cell,) = [cell for cell in json.loads(text)["cells"] if cell.get("outputs")]
    assert cell["outputs"][0]["data"]["text/plain"] == ["<ProgressForm: choose Run > Run All Cells to see it>"]


def test_nothing_to_show_yet_is_said_kindly(desk: Desk) -> None:
    desk.open_other(desk.lay_out(PROGRESS), heading="Nothing to show yet")
    expect(Form(desk.page).root.get_by_text("Answer a question on the practice page")).to_be_visible()
