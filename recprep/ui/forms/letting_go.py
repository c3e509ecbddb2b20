"""A section of the records page: how long answers are kept, holds, and disposal once the person was asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import ipywidgets as widgets

from recprep.core.problem import Problem
from recprep.storage.custody import retention
from recprep.storage.custody.decisions import amount, sentences
from recprep.storage.custody.keeping import CHOICES, rule_from
from recprep.storage.custody.retention import Disposed, Due
from recprep.storage.store import Store
from recprep.storage.store.holds import Hold
from recprep.ui.forms.frame import Form, show, tell_open_forms
from recprep.ui.forms.section import LOOK, Section
from recprep.ui.text import counted, listed, plain
from recprep.ui.widgets.passage import Passage

HEAD = (
    "<p>You decide how long the words of your answers are kept. Nothing goes by itself: you are asked first, a record "
    "says what went and by which rule, and a hold stops it until you lift it. Your scores stay, and so do drafts.</p>"
)


class LettingGo(Section):
    """Set the rule, hold, and dispose of what is past its time.

    Parameters
    ----------
    form : Form
    store : Store
    clock : callable
        Gives the present time, in UTC.
    """

    def __init__(self, form: Form, store: Store, *, clock: Callable[[], datetime]) -> None:
        super().__init__(form, "How long answers are kept")
        self._store, self._clock = store, clock
        self._due = Due(rule=None, at=self._now())
        self._reading, self._shown = False, None
        self.head.body = HEAD
        self.rule = widgets.Dropdown(description="Keep answers", options=list(CHOICES), **LOOK)
        self.why = widgets.Text(description="Reason to hold", placeholder="may stay empty", **LOOK)
        self._hold = form.button("Keep all answers until I say", self.hold)
        self._lift = form.button("Lift the hold", self.lift)
        self._past = Passage(level=4)
        self.backups = widgets.Checkbox(
            description="Also replace the workbook's own backups, which still hold these words",
            indent=False,
            layout={"width": "auto"},
        )
        self._dispose = form.button("Dispose of them", self.ask_to_dispose)
        self._record = Passage(level=4, heading="Record of holds and disposals")
        self.children = [
            self.head,
            self.rule,
            self.why,
            widgets.HBox([self._hold, self._lift]),
            self._past,
            self.backups,
            self._dispose,
            self.asking,
            self.gauge,
            self._record,
        ]
        self.rule.observe(form.guarded(lambda _change: self._keep_rule()), names="value")
        with suppress(Problem):  # what an earlier disposal could not finish; the next one tries again
            store.wipe()
        self.follow()

    def follow(self) -> None:
        """Show the rule, the holds, what is past its time, and the record."""
        now = (self._store.home_id, self._store.state(), self._now().date())
        if now != self._shown:
            self._shown = None
            self._show()
            self._shown = now

    def _show(self) -> None:
        self._read_rule()
        with self.gauge.at_work("Looking at the days of your answers") as progress:
            self._due = retention.due(self._store, now=self._now(), progress=progress)
        holds, decisions = self._due.holds, retention.decisions(self._store)
        self._past.heading = _past_heading(self._due)
        self._past.body = _past_body(self._due)
        for part in (self.why, self._hold):
            show(part, not holds)
        show(self._lift, bool(holds))
        self._lift.description = "Lift the hold" if len(holds) == 1 else "Lift all holds"
        for part in (self._dispose, self.backups):
            show(part, self._due.count > 0)
        show(self._record, bool(decisions))
        self._record.body = listed([plain(one) for one in reversed(sentences(decisions))])

    def hold(self) -> Hold:
        """Have all answers kept until the hold is lifted."""
        placed = retention.hold(self._store, now=self._now(), why=self.why.value)
        self.why.value = ""
        self.follow()
        self.say("A hold stands: nothing is disposed of until you lift it.")
        return placed

    def lift(self) -> None:
        """Lift every hold that stands."""
        for one in self._due.holds:
            retention.lift(self._store, one.id, now=self._now())
        self.follow()
        self.say("The hold is lifted.")

    def ask_to_dispose(self) -> None:
        """Say once more what would go, and ask."""
        self.asking.ask(
            f"Dispose of the words of {counted(self._due.count, 'answer')}?",
            f"{_extent(self._due)}<p>The scores stay. The words cannot be brought back.</p>",
            yes="Yes, dispose of them",
            step=self.dispose,
        )

    def dispose(self) -> Disposed:
        """Dispose of what was shown as past its time."""
        with self.gauge.at_work("Disposing") as progress:
            done = retention.dispose(
                self._store, self._due, now=self._now(), backups=self.backups.value, progress=progress
            )
        self.follow()
        tell_open_forms()
        self.say(_outcome(done))
        return done

    def _read_rule(self) -> None:
        kept = str(retention.read_rule(self._store) or "") or next(name for name, rule in CHOICES.items() if not rule)
        self._reading = True
        try:
            self.rule.options = list(dict.fromkeys([*CHOICES, kept]))
            self.rule.value = kept
        finally:
            self._reading = False

    def _keep_rule(self) -> None:
        if self._reading:
            return
        retention.write_rule(self._store, rule_from(self.rule.value), at=self._clock())
        self.follow()
        self.say(f"Saved. Answers are kept: {self.rule.value}.")

    def _now(self) -> datetime:
        return self._clock().astimezone()


def _past_heading(due: Due) -> str:
    if due.count:
        return f"{counted(due.count, 'answer')} past the time you set"
    return "Nothing is past the time you set" if due.rule else "Answers are kept until you erase them"


def _past_body(due: Due) -> str:
    """Say what is past its time, what a hold keeps, and where else the same words are."""
    holds = "".join(
        f"<p>A hold on {plain(one.scope)} stands{_since(one)}{f': {plain(one.why)}' if one.why else ''}.</p>"
        for one in due.holds
    )
    held = f"<p>{counted(due.held, 'answer')} past the time stay because of it.</p>" if due.held else ""
    unread = f"<p>Damaged, and so kept: {counted(due.unread, 'answer')}.</p>" if due.unread else ""
    return f"{holds}{held}{unread}{_extent(due) if due.count else ''}"


def _extent(due: Due) -> str:
    given = f"<p>Answers are kept for {due.rule}. Past that: {plain(amount(due.count, due))}.</p>"
    automatic = len(due.copies.automatic)
    until = (
        f" The daily ones go by themselves, the last by {due.copies.gone_by:%d %b %Y}." if due.copies.gone_by else ""
    )
    still = (
        f"<p>The same words are in {counted(automatic, 'backup')} that the workbook made itself.{until}</p>"
        if automatic
        else ""
    )
    named = [plain(path) for path in (*due.copies.asked, *due.copies.other)]
    yours = f"<p>Backups that you asked for, and other files, stay:</p>{listed(named)}" if named else ""
    return f"{given}{still}{yours}"


def _outcome(done: Disposed) -> str:
    record = done.record
    words = [f"Disposed of the words of {counted(record.texts, 'answer')}." if record else "Nothing was disposed of."]
    if done.spared:
        words.append(f"Kept after all: {counted(done.spared, 'answer')}, held or changed meanwhile.")
    if done.removed:
        words.append(f"A new backup was made, and {counted(len(done.removed), 'older one')} removed.")
    still = (*done.copies.automatic, *done.copies.asked)
    if record and still:
        words.append(f"Still in {counted(len(still), 'backup')}: {', '.join(path.name for path in still)}.")
    return " ".join([*words, *done.notices])


def _since(one: Hold) -> str:
    return f" since {one.at.astimezone():%d %b %Y}" if one.at else ""
