"""The catalogue and what comes out of it: ids, banks, search, a session without a guide, and files that are no catalogue."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from answering import answer_all
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from test_progress_form import inside

from recprep import workbook
from recprep.core.bank import Bank, build, read_entries
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole
from recprep.core.lint import lint
from recprep.core.models import GUIDE, SENIORITIES, Profile
from recprep.core.problem import Problem
from recprep.core.schedule import eligible
from recprep.core.session import Session
from recprep.formats import yaml_bank
from recprep.storage import doctor, library
from recprep.storage.catalogue import holding
from recprep.storage.catalogue.naming import question_id, role_id
from recprep.storage.catalogue.taking_in import take_in
from recprep.storage.catalogue.wording import IN_PLACE, LIKELY, same_questions
from recprep.storage.custody import holdings
from recprep.ui import report
from recprep.ui.forms import guide
from recprep.ui.forms.calibrate import CalibrateForm
from recprep.ui.forms.practice import PracticeForm

PROMPTS = (
    "How do you tell a good valve from a bad one?",
    "Tell me about a time when a firing went wrong.",
    "Why do you want to work as a potter?",
    "What experience do you have with kilns?",
    "What would you do if a customer shouted at you?",
)
ANSWER = "Look at the *seat* first. <script>alert(1)</script> ![x](https://example.org/x.png)"


def take(catalogue: Path, *roles: ImportedRole) -> tuple[str, ...]:
    read = [Imported((role,)) for role in roles]
    return take_in(read, catalogue=catalogue, source=catalogue.parent, format="", now=NOW).roles


def asked(*prompts: str, answer: str | None = None) -> tuple[ImportedQuestion, ...]:
    return tuple(ImportedQuestion(prompt, line, None, answer) for line, prompt in enumerate(prompts, 1))


@pytest.fixture
def catalogue(home: Path) -> Path:
    return home / "catalogue.db"


@pytest.fixture
def potter(catalogue: Path) -> str:
    """An imported role; what stands with its questions is hostile."""
    [role] = take(
        catalogue, ImportedRole("Potter", "Crafts/Clay/p.md", asked(*PROMPTS, answer=ANSWER), "Makes pots.", "1_2_3")
    )
    return role


@pytest.fixture
def imported(potter: str) -> Bank:
    return library.load_bank(potter)


# Ids


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C# Developer", "c-sharp-developer-1-2-3"),
        ("C++ Developer", "c-plus-plus-developer-1-2-3"),
        (".NET / F# Tester (Senior)", "net-f-sharp-tester-senior-1-2-3"),
        ("Maître d'Hôtel", "maitre-dhotel-1-2-3"),
        ("Łódź Tram Driver", "lodz-tram-driver-1-2-3"),
        ("R&D Chemist", "r-and-d-chemist-1-2-3"),
        ("護士", "role-1-2-3"),
        ("x" * 200, "x" * 48 + "-1-2-3"),
        (
            "A very long name of a role that has many words in it and ends late",
            "a-very-long-name-of-a-role-that-has-many-words-1-2-3",
        ),
    ],
)
def test_a_role_is_called_by_its_name_and_its_authors_id(name, expected):
    assert role_id(name, place="x.md", source_id="1_2_3") == expected


def test_without_an_id_of_its_author_the_place_tells_roles_of_one_name_apart():
    ids = [role_id("Potter", place=place) for place in ("a/potter.md", "b/potter.md", "a/potter.md")]
    assert ids[0] != ids[1]
    assert ids[0] == ids[2]
    assert role_id("Potter", place="a/potter.md", origin="/mine/a/potter.md", taken={ids[0]}) not in {*ids}


def test_many_questions_of_one_wording_have_ids_of_their_own():
    taken: set[str] = set()
    for _ in range(6):
        taken.add(question_id("Why?", taken=taken))
    assert len(taken) == 6


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("What is a litigation hold?", "Describe a litigation hold.", True),
        ("How do you prioritize your tasks?", "How do you prioritise tasks?", True),
        ("What are your strengths?", "What are your greatest strengths?", True),
        ("Where do you see yourself in five years?", "Where do you see yourself 5 years from now?", True),
        ("What are your strengths?", "What are your weaknesses?", False),
        ("What experience do you have with Python?", "What experience do you have with Java?", False),
        ("What is a valve?", "Why steel and not iron?", False),
        ("C# or C++?", "F# or D?", False),
        ("", "Why?", False),
    ],
)
def test_an_edit_in_place_is_told_from_another_question(before, after, same):
    assert same_questions([before], [after]) == ({0: 0} if same else {})


def test_what_stands_in_its_place_needs_less_likeness_than_what_does_not():
    before = ["Why steel?", "How do you deal with a leaking valve when an inspector is waiting?", "Which glaze?"]
    edited = "How would you handle a leaking valve while an inspector waits?"
    assert same_questions(before, ["Why steel?", edited, "Which glaze?"])[1] == 1
    assert 2 not in same_questions(before, ["Which glaze?", "Why steel?", "Who pays?", edited])
    assert 0 < IN_PLACE < LIKELY < 1


def test_a_list_of_thousands_is_compared_in_a_moment():
    before = [f"What of the {n}th valve and the {n * 7}th rope?" for n in range(3000)]
    after = [f"{prompt[:-1]} now?" for prompt in before]
    assert len(same_questions(before, after)) == 3000


# The bank of an imported role


def test_an_imported_role_has_the_competencies_and_the_rubric_of_any_job(imported):
    base = library.load_base()
    assert (imported.rubric, imported.competency_by_id) == (base.rubric, base.competency_by_id)
    assert (imported.role, imported.name, imported.summary) == ("potter-1-2-3", "Potter", "Makes pots.")
    assert {question.prompt for question in imported.question_by_id.values()} == set(PROMPTS)
    assert (imported.exemplar_by_id, imported.ask) == ({}, base.ask)


def test_kinds_are_guessed_and_the_rule_can_be_told(potter, imported):
    kinds = {question.prompt: question.kind for question in imported.question_by_id.values()}
    assert list(map(kinds.get, PROMPTS)) == ["procedure", "behavioural", "motivation", "background", "situational"]
    guessed = library.guessed(potter)
    assert guessed.keys() == imported.question_by_id.keys()
    rules = {rule.name for rule in library.load_base().guesses}
    for name, one in guessed.items():
        question = imported.question_by_id[name]
        assert (one.kind, one.competency) == (question.kind, question.competency)
        assert {one.kind_rule, one.competency_rule} <= rules | {None}
    assert library.guessed("records-coordinator") == {}


def test_everybody_is_asked_a_question_of_unknown_seniority(imported):
    questions = list(imported.question_by_id.values())
    for seniority in (None, *SENIORITIES):
        assert eligible(questions, Profile(seniority=seniority, jurisdiction="uk")) == questions
    assert imported.questions["seniority"].isna().all()


def test_the_bank_is_read_once_and_again_after_an_import(potter, catalogue):
    first = library.load_bank(potter)
    assert library.load_bank(potter) is first
    take(catalogue, ImportedRole("Potter", "Crafts/Clay/p.md", asked("Why clay?"), "Makes pots.", "1_2_3"))
    assert [question.prompt for question in library.load_bank(potter).question_by_id.values()] == ["Why clay?"]


def test_a_removed_role_is_said_to_be_removed_and_its_attempts_stay(potter, imported, store, clock, new_id):
    practise(imported, store, clock, new_id)
    library.remove_role(potter, now=NOW)
    with pytest.raises(
        Problem, match=r"'potter-1-2-3' \(Potter\) was removed on 2026-11-23. What you answered in it is kept"
    ):
        library.load_bank(potter)
    assert [attempt.role for attempt in store.attempts()] == store.roles() == [potter]
    assert potter not in {one.id for one in library.every_role()}


def test_an_unknown_role_is_answered_with_what_is_called_nearly_so(catalogue):
    roles = [ImportedRole(f"Nurse {n}", f"{n}.md", asked("Why?"), None, f"1_1_{n}") for n in range(30)]
    take(catalogue, *roles, ImportedRole("Baker", "b.md", asked("Why?")))
    with pytest.raises(Problem) as caught:
        library.load_bank("nurs-18-9-9")
    assert str(caught.value).count("nurse-") == 5
    assert "Baker" not in str(caught.value)
    with pytest.raises(
        Problem, match=r"There is no role 'qqqqq'. Roles that came with the workbook: records-coordinator\."
    ):
        library.load_bank("qqqqq")


def test_roles_are_found_by_name_field_and_specialty(catalogue):
    take(
        catalogue,
        ImportedRole("Maître d'Hôtel", "Food_and_Wine/Night_Work/m.md", asked("Why?")),
        ImportedRole("C# Developer", "Software/Trade/c.md", asked("Why?", "How?")),
        ImportedRole("Nurse (ICU)", "Health/x/y/n.md", asked("Why?")),
    )
    found = {
        text: [one.name for one in library.search_roles(text)]
        for text in ("maitre dhotel", "devloper", "icu", "night wine")
    }
    assert found == {
        "maitre dhotel": ["Maître d'Hôtel"],
        "devloper": ["C# Developer"],
        "icu": ["Nurse (ICU)"],
        "night wine": ["Maître d'Hôtel"],
    }
    everything = library.every_role()
    assert [(one.id, one.imported) for one in everything[:1]] == [("records-coordinator", False)]
    assert [(one.name, one.place, one.questions) for one in everything[1:]] == [
        ("C# Developer", "Software / Trade", 2),
        ("Maître d'Hôtel", "Food and Wine / Night Work", 1),
        ("Nurse (ICU)", "x / y", 1),
    ]
    assert len(library.search_roles("", most=None)) == 4


# A question without a guide, all the way


def practise(bank: Bank, store, clock, new_id) -> PracticeForm:
    """Answer the first question in the form, and save."""
    questions = list(bank.question_by_id.values())
    form = PracticeForm(
        lambda _wide: Session(bank, questions, keeper=store, clock=clock, new_id=new_id, zone="+00:00"),
        homes=lambda: [store.home_id],
    )
    form.answer = "I look at the seat, and then I listen."
    form.reveal()
    form.scores = {row.id: 4 for row in form.session.criteria}
    form.save()
    return form


def test_a_question_without_a_guide_is_practised_to_a_saved_attempt(imported, store, clock, new_id):
    form = practise(imported, store, clock, new_id)
    [attempt] = store.attempts()
    assert (attempt.role, attempt.question, attempt.key_points) == (imported.role, form.question.id, ())
    assert (attempt.percent, attempt.seniority) == (80, None)
    assert form._key_points.groups == []
    assert "key point" not in guide.levels_given(imported, attempt)
    assert store.snapshot(attempt.question_hash) == imported.question_text(form.question)
    form.next()
    form.undo()
    assert store.attempts() == []


def test_where_there_is_no_guide_it_is_said_and_what_came_along_is_shown_safely(imported):
    question = next(iter(imported.question_by_id.values()))
    assert not any(getattr(question, part) for part in GUIDE)
    shown = guide.guide(imported, question)
    assert "This question came without a guide" in shown
    assert "What stood with this question where it came from" in shown
    assert "Look at the <em>seat</em> first. &lt;script&gt;" in shown
    assert "<img" not in shown
    assert "<script" not in shown
    assert "A strong answer" not in shown
    assert "came without a guide" not in guide.guide(
        library.load_bank(), library.load_bank().question_by_id["retention-invoice-date"]
    )


def test_a_key_point_that_is_not_there_cannot_be_ticked(imported, store, clock, new_id):
    form = practise(imported, store, clock, new_id)
    form.next()
    form.answer = "Something else."
    form.reveal()
    with pytest.raises(Problem, match="There is no key point 0: this question has none"):
        form.key_points = [0]


def test_what_lies_beside_a_question_is_in_its_hash_only_where_there_is_something():
    bank = library.load_bank()
    question = bank.question_by_id["retention-invoice-date"]
    assert '"material"' not in bank.question_text(question)
    assert '"material":"Potter"' in bank.question_text(replace(question, material="Potter"))


def test_calibrating_says_kindly_that_there_is_nothing_to_score(potter, home):
    form = workbook.calibrate(potter)
    assert isinstance(form, CalibrateForm)
    assert (form._heading.heading, form.exemplar) == ("No sample answers", None)


def test_progress_and_both_reports_hold_for_an_imported_role(imported, store, tmp_path, clock, new_id):
    for level in (2, 3, 5):
        clock.pass_seconds(86_400)
        answer_all(imported, store, clock, new_id, level=level)
    drawn = str([part.get_state() for part in inside(workbook.progress(imported.role))])
    probed = {question.competency for question in imported.question_by_id.values()} - {None}
    assert len(probed) > 1
    assert all(imported.competency_by_id[name].name in drawn for name in probed)
    shown = report.write_report(imported, store, tmp_path, now=clock()).read_text(encoding="utf-8")
    assert "Potter" in shown
    assert "key points ticked" not in shown
    sheet = report.write_sheet(imported, store, tmp_path, now=clock()).read_text(encoding="utf-8")
    assert "Questions to ask them" in sheet


# As YAML, and back


def read_back(texts: dict[str, str]) -> Bank:
    entries, findings = read_entries(texts, library.schemas())
    assert findings == []
    return build(entries)


@pytest.mark.parametrize("load", [library.load_bank, library.load_base])
def test_a_shipped_bank_is_written_and_read_back_exactly(load):
    bank = load()
    texts = yaml_bank.texts(bank)
    again = read_back(texts)
    assert again == bank
    assert list(again.question_by_id) == list(bank.question_by_id)
    assert list(again.exemplar_by_id) == list(bank.exemplar_by_id)
    assert lint(texts, library.schemas()) == []


def test_an_imported_bank_is_written_and_read_back_exactly(imported, tmp_path):
    yaml_bank.write(imported, tmp_path)
    texts, unreadable = library.read_texts(tmp_path)
    assert (unreadable, texts) == ([], yaml_bank.texts(imported))
    assert read_back(texts) == imported
    assert list(read_back(texts).question_by_id) == list(imported.question_by_id)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).map(str.strip).filter(bool)


@given(st.lists(TEXT, min_size=1, max_size=5, unique=True), TEXT, TEXT)
@settings(max_examples=40)
def test_any_text_is_read_back_from_yaml_exactly(tmp_path_factory, prompts, name, answer):
    catalogue = tmp_path_factory.mktemp("any") / "c.db"
    prompts = [" ".join(prompt.split()) or "?" for prompt in prompts]
    [role] = take(
        catalogue, ImportedRole(name, "x.md", asked(*dict.fromkeys(prompts), answer=f"{answer}\n\n  {name}\n{answer}"))
    )
    found = holding.find(catalogue, role)
    bank = library.furnishing.furnish(found, (library.load_base(),), library.schemas())
    assert read_back(yaml_bank.texts(bank)) == bank


# The file


def test_the_catalogue_is_one_file_that_only_its_owner_reads(potter, catalogue):
    assert stat.S_IMODE(catalogue.stat().st_mode) == 0o600
    assert stat.S_IMODE(catalogue.parent.stat().st_mode) == 0o700
    assert [file.name for file in catalogue.parent.iterdir()] == ["catalogue.db"]


def test_nothing_is_made_by_looking(catalogue):
    assert holding.listed(catalogue) == []
    assert holding.find(catalogue, "potter") is None
    assert len(library.every_role()) == 1
    assert not catalogue.parent.exists()


def test_an_import_that_was_interrupted_at_its_very_first_step_is_no_trouble(catalogue):
    catalogue.parent.mkdir()
    catalogue.touch()
    assert holding.listed(catalogue) == []
    assert len(take(catalogue, ImportedRole("Potter", "p.md", asked("Why?")))) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("CREATE TABLE bookmark (url); PRAGMA application_id = 7", "belongs to another program, and was left as it is"),
        ("CREATE TABLE bookmark (url)", "belongs to another program, and was left as it is"),
        ("newer", r"was made by a newer version of recprep \(form 99, this version knows 1\)"),
        ("damaged", "is damaged .* Only imported roles are in it; your answers are elsewhere, and safe"),
        ("text", "is damaged"),
    ],
)
def test_what_is_no_catalogue_is_left_as_it_is(potter, catalogue, content, expected):
    if content == "text":
        catalogue.write_text("no database at all, but long enough to be looked at" * 40)
    elif content == "damaged":
        data = bytearray(catalogue.read_bytes())
        data[100:4000] = b"\xff" * 3900
        catalogue.write_bytes(data)
    else:
        if content != "newer":
            catalogue.unlink()
        with closing(sqlite3.connect(catalogue)) as connection:
            connection.executescript("PRAGMA user_version = 99" if content == "newer" else content)
    before = catalogue.read_bytes()
    for use in (
        lambda: library.load_bank(potter),
        library.every_role,
        lambda: take(catalogue, ImportedRole("X", "x.md", asked("Why?"))),
    ):
        with pytest.raises(Problem, match=expected):
            use()
    assert catalogue.read_bytes() == before
    assert library.load_bank().role == "records-coordinator"


def test_doctor_says_how_many_roles_were_imported_and_what_is_wrong(potter, catalogue, home):
    def told() -> list[tuple[bool, str]]:
        return [(one.sound, one.what) for one in doctor.examine(home) if one.where == catalogue]

    assert told() == [(True, f"1 imported role, {catalogue.stat().st_size:,} bytes")]
    journal = catalogue.with_name("catalogue.db-journal")
    journal.touch()
    assert told() == [(True, "Imported roles: an import is running, or was interrupted")]
    journal.unlink()
    catalogue.write_text("no database at all" * 100)
    [(sound, what)] = told()
    assert (sound, what.startswith("Imported roles cannot be read")) == (False, True)


def test_a_file_of_another_program_is_not_taken_for_imported_roles(potter, catalogue, home):
    assert [row.what for row in holdings.survey(home).kept] == [holdings.ROLES]
    catalogue.unlink()
    with closing(sqlite3.connect(catalogue)) as connection:
        connection.executescript("CREATE TABLE bookmark (url)")
    found = holdings.survey(home)
    assert (found.kept, found.foreign) == ((), (catalogue,))


def test_a_catalogue_that_was_copied_elsewhere_is_read_there(potter, catalogue, tmp_path, monkeypatch):
    shutil.copytree(catalogue.parent, tmp_path / "there")
    monkeypatch.setenv("RECPREP_HOME", str(tmp_path / "there"))
    assert library.load_bank(potter).name == "Potter"
