"""The practice form: it hands each step to a session, and takes what the browser sends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from recprep.core.models import Attempt, Question
from recprep.core.session import Session
from recprep.ui.forms.drawn_session import DrawnSession
from recprep.ui.forms.frame import tell_open_forms
from recprep.ui.widgets.forget import Forget


class PracticeForm(DrawnSession):
    """Answer a question, open the guide, score yourself, save: one sitting, by hand or from Python.

    Parameters
    ----------
    begin : callable
        Gives a new `Session`; called now and for each further set, with True once the person asked for
        questions from all places and seniorities.
    homes : callable
        Gives the id of the personal home, which names it in the browser's copies of drafts, and after it the ids of
        those whose histories were erased here.
    words_only : callable
        Says whether the person wants words instead of numbers.
    role : callable
        Gives the id of the role that the next set is of.
    notice : str, optional
        Something to say at once, for example that a damaged database was set aside.

    Examples
    --------
    >>> form = recprep.practice()                       # doctest: +SKIP
    >>> form.answer = "I check every box before ..."    # doctest: +SKIP
    >>> form.prediction = 3                             # doctest: +SKIP
    >>> form.reveal()                                   # doctest: +SKIP
    >>> form.scores = {"accuracy": 4, "structure": 3, "judgement": 4, "communication": 3}  # doctest: +SKIP
    >>> form.save(); form.next()                        # doctest: +SKIP
    """

    def __init__(
        self,
        begin: Callable[[bool], Session],
        *,
        homes: Callable[[], Sequence[str]],
        words_only: Callable[[], bool] = lambda: False,
        role: Callable[[], str] = lambda: "",
        notice: str | None = None,
    ) -> None:
        super().__init__()
        self._begin, self._wide, self._words_only, self._homes = begin, False, words_only, homes
        self._role_now = role
        self.session = begin(self._wide)
        self._role = role()
        steps = {"reveal": self.reveal, "save": self._save_and_next, "next": self.next, "again": self.another_set}
        more = {"skip": self.skip, "undo": self.undo, "swap": self.swap, "drop": self.drop_others, "widen": self.widen}
        self._build(notice, steps | more)
        self._move_in()
        self._connect()
        self._draw()

    # What it shows, readable and settable from Python

    @property
    def question(self) -> Question | None:
        """The question now asked, or None when the set is finished."""
        return self.session.question

    @property
    def answer(self) -> str:
        """The answer as kept so far; setting it keeps a draft."""
        return self.session.draft.answer

    @answer.setter
    def answer(self, text: str) -> None:
        self._step(lambda: self.session.write(text))

    @property
    def aloud(self) -> bool:
        """Whether the answer was given aloud."""
        return self.session.draft.aloud

    @aloud.setter
    def aloud(self, aloud: bool) -> None:
        self._step(lambda: self.session.say_aloud(aloud))

    @property
    def prediction(self) -> int | None:
        """The level expected, 1 to 5, or None; it can be set until the guide is open."""
        return self.session.draft.prediction

    @prediction.setter
    def prediction(self, level: int | None) -> None:
        self._step(lambda: self.session.predict(level))

    @property
    def key_points(self) -> tuple[int, ...]:
        """The positions of the key points covered, from 0."""
        return self.session.draft.key_points

    @key_points.setter
    def key_points(self, positions: Collection[int]) -> None:
        self._step(lambda: self.session.tick(positions))

    @property
    def scores(self) -> dict[str, int]:
        """The levels given so far, 1 to 5 by criterion."""
        return dict(self.session.draft.levels)

    @scores.setter
    def scores(self, levels: Mapping[str, int]) -> None:
        self._step(lambda: self.session.give(levels))

    # The steps

    def reveal(self) -> None:
        """Open the guide, once something was written or said aloud."""
        self._step(self.session.reveal, focus=self._guide)

    def save(self) -> Attempt:
        """Save the scored answer as an attempt; it is durable when this returns."""
        attempt = self._step(self.session.save)
        self._say_saved()
        return attempt

    def skip(self) -> None:
        """Leave this question for now; what was typed stays as a draft."""
        self.next()
        self.notices.say(status="")  # "Draft saved" was about the question left behind

    def next(self) -> None:
        """Go on to the next question."""
        self._step(self.session.next, focus=self._heading)

    def undo(self) -> Attempt:
        """Take back the attempt saved last in this sitting, and return to it."""
        attempt = self._step(self.session.undo, focus=self._heading)
        self.notices.say(status=f"Taken back. You have {self.session.count} attempts in all.", alert="")
        tell_open_forms()
        return attempt

    def another_set(self) -> None:
        """Begin another set of questions."""
        self.session = self._begin(self._wide)
        self._move_in()
        self._draw(focus=self._heading)

    def widen(self) -> None:
        """Ask from all places and seniorities from now on."""
        self._wide = True
        self.another_set()

    def refresh(self) -> None:
        """Take up what was done on another page, as long as nothing was begun on this one, and the wish for words.

        When everything was erased, what this page still holds goes too.
        """
        if self._answer.home in self._homes()[1:]:
            self._begin_anew()
        elif self.session.begun:
            self._say_which_role()
        else:
            now = self._begin(self._wide)
            if (now.questions, now.draft.revision) != (self.session.questions, self.session.draft.revision):
                self.session = now
                self._draw()
        if self._words != self._words_only():
            self._draw()

    def _say_which_role(self) -> None:
        """Say once that another role was chosen since this set was begun: the set goes on."""
        role, self._role = self._role, self._role_now()
        if self._role not in (role, self.session.bank.role):
            here = self.session.bank.name
            self.notices.say(status=f"You prepare for another role now. This set is of {here}; the next one follows.")

    def focus(self) -> None:
        """Move the focus to the question."""
        self._heading.focus()

    def swap(self) -> None:
        """Take the other words kept for this question; the present ones are kept in their place."""
        self._step(self.session.swap)

    def drop_others(self) -> None:
        """Delete the other words kept for this question."""
        self._step(self.session.drop_others)

    # How it is wired

    def _move_in(self) -> None:
        home, *erased = self._homes()
        if home != self._answer.home:
            self._answer.home = home
            self._forget = Forget(homes=erased) if erased else None

    def _begin_anew(self) -> None:
        self.session, self._stopwatch.question = self._begin(self._wide), ""
        with self._answer.hold_sync():
            self._draw()
            self._move_in()
        self.notices.say(status="Everything was erased, and this page begins anew.", alert="")

    def _connect(self) -> None:
        self._stopwatch.on("seen", self.guarded(self._on_seen))
        self._answer.on("text", self.guarded(self._on_text))
        self._answer.on("left", self.guarded(self._on_left))
        on = {
            self._aloud: ("chosen", self._on_aloud),
            self._prediction: ("chosen", self._on_prediction),
            self._key_points: ("chosen", self._on_key_points),
            self._grid: ("chosen", self._on_levels),
        }
        for part, (trait, handler) in on.items():
            part.observe(self.guarded(handler), names=trait)

    def _on_seen(self, message: dict) -> None:
        if message["question"] == self._key():
            self.session.look()

    def _on_text(self, message: dict) -> None:
        if message["question"] != self._key():
            return  # late words for a question left behind stay in the browser, and are offered there
        based_on = message["based_on"]
        try:
            kept = self.session.write(message["text"], page=message["page"], based_on=based_on)
        except Exception:
            self._answer.refuse(message)
            raise
        self._answer.confirm(message, stamp=self.session.stamp if kept else based_on)
        self._draw_answer()

    def _on_left(self, message: dict) -> None:
        if message["question"] == self._key():
            self.session.keep_aside(message["text"], page=message["key"])
            self._answer.send({"type": "left kept", "key": message["key"]})
            self._draw_answer()

    def _on_aloud(self, change: dict) -> None:
        if (aloud := bool(change["new"].get("aloud"))) != self.aloud:
            self.aloud = aloud

    def _on_prediction(self, change: dict) -> None:
        if (level := change["new"].get("level")) != self.prediction:
            self.prediction = level

    def _on_key_points(self, change: dict) -> None:
        if (ticked := tuple(change["new"].get("covered", ()))) != self.key_points:
            self.key_points = ticked

    def _on_levels(self, change: dict) -> None:
        if change["new"] != self.scores:
            self.scores = change["new"]

    def _save_and_next(self) -> None:
        if self.session.stage == "scoring":  # a second click of a double click finds the next question
            self._step(lambda: (self.session.save(), self.session.next()), focus=self._heading)
            self._say_saved()

    def _say_saved(self) -> None:
        self.notices.say(status=f"Attempt saved. You have {self.session.count} in all.", alert="")
        tell_open_forms()
