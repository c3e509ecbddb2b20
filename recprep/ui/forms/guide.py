"""How a question and its guide read on the page: safe HTML from a bank's records."""

from __future__ import annotations

from statistics import mean

from recprep.core.bank import Bank
from recprep.core.calibrating import Calibration
from recprep.core.models import GUIDE, LEVELS, PLACES, Attempt, KeyPoint, Question, Source
from recprep.core.rubric import Result, band_at, weights_for
from recprep.core.session import Session
from recprep.ui.text import inline, listed, plain, render, table


def chips(bank: Bank, question: Question) -> str:
    """Give what stands under a question: kind, competency, seniority, minutes, and where it applies."""
    competency = bank.competency_by_id.get(question.competency)
    minutes = f"{question.minutes} minute{'s' if question.minutes > 1 else ''}"
    facts = [question.kind, competency and competency.name, question.seniority, minutes]
    facts += [PLACES.get(question.jurisdiction, "").removeprefix("the "), question.sector]
    items = "".join(f"<li>{plain(fact[0].upper() + fact[1:])}</li>" for fact in facts if fact)
    return f'<ul class="recprep-chips">{items}</ul>'


def introduction(session: Session, place: str) -> str:
    """Give what stands under a question's heading: its place in the set, why it comes now, and its facts."""
    why = f" {plain(session.reason)}" if session.reason else ""
    return f'<p class="recprep-aside">{plain(place)}.{why}</p>{chips(session.bank, session.question)}'


NO_GUIDE = (
    "<p>This question came without a guide, so score your answer by the words of the rubric alone. "
    "You can write a guide of your own on the page Question bank.</p>"
)


def guide(bank: Bank, question: Question, *, in_full: bool = False) -> str:
    """Give the guide: what is hidden until the person has answered; and what stood with an imported question.

    The key points are in it when it is wanted in full; where they are ticked, they stand below it.
    """
    points = [key_point(point) for point in question.key_points] if in_full else []
    sources = [_source(bank.source_by_key[key]) for key in question.sources]
    parts = [
        render(question.listening_for),
        _below("Key points of a good answer", listed(points)),
        _below("A strong answer", _quoted(question.strong_answer, "strong")),
        _below("A weak answer, and why", _quoted(question.weak_answer, "weak") + render(question.why_weak)),
        _below("Pitfalls", listed([inline(pitfall) for pitfall in question.pitfalls])),
        _below("They may ask next", listed([inline(follow_up) for follow_up in question.follow_ups])),
        _below("Sources", listed(sources)),
        _below("What stood with this question where it came from", _quoted(question.material or "", "material")),
    ]
    return f"{'' if any(getattr(question, part) for part in GUIDE) else NO_GUIDE}{''.join(parts)}"


def _below(heading: str, html: str) -> str:
    return f"<h4>{heading}</h4>{html}" if html else ""


def _quoted(text: str, kind: str) -> str:
    return f'<div class="recprep-quote is-{kind}">{render(text)}</div>' if text else ""


def _source(source: Source) -> str:
    facts = [f"<em>{plain(source.title)}</em>", plain(source.number or "")]
    facts += [str(source.year) if source.year and str(source.year) not in (source.number or "") else ""]
    address = f"[{source.address.split('/')[2]}]({source.address})" if source.address else ""
    return ", ".join(fact for fact in [*facts, inline(address)] if fact)


def key_points(question: Question) -> list[dict]:
    """Give the group of key points to tick, as `Choices` takes it; none when the question has none."""
    options = [{"value": n, "html": key_point(point)} for n, point in enumerate(question.key_points)]
    hint = "Tick what you said, in any words. A good answer says every essential one."
    group = {"id": "covered", "legend": "Key points covered", "hint": hint, "type": "checkbox"}
    return [group | {"layout": "list", "options": options}] if options else []


def key_point(point: KeyPoint) -> str:
    """Give a key point, marked when a good answer must have it."""
    return inline(point.text) + ' <b class="recprep-essential">Essential</b>' * point.essential


def rubric_grid(session: Session | Calibration, *, words_only: bool = False) -> list[dict]:
    """Give the rubric as groups of radio buttons, each level with its words; without its number where not wanted."""
    weights = weights_for(session.bank.rubric, session.question.kind)
    return [
        {
            "id": row.id,
            "legend": row.name,
            "note": "" if words_only else f"{weights[row.id]} % of the score",
            "hint": row.asks,
            "type": "radio",
            "layout": "cards",
            "options": [
                {"value": level, "label": "" if words_only else str(level), "html": inline(words)}
                for level, words in enumerate(row.anchors, start=1)
            ],
        }
        for row in session.criteria
    ]


EXPECTATIONS = ("Far from it", "Not yet", "It would do", "Good", "Very good")


ALOUD = [{"id": "aloud", "type": "checkbox", "layout": "list", "options": [{"value": 1, "html": "I answered aloud"}]}]


