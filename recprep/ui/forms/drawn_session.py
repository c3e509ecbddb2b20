"""The parts of the practice form, and how a session is drawn into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets as widgets

from recprep.core.session import Session
from recprep.ui.forms import guide
from recprep.ui.forms.frame import SteppedForm, set_aside, show
from recprep.ui.text import plain
from recprep.ui.widgets.answer_box import AnswerBox
from recprep.ui.widgets.choices import Choices
from recprep.ui.widgets.passage import Passage
from recprep.ui.widgets.stopwatch import Stopwatch


class DrawnSession(SteppedForm):
    """A form that shows where a session stands; who derives from it takes the steps."""

    session: Session
    _words_only: Callable[[], bool]

    def _build(self, notice: str | None, steps: Mapping[str, Callable[[], object]]) -> None:
        self._heading, self._stopwatch = Passage(level=2), Stopwatch()
        self._answer = AnswerBox()
        self._aloud, self._prediction = Choices(groups=guide.ALOUD), Choices()
        self._guide = Passage(level=3, heading="What the interviewer listens for")
        self._key_points, self._grid = Choices(), Choices()
        self._grid_heading = Passage(level=3, heading="Score your answer", body=_HOW_TO_SCORE)
        self._result = Passage(level=4, heading="Your result")
        self._result.add_class("recprep-result")
        self._buttons = {
            "reveal": self.button("Show the guide", steps["reveal"], primary=True),
            "save": self.button("Save and next", steps["save"], primary=True),
            "next": self.button("Next question", steps["next"], primary=True),
            "again": self.button("Practise another set", steps["again"], primary=True),
            "skip": self.button("Skip", steps["skip"]),
            "undo": self.button("Undo", steps["undo"]),
        }
        self._others = widgets.VBox(
            [
                Passage(level=3, heading="Other words are kept for this question", body=_OTHERS),
                widgets.HBox(
                    [
                        self.button("Show the other words", steps["swap"]),
                        self.button("Delete the other words", steps["drop"]),
                    ]
                ),
            ]
        )
        self._left_out = widgets.HBox([Passage(), self.button("Ask from all of them", steps["widen"])])
        self._answering = [self._stopwatch, self._answer, self._aloud, self._prediction]
        scoring = [self._guide, self._key_points, self._grid_heading, self._grid, self._result]
        self._scoring = widgets.VBox(scoring)  # one to show and hide: each message delays the next question
        self._scoring.add_class("recprep-scoring")
        actions = widgets.HBox(list(self._buttons.values()))
        self.children = [
            *set_aside(notice),
            self._heading,
            *self._answering[:2],
            self._others,
            *self._answering[2:],
            self._scoring,
            actions,
            self._left_out,
            self.notices,
        ]

    def _key(self) -> str:
        return f"{self.session.bank.role}/{self.session.question.id}" if self.session.question else ""

    def _draw(self, *, focus: Passage | None = None) -> None:
        """Draw what the session holds; the part that takes the focus changes and takes it in one message."""
        stage, self._words = self.session.stage, self._words_only()
        if stage != "finished":
            self._draw_question(stage, focus)
        for part in self._answering:
            show(part, stage != "finished")
        show(self._scoring, stage in ("scoring", "saved"))
        self._draw_buttons(stage)
        show(self._left_out, bool(self.session.left_out) and stage in ("answering", "finished"))
        self._left_out.children[0].body = f"<p>{plain(self.session.left_out or '')}</p>"
        if stage == "finished":
            show(self._others, False)
            self._draw_end(focus)
        else:
            self._draw_answer()
        if stage in ("scoring", "saved"):
            self._draw_scoring(stage, focus)

    def _draw_buttons(self, stage: str) -> None:
        shown = {
            "answering": ("reveal", "skip"),
            "scoring": ("save", "skip"),
            "saved": ("next",),
            "finished": ("again",),
        }[stage]
        for name, button in self._buttons.items():
            show(button, name in shown or (name == "undo" and bool(self.session.saved)))

    def _draw_question(self, stage: str, focus: Passage | None) -> None:
        question, place = (
            self.session.question,
            f"Question {self.session.position + 1} of {len(self.session.questions)}",
        )
        self._prediction.groups = guide.prediction(words_only=self._words)
        with self._heading.hold_sync(), self._stopwatch.hold_sync():
            self._heading.heading = question.prompt
            self._heading.body = guide.introduction(self.session, place)
            self._heading.focus(when=focus is self._heading)
            self._stopwatch.before = self.session.draft.seconds if stage != "answering" else self._stopwatch.before
            self._stopwatch.minutes = question.minutes
            self._stopwatch.running = stage == "answering"
            if self._stopwatch.question != self._key():
                self._stopwatch.before = self.session.draft.seconds
                self._stopwatch.question = self._key()

    def _draw_answer(self) -> None:
        draft, locked = self.session.draft, self.session.stage != "answering"
        with self._answer.hold_sync():
            self._answer.text, self._answer.stamp = draft.answer, self.session.stamp
            self._answer.locked = locked
            self._answer.frame = [[step.name, step.asks] for step in self.session.frame]
            self._answer.question = self._key()
        with self._aloud.hold_sync(), self._prediction.hold_sync():
            self._aloud.chosen = {"aloud": [1]} if draft.aloud else {}
            self._aloud.locked = locked
            self._prediction.chosen = {"level": draft.prediction} if draft.prediction else {}
            self._prediction.locked = locked
        show(self._others, bool(self.session.others))

    def _draw_scoring(self, stage: str, focus: Passage | None) -> None:
        with self._guide.hold_sync():
            self._guide.body = guide.guide(self.session.bank, self.session.question)
            self._guide.focus(when=focus is self._guide)
        with self._key_points.hold_sync(), self._grid.hold_sync():
            self._key_points.groups = guide.key_points(self.session.question)
            self._key_points.chosen = {"covered": list(self.session.draft.key_points)}
            self._grid.groups = guide.rubric_grid(self.session, words_only=self._words)
            self._grid.chosen = dict(self.session.draft.levels)
            self._key_points.locked = self._grid.locked = stage == "saved"
        self._result.body = guide.result(self.session, words_only=self._words)

    def _draw_end(self, focus: Passage | None) -> None:
        with self._heading.hold_sync():
            self._heading.heading = "This set is done"
            self._heading.body = guide.look_back(self.session, words_only=self._words)
            self._heading.focus(when=focus is self._heading)


_HOW_TO_SCORE = (
    "<p>For each criterion choose the level whose words fit what you really said. "
    "Between two, take the lower: the interviewer heard only your answer.</p>"
)
_OTHERS = (
    "<p>Another page, or an earlier run of this one, kept different words. Nothing was overwritten: "
    "you can look at them, and go back to these in the same way.</p>"
)
