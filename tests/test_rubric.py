"""Levels become a percent, a band and a gate, as the rubric's data say."""

import pytest
from bank_files import bank_texts
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.bank import Bank, build, read_entries
from recprep.core.models import KINDS
from recprep.core.problem import Problem
from recprep.core.rubric import overall_level, score, weights_for
from recprep.storage.library import schemas

RUBRIC = build(read_entries(bank_texts(), schemas())[0]).rubric


def test_the_percent_is_the_weighted_mean_of_level_over_five(bank: Bank):
    levels = {"accuracy": 4, "structure": 3, "evidence": 4, "judgement": 5, "communication": 3}
    result = score(bank.rubric, "procedure", levels)
    assert result.percent == round((35 * 4 + 20 * 3 + 10 * 4 + 25 * 5 + 10 * 3) / 5) == 79
    assert (result.band.id, result.gated, result.missing) == ("nearly", False, ())


def test_a_percent_that_is_shown_as_85_is_ready():
    """0.25 x 5 + 0.40 x 4 + 0.35 x 4 is 84.999... in floating point and 85 % on paper."""
    result = score(RUBRIC, "motivation", {"structure": 5, "evidence": 4, "communication": 4})
    assert (result.percent, result.band.id) == (85, "ready")


def test_half_a_percent_is_rounded_up():
    result = score(RUBRIC, "knowledge", {"accuracy": 1, "structure": 2})
    assert result.percent == 25  # 75 / 300


def test_the_gate_caps_the_band_and_leaves_the_percent():
    levels = {"accuracy": 2, "structure": 5, "judgement": 5, "communication": 5}
    result = score(RUBRIC, "knowledge", levels)
    assert (result.percent, result.band.id, result.gated, result.closed_by) == (73, "practise", True, ("accuracy",))


def test_the_gate_does_not_lift_a_lower_band():
    result = score(RUBRIC, "knowledge", {"accuracy": 1, "structure": 1, "judgement": 1, "communication": 1})
    assert (result.percent, result.band.id, result.gated) == (20, "relearn", True)


def test_a_kind_that_does_not_use_the_criteria_of_the_gate_has_none():
    result = score(RUBRIC, "motivation", {"structure": 1, "evidence": 5, "communication": 5})
    assert not result.closed_by


def test_nothing_scored_is_no_result():
    result = score(RUBRIC, "motivation", {})
    assert (result.percent, result.band) == (None, None)
    assert result.missing == ("structure", "evidence", "communication")


@pytest.mark.parametrize("levels", [{"accuracy": 0}, {"accuracy": 6}, {"charm": 3}, {"accuracy": "4"}])
def test_a_wrong_level_is_refused(levels):
    with pytest.raises(Problem, match="levels are 1 to 5 for accuracy, structure"):
        score(RUBRIC, "knowledge", levels)


@given(st.sampled_from(KINDS), st.data())
def test_a_higher_level_never_lowers_the_percent(kind, data):
    used = list(weights_for(RUBRIC, kind))
    levels = {name: data.draw(st.integers(1, 5)) for name in used}
    raised = levels | {(name := data.draw(st.sampled_from(used))): min(5, levels[name] + 1)}
    low, high = score(RUBRIC, kind, levels), score(RUBRIC, kind, raised)
    assert 20 <= low.percent <= high.percent <= 100
    assert low.band.least <= high.band.least


def test_the_overall_level_is_the_weighted_mean():
    assert overall_level({"a": 2, "b": 4}, {"a": 25, "b": 75}) == 3.5
