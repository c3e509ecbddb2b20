"""Plain frozen records: the words of the workbook as data. No behaviour beyond what a record needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

KINDS: tuple[str, ...] = ("knowledge", "procedure", "background", "behavioural", "situational", "motivation")
SENIORITIES: tuple[str, ...] = ("entry", "experienced", "senior")
LEVELS: tuple[int, ...] = (1, 2, 3, 4, 5)
PLACES: dict[str, str] = {
    "us-federal": "US federal agencies",
    "us-state": "US states",
    "uk": "the UK",
    "eu": "the EU",
    "canada": "Canada",
    "australia": "Australia",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something a statement of fact rests on: a law, a standard, a page."""

    key: str
    title: str
    number: str | None = None
    year: int | None = None
    jurisdiction: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """One of the things an interviewer probes; its anchors describe accuracy, level 1 to level 5.

    `lifecycle` names the stages of the records lifecycle that it touches; competencies of other work have none.
    """

    id: str
    name: str
    definition: str
    lifecycle: tuple[str, ...] = ()
    weight: int
    target: int
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A row of the rubric: what it asks of an answer, and the words for level 1 to level 5."""

    id: str
    name: str
    asks: str
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a frame for an answer: its name, and what it asks."""

    name: str
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """The weights of the criteria for one kind of question (they sum to 100), why, and a frame that fits."""

    kind: str
    weights: Mapping[str, int]
    why: str
    frame: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When one of `criteria` is used and scored `level` or less, the band is at most `band`."""

    criteria: tuple[str, ...]
    level: int
    band: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The word for a percent of `least` or more, and the sentence that explains it."""

    id: str
    least: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Criteria x levels, the weights per kind of question, the gate, and the bands, lowest first."""

    criteria: tuple[Criterion, ...]
    weightings: tuple[Weighting, ...]
    gate: Gate
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoint:
    """One thing that a good answer says."""

    text: str
    essential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the interviewer asks, and its guide: what is hidden until the person has answered.

    Without a `seniority` everybody is asked. The parts of the guide may be empty. `material` is what stood with an
    imported question: Markdown for a guide of one's own, no guide itself.
    """

    id: str
    prompt: str
    kind: str
    seniority: str | None = None
    minutes: int
    listening_for: str = ""
    key_points: tuple[KeyPoint, ...] = ()
    strong_answer: str = ""
    weak_answer: str = ""
    why_weak: str = ""
    pitfalls: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    competency: str | None = None
    also: tuple[str, ...] = ()
    jurisdiction: str | None = None
    sector: str | None = None
    sources: tuple[str, ...] = ()
    material: str | None = None


GUIDE = ("listening_for", "key_points", "strong_answer", "weak_answer", "why_weak", "pitfalls", "follow_ups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplar:
    """A sample answer to a question, with a reference level and its reason for every criterion used."""

    id: str
    question: str
    answer: str
    levels: Mapping[str, int]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The person: when the interview is, where, for which seniority, and the minutes they have a day.

    With `words_only`, bands and sentences are shown instead of percents and levels; the same data are kept.
    """

    interview_on: date | None = None
    seniority: str | None = None
    jurisdiction: str | None = None
    minutes_a_day: int = 30
    words_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One answered and scored question. It is never changed; its answer text is kept apart.

    `at` is in UTC; `zone` is the name or the offset of the person's own zone. `prediction` and every
    value of `levels` are 1 to 5; `percent` is 0 to 100, as it was shown. `key_points` says for each key
    point, in the order of the question, whether the answer covered it. `seconds_taken` runs from the
    first look at the question to the opening of the guide.
    """

    id: str
    sitting: str
    role: str
    question: str
    kind: str
    competency: str | None
    at: datetime
    zone: str
    rater: str
    prediction: int | None
    levels: Mapping[str, int]
    weights: Mapping[str, int]
    percent: int
    band: str
    gated: bool
    key_points: tuple[bool, ...]
    aloud: bool
    seconds_taken: int | None
    question_hash: str
    rubric_hash: str
    seniority: str | None = None  # of the question; attempts of the first form of the database do not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One exemplar scored before its reference was shown. It is never changed, and cannot be taken back.

    `levels` is what the rater gave, `reference` what the bank said then, both 1 to 5 by criterion. `at` is
    in UTC; `zone` is the offset of the person's own zone.
    """

    id: str
    sitting: str
    role: str
    exemplar: str
    question: str
    kind: str
    competency: str | None
    at: datetime
    zone: str
    rater: str
    levels: Mapping[str, int]
    reference: Mapping[str, int]
    exemplar_hash: str
    question_hash: str
    rubric_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer not yet scored, with every step taken so far.

    `revision` counts the saves of this question's draft, from 1. `client` names the page or the process
    that wrote it: a newer save by the same client replaces an older one, a save by another client that
    is based on an older revision does not. `key_points` holds the positions of those ticked.
    """

    role: str
    question: str
    question_hash: str
    client: str
    revision: int
    saved_at: datetime
    answer: str = ""
    aloud: bool = False
    prediction: int | None = None
    revealed: bool = False
    key_points: tuple[int, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    seconds: int = 0
