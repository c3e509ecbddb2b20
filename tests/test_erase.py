"""Erase all: nothing of what was written is left in the home, whatever was there and whatever comes in between."""

import json
import os
import pty
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_backup import fill, lean
from test_store import NOW, attempt, child, draft, finished, rows, save

import recprep
from recprep.cli import main
from recprep.core.problem import Problem
from recprep.core.session import Session
from recprep.launch import running
from recprep.storage import paths
from recprep.storage.custody import backup as backups
from recprep.storage.custody import erase as erasing
from recprep.storage.custody import holdings
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.erase import NEW, OUT_OF_REACH, erase
from recprep.storage.custody.holdings import survey
from recprep.storage.custody.restore import restore
from recprep.storage.custody.rotation import back_up_daily
from recprep.storage.custody.sweep import Stayed
from recprep.storage.migrations import APPLICATION_ID, STEPS
from recprep.storage.store import Store, erasure
from recprep.ui.forms.practice import PracticeForm

MARKER = "MARKERWORD"
PAGE = "10-practice.ipynb"
LOCKS = {"history.lock", "incoming.lock"}
DATABASE = {"history.db", "history.db-wal", "history.db-shm"}
MADE = [  # what the workbook writes beside the history, without what only JupyterLab keeps
    "backups/recprep-backup-20260301T093000Z.recprep",
    "backups/recprep-daily-20260301T093000Z-2.recprep",
    "backups/recprep-before-restore-20260301T093000Z.recprep",
    "backups/history.schema-1-20260301T093000Z.db",
    "backups/history.schema-1-20260301T093000Z.db.part",
    "backups/.recprep-backup-abc/history.db",
    "backups/.recprep-backup-abc/part",
    "history.damaged-20260301T093000Z.db",
    "history.damaged-20260301T093000Z-2.db-wal",
    "history.db.part",
    "incoming/history.db",
    "incoming/backups/history.schema-1-20260301T093000Z.db",
    "recprep-export-2026-03-01-without-answers-2/attempts.csv",
    "recprep-review-log-2026-03-01/revlog.csv",
    "recprep-report-2026-03-01.html",
    "recprep-export-2026-03-01.unfinished-abc/attempts.csv",
    "catalogue.db",
    "catalogue.db-journal",
    ".pages.json-abc",
    f"workbook/notebooks/.~{PAGE}",
    f"workbook/notebooks/.{PAGE}-abc",
    "workbook/notebooks/10-practice (yours, 2026-03-01).ipynb",
    "workbook/notebooks/10-practice (damaged, 2026-03-01, 2).ipynb",
    "workbook/notebooks/.ipynb_checkpoints/10-practice-checkpoint.ipynb",
]
OF_LAB = [
    "pages.json",
    "server.json",
    "jupyter.log",
    "jupyter.log.1",
    "jupyter/config/labconfig/page_config.json",
    "jupyter/share/kernels/python3/kernel.json",
    "jupyter/nbsignatures.db",
    "jupyter/notebook_secret",
    "jupyter/workspaces/default-37a8.jupyterlab-workspace",
    "jupyter/runtime/jpserver-12-open.html",
    "jupyter/runtime/jpserver-12.json",
    "jupyter/runtime/jupyter_cookie_secret",
    "jupyter/runtime/kernel-1831ab2b-35c0-4f32-8df2-a964b18244e0.json",
]
FOREIGN = [
    "notes.txt",
    "recprep.txt",
    "history.db.mine",
    "backups/holiday.jpg",
    "backups/broken.recprep",
    "incoming/letter.txt",
    "jupyter/my analysis.ipynb",
    "workbook/notebooks/My notes ä.ipynb",
    "workbook/notebooks/.ipynb_checkpoints/My notes ä-checkpoint.ipynb",
    "recprep-export-2026-03-01-without-answers-2/my remarks.csv",
]


def write(home: Path, names: list[str], content: str = MARKER) -> None:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content)


def work_on_pages(home: Path) -> None:
    """Copy the pages as `recprep lab` does, and change one of them."""
    folder = home / "workbook" / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for page in paths.shipped("notebooks").glob("*.ipynb"):
        shutil.copy(page, folder)
    page = json.loads((folder / PAGE).read_text(encoding="utf-8"))
    page["cells"][0]["source"] = [MARKER]
    (folder / PAGE).write_text(json.dumps(page))


