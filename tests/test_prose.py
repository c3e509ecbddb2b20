"""A bank's words: what makes a guide too long, too hard, twice told, outdated or placeless is found, with its line."""

import pytest
from bank_files import BANK, SOURCES, bank_texts, question, saying

from recprep.core.bank import build, read_entries
from recprep.core.lint import check, lint
from recprep.core.prose import grade
from recprep.storage.library import schemas

HARD = (
    "Notwithstanding organisational responsibilities concerning documentation, administrators implementing "
    "comprehensive dispositional methodologies must systematically operationalise interdepartmental "
    "accountability frameworks encompassing the confidentiality, authenticity, reliability, integrity and "
    "usability of informational assets throughout their respective administrative lifecycles."
)
OUTDATED = BANK + "outdated:\n  - {name: 'FM 1:2012', now: 'FM 1:2020'}\n"


def findings(**changes: str) -> list[str]:
    return [str(finding) for finding in lint(bank_texts(**changes), schemas())]


def changed(**fields: str) -> dict[str, str]:
    """Give the small bank's flying questions, the second one changed."""
    return {"questions__flying": "questions:\n" + question("flying-up") + question("flying-on", **fields)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            changed(strong_answer="Too short to be one."),
            "questions/flying.yml:32: flying-on: strong_answer: 5 words: 150 to 260",
        ),
        (
            changed(strong_answer=saying("flying-on") + saying("flying-in")),
            "questions/flying.yml:32: flying-on: strong_answer: 319 words: 150 to 260",
        ),
        (
            changed(listening_for=HARD),
            "questions/flying.yml:26: flying-on: listening_for: hard to read (grade 41.5): "
            "shorter sentences and words, grade 10 or less",
        ),
        (
            changed(prompt="'So, what is flying-up?'"),
            "questions/flying.yml:21: flying-on: prompt: almost that of flying-up in questions/flying.yml:3: "
            "ask for something else, or leave it out",
        ),
        (
            {
                "questions__flying": "questions:\n" + question("flying-up", why_weak="It flies past what was asked of it."),
                "questions__landing": "questions:\n" + question("landing-down", why_weak="It flies past what was ASKED of it!"),
            },
            "questions/landing.yml:16: landing-down: why_weak: 'it flies past what was asked of it' stands also in "
            "flying-up: say it in words of its own",
        ),
        (
            changed(why_weak=">-\n      It says nothing.\n      essential: true"),
            "questions/flying.yml:34: flying-on: why_weak: 'essential: true' stands inside a text: indent that line less",
        ),
        (
            changed(key_points="\n      - text: >-\n          One. essential:\n          true" + "\n      - {text: A, essential: true}" * 3),
            "questions/flying.yml:28: flying-on: key_points: 'essential: true' stands inside a text: indent that line less",
        ),
        (
            changed(listening_for="'Whether you know FM 1:2012.'") | {"bank": OUTDATED},
            "questions/flying.yml:26: flying-on: listening_for: 'FM 1:2012' is out of date: FM 1:2020",
        ),
        (
            {"bank": OUTDATED, "sources": SOURCES.replace("2020", "2012", 1)},
            "sources.yml:4: manual: number: 'FM 1:2012' is out of date: FM 1:2020",
        ),
        (
            changed(listening_for="That logs are kept for seven years after a flight."),
            "questions/flying.yml:26: flying-on: listening_for: 'seven years' without a jurisdiction: "
            "say where the period holds, or whose schedule sets it",
        ),
        (
            changed(listening_for="'That you read https://example.org/jobs?page=2&utm_source=us first.'"),
            "questions/flying.yml:26: flying-on: listening_for: 'https://example.org/jobs?page=2&utm_source=' "
            "leads to an advert: the publisher's own address",
        ),
        (
            {"sources": SOURCES.replace("https://example.org/manual", "https://bit.ly/2x")},
            "sources.yml:6: manual: address: 'https://bit.ly/' leads to an advert: the publisher's own address",
        ),
        (
            {"sources": SOURCES + "  - {key: spare, title: Spare}\n"},
            "sources.yml:7: spare: no question cites this source: cite it, or leave it out",
        ),
        (
            {"bank": BANK + "quotas:\n  - {competency: flying, kind: knowledge, least: 1}\n"
             "  - {competency: flying, seniority: entry, least: 2}\n"},
            "bank.yml:7: 1 questions with competency flying, seniority entry: 2 or more",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_the_words_is_found_with_file_and_line(changes: dict, expected: str):
    assert expected in findings(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        changed(weak_answer="'By FM 1:2012 we keep logs for seven years.'") | {"bank": OUTDATED},
        changed(listening_for="That our schedule says to keep them for seven years."),
        changed(listening_for="That logs are kept for seven years after a flight.", jurisdiction="uk"),
        changed(listening_for="That you flew for seven years."),
        changed(listening_for="'The rule is at https://example.org/rule?page=2.'"),
        {"bank": BANK + "quotas:\n  - {competency: flying, least: 2}\n"},
    ],
)
def test_what_only_looks_like_a_fault_is_left_alone(changes: dict):
    assert findings(**changes) == []


def test_a_fault_in_the_words_does_not_stop_the_bank_from_loading():
    entries, unfit = read_entries(bank_texts(**changed(strong_answer="Too short to be one.")), schemas())
    assert not unfit
    assert not list(check(entries))
    assert build(entries).question_by_id["flying-on"].strong_answer == "Too short to be one."


def test_long_words_and_sentences_raise_the_grade_and_no_words_have_none():
    assert grade("The cat sat on the mat.") < 2 < grade(HARD)
    assert grade("") == grade("... 12 !") == 0
