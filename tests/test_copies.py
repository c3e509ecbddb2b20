"""Files that still hold what was disposed of are named, and those that the workbook made itself may go."""

import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from test_retention import MARK, NOW, OLD, disposed, given, looked, ruled
from test_store import attempt, flip, save

from recprep.storage.custody.backup import back_up
from recprep.storage.custody.container import check, read_manifest
from recprep.storage.custody.copies import Copies, copies_of
from recprep.storage.custody.merge import merge
from recprep.storage.custody.restore import restore
from recprep.storage.custody.retention import dispose, hold
from recprep.storage.custody.rotation import back_up_daily
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store

BEFORE = NOW - timedelta(days=3)


def found(store: Store) -> Copies:
    return copies_of(store.path, home=store.home_id, now=NOW)


def names(paths) -> list[str]:
    return sorted(path.name for path in paths)


@pytest.fixture
def folder(home):
    return home / "backups"


@pytest.fixture
def filled(store, tmp_path):
    """A history with one old answer, and a copy of each sort beside it."""
    given(ruled(store))
    back_up_daily(store, now=BEFORE)
    back_up(store, now=BEFORE)
    with Store(tmp_path / "other" / "history.db") as other:
        save(other, attempt(at=BEFORE))
    merge(other.path, into=store, now=BEFORE)
    restore(back_up(store, tmp_path, now=BEFORE).path, into=store.path, now=BEFORE)
    return store


DAILY, ASKED, MERGED, RESTORED = (
    f"recprep-{word}-20260226T083000Z.recprep" for word in ("daily", "backup", "before-merge", "before-restore")
)


def test_each_copy_is_told_apart_by_what_it_is(filled, folder, tmp_path):
    (folder / "recprep-daily-20200101T000000Z.recprep").write_bytes(b"no backup at all")
    back_up(tmp_path / "other" / "history.db", folder / "of another home", now=BEFORE)
    shutil.copy(folder / DAILY, folder / "my own name.recprep")
    (folder.parent / "history.damaged-20260101T000000Z.db").write_bytes(b"ruin")
    (folder / ".recprep-backup-killed").mkdir()
    (folder / "notes.txt").write_text("not ours")
    copies = found(filled)
    assert names(copies.daily) == [DAILY]
    assert names(copies.lasting) == [MERGED, RESTORED]
    assert names(copies.asked) == ["my own name.recprep", ASKED]
    assert names(copies.other) == [
        ".recprep-backup-killed",
        "history.damaged-20260101T000000Z.db",
        "of another home.recprep",
        "recprep-daily-20200101T000000Z.recprep",
    ]
    assert copies.automatic == (*copies.daily, *copies.lasting)


def test_a_copy_made_before_a_change_of_form_is_the_workbooks_own(home, folder):
    with Store(home / "history.db", steps=STEPS[:2]) as old:
        given(old)
    with Store(home / "history.db") as store:
        ruled(store)
        (copy,) = found(store).lasting
        assert copy.name.startswith("history.schema-2-")
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("UPDATE home SET id = 'another'")
        assert found(store).other == (copy,)


def test_without_copies_there_is_nothing_to_name(store):
    assert found(store) == Copies()


def test_the_person_is_asked_with_the_copies_that_hold_the_same_words(filled):
    assert looked(filled).copies == found(filled)
    assert disposed(filled).copies == found(filled)


# When the rotation lets go


@pytest.mark.parametrize("days_ago", [[1], [20], [1, 2, 3, 9, 16, 23], [0]])
def test_the_day_named_is_the_first_on_which_daily_practice_has_replaced_every_copy(store, folder, days_ago):
    given(store)
    for number in sorted(days_ago, reverse=True):
        given(store, at=NOW - timedelta(days=number))
        back_up_daily(store, now=NOW - timedelta(days=number))
    copies = found(store)
    day, left = NOW, set(copies.daily)
    while left:
        assert day.date() < copies.gone_by
        day += timedelta(days=1)
        given(store, at=day)
        back_up_daily(store, now=day)
        left = {path for path in copies.daily if path.exists()}
    assert day.date() == copies.gone_by


