"""The calibration form: sample answers to score before the reference is shown, and what the scores say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import ipywidgets as widgets

from recprep.core import calibration
from recprep.core.bank import Bank
from recprep.core.calibrating import Calibration
from recprep.core.calibration import gap_in_words
from recprep.core.models import Exemplar, Rating
from recprep.ui.forms import guide
from recprep.ui.forms.frame import SteppedForm, set_aside, show, tell_open_forms
from recprep.ui.text import counted, inline, listed, paragraphs, plain, render, table
from recprep.ui.widgets.choices import Choices
from recprep.ui.widgets.passage import Passage


class CalibrateForm(SteppedForm):
    """Score a sample answer, compare with its reference, learn how far your scores can be trusted.

    Parameters
    ----------
    begin : callable
        Gives a `Calibration`; called now, and when another page has moved on.
    words_only : callable
        Says whether the person wants words instead of numbers.
    role : callable, optional
        Gives the name of the role that the person prepares for; where the sample answers are of another, this is said.
    notice : str, optional
        Something to say at once, for example that a damaged database was set aside.

    Examples
    --------
    >>> form = recprep.calibrate()                                    # doctest: +SKIP
    >>> form.scores = {row.id: 3 for row in form.calibration.criteria}  # doctest: +SKIP
    >>> form.compare(); form.next()                                   # doctest: +SKIP
    """

    def __init__(
        self,
        begin: Callable[[], Calibration],
        *,
        words_only: Callable[[], bool],
        role: Callable[[], str] | None = None,
        notice: str | None = None,
    ) -> None:
        super().__init__()
        self._begin, self._words_only, self._role = begin, words_only, role
        self.calibration = begin()
        self._heading = Passage(level=2)
        self._sample = Passage(level=3, heading="The sample answer")
        self._grid_heading = Passage(level=3, heading="Score this answer", body=_HOW_TO_SCORE)
        self._grid = Choices()
        self._compared = Passage(level=3, heading="You and the reference")
        self._buttons = {
            "compare": self.button("Compare", self.compare, primary=True),
            "next": self.button("Next sample answer", self.next, primary=True),
            "again": self.button("Score another set", self.another_set, primary=True),
            "skip": self.button("Skip", self.next),
        }
        self._so_far = Passage(level=3, heading="What your scores say so far")
        self.children = [
            *set_aside(notice),
            self._heading,
            self._sample,
            self._grid_heading,
            self._grid,
            self._compared,
            widgets.HBox(list(self._buttons.values())),
            self._so_far,
            self.notices,
        ]
        self._grid.observe(self.guarded(self._on_levels), names="chosen")
        self._draw()

    # What it shows, readable and settable from Python

    @property
    def exemplar(self) -> Exemplar | None:
        """The sample answer now shown, or None when the set is finished."""
        return self.calibration.exemplar

    @property
    def scores(self) -> dict[str, int]:
        """The levels given so far, 1 to 5 by criterion."""
        return dict(self.calibration.levels)

    @scores.setter
    def scores(self, levels: Mapping[str, int]) -> None:
        self._step(lambda: self.calibration.give(levels))

    # The steps

    def compare(self) -> Rating:
        """Keep the rating for good, and show the reference beside it."""
        rating = self._step(self.calibration.compare, focus=self._compared)
        number = len(self.calibration.ratings)
        self.notices.say(status=f"Saved. You have scored {counted(number, 'sample answer')} in all.", alert="")
        tell_open_forms()
        return rating

    def next(self) -> None:
        """Go on to the next sample answer; one that was not compared comes again later."""
        self._step(self.calibration.next, focus=self._heading)

    def another_set(self) -> None:
        """Begin another set."""
        self._step(self.calibration.another_set, focus=self._heading)

    def refresh(self) -> None:
        """Take up what was done on another page, as long as nothing was begun on this one, and the wish for words."""
        if not self.calibration.begun:
            self.calibration = self._begin()
            self._draw()
        elif self._words != self._words_only():
            self._draw()

    def focus(self) -> None:
        """Move the focus to the question."""
        self._heading.focus()

    def _on_levels(self, change: dict) -> None:
        if change["new"] != self.scores:
            self.scores = change["new"]

    # How it is drawn

    def _draw(self, *, focus: Passage | None = None) -> None:
        now, words = self.calibration, self._words_only()
        self._words = words
        stage = now.stage
        for part in (self._sample, self._grid_heading, self._grid):
            show(part, stage != "finished")
        show(self._compared, stage == "compared")
        buttons = {"scoring": ("compare", "skip"), "compared": ("next",), "finished": ("again",)}[stage]
        for name, button in self._buttons.items():
            show(button, name in buttons and bool(now.exemplars))
        self._so_far.body = said_so_far(now.bank, now.ratings, words_only=words)
        show(self._so_far, stage == "finished" or bool(now.ratings))
        if stage != "finished":
            self._sample.body = _sample(now)
            with self._grid.hold_sync():
                self._grid.groups = guide.rubric_grid(now, words_only=words)
                self._grid.chosen, self._grid.locked = self._levels(), stage == "compared"
        if stage == "compared":
            with self._compared.hold_sync():
                self._compared.body = _side_by_side(now, words_only=words)
                self._compared.focus(when=focus is self._compared)
        with self._heading.hold_sync():
            self._heading.heading, body = _head(now, words_only=words)
            self._heading.body = f"{body}{_of_another(now.bank, self._role() if self._role else now.bank.name)}"
            self._heading.focus(when=focus is self._heading)

    def _levels(self) -> dict[str, int]:
        return dict(self.calibration.last.levels) if self.calibration.stage == "compared" else self.scores


def _head(now: Calibration, *, words_only: bool) -> tuple[str, str]:
    if now.stage != "finished":
        place = f"Sample answer {now.position + 1} of {len(now.exemplars)}. Somebody was asked this question."
        return now.question.prompt, f'<p class="recprep-aside">{place}</p>{guide.chips(now.bank, now.question)}'
    if not now.exemplars:
        return "No sample answers", "<p>This role has no sample answers to score yet.</p>"
    return "This set is done", f"<p>{_set_in_words(now.compared, words_only=words_only)}</p>"


def _of_another(bank: Bank, role: str) -> str:
    """Say that the sample answers are of another role than the person's; nothing where they are of the same."""
    if bank.name == role:
        return ""
    return (
        f'<p class="recprep-aside">{plain(role)} has no sample answers of its own, so these are of {plain(bank.name)}. '
        "How strictly you score shows in them all the same.</p>"
    )


