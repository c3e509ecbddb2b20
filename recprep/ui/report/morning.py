"""The sheet for the morning of the interview: one page, no scores, the most important first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.history import evidence
from recprep.core.models import Attempt, Criterion, Profile, Question
from recprep.core.schedule import eligible
from recprep.storage.profile import read_profile
from recprep.storage.store import Store
from recprep.ui.charts.canvas import STEADY
from recprep.ui.report.answers import area, as_asked, words_kept
from recprep.ui.report.choosing import best_first, learn, left_out_most, pitfalls, stories
from recprep.ui.report.fitting import Item, Part, bare, fit, opening, shortened
from recprep.ui.report.pieces import long_day
from recprep.ui.text import plain

TITLE = "The morning of the interview"
STORIES, PITFALLS, READY = 4, 5, 4  # the most of each
LINES, PER_LINE = 43, 80  # of the parts together, and letters in a line, on the smaller of A4 and Letter
ASKED, WORDS, WARNING = 64, 190, 150  # letters: a question in short, own words, a pitfall or key point
BLANKS = ("Day", "Time", "Place or link", "Ask for", "Telephone", "Bring")
MISSED = "What a good answer says or does, and your last one did not:"
CLOSING = (
    "You may take a breath before you answer. If you do not know, say what you would look up, and whom you would ask."
)


def body(bank: Bank, store: Store, *, now: datetime) -> str:
    """Give what stands on the sheet, as `recprep.ui.report.sheet` describes it."""
    attempts, profile = store.records(bank.role).attempts, read_profile(store)
    parts = [_stories(bank, store, attempts), *_lessons(bank, store, attempts, profile), _questions(bank)]
    shown = "".join(_shown(part) for part in fit(parts, lines=LINES, per_line=PER_LINE))
    head = f"<header><h1>{TITLE}</h1><p>{plain(shortened(bank.name, ASKED))}</p></header>"
    return f"{head}{_blanks(profile, now.astimezone().date())}{shown}<footer><p>{CLOSING}</p></footer>"


def _blanks(profile: Profile, today: date) -> str:
    """Give lines to fill in; the day is there where it is known."""
    on = profile.interview_on
    known = {"Day": long_day(on)} if on and on >= today else {}
    lines = "".join(f"<p>{name} <span>{plain(known.get(name, ''))}</span></p>" for name in BLANKS)
    return f'<div class="blanks">{lines}</div>'


def _shown(part: Part) -> str:
    items = "".join(f"<li>{item.html}</li>" for item in part.items)
    lead = f'<p class="aside">{plain(part.lead)}</p>' if part.lead else ""
    return f"<section><h2>{plain(part.heading)}</h2>{lead}<ul>{items}</ul></section>"


def _stories(bank: Bank, store: Store, attempts: Sequence[Attempt]) -> Part:
    """Give the strongest stories, each with how it begins; before there are any, a frame to think of one."""
    if found := stories(best_first(attempts), bank, words_kept(store), most=STORIES):
        items = [_story(bank, store, attempt) for attempt in found]
        return Part(heading="Your strongest stories", items=items, least=3)
    frame = next(row.frame for row in bank.rubric.weightings if row.kind == "behavioural")
    items = [_pair(shortened(step.name, ASKED), shortened(bare(step.asks), WARNING)) for step in frame]
    return Part(heading="One story to have ready", lead="Think of one time at work, in this order:", items=items)


def _story(bank: Bank, store: Store, attempt: Attempt) -> Item:
    asked = shortened(bare(as_asked(bank, store, attempt)[0]), ASKED)
    shows, begins = shortened(area(bank, attempt.competency), ASKED), opening(store.answer(attempt.id) or "", WORDS)
    html = f"<b>{plain(asked)}</b> “{plain(begins)}” <i>Shows: {plain(shows)}</i>"
    return Item(html=html, text=f"{asked} “{begins}” Shows: {shows}")


def _lessons(bank: Bank, store: Store, attempts: Sequence[Attempt], profile: Profile) -> list[Part]:
    """Give pitfalls to avoid, and what was most often left out."""
    questions = eligible(bank.question_by_id.values(), profile)
    lessons = learn(attempts, bank, questions)
    estimated = analysis.estimate_from_tally(store.tally(bank.role), bank, store.ratings(bank.role))
    low = [_mend(row) for row in _lowest(bank, attempts)]
    avoid = [_about(q, text) for q, text in pitfalls(lessons, questions, estimated, most=PITFALLS - len(low))]
    ready = [_about(q, point.text) for q, point in left_out_most(lessons, questions, most=READY)]
    return [
        Part(heading="Pitfalls to avoid", items=[*low, *avoid], least=3),
        Part(heading="Left out most often", lead=MISSED, items=ready),
    ]


def _lowest(bank: Bank, attempts: Sequence[Attempt]) -> list[Criterion]:
    """Give the criterion that is lowest by the person's own scores; nothing while none stands out."""
    means = analysis.criterion_levels(evidence(attempts), bank).mean().dropna()
    if means.empty or means.max() - means.min() < STEADY:
        return []
    return [row for row in bank.rubric.criteria if row.id == means.idxmin()]


def _questions(bank: Bank) -> Part:
    items = [Item(html=plain(text), text=text) for text in (shortened(bare(one), WORDS) for one in bank.ask)]
    return Part(
        heading="Questions to ask them", lead="Three or four are enough; take those you want to know.", items=items
    )


def _about(question: Question, text: str) -> Item:
    """Give a pitfall or key point with the question it belongs to, which says what it is about."""
    said = shortened(bare(text), WARNING)
    asked = shortened(bare(question.prompt), ASKED)
    return Item(html=f"{plain(said)} <i>({plain(asked)})</i>", text=f"{said} ({asked})")


def _mend(row: Criterion) -> Item:
    return _pair(f"{shortened(row.name, ASKED)}, your lowest criterion:", shortened(bare(row.asks), WARNING))


def _pair(name: str, text: str) -> Item:
    return Item(html=f"<b>{plain(name)}</b> {plain(text)}", text=f"{name} {text}")