def test_without_daily_copies_no_day_is_named(store):
    given(store)
    back_up(store, now=BEFORE)
    assert found(store).gone_by is None


def test_a_week_of_practice_and_a_sunday_decide(store):
    given(store)
    back_up_daily(store, now=datetime(2026, 2, 22, 12, tzinfo=UTC))  # a Sunday: the last of its week
    assert found(store).gone_by == date(2026, 3, 23)  # the Monday of the fourth week with backups, from tomorrow on


# Making them anew


def test_without_being_told_to_no_copy_is_touched(filled, folder):
    before = names(folder.iterdir())
    done = disposed(filled)
    assert (done.backup, done.removed) == (None, ())
    assert names(folder.iterdir()) == before


def test_a_new_backup_without_the_words_takes_the_place_of_the_automatic_ones(filled, folder):
    done = disposed(filled, backups=True)
    assert names(done.removed) == [MERGED, RESTORED, DAILY]
    assert names(folder.iterdir()) == [ASKED, done.backup.name]
    assert read_manifest(done.backup).reason == "daily"
    assert check(done.backup).counts["disposals"] == 1
    with zipfile.ZipFile(done.backup) as box:
        assert MARK.encode() not in box.read("history.db")
    assert names(done.copies.asked) == [ASKED]
    assert (done.copies.automatic, done.copies.gone_by) == ((), None)


def test_a_copy_that_is_damaged_or_of_another_home_stays(filled, folder, tmp_path):
    raw = (folder / DAILY).read_bytes()
    (folder / DAILY).write_bytes(raw[:400] + b"\x00" * 40 + raw[440:])
    other = back_up(tmp_path / "other" / "history.db", folder, now=BEFORE - timedelta(days=1), reason="daily").path
    done = disposed(filled, backups=True)
    assert names(done.removed) == [MERGED, RESTORED]
    assert other.exists()
    assert DAILY in names(done.copies.daily)


def test_while_a_hold_stands_the_copies_stay(filled, folder):
    hold(filled, now=NOW, role="archivist")
    before = names(folder.iterdir())
    done = disposed(filled, backups=True)
    assert done.record.texts == 1
    assert "A hold stands, so the backups stay too" in done.notices[0]
    assert names(folder.iterdir()) == before


def test_copies_that_may_mend_a_damaged_history_stay(filled, folder):
    given(filled, at=NOW, words="words to mend")
    filled.close()
    flip(filled.path, b"words to mend", 2)
    before = names(folder.iterdir())
    done = disposed(filled, backups=True)
    assert "The answers are removed, but the backups stayed" in done.notices[0]
    assert "an earlier backup may mend" in done.notices[0]
    assert names(folder.iterdir()) == before


def test_when_the_new_backup_cannot_be_made_the_old_ones_stay(filled, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = names(folder.iterdir())
    due = looked(filled)
    monkeypatch.setattr("recprep.storage.custody.backup.pack", full)
    done = dispose(filled, due, now=NOW, backups=True)
    assert (done.backup, done.removed) == (None, ())
    assert "The disk is full" in done.notices[0]
    assert names(folder.iterdir()) == before


def test_with_nothing_due_the_copies_stay(filled, folder):
    before = names(folder.iterdir())
    done = disposed(filled, now=NOW - timedelta(days=1), backups=True)
    assert done.record is None
    assert names(folder.iterdir()) == before


def test_an_old_copy_is_still_there_to_be_restored_when_the_person_did_not_let_it_go(filled, folder):
    disposed(filled)
    restore(folder / DAILY, into=filled.path, now=NOW)
    assert [filled.answer(one.id) for one in filled.attempts() if one.at == OLD] == [MARK]
