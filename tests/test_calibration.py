"""A person's bias is measured on exemplars: signed, by criterion, and as unsure as few scores are."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.calibrating import choose, seen_this_round
from recprep.core.calibration import (
    HALF_LIFE,
    CriterionBias,
    bias,
    gap_in_words,
    in_words,
    measure,
    quadratic_kappa,
    tabulate,
)
from recprep.core.models import LEVELS, Rating
from recprep.storage.library import load_bank

EVENING = datetime(2026, 11, 2, 18, tzinfo=UTC)
NOTHING = np.zeros((5, 5))
PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=30)


def rating(exemplar: str = "e", *, day: int = 0, rater: str = "self", **pairs: tuple[int, int]) -> Rating:
    """Give a rating; each criterion has its reference and what was given."""
    return Rating(
        id="", sitting="s", role="pilot", exemplar=exemplar, question="q", kind="knowledge", competency=None,
        at=EVENING + timedelta(days=day), zone="+00:00", rater=rater, exemplar_hash="", question_hash="", rubric_hash="",
        reference={name: reference for name, (reference, _) in pairs.items()},
        levels={name: given for name, (_, given) in pairs.items()},
    )  # fmt: skip


def counted(*pairs: tuple[int, int]) -> np.ndarray:
    return tabulate([rating(accuracy=pair) for pair in pairs], ["accuracy"])[0]


def test_scores_are_counted_by_reference_and_given_level():
    counts = tabulate([rating(a=(3, 4), b=(5, 5)), rating(a=(3, 4))], ["a", "b", "c"])
    assert (counts[0, 2, 3], counts[1, 4, 4], counts.sum()) == (2, 1, 3)


def test_a_score_counts_half_when_a_half_life_of_exemplars_was_scored_on_later_days():
    later = [rating(a=(3, 3), day=1)] * int(HALF_LIFE)
    counts = tabulate([rating(a=(3, 5)), rating(a=(3, 5)), *later], ["a"])[0]
    assert (counts[2, 4], counts[2, 2]) == (pytest.approx(1), HALF_LIFE)
    assert tabulate([*later[::-1], rating(a=(3, 5)), rating(a=(3, 5))], ["a"])[0] == pytest.approx(counts)


def test_nothing_scored_says_nothing():
    mean, variance = bias(np.zeros((5, 5, 5)))
    assert mean == pytest.approx(np.zeros(5))
    assert (variance > 0.25).all()


def test_scoring_half_a_level_high_shows_on_that_criterion():
    high = counted(*[(3, 4), (3, 3), (2, 3), (2, 2), (4, 5), (4, 4)] * 4)
    exact = counted(*[(2, 2), (3, 3), (4, 4)] * 8)
    mean, _ = bias(np.stack([high, exact]))
    assert mean[0] == pytest.approx(0.5, abs=0.1)
    assert mean[1] == pytest.approx(0, abs=0.1)


def test_the_same_error_the_other_way_has_the_other_sign():
    mean, _ = bias(np.stack([counted((3, 4), (2, 3)), NOTHING]))
    mirrored, _ = bias(np.stack([counted((3, 2), (4, 3)), NOTHING]))
    assert mirrored == pytest.approx(-mean)
    assert mean[0] > mean[1] > 0


def test_a_five_cannot_be_overrated_so_it_says_little():
    at_the_end, sure = bias(counted(*[(5, 5)] * 6)[None])
    in_the_middle, surer = bias(counted(*[(3, 3)] * 6)[None])
    assert at_the_end[0] > in_the_middle[0] == pytest.approx(0, abs=0.01)
    assert sure[0] > surer[0]


def test_more_scores_make_it_surer():
    spreads = [bias(counted(*[(3, 4), (2, 2)] * n)[None])[1][0] for n in (1, 3, 9, 27)]
    assert spreads == sorted(spreads, reverse=True)


def test_a_weighted_mean_lies_between_its_criteria_and_follows_the_weights():
    counts = np.stack([counted(*[(2, 3)] * 9), counted(*[(3, 3)] * 9)])
    each, _ = bias(counts)
    mean, variance = bias(counts, np.array([0.75, 0.25]))
    assert mean == pytest.approx(0.75 * each[0] + 0.25 * each[1])
    assert 0 < variance < 0.1


def test_many_people_are_measured_at_once_as_each_alone():
    people = np.stack([[counted((3, 4)), NOTHING], [counted((1, 1), (5, 3)), counted((2, 2))]])
    together = bias(people)
    for number, person in enumerate(people):
        alone = bias(person)
        assert together[0][number] == pytest.approx(alone[0])
        assert together[1][number] == pytest.approx(alone[1])


@given(PAIRS, PAIRS)
def test_any_scores_give_a_bias_within_the_scale(first, second):
    mean, variance = bias(np.stack([counted(*first), counted(*second)]))
    assert (np.abs(mean) < 2.5).all()
    assert (variance > 0).all()


def test_agreement_by_hand():
    """Reference 1, 2, 3 and given 1, 2, 4: observed 1 of 9 squares, expected (1+9+1+4+4+1) / 9 by chance."""
    counts = counted((1, 1), (2, 2), (3, 4))
    expected = np.mean([(r - g) ** 2 for r in (1, 2, 3) for g in (1, 2, 4)])
    assert quadratic_kappa(counts) == pytest.approx(1 - (1 / 3) / expected)
    assert quadratic_kappa(counted((1, 1), (4, 4))) == 1
    assert quadratic_kappa(counted((3, 3), (3, 3))) is None
    assert quadratic_kappa(NOTHING) is None


def test_no_exemplar_comes_twice_until_all_were_seen():
    exemplars = list(load_bank().exemplar_by_id.values())
    seen: list[str] = []
    while len(seen) < len(exemplars):
        chosen = choose(exemplars, seen)
        assert len(chosen) == min(6, len(exemplars) - len(seen))
        assert not {one.id for one in chosen} & set(seen)
        seen += [one.id for one in chosen]
    assert len(set(seen)) == len(exemplars)
    assert len(choose(exemplars, seen)) == 6


def test_six_exemplars_are_of_six_questions_and_meet_most_levels_of_each_criterion():
    bank = load_bank()
    chosen = choose(bank.exemplar_by_id.values(), ())
    assert len({one.question for one in chosen}) == 6
    for criterion in bank.rubric.criteria:
        met = {one.levels[criterion.id] for one in chosen if criterion.id in one.levels}
        assert len(met) >= len(LEVELS) - 1, (criterion.id, met)


def test_without_exemplars_there_is_nothing_to_choose():
    assert choose([], ()) == []


def test_what_was_seen_counts_anew_when_all_was_seen():
    exemplars = list(load_bank().exemplar_by_id.values())[:3]
    first, second, third = (one.id for one in exemplars)
    assert seen_this_round(exemplars, []) == set()
    assert seen_this_round(exemplars, [rating(first), rating(third)]) == {first, third}
    assert seen_this_round(exemplars, [rating(first), rating(second), rating(third)]) == set()
    assert seen_this_round(exemplars, [rating(first), rating(second), rating(third), rating(second)]) == {second}
    assert seen_this_round([], [rating(first)]) == set()


def test_each_criterion_is_measured_by_itself():
    given = [rating(a=(2, 3), b=(3, 3)), rating(a=(3, 4), b=(4, 4)), rating(a=(3, 3)), rating(a=(1, 5), rater="coach")]
    first, second, third = measure(given, ["a", "b", "c"])
    assert (first.ratings, second.ratings, third.ratings) == (3, 2, 0)
    assert first.bias > second.bias > 0  # the second is drawn towards the person's own leniency
    assert first.spread == pytest.approx(np.std([1, 1, 0], ddof=1))
    assert (second.spread, second.agreement) == (0, 1)
    assert (third.spread, third.agreement) == (None, None)
    assert third.high - third.low > second.high - second.low


@pytest.mark.parametrize(
    ("biases", "sentence"),
    [
        ((0.1, 0.0, -0.1), "Nothing in your scores is further from the reference than noise would be."),
        ((0.0, 0.5, 0.0), "You score B about half a level high; the rest is within noise."),
        ((-0.5, 0.0, 0.8), "You score C about three quarters of a level high; A about half a level low; the rest is within noise."),
        ((1.0, 1.9, -1.2), "You score B more than a level high; C more than a level low; A about a level high."),
        ((0.5, 0.5, 0.55), "You score C, A and B about half a level high."),
    ],
)  # fmt: skip
def test_bias_is_said_in_a_sentence(biases, sentence):
    rows = [
        CriterionBias(criterion=name, ratings=9, bias=value, sd=0.2, spread=0.5, agreement=0.9)
        for name, value in zip("abc", biases, strict=True)
    ]
    assert in_words(rows, dict(zip("abc", "ABC", strict=True))) == sentence


def test_a_criterion_that_was_never_scored_is_not_spoken_of():
    measured = measure([rating(a=(2, 3), b=(3, 4)) for _ in range(9)], ["a", "b", "c"])
    assert (measured[2].ratings, measured[2].sure) == (0, False)
    assert measured[2].bias > 0  # it is drawn towards the person's leniency, which is no measurement of it
    assert in_words(measured, {"a": "A", "b": "B", "c": "C"}) == "You score A and B about a level high."


def test_a_person_without_bias_is_rarely_told_of_one():
    """Of five criteria looked at together, after twelve exemplars."""
    chance = np.random.default_rng(1)
    told = 0
    for _ in range(300):
        reference = chance.integers(1, 6, (12, 5))
        given = np.clip(np.rint(reference + chance.normal(0, 0.5, reference.shape)), 1, 5).astype(int)
        ratings = [
            rating(**{name: (int(r), int(g)) for name, r, g in zip("abcde", refs, gives, strict=True)})
            for refs, gives in zip(reference, given, strict=True)
        ]
        told += any(row.sure for row in measure(ratings, list("abcde")))
    assert told < 0.08 * 300


def test_without_ratings_it_says_that_nobody_knows():
    assert in_words(measure([], ["a"]), {"a": "A"}).startswith("You have not scored a sample answer yet")


@pytest.mark.parametrize(
    ("given", "reference", "words"), [(3, 3, "the same"), (4, 3, "one level high"), (1, 5, "four levels low")]
)
def test_a_gap_is_said_in_words(given, reference, words):
    assert gap_in_words(given, reference) == words