def files(home: Path) -> set[str]:
    return {file.relative_to(home).as_posix() for file in home.rglob("*") if file.is_symlink() or file.is_file()}


def marked(home: Path) -> list[str]:
    """Name the files in which the marker stands in any byte."""
    return [name for name in sorted(files(home)) if MARKER.encode() in (home / name).read_bytes()]


def write_marked(store: Store, words: str = MARKER) -> None:
    save(store, attempt(), answer=f"{words} " * 2_000)
    store.save_draft(draft(words), base=0)
    store.save_draft(draft(f"{words} aside", client="tab-2"), base=0)
    store.set_setting("profile", f'{{"{words}": 1}}', at=NOW)


def is_new(path: Path) -> bool:
    with Store(path) as store:
        return store.state() is None and store.damaged() == []


@pytest.fixture
def path(home):
    return home / "history.db"


@pytest.fixture
def full(home, store):
    """A home with all that can be in it, in a history that is open."""
    write_marked(store)
    write(home, MADE)
    write(home, OF_LAB)
    work_on_pages(home)
    return home


# What goes, and what stays


def test_whatever_the_workbook_made_is_gone_and_no_byte_of_it_left(full, store):
    assert len(marked(full)) > 30
    done = erase(full, now=NOW, lab_is_open=False)
    assert files(full) == DATABASE | LOCKS
    assert marked(full) == []
    assert store.state() is None
    assert done.failed == ()
    assert done.left == (Stayed(path=full / "history.db", why=NEW),)
    assert [row.what for row in done.removed][:3] == [holdings.HISTORY, holdings.WORKING, holdings.BACKUPS]
    assert sum(row.files for row in done.removed) == 3 + len(MADE) + len(OF_LAB) + len(
        list(paths.shipped("notebooks").glob("*.ipynb"))
    )
    assert done.unreachable == OUT_OF_REACH


def test_empty_folders_of_the_workbook_go_too(full):
    erase(full, now=NOW, lab_is_open=False)
    assert [entry.name for entry in full.iterdir() if entry.is_dir()] == []


def test_what_the_person_put_there_stays_and_is_named(full):
    write(full, FOREIGN)
    (full / "attic").mkdir()
    write(full, ["attic/history.db", "attic/backups/recprep-backup-20260301T093000Z.recprep"])
    done = erase(full, now=NOW, lab_is_open=False)
    assert files(full) == DATABASE | LOCKS | set(FOREIGN) | {
        "attic/history.db",
        "attic/backups/recprep-backup-20260301T093000Z.recprep",
    }
    named = {stayed.path.relative_to(full).as_posix() for stayed in done.left}
    assert named == {"history.db", "attic", *FOREIGN}
    assert {stayed.why for stayed in done.left} == {NEW, "the workbook did not make it"}


def test_folders_with_the_names_of_files_and_files_with_the_names_of_folders_stay(home):
    write(home, ["jupyter.log/mine.txt", "backups", "workbook/notebooks/10-practice.ipynb/mine.txt"], "mine")
    before = files(home)
    done = erase(home, now=NOW, lab_is_open=False)
    assert files(home) - LOCKS == before
    named = {stayed.path.relative_to(home).as_posix() for stayed in done.left}
    assert named == {"jupyter.log", "backups", f"workbook/notebooks/{PAGE}"}


def test_a_backup_in_the_home_goes_whatever_its_name(home, store):
    save(store, attempt())
    back_up(store, home / "mine.recprep", now=NOW)
    (home / "backups").mkdir()
    back_up(store, home / "backups" / "for the stick", now=NOW)
    erase(home, now=NOW)
    assert files(home) == DATABASE | LOCKS


def test_where_nothing_is_nothing_is_made(home):
    done = erase(home, now=NOW)
    assert not home.exists()
    assert (done.removed, done.left, done.failed) == ((), (), ())
    home.mkdir()
    write(home, ["letter.txt"], "mine")
    erase(home, now=NOW)
    assert files(home) == {"letter.txt"}


def test_erasing_twice_is_as_erasing_once(full):
    erase(full, now=NOW, lab_is_open=False)
    assert survey(full).kept == ()
    assert erase(full, now=NOW, lab_is_open=False).removed == ()
    assert files(full) == DATABASE | LOCKS


