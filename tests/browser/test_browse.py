"""The question bank as a person uses it: searched while typing, opened, read, practised, written in; another role."""

import re
from pathlib import Path

import pytest
from conftest import NOW
from lab_process import eventually
from playwright.sync_api import Locator, expect
from role_pages import Page, write

from browser.desk import Desk, Form, attempts
from recprep.exchange import import_from
from recprep.formats import gift
from recprep.storage import own
from recprep.storage.store import Store

BROWSE = "recprep.browse()"
HEADING = "Questions: Records Coordinator"
SALARY = "What salary do you expect?"
WORDS = "Why did the zebra leave?"


@pytest.fixture
def bank(desk: Desk) -> Form:
    desk.open_other(desk.lay_out(BROWSE), heading=HEADING)
    form = Form(desk.page)
    desk.settle(form)
    return form


@pytest.fixture
def roles(desk: Desk, tmp_path: Path) -> list[Page]:
    """Import forty roles into the home of this desk."""
    pages = write(tmp_path / "pages", roles=40)
    import_from(tmp_path / "pages", catalogue=desk.home / "catalogue.db", now=NOW)
    return pages


def search(form: Form, words: str, name: str = "Search questions") -> Locator:
    """Type into a search field, and give it."""
    field = form.root.get_by_role("searchbox", name=name)
    field.press_sequentially(words)
    return field


def found(form: Form, name: str = "Questions") -> Locator:
    return form.root.get_by_role("list", name=name).get_by_role("button")


def told(form: Form, words: str) -> None:
    expect(form.root.locator(".recprep-told").first).to_have_text(words)


def open_salary(form: Form) -> None:
    search(form, "salary").press("ArrowDown")
    told(form, "3 questions.")
    found(form).first.press("Enter")
    expect(form.heading(SALARY)).to_be_focused()


def open_the_form_of_its_guide(form: Form) -> None:
    form.button("Read the guide").click()
    expect(form.heading("What the interviewer listens for")).to_be_focused()
    form.button("Change the guide").click()
    expect(form.heading("Your guide and corrections")).to_be_focused()


def test_what_is_typed_is_found_and_the_count_is_said_once(bank: Form) -> None:
    bank.watch_status()
    search(bank, "salary expect")
    expect(found(bank)).to_have_count(1)
    expect(found(bank)).to_contain_text(SALARY)
    expect(bank.status).to_have_text("1 question.")
    assert bank.heard() == ["1 question."]


def test_the_list_is_walked_by_arrows_and_passed_by_one_tab(bank: Form, desk: Desk) -> None:
    cells = desk.cells()
    field = search(bank, "disposal")
    expect(bank.status).to_contain_text(" questions.")
    field.press("ArrowDown")
    expect(found(bank).first).to_be_focused()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("End")
    expect(found(bank).last).to_be_focused()
    for key in "xdd0mb":
        desk.page.keyboard.press(key)
    desk.page.keyboard.press("Tab")
    expect(bank.root.get_by_role("button", name=re.compile("^Show .* more$"))).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(found(bank).nth(10)).to_be_focused()
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    assert desk.cells() == cells


def test_a_guide_is_read_and_this_is_noted(bank: Form) -> None:
    open_salary(bank)
    expect(bank.root.get_by_text("this counts as seen")).to_be_visible()
    bank.button("Read the guide").press("Enter")
    expect(bank.heading("What the interviewer listens for")).to_be_focused()
    expect(bank.heading("Key points of a good answer")).to_be_visible()
    expect(bank.root.get_by_text("You read its guide on ")).to_be_visible()
    bank.root.get_by_label("Show", exact=True).select_option("seen")
    told(bank, "1 question.")
    bank.button("Back to the list").click()
    expect(found(bank).first).to_be_focused()


def test_a_question_is_practised_to_a_saved_attempt(bank: Form, desk: Desk) -> None:
    open_salary(bank)
    bank.button("Practise this question").press("Enter")
    form = bank.last
    form.wait_for_question()
    form.answer_in_full("Between 39 and 43 thousand.", level=4)
    form.button("Save and next").click()
    expect(form.heading("This set is done")).to_be_focused()
    assert attempts(desk.home) == 1
    bank.root.first.get_by_role("button", name="Back to the list").click()
    expect(found(bank).first).to_contain_text("answered once")


def test_a_question_of_ones_own_is_written_found_and_removed(bank: Form) -> None:
    bank.button("Add a question of your own").click()
    expect(bank.heading("A question of your own")).to_be_focused()
    bank.root.get_by_label("A strong answer").fill("I say it at once.")
    bank.button("Save the question").click()
    expect(bank.alert("The question: missing; write it.")).to_be_visible()
    expect(bank.root.get_by_label("A strong answer")).to_have_value("I say it at once.")
    bank.root.get_by_label("The question", exact=True).fill("Tell me about a time when a <b>zebra</b> was lost.")
    bank.root.get_by_label("Key points").fill("* You say who was told\nYou say when")
    bank.button("Save the question").click()
    expect(bank.heading("Tell me about a time when a <b>zebra</b> was lost.")).to_be_focused()
    expect(bank.status).to_contain_text("Saved.")
    search(bank, "zebra")
    told(bank, "1 question.")
    expect(found(bank)).to_contain_text("Behavioural · your own")
    bank.button("Remove").click()
    bank.button("Yes, remove it").click()
    expect(bank.status).to_have_text("Removed. Your answers stay.")
    told(bank, "No question has all of this. Try fewer words, or another choice.")


