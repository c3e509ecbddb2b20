"""The level behind the answers: exact where it can be worked out apart, and sensible everywhere else."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.core import estimates
from recprep.core.estimates import estimate, levels
from recprep.core.models import Competency
from recprep.core.sums import ENDS, HALF_LIFE, SENIORITY_SHIFT, add_up, stretch

COMPETENCIES, KINDS = 3, 2
ANSWERS = st.lists(st.tuples(st.integers(0, COMPETENCIES - 1), st.integers(0, KINDS - 1), st.floats(1, 5)), max_size=40)


def sums(answers, times=None):
    """Add up (competency, kind, level) of one person, in the order given."""
    columns = list(zip(*answers, strict=True)) or [(), (), ()]
    competency, kind = (np.array(column, int) for column in columns[:2])
    time = np.arange(len(answers)) if times is None else np.asarray(times)
    return add_up(competency, kind, time, np.array(columns[2], float), harder=0.0, shape=(COMPETENCIES, KINDS))


def conditioned(answers, *, now, bias=0.0, bias_variance=0.0):
    """Work out mean and variance apart: condition the joint normal of levels and answers on the answers."""
    competency, kind, level = (np.array(column) for column in zip(*answers, strict=True))
    time = np.arange(len(answers))
    weight = 0.5 ** ((time.max() - time) / HALF_LIFE)
    own, other = estimates.PERSON_SD**2, bias_variance
    between = own + estimates.LEARNING_SD**2 * np.outer(time, time)
    between = between + estimates.KIND_SD**2 * np.equal.outer(kind, kind)
    between = between + estimates.COMPETENCY_SD**2 * np.equal.outer(competency, competency)
    between = between + other + np.diag(estimates.ANSWER_SD**2 / weight)
    expected = estimates.MIDDLE + bias + estimates.LEARNING * time
    gain = np.linalg.inv(between)
    off = stretch(level) - expected
    scale = (estimates.SCALE_ANSWERS + off @ gain @ off) / (estimates.SCALE_ANSWERS + weight.sum())
    found = []
    for c in range(COMPETENCIES):
        to_truth = own + estimates.LEARNING_SD**2 * now * time + estimates.COMPETENCY_SD**2 * (competency == c)
        alone = own + estimates.LEARNING_SD**2 * now**2 + estimates.COMPETENCY_SD**2
        mean = estimates.MIDDLE + estimates.LEARNING * now + to_truth @ gain @ off
        found.append((mean, (alone - to_truth @ gain @ to_truth) * scale))
    return np.array(found).T


@pytest.mark.parametrize(("bias", "variance"), [(0.0, 0.0), (0.4, 0.05), (-0.3, 0.3)])
def test_it_is_the_posterior_worked_out_another_way(bias, variance):
    answers = [(0, 0, 2.5), (0, 1, 3.0), (1, 0, 4.0), (0, 0, 3.5), (1, 1, 3.8), (0, 1, 3.2)]
    mean, spread = levels(sums(answers), now=6, bias=bias, bias_variance=variance)
    by_hand, by_hand_spread = conditioned(answers, now=6, bias=bias, bias_variance=variance)
    assert mean == pytest.approx(by_hand)
    assert spread == pytest.approx(by_hand_spread)


def test_without_answers_everybody_is_in_the_middle_and_unsure():
    mean, variance = levels(sums([]), now=0)
    assert mean == pytest.approx(np.full(COMPETENCIES, estimates.MIDDLE))
    assert variance == pytest.approx(np.full(COMPETENCIES, estimates.PERSON_SD**2 + estimates.COMPETENCY_SD**2))


@given(ANSWERS, st.floats(-2, 2), st.floats(0, 1))
def test_levels_stay_on_the_scale_and_variances_positive(answers, bias, variance):
    mean, spread = levels(sums(answers), now=len(answers), bias=bias, bias_variance=variance)
    assert ((mean >= 1) & (mean <= 5)).all()
    assert (spread > 0).all()


@given(ANSWERS)
def test_zero_bias_corrects_nothing(answers):
    areas = [
        Competency(id=name, name=name, definition="", lifecycle=(), weight=1, target=3, anchors=()) for name in "abc"
    ]
    for one in estimate(sums(answers), areas, now=len(answers)).values():
        assert one.level == one.raw
        assert one.answers == sum(competency == "abc".index(one.competency) for competency, *_ in answers)


def test_a_lenient_person_is_taken_down_a_strict_one_up():
    answers = [(0, 0, 3.0), (1, 1, 3.0), (2, 0, 3.0)] * 5
    lenient, exact, strict = (levels(sums(answers), now=15, bias=b, bias_variance=0.0)[0] for b in (0.5, 0.0, -0.5))
    assert (lenient < exact).all()
    assert (exact < strict).all()
    assert exact - lenient == pytest.approx(strict - exact)


@given(ANSWERS.filter(bool), st.randoms(use_true_random=False))
def test_order_within_a_day_does_not_matter(answers, random):
    shuffled = list(answers)
    random.shuffle(shuffled)
    day = np.zeros(len(answers))
    first, second = (levels(sums(order, times=day), now=len(answers)) for order in (answers, shuffled))
    assert first[0] == pytest.approx(second[0])
    assert first[1] == pytest.approx(second[1])


def test_more_answers_make_it_surer():
    spreads = [levels(sums([(0, 0, 3.0), (1, 1, 2.0)] * n), now=2 * n)[1][:2] for n in (1, 2, 4, 8, 16)]
    assert all((later < earlier).all() for earlier, later in pairwise(spreads))


def test_few_answers_are_drawn_towards_the_persons_own_level():
    strong_but_once_weak = [(0, 0, 5.0)] * 10 + [(1, 0, 1.0)]
    mean, _ = levels(sums(strong_but_once_weak), now=11)
    assert 1.5 < mean[1] < mean[2] < mean[0]


def test_many_people_are_estimated_at_once_as_each_alone():
    one, other = [(0, 0, 2.0), (1, 1, 4.0)], [(2, 0, 5.0), (2, 1, 3.0)]
    columns = np.array([one, other])
    together = add_up(
        columns[..., 0].astype(int), columns[..., 1].astype(int), np.arange(2) + np.zeros((2, 2)), columns[..., 2],
        harder=0.0, shape=(COMPETENCIES, KINDS),
    )  # fmt: skip
    mean, variance = levels(together, now=2, bias=np.array([0.0, 0.3]), bias_variance=np.array([0.0, 0.1]))
    for number, (answers, bias, spread) in enumerate([(one, 0.0, 0.0), (other, 0.3, 0.1)]):
        alone = levels(sums(answers), now=2, bias=bias, bias_variance=spread)
        assert mean[number] == pytest.approx(alone[0])
        assert variance[number] == pytest.approx(alone[1])


def test_the_ends_of_the_scale_stand_for_all_beyond_and_the_middle_for_itself():
    assert stretch(np.array([2.0, 3.0, 4.0])) == pytest.approx([2, 3, 4], abs=0.01)
    assert stretch(np.array([1.0, 5.0])) == pytest.approx(ENDS)
    assert (np.diff(stretch(np.linspace(1, 5, 41))) > 0).all()


def test_a_hard_question_answered_as_well_speaks_for_more():
    place, time, level = np.zeros(5, int), np.arange(5), np.full(5, 3.0)
    easy, usual, hard = (
        levels(add_up(place, place, time, level, harder=shift, shape=(COMPETENCIES, KINDS)), now=5)[0][0]
        for shift in SENIORITY_SHIFT.values()
    )
    assert easy < usual < hard


def test_answers_that_scatter_widely_make_it_less_sure():
    steady, wild = ([(0, 0, a), (1, 0, b)] * 8 for a, b in ((3.0, 3.2), (1.5, 4.5)))
    scattered = [(0, 0, 1.5), (0, 0, 4.5), (1, 0, 4.5), (1, 0, 1.5)] * 4
    assert (levels(sums(scattered), now=16)[1] > levels(sums(steady), now=16)[1]).all()
    assert (levels(sums(scattered), now=16)[1] > levels(sums(wild), now=16)[1]).all()
