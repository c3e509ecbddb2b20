"""A backup is whole or not there; a restore gives the old history or the new one, and keeps what was here."""

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_ratings import keep, rating
from test_store import NOW, attempt, child, draft, finished, flip, rows, save

from recprep.core.problem import Problem
from recprep.storage.custody import backup as backups
from recprep.storage.custody import container
from recprep.storage.custody import restore as restoring
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.container import check
from recprep.storage.custody.restore import restore
from recprep.storage.custody.rotation import back_up_daily, rotate
from recprep.storage.doctor import examine
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store

ROLE = "records-coordinator"
TABLES = ("home", "attempt", "answer", "withdrawal", "rating", "snapshot", "draft", "aside", "setting")


def fill(store: Store) -> None:
    """Put one of everything into a history."""
    first, second = attempt(), attempt(at=NOW + timedelta(days=2), percent=80)
    save(store, first, answer="first words")
    save(store, second, answer="second words")
    store.withdraw(first.id, at=NOW)
    keep(store, rating())
    store.save_draft(draft("a head"), base=0)
    store.save_draft(draft("kept aside", client="tab-2"), base=0)
    store.set_setting("profile", '{"minutes_a_day": 20}', at=NOW)


def content(path: Path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as box:
        return Path(box.extract("history.db", folder))


def files(home: Path) -> set[str]:
    return {file.relative_to(home).as_posix() for file in home.rglob("*") if file.is_file()}


def left_behind(home: Path) -> list[Path]:
    return [*home.glob("incoming"), *home.rglob(".recprep-*"), *home.rglob("*.part")]


@pytest.fixture
def path(home):
    return home / "history.db"


@pytest.fixture
def filled(store, path):
    """A history with one of everything, closed."""
    fill(store)
    store.close()
    return path


@pytest.fixture
def other(tmp_path):
    """The history of another machine, with one attempt."""
    place = tmp_path / "other" / "history.db"
    with Store(place) as store:
        save(store, attempt(id="from elsewhere"))
    return place


@pytest.fixture
def made(other):
    return back_up(other, now=NOW).path


# Backing up


def test_a_backup_is_one_file_named_after_its_time_with_everything_in_it(filled, tmp_path):
    before = content(filled)
    made = back_up(filled, now=NOW)
    assert made.path == filled.parent / "backups" / "recprep-backup-20260301T093000Z.recprep"
    assert content(unpacked(made.path, tmp_path / "out")) == before == content(filled)
    assert (made.created_at, made.reason, made.schema) == (NOW, "asked", STEPS[-1].number)
    assert made.home == before["home"][0][0]
    assert made.counts == {"attempts": 2, "withdrawals": 1, "answers": 2, "ratings": 1, "snapshots": 3,
                           "drafts": 1, "drafts kept aside": 1,
                           "holds": 0, "liftings": 0, "disposals": 0}  # fmt: skip
    assert left_behind(filled.parent) == []


def test_a_backup_says_what_is_in_it_and_is_found_sound(filled):
    made = back_up(filled, now=NOW)
    assert check(made.path) == made


def test_a_backup_is_for_this_user_only(filled):
    old = os.umask(0)
    try:
        made = back_up(filled, now=NOW)
    finally:
        os.umask(old)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (made.path, made.path.parent)] == [0o600, 0o700]


def test_a_backup_never_takes_the_place_of_another_file(filled, tmp_path):
    mine = tmp_path / "mine.recprep"
    mine.write_text("my own")
    assert back_up(filled, mine, now=NOW).path == tmp_path / "mine-2.recprep"
    assert mine.read_text() == "my own"
    assert [back_up(filled, now=NOW).path.name for _ in range(3)] == [
        "recprep-backup-20260301T093000Z.recprep",
        "recprep-backup-20260301T093000Z-2.recprep",
        "recprep-backup-20260301T093000Z-3.recprep",
    ]


