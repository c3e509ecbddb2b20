"""The question bank, driven from Python: searched, opened, read, practised, written in; and the choice of a role."""

import pytest
from conftest import NOW
from role_pages import write

import recprep
from recprep import workbook
from recprep.core.problem import Problem
from recprep.exchange import import_from
from recprep.storage import library, paths
from recprep.storage.profile import read_role, write_role
from recprep.ui.forms.browse import FIRST, MORE, BrowseForm
from recprep.ui.text import plain


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """It is the day of `NOW`."""
    monkeypatch.setattr(workbook, "_now", lambda: NOW)


@pytest.fixture
def form() -> BrowseForm:
    return recprep.browse()


@pytest.fixture
def imported(home, tmp_path) -> list[str]:
    """Import forty roles, and give their ids."""
    write(tmp_path / "pages", roles=40)
    return list(import_from(tmp_path / "pages", catalogue=paths.catalogue(), now=NOW).roles)


def shown(part) -> bool:
    return part.layout.display != "none"


def said(form) -> str:
    return form.notices.said.get("status", "")


def click(form, name: str) -> None:
    _find(form, name).click()


def _find(part, name: str):
    if getattr(part, "description", None) == name and hasattr(part, "click") and shown(part):
        return part
    return next(filter(None, (_find(child, name) for child in getattr(part, "children", ()) if shown(child))), None)


def ask(form, text: str, **chosen: str) -> None:
    """Type into the search field, as the page sends it."""
    message = {"type": "asked", "text": text, "chosen": chosen, "page": "p", "number": 1}
    form._box._receive(None, message, [])


def answer(form) -> None:
    form.aloud = True
    form.reveal()
    form.scores = {row.id: 4 for row in form.session.criteria}
    form.save()


# Searching


def test_at_first_every_question_is_there_in_the_order_of_the_bank(form):
    assert form.results == list(recprep.load_bank().question_by_id)
    assert len(form._box.items) == FIRST
    assert form._box.told == f"{len(form.results)} questions in all."
    assert form._box.more == f"Show {MORE} more"


@pytest.mark.parametrize("text", ["legal hold", "LÉGAL  hold?", "hold legal"])
def test_what_is_typed_is_found_whatever_its_accents_and_order(form, text):
    ask(form, text)
    assert form.results[0] == "compliance-run-a-hold"
    assert form._box.answered == ["p", 1]
    assert form._box.told == f"{len(form.results)} questions."


def test_a_typo_is_read_only_where_nothing_is_spelled_so(form):
    ask(form, "salary")
    exact = form.results
    ask(form, "salray")
    assert form._box.told.startswith("Nothing is spelled so. ")
    assert set(exact) <= set(form.results)


def test_words_of_the_guide_and_of_the_competency_are_found_too(form):
    bank = recprep.load_bank()
    form.text = "Retention and disposition"
    assert {name for name, one in bank.question_by_id.items() if one.competency == "retention"} <= set(form.results)
    form.text = bank.question_by_id["retention-invoice-date"].key_points[0].text
    assert form.results[0] == "retention-invoice-date"


def test_nothing_found_says_what_to_try(form):
    ask(form, "xylophone zebra")
    assert (form.results, form._box.items) == ([], [])
    assert form._box.told == "No question has all of this. Try fewer words, or another choice."


def test_choices_narrow_what_is_found(form):
    form.filters = {"competency": "ethics", "kind": "situational"}
    bank = recprep.load_bank()
    asked = {(bank.question_by_id[name].competency, bank.question_by_id[name].kind) for name in form.results}
    assert asked == {("ethics", "situational")}
    ask(form, "", competency="none")
    assert {bank.question_by_id[name].competency for name in form.results} == {None}


def test_a_choice_that_is_not_there_is_said(form):
    with pytest.raises(Problem, match=r"There is no kind 'riddle' here\. You can choose: knowledge, "):
        form.filters = {"kind": "riddle"}


def test_more_are_shown_when_asked_for(form):
    form._box._receive(None, {"type": "more"}, [])
    assert len(form._box.items) == FIRST + MORE
    ask(form, "hold")
    assert len(form._box.items) == FIRST


def test_the_page_can_be_opened_on_words():
    form = recprep.browse("legal hold")
    assert form._box.text == "legal hold"
    assert form.results[0] == "compliance-run-a-hold"


@pytest.mark.parametrize(
    "message", [{"type": "asked"}, {"type": "asked", "text": None, "chosen": []}, {"type": "open"}]
)
def test_what_no_page_sends_is_no_trouble(form, message):
    form._box._receive(None, message, [])
    assert form.question is None


