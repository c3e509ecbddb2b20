"""What every torture needs: a fault, attempts and drafts of its own, and how a history is found whole."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from recprep.core.fingerprint import digest
from recprep.core.models import Attempt, Draft
from recprep.storage.store import Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
QUESTION, RUBRIC = '{"prompt":"the question"}', "{}"
SNAPSHOTS = {digest(text): text for text in (QUESTION, RUBRIC)}
ROLE = "records-coordinator"
DRAFTED = "another-question"  # a saved attempt ends the draft of its own question


class FaultError(AssertionError):
    """Something was lost, doubled or broken."""


def require(holds: bool, what: str) -> None:
    """Raise unless something holds."""
    if not holds:
        raise FaultError(what)


def an_attempt(name: str) -> Attempt:
    """Give an attempt with an id of one's own."""
    return Attempt(
        id=name,
        sitting="s",
        role=ROLE,
        question="retention-invoice-date",
        kind="procedure",
        competency="retention",
        at=NOW,
        zone="+00:00",
        rater="self",
        prediction=None,
        levels={"accuracy": 3},
        weights={"accuracy": 100},
        percent=50,
        band="practise",
        gated=False,
        key_points=(),
        aloud=False,
        seconds_taken=60,
        question_hash=digest(QUESTION),
        rubric_hash=digest(RUBRIC),
    )


def a_draft(words: str, client: str, question: str = DRAFTED) -> Draft:
    """Give a draft."""
    told = {"role": ROLE, "question": question, "question_hash": digest(QUESTION)}
    return Draft(**told, client=client, revision=0, saved_at=NOW, answer=words)


def require_sound(path: Path, saved: list[str], drafts: list[str] = ()) -> None:
    """Require that a history is sound, has what was reported once, and the draft reported last, or a later one."""
    with closing(sqlite3.connect(path)) as connection:
        require(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the database is damaged")
    with Store(path) as store:
        counts = Counter(one.id for one in store.attempts())
        require(not store.damaged(), "an attempt is damaged")
        require(all(counts[name] == 1 for name in saved), "an attempt that was reported is lost, or there twice")
        require(max(counts.values(), default=1) == 1, "an attempt is there twice")
        require(all(store.answer(name) == f"words of {name}" for name in counts), "words are lost")
        if drafts:
            kept = store.draft(ROLE, DRAFTED)
            require(kept is not None and int(kept.answer) >= int(drafts[-1]), "a draft that was reported is lost")
