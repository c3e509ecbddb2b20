"""Roles out in another format and in again: by the functions, on the command line, and on the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from any_bank import told_of
from click.testing import CliRunner
from conftest import NOW

from recprep import exchange, workbook
from recprep.cli import main
from recprep.core.problem import Problem
from recprep.formats import recognising, writing
from recprep.storage import library, own, paths

READ_BACK = sorted(set(writing.known()) & set(recognising.known()))
CARRIES_GUIDES = [name for name in READ_BACK if name not in ("interview-pages", "markdown-lists")]


def run(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def take_in(source, **options):
    return exchange.import_from(source, catalogue=paths.catalogue(), now=NOW, **options)


def from_elsewhere(form: str, folder):
    """Write the shipped bank in a format, import it, and give the bank of the new role."""
    written = exchange.write_bank(library.load_bank(), folder, format=form)
    [role] = take_in(written.place).roles
    return library.load_bank(role)


@pytest.mark.parametrize("form", CARRIES_GUIDES)
def test_a_role_that_went_out_and_came_in_has_its_questions_guides_and_competencies(form, folder):
    shipped, again = library.load_bank(), from_elsewhere(form, folder)
    assert again.role != shipped.role
    assert (again.name, again.rubric, again.competency_by_id) == (
        shipped.name,
        shipped.rubric,
        shipped.competency_by_id,
    )
    assert told_of(again) == told_of(shipped)


def test_a_bank_of_ones_own_keeps_its_rubric_its_exemplars_and_its_sources(folder):
    shipped, again = library.load_bank(), from_elsewhere("yaml-bank", folder)
    assert again.exemplar_by_id == shipped.exemplar_by_id
    assert again.source_by_key == shipped.source_by_key
    assert (again.summary, again.licence) == (shipped.summary, shipped.licence)


@pytest.mark.parametrize("form", CARRIES_GUIDES)
def test_the_same_file_again_changes_nothing(form, folder):
    written = exchange.write_bank(library.load_bank(), folder, format=form)
    first, second = take_in(written.place), take_in(written.place)
    assert (second.unchanged, second.added, second.roles) == (1, 0, first.roles)


def test_an_edited_wording_keeps_its_id_when_the_file_states_one(folder):
    written = exchange.write_bank(library.load_bank(), folder, format="csv")
    [role] = take_in(written.place).roles
    text = written.place.read_text(encoding="utf-8-sig")
    before = library.load_bank(role).question_by_id["retention-invoice-date"]
    written.place.write_text(text.replace(before.prompt, "Something altogether different?"), encoding="utf-8")
    outcome = take_in(written.place)
    assert (outcome.reworded, outcome.added, outcome.retired) == (1, 0, 0)
    assert library.load_bank(role).question_by_id[before.id].prompt == "Something altogether different?"


def test_what_does_not_fit_is_left_out_and_the_rest_of_the_question_stays(folder):
    (folder / "x.csv").write_text("id,question,kind,minutes,jurisdiction\none,Why so?,magic,999,uk\n")
    outcome = take_in(folder / "x.csv")
    assert {reason.why for reason in outcome.left_out} == {
        "its kind does not fit, and was left out",
        "its minutes does not fit, and was left out",
    }
    [question] = library.load_bank(outcome.roles[0]).question_by_id.values()
    assert (question.id, question.prompt, question.jurisdiction, question.minutes) == ("one", "Why so?", "uk", 2)


def test_a_folder_of_several_formats_is_read_file_by_file(folder):
    (folder / "a.csv").write_text("question\nWhy a?\n")
    (folder / "b.md").write_text("# B interview questions\n\n1. Why b?\n")
    (folder / "c.gift").write_text("Why c? {}\n")
    outcome = take_in(folder)
    assert [library.load_bank(role).name for role in outcome.roles] == ["a", "B", "c"]


def test_a_bank_with_a_fault_is_not_imported_and_each_is_named(folder):
    written = exchange.write_bank(library.load_bank(), folder)
    rubric = written.place / "rubric.yml"
    rubric.write_text(rubric.read_text().replace("knowledge", "magic", 1))
    outcome = take_in(written.place)
    assert outcome.roles == ()
    assert "recprep check" in outcome.left_out[0].why
    assert outcome.left_out[0].examples[0].place.endswith("rubric.yml")


@pytest.mark.parametrize("form", sorted(writing.known()))
def test_what_a_format_leaves_out_is_said_and_nothing_is_overwritten(form, folder):
    bank = library.load_bank()
    first = exchange.write_bank(bank, folder, format=form)
    second = exchange.write_bank(bank, folder, format=form)
    assert first.place != second.place
    assert first.place.exists()
    assert bool(first.left_out) == (form != "yaml-bank")
    assert all("left out" in sentence.lower() for sentence in first.left_out)


def test_own_questions_and_guides_go_out_with_the_others(folder, store):
    bank = library.load_bank()
    said = {"prompt": "And what of my own?", "kind": "knowledge", "minutes": 2, "pitfalls": ["One."]}
    name, faults = own.keep(store, bank, said, at=NOW)
    assert not faults
    out = run("roles", "--write", bank.role, folder, "--format", "csv")
    assert out.exit_code == 0
    again = run("roles", "--write", bank.role, folder)
    for place in re.findall(r"^(/.*)$", out.output + again.output, re.MULTILINE):
        [role] = take_in(exchange.Path(place)).roles
        assert library.load_bank(role).question_by_id[name].pitfalls == ("One.",)


def test_the_command_line_names_the_formats_and_refuses_others(folder):
    assert all(name in run("roles", "--help").output for name in writing.known())
    assert all(name in run("import", "--help").output for name in recognising.known())
    refused = run("roles", "--write", "records-coordinator", folder, "--format", "cassette")
    assert (refused.exit_code, "There is no format 'cassette'" in refused.output) == (2, True)
    assert run("roles", "--format", "csv").exit_code == 2


def test_a_folder_that_cannot_be_written_to_is_said(folder):
    with pytest.raises(Problem, match="There is no folder"):
        exchange.write_bank(library.load_bank(), folder / "none", format="csv")
    with pytest.raises(Problem, match="There is no format 'x' to write"):
        exchange.write_bank(library.load_bank(), folder, format="x")


def test_a_format_is_written_from_the_page(folder):
    form = workbook.browse()
    form.elsewhere.format.value, form.elsewhere.folder.value = "gift", str(folder)
    place = form.elsewhere.take_out()
    assert place == folder / "records-coordinator.gift"
    assert str(place) in form.notices.said["status"]
    assert "This format has no place for the rubric" in form.notices.said["status"]


def test_the_page_says_calmly_what_does_not_work(folder):
    form = workbook.browse()
    form.elsewhere.folder.value = "  "
    form.elsewhere.children[3].click()
    assert "Name a folder first" in form.notices.said["alert"]


def test_an_imported_role_of_another_format_is_practised_with_its_guide(folder, monkeypatch):
    monkeypatch.setattr(workbook, "_now", lambda: NOW + timedelta(days=1))
    again = from_elsewhere("xlsx", folder)
    form = workbook.practice(role=again.role, questions=1)
    form.aloud = True
    form.reveal()
    form.scores = {row.id: 3 for row in form.session.criteria}
    form.save()
    assert set(workbook.attempts()["question"]) == {form.question.id}


def test_reading_a_package_imports_no_library_of_a_format():
    code = "import recprep, recprep.exchange, sys; print([m for m in ('openpyxl', 'genanki', 'text2qti', 'defusedxml', 'zstandard') if m in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert told.stdout.strip() == "[]"
