"""A saved notebook holds nothing personal."""

import json

from lab_process import LabProcess
from playwright.sync_api import expect

from browser.conftest import Visit
from browser.desk import Desk

WORDS = "Xylophone ledger"


def test_a_page_saved_after_practising_holds_no_word_and_no_score(desk: Desk) -> None:
    page = desk.lay_out("recprep.start()", "recprep.practice(questions=2)")
    form = desk.open(page).last
    form.answer_in_full(WORDS, level=4)
    form.button("Save and next").click()
    expect(form.status).to_contain_text("Attempt saved")
    form.wait_for_question()
    form.write(WORDS)
    form.answer.press("Control+s")
    desk.wait_until_saved()
    desk.save()  # the second time, the checkpoint holds what was practised as well
    folder = (desk.lab.home / "workbook" / page).parent
    saved = sorted(folder.rglob(f"{page[10:-6]}*.ipynb"))
    assert len(saved) == 2, "the page and its checkpoint"
    for file in saved:
        text = file.read_text()
        for personal in (WORDS, "80 %", "nearly", "widget-state", '"chosen"', str(desk.home / "history")):
            assert personal not in text, file
        outputs = [out["data"]["text/plain"] for cell in json.loads(text)["cells"] for out in cell.get("outputs", ())]
        assert outputs == [
            ["<StartForm: choose Run > Run All Cells to see it>"],
            ["<PracticeForm: choose Run > Run All Cells to see it>"],
        ]


def test_the_pages_as_they_are_opened_hold_nothing_personal_either(lab: LabProcess, visit: Visit) -> None:
    page = visit(lab.address())
    page.get_by_role("heading", name="How it works").wait_for()
    for file in (lab.home / "workbook").rglob("*.ipynb"):
        assert str(lab.home / "history") not in file.read_text()
