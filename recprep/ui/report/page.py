"""The report: who and when, weak areas, progress, how strictly the person scores, and chosen answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from recprep.core import analysis, calibration
from recprep.core.bank import Bank
from recprep.core.history import evidence, rating_evidence
from recprep.core.models import Attempt, Profile
from recprep.storage.profile import read_profile
from recprep.storage.store import Damage, Store
from recprep.storage.store.records import Records
from recprep.ui import charts
from recprep.ui.charts import Wording
from recprep.ui.forms.frame import day
from recprep.ui.forms.progress import EMPTY, WEAK_AREAS
from recprep.ui.forms.standing import headline
from recprep.ui.report import pictures
from recprep.ui.report.answers import chosen_answers
from recprep.ui.report.pieces import long_day, of_chart, recent, section
from recprep.ui.text import counted, listed, plain

MOST_NAMED = 12  # damaged records
LONGEST_NAME = 120
MINE = (
    "This page was made on your own computer. It loads nothing, and it sends nothing. It holds {what}: give it only to "
    "people who may read that."
)


def body(
    bank: Bank,
    store: Store,
    *,
    now: datetime,
    name: str | None,
    chosen: Sequence[str] | None,
    answers: bool,
) -> str:
    """Give what stands in the report, as `recprep.ui.report.report` describes it."""
    records, profile = store.records(bank.role), read_profile(store)
    wording = Wording(bank.rubric, words_only=profile.words_only)
    parts = [_head(bank, records.attempts, profile, now=now, name=name), _notices(store.notice, records.left_out)]
    if records.attempts:
        parts += [*_standing(bank, store, records, wording), _scoring(bank, records, wording)]
        picked = chosen_answers(bank, store, records.attempts, wording, chosen=chosen, words=answers)
        parts += [section("Chosen answers", picked, kind="answers")] * (chosen is None or len(chosen) > 0)
    else:
        parts.append(section("Nothing to show yet", EMPTY))
        parts += [_scoring(bank, records, wording)] * bool(records.ratings)
    mine = MINE.format(what="what you wrote and how you scored it" if answers else "how you scored what you wrote")
    return "\n".join([*parts, f"<footer><p>{mine}</p></footer>"])


def _head(bank: Bank, attempts: Sequence[Attempt], profile: Profile, *, now: datetime, name: str | None) -> str:
    facts = {"Name": name[:LONGEST_NAME]} if name else {}
    facts |= {"Role": bank.name, "Made on": day(now), "Practice": _practice(bank, attempts)}
    facts |= {"Interview": _interview(profile, now)}
    rows = "".join(f"<div><dt>{term}</dt><dd>{plain(fact)}</dd></div>" for term, fact in facts.items())
    return f"<header><h1>Practice report</h1><dl>{rows}</dl></header>"


def _practice(bank: Bank, attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return "no attempt yet"
    met = {attempt.question for attempt in attempts} & bank.question_by_id.keys()
    since = day(min(attempt.at for attempt in attempts))
    return f"{counted(len(attempts), 'attempt')} since {since}, at {len(met)} of {len(bank.question_by_id)} questions"


def _interview(profile: Profile, now: datetime) -> str:
    if profile.interview_on is None:
        return "no day is set yet"
    return f"{long_day(profile.interview_on)}. {headline(profile, now.astimezone().date(), begun=True)}."


def _notices(notice: str | None, left_out: Sequence[Damage]) -> str:
    """Say what a reader has to know before the rest: a history set aside, and damaged records."""
    parts = [section("Please read this first", f"<p>{plain(notice)}</p>")] if notice else []
    if left_out:
        count = len(left_out)
        said = "1 record is damaged and was" if count == 1 else f"{count} records are damaged and were"
        more = f"<p>{count - MOST_NAMED} more: recprep doctor names them all.</p>" if count > MOST_NAMED else ""
        names = listed([plain(_named(damage)) for damage in left_out[:MOST_NAMED]])
        parts.append(section("Left out", f"<p>{said} left out of what follows.</p>{names}{more}"))
    return "".join(parts)


def _named(damage: Damage) -> str:
    of = f" at '{damage.question}'" if damage.question else ""
    return f"{damage.what} {damage.id}{of}, because {damage.why}"


def _standing(bank: Bank, store: Store, records: Records, wording: Wording) -> list[str]:
    """Give the weak areas, and how they moved."""
    added, ratings = store.tally(bank.role), records.ratings
    answers = analysis.answer_levels(evidence(records.attempts))
    estimated = analysis.estimate_from_tally(added, bank, ratings)
    frame = analysis.estimate_frame(estimated, bank)
    named = frame.loc[analysis.weak_areas(estimated)[:WEAK_AREAS]].itertuples()
    weakest = listed([plain(charts.standing(row.name, row, wording)) for row in named])
    pays = f"<h3>Where practice pays most</h3>{weakest}" if weakest else ""
    levels = charts.competency_levels(frame, wording, overall=analysis.whole_answer_bias(added, bank, ratings))
    trend = analysis.estimate_trend(answers, bank, ratings)
    levels_by_week, days = analysis.weekly_trend(answers), analysis.practice_days(answers)
    weeks = analysis.practice_weeks(days)
    moved = charts.estimate_trend(trend, bank.competency_by_id, wording)
    weekly = charts.weekly_trend(levels_by_week, wording)
    return [
        section("Weak areas", pays, of_chart(levels, pictures.levels(frame) if levels.figure else "")),
        section(
            "Progress",
            pictures.trend(moved, trend, bank.competency_by_id),
            recent(pictures.with_days(weekly, weeks), pictures.weekly(levels_by_week) if weekly.figure else ""),
            pictures.practice(charts.practice_days(days), weeks),
            f"<p>{plain(charts.coverage(analysis.coverage(answers, bank)).sentence)}</p>",
        ),
    ]


def _scoring(bank: Bank, records: Records, wording: Wording) -> str:
    names = {row.id: row.name for row in bank.rubric.criteria}
    own = [rating for rating in records.ratings if rating.rater == "self"]
    measured = calibration.measure(own, list(names))
    bias = charts.bias(measured, names, wording)
    parts = [of_chart(bias, pictures.bias(measured, names) if bias.figure else "")]
    if own:
        parts.append(recent(charts.bias_by_set(analysis.bias_by_set(rating_evidence(own)), wording)))
    return section("How far your scores can be trusted", *parts)