def test_backups_made_at_once_are_all_there(filled, tmp_path):
    threads = [threading.Thread(target=back_up, args=(filled, tmp_path), kwargs={"now": NOW}) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([check(path) for path in tmp_path.glob("*.recprep")]) == 6


def test_a_disk_without_links_takes_a_backup_too(filled, tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    assert check(back_up(filled, tmp_path, now=NOW).path).counts["attempts"] == 2


def test_a_target_may_be_a_folder_or_a_file_whose_ending_is_added(filled, tmp_path):
    assert back_up(filled, tmp_path, now=NOW).path.name == "recprep-backup-20260301T093000Z.recprep"
    assert back_up(filled, tmp_path / "mine", now=NOW).path == tmp_path / "mine.recprep"
    with pytest.raises(Problem, match=r"no folder .*nowhere.*Make it"):
        back_up(filled, tmp_path / "nowhere" / "mine.recprep", now=NOW)


def test_a_backup_has_what_is_still_in_the_log(store, path):
    save(store, attempt())
    assert path.with_name("history.db-wal").stat().st_size > 0
    assert back_up(store, now=NOW).counts["attempts"] == 1


WRITING = """
with Store(Path(sys.argv[1])) as store:
    for number in range(100_000):
        save(store, attempt(), answer=str(number))
        if number == 0:
            print("ready", flush=True)
"""


def test_a_backup_made_while_others_save_is_of_one_moment(path, tmp_path):
    process = child(WRITING, path)
    process.stdout.readline()
    try:
        for number in range(8):
            made = back_up(path, tmp_path, now=NOW + timedelta(seconds=number))
            with Store(unpacked(made.path, tmp_path / str(number))) as copy:
                attempts = copy.attempts()
                assert len(attempts) == made.counts["attempts"] == made.counts["answers"]
                assert all(copy.answer(one.id) == str(place) for place, one in enumerate(attempts))
    finally:
        process.kill()
        process.communicate()


def test_progress_is_told(filled, path):
    told = []
    made = back_up(filled, now=NOW, progress=lambda *step: told.append(step))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    told.clear()
    restore(made.path, into=path, now=NOW, progress=lambda *step: told.append(step))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_without_a_history_there_is_nothing_to_back_up_and_none_is_made(path):
    with pytest.raises(Problem, match=r"no history at .*history\.db yet"):
        back_up(path, now=NOW)
    assert not path.parent.exists()


def test_a_damaged_history_is_not_backed_up_as_if_it_were_sound(filled):
    ruin_an_index(filled)
    with pytest.raises(Problem, match=r"not backed up, because it is damaged.*recprep doctor"):
        back_up(filled, now=NOW)
    assert list((filled.parent / "backups").iterdir()) == []


@pytest.mark.parametrize("ruin", [lambda one: b"no database " * 99, lambda one: one[:5000], lambda one: b""])
def test_a_ruined_history_is_not_backed_up(filled, ruin):
    filled.write_bytes(ruin(filled.read_bytes()))
    with pytest.raises(Problem, match=r"damaged|not a backup"):
        back_up(filled, now=NOW)
    assert list((filled.parent / "backups").iterdir()) == []


def test_a_backup_that_was_not_written_as_it_should_be_is_no_backup(filled, monkeypatch):
    packed = backups.pack

    def failing(copy, about, part):
        packed(copy, about, part)
        raw = bytearray(part.read_bytes())
        raw[len(raw) // 2] ^= 1
        part.write_bytes(raw)

    monkeypatch.setattr(backups, "pack", failing)
    with pytest.raises(Problem, match=r"not written as it should be.*unharmed.*another one"):
        back_up(filled, now=NOW)
    assert files(filled.parent / "backups") == set()


def ruin_an_index(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    root = rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_setting_1'")[0][0]
    raw[(root - 1) * 4096] = 77
    path.write_bytes(raw)


DYING = """
from recprep.storage.custody import backup
{before}
backup.back_up(Path(sys.argv[1]), now=NOW)
"""


@pytest.mark.parametrize("name", ["pack", "check", "named"])
def test_a_backup_that_is_killed_is_not_there_and_what_it_left_is_removed_a_day_later(filled, name):
    lines = f"import signal\nbackup.{name} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
    process = child(DYING.format(before=lines), filled)
    process.communicate()
    folder = filled.parent / "backups"
    assert process.returncode == -signal.SIGKILL
    assert list(folder.glob("*.recprep")) == []
    (left,) = folder.iterdir()
    assert "Working files of a restore" in " ".join(one.what for one in examine(filled.parent))
    at = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    back_up(filled, now=at + timedelta(hours=1))
    assert left.exists()
    back_up(filled, now=at + timedelta(hours=25))
    assert not left.exists()
    assert len(list(folder.iterdir())) == 2


# Restoring


def test_a_round_trip_gives_back_everything(filled, path):
    before = content(path)
    made = back_up(filled, now=NOW)
    with Store(path) as store:
        save(store, attempt())
        store.drop_draft(ROLE, "retention-01")
        store.set_setting("profile", "{}", at=NOW)
    assert content(path) != before
    restored = restore(made.path, into=path, now=NOW)
    assert content(path) == before
    assert (restored.counts, restored.notice) == (made.counts, None)
    assert left_behind(path.parent) == []


def test_what_was_here_is_kept_as_a_backup_and_can_be_restored_in_turn(filled, path, made):
    before = content(path)
    kept = restore(made, into=path, now=NOW).kept
    assert kept == path.parent / "backups" / "recprep-before-restore-20260301T093000Z.recprep"
    assert [row[1] for row in content(path)["attempt"]] == ["from elsewhere"]
    restore(kept, into=path, now=NOW)
    assert content(path) == before


def test_a_new_machine_takes_up_the_history(made, other, path):
    restored = restore(made, into=path, now=NOW)
    assert (restored.kept, restored.counts["attempts"]) == (None, 1)
    assert content(path) == content(other)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in [path.parent, *path.parent.iterdir()]}
    assert modes.pop("home") == 0o700
    assert set(modes.values()) == {0o600}


def test_a_history_with_nothing_but_a_profile_is_kept_too(path, made):
    with Store(path) as store:
        store.set_setting("profile", "{}", at=NOW)
    assert restore(made, into=path, now=NOW).kept is not None


def test_the_history_of_another_home_can_be_restored_and_is_only_read(filled, path, other):
    before = other.read_bytes()
    restore(other, into=path, now=NOW)
    assert content(path) == content(other)
    assert other.read_bytes() == before


def test_a_store_that_is_open_here_goes_on_with_the_restored_history(store, made):
    save(store, attempt())
    restore(made, into=store.path, now=NOW)
    assert [one.id for one in store.attempts()] == ["from elsewhere"]
    assert save(store, attempt(id="afterwards")) == 2
    assert (store.damaged(), rows(store.path, "PRAGMA integrity_check")) == ([], [("ok",)])


OPEN = """
with Store(Path(sys.argv[1])) as store:
    save(store, attempt(id="before"))
    print("ready", flush=True)
    input()
    print([one.id for one in store.attempts()], save(store, attempt(id="afterwards")))
"""


def test_another_process_that_has_it_open_goes_on_with_the_restored_history(path, made):
    process = child(OPEN, path)
    process.stdout.readline()
    restore(made, into=path, now=NOW)
    out, errors = process.communicate("go\n", timeout=60)
    assert out == "['from elsewhere'] 2\n", errors
    with Store(path) as store:
        assert [one.id for one in store.attempts()] == ["from elsewhere", "afterwards"]
        assert store.damaged() == []


def test_what_is_saved_while_a_restore_keeps_the_old_history_is_in_what_is_kept(
    store, path, made, tmp_path, monkeypatch
):
    kept, late = restoring._keep, [attempt(id="late")]

    def meddled(*arguments):
        result = kept(*arguments)
        while late:
            save(store, late.pop())
        return result

    save(store, attempt(id="early"))
    monkeypatch.setattr(restoring, "_keep", meddled)
    result = restore(made, into=path, now=NOW)
    assert [row[1] for row in content(unpacked(result.kept, tmp_path / "out"))["attempt"]] == ["early", "late"]
    assert [one.id for one in store.attempts()] == ["from elsewhere"]


def test_a_history_that_somebody_writes_to_all_the_time_is_a_problem_and_as_it_was(store, path, made, monkeypatch):
    kept = restoring._keep
    monkeypatch.setattr(restoring, "_keep", lambda *given: (kept(*given), save(store, attempt()))[0])
    save(store, attempt())
    with pytest.raises(Problem, match="in use by another program"):
        restore(made, into=path, now=NOW)
    assert store.count() == 1 + restoring.TRIES


def test_a_history_that_is_locked_is_a_problem_and_as_it_was(filled, path, made, monkeypatch):
    monkeypatch.setattr(restoring, "PATIENCE", 0.1)
    before = content(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem, match="in use by another program"):
            restore(made, into=path, now=NOW)
    assert content(path) == before


def test_a_ruined_history_is_moved_aside_and_the_backup_takes_its_place(filled, path, made):
    path.write_bytes(b"no database " * 99)
    restored = restore(made, into=path, now=NOW)
    (kept,) = path.parent.glob("history.damaged-*.db")
    assert str(kept) in restored.notice
    assert kept.read_bytes() == b"no database " * 99
    assert [row[1] for row in content(path)["attempt"]] == ["from elsewhere"]


def test_a_damaged_history_that_still_opens_is_kept_page_by_page(filled, path, made):
    ruin_an_index(path)
    ruined = path.read_bytes()
    kept = restore(made, into=path, now=NOW).kept
    assert kept.name.startswith("history.damaged-")
    assert kept.read_bytes()[4096:] == ruined[4096:]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert [row[1] for row in content(path)["attempt"]] == ["from elsewhere"]


def test_an_attempt_that_was_damaged_when_it_was_backed_up_comes_back_as_it_was_and_is_named(filled, path):
    flip(path, b'"sitting":"sitting-1"', 12)
    made = back_up(path, now=NOW)
    restore(made.path, into=path, now=NOW)
    with Store(path) as store:
        assert [one.what for one in store.damaged()] == ["attempt"]


def test_a_backup_of_an_older_form_is_migrated(path, tmp_path):
    old = tmp_path / "old" / "history.db"
    with Store(old, steps=STEPS[:1]) as store:
        store.save_draft(draft("old words"), base=0)
    made = back_up(old, now=NOW)
    assert made.schema == 1
    restore(made.path, into=path, now=NOW)
    with Store(path) as store:
        assert store.draft(ROLE, "retention-01").answer == "old words"
        assert store.ratings(ROLE) == []
    assert files(path.parent) == {"history.db", "history.lock", "incoming.lock"}


def test_a_copy_made_before_a_migration_can_be_restored(path, tmp_path):
    with Store(path, steps=STEPS[:1]) as store:
        store.save_draft(draft("old words"), base=0)
    Store.open(path).close()
    (copy,) = (path.parent / "backups").glob("history.schema-1-*.db")
    with Store(path) as store:
        store.drop_draft(ROLE, "retention-01")
        restore(copy, into=path, now=NOW)
        assert store.draft(ROLE, "retention-01").answer == "old words"


def test_a_history_with_other_pages_comes_into_place_too(filled, path, other):
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")
    restore(other, into=path, now=NOW)
    assert [row[1] for row in content(path)["attempt"]] == ["from elsewhere"]


def test_a_much_larger_history_takes_the_place_of_a_small_one_and_the_other_way_round(path, filled, other):
    with Store(other) as store:
        for number in range(60):
            save(store, attempt(), answer=str(number) * 100_000)
    small = back_up(path, now=NOW)
    restore(other, into=path, now=NOW)
    assert content(path) == content(other)
    before = path.stat().st_size
    restore(small.path, into=path, now=NOW)
    assert len(content(path)["attempt"]) == 2
    assert path.stat().st_size < before / 10


# What is not restored


def test_a_file_that_is_not_there_is_a_problem_and_makes_nothing(path, tmp_path):
    for place in (tmp_path / "gone.recprep", tmp_path):
        with pytest.raises(Problem, match=r"There is no file .*name that file"):
            restore(place, into=path, now=NOW)
    assert not path.exists()


def test_a_history_is_not_restored_from_itself(filled):
    with pytest.raises(Problem, match="this history itself"):
        restore(filled, into=filled, now=NOW)


def repacked(made: Path, change) -> None:
    """Pack a backup anew, its parts changed: a dict of names and bytes."""
    with zipfile.ZipFile(made) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    changed = change(parts)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, raw in changed if isinstance(changed, list) else changed.items():
            box.writestr(name, raw)


def said(parts: dict, **changes) -> dict:
    manifest = {**json.loads(parts["manifest.json"]), **changes}
    return {**parts, "manifest.json": json.dumps({name: one for name, one in manifest.items() if one is not None})}


def with_database(parts: dict, change) -> dict:
    """Change the database, and let the manifest agree with it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "history.db"
        copy.write_bytes(parts["history.db"])
        change(copy)
        raw = copy.read_bytes()
        fresh = {"bytes": len(raw), "sha256": container.sha256_of(copy)}
    return {**said(parts, **fresh), "history.db": raw}


def ask(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


TRIGGER = "CREATE TRIGGER nosy AFTER INSERT ON attempt BEGIN DELETE FROM attempt; END"
HOSTILE = {
    "a path that leads out": lambda parts: {**parts, "../../escaped": b"x"},
    "an absolute path": lambda parts: {**parts, "/tmp/escaped": b"x"},
    "a third part": lambda parts: {**parts, "notes.txt": b"x"},
    "no manifest": lambda parts: {"history.db": parts["history.db"]},
    "no database": lambda parts: {"manifest.json": parts["manifest.json"]},
    "a manifest that is no JSON": lambda parts: {**parts, "manifest.json": b"{"},
    "a manifest that is a list": lambda parts: {**parts, "manifest.json": b"[]"},
    "a manifest that is huge": lambda parts: said(parts, padding="x" * 100_000),
    "a manifest without a checksum": lambda parts: said(parts, sha256=None),
    "a checksum that is no text": lambda parts: said(parts, sha256=7),
    "another checksum": lambda parts: said(parts, sha256="0" * 64),
    "another size": lambda parts: said(parts, bytes=100),
    "no size": lambda parts: said(parts, bytes=0),
    "a size that is no number": lambda parts: said(parts, bytes="many"),
    "a time that is none": lambda parts: said(parts, created_at="yesterday"),
    "a version that is no number": lambda parts: said(parts, version="one"),
    "an empty database": lambda parts: with_database(parts, lambda copy: copy.write_bytes(b"")),
    "a text as database": lambda parts: with_database(parts, lambda copy: copy.write_bytes(b"Dear diary" * 99)),
    "half a database": lambda parts: with_database(parts, lambda copy: os.truncate(copy, 8192)),
    "a database of another program": lambda parts: with_database(
        parts, lambda copy: ask(copy, "PRAGMA application_id = 7")
    ),
    "a database without its tables": lambda parts: with_database(parts, lambda copy: ask(copy, "DROP TABLE rating")),
    "a database that never had a form": lambda parts: with_database(
        parts, lambda copy: ask(copy, "PRAGMA user_version = 0")
    ),
    "a damaged database": lambda parts: with_database(parts, ruin_an_index),
    "a trigger": lambda parts: with_database(parts, lambda copy: ask(copy, TRIGGER)),
    "a view": lambda parts: with_database(parts, lambda copy: ask(copy, "CREATE VIEW v AS SELECT 1")),
    "a virtual table": lambda parts: with_database(
        parts, lambda copy: ask(copy, "CREATE VIRTUAL TABLE v USING fts5(a)")
    ),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_or_damaged_backup_is_a_problem_and_what_is_here_is_unharmed(filled, path, made, tmp_path, change):
    before = content(path)
    repacked(made, change)
    with pytest.raises(Problem, match=r"recprep.*Nothing was changed"):
        restore(made, into=path, now=NOW)
    assert content(path) == before
    assert left_behind(path.parent) == []
    assert not any(file.name == "escaped" for file in tmp_path.rglob("*"))
    assert not Path("/tmp/escaped").exists()


def test_a_part_that_comes_twice_is_refused(path, made):
    with pytest.warns(UserWarning, match="Duplicate name"):
        repacked(made, lambda parts: [*parts.items(), ("history.db", parts["history.db"])])
    with pytest.raises(Problem, match="damaged"):
        restore(made, into=path, now=NOW)


@pytest.mark.parametrize("words", [{"schema": 99}, {"version": 2}])
def test_a_backup_from_a_newer_version_is_a_problem(filled, path, made, words):
    before = content(path)
    repacked(made, lambda parts: said(parts, **words))
    with pytest.raises(Problem, match=r"made by a newer version of recprep.*Install the newer version"):
        restore(made, into=path, now=NOW)
    assert content(path) == before


def test_a_newer_database_in_a_backup_or_alone_is_a_problem(filled, path, made, other):
    repacked(made, lambda parts: with_database(parts, lambda copy: ask(copy, "PRAGMA user_version = 99")))
    ask(other, "PRAGMA user_version = 99")
    for place in (made, other):
        with pytest.raises(Problem, match=rf"^{place} was made by a newer version of recprep \(form 99.*Install"):
            restore(place, into=path, now=NOW)


def test_a_bomb_is_not_unpacked(path, made):
    """A manifest that lies about the size is caught by the size in the zip, and that by what really comes."""
    repacked(made, lambda parts: {**parts, "history.db": bytes(50_000_000)})
    assert made.stat().st_size < 100_000
    raw = made.read_bytes()
    small = check_size(made)
    with pytest.raises(Problem, match="its size is not what it says"):
        restore(made, into=path, now=NOW)
    made.write_bytes(raw.replace((50_000_000).to_bytes(4, "little"), small.to_bytes(4, "little")))
    with largest() as seen, pytest.raises(Problem, match="damaged backup"):
        restore(made, into=path, now=NOW)
    assert max(seen) <= small
    assert not path.exists()


def check_size(made: Path) -> int:
    with zipfile.ZipFile(made) as box:
        return json.loads(box.read("manifest.json"))["bytes"]


@contextmanager
def largest():
    """Give the sizes of the files in the folder that receives, seen at the moment when it is removed."""
    seen, remove = [0], shutil.rmtree

    def look(folder, **options):
        seen.extend(file.stat().st_size for file in Path(folder).glob("*"))
        remove(folder, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "rmtree", look)
        yield seen


def test_a_backup_larger_than_the_room_on_the_disk_is_a_problem(filled, path, made, monkeypatch):
    before = content(path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(Problem, match=r"The disk is full: .*history\.db.*Free some space"):
        restore(made, into=path, now=NOW)
    assert content(path) == before


@pytest.mark.parametrize("raw", [b"", b"x", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"Dear diary, " * 999])
def test_a_file_of_another_kind_is_a_problem(path, tmp_path, raw):
    foreign = tmp_path / "foreign.recprep"
    foreign.write_bytes(raw)
    with pytest.raises(Problem, match=r"not a backup|damaged backup"):
        restore(foreign, into=path, now=NOW)
    assert not path.exists()


def test_another_programs_database_is_a_problem(path, tmp_path):
    foreign = tmp_path / "bookmarks.db"
    ask(foreign, "CREATE TABLE bookmarks (address TEXT)")
    with pytest.raises(Problem, match="not a backup of recprep"):
        restore(foreign, into=path, now=NOW)


def test_wherever_a_backup_is_cut_off_it_is_a_problem(path, made):
    whole = made.read_bytes()
    for length in range(0, len(whole), len(whole) // 150):
        made.write_bytes(whole[:length])
        with pytest.raises(Problem, match=r"not a backup|damaged backup"):
            check(made)
    with pytest.raises(Problem):
        restore(made, into=path, now=NOW)
    assert not path.exists()


def test_whichever_bit_flips_a_backup_is_damaged_or_still_gives_the_same(made, other, tmp_path):
    whole, before, refused = made.read_bytes(), content(other), 0
    places = [*range(80), *range(len(whole) - 250, len(whole)), *random.Random(7).sample(range(len(whole)), 300)]
    for place in places:
        raw = bytearray(whole)
        raw[place] ^= 1 << (place % 8)
        made.write_bytes(raw)
        copy = tmp_path / f"copy-{place}.db"
        try:
            container.extract(made, copy)
        except Problem:
            refused += 1
        else:
            assert content(copy) == before
        copy.unlink(missing_ok=True)
    assert refused > len(places) / 2


# Interrupted


RESTORING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from recprep.storage.custody.restore import restore
print("ready", flush=True)
restore(Path(sys.argv[2]), into=Path(sys.argv[1]), now=datetime(2026, 3, 1, tzinfo=UTC))
print("done", flush=True)
"""


def lean(script: str, *arguments: object) -> subprocess.Popen:
    """Start a process that loads nothing but what it names, for tests that start many."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_midway(script: str, *arguments: object, rounds: int, seed: int) -> Iterator[None]:
    """Start a script that says when it begins and when it is done, and kill it at a random moment, again and again.

    The first one is not killed: it shows how long that is.
    """
    chance, took = random.Random(seed), 0.0
    for number in range(rounds):
        process = lean(script, *arguments)
        process.stdout.readline()
        if number:
            time.sleep(chance.uniform(0, took))
            process.kill()
        else:
            started = time.perf_counter()
            process.stdout.readline()
            took = time.perf_counter() - started
        process.communicate()
        yield


def test_a_restore_killed_at_any_moment_leaves_the_old_history_or_the_new_one(path, tmp_path):
    for name, place in (("old", path), ("new", tmp_path / "new" / "history.db")):
        with Store(place) as store:
            for number in range(60):
                save(store, attempt(id=f"{name}-{number}"), answer="words " * 5_000)
    old, new = content(path), content(tmp_path / "new" / "history.db")
    made, was = back_up(tmp_path / "new" / "history.db", now=NOW).path, back_up(path, tmp_path, now=NOW).path
    seen = []
    for _ in killed_midway(RESTORING, path, made, rounds=11, seed=11):
        found = content(path)
        assert found in (old, new)
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        seen.append(found == new)
        if found == new:
            restore(was, into=path, now=NOW)
        assert content(path) == old
    assert [check(kept) for kept in (path.parent / "backups").glob("*.recprep")]
    restore(made, into=path, now=NOW)
    assert content(path) == new
    assert left_behind(path.parent) in ([], [*path.parent.glob("backups/.recprep-*")])


@pytest.mark.parametrize("pages", range(1, 9))
def test_a_restore_killed_between_two_pages_leaves_the_old_history(filled, path, made, pages):
    before = content(path)
    lines = f"""
import signal
from recprep.storage.custody import restore
restore.PAGES, seen, looks = 3, restore._seen, []
def dying(connection):
    looks.append(1)
    if len(looks) > {pages}:
        os.kill(os.getpid(), signal.SIGKILL)
    return seen(connection)
restore._seen = dying
restore.restore(Path(sys.argv[2]), into=Path(sys.argv[1]), now=NOW)
"""
    process = child(lines, path, made)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert content(path) == before
    with Store(path) as store:
        assert store.damaged() == []


# Trouble with the disk


LIMITED = """
import resource
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.restore import restore
path, made, act = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    back_up(path, now=NOW) if act == "back up" else restore(made, into=path, now=NOW)
except Problem as problem:
    print(problem)
"""


@pytest.mark.parametrize("act", ["back up", "restore"])
@pytest.mark.parametrize("most", [0, 3_000, 50_000, 200_000, 400_000])
def test_a_file_that_may_not_grow_is_a_problem_and_what_is_here_is_unharmed(filled, path, tmp_path, act, most):
    with Store(path) as store:
        save(store, attempt(), answer="x" * 500_000)
    with Store(tmp_path / "new" / "history.db") as store:
        save(store, attempt(), answer=random.Random(1).randbytes(300_000).hex())
    before, made = content(path), back_up(tmp_path / "new" / "history.db", now=NOW).path
    said = finished(child(LIMITED, path, made, act, most))
    assert "Check the disk" in said or "disk is full" in said
    assert content(path) == before
    assert not [*path.parent.glob("backups/*.part"), *path.parent.glob("incoming")]
    assert all(check(one) for one in path.parent.glob("backups/*.recprep"))


FORBIDDEN = """
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.merge import merge
from recprep.storage.custody.restore import restore
b"x".decode("cp437")  # loaded now: the user below may not read Python's own folder
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
path, made, free = map(Path, sys.argv[1:])
tried = [
    lambda: back_up(path, now=NOW),
    lambda: restore(made, into=path, now=NOW),
    lambda: merge(made, into=Store(path), now=NOW),
    lambda: back_up(path, free, now=NOW),
]
for one in tried:
    try:
        print(one().path)
    except Problem as problem:
        print(problem)
"""


def test_a_home_that_may_not_be_written_is_a_problem_but_can_be_backed_up_elsewhere():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        path, free, other = root / "home" / "history.db", root / "free", root / "other.db"
        for place in (path, other):
            with Store(place) as store:
                save(store, attempt())
        made = back_up(other, root, now=NOW).path
        made.chmod(0o644)
        path.chmod(0o444)
        free.mkdir(mode=0o777)
        free.chmod(0o777)
        path.parent.chmod(0o555)
        root.chmod(0o755)
        before = path.read_bytes()
        try:
            told = finished(child(FORBIDDEN, path, made, free)).splitlines()
        finally:
            path.parent.chmod(0o755)
        assert all("recprep may not write" in sentence for sentence in told[:3])
        assert len(told) == 4
        assert check(Path(told[3])).counts["attempts"] == 1
        assert path.read_bytes() == before


def test_a_backup_that_may_not_be_read_is_a_problem():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        with Store(root / "other.db") as store:
            save(store, attempt())
        made = back_up(root / "other.db", root, now=NOW).path
        (root / "free").mkdir()
        (root / "free").chmod(0o777)
        told = finished(child(FORBIDDEN, root / "free" / "history.db", made, root / "free")).splitlines()
    assert f"{made} could not be read (" in told[1]
    assert "Nothing was changed. Allow reading it" in told[1]


# A backup a day


def names(home: Path) -> list[str]:
    return sorted(path.name for path in home.glob("backups/*"))


def test_the_first_look_of_a_day_makes_a_backup_and_the_others_none(store, home):
    save(store, attempt())
    assert back_up_daily(store, now=NOW).reason == "daily"
    save(store, attempt())
    for hours in (0, 1, 14):
        assert back_up_daily(store, now=NOW + timedelta(hours=hours)) is None
    assert back_up_daily(store, now=NOW + timedelta(hours=15)) is not None
    assert names(home) == ["recprep-daily-20260301T093000Z.recprep", "recprep-daily-20260302T003000Z.recprep"]


def test_without_a_change_or_without_anything_there_is_no_new_backup(store, home):
    assert back_up_daily(store, now=NOW) is None
    assert not home.exists()
    store.count()
    assert back_up_daily(store, now=NOW) is None
    save(store, attempt())
    assert back_up_daily(store, now=NOW) is not None
    store.memories(ROLE, ["retention-01"])
    store.tally(ROLE)
    assert back_up_daily(store, now=NOW + timedelta(days=9)) is None


CHANGES = {
    "an attempt": lambda store, one: save(store, attempt()),
    "a withdrawal": lambda store, one: store.withdraw(one.id, at=NOW),
    "a rating": lambda store, one: keep(store, rating()),
    "a draft": lambda store, one: store.save_draft(draft("more"), base=1),
    "a draft kept aside": lambda store, one: store.set_aside(
        draft("more", client="tab-2", saved_at=NOW + timedelta(1))
    ),
    "a setting": lambda store, one: store.set_setting("profile", "{}", at=NOW + timedelta(1)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_there_is_a_new_backup(store, change):
    fill(store)
    back_up_daily(store, now=NOW)
    change(store, store.attempts()[0])
    assert back_up_daily(store, now=NOW + timedelta(days=2)) is not None


def test_a_clock_that_was_ahead_does_not_stop_the_backups(store):
    save(store, attempt())
    back_up_daily(store, now=NOW + timedelta(days=900))
    save(store, attempt())
    assert back_up_daily(store, now=NOW) is not None
    assert back_up_daily(store, now=NOW) is None


def practised(store: Store, days: int) -> None:
    for day in range(days):
        save(store, attempt())
        back_up_daily(store, now=NOW + timedelta(days=day, hours=day % 3))


def test_seven_days_and_four_weeks_are_kept(store, home):
    """1 March 2026 is a Sunday; the last of the sixty days is Wednesday, 29 April."""
    practised(store, 60)
    days = [path.split("-")[2][:8] for path in names(home)]
    assert days == ["20260412", "20260419", *(f"202604{day}" for day in range(23, 30))]


def test_after_a_long_pause_the_old_ones_are_still_there(store, home):
    practised(store, 3)
    save(store, attempt())
    back_up_daily(store, now=NOW + timedelta(days=300))
    assert len(names(home)) == 4


def test_only_its_own_files_are_ever_removed(store, home, other):
    save(store, attempt())
    folder = home / "backups"
    mine = [
        back_up(store, now=NOW).path,
        back_up(store, now=NOW, reason="restore").path,
        back_up(store, now=NOW, reason="merge").path,
        back_up(other, folder, now=NOW, reason="daily").path,
        back_up(store, folder / "recprep-daily-20200101T000000Z.recprep", now=datetime(2020, 1, 1, tzinfo=UTC)).path,
        back_up(store, folder / "recprep-daily-20200102T000000Z.recprep", now=NOW, reason="daily").path,
    ]
    copied = back_up(store, now=NOW - timedelta(days=99), reason="daily").path
    mine += [folder / name for name in ("recprep-daily-20200103T000000Z.recprep", "history.schema-1-x.db", "notes.txt")]
    for path in mine[-3:]:
        path.write_bytes(b"my own")
    mine.append(shutil.copy(copied, folder / "recprep-daily (copy).recprep"))
    practised(store, 40)
    assert not copied.exists()
    assert all(path.exists() for path in mine)


def test_a_daily_backup_that_is_damaged_is_not_removed(store, home):
    practised(store, 2)
    broken = home / "backups" / names(home)[0]
    raw = broken.read_bytes()
    middle = slice(len(raw) // 2, len(raw) // 2 + 100)  # of a single bit it may be that nothing depends on it
    broken.write_bytes(raw[: middle.start] + bytes(255 - one for one in raw[middle]) + raw[middle.stop :])
    assert rotate(broken.parent, home=store.home_id, days=1, weeks=0) == []
    broken.write_bytes(raw)
    assert rotate(broken.parent, home=store.home_id, days=1, weeks=0) == [broken]


# What the doctor says


def test_the_doctor_lists_backups_as_sound_or_damaged(filled):
    sound, broken = back_up(filled, now=NOW).path, back_up(filled, now=NOW).path
    os.truncate(broken, 3000)
    found = {one.where: one for one in examine(filled.parent)}
    assert found[sound].sound
    assert found[sound].what.startswith("Backup of 2026-03-01 09:30 UTC, 2 attempts, ")
    assert not found[broken].sound
    assert found[broken].what.startswith("Damaged backup")
    assert "Do not restore" in found[broken].mend
