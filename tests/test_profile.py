"""The profile is kept as one setting; whatever cannot be read is as it is at first."""

import json
from datetime import date

import pytest
from conftest import NOW

from recprep.core.models import Profile
from recprep.storage.profile import KEY, read_profile, write_profile

WHOLE = Profile(
    interview_on=date(2026, 12, 1), seniority="senior", jurisdiction="uk", minutes_a_day=10, words_only=True
)


def kept(store, **changes) -> Profile:
    write_profile(store, WHOLE, at=NOW)
    setting = json.loads(store.setting(KEY))
    setting |= changes
    store.set_setting(KEY, json.dumps({name: value for name, value in setting.items() if value != "left out"}), at=NOW)
    return read_profile(store)


def test_a_profile_comes_back_as_it_was_kept(store):
    assert kept(store) == WHOLE


def test_a_profile_kept_before_words_could_be_chosen_shows_numbers(store):
    read = kept(store, words_only="left out")
    assert (read.words_only, read.seniority, read.minutes_a_day) == (False, "senior", 10)


@pytest.mark.parametrize("nonsense", ["yes", 1, 0, None, [True]])
def test_words_only_is_yes_or_no_and_nothing_else(store, nonsense):
    assert kept(store, words_only=nonsense) == Profile()