def test_words_that_were_not_saved_are_back_after_the_engine_was_restarted(desk: Desk) -> None:
    path = desk.lay_out(BROWSE, kernel=desk.new_kernel())
    desk.open_other(path, heading=HEADING)
    form = Form(desk.page)
    desk.settle(form)
    form.button("Add a question of your own").click()
    form.root.get_by_label("The question", exact=True).press_sequentially(WORDS)
    with Store(desk.home / "history.db") as store:
        assert eventually(lambda: own.unsaved(store, "records-coordinator", own.NEW) == {"prompt": WORDS})
    desk.menu("Kernel", "Restart Kernel…")
    desk.page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(form.alert("was restarted")).to_be_visible()
    desk.open_other(path, heading=HEADING)
    form.button("Add a question of your own").click()
    expect(form.root.get_by_text("were not saved the last time, and are back")).to_be_visible()
    expect(form.root.get_by_label("The question", exact=True)).to_have_value(WORDS)


def test_a_folder_is_imported_a_role_chosen_and_practised_on_the_start_page(
    bank: Form, desk: Desk, tmp_path: Path
) -> None:
    pages = write(tmp_path / "pages", roles=40)
    bank.root.get_by_label("File or folder").fill(str(tmp_path / "pages"))
    bank.button("Import").click()
    expect(bank.heading("Imported")).to_be_focused()
    expect(bank.root.get_by_text("40 roles from 41 files: 40 new.")).to_be_visible()
    desk.open_other(desk.lay_out("recprep.start()"), heading="Your role")
    start = Form(desk.page)
    chosen = next(page for page in pages if len(page.name.split()) > 1 and page.name.isascii())
    search(start, chosen.name.lower().replace("e", "", 1), name="Search roles")
    found(start, "Roles").filter(has_text=chosen.name).first.click()
    expect(start.status).to_have_text(f"You prepare for {chosen.name} now. Every page follows.")
    expect(start.heading("Your role")).to_be_focused()
    start.button("Start today's set").click()
    form = start.last
    form.wait_for_question()
    assert form.root.get_by_role("heading", level=2).inner_text() in set(chosen.prompts)
    form.answer_in_full("I would look first.")
    form.button("Save and next").click()
    expect(form.status).to_contain_text("Attempt saved")
    assert attempts(desk.home) == 1
    start.root.first.get_by_role("button", name="Back to Records Coordinator").click()
    expect(start.root.first.get_by_text("You are preparing for Records Coordinator.")).to_be_visible()


def test_a_guess_is_shown_and_corrected(desk: Desk, roles: list[Page]) -> None:
    name = roles[0].name
    code = f"recprep.browse(role=__import__('recprep.storage.library', fromlist=['x']).search_roles({name!r})[0].id)"
    desk.open_other(desk.lay_out(code), heading=f"Questions: {name}")
    form = Form(desk.page)
    found(form).first.click()
    expect(form.root.get_by_text("guessed from its words: ")).to_be_visible()
    form.button("Write a guide, or correct it").click()
    form.root.get_by_label("What the interviewer listens for").fill("Calm.")
    form.root.locator(".recprep-fields").get_by_label("Kind", exact=True).select_option("knowledge")
    form.button("Save the question").click()
    expect(form.root.get_by_text("Kind: knowledge (as you said).")).to_be_visible()
    expect(form.button("Read the guide")).to_be_visible()


def test_the_questions_are_taken_to_another_program(bank: Form, tmp_path: Path) -> None:
    bank.root.get_by_label("As", exact=True).select_option(label="GIFT: questions for Moodle, and from it")
    bank.root.get_by_label("Folder", exact=True).fill(str(tmp_path))
    bank.button("Write the file").press("Enter")
    expect(bank.status).to_contain_text(f"Written: {tmp_path}/records-coordinator.gift")
    expect(bank.status).to_contain_text("This format has no place for the rubric")
    [role] = gift.read((tmp_path / "records-coordinator.gift").read_bytes(), place="x").roles
    assert len(role.questions) > 100


def test_a_saved_page_holds_nothing_that_was_typed(bank: Form, desk: Desk) -> None:
    search(bank, "zebra")
    told(bank, "No question has all of this. Try fewer words, or another choice.")
    bank.button("Add a question of your own").click()
    bank.root.get_by_label("The question", exact=True).fill("Who lost the okapi?")
    bank.button("Save the question").click()
    expect(bank.status).to_contain_text("Saved.")
    desk.save()
    text = (desk.lab.home / "workbook" / desk.front).read_text()
    assert "BrowseForm: choose Run" in text
    assert not re.search("zebra|okapi|salary", text)
