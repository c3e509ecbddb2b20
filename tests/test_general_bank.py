"""The bank that lends its competencies and rubric to roles without their own: whole, true for any job, no role itself."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from recprep.cli import main
from recprep.core.bank import Bank
from recprep.core.guess import kind_of, ready
from recprep.core.models import KINDS, LEVELS, Question
from recprep.core.problem import Problem
from recprep.core.prose import grade
from recprep.core.rubric import score
from recprep.storage import paths
from recprep.storage.library import check, load_bank, load_base, roles

TRADE = re.compile(
    r"\b(record|records|file|files|filing|archiv\w*|retention|schedule|hold|holds|box|boxes|shelf|metadata|indexing|"
    r"software|code|nurse|clinical|sales)\b",
    re.IGNORECASE,
)


@pytest.fixture
def base() -> Bank:
    return load_base()


def question(kind: str, competency: str | None) -> Question:
    """Give a question as an import makes it, without a guide."""
    return Question(
        id="one", prompt="Why?", kind=kind, competency=competency, seniority="entry", minutes=2, listening_for="", key_points=(),
        strong_answer="", weak_answer="", why_weak="", pitfalls=(), follow_ups=(),
    )  # fmt: skip


def anchors(base: Bank) -> list[tuple[str, tuple[str, ...]]]:
    rows = [*base.competency_by_id.values(), *base.rubric.criteria]
    return [(row.id, row.anchors) for row in rows]


def test_it_is_no_role_to_practise():
    assert "general" not in roles()
    with pytest.raises(Problem, match="There is no role 'general'"):
        load_bank("general")


def test_it_is_checked_with_the_others():
    assert check(paths.shipped("data") / "banks" / "general") == []
    assert CliRunner().invoke(main, ["check"]).output == "No mistakes found.\n"


def test_it_has_what_every_interview_probes(base: Bank):
    assert list(base.competency_by_id) == [
        "work", "planning", "problems", "explaining", "teamwork", "integrity", "learning", "service"
    ]  # fmt: skip
    assert base.questions.empty
    assert base.exemplars.empty
    assert len(base.competencies) == 8
    assert {c.weight for c in base.competency_by_id.values()} == {1, 2}
    assert all(c.target == 3 + (c.weight == 2) for c in base.competency_by_id.values())
    assert len(base.ask) >= 4


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_can_be_scored_with_it(base: Bank, kind: str):
    for competency in (None, *base.competency_by_id):
        rows = base.criteria(question(kind, competency))
        levels = {row.id: 3 for row in rows}
        assert score(base.rubric, kind, levels).percent == 60
        for row in rows:
            expected = base.competency_by_id[competency].anchors if competency and row.id == "accuracy" else None
            assert expected is None or row.anchors == expected


def test_every_level_is_described_in_words_of_its_own(base: Bank):
    texts = [text for _, five in anchors(base) for text in five]
    assert len(texts) == len(set(texts)) == 5 * (8 + 5)
    for name, five in anchors(base):
        assert len(five) == len(LEVELS), name


def test_the_anchors_are_true_for_any_job_and_easy_to_read(base: Bank):
    for name, five in anchors(base):
        assert not [text for text in five if TRADE.search(text)], name
        assert grade(" ".join(five)) <= 10, name
        assert all(5 <= len(text.split()) <= 34 and text.endswith(".") for text in five), name


def test_it_does_not_speak_of_records(base: Bank):
    frames = [step.asks for w in base.rubric.weightings for step in w.frame] + [w.why for w in base.rubric.weightings]
    said = [base.summary, *base.ask, base.rubric.gate.words, *(band.words for band in base.rubric.bands), *frames]
    said += [c.definition for c in base.competency_by_id.values()] + [c.asks for c in base.rubric.criteria]
    assert not [text for text in said if TRADE.search(text)]


def test_a_person_without_a_guide_is_not_sent_to_one(base: Bank):
    assert not [band.words for band in base.rubric.bands if "the guide" in band.words]


def test_it_weighs_as_the_first_bank_does(base: Bank):
    first = load_bank("records-coordinator").rubric
    assert [(w.kind, dict(w.weights)) for w in base.rubric.weightings] == [
        (w.kind, dict(w.weights)) for w in first.weightings
    ]
    assert (base.rubric.gate.criteria, base.rubric.gate.level, base.rubric.gate.band) == (
        first.gate.criteria, first.gate.level, first.gate.band
    )  # fmt: skip


def test_the_last_rules_leave_no_question_without_a_kind(base: Bank):
    assert kind_of("", ready(base.guesses)).value == "knowledge"
    assert {rule.kind for rule in base.guesses if rule.kind} == set(KINDS)
    assert {rule.competency for rule in base.guesses if rule.competency} == set(base.competency_by_id)