# One question


def test_an_open_question_shows_its_facts_and_no_guide(form):
    form.text = recprep.load_bank().question_by_id["retention-invoice-date"].prompt
    form.open_question("retention-invoice-date")
    assert form.found.head.heading == recprep.load_bank().question_by_id["retention-invoice-date"].prompt
    assert "You have not answered it yet." in form.found.head.body
    assert not shown(form.found._guide)
    assert "counts as seen" in form.found._caution.body
    assert [item["id"] for item in form._box.items if item["marked"]] == ["retention-invoice-date"]


def test_a_guide_read_counts_as_seen_here_and_in_what_is_chosen_next(form):
    form.open_question("general-why-records")
    click(form, "Read the guide")
    guide = form.found._guide
    assert shown(guide)
    assert "Key points of a good answer" in guide.body
    assert "You read its guide on 23 Nov 2026." in form.found.head.body
    assert not shown(form.found._caution)
    form.filters = {"state": "seen"}
    assert form.results == ["general-why-records"]
    assert form._box.items[0]["note"].endswith("guide read")
    form.filters = {"state": "new"}
    assert "general-why-records" not in form.results
    everything = recprep.practice(questions=500).session.questions
    assert everything[-1].id == "general-why-records"


def test_a_question_is_practised_in_place_to_a_saved_attempt(form):
    form.open_question("general-why-records")
    click(form, "Practise this question")
    (practice,) = form.found._place.children
    assert practice.question.id == "general-why-records"
    assert not shown(form.found.head)
    answer(practice)
    assert set(recprep.attempts()["question"]) == {"general-why-records"}
    click(form, "Back to the list")
    assert form.question is None
    form.open_question("general-why-records")
    assert "You answered it once, last on 23 Nov 2026." in form.found.head.body


def test_an_unknown_question_is_said(form):
    with pytest.raises(Problem, match="There is no question 'juggling' in Records Coordinator"):
        form.open_question("juggling")


# Questions of one's own


def write_one(form, **words: str) -> str:
    click(form, "Add a question of your own")
    for name, text in words.items():
        form.writing.fields[name].value = text
    click(form, "Save the question")
    return form.question.id if form.question else ""


def test_only_the_words_are_needed_and_the_kind_is_guessed_from_them(form):
    name = write_one(form, prompt="Tell me about a time when you\nlost a <b>file</b>.")
    question = recprep.load_bank().question_by_id[name]
    assert question.prompt == "Tell me about a time when you lost a <b>file</b>."
    assert (question.kind, question.competency, question.seniority, question.minutes) == ("behavioural", None, None, 2)
    assert said(form) == "Saved. It is practised with the other questions of Records Coordinator."
    assert "This is a question of your own." in form.found.head.body
    form.filters = {"state": "own"}
    assert form.results == [name]


def test_a_whole_question_is_written_in_lines(form):
    name = write_one(
        form,
        prompt="Who may open the safe?",
        kind="knowledge",
        competency="storage",
        seniority="senior",
        minutes="5",
        listening_for="Whether you know.",
        key_points="* Two people\n\n  Never one\n*",
        strong_answer="Two people, *always*.",
        pitfalls="Guessing\nLaughing",
    )
    question = recprep.load_bank().question_by_id[name]
    assert [(point.text, point.essential) for point in question.key_points] == [
        ("Two people", True),
        ("Never one", False),
    ]
    assert question.pitfalls == ("Guessing", "Laughing")
    assert (question.competency, question.seniority, question.minutes) == ("storage", "senior", 5)
    click(form, "Edit")
    assert form.writing.fields["key_points"].value == "* Two people\nNever one"
    assert form.writing.fields["kind"].value == "knowledge"


def test_an_error_keeps_all_that_was_typed_and_names_the_field(form):
    write_one(form, listening_for="Something", prompt="x" * 501)
    assert form.notices.said["alert"] == (
        "Not saved yet, and nothing that you typed is lost. The question: 501 characters; at most 500 characters."
    )
    assert form.writing.fields["listening_for"].value == "Something"
    assert shown(form.writing)


def test_what_was_typed_and_not_saved_is_back_when_the_form_is_opened_again(form):
    click(form, "Add a question of your own")
    form.writing.fields["prompt"].value = "Half a questi"
    again = recprep.browse()
    click(again, "Add a question of your own")
    assert again.writing.fields["prompt"].value == "Half a questi"
    assert "were not saved the last time, and are back" in again.writing.head.body
    click(again, "Drop these words and start anew")
    assert again.writing.fields["prompt"].value == ""
    click(again, "Close")
    click(again, "Add a question of your own")
    assert again.writing.fields["prompt"].value == ""


