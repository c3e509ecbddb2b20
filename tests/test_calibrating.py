"""One set of exemplars: levels, then the reference, kept for good; another page goes on where this one stands."""

import json

import pytest

from recprep.core.calibrating import Calibration
from recprep.core.fingerprint import digest
from recprep.core.problem import Problem
from recprep.storage.library import load_bank

LEVELS = {"accuracy": 4, "structure": 3, "evidence": 2, "judgement": 4, "communication": 3}


@pytest.fixture
def begin(store, clock, new_id):
    bank = load_bank()

    def one(**changes) -> Calibration:
        exemplars = changes.pop("exemplars", list(bank.exemplar_by_id.values()))
        return Calibration(bank, exemplars, keeper=store, clock=clock, new_id=new_id, zone="+01:00", **changes)

    return one


def give_all(calibration: Calibration) -> dict[str, int]:
    calibration.give({row.id: LEVELS[row.id] for row in calibration.criteria})
    return calibration.levels


def compare(calibration: Calibration):
    give_all(calibration)
    return calibration.compare()


def test_a_set_has_six_sample_answers_to_six_questions(begin):
    now = begin()
    assert (len(now.exemplars), now.position, now.stage) == (6, 0, "scoring")
    assert len({one.question for one in now.exemplars}) == 6


def test_comparing_keeps_what_was_given_beside_the_reference(begin, store, clock):
    now = begin()
    given = give_all(now)
    rating = now.compare()
    assert now.stage == "compared"
    assert store.ratings(now.bank.role) == [rating]
    assert (rating.levels, rating.reference) == (given, now.exemplar.levels)
    assert (rating.rater, rating.zone, rating.at, rating.sitting) == ("self", "+01:00", clock(), now.sitting)
    assert (rating.question, rating.kind) == (now.question.id, now.question.kind)


def test_the_texts_behind_the_hashes_are_kept(begin, store):
    now = begin()
    rating = compare(now)
    assert json.loads(store.snapshot(rating.exemplar_hash))["answer"] == now.exemplar.answer
    assert json.loads(store.snapshot(rating.question_hash))["prompt"] == now.question.prompt
    assert digest(store.snapshot(rating.rubric_hash)) == rating.rubric_hash


def test_comparing_without_all_levels_says_which_are_missing_and_keeps_the_others(begin, store):
    now = begin()
    now.give({now.criteria[0].id: 3})
    with pytest.raises(Problem, match=f"Choose a level for {now.criteria[1].name}"):
        now.compare()
    assert (now.stage, now.levels, store.ratings(now.bank.role)) == ("scoring", {now.criteria[0].id: 3}, [])


def test_once_the_reference_is_open_the_levels_stay(begin):
    now = begin()
    compare(now)
    for step in (lambda: now.give({}), now.compare):
        with pytest.raises(Problem, match="the reference is open, and your levels stay"):
            step()


@pytest.mark.parametrize("levels", [{"accuracy": 6}, {"accuracy": 0}, {"charm": 3}, {"accuracy": None}])
def test_a_level_that_cannot_be_is_refused(begin, levels):
    with pytest.raises(Problem, match="That cannot be scored"):
        begin().give(levels)


def test_another_page_goes_on_with_the_levels_given_so_far(begin):
    first = begin()
    compare(first)
    first.next()
    given = give_all(first)
    second = begin()
    assert (second.exemplars, second.position, second.levels) == (first.exemplars, 1, given)
    assert (second.begun, second.sitting) == (False, first.sitting)


def test_a_page_opened_while_the_reference_is_open_goes_on_with_the_next(begin):
    first = begin()
    compare(first)
    second = begin()
    assert (second.position, second.levels, second.stage) == (1, {}, "scoring")


def test_two_pages_with_the_same_sample_answer_keep_one_rating(begin, store):
    first, second = begin(), begin()
    first.give({})
    second = begin()
    compare(first)
    with pytest.raises(Problem):
        compare(second)
    assert len(store.ratings(first.bank.role)) == 1
    assert second.levels  # what was chosen stays


def test_two_pages_opened_afresh_do_not_rate_one_sample_answer_twice(begin, store):
    first, second = begin(), begin()
    compare(first)
    with pytest.raises(Problem, match="on another page"):
        compare(second)
    second.next()
    assert second.exemplar.id != first.exemplar.id
    assert len(store.ratings(first.bank.role)) == 1


def test_a_page_left_behind_does_not_lead_others_back(begin):
    ahead, behind = begin(), begin()
    ahead.give({})
    behind = begin()
    while ahead.exemplar:
        compare(ahead)
        ahead.next()
    behind.next()
    assert behind.stage == "finished"
    fresh = begin()
    assert not {one.id for one in fresh.exemplars} & {one.id for one in ahead.exemplars}
    assert compare(fresh)


def test_what_another_rater_scored_is_still_to_be_scored(begin):
    coach = begin(rater="coach")
    compare(coach)
    assert coach.exemplar.id in {one.id for one in begin().exemplars}


def test_a_finished_set_is_followed_by_one_of_others(begin):
    now = begin()
    met = set()
    for _ in range(2):
        met |= {one.id for one in now.exemplars}
        while now.exemplar:
            compare(now)
            now.next()
        assert now.stage == "finished"
        now.another_set()
    assert len(met) == 12
    assert not {one.id for one in now.exemplars} & met


def test_none_comes_twice_until_all_were_seen(begin, store):
    now = begin()
    for _ in range(len(now.bank.exemplar_by_id) // 6 + 1):
        while now.exemplar:
            compare(now)
            now.next()
        now.another_set()
    seen = [rating.exemplar for rating in store.ratings(now.bank.role)]
    assert sorted(seen) == sorted(now.bank.exemplar_by_id)
    assert len(now.exemplars) == 6


def test_what_was_skipped_comes_again(begin):
    now = begin()
    skipped = now.exemplar.id
    now.next()
    while now.exemplar:
        compare(now)
        now.next()
    now.another_set()
    assert skipped in {one.id for one in now.exemplars}


@pytest.mark.parametrize(
    "kept",
    ["", "{", "[]", "null", '{"exemplars": ["gone"], "sitting": "x", "position": 0, "levels": {}}',
     '{"exemplars": [], "sitting": "00000000-0000-0000-0000-000000000001", "position": 0, "levels": {}}',
     '{"exemplars": 3, "sitting": "x", "position": "y", "levels": []}'],
)  # fmt: skip
def test_a_set_that_cannot_be_gone_on_with_is_begun_anew(begin, store, clock, kept):
    store.set_setting("calibration/records-coordinator", kept, at=clock())
    assert (len(begin().exemplars), begin().position) == (6, 0)


def test_kept_levels_that_no_longer_fit_begin_a_new_set(begin, store, clock):
    first = begin()
    give_all(first)
    key = "calibration/records-coordinator"
    store.set_setting(key, store.setting(key).replace('"accuracy": 4', '"accuracy": 9'), at=clock())
    assert begin().levels == {}


def test_without_exemplars_it_is_finished_at_once(begin):
    now = begin(exemplars=[])
    assert (now.stage, now.exemplar, now.exemplars) == ("finished", None, ())
    with pytest.raises(Problem, match="the set is finished"):
        now.next()
