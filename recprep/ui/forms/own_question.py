"""A section in which a person writes a question of their own, or a guide and corrections for one of the bank."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import ipywidgets as widgets

from recprep.core import guess, overlay
from recprep.core.bank import Bank
from recprep.core.models import KINDS, SENIORITIES, Question
from recprep.core.overlay import OWN, Fault
from recprep.core.problem import Problem
from recprep.storage import library, own
from recprep.storage.store import Store
from recprep.ui.forms.frame import Form, show, tell_open_forms
from recprep.ui.forms.section import Section
from recprep.ui.text import plain

GUESS, NONE = "guess", ""
GUESSED = ("guess it from its words", GUESS)
ESSENTIAL = "*"
MINUTES = 2
LABELS = {
    "prompt": "The question",
    "kind": "Kind",
    "competency": "Competency",
    "seniority": "Asked of",
    "minutes": "Minutes to answer",
    "listening_for": "What the interviewer listens for",
    "key_points": f"Key points, one a line, an essential one with {ESSENTIAL} before it",
    "strong_answer": "A strong answer",
    "weak_answer": "A weak answer",
    "why_weak": "Why it is weak",
    "pitfalls": "Pitfalls, one a line",
    "follow_ups": "They may ask next, one a line",
}
LINES = ("key_points", "pitfalls", "follow_ups")
CHOICES = ("kind", "competency", "seniority", "minutes")


class Writing(Section):
    """The form of a question. What is typed is kept, also before it is saved.

    Parameters
    ----------
    form : Form
    store : Store
    clock : callable
        Gives the present time, in UTC.
    saved : callable
        Told the id of the question when it was saved.

    Attributes
    ----------
    fields : dict of str to Widget
        What is written, by field; lists have one entry a line.
    """

    def __init__(
        self, form: Form, store: Store, *, clock: Callable[[], datetime], saved: Callable[[str], None]
    ) -> None:
        super().__init__(form, "A question of your own")
        self.head.level = 3
        self._store, self._clock, self._saved = store, clock, saved
        self._bank: Bank | None = None
        self._question: str | None = None
        self._first: dict[str, str] = {}
        self._filling = False
        self.fields = {name: _field(name) for name in LABELS}
        for field in self.fields.values():
            field.observe(form.guarded(lambda _change: self._keep_unsaved()), names="value")
        self._anew = form.button("Drop these words and start anew", self.start_anew)
        self._fields = widgets.VBox(list(self.fields.values()))
        self._fields.add_class("recprep-fields")
        buttons = [form.button("Save the question", self.save, primary=True), form.button("Close", self.close_unsaved)]
        self.children = [self.head, self._anew, self._fields, widgets.HBox(buttons)]
        show(self, False)

    def begin(self, bank: Bank, question: Question | None = None) -> None:
        """Open the form for a new question, or for one that is there.

        Parameters
        ----------
        bank : Bank
            Without anything laid over it.
        question : Question, optional
            As it is now, changes included.
        """
        self._bank, self._question = bank, question.id if question else None
        self._offer_choices(question)
        self._first = _words(overlay.as_said(question)) if question else _words({"kind": GUESS, "minutes": MINUTES})
        self._first |= {} if question else {"competency": GUESS if bank.guesses else NONE}
        unsaved = own.unsaved(self._store, bank.role, self._question or own.NEW)
        self._fill(self._first | unsaved)
        show(self._anew, bool(unsaved))
        show(self.fields["prompt"], self._question not in bank.question_by_id)
        is_own = question is None or question.id.startswith(OWN)
        self.head.heading = "A question of your own" if is_own else "Your guide and corrections"
        self.head.body = self._introduction(question, bool(unsaved))
        show(self, True)
        self.say("")
        self.head.focus()

    def save(self) -> str:
        """Keep the question; give its id.

        Raises
        ------
        Problem
            If something does not fit; all that was typed stays.
        """
        said = self._said()
        question, faults = own.keep(self._store, self._bank, said, question=self._question, at=self._clock())
        if question is None:
            raise Problem(_not_saved(faults))
        own.keep_unsaved(self._store, self._bank.role, self._question or own.NEW, {}, at=self._clock())
        show(self, False)
        tell_open_forms()
        self._saved(question)
        self.say(f"Saved. It is practised with the other questions of {self._bank.name}.")
        return question

    def close_unsaved(self) -> None:
        """Close the form; what was typed is there when it is opened again."""
        kept = self._words_now() != self._first
        show(self, False)
        self.say("Closed. What you typed is not saved as a question; it is here when you open this again." * kept)

    def start_anew(self) -> None:
        """Drop the words that were not saved."""
        self._fill(self._first)
        self._keep_unsaved()
        show(self._anew, False)
        self.head.focus()

    def _introduction(self, question: Question | None, unsaved: bool) -> str:
        back = "<p><strong>These words were not saved the last time, and are back.</strong></p>" if unsaved else ""
        if question is None:
            return f"{back}<p>Only the question itself is needed; all else may stay empty, and be added later.</p>"
        if question.id.startswith(OWN):
            return back
        prompt = f"<p><em>{plain(question.prompt)}</em></p>"
        return f"{back}{prompt}<p>The bank itself is not changed: you can always go back to how it came.</p>"

    def _offer_choices(self, question: Question | None) -> None:
        areas = [(area.name, area.id) for area in self._bank.competency_by_id.values()]
        may_guess = question is None
        self._filling = True  # a Dropdown chooses by itself when its options change
        try:
            self.fields["kind"].options = [*([GUESSED] if may_guess else []), *((kind, kind) for kind in KINDS)]
            guess_area = [GUESSED] if may_guess and self._bank.guesses else []
            self.fields["competency"].options = [*guess_area, ("none", NONE), *areas]
        finally:
            self._filling = False

    def _fill(self, words: Mapping[str, str]) -> None:
        self._filling = True
        try:
            for name, field in self.fields.items():
                word = words.get(name, NONE)
                fits = name not in CHOICES or word in [value for _, value in field.options]
                field.value = word if fits else self._first.get(name, NONE)
        finally:
            self._filling = False

    def _words_now(self) -> dict[str, str]:
        return {name: field.value for name, field in self.fields.items() if field.value}

    def _keep_unsaved(self) -> None:
        if self._filling or self._bank is None:
            return
        now = {name: field.value for name, field in self.fields.items()}
        words = {name: word for name, word in now.items() if word != self._first.get(name, NONE)}
        own.keep_unsaved(self._store, self._bank.role, self._question or own.NEW, words, at=self._clock())

    def _said(self) -> dict[str, Any]:
        """Give what is written, as JSON has it."""
        said: dict[str, Any] = {name: field.value.strip() for name, field in self.fields.items()}
        said |= {name: _lines(said[name]) for name in LINES}
        said["key_points"] = [_point(line) for line in said["key_points"]]
        said["minutes"] = int(said["minutes"])
        said["prompt"] = " ".join(said["prompt"].split())
        rules = guess.ready(self._bank.guesses or library.load_base().guesses)
        if said["kind"] == GUESS:
            said["kind"] = guess.kind_of(said["prompt"], rules).value or KINDS[0]
        if said["competency"] == GUESS:
            said["competency"] = guess.competency_of(said["prompt"], rules, kind=said["kind"]).value
        return said


def _field(name: str) -> widgets.Widget:
    if name in CHOICES:
        options = {
            "seniority": [("everybody", NONE), *((one, one) for one in SENIORITIES)],
            "minutes": [(str(number), str(number)) for number in range(1, 11)],
        }.get(name, [])
        return widgets.Dropdown(description=LABELS[name], options=options)
    return widgets.Textarea(description=LABELS[name], rows=2 if name == "prompt" else 3)


def _words(said: Mapping[str, Any]) -> dict[str, str]:
    """Give what was said of a question as the words of the fields."""
    return {name: _in_lines(value) if isinstance(value, list) else str(value) for name, value in said.items()}


def _in_lines(value: Iterable[Any]) -> str:
    lines = (
        f"{ESSENTIAL} {one['text']}" if isinstance(one, dict) and one.get("essential") else _text(one) for one in value
    )
    return "\n".join(lines)


def _text(one: Any) -> str:
    return one["text"] if isinstance(one, dict) else str(one)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip(f" {ESSENTIAL}")]


def _point(line: str) -> dict[str, Any]:
    text = line.removeprefix(ESSENTIAL).strip()
    return {"text": text} | ({"essential": True} if line.startswith(ESSENTIAL) else {})


def _not_saved(faults: list[Fault]) -> str:
    names = {name: label.split(",")[0] for name, label in LABELS.items()}
    told = (f"{names.get(fault.field, fault.field)}: {fault.wrong}; {fault.right}." for fault in faults)
    return f"Not saved yet, and nothing that you typed is lost. {' '.join(told)}"
