"""A bank becomes records and data frames; what is wrong with it is found, with file and line."""

import random

import pandas as pd
import pytest
from bank_files import FLYING, RUBRIC, bank_texts, question

from recprep.core.bank import Bank
from recprep.core.lint import lint
from recprep.core.schema import Finding
from recprep.storage.library import schemas


def findings(**changes: str) -> list[str]:
    return [str(finding) for finding in lint(bank_texts(**changes), schemas())]


def test_a_sound_bank_has_no_findings():
    assert findings() == []


def test_frames_have_explicit_dtypes(bank: Bank):
    frame = bank.questions
    assert frame.index.name == "question"
    assert frame["minutes"].dtype == "int64"
    assert frame["seniority"].cat.ordered
    assert frame["prompt"].dtype == "string"
    assert frame.loc["general-why", "competency"] is pd.NA
    assert bank.sources["year"].dtype == "Int64"
    assert bank.competencies.loc["flying", "questions"] == 2
    assert list(bank.exemplars["level"]) == [3, 3, 3, 4]


def test_dtypes_do_not_depend_on_what_the_bank_holds(bank: Bank):
    empty = Bank(
        role="x", name="x", summary="x", rubric=bank.rubric,
        competency_by_id={}, question_by_id={}, exemplar_by_id={}, source_by_key={},
    )  # fmt: skip
    for name in ("questions", "competencies", "exemplars", "sources"):
        assert getattr(empty, name).dtypes.equals(getattr(bank, name).dtypes), name


def test_questions_without_a_competency_come_first(bank: Bank):
    assert list(bank.question_by_id) == ["general-why", "flying-up", "flying-on", "landing-down"]


def test_the_hash_tells_versions_of_a_question_apart(bank: Bank):
    up, on = bank.question_by_id["flying-up"], bank.question_by_id["flying-on"]
    assert bank.question_hash(up) == bank.question_hash(up) != bank.question_hash(on)
    assert len(bank.question_hash(up)) == 64


def test_accuracy_takes_its_words_from_the_competency(bank: Bank):
    rows = bank.criteria(bank.question_by_id["landing-down"])
    assert rows[0].anchors[0] == "crashes"
    assert rows[1].anchors[0] == "structure one"


def test_a_kind_leaves_criteria_out(bank: Bank):
    rows = bank.criteria(bank.question_by_id["general-why"])
    assert [row.id for row in rows] == ["structure", "evidence", "communication"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"questions__flying": "questions:\n" + question("flying-up", sources="[nope]")},
            "questions/flying.yml:19: flying-up: sources: 'nope' is not known: one of manual",
        ),
        (
            {"questions__flying": "questions:\n" + question("flying-up", competency="swimming")},
            "questions/flying.yml:5: flying-up: competency: 'swimming' is not known: one of flying, landing",
        ),
        (
            {"questions__flying": "questions:\n" + question("flying-up", competency="")},
            "questions/flying.yml:2: flying-up: no competency: "
            "only background and motivation questions may have none",
        ),
        (
            {"questions__flying": "questions:\n" + question("flying-up", also="[flying]")},
            "questions/flying.yml:20: flying-up: also: 'flying' is the competency itself: leave it out",
        ),
        (
            {"questions__more": "questions:\n" + question("landing-down", kind="riddle")},
            "questions/more.yml:4: landing-down: kind: 'riddle' is not known: one of knowledge, procedure, "
            "background, behavioural, situational, motivation",
        ),
        (
            {"questions__more": "questions:\n" + question("landing-down")},
            "questions/more.yml:2: landing-down: id already used in questions/landing.yml:2: give each its own",
        ),
        (
            {"questions__flying": FLYING.replace("{text: Two, essential: true}", "{text: Two}", 1)},
            "questions/flying.yml:10: flying-up: 1 essential key points: two or more",
        ),
        (
            {"rubric": RUBRIC.replace("accuracy: 45", "accuracy: 44")},
            "rubric.yml:23: knowledge: weights sum to 99: 100",
        ),
        (
            {"rubric": RUBRIC.replace("kind: motivation", "kind: knowledge")},
            "rubric.yml:23: 2 weightings for 'knowledge': exactly one",
        ),
        (
            {"rubric": RUBRIC.replace("band: practise", "band: heaven")},
            "rubric.yml:66: gate: 'heaven' is not known: one of ['nearly', 'practise', 'ready', 'relearn']",
        ),
        (
            {"rubric": RUBRIC.replace("least: 70", "least: 40")},
            "rubric.yml:71: bands start at [0, 50, 40, 85]: 0 first, then rising",
        ),
        (
            {"exemplars__flying": "exemplars:\n  - {id: e, question: gone, answer: a, levels: {}, reasons: {}}\n"},
            "exemplars/flying.yml:2: e: question: 'gone' is not known: the id of a question",
        ),
        (
            {"exemplars__flying": bank_texts()["exemplars/flying.yml"].replace("structure: 3, ", "")},
            "exemplars/flying.yml:5: flying-up-a: levels do not match the kind: "
            "exactly accuracy, communication, judgement, structure",
        ),
        ({"notes": "a: b"}, "notes.yml:1: not a file of a bank: files are bank.yml, competencies.yml, "
         "rubric.yml, sources.yml, guesses.yml, questions/*.yml, exemplars/*.yml"),
    ],
)  # fmt: skip
def test_a_fault_is_found_with_file_and_line(changes: dict, expected: str):
    assert expected in findings(**changes)


def test_a_missing_file_is_found():
    texts = bank_texts()
    del texts["rubric.yml"]
    assert "rubric.yml:1: the file is missing: a bank has one" in map(str, lint(texts, schemas()))


def test_all_faults_are_reported_at_once_and_sorted():
    broken = (
        "questions:\n" + question("flying-up", sources="[nope]", minutes="soon") + question("flying-up", prompt="How?")
    )
    found = findings(questions__flying=broken, rubric=RUBRIC.replace("least: 0", "least: 5"))
    assert len(found) == 4
    assert found == sorted(found, key=lambda line: (line.split(":")[0], int(line.split(":")[1])))


JUNK = (
    "[",
    "]",
    "{",
    "}",
    ": ",
    "- ",
    "\n",
    "null",
    '"',
    ">-",
    "&a",
    "[]",
    "{}",
    "[[x]]",
    "{a: {b: c}}",
    "#",
    "0",
    "é",
)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_typed_into_a_bank_the_answer_is_findings(seed):
    rng = random.Random(seed)
    for _ in range(200):
        texts = bank_texts()
        name = rng.choice(list(texts))
        for _ in range(rng.randint(1, 4)):
            text = texts[name]
            start = rng.randrange(len(text) + 1)
            texts[name] = text[:start] + rng.choice(JUNK) + text[start + rng.choice((0, 0, 1, 10, 40)) :]
        assert all(isinstance(finding, Finding) for finding in lint(texts, schemas()))
