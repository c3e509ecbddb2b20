"""The banks that are shipped are sound, and the schemas that editors use agree with them."""

import json
from difflib import SequenceMatcher

import jsonschema
import pytest
import yaml

from recprep.core.models import KINDS, LEVELS, PLACES, SENIORITIES
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
    assert len(questions) >= 160
    assert set(questions["jurisdiction"].dropna()) == set(PLACES)
    assert set(questions["kind"]) == set(KINDS)
    assert set(questions["seniority"]) == set(SENIORITIES)
    assert (questions["essential"] >= 2).all()


def test_exemplars_are_spread_over_competencies_and_kinds():
    bank = load_bank()
    asked = bank.questions.loc[bank.exemplars["question"].unique()]
    assert len(bank.exemplar_by_id) >= 54
    assert (bank.exemplars.groupby("question")["exemplar"].nunique() == 3).all()
    assert set(asked["competency"].dropna()) == set(bank.competencies.index)
    assert set(asked["kind"]) == set(KINDS)


def test_every_level_is_met_often_on_every_criterion():
    counts = load_bank().exemplars.groupby("criterion")["level"].value_counts().unstack(fill_value=0)
    assert list(counts.columns) == list(LEVELS)
    assert (counts >= 6).all(axis=None), counts


def test_a_long_exemplar_is_no_better_than_a_short_one():
    frame = load_bank().exemplars
    samples = frame.assign(words=frame["answer"].str.split().str.len()).groupby("exemplar")[["words", "level"]].mean()
    assert abs(samples["words"].corr(samples["level"])) < 0.2


def test_no_exemplar_is_the_guides_own_answer():
    bank = load_bank()
    for exemplar in bank.exemplar_by_id.values():
        question = bank.question_by_id[exemplar.question]
        for own in (question.strong_answer, question.weak_answer):
            assert SequenceMatcher(None, own.split(), exemplar.answer.split(), autojunk=False).ratio() < 0.4, (
                exemplar.id
            )


def test_no_guide_shares_its_strong_and_weak_answer_with_another():
    for column in ("prompt", "strong_answer", "weak_answer", "listening_for"):
        assert load_bank().questions[column].is_unique
