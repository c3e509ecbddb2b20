"""One question of the bank, opened: its facts, its guide when it is asked for, and practising it in place."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import ipywidgets as widgets

from recprep.core.bank import Bank
from recprep.core.memory import Memory
from recprep.core.models import GUIDE, Question
from recprep.core.overlay import OWN
from recprep.storage import own
from recprep.storage.catalogue.furnishing import Guessed
from recprep.storage.store import Store
from recprep.ui.forms.frame import Form, day, show, tell_open_forms
from recprep.ui.forms.guide import chips, guide
from recprep.ui.forms.section import Section
from recprep.ui.text import counted, plain
from recprep.ui.widgets.passage import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a question beside itself.

    `changed` names the fields that the person changed; `guessed` is what the question was taken for, when it was.
    """

    changed: Collection[str] = ()
    guessed: Guessed | None = None
    memory: Memory | None = None
    guide_read_at: datetime | None = None


class Found(Section):
    """A question with what can be done with it.

    Parameters
    ----------
    form : Form
    store : Store
    practise : callable
        Gives a practice form for a question of a bank, by its id.
    edit, remove : callable
        Open the form of a question, and remove what is the person's own in it, by its id.
    back : callable
        Shuts the question, and goes back to where it was chosen.
    clock : callable
        Gives the present time, in UTC.
    """

    def __init__(
        self,
        form: Form,
        store: Store,
        *,
        practise: Callable[[Bank, str], Form],
        edit: Callable[[str], None],
        remove: Callable[[str], None],
        back: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(form, "")
        self._store, self._clock, self._practise, self._remove = store, clock, practise, remove
        self.bank: Bank | None = None
        self.question: Question | None = None
        self._caution = Passage(body=CAUTION)
        self._guide = Passage(level=4)
        self._place = widgets.VBox()
        self._buttons = {
            "practise": form.button("Practise this question", self.practise, primary=True),
            "read": form.button("Read the guide", self.read_guide),
            "edit": form.button("Write a guide, or correct it", lambda: edit(self.question.id)),
            "remove": form.button("Remove", self.ask_to_remove),
            "back": form.button("Back to the list", back),
        }
        actions = widgets.HBox(list(self._buttons.values()))
        self.children = [self.head, self._caution, actions, self.asking, self._guide, self._place]
        show(self, False)

    def open_question(self, bank: Bank, question: Question, known: Known) -> None:
        """Show a question; its guide stays closed until it is asked for."""
        if self.question is None or self.question.id != question.id:
            show(self._guide, False)
            show(self.asking, False)
            self._place.children = ()
        self.bank, self.question = bank, question
        if not self._place.children:
            self._draw(known)
        show(self, True)

    def shut(self) -> None:
        """Show no question."""
        self.question, self._place.children = None, ()
        show(self, False)

    def practise(self) -> Form:
        """Open the question in the practice form, in place."""
        form = self._practise(self.bank, self.question.id)
        self._place.children = [form]
        for part in (self.head, self._caution, self._guide, self.asking):
            show(part, False)
        for name, button in self._buttons.items():
            show(button, name == "back")
        self.say("")
        form.focus()
        return form

    def read_guide(self) -> None:
        """Open the guide without answering; this is noted, and the question is then no new one."""
        own.note_guide_read(self._store, self.bank.role, self.question.id, at=self._clock())
        show(self._guide, True)
        tell_open_forms()
        self._form.refresh()
        self._guide.focus()
        self.say("Noted: you have read this guide.")

    def ask_to_remove(self) -> None:
        """Ask before what the person wrote is removed."""
        if self.question.id.startswith(OWN):
            heading, yes = "Remove this question of yours?", "Yes, remove it"
        else:
            heading, yes = "Go back to how it came?", "Yes, drop what I wrote"
        question = self.question.id
        self.asking.ask(heading, REMOVING, yes=yes, step=lambda: self._remove(question))

    def _draw(self, known: Known) -> None:
        question, is_own = self.question, self.question.id.startswith(OWN)
        has_guide = any(getattr(question, part) for part in GUIDE)
        self.head.heading = question.prompt
        self.head.body = f"{chips(self.bank, question)}{facts(self.bank, question, known, has_guide=has_guide)}"
        seen = known.memory or known.guide_read_at or is_own
        show(self._caution, has_guide and not seen)
        self._buttons["edit"].description = (
            "Edit" if is_own else "Change the guide" if has_guide else "Write a guide, or correct it"
        )
        self._buttons["remove"].description = "Remove" if is_own else "Go back to how it came"
        shown = {"read": has_guide or bool(question.material), "remove": is_own or bool(known.changed)}
        for name, button in self._buttons.items():
            show(button, shown.get(name, True))
        show(self.head, True)
        self._guide.heading = "What the interviewer listens for" if question.listening_for else "The guide"
        self._guide.body = guide(self.bank, question, in_full=True)


def facts(bank: Bank, question: Question, known: Known, *, has_guide: bool) -> str:
    """Give in sentences what is known of a question beside its chips."""
    told = [
        "This is a question of your own." if question.id.startswith(OWN) else "",
        _guesses(bank, question, known),
        _seen(known),
        "" if has_guide else "It has no guide yet.",
    ]
    return f'<p class="recprep-aside">{" ".join(filter(None, told))}</p>'


def _guesses(bank: Bank, question: Question, known: Known) -> str:
    """Say what was guessed, by which rule, and what the person said instead."""
    guessed = known.guessed
    if guessed is None:
        return "You changed its guide." if known.changed and not question.id.startswith(OWN) else ""
    area = bank.competency_by_id.get(question.competency)
    rows = (
        ("Kind", "kind", question.kind, guessed.kind_rule),
        ("Competency", "competency", area.name if area else "none", guessed.competency_rule),
    )
    return " ".join(_guess(name, value, "you" if field in known.changed else rule) for name, field, value, rule in rows)


def _guess(name: str, value: str, by: str | None) -> str:
    why = {"you": "as you said", None: "its words do not tell"}.get(by, f"guessed from its words: '{plain(by)}'")
    return f"{name}: {plain(value)} ({why})."


def _seen(known: Known) -> str:
    read = f" You read its guide on {day(known.guide_read_at)}." if known.guide_read_at else ""
    if known.memory is None:
        return f"You have not answered it yet.{read}"
    return f"You answered it {often(known.memory.count)}, last on {day(known.memory.day_last)}.{read}"


def often(number: int) -> str:
    """Give how often in words."""
    return {1: "once", 2: "twice"}.get(number, counted(number, "time"))


CAUTION = (
    "<p>If you read the guide before you answered, this counts as seen: the question is no new one any more. "
    "Answering first teaches more.</p>"
)
REMOVING = "<p>What you wrote here goes. The answers that you gave and scored stay.</p>"
