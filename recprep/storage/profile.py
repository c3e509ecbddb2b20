"""The person's profile, and the role they prepare for, each kept as one setting of the store."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime

from recprep.core.bank import Bank
from recprep.core.models import PLACES, SENIORITIES, Profile, Rating
from recprep.storage.store import Store

KEY, ROLE = "profile", "role"
FIRST_ROLE = "records-coordinator"  # until another one is chosen


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


def read_role(store: Store) -> str:
    """Give the id of the role that the person prepares for; it may be one that is not here any more."""
    return store.setting(ROLE) or FIRST_ROLE


def write_role(store: Store, role: str, *, at: datetime) -> None:
    """Keep the role that the person prepares for."""
    store.set_setting(ROLE, role, at=at)


def ratings_for(bank: Bank, store: Store) -> list[Rating]:
    """Give the ratings that say how strictly the person scores in a role.

    A role without sample answers has none of its own: then those of the first role tell, since it is the same person
    with the same criteria.
    """
    return store.ratings(bank.role if bank.exemplar_by_id else FIRST_ROLE)
