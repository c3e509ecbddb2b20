"""The start page: the days left, today's set, where the person stands, their profile, and where their words are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import ipywidgets as widgets

from recprep.core.bank import Bank
from recprep.core.memory import Memory, competency_levels
from recprep.core.models import PLACES, SENIORITIES, Attempt, Draft, Profile
from recprep.core.rubric import overall_level
from recprep.core.schedule import Pick, minutes_for
from recprep.storage.profile import read_profile, write_profile
from recprep.storage.store import Store
from recprep.ui.forms.frame import Form, day, set_aside, show
from recprep.ui.text import inline, listed, plain
from recprep.ui.widgets.passage import Passage

LATEST = 5
ENOUGH_OF_THE_DAY = 0.8  # of the minutes a day: a set rarely fills them exactly
COMPARED = 60  # attempts looked back over for what changed
SNIPPET = 90
NOT_SAID = ""  # a Dropdown takes None for "nothing chosen", and shows no words
MINUTES = (10, 20, 30, 45, 60, 90)


class StartForm(Form):
    """What the history holds, and what to do next; it follows every saved attempt.

    Parameters
    ----------
    bank : Bank
    store : Store
    where : pathlib.Path
        The personal home, shown so that the person knows where their words are.
    choose : callable
        Gives today's set for a profile.
    practise : callable
        Gives the practice form for today's set; it is opened in place.
    clock : callable
        Gives the present time, in UTC.
    """

    def __init__(
        self,
        bank: Bank,
        store: Store,
        *,
        where: Path,
        choose: Callable[[Profile], list[Pick]],
        practise: Callable[[], Form],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._bank, self._store, self._choose, self._practise, self._clock = bank, store, choose, practise, clock
        self._stand, self._today = Passage(level=2), Passage(level=3, heading="Today")
        self._begin = self.button("Start", self.begin, primary=True)
        self._place = widgets.VBox()
        self._begun = Passage(level=3, heading="Begun and not finished")
        self._latest = Passage(level=3, heading="What you did last")
        self._profile_heading = Passage(level=3, heading="About you", body=_ABOUT)
        self._where = Passage(level=3, heading="Where your words are", body=_where(where))
        self._fields = _fields()
        self._read_profile()
        for field in self._fields.values():
            field.observe(self.guarded(lambda _change: self._keep_profile()), names="value")
        self.children = [
            *set_aside(store.notice),
            self._stand,
            self._today,
            self._begin,
            self._place,
            self._begun,
            self._latest,
            self._profile_heading,
            widgets.VBox(list(self._fields.values())),
            self._where,
            self.notices,
        ]
        self.refresh()

    @property
    def profile(self) -> Profile:
        """The person's profile; setting it keeps it."""
        return read_profile(self._store)

    @profile.setter
    def profile(self, profile: Profile) -> None:
        write_profile(self._store, profile, at=self._clock())
        self._read_profile()
        self.refresh()

    def begin(self) -> Form:
        """Open today's set, in place."""
        form = self._practise()
        self._place.children = [form]
        form.focus()
        return form

    def refresh(self) -> None:
        """Show what the history holds now."""
        role, profile = self._bank.role, self.profile
        memories = self._store.memories(role, self._bank.question_by_id)
        latest, drafts = self._store.latest(role, COMPARED), self._store.drafts(role)
        today = self._clock().astimezone().date()
        self._stand.heading = _headline(profile, today, begun=bool(latest))
        self._stand.body = _stand(self._bank, profile, memories, latest)
        picks = self._choose(profile)
        done = self._minutes_done(latest, today)
        enough = done >= ENOUGH_OF_THE_DAY * profile.minutes_a_day
        self._today.body = (_ENOUGH.format(done) if enough else "") + _todays_set(
            self._bank, picks, memories, self._clock()
        )
        show(self._begin, bool(picks))
        self._begin.description = "Start another set" if enough else "Start today's set"
        self._begun.body, self._latest.body = self._drafts(drafts), self._attempts(latest[:LATEST])
        show(self._begun, bool(drafts))
        show(self._latest, bool(latest))

    def _minutes_done(self, latest: list[Attempt], today: date) -> int:
        """Give the minutes that today's attempts stand for, scoring included."""
        asked = [attempt.question for attempt in latest if attempt.at.astimezone().date() == today]
        return minutes_for(self._bank.question_by_id[name] for name in asked if name in self._bank.question_by_id)

    def _read_profile(self) -> None:
        profile = self.profile
        for name, field in self._fields.items():
            said = getattr(profile, name)
            field.value = NOT_SAID if said is None and isinstance(field, widgets.Dropdown) else said

    def _keep_profile(self) -> None:
        said = replace(self.profile, **{name: field.value or None for name, field in self._fields.items()})
        if said != self.profile:
            self.profile = said
            self.notices.say(status="Saved. Today's set is chosen anew.", alert="")

    def _prompt(self, question: str) -> str:
        known = self._bank.question_by_id.get(question)
        return inline(known.prompt) if known else f"{plain(question)} (no longer in the bank)"

    def _drafts(self, drafts: list[Draft]) -> str:
        items = [f"{self._prompt(draft.question)}<br><em>{_snippet(draft.answer)}</em>" for draft in drafts]
        return f"{listed(items)}<p>These come first in today's set, with your words in place.</p>"

    def _attempts(self, attempts: list[Attempt]) -> str:
        rows = "".join(
            f'<tr><td class="recprep-day">{day(attempt.at)}</td><td>'
            f"{self._prompt(attempt.question)}</td>"
            f"<td>{attempt.percent} %</td><td>{plain(attempt.band)}</td></tr>"
            for attempt in attempts
        )
        head = "<tr><th>Day</th><th>Question</th><th>Percent</th><th>Band</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _fields() -> dict[str, widgets.Widget]:
    look = {"style": {"description_width": "13rem"}, "layout": {"width": "min(30rem, 100%)"}}
    places = [("not said", NOT_SAID), *((name.removeprefix("the "), place) for place, name in PLACES.items())]
    seniorities = [("not said", NOT_SAID), *((name, name) for name in SENIORITIES)]
    minutes = [(f"{number} minutes", number) for number in MINUTES]
    return {
        "interview_on": widgets.DatePicker(description="Day of the interview", **look),
        "seniority": widgets.Dropdown(description="The job is for someone", options=seniorities, **look),
        "jurisdiction": widgets.Dropdown(description="The job is in", options=places, **look),
        "minutes_a_day": widgets.Dropdown(description="Time you have a day", options=minutes, value=30, **look),
    }