def prediction(*, words_only: bool = False) -> list[dict]:
    """Give the group that asks for a prediction, levels 1 to 5, in numbers or in words."""
    numbers = "Which level, all in all, will your answer reach? 1 is lowest, 5 highest. You may leave it empty."
    words = "How good, all in all, will your answer turn out to be? You may leave it empty."
    shown = EXPECTATIONS if words_only else [str(level) for level in LEVELS]
    return [
        {
            "id": "level",
            "legend": "Prediction",
            "hint": words if words_only else numbers,
            "type": "radio",
            "layout": "scale",
            "clear": "Clear the prediction",
            "options": [{"value": level, "label": "", "html": name} for level, name in zip(LEVELS, shown, strict=True)],
        }
    ]


def result(session: Session, *, words_only: bool = False) -> str:
    """Give the running percent, band and gate; without numbers where they are not wanted."""
    outcome = session.result
    if outcome.percent is None:
        return "<p>Choose a level for each criterion above. The result builds up here.</p>"
    percent = f"<strong>{verdict(outcome.percent, outcome.band.id, words_only=words_only)}.</strong>"
    scored = len(session.draft.levels)
    gate = _gate(session, outcome, words_only=words_only)
    if outcome.missing:
        total = scored + len(outcome.missing)
        return f"<p>{percent} So far: {scored} of {total} criteria are scored.</p>{gate}"
    points = session.question.key_points
    left = sum(p.essential and n not in session.draft.key_points for n, p in enumerate(points))
    hint = f"<p>{left} essential key point{'s are' if left > 1 else ' is'} not ticked.</p>" if left else ""
    words = "" if outcome.gated else inline(outcome.band.words)
    return f"<p>{percent} {words}</p>{gate}{hint}"


def verdict(percent: int, band: str, *, words_only: bool = False) -> str:
    """Give a percent with the word for it, or the word alone."""
    return plain(band.capitalize()) if words_only else f"{percent} %: {plain(band)}"


def _gate(session: Session, outcome: Result, *, words_only: bool) -> str:
    if not outcome.closed_by:
        return ""
    names = plain(" and ".join(row.name for row in session.criteria if row.id in outcome.closed_by))
    level = session.bank.rubric.gate.level
    low = f"{names} too low." if words_only else f"{names} at {level} or less."
    return f"<p><strong>{low}</strong> {inline(session.bank.rubric.gate.words)}</p>"


def levels_given(bank: Bank, attempt: Attempt, *, words_only: bool = False) -> str:
    """Give the levels of an attempt, its percent and band, and the gate when it was closed; in words where wanted."""
    rubric, points = bank.rubric, attempt.key_points
    given = [(row.name, attempt.levels[row.id]) for row in rubric.criteria if row.id in attempt.levels]
    rows = [[plain(name), plain(band_at(rubric, level).id) if words_only else str(level)] for name, level in given]
    gate = " The gate was closed." if attempt.gated else ""
    amount = "All" if all(points) else "Some" if any(points) else "No"
    covered = f" {amount if words_only else f'{sum(points)} of {len(points)}'} key points ticked." if points else ""
    came_to = verdict(attempt.percent, attempt.band, words_only=words_only)
    sentence = f"<p><strong>{came_to}.</strong>{gate}{covered}</p>"
    return f"{sentence}{table(['Criterion', 'Band' if words_only else 'Level'], rows)}"


def look_back(session: Session, *, words_only: bool = False) -> str:
    """Give what a finished set came to, one line per question; without numbers where they are not wanted."""
    if not session.saved:
        return "<p>No answer was saved in this set. What you wrote is kept as drafts.</p>"
    attempts = [saved.attempt for saved in session.saved]
    head = ["Question", *([] if words_only else ["Percent"]), "Band"]
    rows = [
        [
            inline(session.bank.question_by_id[one.question].prompt),
            *([] if words_only else [f"{one.percent} %"]),
            plain(one.band),
        ]
        for one in attempts
    ]
    gated = sum(one.gated for one in attempts)
    often = {1: "once", 2: "twice"}.get(gated, f"{gated} times")
    gates = f"<p>The gate was closed {often}: a wrong rule or an unsafe step.</p>" if gated else ""
    return f"{table(head, rows)}{gates}{_one_thing_to_mend(session, words_only=words_only)}"


def _one_thing_to_mend(session: Session, *, words_only: bool) -> str:
    """Name the criterion that was lowest in this set, and what it asks."""
    given = [(name, level) for s in session.saved for name, level in s.attempt.levels.items()]
    means = {
        row: mean(level for name, level in given if name == row.id)
        for row in session.bank.rubric.criteria
        if any(name == row.id for name, _ in given)
    }
    row = min(means, key=means.get)
    at = "" if words_only else f", at {means[row]:.1f} on average"
    return f"<p><strong>One thing to mend: {plain(row.name)}</strong>{at}. {inline(row.asks)}</p>"
