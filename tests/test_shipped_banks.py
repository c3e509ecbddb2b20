"""The banks that are shipped are sound, and the schemas that editors use agree with them."""

import json

import jsonschema
import pytest
import yaml

from recprep.core.models import KINDS, SENIORITIES
from recprep.storage import paths
from recprep.storage.library import check, load_bank, roles, schemas

BANKS = paths.shipped("data") / "banks"
FILES = sorted([*BANKS.glob("*/*.yml"), *BANKS.glob("*/*/*.yml")])


def part(file) -> str:
    return file.stem if file.parent.parent == BANKS else file.parent.name


def test_every_bank_is_clean():
    assert [str(finding) for finding in check()] == []


@pytest.mark.parametrize("role", roles())
def test_a_bank_loads_under_its_own_name(role):
    assert load_bank(role).role == role


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(BANKS).as_posix())
def test_an_editor_finds_nothing_either(file):
    """A plain JSON Schema validator agrees with our reader, and the first line names the right schema."""
    named = file.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
    assert (file.parent / named).resolve() == (paths.shipped("data") / "schema" / f"{part(file)}.json").resolve()
    jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), schemas()[part(file)])


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_itself_sound(name):
    jsonschema.Draft202012Validator.check_schema(dict(schemas()[name]))
    assert "description" in json.dumps(schemas()[name])


def test_the_first_bank_has_what_it_promises():
    bank = load_bank()
    questions = bank.questions
    assert list(bank.competencies.index) == [
        "capture", "classification", "storage", "retrieval", "retention", "compliance", "systems", "stakeholders", "ethics"
    ]  # fmt: skip
    assert (bank.competencies["questions"] >= 4).all()
    assert len(questions) >= 36
    assert set(questions["jurisdiction"].dropna()) == {"us-federal", "us-state", "uk", "eu", "canada", "australia"}
    assert set(questions["kind"]) == set(KINDS)
    assert set(questions["seniority"]) == set(SENIORITIES)
    assert (questions["essential"] >= 2).all()


def test_strong_answers_can_be_said_in_ninety_seconds():
    words = load_bank().questions["strong_answer"].str.split().str.len()
    assert words.between(150, 260).all(), words[~words.between(150, 260)]


def test_every_source_is_used():
    bank = load_bank()
    cited = {key for question in bank.question_by_id.values() for key in question.sources}
    assert set(bank.source_by_key) == cited


def test_no_guide_shares_its_strong_and_weak_answer_with_another():
    for column in ("prompt", "strong_answer", "weak_answer", "listening_for"):
        assert load_bank().questions[column].is_unique