def test_progress_is_told(full):
    seen = []
    erase(full, now=NOW, progress=lambda done, of: seen.append((done, of)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {of for _, of in seen} == {len(seen)}


def test_what_somebody_else_removes_meanwhile_is_no_trouble(full):
    done = erase(full, now=NOW, progress=lambda *_: (full / "jupyter.log").unlink(missing_ok=True), lab_is_open=False)
    assert (done.failed, marked(full)) == ((), [])


def test_a_home_with_spaces_and_letters_of_any_script(tmp_path):
    home = tmp_path / "Über mich, 履歴 'x'?#%20"
    with Store(home / "history.db") as store:
        write_marked(store)
        back_up(store, now=NOW)
        erase(home, now=NOW)
        assert (marked(home), store.count()) == ([], 0)
    assert files(home) == DATABASE | LOCKS or files(home) == {"history.db"} | LOCKS


# What is kept, before anything goes


def test_the_survey_says_what_is_kept_where_how_much_and_since_when(full):
    write(full, ["notes.txt"])
    before = files(full)
    found = survey(full)
    rows_ = {row.what: row for row in found.kept}
    assert list(rows_) == [kind for kind in holdings.TABLE if kind not in (holdings.LOCK, holdings.FOLDER)]
    history = rows_[holdings.HISTORY]
    assert (history.where, history.files, history.since) == (full, 3, NOW)
    assert history.bytes == sum((full / name).stat().st_size for name in DATABASE)
    assert (rows_[holdings.BACKUPS].where, rows_[holdings.BACKUPS].files) == (full / "backups", 4)
    assert (found.counts["attempts"], found.counts["drafts"]) == (1, 1)
    assert found.changed == ("10-practice",)
    assert (found.foreign, found.unread, found.begun) == ((full / "notes.txt",), (), None)
    assert files(full) == before


def test_the_survey_of_a_damaged_history_has_no_counts(home, path):
    write(home, ["history.db"], "no database " * 999)
    found = survey(home)
    assert [row.what for row in found.kept] == [holdings.HISTORY]
    assert found.counts == {}
    assert files(home) == {"history.db"}


# A history that is damaged, foreign, older or newer


@pytest.mark.parametrize("ruin", ["text", "header", "middle", "nothing in it", "only its log"])
def test_a_damaged_history_goes_too(home, store, path, ruin):
    write_marked(store)
    back_up(store, now=NOW)
    store.close()
    if ruin == "text":
        path.write_bytes(MARKER.encode() * 5_000)
    elif ruin == "nothing in it":
        path.write_bytes(b"")
    elif ruin == "only its log":
        path.rename(path.with_name("history.db-wal"))
    else:
        with path.open("r+b") as file:
            file.seek({"header": 0, "middle": 4096 * 3}[ruin])
            file.write(os.urandom(90 if ruin == "header" else 4096 * 5))
    done = erase(home, now=NOW)
    assert (done.failed, marked(home)) == ((), [])
    assert is_new(path)
    assert files(home) >= {"history.db"} | LOCKS
    assert not list(home.glob("history.damaged*"))


def test_the_home_of_a_damaged_history_is_known_from_its_backups(home, store, path):
    write_marked(store)
    name = store.home_id
    back_up(store, now=NOW)
    store.close()
    path.write_bytes(b"no database")
    erase(home, now=NOW)
    with Store(path) as new:
        assert erasure.homes(new)[1:] == [name]


def test_the_database_of_another_program_stays_and_is_named(home, path):
    home.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmark (url)")
    write(home, ["backups/recprep-backup-20260301T093000Z.recprep"])
    before = path.read_bytes()
    done = erase(home, now=NOW)
    assert path.read_bytes() == before
    assert done.left == (Stayed(path=path, why="the workbook did not make it"),)
    assert files(home) == {"history.db", "incoming.lock"}


def test_the_history_of_a_newer_version_goes(home, store, path):
    write_marked(store)
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE story (words)")
        connection.execute("INSERT INTO story VALUES (?)", (MARKER,))
        connection.execute("PRAGMA user_version = 999")
    assert erase(home, now=NOW).failed == ()
    assert (marked(home), rows(path, "PRAGMA user_version")) == ([], [(STEPS[-1].number,)])
    assert is_new(path)


def test_the_history_of_an_older_version_goes_and_no_copy_of_it_is_made(home, path):
    with Store(path, steps=STEPS[:1]) as store:
        store.save_draft(draft(MARKER), base=0)
    assert erase(home, now=NOW).failed == ()
    assert marked(home) == []
    assert files(home) - DATABASE == LOCKS
    assert rows(path, "PRAGMA application_id") == [(APPLICATION_ID,)]


def test_a_history_with_other_pages_goes(home, path):
    home.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("CREATE TABLE attempt (words)")
        connection.execute("INSERT INTO attempt VALUES (?)", (MARKER * 5_000,))
    assert erase(home, now=NOW).failed == ()
    assert marked(home) == []
    assert is_new(path)


# While others have it open


def test_a_store_that_is_open_finds_an_empty_history_and_what_it_saves_then_is_kept(full, store):
    erase(full, now=NOW)
    assert (store.count(), store.drafts(), store.setting("profile")) == (0, [], None)
    save(store, attempt(), answer="after it")
    with Store(full / "history.db") as other:
        assert other.count() == 1


OPEN = """
with Store(Path(sys.argv[1])) as store:
    print(store.count(), flush=True)
    sys.stdin.readline()
    print(store.count())
    save(store, attempt())
    print(store.count())
"""


def test_another_process_that_has_it_open_goes_on_with_the_empty_history(full, store):
    process = child(OPEN, full / "history.db")
    assert process.stdout.readline() == "1\n"
    erase(full, now=NOW)
    out, errors = process.communicate("\n", timeout=60)
    assert (out, errors) == ("0\n1\n", "")
    assert store.count() == 1


def test_a_page_opened_before_saves_nothing_more_and_one_opened_after_does(store, home):
    before = erasure.BoundStore(store)
    before.save_draft(draft("old"), base=0)
    erase(home, now=NOW)
    for act in (
        lambda: before.save_draft(draft("old"), base=1),
        lambda: before.set_aside(draft("old")),
        lambda: save(before, attempt(), answer="old"),
    ):
        with pytest.raises(Problem, match="Everything was erased since this page was opened"):
            act()
    assert store.state() is None
    erasure.BoundStore(store).save_draft(draft("new"), base=0)
    assert [one.answer for one in before.drafts()] == ["new"]


def test_a_page_goes_on_after_a_restore_of_another_home(store, tmp_path):
    page = erasure.BoundStore(store)
    page.save_draft(draft("mine"), base=0)
    with Store(tmp_path / "other" / "history.db") as other:
        save(other, attempt())
        made = back_up(other, now=NOW).path
    restore(made, into=store.path, now=NOW)
    page.save_draft(draft("goes on"), base=1)
    assert [one.answer for one in store.drafts()] == ["goes on"]


def test_a_backup_kept_elsewhere_can_be_restored_after_an_erasing(store, home, tmp_path):
    fill(store)
    name, made = store.home_id, back_up(store, tmp_path, now=NOW).path
    erase(home, now=NOW)
    restore(made, into=store.path, now=NOW)
    assert (store.count(), erasure.homes(store)) == (1, [name])
    erasure.BoundStore(store).save_draft(draft("again"), base=0)


def test_an_erased_home_is_known_by_name_and_by_nothing_else(store, home):
    names = []
    for _ in range(2):
        write_marked(store)
        names.insert(0, store.home_id)
        erase(home, now=NOW)
    assert erasure.homes(store) == [store.home_id, *names]
    assert len({store.home_id, *names}) == 3
    assert rows(store.path, "SELECT count(*) FROM setting") == [(0,)]
    assert back_up_daily(store, now=NOW) is None


def test_a_backup_under_way_does_not_land_after_an_erasing(store, home, monkeypatch):
    write_marked(store)
    pack = backups.pack

    def erased_meanwhile(*arguments):
        erase(home, now=NOW)
        return pack(*arguments)

    monkeypatch.setattr(backups, "pack", erased_meanwhile)
    with pytest.raises(Problem):
        back_up(store, now=NOW)
    assert files(home) == DATABASE | LOCKS


def test_a_backup_that_is_about_to_get_its_name_does_not_land_either(home):
    part = home / "backups/.recprep-backup-abc/part"
    write(home, ["backups/.recprep-backup-abc/history.db", "backups/.recprep-backup-abc/part"])

    def land(_done: int, _of: int) -> None:
        if part.exists():
            (home / "backups/recprep-daily-20260301T093000Z.recprep").hardlink_to(part)

    erase(home, now=NOW, progress=land)
    assert files(home) == {"incoming.lock"}


def test_a_history_that_is_being_written_is_a_problem_and_nothing_was_erased(full, store, monkeypatch):
    monkeypatch.setattr(erasure, "PATIENCE", 0.05)
    before = files(full)
    with closing(sqlite3.connect(full / "history.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem, match="in use by another program"):
            erase(full, now=NOW)
    assert files(full) - LOCKS == before - LOCKS
    assert store.count() == 1


def test_a_restore_under_way_is_waited_for(full, monkeypatch):
    monkeypatch.setattr(erasure, "PATIENCE", 0.05)
    with closing(sqlite3.connect(full / "incoming.lock", isolation_level=None)) as restoring:
        restoring.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Problem, match="in use by another program"):
            erase(full, now=NOW)
    assert PAGE in {name.rpartition("/")[2] for name in marked(full)}


def test_what_somebody_still_reads_is_named_and_goes_with_the_next_erasing(home, store, path, monkeypatch):
    monkeypatch.setattr(erasure, "PATIENCE", 0.05)
    write_marked(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM answer").fetchone()
        done = erase(home, now=NOW)
    assert [stayed.path for stayed in done.failed] == [path]
    assert "another program still reads" in done.failed[0].why
    assert store.count() == 0
    assert survey(home).begun == NOW
    assert erase(home, now=NOW).failed == ()
    assert (marked(home), survey(home).begun) == ([], None)


# Links, and files with two names


def test_no_link_is_followed_and_what_it_leads_to_is_named(home, tmp_path):
    outside = tmp_path / "elsewhere"
    for name in ("backups", "jupyter", "workbook"):
        write(outside, [f"{name}/recprep-backup-20260301T093000Z.recprep", f"{name}/notebooks/{PAGE}"])
        home.mkdir(exist_ok=True)
        (home / name).symlink_to(outside / name)
    write(outside, ["history.db", "damaged.db"])
    (home / "history.db").symlink_to(outside / "history.db")
    (home / "history.damaged-20260301T093000Z.db").symlink_to(outside / "damaged.db")
    (home / "incoming").symlink_to(outside / "nowhere")
    before = files(outside)
    done = erase(home, now=NOW, lab_is_open=False)
    assert files(home) == {"incoming.lock"}
    assert files(outside) == before
    assert set(marked(outside)) == before
    told = [sentence for sentence in done.unreachable if "only the link was removed" in sentence]
    assert len(told) == 6
    assert any(str(outside / "backups") in sentence for sentence in told)
    assert done.failed == ()


def test_links_that_jupyterlab_may_have_open_stay_and_are_named(home, tmp_path):
    write(tmp_path / "elsewhere", [f"notebooks/{PAGE}"])
    home.mkdir()
    (home / "workbook").symlink_to(tmp_path / "elsewhere")
    done = erase(home, now=NOW)
    assert [stayed.path for stayed in done.failed] == [home / "workbook"]
    assert files(tmp_path / "elsewhere") == {f"notebooks/{PAGE}"}


def test_a_page_that_is_a_link_becomes_a_page_and_what_it_led_to_stays(home, tmp_path):
    page = home / "workbook" / "notebooks" / PAGE
    page.parent.mkdir(parents=True)
    (tmp_path / "mine.ipynb").write_text(MARKER)
    page.symlink_to(tmp_path / "mine.ipynb")
    erase(home, now=NOW)
    assert not page.is_symlink()
    assert (tmp_path / "mine.ipynb").read_text() == MARKER


def test_a_file_with_another_name_elsewhere_is_named_and_the_other_name_stays(home, tmp_path):
    write(home, ["backups/recprep-backup-20260301T093000Z.recprep", "history.damaged-20260301T093000Z.db"])
    (tmp_path / "mine").hardlink_to(home / "backups/recprep-backup-20260301T093000Z.recprep")
    (home / "history.damaged-20260301T093000Z-2.db").hardlink_to(home / "history.damaged-20260301T093000Z.db")
    done = erase(home, now=NOW)
    assert (tmp_path / "mine").read_text() == MARKER
    told = [sentence for sentence in done.unreachable if sentence.startswith("Another name of ")]
    assert len(told) == 1
    assert "recprep-backup-20260301T093000Z.recprep" in told[0]


# While JupyterLab is open


def test_pages_that_jupyterlab_may_have_open_are_as_they_came(full):
    notebooks = full / "workbook" / "notebooks"
    unchanged = {page.name: page.stat().st_ino for page in notebooks.glob("[0-9]*.ipynb") if "(" not in page.name}
    del unchanged[PAGE]
    done = erase(full, now=NOW)
    shipped = {page.name: page.read_bytes() for page in paths.shipped("notebooks").glob("*.ipynb")}
    assert {page.name: page.read_bytes() for page in notebooks.glob("*.ipynb")} == shipped
    assert {name: (notebooks / name).stat().st_ino for name in unchanged} == unchanged
    assert set(marked(full)) == set(OF_LAB)
    assert {stayed.path for stayed in done.left} == {full / "history.db", notebooks, full / "jupyter"}


def test_what_a_page_shows_does_not_make_it_a_changed_one(home):
    work_on_pages(home)
    page = home / "workbook" / "notebooks" / "00-start-here.ipynb"
    content = json.loads(page.read_text(encoding="utf-8"))
    code = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    code["outputs"], code["execution_count"] = [{"output_type": "stream", "name": "stdout", "text": "shown"}], 3
    page.write_text(json.dumps(content))
    assert survey(home).changed == ("10-practice",)


def test_a_page_with_the_state_of_its_widgets_counts_as_changed(home):
    work_on_pages(home)
    page = home / "workbook" / "notebooks" / "20-calibrate.ipynb"
    content = json.loads(page.read_text(encoding="utf-8"))
    content["metadata"]["widgets"] = {"state": MARKER}
    page.write_text(json.dumps(content))
    assert survey(home).changed == ("10-practice", "20-calibrate")
    erase(home, now=NOW)
    assert marked(home) == []


# Interrupted


ERASING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from recprep.storage.custody.erase import erase
print("ready", flush=True)
erase(Path(sys.argv[1]), now=datetime(2026, 3, 1, tzinfo=UTC), lab_is_open=False)
"""


def old_or_new(path: Path) -> str:
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    kept = rows(
        path, "SELECT (SELECT count(*) FROM attempt), (SELECT count(*) FROM answer), (SELECT count(*) FROM draft)"
    )
    assert kept in ([(20, 20, 1)], [(0, 0, 0)])
    return "old" if kept[0][0] else "new"


def fill_up(home: Path) -> None:
    with Store(home / "history.db") as store:
        for number in range(20):
            save(store, attempt(id=f"attempt-{number}"), answer=f"{MARKER} " * 4_000)
        store.save_draft(draft(MARKER), base=0)
        for day in range(4):
            back_up(store, now=NOW + timedelta(days=day))
    write(home, [*MADE, *OF_LAB])


def test_an_erasing_killed_at_any_moment_leaves_the_old_history_or_the_new_one_and_the_next_ends_it(tmp_path):
    chance = random.Random(5)
    fill_up(tmp_path / "whole")
    whole = files(tmp_path / "whole") - DATABASE
    for number in range(15):
        home = shutil.copytree(tmp_path / "whole", tmp_path / f"home-{number}")
        process = lean(ERASING, home)
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.09))
        process.kill()
        process.communicate()
        state = old_or_new(home / "history.db")
        assert state == "new" or not whole - files(home)
        assert erase(home, now=NOW, lab_is_open=False).failed == ()
        assert (marked(home), survey(home).kept) == ([], ())
        assert files(home) - DATABASE == LOCKS
        shutil.rmtree(home)


DYING = """
import signal
from recprep.storage.custody import sweep
from recprep.storage.custody.erase import erase
left = int(sys.argv[2])
def dying(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return before(*_)
before, sweep.Sweep._unlink = sweep.Sweep._unlink, dying
erase(Path(sys.argv[1]), now=NOW, lab_is_open=False)
"""


@pytest.mark.parametrize("step", [1, 8, 20, 35])
def test_what_was_not_removed_yet_is_said_and_goes_with_the_next_erasing(home, step):
    fill_up(home)
    process = child(DYING, home, step)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert old_or_new(home / "history.db") == "new"
    found = survey(home)
    assert found.begun == NOW
    assert found.kept
    assert erase(home, now=NOW, lab_is_open=False).failed == ()
    assert (marked(home), survey(home).begun) == ([], None)


# Trouble with the disk


LIMITED = """
import resource
from recprep.storage.custody.erase import erase
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    print(erase(Path(sys.argv[1]), now=NOW).failed)
except Problem as problem:
    print(problem)
"""


@pytest.mark.parametrize("most", [0, 30_000, 100_000])
def test_a_full_disk_is_a_problem_and_nothing_was_erased(home, store, path, most):
    write_marked(store)
    back_up(store, now=NOW)
    store.close()
    said = finished(child(LIMITED, home, most))
    assert "Check the disk" in said or "disk is full" in said
    assert (rows(path, "SELECT count(*) FROM answer"), len(list(home.glob("backups/*.recprep")))) == ([(1,)], 1)


AS_NOBODY = """
from recprep.storage import paths
from recprep.storage.custody import holdings
from recprep.storage.custody.erase import erase
b"x".decode("cp437")  # loaded now: the user below may not read Python's own folder
holdings.survey(Path("/nowhere"))
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    done = erase(Path(sys.argv[1]), now=NOW, lab_is_open=False)
    print("failed", *(f"{one.path.name}: {one.why}" for one in done.failed), sep="\\n")
except Problem as problem:
    print(problem)
"""


@pytest.fixture
def of_nobody():
    """A full home in a folder that every user can reach, which belongs to the user that the child becomes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill_up(home)
        for place in (home.parent, home, *home.rglob("*")):
            if os.getuid() == 0:
                os.chown(place, 65534, 65534)
        yield home
        for place in (home, *home.rglob("*")):
            if place.is_dir():
                place.chmod(0o700)


def test_a_part_that_may_not_be_written_is_named_and_the_rest_is_gone(of_nobody):
    (of_nobody / "backups").chmod(0o555)
    unread = {"runtime": 0o000, "share": 0o444}
    for name, mode in unread.items():
        (of_nobody / "jupyter" / name).chmod(mode)
    said = finished(child(AS_NOBODY, of_nobody)).splitlines()
    for name in unread:
        (of_nobody / "jupyter" / name).chmod(0o700)
        assert f"{name}: this folder cannot be read (Permission denied); allow reading it, and erase again" in said
    assert said[0] == "failed"
    backup = "recprep-backup-20260301T093000Z.recprep"
    assert f"{backup}: it could not be removed (Permission denied); allow it, and erase again" in said
    assert old_or_new(of_nobody / "history.db") == "new"
    assert {name.partition("/")[0] for name in files(of_nobody) - DATABASE - LOCKS} == {"backups", "jupyter"}
    assert survey(of_nobody).begun == NOW


def test_a_home_that_may_not_be_written_is_a_problem_and_as_it_was(of_nobody):
    before = files(of_nobody)
    of_nobody.chmod(0o555)
    said = finished(child(AS_NOBODY, of_nobody))
    of_nobody.chmod(0o700)
    assert f"recprep may not write {of_nobody / 'history.db'}" in said
    assert files(of_nobody) == before
    assert old_or_new(of_nobody / "history.db") == "old"


# On a page


@pytest.fixture
def form(bank, store, clock, new_id) -> PracticeForm:
    questions = [bank.question_by_id[name] for name in ("flying-up", "landing-down")]

    def begin(_wide: bool) -> Session:
        keeper = erasure.BoundStore(store)
        return Session(bank, questions, keeper=keeper, clock=clock, new_id=new_id, zone="+00:00")

    return PracticeForm(begin, homes=lambda: erasure.homes(store))


def typed(form: PracticeForm, words: str, **changes: object) -> None:
    """Send words as a browser does."""
    box = form._answer
    message = {"type": "text", "home": box.home, "question": box.question, "text": words, "page": "p", "number": 1}
    box._receive(box, message | {"based_on": box.stamp} | changes, [])


def test_a_page_begins_anew_when_it_hears_of_an_erasing(form, store, home):
    typed(form, "old words")
    form.prediction = 3
    old = form._answer.home
    erase(home, now=NOW)
    form.hear()
    assert (form.answer, form.prediction, form._answer.text) == ("", None, "")
    assert (form._answer.home, form._forget.homes) == (store.home_id, [old])
    assert "Everything was erased" in form.notices.said["status"]
    typed(form, "new words")
    assert [one.answer for one in store.drafts()] == ["new words"]


def test_words_that_were_under_way_are_passed_over(form, store, home):
    typed(form, "old words")
    old = form._answer.home
    erase(home, now=NOW)
    form.look()
    typed(form, "old words, and more", home=old)
    assert (form.answer, store.drafts()) == ("", [])


def test_a_page_that_has_not_heard_yet_saves_nothing_and_says_why(form, store, home):
    typed(form, "old words")
    erase(home, now=NOW)
    typed(form, "old words, and more")
    assert "Everything was erased since this page was opened" in form.notices.said["alert"]
    assert store.state() is None


def test_another_set_begun_after_an_erasing_belongs_to_the_new_home(form, store, home):
    typed(form, "old words")
    erase(home, now=NOW)
    form.another_set()
    typed(form, "new words")
    assert form._answer.home == store.home_id
    assert [one.answer for one in store.drafts()] == ["new words"]


def test_a_page_of_the_workbook_is_bound_to_its_home(home):
    form = recprep.practice(questions=1)
    form.answer = "old words"
    erase(home, now=NOW)
    with pytest.raises(Problem, match="Everything was erased"):
        form.answer = "old words, and more"
    assert recprep.practice(questions=1).answer == ""


def test_a_sample_answer_scored_before_an_erasing_is_not_saved_after_it(home):
    form = recprep.calibrate()
    form.scores = {row.id: 3 for row in form.calibration.criteria}
    erase(home, now=NOW)
    with pytest.raises(Problem, match="Everything was erased"):
        form.compare()


# From the command line


def run(*arguments: str, **options: object):
    return CliRunner().invoke(main, ["erase", *arguments], prog_name="recprep", **options)


def at_a_terminal(home: Path, answer: str) -> tuple[int, str]:
    """Run `recprep erase` at a terminal, and type an answer."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "recprep", "erase"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "RECPREP_HOME": str(home), "PYTHONPATH": str(Path(__file__).parent.parent)},
        text=True,
    )
    os.write(ours, f"{answer}\n".encode())
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    return process.returncode, out


def test_at_a_terminal_one_yes_erases(full):
    write(full, ["notes.txt"])
    code, said = at_a_terminal(full, "yes")
    assert code == 0
    assert "In your history: 1 attempt, 1 draft." in said
    assert "You changed these pages, and they go too: 10-practice." in said
    assert "Not made by the workbook, and stays: notes.txt." in said
    assert "It cannot be undone. Type yes to erase all of it" in said
    assert "Removed: Backups (4 files, " in said
    assert f"Left: {full / 'notes.txt'}: the workbook did not make it" in said
    assert OUT_OF_REACH[1] in said
    assert files(full) == DATABASE | LOCKS | {"notes.txt", "server.lock"}


@pytest.mark.parametrize("answer", ["y", "no", ""])
def test_anything_else_keeps_everything(full, answer):
    before = files(full)
    code, said = at_a_terminal(full, answer)
    assert (code, said.splitlines()[-1][-19:]) == (1, "Nothing was erased.")
    assert files(full) == before


def test_with_nobody_to_ask_it_is_wrong_usage_unless_yes_was_said(full):
    before = files(full)
    result = run()
    assert (result.exit_code, "add --yes" in result.stderr) == (2, True)
    assert files(full) == before
    assert run("--yes").exit_code == 0
    assert marked(full) == []


def test_a_name_that_is_no_text_is_told_as_well_as_it_can_be(full):
    (full / os.fsdecode(b"caf\xe9.txt")).write_text("mine")
    result = run("--yes")
    assert (result.exit_code, "Not made by the workbook, and stays: caf?.txt." in result.output) == (0, True)


def test_where_nothing_is_kept_nothing_is_asked(home):
    result = run()
    assert (result.exit_code, result.output) == (0, f"Nothing that you wrote is kept in {home}.\n")
    assert not home.exists()


def test_while_the_workbook_is_open_its_own_files_stay(full):
    with running.claim(full):
        assert run("--yes").exit_code == 0
    assert set(OF_LAB) <= files(full)


def test_what_could_not_be_removed_makes_the_exit_code_one(full, monkeypatch):
    monkeypatch.setattr(erasing, "_cut_off", lambda history, sweep: sweep.fail(history, "still read"))
    result = run("--yes")
    assert (result.exit_code, result.stderr) == (1, f"Not removed: {full / 'history.db'}: still read\n")


def test_an_erasing_that_was_interrupted_is_said(full, monkeypatch):
    monkeypatch.setattr(erasing, "_finish", lambda *_: None)
    run("--yes")
    assert "An erasing was begun on" in run("--yes").output
