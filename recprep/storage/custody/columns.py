"""The columns of an export, and what stands in them: one attempt, rating or review at a time."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple, TextIO

from recprep.core.fingerprint import canonical, digest
from recprep.core.memory import Review, day_of
from recprep.core.models import Attempt, Rating

CRITERIA = ("accuracy", "structure", "evidence", "judgement", "communication")
ATTEMPT_COLUMNS = {
    "attempt": "the attempt's id",
    "sitting": "the id of the set of questions that it belongs to",
    "role": "the role's id",
    "at": "when it was saved, in UTC",
    "zone": "your own zone then, such as UTC+01:00",
    "day": "the day in your own zone",
    "question": "the question's id",
    "prompt": "the question as it was asked then",
    "competency": "the area's id; empty for questions of no area",
    "kind": "knowledge, procedure, background, behavioural, situational or motivation",
    "seniority": "entry, experienced or senior; empty in the oldest attempts",
    "rater": "who scored: self, or somebody else",
    "prediction": "the level expected before the guide was open, 1 to 5, or empty",
    "percent": "the result, 0 to 100",
    "band": "the word for it",
    "gated": "whether Accuracy or Judgement held the band down",
    "key_points_covered": "how many key points the answer covered",
    "key_points": "how many there were",
    "aloud": "whether it was answered aloud",
    "seconds_taken": "from the first look at the question to the opening of the guide, or empty",
    "withdrawn": "whether it was taken back with Undo",
    "level_...": "for each criterion the level given, 1 to 5; empty where it does not count",
    "answer": "your words; empty if given aloud or no longer kept; no such column in a copy without answers",
}
RATING_COLUMNS = {
    "rating": "the rating's id",
    "sitting": "the id of the set of sample answers that it belongs to",
    "role": "the role's id",
    "at": "when it was saved, in UTC",
    "zone": "your own zone then, such as UTC+01:00",
    "day": "the day in your own zone",
    "exemplar": "the sample answer's id",
    "question": "the id of its question",
    "prompt": "that question as it was asked then",
    "competency": "the area's id; empty for questions of no area",
    "kind": "the kind of question",
    "rater": "who scored",
    "level_...": "for each criterion the level given, 1 to 5; empty where it does not count",
    "reference_...": "the level that the sample answer has, 1 to 5",
}
REVIEW_COLUMNS = {
    "card_id": "a whole number for the question, always the same",
    "review_time": "the day's last answer, in milliseconds since 1970 (UTC)",
    "review_rating": "1 Again, 2 Hard, 3 Good, 4 Easy",
    "review_state": "0 for a new question, else 2 (in review)",
    "review_duration": "milliseconds that the day's answers took; 0 if not known",
}
COLUMNS = {"attempts.csv": ATTEMPT_COLUMNS, "ratings.csv": RATING_COLUMNS, "revlog.csv": REVIEW_COLUMNS}
FORMULA = re.compile(r"[\t\r\n\0]|\s*[=+\-@＝＋－＠]")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def card_id(role: str, question: str) -> int:
    """Give the number of a question in a review log, which is always the same.

    The first 48 bits of the SHA-256 of the canonical JSON list of role and question: whole in a spreadsheet and in
    JavaScript, and among 10,000 questions two share one with a chance of one in five million.

    Examples
    --------
    >>> card_id("records-coordinator", "retention-invoice-date")
    41491705471139
    """
    return int(digest(canonical([role, question]))[:12], 16)


def guarded(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula: with an apostrophe in front, where it might.

    OWASP, CSV Injection; also with white space before the sign, which some spreadsheets drop.

    Examples
    --------
    >>> guarded("=1+1"), guarded("a = b")
    ("'=1+1", 'a = b')
    """
    return f"'{text}" if FORMULA.match(text) else text


class Scored(NamedTuple):
    """An attempt with what belongs to it."""

    attempt: Attempt
    withdrawn: bool
    prompt: str | None
    answer: str | None


def attempt_cells(one: Scored, criteria: Sequence[str]) -> list:
    """Give a row of `attempts.csv`; what comes after its last column is left out when it is written."""
    a = one.attempt
    return [
        *(a.id, a.sitting, a.role, _second(a.at), _offset(a.zone), day_of(a).isoformat(), a.question, one.prompt),
        *(a.competency, a.kind, a.seniority, a.rater, a.prediction, a.percent, a.band, a.gated),
        *(sum(a.key_points), len(a.key_points), a.aloud, a.seconds_taken, one.withdrawn),
        *(a.levels.get(name) for name in criteria),
        one.answer,
    ]


def attempt_line(one: Scored, *, answers: bool) -> dict:
    """Give a line of `attempts.jsonl`."""
    a = one.attempt
    told = {name: getattr(a, name) for name in Attempt.__dataclass_fields__ if name not in ("id", "at")}
    line = {"attempt": a.id, "at": a.at.isoformat(timespec="microseconds"), "day": day_of(a).isoformat(), **told}
    line |= {"prompt": one.prompt, "withdrawn": one.withdrawn}
    return line | {"answer": one.answer} if answers else line


def rating_cells(r: Rating, prompt: str | None, criteria: Sequence[str]) -> list:
    """Give a row of `ratings.csv`."""
    return [
        *(r.id, r.sitting, r.role, _second(r.at), _offset(r.zone), day_of(r).isoformat(), r.exemplar, r.question),
        *(prompt, r.competency, r.kind, r.rater),
        *(r.levels.get(name) for name in criteria),
        *(r.reference.get(name) for name in criteria),
    ]


def rating_line(r: Rating, prompt: str | None) -> dict:
    """Give a line of `ratings.jsonl`."""
    told = {name: getattr(r, name) for name in Rating.__dataclass_fields__ if name not in ("id", "at")}
    at = r.at.isoformat(timespec="microseconds")
    return {"rating": r.id, "at": at, "day": day_of(r).isoformat(), **told, "prompt": prompt}


def review_cells(review: Review) -> tuple[int, ...]:
    """Give a row of `revlog.csv`."""
    at = (review.at - EPOCH) // timedelta(milliseconds=1)
    # 0 when the time is not known: the optimizers leave out a row with an empty cell.
    duration = 1000 * (review.seconds_taken or 0)
    return card_id(review.role, review.question), at, review.rating, 0 if review.first else 2, duration


def with_levels(columns: dict[str, str], instead: dict[str, list[str]]) -> list[str]:
    """Give the names of columns, with several in the place of those named in `instead`."""
    return list(chain.from_iterable(instead.get(name, [name]) for name in columns))


def _second(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _offset(zone: str) -> str:
    """Write an offset so that it needs no guard."""
    return f"UTC{zone}" if zone[:1] in ("+", "-") else zone


def write_rows(out: TextIO, columns: list[str], rows: Iterator[list]) -> None:
    """Write rows as CSV: every text quoted and guarded, numbers bare."""
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    writer.writerows(list(map(_cell, row[: len(columns)])) for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else value


def write_lines(out: TextIO, lines: Iterator[dict]) -> None:
    """Write JSON Lines."""
    for line in lines:
        out.write(f"{json.dumps(line, ensure_ascii=False)}\n")
