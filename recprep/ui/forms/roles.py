"""A section about the role that a person prepares for: search the roles that are here, choose one, import more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ipywidgets as widgets

from recprep.core.problem import Problem
from recprep.storage import library
from recprep.storage.catalogue.holding import Listed
from recprep.storage.catalogue.outcome import Outcome, in_words
from recprep.storage.profile import FIRST_ROLE, read_role, write_role
from recprep.storage.store import Store
from recprep.ui.forms.frame import Form, show, tell_open_forms
from recprep.ui.forms.section import LOOK, Section
from recprep.ui.text import counted, plain
from recprep.ui.widgets.passage import Passage
from recprep.ui.widgets.search_box import SearchBox

FIRST, MORE = 8, 24  # roles that are listed, and how many come with each click
Bring = Callable[[Path, Callable[[int, int], None]], Outcome]


class RoleChoice(Section):
    """Choose a role; each page without a role of its own follows.

    Parameters
    ----------
    form : Form
    store : Store
    clock : callable
        Gives the present time, in UTC.
    bring_in : callable, optional
        Imports the roles of a file or a folder, and tells its progress; without it, importing is not offered.
    """

    def __init__(
        self, form: Form, store: Store, *, clock: Callable[[], datetime], bring_in: Bring | None = None
    ) -> None:
        super().__init__(form, "Your role")
        self._store, self._clock, self._bring_in = store, clock, bring_in
        self._most = FIRST
        self.box = SearchBox(label="Search roles", list_label="Roles", hint="such as nurse, or the name of a field")
        self.box.when_asked(self._search_anew, form.guarded)
        self.box.on("open", form.guarded(lambda message: self.choose(str(message.get("id")))))
        self.box.on("more", form.guarded(lambda _message: self._show_more()))
        self._back = form.button("Back to the first role", lambda: self.choose(FIRST_ROLE))
        self._remove = form.button("Take this role off the list", self.ask_to_remove)
        self.source = widgets.Text(
            description="File or folder", placeholder="such as ~/Downloads/interview-questions", **LOOK
        )
        self._outcome = Passage(level=4)
        self._importing = widgets.VBox(
            [
                Passage(level=4, heading="Import more roles", body=IMPORTING),
                self.source,
                form.button("Import", self.bring_in),
                self.gauge,
                self._outcome,
            ]
        )
        buttons = widgets.HBox([self._back, self._remove])
        self.children = [self.head, buttons, self.asking, self.box, self._importing]
        show(self._importing, bring_in is not None)
        show(self._outcome, False)
        self.follow()

    @property
    def role(self) -> str:
        """The id of the role that the person prepares for."""
        return read_role(self._store)

    def choose(self, role: str) -> None:
        """Prepare for another role from now on.

        Raises
        ------
        Problem
            If there is no such role, or it was removed.
        """
        bank = library.load_bank(role)
        write_role(self._store, bank.role, at=self._clock())
        tell_open_forms()
        self._form.refresh()
        self.head.focus()
        self.say(f"You prepare for {bank.name} now. Every page follows.")

    def ask_to_remove(self) -> None:
        """Ask before the role that is chosen is taken off the list."""
        role = library.imported_role(self.role)
        self.asking.ask(f"Take {role.name} off the list?", REMOVING, yes="Yes, take it off", step=self.remove)

    def remove(self) -> None:
        """Take the role that is chosen off the list, and go back to the first one; attempts stay."""
        role = library.imported_role(self.role)
        library.remove_role(role.id, now=self._clock())
        self.choose(FIRST_ROLE)
        self.say(f"{role.name} is off the list. What you answered in it is kept.")

    def bring_in(self) -> Outcome:
        """Import the roles of the named file or folder."""
        named = self.source.value.strip()
        if not named:
            message = "Name a file or a folder first, such as ~/Downloads/interview-questions."
            raise Problem(message)
        with self.gauge.at_work("Importing") as progress:
            done = self._bring_in(Path(named).expanduser(), progress)
        self._outcome.heading = "Imported" if done.changes else "Nothing new was found"
        self._outcome.body = "".join(f"<p>{plain(line)}</p>" for line in in_words(done))
        show(self._outcome, True)
        tell_open_forms()
        self._form.refresh()
        self._outcome.focus()
        self.say(f"{self._outcome.heading}: {len(done.roles):,} role{'' if len(done.roles) == 1 else 's'}.")
        return done

    def find(self, text: str) -> list[str]:
        """Search the roles, show what is found, and give the ids of all that are."""
        self.box.text, self._most = text, FIRST
        return [one.id for one in self._show_found()]

    def follow(self) -> None:
        """Show the role that is chosen now, and the roles that are here; what cannot be read is said."""
        try:
            roles = library.every_role()
        except Problem as problem:
            self.head.body = f"<p>{plain(problem)}</p>"
            show(self.box, False)
            return
        chosen = next((one for one in roles if one.id == self.role), None)
        first = next((one for one in roles if one.id == FIRST_ROLE), None)
        self.head.body = _standing(chosen, self.role, len(roles))
        show(self.box, len(roles) > 1)
        show(self._back, self.role != FIRST_ROLE and first is not None)
        show(self._remove, chosen is not None and chosen.imported and self._bring_in is not None)
        self._back.description = f"Back to {first.name}" if first else ""
        show(self, len(roles) > 1 or self._bring_in is not None or chosen is None)
        if len(roles) > 1:
            self._show_found()

    def _search_anew(self) -> None:
        self._most = FIRST
        self._show_found()

    def _show_more(self) -> None:
        self._most += MORE
        self._show_found()

    def _show_found(self) -> list[Listed]:
        """Show what is found; of thousands, nothing before something is typed."""
        found = library.search_roles(self.box.text, most=None)
        if len(found) > FIRST and not self.box.text.strip():
            self.box.show([], told="")
            return found
        left = len(found) - self._most
        more = f"Show {min(left, MORE)} more" if left > 0 else ""
        self.box.show([_item(one, self.role) for one in found[: self._most]], told=_told(found), more=more)
        return found


def _standing(chosen: Listed | None, role: str, many: int) -> str:
    """Say which role is chosen, and how many are here."""
    if chosen is None:
        return (
            f"<p>The role that you had chosen, <strong>{plain(role)}</strong>, is not here any more. What you answered "
            "in it is kept. Choose another one; or import it again, and it is there as before.</p>"
        )
    where = f" ({plain(chosen.place)})" if chosen.place else ""
    here = "It is the only role here." if many == 1 else f"{many:,} roles are here: search, and click on one."
    return f"<p>You prepare for <strong>{plain(chosen.name)}</strong>{where}. {here}</p>"


def _item(one: Listed, role: str) -> dict:
    facts = [one.place, counted(one.questions, "question"), "your role now" if one.id == role else ""]
    return {"id": one.id, "name": one.name, "note": " · ".join(filter(None, facts)), "marked": one.id == role}


def _told(found: list[Listed]) -> str:
    if not found:
        return "No role has all of these words. Try fewer of them."
    return f"{len(found):,} role{'' if len(found) == 1 else 's'}."


REMOVING = (
    "<p>Its questions go from this page. What you answered is kept; import it again, and all is there as before.</p>"
)
IMPORTING = (
    "<p>A file or a folder on this computer: interview questions in Markdown, a table (CSV, Excel), a quiz of Moodle "
    "(GIFT, XML), an Anki package, a quiz of jupyterquiz, or banks of this workbook; one role or thousands. Imported "
    "again, they are updated and never doubled. In a terminal, <code>recprep import FOLDER</code> does the same.</p>"
)