def test_a_saved_question_leaves_no_unsaved_words(form):
    write_one(form, prompt="Why here?")
    click(form, "Add a question of your own")
    assert form.writing.fields["prompt"].value == ""


def test_one_is_edited_under_its_id_and_other_pages_follow(form):
    waiting = recprep.practice(questions=500)
    name = write_one(form, prompt="Why here?")
    assert name in {question.id for question in waiting.session.questions}
    click(form, "Edit")
    form.writing.fields["prompt"].value = "Why really here?"
    click(form, "Save the question")
    assert form.question.id == name
    asked = {question.id: question.prompt for question in waiting.session.questions}
    assert asked[name] == "Why really here?"


def test_one_is_removed_after_one_question_and_its_attempts_stay(form):
    name = write_one(form, prompt="Why here?")
    answer(form.found.practise())
    form.open_question(name)
    click(form, "Remove")
    assert form.found.asking._question.heading == "Remove this question of yours?"
    click(form, "No, keep everything as it is")
    assert name in recprep.load_bank().question_by_id
    click(form, "Remove")
    click(form, "Yes, remove it")
    assert said(form) == "Removed. Your answers stay."
    assert form.question is None
    assert name not in recprep.load_bank().question_by_id
    assert set(recprep.attempts()["question"]) == {name}
    recprep.progress()


def test_a_guide_of_the_bank_is_changed_beside_it_and_can_go_back(form):
    name = "retention-invoice-date"
    came = recprep.load_bank().question_by_id[name]
    form.open_question(name)
    click(form, "Change the guide")
    assert form.writing.fields["strong_answer"].value == came.strong_answer
    form.writing.fields["strong_answer"].value = "As I would say it."
    click(form, "Save the question")
    assert recprep.load_bank().question_by_id[name].strong_answer == "As I would say it."
    assert "You changed its guide." in form.found.head.body
    assert library.load_bank().question_by_id[name] == came
    click(form, "Go back to how it came")
    click(form, "Yes, drop what I wrote")
    assert recprep.load_bank().question_by_id[name] == came
    assert form.question == came


def test_what_cannot_be_read_is_left_out_and_named_on_the_page(form):
    form._store.set_setting("own question/records-coordinator/own-<b>", "{}", at=NOW)
    form.refresh()
    assert "own-&lt;b&gt;: id: " in form._head.body
    assert len(form.results) == len(library.load_bank().question_by_id)


def test_the_widget_says_nothing_personal_in_a_saved_page(form):
    assert repr(form) == "<BrowseForm: choose Run > Run All Cells to see it>"


# Roles


def test_with_one_role_there_is_nothing_to_choose(monkeypatch):
    monkeypatch.setattr(library, "roles", lambda: ["records-coordinator"])
    form = recprep.browse()
    assert not shown(recprep.start().roles)
    assert shown(form.roles)
    assert not shown(form.roles.box)
    assert "It is the only role here." in form.roles.head.body


def test_a_role_is_imported_found_chosen_and_every_page_follows(form, tmp_path):
    pages = write(tmp_path / "pages", roles=40)
    start, practice = recprep.start(), recprep.practice()
    form.roles.source.value = str(tmp_path / "pages")
    click(form, "Import")
    assert said(form) == "Imported: 40 roles."
    assert "40 roles from 41 files: 40 new." in form.roles._outcome.body
    found = form.roles.find(pages[7].name)
    assert form.roles.box.items[0]["name"] == pages[7].name
    form.roles.choose(found[0])
    assert said(form) == f"You prepare for {pages[7].name} now. Every page follows."
    assert form._head.heading == f"Questions: {pages[7].name}"
    start.look()
    assert f"<strong>{plain(pages[7].name)}</strong>" in start._stand.body
    assert practice.session.bank.role == found[0] == recprep.load_bank().role
    click(start, "Back to Records Coordinator")
    practice.look()
    assert practice.session.bank.role == "records-coordinator"


def test_of_many_roles_none_is_listed_before_something_is_typed(form, imported):
    form.refresh()
    assert form.roles.box.items == []
    assert form.roles.find("") == [one.id for one in library.every_role()]


