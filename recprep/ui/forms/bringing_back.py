"""A section of the records page: back up, restore, and merge what another machine has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import ipywidgets as widgets

from recprep.core.problem import Problem
from recprep.storage.custody import merge as merger
from recprep.storage.custody import restore as restorer
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.container import SUFFIX, Backup, check, read_manifest
from recprep.storage.custody.merge import Merged
from recprep.storage.custody.restore import Restored
from recprep.storage.store import Store
from recprep.ui.forms.frame import Form, tell_open_forms
from recprep.ui.forms.section import LOOK, Section, named_folder
from recprep.ui.text import counted, plain
from recprep.ui.widgets.passage import Passage

ANOTHER = ""
REASONS = {"asked": "asked for", "daily": "made each day", "restore": "before a restore", "merge": "before a merge"}
THINGS = {"attempts": "attempt", "ratings": "rating", "drafts": "draft"}
HEAD = (
    "<p>A backup is one file with everything that you wrote, verified after it was written. The workbook makes one a "
    "day by itself, when something changed, and keeps those of seven days and four weeks. They lie beside your "
    "history: for the day on which this disk fails, put one on another disk or a stick.</p>"
)
BACK = (
    "<p><strong>Restore</strong> puts a backup in place of what is here; <strong>merge</strong> adds what is in it, "
    "for example what you practised on another machine. Either way, what is here now is backed up first.</p>"
)


class BringingBack(Section):
    """Back up; choose a backup; restore or merge it.

    Parameters
    ----------
    form : Form
    store : Store
    clock : callable
    """

    def __init__(self, form: Form, store: Store, *, clock: Callable[[], datetime]) -> None:
        super().__init__(form, "Back up, and bring back")
        self._store, self._clock = store, clock
        self._beside = store.path.parent / "backups"
        self.head.body = HEAD
        self.folder = widgets.Text(description="Folder", value=str(self._beside), continuous_update=True, **LOOK)
        self.chosen = widgets.Dropdown(description="Backup", **LOOK)
        self.file = widgets.Text(description="Another file", placeholder=f"such as /media/stick/mine{SUFFIX}", **LOOK)
        self._back = Passage(level=4, heading="Bring back", body=BACK)
        self.children = [
            self.head,
            self.folder,
            form.button("Back up now", self.back_up),
            self._back,
            self.chosen,
            self.file,
            widgets.HBox([form.button("Restore", self.ask_to_restore), form.button("Merge", self.merge)]),
            self.asking,
            self.gauge,
        ]
        self.follow()

    def follow(self) -> None:
        """Offer the backups that are there now; what was chosen stays chosen."""
        found = sorted(filter(None, map(read_manifest, self._files())), key=lambda one: one.created_at, reverse=True)
        options = [*((_label(one), str(one.path)) for one in found), ("another file, named below", ANOTHER)]
        kept, named = self.chosen.value, self.file.value.strip()
        if list(self.chosen.options) != options:
            self.chosen.options = options
            stays = kept in [value for _, value in options] and (named or kept != ANOTHER)
            self.chosen.value = kept if stays else options[0][1]

    def back_up(self) -> Backup:
        """Make a backup in the chosen folder."""
        folder = named_folder(self.folder.value)
        with self.gauge.at_work("Backing up") as progress:
            made = back_up(
                self._store, None if folder == self._beside else folder, now=self._clock(), progress=progress
            )
        self.follow()
        listed = str(made.path) in [value for _, value in self.chosen.options]
        self.chosen.value, self.file.value = (str(made.path), "") if listed else (ANOTHER, str(made.path))
        self.say(f"Backed up and verified: {_amount(made.counts)}, in {made.path}.")
        return made

    @property
    def backup(self) -> Path:
        """The backup that is chosen."""
        named = self.file.value.strip()
        if self.chosen.value == ANOTHER and not named:
            message = "Choose a backup, or name its file."
            raise Problem(message)
        return Path(self.chosen.value or named).expanduser()

    def ask_to_restore(self) -> None:
        """Check the chosen backup, and ask before it replaces what is here."""
        path = self.backup
        with self.gauge.at_work("Checking"):
            found = check(path) if path.suffix == SUFFIX else None
        what = plain(f"{_label(found)}." if found else f"{path.name}.")
        body = f"<p>In its place comes: {what} What is here now is kept as a backup.</p>"
        self.asking.ask("Replace the history that is here?", body, yes="Yes, restore", step=lambda: self.restore(path))

    def restore(self, path: Path) -> Restored:
        """Put a backup in place of what is here."""
        with self.gauge.at_work("Restoring") as progress:
            done = restorer.restore(path, into=self._store.path, now=self._clock(), progress=progress)
        tell_open_forms()
        kept = f" What was here before is kept: {done.kept}." if done.kept else ""
        self.say(f"Restored: {_amount(done.counts)}.{kept}")
        return done

    def merge(self) -> Merged:
        """Add what is in the chosen backup to what is here."""
        with self.gauge.at_work("Merging") as progress:
            done = merger.merge(self.backup, into=self._store, now=self._clock(), progress=progress)
        tell_open_forms()
        left = f" Left out because damaged: {counted(len(done.left_out), 'record')}." if done.left_out else ""
        self.say(f"Merged. New here: {_amount(done.added)}.{left} What was here before is kept: {done.kept}.")
        return done

    def _files(self) -> list[Path]:
        named = self.folder.value.strip()
        folders = {self._beside, *([named_folder(named)] if named else [])}
        return [path for folder in folders if folder.is_dir() for path in sorted(folder.glob(f"*{SUFFIX}"))]


def _label(backup: Backup) -> str:
    made = f"{backup.created_at.astimezone():%d %b %Y, %H:%M}"
    return f"{made}, {_amount(backup.counts)}, {REASONS.get(backup.reason, backup.reason)}"


def _amount(counts: Mapping[str, int]) -> str:
    return ", ".join(counted(counts[kind], thing) for kind, thing in THINGS.items() if counts.get(kind)) or "nothing"
