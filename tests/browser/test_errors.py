"""What goes wrong in the kernel is said in the form, and the words stay."""

from playwright.sync_api import expect

from browser.desk import Desk, attempts

BREAK = """
from recprep.storage.store import Store
Store.kept_save_draft, Store.save_draft = Store.save_draft, lambda *_, **__: 1 / 0
"""
MEND = "Store.save_draft = Store.kept_save_draft"


def test_a_database_that_cannot_be_opened_is_said_and_the_words_are_saved_once_it_can(desk: Desk) -> None:
    form = desk.practise()
    form.write("Safe. ")
    base, away = desk.home / "history.db", desk.home / "away.db"
    desk.execute(
        "from recprep.workbook import _store; from recprep.storage import paths; _store(paths.database()).close()"
    )
    base.rename(away)
    base.mkdir()
    form.answer.press_sequentially("Not yet.")
    expect(form.alert(str(base))).to_be_visible()
    expect(form.status).to_be_empty()
    expect(form.answer).to_have_value("Safe. Not yet.")
    form.button("Show the guide").click()
    expect(form.alert(str(base))).to_be_visible()
    expect(form.heading("What the interviewer listens for")).to_be_hidden()
    base.rmdir()
    away.rename(base)
    form.answer.press_sequentially(" Now.")
    expect(form.status).to_have_text("Draft saved")
    expect(form.alert(str(base))).to_be_hidden()
    assert desk.drafts() == {"Safe. Not yet. Now."}


def test_an_error_of_the_program_is_said_and_is_not_taken_for_a_lost_connection(desk: Desk) -> None:
    form = desk.practise()
    desk.execute(BREAK)
    try:
        form.answer.press_sequentially("Words")
        expect(form.alert("Something unexpected went wrong (ZeroDivisionError")).to_be_visible()
        desk.page.clock.install()
        desk.page.clock.run_for(5_000)
        expect(form.alert("Not connected")).to_be_hidden()
        expect(form.answer).to_have_value("Words")
    finally:
        desk.execute(MEND)
    desk.menu("Run", "Run All Cells")
    expect(form.answer).to_have_value("Words")
    desk.wait_for_draft("Words")


def test_a_save_that_fails_is_said_and_can_be_tried_again(desk: Desk) -> None:
    form = desk.practise()
    form.answer_in_full("I would ask.")
    desk.execute("from recprep.workbook import _store; from recprep.storage import paths; s = _store(paths.database())")
    desk.execute("s._connection.execute('PRAGMA query_only = 1')")
    form.button("Save and next").click()
    expect(form.alert(str(desk.home / "history.db"))).to_be_visible()
    expect(form.level("Accuracy", 3)).to_be_checked()
    assert attempts(desk.home) == 0
    desk.execute("s._connection.execute('PRAGMA query_only = 0')")
    form.button("Save and next").click()
    expect(form.status).to_have_text("Attempt saved. You have 1 in all.")
    expect(form.alert("history.db")).to_be_hidden()