def _sample(now: Calibration) -> str:
    """Give the answer as it was given, and folded below it what the guide says before one scores."""
    points = [guide.key_point(point) for point in now.question.key_points]
    listens = f"{render(now.question.listening_for)}{listed(points)}"
    return (
        f'<div class="recprep-quote">{paragraphs(now.exemplar.answer)}</div>'
        f"<details><summary>What the interviewer listens for</summary>{listens}</details>"
    )


def _side_by_side(now: Calibration, *, words_only: bool) -> str:
    """Give both scorings, a criterion a row, with the reason for the reference."""
    rows = [
        [
            plain(row.name),
            _gap(now.last, row.id, words_only=words_only)
            + f"<p>{inline(_reason(now.exemplar.reasons[row.id], words_only=words_only))}</p>",
        ]
        for row in now.criteria
    ]
    sentence = _set_in_words([now.last], words_only=words_only)
    return f"<p>{sentence}</p>{table(['Criterion', 'Your score, and why the reference says so'], rows)}"


def _reason(reason: str, *, words_only: bool) -> str:
    """Give the reason of a reference level; where levels have no numbers, each is called by its place."""
    return re.sub(r"\blevel ([1-5])\b", lambda level: _BY_PLACE[int(level[1])], reason) if words_only else reason


def _gap(rating: Rating, criterion: str, *, words_only: bool) -> str:
    given, reference = rating.levels[criterion], rating.reference[criterion]
    words = gap_in_words(given, reference)
    numbers = "" if words_only else f"You {given}, the reference {reference}: "
    return f"<p>{numbers}<strong>{words if numbers else words.capitalize()}</strong>.</p>"


def _set_in_words(ratings: list[Rating], *, words_only: bool) -> str:
    """Say how often the person said the same as the reference, and within a level of it."""
    gaps = [abs(r.levels[name] - r.reference[name]) for r in ratings for name in r.levels]
    if not gaps:
        return "You compared no sample answer in this set. Those that you skipped come again."
    same, near = sum(gap == 0 for gap in gaps), sum(gap <= 1 for gap in gaps)
    if words_only:
        how_many = next(word for least, word in _SHARES if same >= least * len(gaps))
        return f"{how_many} of your scores were the same as the reference."
    several = f" in {len(ratings)} sample answers" if len(ratings) > 1 else ""
    was = "was" if same == 1 else "were"
    return f"Of {len(gaps)} scores{several}, {same} {was} the same as the reference, and {near} within one level of it."


def said_so_far(bank: Bank, ratings: list[Rating], *, words_only: bool) -> str:
    """Give what all ratings say about how the person scores: a sentence, and a table unless words are wanted."""
    names = {row.id: row.name for row in bank.rubric.criteria}
    measured = calibration.measure(ratings, list(names))
    sentence = f"<p><strong>{plain(calibration.in_words(measured, names))}</strong> {_WHY}</p>"
    if words_only or not ratings:
        return sentence
    scored = [row for row in measured if row.ratings]
    bias = [[plain(names[row.criterion]), f"{row.bias:+.1f}", f"{row.low:+.1f} and {row.high:+.1f}"] for row in scored]
    more = [
        [plain(names[row.criterion]), _figure(row.spread), _figure(row.agreement), str(row.ratings)] for row in scored
    ]
    spread = table(["Criterion", "Spread", "Agreement", "Scores"], more)
    folded = f"<details><summary>Spread and agreement</summary>{_SPREAD}{spread}</details>"
    return f"{sentence}{table(['Criterion', 'You score', 'Likely between'], bias)}{_BIAS}{folded}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


_HOW_TO_SCORE = (
    "<p>Score it as you score your own: choose the level whose words fit what was said. Between two, take the lower. "
    "The reference opens when you compare; after that, your levels stay as they are.</p>"
)
_BY_PLACE = dict(
    enumerate((f"the {place} description" for place in ("first", "second", "third", "fourth", "fifth")), 1)
)
_SHARES = ((1.0, "All"), (0.6, "Most"), (0.4, "About half"), (0.01, "Some"), (0.0, "None"))
_WHY = "The levels on the progress page are corrected by this, and your own scores are shown beside them."
_BIAS = (
    '<p class="recprep-aside">In levels: a plus means that you score higher than the reference. The likely range holds '
    "the truth four times in five.</p>"
)
_SPREAD = (
    '<p class="recprep-aside">Spread says by how many levels your scores jump about. Agreement (weighted kappa) is 1 '
    "when you always say the same as the reference, and 0 when chance would do as well.</p>"
)
