"""A person's bias is measured on exemplars: signed, by criterion, and as unsure as few scores are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.calibration import bias, choose, count_scores, in_words, quadratic_kappa
from recprep.core.models import LEVELS
from recprep.storage.library import load_bank

NOTHING = np.zeros((5, 5))
PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=30)


def counted(*pairs: tuple[int, int]) -> np.ndarray:
    return count_scores([r for r, _ in pairs], [g for _, g in pairs])


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


@pytest.mark.parametrize(
    ("mean", "sentence"),
    [
        ((0.1, 0.0, -0.1), "Nothing in your scores is further from the reference than noise would be."),
        ((0.0, 0.5, 0.0), "You score B about half a level high; the rest is within noise."),
        ((-0.3, 0.0, 0.8), "You score C about three quarters of a level high and A about a quarter of a level low; "
         "the rest is within noise."),
        ((1.0, 1.9, -1.2), "You score B about more than a level high, C about more than a level low and A about a level high."),
    ],
)  # fmt: skip
def test_bias_is_said_in_a_sentence(mean, sentence):
    assert in_words("ABC", np.array(mean), np.full(3, 0.04)) == sentence
