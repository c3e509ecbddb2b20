"""The question bank: search it as you type, open a question, read its guide, practise it, and write your own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from recprep.core.bank import Bank
from recprep.core.models import Question
from recprep.core.problem import Problem
from recprep.core.search import Index
from recprep.storage import own
from recprep.storage.catalogue.furnishing import Guessed
from recprep.storage.own import LeftOut
from recprep.storage.store import Store, erasure
from recprep.ui.forms import shelf
from recprep.ui.forms.elsewhere import Elsewhere, Write
from recprep.ui.forms.found import Found
from recprep.ui.forms.frame import Form, set_aside, show, tell_open_forms
from recprep.ui.forms.own_question import Writing
from recprep.ui.forms.roles import Bring, RoleChoice
from recprep.ui.forms.shelf import ALL, Shelf
from recprep.ui.text import listed, plain
from recprep.ui.widgets.passage import Passage
from recprep.ui.widgets.search_box import SearchBox

FIRST, MORE = 10, 20  # questions that are listed, and how many come with each click
HINT = "any words of it, such as legal hold"


class BrowseForm(Form):
    """Search the questions of a role, and do something with one.

    Parameters
    ----------
    store : Store
    load : callable
        Gives the bank of the role, without anything laid over it.
    guessed : callable
        Gives what each question of a role was taken for, by the role's id.
    practise : callable
        Gives a practice form for a question of a bank, by its id.
    clock : callable
        Gives the present time, in UTC.
    write, formats : callable and mapping
        Write the bank in one of the formats, as `Elsewhere` takes them.
    bring_in : callable, optional
        Imports roles; without it, this page keeps to one role and offers no other.
    text : str
        What is searched at first.

    Attributes
    ----------
    found, writing, roles, elsewhere : Section
        The question that is open, the form of a question, the choice of a role, and a file for another program; their
        steps are methods.

    Examples
    --------
    >>> form = recprep.browse("legal hold")     # doctest: +SKIP
    >>> form.open_question(form.results[0]).practise()   # doctest: +SKIP
    """

    def __init__(
        self,
        store: Store,
        *,
        load: Callable[[], Bank],
        guessed: Callable[[str], Mapping[str, Guessed]],
        practise: Callable[[Bank, str], Form],
        clock: Callable[[], datetime],
        write: Write,
        formats: Mapping[str, str],
        bring_in: Bring | None = None,
        text: str = "",
    ) -> None:
        super().__init__()
        self._store, self._load, self._guessed, self._clock = store, load, guessed, clock
        self._most, self._results = FIRST, []
        self._shelf: Shelf | None = None
        self._index: tuple[Bank, Index] | None = None
        self._head = Passage(level=2)
        self._box = SearchBox(label="Search questions", list_label="Questions", text=text, hint=HINT)
        self._box.when_asked(self._search_anew, self.guarded)
        self._box.on("open", self.guarded(lambda message: self.open_question(str(message.get("id")))))
        self._box.on("more", self.guarded(lambda _message: self._show_more()))
        self.found = Found(
            self, store, practise=practise, edit=self.edit, remove=self.remove, back=self.to_the_list, clock=clock
        )
        self.writing = Writing(self, erasure.BoundStore(store), clock=clock, saved=self._show_saved)
        self.roles = RoleChoice(self, store, clock=clock, bring_in=bring_in)
        self.elsewhere = Elsewhere(self, bank=lambda: self._shelf.bank, write=write, formats=formats)
        self._add = self.button("Add a question of your own", self.add)
        parts = [self._head, self._box, self._add, self.found, self.writing]
        sections = [*([self.roles] if bring_in else []), self.elsewhere]
        self.children = [*set_aside(store.notice), *parts, *sections, self.notices]
        self.refresh()

    # What it shows, readable and settable from Python

    @property
    def text(self) -> str:
        """What is searched; setting it searches."""
        return self._box.text

    @text.setter
    def text(self, text: str) -> None:
        self._box.text = text
        self._search_anew()

    @property
    def filters(self) -> dict[str, str]:
        """What is chosen beside the words, of competency, kind, seniority and state; setting it searches."""
        return {name: value for name, value in self._box.chosen.items() if value}

    @filters.setter
    def filters(self, chosen: Mapping[str, str]) -> None:
        for one in self._box.filters:
            known = [value for value, _ in one["options"]]
            if chosen.get(one["id"], ALL) not in known:
                message = f"There is no {one['id']} '{chosen[one['id']]}' here. You can choose: {', '.join(known[1:])}."
                raise Problem(message)
        self._box.chosen = dict(chosen)
        self._search_anew()

    @property
    def results(self) -> list[str]:
        """The ids of the questions that are found, the best first."""
        return list(self._results)

    @property
    def question(self) -> Question | None:
        """The question that is open, or None."""
        return self.found.question

    # The steps

    def open_question(self, question: str) -> Found:
        """Open a question by its id: its facts, and what can be done with it."""
        bank = self._shelf.bank
        if question not in bank.question_by_id:
            message = f"There is no question '{question}' in {bank.name}."
            raise Problem(message)
        self.found.shut()
        self.found.open_question(bank, bank.question_by_id[question], self._shelf.known(question))
        self._show_found()
        self.found.head.focus()
        return self.found

    def to_the_list(self) -> None:
        """Shut the question that is open, and go back to where it was chosen."""
        self.found.shut()
        self.refresh()
        self._box.focus()

    def add(self) -> None:
        """Open the form of a new question."""
        self.writing.begin(self._shelf.plain)

    def edit(self, question: str) -> None:
        """Open the form of a question that is there."""
        self.writing.begin(self._shelf.plain, self._shelf.bank.question_by_id[question])

    def remove(self, question: str) -> None:
        """Remove a question of one's own, or what one wrote about another; attempts stay."""
        own.remove(self._store, self._shelf.bank.role, question, at=self._clock())
        tell_open_forms()
        self.refresh()
        (self.found.head if self.question else self._head).focus()
        self.notices.say(status="Removed. Your answers stay.", alert="")

    def _show_saved(self, question: str) -> None:
        self.refresh()
        self.open_question(question)

    def hear(self) -> None:
        """Take the news of an attempt at the question that is open here; other news wait until the person looks."""
        if self.question:
            self.refresh()

    def refresh(self) -> None:
        """Show the bank of the role as it is now, and what the history says of its questions."""
        before = self._shelf
        plain_bank = self._load()
        self._shelf = shelf.look(self._store, plain_bank, self._guessed(plain_bank.role))
        bank = self._shelf.bank
        self._head.heading = f"Questions: {bank.name}"
        self._head.body = _introduction(bank, self._shelf.left_out)
        self._box.filters = shelf.choices(bank)
        self._box.chosen = shelf.still_offered(self._box.chosen, self._box.filters)
        if before and before.bank.role != bank.role:
            self._box.chosen, self._most = {}, FIRST
            show(self.writing, False)
        self._follow_open()
        self.roles.follow()
        self._show_found()

    def _follow_open(self) -> None:
        """Show the question that is open as it is now, or none when it is gone."""
        bank = self._shelf.bank
        if self.question and self.question.id in bank.question_by_id and self.found.bank.role == bank.role:
            question = bank.question_by_id[self.question.id]
            self.found.open_question(bank, question, self._shelf.known(question.id))
        else:
            self.found.shut()

    # Searching

    def _search_anew(self) -> None:
        self._most = FIRST
        self._show_found()

    def _show_more(self) -> None:
        self._most += MORE
        self._show_found()

    def _show_found(self) -> None:
        text, chosen = self._box.text, self.filters
        self._results, sure = shelf.find(self._shelf, self._indexed() if text.strip() else Index([]), text, chosen)
        left = len(self._results) - self._most
        opened = self.question and self.question.id
        self._box.show(
            [shelf.item(self._shelf, name, marked=name == opened) for name in self._results[: self._most]],
            told=shelf.told(self._results, sure=sure, narrowed=bool(text.strip() or chosen)),
            more=f"Show {min(left, MORE)} more" if left > 0 else "",
        )

    def _indexed(self) -> Index:
        """Give the index of the questions, made when it is first wanted, and anew when one of them changed."""
        bank = self._shelf.bank
        if self._index is None or self._index[0].question_by_id != bank.question_by_id:
            self._index = bank, shelf.index(bank)
        return self._index[1]


def _introduction(bank: Bank, left_out: list[LeftOut]) -> str:
    """Say what the role is, folded, and name what the person wrote that does not fit."""
    told = f"<details><summary>About this role</summary><p>{plain(bank.summary)}</p></details>"
    if not left_out:
        return told
    named = [f"{plain(one.question)}: {plain(one.why)}" for one in left_out]
    return f"{told}<p>Left out of what you wrote, because it does not fit, and kept as it is:</p>{listed(named)}"
