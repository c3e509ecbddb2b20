"""The start page: the days left, today's set, the plan, where the person stands, their profile and their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import ipywidgets as widgets

from recprep.core.bank import Bank
from recprep.core.estimates import Estimate
from recprep.core.models import PLACES, SENIORITIES, Profile
from recprep.core.plan import Plan
from recprep.core.schedule import Pick, minutes_for
from recprep.storage.profile import ratings_for, read_profile, write_profile
from recprep.storage.store import Store
from recprep.ui.forms import standing
from recprep.ui.forms.frame import Form, set_aside, show
from recprep.ui.forms.roles import RoleChoice
from recprep.ui.widgets.passage import Passage

LATEST = 5
ENOUGH_OF_THE_DAY = 0.8  # of the minutes a day: a set rarely fills them exactly
COMPARED = 60  # attempts looked back over for what changed
NOT_SAID = ""  # a Dropdown takes None for "nothing chosen", and shows no words
MINUTES = (10, 20, 30, 45, 60, 90)


class StartForm(Form):
    """What the history holds, and what to do next; it follows every saved attempt.

    Parameters
    ----------
    store : Store
    load : callable
        Gives the bank of the role, as it is now.
    where : pathlib.Path
        The personal home, shown so that the person knows where their words are.
    choose : callable
        Gives today's set of a bank for a profile.
    plan : callable
        Gives the plan of a bank for a profile whose interview is ahead, and the minutes already practised today.
    estimate : callable
        Gives the estimate of each competency of a bank, as things stand.
    practise : callable
        Gives the practice form for today's set; it is opened in place.
    clock : callable
        Gives the present time, in UTC.
    may_choose_role : bool
        Whether another role can be chosen here.
    """

    def __init__(
        self,
        store: Store,
        *,
        load: Callable[[], Bank],
        where: Path,
        choose: Callable[[Bank, Profile], list[Pick]],
        plan: Callable[[Bank, Profile, int], Plan],
        estimate: Callable[[Bank], dict[str, Estimate]],
        practise: Callable[[], Form],
        clock: Callable[[], datetime],
        may_choose_role: bool = True,
    ) -> None:
        super().__init__()
        self._store, self._load, self._clock = store, load, clock
        self._bank = load()
        self._choose, self._make_plan, self._estimate, self._practise = choose, plan, estimate, practise
        self._build(where, may_choose_role=may_choose_role)
        self.refresh()

    def _build(self, where: Path, *, may_choose_role: bool) -> None:
        self._stand, self._today = Passage(level=2), Passage(level=3, heading="Today")
        self._begin = self.button("Start", self.begin, primary=True)
        self._place = widgets.VBox()
        self._plan = Passage(level=3, heading="Until the interview")
        self._without_date = self.button("Go on without a day", self.forget_date)
        self._begun = Passage(level=3, heading="Begun and not finished")
        self._latest = Passage(level=3, heading="What you did last")
        self.roles = RoleChoice(self, self._store, clock=self._clock)
        self._profile_heading = Passage(level=3, heading="About you", body=_ABOUT)
        self._where = Passage(level=3, heading="Where your words are", body=standing.where(where))
        self._fields = _fields()
        self._read_profile()
        for field in self._fields.values():
            field.observe(self.guarded(lambda _change: self._keep_profile()), names="value")
        self.children = [
            *set_aside(self._store.notice),
            self._stand,
            self._today,
            self._begin,
            self._place,
            self._plan,
            self._without_date,
            self._begun,
            self._latest,
            *([self.roles] if may_choose_role else []),
            self._profile_heading,
            widgets.VBox(list(self._fields.values())),
            self._where,
            self.notices,
        ]

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

    def forget_date(self) -> None:
        """Go on without a day of the interview."""
        self.profile = replace(self.profile, interview_on=None)
        self.notices.say(status="Saved. There is no day of the interview now.", alert="")

    def hear(self) -> None:
        """Take the news of an attempt of the set opened here; other news, and the plan, wait until the person looks."""
        if self._place.children:
            self._refresh()

    def refresh(self) -> None:
        """Show what the history holds now, and plan from there."""
        self._turn_to(self._load())
        self._refresh()
        self.roles.follow()
        profile, today = self.profile, self._today_here()
        ahead = profile.interview_on is not None and profile.interview_on >= today
        planned = self._make_plan(self._bank, profile, self._minutes_done(today)) if ahead else None
        self._plan.body = standing.plan(planned, self._bank, profile, today)
        show(self._without_date, profile.interview_on is not None and not ahead)

    def _turn_to(self, bank: Bank) -> None:
        """Show another bank, or the same one with something else in it; a set of another role goes."""
        if bank.role != self._bank.role:
            self._place.children = ()
        self._bank = bank

    def _refresh(self) -> None:
        role, profile, today = self._bank.role, self.profile, self._today_here()
        memories = self._store.memories(role, self._bank.question_by_id)
        latest, drafts = self._store.latest(role, COMPARED), self._store.drafts(role)
        self._stand.heading = standing.headline(profile, today, begun=bool(latest))
        self._stand.body = standing.stand(
            self._bank,
            memories,
            latest,
            self._estimate(self._bank),
            calibrated=bool(ratings_for(self._bank, self._store)),
            words_only=profile.words_only,
        )
        picks = self._choose(self._bank, profile)
        done = self._minutes_done(today)
        enough = done >= ENOUGH_OF_THE_DAY * profile.minutes_a_day
        todays = standing.todays_set(self._bank, picks, memories, self._clock())
        self._today.body = (_ENOUGH.format(done) if enough else "") + todays
        show(self._begin, bool(picks))
        self._begin.description = "Start another set" if enough else "Start today's set"
        self._begun.body = standing.begun(self._bank, drafts)
        self._latest.body = standing.latest(self._bank, latest[:LATEST], words_only=profile.words_only)
        show(self._begun, bool(drafts))
        show(self._latest, bool(latest))

    def _today_here(self) -> date:
        return self._clock().astimezone().date()

    def _minutes_done(self, today: date) -> int:
        """Give the minutes that today's attempts stand for, scoring included."""
        latest = self._store.latest(self._bank.role, COMPARED)
        asked = [attempt.question for attempt in latest if attempt.at.astimezone().date() == today]
        return minutes_for(self._bank.question_by_id[name] for name in asked if name in self._bank.question_by_id)

    def _read_profile(self) -> None:
        profile = self.profile
        minutes = self._fields["minutes_a_day"]
        self._reading = True  # the fields change one by one, and none is what the person said until all have
        try:
            minutes.options = _minutes(profile.minutes_a_day)
            for name, field in self._fields.items():
                said = getattr(profile, name)
                field.value = NOT_SAID if said is None and isinstance(field, widgets.Dropdown) else said
        finally:
            self._reading = False

    def _keep_profile(self) -> None:
        if self._reading:
            return
        said = {name: None if field.value == NOT_SAID else field.value for name, field in self._fields.items()}
        said = replace(self.profile, **said)
        if said != self.profile:
            self.profile = said
            self.notices.say(status="Saved. Today's set is chosen anew.", alert="")


def _minutes(chosen: int) -> list[tuple[str, int]]:
    """Give what can be chosen, and what was chosen from Python."""
    return [(f"{number} minutes", number) for number in sorted({*MINUTES, chosen})]


def _fields() -> dict[str, widgets.Widget]:
    look = {"style": {"description_width": "13rem"}, "layout": {"width": "min(30rem, 100%)"}}
    places = [("not said", NOT_SAID), *((name.removeprefix("the "), place) for place, name in PLACES.items())]
    seniorities = [("not said", NOT_SAID), *((name, name) for name in SENIORITIES)]
    return {
        "interview_on": widgets.DatePicker(description="Day of the interview", **look),
        "seniority": widgets.Dropdown(description="The job is for someone", options=seniorities, **look),
        "jurisdiction": widgets.Dropdown(description="The job is in", options=places, **look),
        "minutes_a_day": widgets.Dropdown(description="Time you have a day", options=_minutes(30), value=30, **look),
        "words_only": widgets.Checkbox(description="Show words instead of numbers", indent=False),
    }


_ENOUGH = "<p>You have practised about {} minutes today, as planned. What follows is for when you want more.</p>"
_ABOUT = "<p>All of it may stay empty. Each change is saved at once, and today's set is chosen by it.</p>"
