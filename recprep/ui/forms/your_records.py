"""Your records: what is kept, where, how much and since when; how to take it out, bring it back, and let it go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from recprep.storage.custody import erase as eraser
from recprep.storage.custody import holdings
from recprep.storage.custody.erase import Erased
from recprep.storage.custody.holdings import Kept, Survey
from recprep.storage.store import Store, erasure
from recprep.ui.forms.bringing_back import BringingBack
from recprep.ui.forms.frame import Form, day, set_aside, show, tell_open_forms
from recprep.ui.forms.letting_go import LettingGo
from recprep.ui.forms.section import Section
from recprep.ui.forms.taking_out import TakingOut
from recprep.ui.text import counted, listed, plain, printable, sized, table
from recprep.ui.widgets.forget import Forget
from recprep.ui.widgets.passage import Passage

KINDS = {"attempts": "attempt", "ratings": "scored sample answer", "drafts": "draft", "answers": "answer"}


class YourRecordsForm(Form):
    """All that a person may do with what they wrote.

    Parameters
    ----------
    store : Store
    home : pathlib.Path
        The personal home.
    write : callable
        Writes a document ("report" or "sheet") into a folder, with or without answers, and gives its path.
    open_file : callable
        Opens a file for the person, and says whether it could.
    clock : callable
        Gives the present time, in UTC.

    Attributes
    ----------
    taking_out, bringing_back, letting_go, erasing : Section
        The sections; their steps are methods.
    """

    def __init__(
        self,
        store: Store,
        *,
        home: Path,
        write: Callable[[str, Path, bool], Path],
        open_file: Callable[[Path], bool],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._home = home
        self._kept = Passage(level=2, heading="What is kept")
        self.taking_out = TakingOut(self, database=store.path, write=write, open_file=open_file, clock=clock)
        self.bringing_back = BringingBack(self, store, clock=clock)
        self.letting_go = LettingGo(self, store, clock=clock)
        self.erasing = Erasing(self, store, home=home, clock=clock)
        self.sections = (self.taking_out, self.bringing_back, self.letting_go, self.erasing)
        self.children = [*set_aside(store.notice), self._kept, *self.sections, self.notices]
        self.refresh()

    def refresh(self) -> None:
        """Show what is kept now."""
        found = holdings.survey(self._home)
        self._kept.body = what_is_kept(found)
        for section in self.sections:
            section.follow()


class Erasing(Section):
    """Erase everything, after one question.

    Parameters
    ----------
    form : Form
    store : Store
    home : pathlib.Path
    clock : callable
    """

    def __init__(self, form: Form, store: Store, *, home: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(form, "Erase everything")
        self._store, self._home, self._clock = store, home, clock
        self._forget = Forget(homes=self._erased_homes())
        self.head.body = HEAD
        self._outcome = Passage(level=4)
        self._ask = form.button("Erase everything", self.ask_to_erase)
        self.children = [self.head, self._ask, self.asking, self.gauge, self._outcome]
        show(self._outcome, False)

    def ask_to_erase(self) -> None:
        """Say what would go, and ask."""
        found = holdings.survey(self._home)
        changed = f"<p>You changed these pages: {plain(', '.join(found.changed))}.</p>" if found.changed else ""
        body = f"{_kept_table(found.kept)}{changed}{FOR_GOOD}"
        self.asking.ask("Erase all of this?", body, yes="Yes, erase everything", step=self.erase)

    def erase(self) -> Erased:
        """Erase everything, and say what is gone, what stays, and what is out of reach."""
        with self.gauge.at_work("Erasing") as progress:
            done = eraser.erase(self._home, now=self._clock(), progress=progress)
        tell_open_forms()  # the answer boxes turn to the new history before the browser forgets the old words
        self._forget.homes = self._erased_homes()
        self._outcome.heading = "Erased" if not done.failed else "Not all could be erased"
        self._outcome.body = outcome(done)
        show(self._outcome, True)
        self._outcome.focus()
        self.say("Erased." if not done.failed else "Not all could be erased: see below.")
        return done

    def _erased_homes(self) -> list[str]:
        return erasure.homes(self._store)[1:]


def what_is_kept(found: Survey) -> str:
    """Give what is kept, where, how much and since when."""
    counts = [counted(found.counts[kind], thing) for kind, thing in KINDS.items() if found.counts.get(kind)]
    if found.counts.get("answers"):
        counts[-1] = f"the words of {counts[-1]}"
    sentence = f"In your history: {', '.join(counts)}." if counts else NOTHING_YET
    unfinished = (
        f"<p><strong>An erasing that was begun on {day(found.begun)} did not come to its end.</strong> Erase again.</p>"
        if found.begun
        else ""
    )
    where = f"<p>All of it is on this machine, in <code>{_path(found.home)}</code>, and nothing is sent anywhere.</p>"
    return f"{unfinished}<p>{sentence}</p>{_kept_table(found.kept)}{where}"


def outcome(done: Erased) -> str:
    """Give what an erasing came to."""
    failed = [f"{_path(one.path)}: {plain(one.why)}" for one in done.failed]
    left = [f"{_path(one.path)}: {plain(one.why)}" for one in done.left]
    parts = (
        ("<p>Not erased:</p>", listed(failed)),
        ("<p>Gone:</p>", _kept_table(done.removed)),
        ("<p>Left as it was:</p>", listed(left)),
        ("<p>Out of reach of this program:</p>", listed([plain(one) for one in done.unreachable])),
    )
    return "".join(f"{head}{body}" for head, body in parts if body)


def _kept_table(kept: tuple[Kept, ...]) -> str:
    rows = [
        [plain(one.what), counted(one.files, "file"), sized(one.bytes), day(one.since), _path(one.where)]
        for one in kept
    ]
    return table(["What", "Files", "Size", "Since", "Where"], rows) if rows else ""


def _path(path: Path) -> str:
    return f'<span class="recprep-path">{plain(printable(path))}</span>'


HEAD = (
    "<p>Everything that the workbook wrote on this machine goes: your history and its log, the backups beside it, what "
    "was kept aside, the pages as you changed them, and drafts that this browser keeps. You are asked once.</p>"
)
FOR_GOOD = "<p>This cannot be undone. A backup that you took elsewhere stays.</p>"
NOTHING_YET = "Nothing is kept yet: it begins when you write something."
