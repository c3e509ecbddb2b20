"""The person's profile, kept as one setting of the store."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime

from recprep.core.models import PLACES, SENIORITIES, Profile
from recprep.storage.store import Store

KEY = "profile"


def read_profile(store: Store) -> Profile:
    """Give the profile; what was never said, or cannot be read, is as it is at first."""
    try:
        kept = json.loads(store.setting(KEY) or "{}")
        interview_on = kept.pop("interview_on", None)
        profile = Profile(interview_on=interview_on and date.fromisoformat(interview_on), **kept)
    except (ValueError, TypeError, AttributeError):
        return Profile()
    known = profile.seniority in (None, *SENIORITIES) and profile.jurisdiction in (None, *PLACES)
    minutes = isinstance(profile.minutes_a_day, int) and profile.minutes_a_day > 0
    return profile if known and minutes and isinstance(profile.words_only, bool) else Profile()


def write_profile(store: Store, profile: Profile, *, at: datetime) -> None:
    """Keep the profile."""
    kept = asdict(profile) | {"interview_on": profile.interview_on and profile.interview_on.isoformat()}
    store.set_setting(KEY, json.dumps(kept), at=at)
