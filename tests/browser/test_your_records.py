"""Your records, as a person uses them: taken out, brought back, held, disposed of, erased."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from two_months import lay_two_months, two_months

from browser.desk import Desk, Form, attempts
from recprep.storage.library import load_bank
from recprep.storage.store import Store

RECORDS = "recprep.your_records()"


@pytest.fixture
def records(desk: Desk) -> Form:
    """Give the page of somebody who practised for two months, a year ago."""
    lay_two_months(desk.home / "history.db", until=datetime.now(UTC) - timedelta(days=365))
    desk.open_other(desk.lay_out(RECORDS), heading="What is kept")
    return Form(desk.page)


def practise_more(history: Path) -> None:
    """Practise once more, on this machine or another."""
    with Store(history) as store:
        two_months(load_bank(), store, until=datetime.now(UTC) - timedelta(days=2), seed=8)


def write(form: Form, what: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    form.root.get_by_label("What", exact=True).select_option(what)
    form.root.get_by_label("Folder").first.fill(str(folder))
    form.button("Write it").click()
    expect(form.status).to_contain_text("Written: ")


def test_a_table_for_a_coach_is_taken_out_without_the_words(records: Form, tmp_path: Path) -> None:
    records.root.get_by_label("With the words of my answers").uncheck()
    write(records, "tables for a spreadsheet (CSV)", tmp_path / "mine")
    (table,) = tmp_path.glob("mine/*/attempts.csv")
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expect(records.status).to_contain_text(f"{len(rows)} attempts")
    assert len(rows) > 50
    assert "answer" not in rows[0]


def test_the_page_for_the_morning_is_written_and_can_be_opened(records: Form, tmp_path: Path) -> None:
    write(records, "one page for the morning of the interview", tmp_path / "mine")
    (sheet,) = tmp_path.glob("mine/*.html")
    expect(records.status).to_contain_text(str(sheet))
    expect(records.button("Open it")).to_be_visible()
    assert "Records Coordinator" in sheet.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_said(records: Form, tmp_path: Path) -> None:
    records.root.get_by_label("Folder").first.fill(str(tmp_path / "nowhere"))
    records.button("Write it").click()
    expect(records.alert("There is no folder")).to_be_visible()


def test_backed_up_then_restored_by_keyboard(records: Form, desk: Desk) -> None:
    before = attempts(desk.home)
    records.button("Back up now").press("Enter")
    expect(records.status).to_contain_text("Backed up and verified")
    practise_more(desk.home / "history.db")
    records.button("Restore").press("Enter")
    expect(records.heading("Replace the history that is here?")).to_be_focused()
    records.button("No, keep everything as it is").press("Enter")
    expect(records.status).to_have_text("Nothing was changed.")
    records.button("Restore").press("Enter")
    records.button("Yes, restore").press("Enter")
    expect(records.status).to_contain_text("What was here before is kept")
    assert attempts(desk.home) == before


def test_what_was_practised_on_another_machine_is_merged(records: Form, desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "stick" / "history.db"
    practise_more(other)
    before = attempts(desk.home)
    records.root.get_by_label("Another file").fill(str(other))
    records.root.get_by_label("Backup", exact=True).select_option("another file, named below")
    records.button("Merge").click()
    expect(records.status).to_contain_text("Merged. New here: ")
    assert attempts(desk.home) > before


def test_answers_past_their_time_are_held_and_then_disposed_of(records: Form, desk: Desk) -> None:
    records.root.get_by_label("Keep answers").select_option("6 months")
    expect(records.heading("past the time you set")).to_be_visible()
    records.button("Keep all answers until I say").click()
    expect(records.root.get_by_text("A hold on all answers stands")).to_be_visible()
    expect(records.button("Dispose of them")).to_be_hidden()
    records.button("Lift the hold").click()
    records.button("Dispose of them").click()
    records.button("Yes, dispose of them").click()
    expect(records.status).to_contain_text("Disposed of the words of ")
    expect(records.root.get_by_text("because answers are kept for 6 months")).to_be_visible()
    expect(records.root.get_by_text("In your history: ")).not_to_contain_text("the words of")
    assert attempts(desk.home) > 50


def test_everything_is_erased_after_one_question(records: Form, desk: Desk) -> None:
    records.button("Back up now").click()
    expect(records.status).to_contain_text("Backed up and verified")
    records.button("Erase everything").click()
    expect(records.heading("Erase all of this?")).to_be_focused()
    records.button("Yes, erase everything").click()
    expect(records.heading("Erased")).to_be_focused()
    expect(records.root.get_by_text("Out of reach of this program")).to_be_visible()
    expect(records.root.get_by_text("Nothing is kept yet")).to_be_visible()
    assert attempts(desk.home) == 0
    assert not list(desk.home.glob("backups/*"))