def _headline(profile: Profile, today: date, *, begun: bool) -> str:
    if profile.interview_on is None:
        return "Where you stand" if begun else "Welcome"
    days = (profile.interview_on - today).days
    if days > 1:
        return f"{days} days to the interview"
    return {1: "The interview is tomorrow", 0: "The interview is today"}.get(days, "The interview is behind you")


def _stand(bank: Bank, profile: Profile, memories: dict[str, Memory], latest: list[Attempt]) -> str:
    name, total = plain(bank.name), len(bank.question_by_id)
    if not latest:
        return (
            f"<p>You are preparing for <strong>{name}</strong>. There are {total} questions, each with a guide. You "
            "answer first, in your own words; then the guide opens, and you score yourself.</p>"
        )
    attempts = sum(memory.count for memory in memories.values())
    answers = f"{attempts} attempt{'s' if attempts > 1 else ''}"
    return (
        f"<p>You are preparing for <strong>{name}</strong>. You have answered {len(memories)} of {total} questions, "
        f"in {answers}. {_weakest(bank, memories)}</p><p>{_what_changed(latest)}</p>"
    )


def _weakest(bank: Bank, memories: dict[str, Memory]) -> str:
    levels = competency_levels(memories.values())
    if not levels:
        return "There are too few answers yet to name a weakest area."
    areas = [bank.competency_by_id[name] for name in levels if name in bank.competency_by_id]
    area = max(areas, key=lambda area: (area.target - levels[area.id]) * area.weight)
    if levels[area.id] >= area.target:
        return "Every area with enough answers is at its target or above."
    return f"Your weakest area is <strong>{plain(area.name)}</strong>, at level {levels[area.id]:.1f} of {area.target}."


def _what_changed(latest: list[Attempt]) -> str:
    """Say what the last day of practice brought, against the time before at the same questions."""
    last_day = latest[0].at.astimezone().date()
    on_the_day = [attempt for attempt in latest if attempt.at.astimezone().date() == last_day]
    before = {attempt.question: attempt for attempt in reversed(latest) if attempt not in on_the_day}
    again = [(before[attempt.question], attempt) for attempt in on_the_day if attempt.question in before]
    rose = sum(_level(new) > _level(old) for old, new in again)
    count = len(on_the_day)
    said = f"Last time, on {last_day:%d %B}, you saved {count} answer{'s' if count > 1 else ''}."
    if not again:
        return said
    higher = "None" if not rose else f"{rose}"
    return f"{said} {higher} of the {len(again)} that you had answered before came out higher."


def _level(attempt: Attempt) -> float:
    return overall_level(attempt.levels, attempt.weights)


def _todays_set(bank: Bank, picks: list[Pick], memories: dict[str, Memory], now: datetime) -> str:
    if not picks:
        return "<p>No question fits what you said below. Choose another place or seniority, and there will be some.</p>"
    due = sum(pick.question.id in memories and memories[pick.question.id].strength.due <= now for pick in picks)
    new = sum(pick.question.id not in memories for pick in picks)
    count, minutes = len(picks), minutes_for(pick.question for pick in picks)
    rest = count - due - new
    parts = [f"{due} to see again"] * bool(due) + [f"{new} new"] * bool(new) + [f"{rest} ahead of time"] * bool(rest)
    sentence = f"<p>{count} question{'s' if count > 1 else ''}, about {minutes} minutes: {', '.join(parts)}.</p>"
    if not due and not new:
        seen = "You have seen every question, and none" if len(memories) >= len(bank.question_by_id) else "Nothing"
        return f"<p>{seen} is due today. You can rest, or go over some ahead of time.</p>{sentence}"
    return sentence


def _where(where: Path) -> str:
    return (
        f"<p>Everything you write is on this computer only, in the folder <code>{plain(where)}</code>. Nothing is sent "
        "anywhere, and nothing you write is in the notebook files. To move to another computer, stop the workbook and "
        "copy that folder; to delete everything, delete it.</p>"
    )


def _snippet(answer: str) -> str:
    words = " ".join(answer.split())
    return plain(words[:SNIPPET] + ("…" if len(words) > SNIPPET else "")) or "Answered aloud"


_ENOUGH = "<p>You have practised about {} minutes today, as planned. What follows is for when you want more.</p>"
_ABOUT = "<p>All of it may stay empty. Each change is saved at once, and today's set is chosen by it.</p>"
