"""Nothing typed is lost: not by a reload, a dead or busy kernel, a dead server, or a closed window."""

import os
import signal
import socket
import statistics
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit, start_lab
from browser.desk import Desk, Form, drafts

NOT_CONNECTED = "Not connected: your words are kept in this browser; run the page again"
RESTARTED = "was restarted"


def process_of(kernel: str) -> int:
    """Give the process of a kernel, as the system lists it."""
    listed = subprocess.run(["ps", "axww", "-o", "pid=,args="], capture_output=True, text=True, check=True)
    return next(int(line.split()[0]) for line in listed.stdout.splitlines() if f"kernel-{kernel}.json" in line)


def test_a_reload_brings_back_text_prediction_guide_and_levels(desk: Desk, visit: Visit) -> None:
    tab = visit(desk.address(desk.lay_out()))
    desk.run_all(tab)
    form = Form(tab)
    form.level("Prediction", 4).check()
    form.write("I would ask who may see it.")
    form.open_guide()
    form.root.get_by_role("checkbox").nth(1).check()
    form.level("Evidence", 2).check()
    expect(form.root.get_by_text("So far: 1 of 5")).to_be_visible()
    tab.reload()
    desk.run_all(tab)
    expect(form.answer).to_have_value("I would ask who may see it.")
    expect(form.level("Prediction", 4)).to_be_checked()
    expect(form.heading("What the interviewer listens for")).to_be_visible()
    expect(form.root.get_by_role("checkbox").nth(1)).to_be_checked()
    expect(form.level("Evidence", 2)).to_be_checked()


def test_words_typed_in_the_last_moment_before_a_reload_are_back(desk: Desk, visit: Visit) -> None:
    tab = visit(desk.address(desk.lay_out()))
    desk.run_all(tab)
    form = Form(tab)
    form.answer.press_sequentially("The last word")
    tab.reload()
    desk.run_all(tab)
    expect(form.answer).to_have_value("The last word")


def test_a_restarted_kernel_is_told_on_every_page_and_run_all_brings_the_text_back(desk: Desk) -> None:
    kernel = desk.new_kernel()
    other = desk.lay_out("recprep.start()", kernel=kernel)
    page = desk.lay_out(kernel=kernel)
    desk.open_other(other, heading="Welcome")
    form = desk.open(page)
    form.write("Before the restart.")
    desk.menu("Kernel", "Restart Kernel…")
    desk.page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(form.alert(RESTARTED)).to_contain_text("choose Run All Cells")
    desk.show(other)
    expect(Form(desk.page).alert(RESTARTED)).to_contain_text("choose Run All Cells")
    desk.show(page)
    desk.menu("Run", "Run All Cells")
    expect(form.alert(RESTARTED)).to_be_hidden()
    expect(form.answer).to_have_value("Before the restart.")


def test_words_typed_after_the_kernel_was_killed_are_back_when_the_page_is_run_again(desk: Desk) -> None:
    kernel = desk.new_kernel()
    form = desk.practise(kernel=kernel)
    form.write("Alive. ")
    form.answer.focus()
    os.kill(process_of(kernel), signal.SIGKILL)
    desk.page.keyboard.insert_text("And dead.")  # at once: JupyterLab asks about the kernel, and takes the focus
    typed = time.monotonic()
    expect(form.alert(NOT_CONNECTED)).to_be_visible()
    assert time.monotonic() - typed < 8, "promised after three seconds; a slow machine gets twice that"
    desk.dismiss_dialogs()
    desk.wait_for_idle()
    desk.menu("Run", "Run All Cells")
    expect(form.answer).to_have_value("Alive. And dead.")
    desk.wait_for_draft("And dead.")
    expect(form.alert(NOT_CONNECTED)).to_be_hidden()


def test_words_typed_after_the_server_was_killed_are_back_with_the_next_start(visit: Visit, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = f"--port={free.getsockname()[1]}"
    home = tmp_path / "home"
    with start_lab(home, port) as lab:
        page = visit(lab.address().replace("00-start-here", "10-practice"))
        form = Form(page)
        form.write("With a server. ")
        lab.process.kill()
        form.answer.press_sequentially("And without.")
        expect(form.alert(NOT_CONNECTED)).to_be_visible()
    with start_lab(home, port) as lab:
        page.goto(lab.address().replace("00-start-here", "10-practice"))
        expect(form.answer).to_have_value("With a server. And without.")
        expect(form.status).to_contain_text("Draft saved")
        assert drafts(home) == {"With a server. And without."}
        assert lab.end() == 0


def test_while_the_kernel_is_busy_nothing_is_lost_and_the_person_is_told(desk: Desk) -> None:
    form = desk.practise(kernel=desk.new_kernel())
    desk.begin("import time; time.sleep(8)")
    form.answer.press_sequentially("Typed while something else runs.", delay=20)
    expect(form.alert(NOT_CONNECTED)).to_be_visible()
    expect(form.status).to_be_empty()
    expect(form.status).to_contain_text("Draft saved")
    expect(form.alert(NOT_CONNECTED)).to_be_hidden()
    assert desk.drafts() == {"Typed while something else runs."}


def test_during_steady_typing_the_draft_is_about_a_second_behind_at_most(desk: Desk) -> None:
    form = desk.practise()
    form.answer.focus()
    typed_at: list[float] = []
    ages: list[float] = []
    for letter in "steady typing without a pause " * 4:
        desk.page.keyboard.press(letter if letter != " " else "Space")
        typed_at.append(time.monotonic())
        kept = max(map(len, desk.drafts()), default=0)
        ages.append(time.monotonic() - typed_at[kept] if kept < len(typed_at) else 0.0)
    assert statistics.median(ages) < 1
    assert max(ages) < 2, "a slow machine gets twice what is promised"


def test_a_step_takes_along_what_was_typed_just_before_it(desk: Desk) -> None:
    form = desk.practise("recprep.practice(questions=2)")
    form.answer.press_sequentially("All of this sentence")
    form.button("Skip").click()
    expect(form.root.get_by_text("Question 2 of 2")).to_be_visible()
    assert desk.drafts() == {"All of this sentence"}


@pytest.mark.parametrize(
    "words",
    ["\u202eשלום עולם\u202c and مرحبا", "👩🏽‍💼 files 📁 and 𝔰𝔱𝔞𝔪𝔭𝔰 ✅", "tabs\tand  two  spaces\n\n\nand lines"],
    ids=["right to left", "emoji", "spaces"],
)
def test_every_script_comes_back_as_it_was_typed(desk: Desk, words: str) -> None:
    page = desk.lay_out()
    form = desk.open(page)
    form.answer.focus()
    desk.page.keyboard.insert_text(words)
    desk.wait_for_draft(words)
    desk.menu("Run", "Run All Cells")
    expect(form.answer).to_have_value(words)


def test_a_million_letters_can_be_pasted(desk: Desk) -> None:
    form = desk.practise()
    form.answer.focus()
    words = "record " * 142_858
    desk.page.keyboard.insert_text(words)
    desk.wait_for_draft(words[-20:])
    expect(form.status).to_have_text("Draft saved")
    form.open_guide()
    assert desk.drafts() == {words}
