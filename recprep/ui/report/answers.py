"""Chosen answers: each with its question as it was asked, what it came to, the words, and key points."""

from __future__ import annotations

import json
from collections.abc import Sequence

from recprep.core.bank import Bank
from recprep.core.models import Attempt, KeyPoint
from recprep.core.problem import Problem
from recprep.storage.store import Store
from recprep.ui.charts import Wording
from recprep.ui.forms.comparison import NOT_KEPT
from recprep.ui.forms.frame import day
from recprep.ui.forms.guide import key_point, levels_given
from recprep.ui.report.choosing import Kept, best_first, best_of_each
from recprep.ui.text import inline, listed, paragraphs, plain

GENERAL = "General"  # what questions without a competency are called
RULE = "Of each competency, and of the general questions, the answer that you scored highest{kept}"
OPEN = "; one with the gate open comes before one with it closed, and of equals the later."
NONE = "<p>No answer has its words kept: they were given aloud, or the words were disposed of.</p>"
LEFT_OUT = "<p>The words of the answers are left out of this copy.</p>"


def chosen_answers(
    bank: Bank,
    store: Store,
    attempts: Sequence[Attempt],
    wording: Wording,
    *,
    chosen: Sequence[str] | None,
    words: bool,
) -> str:
    """Give the answers that were asked for by id, or the best one of each competency, with the rule stated."""
    if chosen is not None:
        picked, rule = _by_id(attempts, chosen), ""
    else:
        picked = best_of_each(best_first(attempts), bank, words_kept(store) if words else lambda _attempt: True)
        rule = f"<p>{RULE.format(kept=' among those whose words are kept' if words else '')}{OPEN}</p>"
    if not picked:
        return NONE
    shown = "".join(_answer(bank, store, attempt, wording, words=words) for attempt in picked)
    return f"{rule}{'' if words else LEFT_OUT}{shown}"


def words_kept(store: Store) -> Kept:
    """Give what says whether the words of an attempt are kept."""
    return lambda attempt: bool((store.answer(attempt.id) or "").strip())


def as_asked(bank: Bank, store: Store, attempt: Attempt) -> tuple[str, list[KeyPoint] | None]:
    """Give a question and its key points as they were when it was answered; None when that text is not kept."""
    if snapshot := store.snapshot(attempt.question_hash):
        then = json.loads(snapshot)
        return then["prompt"], [KeyPoint(**point) for point in then["key_points"]]
    known = bank.question_by_id.get(attempt.question)
    return known.prompt if known else f"{attempt.question} (no longer in the bank)", None


def area(bank: Bank, competency: str | None) -> str:
    """Give the name of a competency, also when it is no longer in the bank, or there is none."""
    known = bank.competency_by_id.get(competency)
    return known.name if known else competency or GENERAL


def _by_id(attempts: Sequence[Attempt], chosen: Sequence[str]) -> list[Attempt]:
    known = {attempt.id: attempt for attempt in attempts}
    if missing := [name for name in chosen if name not in known]:
        message = f"There is no attempt {', '.join(missing)} in this role. The ids are those of recprep.attempts()."
        raise Problem(message)
    return [known[name] for name in chosen]


def _answer(bank: Bank, store: Store, attempt: Attempt, wording: Wording, *, words: bool) -> str:
    text = store.answer(attempt.id) if words else None
    said = f"<h4>Your answer</h4><blockquote>{paragraphs(text) if text else NOT_KEPT}</blockquote>" if words else ""
    asked, points = as_asked(bank, store, attempt)
    facts = plain(" · ".join([area(bank, attempt.competency), attempt.kind, day(attempt.at)]))
    levels = levels_given(bank, attempt, words_only=wording.words_only)
    return (
        f'<article><div class="together"><h3>{inline(asked)}</h3><p class="aside">{facts}</p></div>'
        f'<div class="scores">{levels}</div>{said}{_key_points(points, attempt)}</article>'
    )


def _key_points(points: list[KeyPoint] | None, attempt: Attempt) -> str:
    if points is None:
        return "<p>The question as it was asked is no longer kept, so its key points cannot be named.</p>"
    said = list(zip(points, attempt.key_points, strict=False))
    groups = {
        "Key points covered": [key_point(point) for point, covered in said if covered],
        "Key points missed": [key_point(point) for point, covered in said if not covered],
    }
    return "".join(f"<h4>{name}</h4>{listed(found)}" for name, found in groups.items() if found)
