"""What a session asks of whatever keeps the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from recprep.core.models import Attempt, Draft


class Keeper(Protocol):
    """Keeps attempts and drafts; `recprep.storage.store.Store` is one."""

    def save_attempt(self, attempt: Attempt, *, answer: str, snapshots: Mapping[str, str]) -> int:
        """Append an attempt and drop its draft; give the number of attempts that stand."""

    def withdraw(self, attempt_id: str, *, at: datetime) -> int:
        """Take an attempt back; give the number that still stand."""

    def save_draft(self, draft: Draft, *, base: int) -> Draft | None:
        """Keep a draft that is based on a revision; None if it was kept aside instead."""

    def set_aside(self, draft: Draft) -> None:
        """Keep a draft beside the one that goes on."""

    def draft(self, role: str, question: str) -> Draft | None:
        """Give the draft that goes on."""

    def aside(self, role: str, question: str) -> list[Draft]:
        """Give the drafts kept aside."""

    def drop_draft(self, role: str, question: str, *, client: str | None = None) -> None:
        """Remove the draft that goes on, or what a client has aside."""
