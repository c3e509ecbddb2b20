"""The dashboard: weak areas with a way to practise them, charts with their words, and past answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import ipywidgets as widgets

from recprep.core import analysis, calibration
from recprep.core.bank import Bank
from recprep.core.history import evidence, rating_evidence
from recprep.core.models import Attempt, Rating
from recprep.storage.profile import ratings_for, read_profile, write_profile
from recprep.storage.store import Store
from recprep.ui import charts
from recprep.ui.charts import Chart, Wording
from recprep.ui.forms.comparison import NOT_KEPT, Comparison, short_verdict
from recprep.ui.forms.frame import Form, day, show, tell_open_forms
from recprep.ui.forms.guide import EXPECTATIONS, guide, levels_given
from recprep.ui.text import paragraphs, plain, table
from recprep.ui.widgets.passage import Passage

if TYPE_CHECKING:
    import pandas as pd

WEAK_AREAS = 3
PAST = 200


class ProgressForm(Form):
    """What the history says; it follows every saved attempt.

    Parameters
    ----------
    store : Store
    load : callable
        Gives the bank of the role, as it is now.
    practise : callable
        Gives a practice form for a competency of a bank; it is opened in place.
    clock : callable
        Gives the present time, in UTC.
    """

    def __init__(
        self,
        store: Store,
        *,
        load: Callable[[], Bank],
        practise: Callable[[Bank, str], Form],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._store, self._load, self._practise, self._clock = store, load, practise, clock
        self._bank = load()
        self._drawn: tuple | None = None
        self._wording = Wording(self._bank.rubric)
        self._head = Passage(level=2)
        self._words = widgets.Checkbox(description="Show words instead of numbers", indent=False)
        self._words.layout.width = "auto"
        self._weak, self._place, self._charts = widgets.VBox(), widgets.VBox(), widgets.VBox()
        self._twice = Comparison(self._bank, store, guarded=self.guarded)
        self._past_heading = Passage(level=3, heading="Answers you gave")
        self._past = widgets.Dropdown(
            description="Answer", style={"description_width": "5rem"}, layout={"width": "min(46rem, 100%)"}
        )
        self._answer = Passage(level=4)
        self._words.observe(self.guarded(lambda _change: self._switch()), names="value")
        self._past.observe(self.guarded(lambda _change: self._read()), names="value")
        self.children = [
            self._head,
            self._words,
            self._weak,
            self._place,
            self._charts,
            self._twice,
            self._past_heading,
            self._past,
            self._answer,
            self.notices,
        ]
        self.refresh()

    @property
    def words_only(self) -> bool:
        """Whether bands and sentences are shown instead of numbers; setting it keeps it in the profile."""
        return read_profile(self._store).words_only

    @words_only.setter
    def words_only(self, wanted: bool) -> None:
        profile = replace(read_profile(self._store), words_only=wanted)
        try:
            write_profile(self._store, profile, at=self._clock())
        finally:
            self.refresh()  # the box shows what is kept, also when it could not be
        self.notices.say(status=f"Shown in {'words' if wanted else 'numbers'}.", alert="")
        tell_open_forms()

    def hear(self) -> None:
        """Wait until the person looks: drawing takes a moment, and this page may be hidden or in practice."""

    def refresh(self) -> None:
        """Show what the history holds now, if it changed since the last time."""
        self._words.value = self.words_only
        bank = self._load()
        now = (self._store.version(), self._words.value, bank.role, bank.question_by_id)
        if now == self._drawn:
            return
        self._turn_to(bank)
        self._wording = Wording(self._bank.rubric, words_only=self._words.value)
        attempts = self._store.attempts(role=self._bank.role)
        self._head.heading = f"Your progress: {bank.name}" if attempts else "Nothing to show yet"
        self._head.body = "" if attempts else EMPTY
        self._draw(attempts)
        show(self._twice, bool(attempts))
        self._twice.follow(attempts, self._wording)
        self._list_past(attempts)
        self._drawn = now

    def practise(self, competency: str) -> Form:
        """Open the practice form for a competency, in place."""
        form = self._practise(self._bank, competency)
        self._place.children = [form]
        form.focus()
        return form

    def _turn_to(self, bank: Bank) -> None:
        """Show another bank, or the same one with something else in it."""
        if bank.role != self._bank.role:
            self._place.children = ()
        self._bank = bank
        self._twice.turn_to(bank)

    def _switch(self) -> None:
        if self._words.value != self.words_only:
            self.words_only = self._words.value

    def _draw(self, attempts: list[Attempt]) -> None:
        """Draw the weak areas and all charts; nothing without answers."""
        bank, wording = self._bank, self._wording
        added, ratings = self._store.tally(bank.role), ratings_for(bank, self._store)
        estimated = analysis.estimate_from_tally(added, bank, ratings)
        frame, weak = analysis.estimate_frame(estimated, bank), analysis.weak_areas(estimated)[:WEAK_AREAS]
        self._draw_weak(frame.loc[weak])
        told = evidence(attempts)
        answers = analysis.answer_levels(told)
        drawn = [
            charts.competency_levels(frame, wording, overall=analysis.whole_answer_bias(added, bank, ratings)),
            charts.estimate_trend(analysis.estimate_trend(answers, bank, ratings), bank.competency_by_id, wording),
            *_of_scoring(answers, ratings, bank, wording),
            *_of_answers(answers, told, bank, wording),
        ]
        self._charts.children = [_panel(chart) for chart in drawn] if attempts else []

    def _draw_weak(self, rows: pd.DataFrame) -> None:
        parts: list[widgets.Widget] = [Passage(level=3, heading="Where practice pays most")] if len(rows) else []
        for row in rows.itertuples():
            sentence = Passage(body=f"<p>{plain(charts.standing(row.name, row, self._wording))}</p>")
            button = self.button(f"Practise {row.name}", lambda name=row.Index: self.practise(name))
            parts.append(_together([sentence, button]))
        self._weak.children = parts

    def _list_past(self, attempts: list[Attempt]) -> None:
        for part in (self._past_heading, self._past, self._answer):
            show(part, bool(attempts))
        self._attempts = {attempt.id: attempt for attempt in reversed(attempts[-PAST:])}
        chosen = self._past.value if self._past.value in self._attempts else next(iter(self._attempts), None)
        self._past.options = [(self._label(attempt), attempt.id) for attempt in self._attempts.values()]
        self._past.value = chosen
        self._read()

    def _label(self, attempt: Attempt) -> str:
        question = self._bank.question_by_id.get(attempt.question)
        prompt = question.prompt if question else attempt.question
        return f"{day(attempt.at)}, {short_verdict(attempt, self._wording)}: {prompt[:80]}"

    def _read(self) -> None:
        attempt = self._attempts.get(self._past.value)
        if attempt is None:
            return
        question = self._bank.question_by_id.get(attempt.question)
        self._answer.heading = question.prompt if question else attempt.question
        answer = self._store.answer(attempt.id)
        words = paragraphs(answer) if answer else NOT_KEPT
        levels = levels_given(self._bank, attempt, words_only=self._wording.words_only)
        guide_now = f"<h4>The guide</h4>{guide(self._bank, question)}" if question else ""
        self._answer.body = f"{words}{levels}{guide_now}"


def _of_scoring(answers: pd.DataFrame, ratings: Sequence[Rating], bank: Bank, wording: Wording) -> list[Chart]:
    names = {row.id: row.name for row in bank.rubric.criteria}
    own = [rating for rating in ratings if rating.rater == "self"]
    return [
        charts.bias(calibration.measure(own, list(names)), names, wording),
        *([charts.bias_by_set(analysis.bias_by_set(rating_evidence(own)), wording)] if own else []),
        charts.predictions(analysis.predictions(answers), wording, expectations=EXPECTATIONS),
    ]


def _of_answers(answers: pd.DataFrame, told: pd.DataFrame, bank: Bank, wording: Wording) -> list[Chart]:
    names = {area.id: area.name for area in bank.competency_by_id.values()}
    return [
        charts.weekly_trend(analysis.weekly_trend(answers), wording),
        charts.criterion_levels(analysis.criterion_levels(told, bank), names, wording),
        charts.coverage(analysis.coverage(answers, bank)),
        charts.practice_days(analysis.practice_days(answers)),
    ]


def _panel(chart: Chart) -> widgets.VBox:
    """Give a chart with its heading and sentences above, and its table below: folded, where a figure shows the same."""
    parts = [Passage(level=3, heading=chart.title, body=paragraphs(chart.sentence))]
    if chart.figure is not None:
        parts.append(charts.drawn(chart))
    if len(chart.table):
        rows = ([plain(cell) for cell in row] for row in chart.table.itertuples(index=False))
        body = table([plain(name) for name in chart.table.columns], rows)
        parts.append(Passage(body=body if chart.figure is None else _folded(chart.title, body)))
    return _together(parts)


def _folded(title: str, body: str) -> str:
    """Fold a table away; where it is wider than the page, it can be scrolled by keyboard too."""
    within = f'<div class="recprep-wide" role="group" aria-label="{plain(title)}, as a table" tabindex="0">{body}</div>'
    return f"<details><summary>The same as a table</summary>{within}</details>"


def _together(parts: list[widgets.Widget]) -> widgets.VBox:
    box = widgets.VBox(parts)
    box.add_class("recprep-panel")
    return box


EMPTY = (
    "<p>Answer a question on the practice page, score it and save it. Then this page shows what it says about you.</p>"
)
