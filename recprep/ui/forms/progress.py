"""The dashboard: weak areas with a way to practise them, charts with their words, and past answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as widgets

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.history import evidence
from recprep.core.models import Attempt
from recprep.storage.store import Store
from recprep.ui import charts
from recprep.ui.charts import Chart
from recprep.ui.forms.frame import Form, day, show
from recprep.ui.forms.guide import guide, levels_given
from recprep.ui.text import paragraphs, plain
from recprep.ui.widgets.passage import Passage

if TYPE_CHECKING:
    import pandas as pd

WEAK_AREAS = 3
PAST = 200


class ProgressForm(Form):
    """What the history says; it follows every saved attempt.

    Parameters
    ----------
    bank : Bank
    store : Store
    practise : callable
        Gives a practice form for a competency; it is opened in place.
    """

    def __init__(self, bank: Bank, store: Store, *, practise: Callable[[str], Form]) -> None:
        super().__init__()
        self._bank, self._store, self._practise = bank, store, practise
        self._drawn: tuple[int, int] | None = None
        self._head = Passage(level=2)
        self._weak, self._place = widgets.VBox(), widgets.VBox()
        self._charts = widgets.VBox()
        self._past_heading = Passage(level=3, heading="Answers you gave")
        self._past = widgets.Dropdown(
            description="Answer", style={"description_width": "initial"}, layout={"width": "min(46rem, 100%)"}
        )
        self._answer = Passage(level=4)
        self._past.observe(self.guarded(lambda _change: self._read()), names="value")
        self.children = [
            self._head,
            self._weak,
            self._place,
            self._charts,
            self._past_heading,
            self._past,
            self._answer,
            self.notices,
        ]
        self.refresh()

    def hear(self) -> None:
        """Wait until the person looks: drawing takes a moment, and this page may be hidden or in practice."""

    def refresh(self) -> None:
        """Show what the history holds now, if it changed since the last time."""
        version = self._store.version()
        if version == self._drawn:
            return
        self._drawn = version
        attempts = self._store.attempts(role=self._bank.role)
        self._head.heading = "Your progress" if attempts else "Nothing to show yet"
        self._head.body = "" if attempts else _EMPTY
        told = evidence(attempts)
        self._draw_weak(analysis.estimate_levels(told, self._bank))
        drawn = [_panel(chart) for chart in _charts(told, self._bank)] if attempts else []
        self._charts.children = drawn
        self._list_past(attempts)

    def practise(self, competency: str) -> Form:
        """Open the practice form for a competency, in place."""
        form = self._practise(competency)
        self._place.children = [form]
        form.focus()
        return form

    def _draw_weak(self, estimates: pd.DataFrame) -> None:
        names = analysis.weak_areas(estimates)[:WEAK_AREAS]
        parts: list[widgets.Widget] = [Passage(level=3, heading="Where practice pays most")] if names else []
        for name in names:
            row = estimates.loc[name]
            sentence = (
                f"<p><strong>{plain(row['name'])}</strong> is at level {row['level']:.1f}, with a target of "
                f"{row['target']}, from {row['answers']} answers.</p>"
            )
            parts += [
                Passage(body=sentence),
                self.button(f"Practise {row['name']}", lambda name=name: self.practise(name)),
            ]
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
        return f"{day(attempt.at)}, {attempt.percent} %: {prompt[:80]}"

    def _read(self) -> None:
        attempt = self._attempts.get(self._past.value)
        if attempt is None:
            return
        question = self._bank.question_by_id.get(attempt.question)
        self._answer.heading = question.prompt if question else attempt.question
        answer = self._store.answer(attempt.id)
        words = paragraphs(answer) if answer else "<p><em>Answered aloud, or the words are no longer kept.</em></p>"
        guide_now = f"<h4>The guide</h4>{guide(self._bank, question)}" if question else ""
        self._answer.body = f"{words}{levels_given(self._bank, attempt)}{guide_now}"


def _charts(told: pd.DataFrame, bank: Bank) -> list[Chart]:
    names = {competency.id: competency.name for competency in bank.competency_by_id.values()}
    return [
        charts.competency_levels(analysis.estimate_levels(told, bank)),
        charts.weekly_trend(analysis.weekly_trend(told)),
        charts.criterion_levels(analysis.criterion_levels(told, bank), names),
        charts.coverage(analysis.coverage(told, bank)),
        charts.practice_days(analysis.practice_days(told)),
    ]


def _panel(chart: Chart) -> widgets.VBox:
    words = Passage(level=3, heading=chart.title, body=f"<p>{plain(chart.sentence)}</p>")
    columns = "".join(f'<th scope="col">{plain(name)}</th>' for name in chart.table.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{plain(value)}</td>' for value in row)}</tr>"
        for row in chart.table.itertuples(index=False)
    )
    table = (
        f"<details><summary>The same as a table</summary><table><thead><tr>{columns}</tr></thead>"
        f"<tbody>{rows}</tbody></table></details>"
    )
    return widgets.VBox([words, charts.drawn(chart), Passage(body=table)])


_EMPTY = (
    "<p>Answer a question on the practice page, score it and save it. Then this page shows what it says about you.</p>"
)
