"""A person's own questions, guides and corrections: kept with the history, laid over the bank, never written into it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.bank import Bank
from recprep.core.models import KeyPoint
from recprep.core.overlay import OWN, as_said, changes, laid_over, read
from recprep.core.problem import Problem
from recprep.storage import own
from recprep.storage.library import schemas
from recprep.storage.store import Store

MINE = {"prompt": "Why do you fly?", "kind": "motivation", "minutes": 2}
SCHEMA = schemas()["questions"]


def keep(store: Store, bank: Bank, said: dict, **more) -> str:
    question, faults = own.keep(store, bank, said, at=NOW, **more)
    assert faults == []
    return question


def test_a_question_of_ones_own_needs_little_and_stands_among_the_others(store, bank):
    question = keep(store, bank, MINE)
    now = own.laid_over(bank, store)
    assert question.startswith(OWN + "why-do-you-fly-")
    assert now.question_by_id[question].prompt == "Why do you fly?"
    assert list(now.question_by_id)[1] == question  # those without a competency come first
    assert len(now.question_by_id) == len(bank.question_by_id) + 1
    assert question not in bank.question_by_id


def test_a_whole_guide_can_be_written(store, bank):
    said = MINE | {
        "competency": "flying",
        "seniority": "senior",
        "listening_for": "Joy.",
        "key_points": [{"text": "You like it", "essential": True}, {"text": "You say so"}],
        "strong_answer": "I love it.",
        "weak_answer": "I must.",
        "why_weak": "No joy.",
        "pitfalls": ["Lying"],
        "follow_ups": ["Really?"],
    }
    name = keep(store, bank, said)
    question = own.laid_over(bank, store).question_by_id[name]
    assert question.key_points == (KeyPoint(text="You like it", essential=True), KeyPoint(text="You say so"))
    assert as_said(question) == said


def test_a_correction_says_only_what_differs_so_that_the_bank_may_change_beside_it(store, bank):
    said = as_said(bank.question_by_id["flying-up"]) | {"kind": "situational", "weak_answer": ""}
    keep(store, bank, said, question="flying-up")
    kept = json.loads(store.setting("own question/pilot/flying-up"))
    assert kept == {"kind": "situational", "weak_answer": None}
    now = own.laid_over(bank, store).question_by_id["flying-up"]
    assert (now.kind, now.weak_answer) == ("situational", "")
    assert now.strong_answer == bank.question_by_id["flying-up"].strong_answer


def test_a_correction_that_says_what_the_bank_says_is_none(store, bank):
    keep(store, bank, {"kind": "situational"}, question="flying-up")
    keep(store, bank, as_said(bank.question_by_id["flying-up"]), question="flying-up")
    assert own.read(bank, store) == ({}, [])
    assert own.laid_over(bank, store) is bank


def test_the_wording_of_a_question_of_the_bank_stays_its_authors(store, bank):
    keep(store, bank, {"prompt": "Another?", "kind": "situational"}, question="flying-up")
    assert own.laid_over(bank, store).question_by_id["flying-up"].prompt == bank.question_by_id["flying-up"].prompt


def test_what_is_said_of_a_question_that_is_gone_waits_until_it_is_back(store, bank):
    keep(store, bank, {"kind": "situational"}, question="flying-up")
    without = replace(bank, question_by_id={})
    assert own.read(without, store) == ({}, [])
    assert set(own.read(bank, store)[0]) == {"flying-up"}


def test_roles_do_not_see_each_others_questions(store, bank):
    keep(store, bank, MINE)
    for role in ("pilot-2", "pilo", "p"):
        assert own.read(replace(bank, role=role), store) == ({}, [])


def test_removing_and_writing_again_gives_the_same_id_so_answers_are_attached(store, bank):
    question = keep(store, bank, MINE)
    own.remove(store, "pilot", question, at=NOW)
    assert own.laid_over(bank, store) is bank
    assert keep(store, bank, MINE) == question
    assert keep(store, bank, MINE) != question


def test_removing_what_is_not_there_is_said(store):
    with pytest.raises(Problem, match="There is nothing of your own at the question 'flying-up'"):
        own.remove(store, "pilot", "flying-up", at=NOW)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"kind": "motivation", "minutes": 2}, "prompt: missing: write it"),
        (MINE | {"prompt": "x" * 501}, "prompt: 501 characters: at most 500 characters"),
        (MINE | {"kind": "riddle"}, "kind: 'riddle' is not known: one of knowledge, procedure, "),
        (MINE | {"minutes": 11}, "minutes: 11 is out of range: 1 to 10"),
        (MINE | {"minutes": 2.5}, "minutes: not a whole number: 1 to 10"),
        (MINE | {"competency": "juggling"}, "competency: 'juggling' is not known: one of flying, landing"),
        (MINE | {"key_points": [{"text": "y" * 401}]}, "key_points: text: 401 characters: at most 400 characters"),
        (MINE | {"key_points": [{"text": "One"}] * 8}, "key_points: 8 entries: 0 to 7"),
        (MINE | {"pitfalls": "none"}, "pitfalls: not a list: "),
        (MINE | {"colour": "blue"}, "colour: unknown field: fields are prompt, kind, "),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(store, bank, said, fault):
    question, faults = own.keep(store, bank, said, at=NOW)
    assert question is None
    assert [str(one)[: len(fault)] for one in faults] == [fault]
    assert store.settings("own question/") == {}


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "[1, 2]",
        "null",
        '{"prompt": "Why?"',
        '{"prompt": null, "kind": "knowledge", "minutes": 2}',
        '{"prompt": ["a"], "kind": "knowledge", "minutes": 2}',
        '{"prompt": "Why?", "kind": "knowledge", "minutes": true}',
        '{"prompt": "Why?", "kind": "knowledge", "minutes": 2, "id": "own-y"}',
        '{"prompt": "Why?", "kind": "knowledge", "minutes": 2, "sources": ["x"]}',
        '{"a":' * 5000,
        '{"key_points": ' + "[" * 500 + "]" * 500 + "}",
    ],
)
@pytest.mark.parametrize("question", ["own-x", "flying-up"])
def test_a_damaged_or_hostile_value_is_left_out_and_named(store, bank, value, question):
    good = keep(store, bank, MINE)
    store.set_setting(f"own question/pilot/{question}", value, at=NOW)
    found, left_out = own.read(bank, store)
    assert set(found) == {good}
    assert [one.question for one in left_out] == [question]
    assert all(one.why for one in left_out)
    assert set(own.laid_over(bank, store).question_by_id) == {*bank.question_by_id, good}


@pytest.mark.parametrize("question", ["own-<b>", "own-A", "own-" + "x" * 90, "own-a/b"])
def test_an_id_that_could_not_stand_in_a_bank_is_left_out(store, bank, question):
    store.set_setting(f"own question/pilot/{question}", json.dumps(MINE), at=NOW)
    found, left_out = own.read(bank, store)
    assert (found, [one.question for one in left_out]) == ({}, [question])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*MINE, "competency", "key_points", "pitfalls", "seniority", "x"]), JSON))
def test_whatever_was_said_is_a_question_or_a_list_of_faults(bank, said):
    for question in ("own-x", "flying-up"):
        fields, faults = read(question, said, bank=bank, schema=SCHEMA)
        assert (fields is None) == bool(faults)
        if fields is not None:
            now = laid_over(bank, {question: fields})
            assert now.question_text(now.question_by_id[question])
            assert now.criteria(now.question_by_id[question])


@given(st.text(max_size=60))
def test_any_prompt_makes_an_id_that_a_bank_could_have(bank, prompt):
    question = OWN + own.question_id(prompt)
    assert not read(question, MINE, bank=bank, schema=SCHEMA)[1]


def test_control_characters_are_dropped_and_words_stay(store, bank):
    question = keep(store, bank, MINE | {"prompt": "Why\x00 do\x0b you\x7f fly?", "strong_answer": "One\r\n\r\nTwo"})
    now = own.laid_over(bank, store).question_by_id[question]
    assert (now.prompt, now.strong_answer) == ("Why do you fly?", "One\n\nTwo")


def test_changes_are_none_when_nothing_differs(bank):
    question = bank.question_by_id["flying-up"]
    assert changes(question, as_said(question)) == {}


def test_the_newer_one_of_two_machines_stays(tmp_path, bank):
    with Store(tmp_path / "here" / "history.db") as here, Store(tmp_path / "there" / "history.db") as there:
        question = keep(here, bank, MINE)
        own.keep(
            there, bank, MINE | {"prompt": "Why do you really fly?"}, question=question, at=NOW + timedelta(days=1)
        )
        here.unite(there)
        there.unite(here)
        for store in (here, there):
            assert own.laid_over(bank, store).question_by_id[question].prompt == "Why do you really fly?"


def test_unsaved_words_are_kept_by_role_and_question_and_dropped(store):
    own.keep_unsaved(store, "pilot", own.NEW, {"prompt": "Half a quest"}, at=NOW)
    own.keep_unsaved(store, "pilot", "flying-up", {"kind": "situational"}, at=NOW)
    assert own.unsaved(store, "pilot", own.NEW) == {"prompt": "Half a quest"}
    assert own.unsaved(store, "pilot", "flying-up") == {"kind": "situational"}
    own.keep_unsaved(store, "pilot", own.NEW, {}, at=NOW)
    assert own.unsaved(store, "pilot", own.NEW) == {}


@pytest.mark.parametrize("value", ["[]", "x", "3", '{"a": {"b": 1}}'])
def test_damaged_unsaved_words_are_no_trouble(store, value):
    store.set_setting("unsaved question/pilot/", value, at=NOW)
    assert isinstance(own.unsaved(store, "pilot", own.NEW), dict)


def test_a_guide_read_is_noted_with_its_last_time(store):
    own.note_guide_read(store, "pilot", "flying-up", at=NOW)
    own.note_guide_read(store, "pilot", "flying-up", at=NOW + timedelta(hours=1))
    store.set_setting("guide read/pilot/flying-on", "yesterday", at=NOW)
    store.set_setting("guide read/pilot/flying-off", "2026-11-20T10:00:00", at=NOW)
    assert own.guides_read(store, "pilot") == {"flying-up": NOW + timedelta(hours=1)}
    assert own.guides_read(store, "gardener") == {}


def test_settings_are_given_by_what_follows_their_beginning(store):
    for key in ("a", "a/", "a/1", "a/2", "ab", "b/1"):
        store.set_setting(key, key.upper(), at=NOW)
    assert store.settings("a/") == {"": "A/", "1": "A/1", "2": "A/2"}
    assert store.settings("c") == {}