def test_a_guess_is_shown_with_its_rule_and_can_be_corrected(imported):
    role = imported[0]
    form = recprep.browse(role=role)
    name, guess = next((name, one) for name, one in library.guessed(role).items() if one.kind_rule)
    form.open_question(name)
    assert f"Kind: {guess.kind} (guessed from its words: '{guess.kind_rule}')." in form.found.head.body
    other = next(kind for kind in ("motivation", "knowledge") if kind != guess.kind)
    click(form, "Write a guide, or correct it")
    form.writing.fields["kind"].value = other
    form.writing.fields["listening_for"].value = "Calm."
    click(form, "Save the question")
    question = recprep.load_bank(role).question_by_id[name]
    assert (question.kind, question.listening_for) == (other, "Calm.")
    assert f"Kind: {other} (as you said)." in form.found.head.body
    assert _find(form, "Read the guide")
    assert not shown(form.roles) or form.roles not in form.children


def test_an_imported_question_is_practised_to_a_saved_attempt(imported):
    form = recprep.browse(role=imported[3])
    form.open_question(form.results[0])
    answer(form.found.practise())
    assert set(recprep.attempts()["role"]) == {imported[3]}


def test_a_role_asked_for_by_name_is_used_on_every_page(imported):
    role = imported[1]
    name = library.load_bank(role).name
    assert recprep.practice(role=role).session.bank.role == role
    assert recprep.browse(role=role)._head.heading == f"Questions: {name}"
    start = recprep.start(role=role)
    assert start.begin().session.bank.role == role
    assert start.roles not in start.children
    assert recprep.progress(role=role)._bank.role == role
    assert read_role(workbook._store(paths.database())) == "records-coordinator"


def test_a_set_that_was_begun_goes_on_and_says_so(form, imported):
    practice = recprep.practice()
    practice.answer = "Begun"
    form.roles.choose(imported[0])
    assert practice.session.bank.role == "records-coordinator"
    assert practice.notices.said["status"] == (
        "You prepare for another role now. This set is of Records Coordinator; the next one follows."
    )
    practice.another_set()
    assert practice.session.bank.role == imported[0]


def test_a_page_opened_on_a_competency_stays_with_the_role_that_has_it(form, imported):
    practice = recprep.practice("ethics")
    form.roles.choose(imported[0])
    practice.look()
    assert practice.session.bank.role == "records-coordinator"
    assert practice.notices.said.get("alert", "") == ""


def test_a_role_without_sample_answers_is_calibrated_on_those_of_the_first_one(form, imported):
    form.roles.choose(imported[0])
    calibrate = recprep.calibrate()
    assert calibrate.calibration.bank.role == "records-coordinator"
    name = plain(library.load_bank(imported[0]).name)
    told = f"{name} has no sample answers of its own, so these are of Records Coordinator."
    assert told in calibrate._heading.body
    calibrate.scores = {row.id: 3 for row in calibrate.calibration.criteria}
    calibrate.compare()
    assert "Calibrate" not in recprep.start()._stand.body
    assert recprep.calibrate(role=imported[0])._heading.heading == "No sample answers"


def test_a_role_is_taken_off_the_list_after_one_question_and_its_attempts_stay(form, imported):
    form.roles.choose(imported[0])
    answer(recprep.practice())
    click(form, "Take this role off the list")
    click(form, "Yes, take it off")
    assert read_role(form._store) == "records-coordinator"
    assert imported[0] not in [one.id for one in library.every_role()]
    assert set(recprep.attempts()["role"]) == {imported[0]}


def test_a_chosen_role_that_is_gone_is_said_and_the_first_one_is_shown(form, imported):
    write_role(form._store, imported[0], at=NOW)
    library.remove_role(imported[0], now=NOW)
    start = recprep.start()
    assert "Records Coordinator" in start._stand.body
    assert f"<strong>{imported[0]}</strong>, is not here any more" in start.roles.head.body
    click(start, "Back to Records Coordinator")
    assert "You prepare for <strong>Records Coordinator</strong>" in start.roles.head.body


def test_a_damaged_catalogue_is_said_and_the_page_works_without_it(home):
    home.mkdir()
    paths.catalogue().write_bytes(b"no database at all" * 100)
    start = recprep.start()
    assert "catalogue.db is damaged" in start.roles.head.body
    assert start.begin().question


@pytest.mark.parametrize(
    ("source", "sentence"), [("", "Name a file or a folder first"), ("/nowhere/at/all", "is not there")]
)
def test_what_cannot_be_imported_is_said(form, source, sentence):
    form.roles.source.value = source
    click(form, "Import")
    assert sentence in form.notices.said["alert"]


def test_loading_a_bank_makes_nothing(home):
    recprep.load_bank()
    assert not home.exists()
