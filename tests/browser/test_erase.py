"""Erase all reaches the browser: no page, and no copy that a browser kept, brings old words back."""

import os
import signal

from playwright.sync_api import expect
from test_store import NOW

from browser.desk import Desk, Form
from browser.test_keeping_words import NOT_CONNECTED, process_of
from recprep.storage.custody.erase import erase
from recprep.storage.store import Store


def kept_in_the_browser(desk: Desk, home: str) -> list[str]:
    """Name what this browser keeps for a home."""
    keys = desk.page.evaluate("Object.keys(localStorage)")
    return [key for key in keys if key.startswith(f"recprep:draft:{home}:")]


def home_id(desk: Desk) -> str:
    with Store(desk.home / "history.db") as store:
        return store.home_id


def test_an_open_page_begins_anew_at_the_next_look_and_old_words_do_not_come_back(desk: Desk) -> None:
    other, page = desk.lay_out("recprep.start()"), desk.lay_out()
    form = desk.open(page)
    form.write("Old words.")
    erased = home_id(desk)
    erase(desk.home, now=NOW)
    form.answer.press_sequentially(" And more.")
    expect(form.alert("Everything was erased since this page was opened")).to_be_visible()
    assert desk.drafts() == set()
    desk.open_other(other, heading="Welcome")
    desk.show(page)
    expect(form.answer).to_have_value("")
    expect(form.status).to_contain_text("Everything was erased, and this page begins anew.")
    expect(form.alert("Everything was erased")).to_be_hidden()
    form.write("New words.")
    assert desk.drafts() == {"New words."}
    assert kept_in_the_browser(desk, erased) == []


def test_words_that_only_the_browser_has_are_forgotten_when_the_page_is_run_again(desk: Desk) -> None:
    kernel = desk.new_kernel()
    form = desk.practise(kernel=kernel)
    form.write("Alive. ")
    os.kill(process_of(kernel), signal.SIGKILL)
    form.answer.press_sequentially("And dead.")
    expect(form.alert(NOT_CONNECTED)).to_be_visible()
    erased = home_id(desk)
    assert len(kept_in_the_browser(desk, erased)) == 1
    erase(desk.home, now=NOW)
    desk.dismiss_dialogs()
    desk.wait_for_idle()
    desk.menu("Run", "Run All Cells")
    expect(Form(desk.page).alert(NOT_CONNECTED)).to_be_hidden()
    expect(form.answer).to_have_value("")
    desk.page.wait_for_function(f"() => !Object.keys(localStorage).some((key) => key.includes('{erased}'))")
    form.write("New words.")
    assert desk.drafts() == {"New words."}
