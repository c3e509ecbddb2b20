"""What the store promises: saved is saved, once; damage is seen and named; no draft overwrites another."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recprep.core.fingerprint import canonical, clean, digest
from recprep.core.memory import Memory, replay
from recprep.core.models import Attempt, Draft
from recprep.core.problem import Problem
from recprep.storage.store import Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
QUESTION = canonical({"id": "retention-01", "prompt": "How do you apply a schedule?"})
RUBRIC = canonical({"criteria": ["accuracy"]})
SNAPSHOTS = {digest(QUESTION): QUESTION, digest(RUBRIC): RUBRIC}


def attempt(**changes) -> Attempt:
    first = Attempt(
        id=str(uuid.uuid4()),
        sitting="sitting-1",
        role="records-coordinator",
        question="retention-01",
        kind="procedure",
        competency="retention",
        at=NOW,
        zone="Europe/Berlin",
        rater="self",
        prediction=None,
        levels={"accuracy": 3, "judgement": 1},
        weights={"accuracy": 60, "judgement": 40},
        percent=0,
        band="relearn",
        gated=True,
        key_points=(True, False),
        aloud=False,
        seconds_taken=0,
        question_hash=digest(QUESTION),
        rubric_hash=digest(RUBRIC),
    )
    return replace(first, **changes)


def draft(answer="Half an answer", *, client="tab-1", **changes) -> Draft:
    first = Draft(
        role="records-coordinator",
        question="retention-01",
        question_hash=digest(QUESTION),
        client=client,
        revision=0,
        saved_at=NOW,
        answer=answer,
    )
    return replace(first, **changes)


def save(store: Store, one: Attempt, answer: str = "First I read the schedule.") -> int:
    return store.save_attempt(one, answer=answer, snapshots=SNAPSHOTS)


def child(script: str, *arguments: object) -> subprocess.Popen:
    """Start a process that can use the records of this file."""
    paths = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    lines = "import os, sys\nfrom pathlib import Path\nfrom test_store import *\n"
    return subprocess.Popen(
        [sys.executable, "-c", lines + script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "history.db"


@pytest.fixture
def store(path):
    with Store(path) as opened:
        yield opened


# What is saved


def test_the_file_is_written_so_that_a_save_survives_a_power_cut(store):
    store.count()
    asked = [store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")]
    assert asked == [2, b"wal"]
    assert store._connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_an_attempt_comes_back_as_it_was_saved(store):
    one = attempt()
    assert save(store, one) == 1
    assert store.attempts() == [one]
    assert store.answer(one.id) == "First I read the schedule."
    assert store.snapshot(one.question_hash) == QUESTION
    assert store.snapshot(one.rubric_hash) == RUBRIC


def test_attempts_come_in_the_order_of_saving_not_of_their_times(store):
    later, earlier = attempt(at=NOW), attempt(at=NOW - timedelta(days=9))
    save(store, later)
    save(store, earlier)
    assert [one.id for one in store.attempts()] == [later.id, earlier.id]


def test_a_time_in_another_zone_is_kept_in_utc(store):
    save(store, attempt(at=NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))))
    assert store.attempts()[0].at == NOW
    assert store.attempts()[0].at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused_and_nothing_is_saved(store):
    with pytest.raises(ValueError, match="no time zone"):
        save(store, attempt(at=NOW.replace(tzinfo=None)))
    assert store.count() == 0


def test_saving_the_same_attempt_twice_is_a_problem_and_keeps_one(store):
    one = attempt()
    save(store, one)
    with pytest.raises(Problem, match="saved before"):
        save(store, one, answer="another text")
    assert store.attempts() == [one]
    assert store.answer(one.id) == "First I read the schedule."


def test_a_snapshot_is_kept_once_for_many_attempts(store, path):
    for _ in range(3):
        save(store, attempt())
    store.close()
    assert rows(path, "SELECT count(*) FROM snapshot") == [(2,)]


def test_a_snapshot_that_is_not_what_its_hash_says_is_refused_with_the_whole_save(store):
    with pytest.raises(ValueError, match="hash"):
        store.save_attempt(attempt(), answer="", snapshots={digest("this"): "that"})
    assert store.count() == 0


def test_attempts_of_one_role_leave_the_others_out_but_the_count_has_all(store):
    save(store, attempt(role="archivist"))
    assert save(store, attempt()) == 2
    assert [one.role for one in store.attempts(role="archivist")] == ["archivist"]


def test_what_is_unknown_is_none(store):
    assert store.answer("nobody") is None
    assert store.snapshot("0" * 64) is None
    assert store.setting("interview_date") is None
    assert store.draft("records-coordinator", "retention-01") is None


def test_a_setting_is_the_last_one_set(store):
    store.set_setting("interview_date", "2026-04-01", at=NOW)
    store.set_setting("interview_date", "2026-05-01", at=NOW)
    assert store.setting("interview_date") == "2026-05-01"


def test_a_home_has_a_name_of_its_own_that_stays(path, tmp_path):
    with Store(path) as first, Store(tmp_path / "other.db") as other:
        name = first.home_id
        assert name != other.home_id
    with Store(path) as again:
        assert again.home_id == name


# Withdrawals


def told(*attempts: Attempt) -> Memory:
    return replay(attempts)


def test_a_memory_is_what_the_attempts_at_a_question_come_to(store):
    first, second = attempt(percent=40), attempt(percent=60, at=NOW + timedelta(days=3))
    for one in (first, attempt(question="ethics-01"), attempt(role="archivist"), second):
        save(store, one)
    known = ["retention-01", "never-asked"]
    assert store.memories("records-coordinator", known) == {"retention-01": told(first, second)}


def test_a_memory_is_folded_on_and_not_from_the_start(store):
    save(store, attempt(percent=40))
    store.memories("records-coordinator", ["retention-01"])
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE memory SET body = replace(body, '\"count\":1', '\"count\":1000')")
        connection.commit()
    save(store, attempt(percent=60))
    assert store.memories("records-coordinator", ["retention-01"])["retention-01"].count == 1001


def test_a_withdrawn_attempt_is_forgotten(store):
    first, second = attempt(percent=40), attempt(percent=90)
    for one in (first, second):
        save(store, one)
    store.memories("records-coordinator", ["retention-01"])
    store.withdraw(second.id, at=NOW)
    assert store.memories("records-coordinator", ["retention-01"]) == {"retention-01": told(first)}
    store.withdraw(first.id, at=NOW)
    assert store.memories("records-coordinator", ["retention-01"]) == {}


def test_memories_can_be_dropped_and_come_back_the_same(store):
    for number in range(3):
        save(store, attempt(at=NOW + timedelta(days=number), percent=40 + 20 * number))
    before = store.memories("records-coordinator", ["retention-01"])
    store.forget_memories()
    assert store.memories("records-coordinator", ["retention-01"]) == before


def test_a_damaged_memory_is_folded_anew(store):
    save(store, attempt())
    before = store.memories("records-coordinator", ["retention-01"])
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE memory SET body = 'nonsense'")
        connection.commit()
    assert store.memories("records-coordinator", ["retention-01"]) == before


def test_the_version_changes_with_every_attempt_and_withdrawal(store):
    seen = [store.version()]
    one = attempt()
    save(store, one)
    seen.append(store.version())
    store.withdraw(one.id, at=NOW)
    seen.append(store.version())
    assert len(set(seen)) == 3


def test_the_latest_attempts_of_a_role_come_newest_first(store):
    saved = [attempt() for _ in range(4)]
    for one in (*saved, attempt(role="archivist")):
        save(store, one)
    store.withdraw(saved[2].id, at=NOW)
    assert store.latest("records-coordinator", 2) == [saved[3], saved[1]]


def test_a_memory_is_looked_up_without_reading_the_rest_of_the_history(store):
    """The plan is a search of the index, so a long history costs no more than a short one."""
    save(store, attempt())
    with closing(sqlite3.connect(store.path)) as connection:
        look_up = "EXPLAIN QUERY PLAN SELECT max(seq) FROM attempt WHERE role = ? AND question = ?"
        plan = [row[3] for row in connection.execute(look_up, ("r", "q"))]
    assert plan == ["SEARCH attempt USING COVERING INDEX attempt_by_question (role=? AND question=?)"]


def test_a_withdrawn_attempt_is_left_out_but_not_gone(store):
    one, two = attempt(), attempt()
    save(store, one)
    save(store, two)
    assert store.withdraw(one.id, at=NOW) == 1
    assert store.attempts() == [two]
    assert store.attempts(withdrawn=True) == [one, two]
    assert store.withdrawals() == {one.id}
    assert store.answer(one.id) is not None


def test_withdrawing_twice_changes_nothing(store):
    one = attempt()
    save(store, one)
    assert store.withdraw(one.id, at=NOW, id="w-1") == 0
    assert store.withdraw(one.id, at=NOW, id="w-1") == 0
    assert store.withdraw(one.id, at=NOW) == 0
    assert save(store, attempt()) == 1


def test_withdrawing_what_was_never_saved_is_a_problem(store):
    with pytest.raises(Problem, match="no attempt"):
        store.withdraw("nobody", at=NOW)


# Texts

TEXTS = {
    "empty": "",
    "right to left": "سجلات \u202eabc\u202c שלום",
    "emoji": "👩🏽‍💼📁🇳🇴",
    "NUL": "before\x00after\x00",
    "a million characters": "schedule ø " * 100_000,
    "line ends": "a\r\nb\rc\u2028d\n",
    "quotes": "'); DROP TABLE attempt; --\"\\",
    "a byte order mark": "\ufefftext",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_text_survives(store, text):
    one = attempt()
    assert store.save_draft(draft(text), base=0).answer == text
    assert store.draft(one.role, one.question).answer == text
    save(store, one, answer=text)
    store.set_setting("note", text, at=NOW)
    store.close()
    assert store.answer(one.id) == text
    assert store.setting("note") == text


def test_half_a_surrogate_pair_becomes_a_replacement_sign_and_a_whole_pair_its_character(store):
    one = attempt(zone="Zone\ud800")
    assert store.save_draft(draft("a\ud800b\udc00\ud83d\ude00"), base=0).answer == "a\ufffdb\ufffd😀"
    save(store, one, answer="x\udfff")
    store.set_setting("name", "\ud83d", at=NOW)
    assert store.answer(one.id) == "x\ufffd"
    assert store.attempts()[0].zone == "Zone\ufffd"
    assert store.setting("name") == "\ufffd"
    assert store.damaged() == []


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(codec=None)))
def test_any_answer_comes_back(text):
    one = attempt()
    save(SHARED, one, answer=text)
    SHARED.save_draft(draft(text), base=0)
    assert SHARED.answer(one.id) == clean(text)
    assert SHARED.draft(one.role, one.question).answer == clean(text)
    assert clean(text) == text or any("\ud800" <= letter <= "\udfff" for letter in text)


@pytest.fixture(scope="module", autouse=True)
def _shared_store(tmp_path_factory):
    global SHARED
    with Store(tmp_path_factory.mktemp("shared") / "history.db") as SHARED:
        yield


# Drafts

HERE = ("records-coordinator", "retention-01")


def test_a_draft_keeps_every_step(store):
    one = draft(aloud=True, prediction=4, revealed=True, key_points=(0, 2), levels={"accuracy": 2}, seconds=0)
    stored = store.save_draft(one, base=0)
    assert stored == replace(one, revision=1)
    assert store.draft(*HERE) == stored


def test_saving_an_attempt_drops_the_head_draft_of_its_question_alone(store):
    store.save_draft(draft(), base=0)
    store.save_draft(draft(question="retention-02"), base=0)
    save(store, attempt())
    assert store.draft(*HERE) is None
    assert [one.question for one in store.drafts()] == ["retention-02"]


def test_a_draft_based_on_the_head_replaces_it_whoever_wrote_it(store):
    store.save_draft(draft("one"), base=0)
    assert store.save_draft(draft("one two", client="tab-2"), base=1).revision == 2
    assert store.draft(*HERE).answer == "one two"


def test_a_draft_based_on_an_older_revision_does_not_overwrite_and_both_are_kept(store):
    store.save_draft(draft("mine"), base=0)
    store.save_draft(draft("mine, longer"), base=1)
    assert store.save_draft(draft("yours", client="tab-2"), base=1) is None
    assert store.draft(*HERE).answer == "mine, longer"
    assert [(one.client, one.answer, one.revision) for one in store.aside(*HERE)] == [("tab-2", "yours", 1)]


def test_a_second_page_that_knew_no_draft_does_not_overwrite(store):
    store.save_draft(draft("mine"), base=0)
    assert store.save_draft(draft("yours", client="tab-2"), base=0) is None
    assert store.draft(*HERE).answer == "mine"


def test_later_saves_of_a_conflicting_client_update_its_one_draft_aside(store):
    store.save_draft(draft("mine"), base=0)
    for words in ("y", "yo", "yours"):
        assert store.save_draft(draft(words, client="tab-2"), base=0) is None
    store.save_draft(draft("theirs", client="tab-3", saved_at=NOW + timedelta(seconds=1)), base=0)
    assert [one.answer for one in store.aside(*HERE)] == ["theirs", "yours"]


def test_the_same_client_may_send_again_what_was_not_acknowledged(store):
    store.save_draft(draft("one"), base=0)
    assert store.save_draft(draft("one two"), base=0).revision == 2
    assert store.save_draft(draft("one two"), base=0).revision == 3
    assert store.aside(*HERE) == []


def test_the_same_words_on_a_stale_base_are_no_conflict_and_keep_the_steps_of_the_head(store):
    head = store.save_draft(draft("same", prediction=4), base=0)
    assert store.save_draft(draft("same", client="tab-2"), base=7) == head
    assert store.draft(*HERE) == head
    assert store.aside(*HERE) == []


@pytest.mark.parametrize("end", ["attempt saved", "draft dropped"])
def test_revisions_never_go_back(store, end):
    store.save_draft(draft(), base=0)
    store.save_draft(draft(), base=1)
    if end == "attempt saved":
        save(store, attempt())
    else:
        store.drop_draft(*HERE)
    assert store.draft(*HERE) is None
    store.close()
    assert store.save_draft(draft("again"), base=0).revision == 3


def test_dropping_the_head_keeps_what_is_aside_and_the_other_way_round(store):
    store.save_draft(draft("mine"), base=0)
    store.save_draft(draft("yours", client="tab-2"), base=0)
    store.drop_draft(*HERE, client="tab-1")
    assert (store.draft(*HERE).answer, store.aside(*HERE)[0].answer) == ("mine", "yours")
    store.drop_draft(*HERE)
    assert (store.draft(*HERE), store.aside(*HERE)[0].answer) == (None, "yours")
    store.drop_draft(*HERE, client="tab-2")
    assert store.aside(*HERE) == []


def test_a_draft_can_be_set_aside_without_touching_the_head(store):
    head = store.save_draft(draft("mine"), base=0)
    for words in ("older \ud800", "old \ud800"):
        store.set_aside(draft(words, client="tab-0", revision=4))
    assert store.draft(*HERE) == head
    assert [(one.answer, one.revision) for one in store.aside(*HERE)] == [("old \ufffd", 4)]


def test_heads_come_newest_first_and_by_role(store):
    store.save_draft(draft(question="q-1", saved_at=NOW), base=0)
    store.save_draft(draft(question="q-2", saved_at=NOW + timedelta(microseconds=1)), base=0)
    store.save_draft(draft(role="archivist", saved_at=NOW - timedelta(days=1)), base=0)
    assert [one.question for one in store.drafts()] == ["q-2", "q-1", "retention-01"]
    assert [one.role for one in store.drafts("archivist")] == ["archivist"]


def test_a_damaged_draft_still_shows_its_words_and_is_named(store, path):
    store.save_draft(draft("the words of a draft"), base=0)
    store.close()
    flip(path, b'"answer":"the words', 0)
    assert "the words of a draft" in store.draft(*HERE).answer
    assert [(one.what, one.question) for one in store.damaged()] == [("draft", "retention-01")]


def test_the_words_of_a_dropped_draft_are_not_left_in_the_file(store, path):
    store.save_draft(draft("a word that nobody else may see " * 300), base=0)
    store.drop_draft(*HERE)
    store.close()
    assert b"nobody else may see" not in path.read_bytes()


# Damage


def rows(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def flip(path: Path, near: bytes, offset: int, bit: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(near) + offset] ^= 1 << bit
    path.write_bytes(content)


@pytest.fixture
def three(store, path):
    """Three attempts in a database that is closed, and so whole in its one file."""
    saved = [attempt(), attempt(), attempt()]
    for one in saved:
        save(store, one, answer=f"the answer of {one.id}")
    store.close()
    return saved


def test_every_flipped_bit_in_an_attempt_is_caught_and_named_and_the_others_are_read(three, path):
    sound = path.read_bytes()
    body = next(text for id_, text in rows(path, "SELECT id, body FROM attempt") if id_ == three[1].id).encode()
    start = sound.index(body)
    for offset in range(0, len(body), 5):
        content = bytearray(sound)
        content[start + offset] ^= 1 << (offset % 8)
        path.write_bytes(content)
        with Store(path) as store:
            assert store.attempts() == [three[0], three[2]]
            assert [(one.what, one.id, one.question) for one in store.damaged()] == [
                ("attempt", three[1].id, "retention-01")
            ]


@pytest.mark.parametrize("column", ["id", "role", "question", "checksum"])
def test_a_column_that_differs_from_the_attempt_is_caught(three, path, column):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE attempt SET {column} = 'x' || substr({column}, 2) WHERE seq = 2")
    with Store(path) as store:
        assert store.attempts() == [three[0], three[2]]
        assert store.damaged()[0].what == "attempt"


def test_a_damaged_page_is_read_around(path):
    with Store(path) as store:
        saved = [attempt(sitting=f"sitting-{number}") for number in range(200)]
        for one in saved:
            save(store, one)
    content = bytearray(path.read_bytes())
    place = content.index(b'"sitting":"sitting-100"') // 4096 * 4096
    content[place : place + 4096] = bytes(4096)
    path.write_bytes(content)
    with Store(path) as store:
        left = {one.id for one in store.attempts()}
        assert 190 <= len(left) < 200
        assert [one for one in saved if one.id in left] == store.attempts()
        lost = [one for one in store.damaged() if one.what == "attempt"]
        assert len(left) + len(lost) == 200
        assert "cannot be read" in lost[0].why


def test_a_damaged_answer_is_not_passed_off_as_the_persons_words(three, path):
    flip(path, f"the answer of {three[0].id}".encode(), 2)
    with Store(path) as store:
        assert store.answer(three[0].id) is None
        assert store.answer(three[1].id) is not None
        assert store.attempts() == three
        assert [(one.what, one.id) for one in store.damaged()] == [("answer", three[0].id)]


def test_an_answer_that_moved_to_another_attempt_is_caught(three, path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM answer WHERE attempt = ?", (three[0].id,))
        connection.execute("UPDATE answer SET attempt = ? WHERE attempt = ?", (three[0].id, three[1].id))
    with Store(path) as store:
        assert store.answer(three[0].id) is None
        assert [one.what for one in store.damaged()] == ["answer"]


def test_a_damaged_withdrawal_and_snapshot_are_named(three, path):
    with Store(path) as store:
        store.withdraw(three[0].id, at=NOW, id="withdrawal-1")
    flip(path, b'"id":"withdrawal-1"', 10)
    flip(path, QUESTION.encode(), 9)
    with Store(path) as store:
        assert [(one.what, one.id) for one in store.damaged()] == [
            ("withdrawal", three[0].id),
            ("snapshot", digest(QUESTION)),
        ]
        assert store.snapshot(digest(QUESTION)) is None
        assert store.attempts() == three[1:]


RUINS = {
    "truncated": lambda content: content[: len(content) // 2],
    "cut to nothing": lambda content: b"",
    "zeroed": lambda content: bytes(len(content)),
    "replaced by text": lambda content: b"Dear diary, this is no database.\n" * 50,
    "damaged header": lambda content: b"X" + content[1:],
    "damaged schema": lambda content: content.replace(b"CREATE TABLE attempt", b"CREATE TABLX attempt"),
    "a column renamed": lambda content: content.replace(b"    body TEXT NOT NULL", b"    bodx TEXT NOT NULL"),
    "its form forgotten": lambda content: content[:60] + bytes(4) + content[64:],
}


@pytest.mark.parametrize("ruin", RUINS.values(), ids=RUINS.keys())
def test_a_ruined_database_is_kept_aside_and_a_fresh_one_is_started(three, path, ruin):
    ruined = ruin(path.read_bytes())
    path.write_bytes(ruined)
    with Store.open(path) as store:
        (kept,) = path.parent.glob("history.damaged-*.db")
        assert kept.read_bytes() == ruined
        assert str(kept) in store.notice
        assert "Nothing was deleted" in store.notice
        assert store.count() == 0
        assert save(store, attempt()) == 1
    with Store.open(path) as again:
        assert (again.notice, again.count()) == (None, 1)


def test_a_second_ruin_of_the_same_second_does_not_overwrite_the_first(path):
    for words in (b"first ruin", b"second ruin"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(words)
        os.utime(path, (1_750_000_000, 1_750_000_000))
        Store.open(path).close()
    kept = sorted(path.parent.glob("history.damaged-*.db"))
    assert [file.read_bytes() for file in kept] == [b"second ruin", b"first ruin"]
    assert kept[1].name == "history.damaged-20250615T150640Z.db"


def test_the_log_of_a_ruined_database_goes_with_it(three, path):
    path.write_bytes(b"no database")
    path.with_name("history.db-wal").write_bytes(b"the last words")
    with Store.open(path) as store:
        assert store.count() == 0
    (kept,) = path.parent.glob("history.damaged-*.db")
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"the last words"


def test_the_log_of_a_database_that_is_gone_is_kept_and_not_read_into_the_new_one(three, path):
    path.unlink()
    path.with_name("history.db-wal").write_bytes(b"the last words")
    with Store.open(path) as store:
        assert "kept" in store.notice
        assert store.count() == 0
    assert [file.read_bytes() for file in path.parent.glob("history.damaged-*.db-wal")] == [b"the last words"]


def test_a_newer_database_is_a_problem_and_left_as_it_is(three, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(Problem, match="made by a newer version"):
        Store.open(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_a_problem_and_left_as_it_is(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (address TEXT)")
    before = path.read_bytes()
    with pytest.raises(Problem, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


# Places


def test_nothing_is_made_before_the_first_use(path):
    with Store(path):
        assert not path.parent.exists()


def test_a_home_is_made_for_this_user_only(store, path):
    old = os.umask(0)
    try:
        save(store, attempt())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in [path.parent, *path.parent.iterdir()]}
    finally:
        os.umask(old)
    assert modes.pop("home") == 0o700
    assert set(modes.values()) == {0o600}
    assert {"history.db", "history.db-wal"} <= modes.keys()


def test_a_folder_name_with_signs_that_mean_something_in_addresses_is_only_a_name(tmp_path):
    odd = tmp_path / "50% of ?mode=ro#é" / "history.db"
    with Store(odd) as store:
        assert save(store, attempt()) == 1
    assert odd.exists()


def test_a_store_that_was_closed_opens_again(store):
    save(store, attempt())
    store.close()
    assert save(store, attempt()) == 2


def test_what_is_saved_after_the_home_was_erased_goes_where_others_look(store, path):
    save(store, attempt())
    shutil.rmtree(path.parent)
    one = attempt()
    assert save(store, one) == 1
    with Store(path) as other:
        assert other.attempts() == [one]


def test_letting_go_of_a_database_that_was_moved_does_not_harm_the_new_one(store, path):
    save(store, attempt())
    for file in list(path.parent.glob("history.db*")):
        file.rename(file.with_name(f"moved-{file.name}"))
    with Store(path) as other:
        save(other, attempt())
        assert save(store, attempt()) == 2
        store.close()
        assert path.with_name("history.db-wal").stat().st_size > 0
        assert save(other, attempt()) == 3
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


# Others at the same time


def test_what_was_reported_as_saved_survives_a_kill(path):
    process = child("save(Store(Path(sys.argv[1])), attempt(id='a-1'))\nprint('saved', flush=True)\ninput()", path)
    assert process.stdout.readline() == "saved\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with Store(path) as store:
        assert [one.id for one in store.attempts()] == ["a-1"]
        assert store.answer("a-1") == "First I read the schedule."
        assert store.damaged() == []


BUSY = """
path, name = Path(sys.argv[1]), sys.argv[2]
with Store(path) as store:
    for number in range(25):
        assert store.save_draft(draft(f"{name} {number}", client=name, question=name), base=number).revision == number + 1
        store.save_draft(draft(f"{name} {number}", client=name), base=0)
        save(store, attempt(id=f"{name}-{number}", question="another"), answer=name)
        assert store.attempts()
"""


@pytest.mark.parametrize("processes", [2, 8])
def test_processes_that_save_at_once_lose_and_double_nothing(path, processes):
    names = [f"process-{number}" for number in range(processes)]
    for process in [child(BUSY, path, name) for name in names]:
        finished(process)
    with Store(path) as store:
        ids = [one.id for one in store.attempts()]
        assert sorted(ids) == sorted(f"{name}-{number}" for name in names for number in range(25))
        assert {store.answer(f"{name}-24") for name in names} == set(names)
        assert [store.draft(HERE[0], name).revision for name in names] == [25] * processes
        everyone = [store.draft(*HERE), *store.aside(*HERE)]
        assert sorted(one.answer for one in everyone) == sorted(f"{name} 24" for name in names)
        assert store.damaged() == []


def test_processes_that_find_the_same_ruin_start_one_new_database(path):
    path.parent.mkdir()
    path.write_bytes(b"a ruin")
    for process in [child(BUSY, path, f"process-{number}") for number in range(4)]:
        finished(process)
    assert len(list(path.parent.glob("history.damaged-*.db"))) == 1
    with Store(path) as store:
        assert store.count() == 100


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["here", "there", "withdraw", "fail", "reopen"]), max_size=12))
def test_the_number_told_is_the_number_there_whoever_saves(steps):
    with tempfile.TemporaryDirectory() as home, Store(Path(home) / "history.db") as here, Store(here.path) as there:
        saved: list[Attempt] = []
        for step in steps:
            if step in ("here", "there"):
                saved.append(attempt())
                assert save(here if step == "here" else there, saved[-1]) == len(saved)
            elif step == "withdraw" and saved:
                assert there.withdraw(saved.pop().id, at=NOW) == len(saved)
            elif step == "fail" and saved:
                with pytest.raises(Problem):
                    save(here, saved[-1])
            elif step == "reopen":
                here.close()
            assert here.count() == there.count() == len(saved)


def test_threads_may_share_a_store(store):
    def work():
        for _ in range(20):
            save(store, attempt())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count() == 80


# Trouble: one calm sentence, and the store can be used again


def test_a_database_that_stays_locked_is_a_problem_and_can_be_saved_to_later(path):
    with Store(path, patience=0.05) as store:
        save(store, attempt())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Problem, match=r"in use by another program.*try again"):
                save(store, attempt())
            with pytest.raises(Problem, match="in use"):
                store.save_draft(draft(), base=0)
            assert store.count() == 1
        assert save(store, attempt()) == 2


def test_a_full_disk_is_a_problem_and_after_it_the_same_save_works(store):
    save(store, attempt())
    one, pages = attempt(), store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Problem, match=r"disk is full.*save again"):
        save(store, one, answer="x" * 100_000)
    assert store.count() == 1
    store._connection.execute("PRAGMA max_page_count = 1000000")
    assert save(store, one, answer="x" * 100_000) == 2


LIMITED = """
import resource
with Store(Path(sys.argv[1])) as store:
    save(store, attempt())
    one = attempt()
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        save(store, one, answer="x" * 1_000_000)
    except Problem as problem:
        print(problem)
    assert store.count() == 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert save(store, one, answer="x" * 1_000_000) == 2
"""


def test_a_file_that_may_not_grow_is_a_problem_and_after_it_the_same_save_works(path):
    assert "Check the disk" in finished(child(LIMITED, path))
    with Store(path) as store:
        assert len(store.attempts()) == 2
        assert store.damaged() == []


FORBIDDEN = """
import errno
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
store = Store(Path(sys.argv[1]))
tried = [
    lambda: save(store, attempt()),
    lambda: store.save_draft(draft(), base=0),
    lambda: store.withdraw("a", at=NOW),
    lambda: store.set_setting("a", "b", at=NOW),
    lambda: store.drop_draft("a", "b"),
]
for one in tried:
    try:
        one()
    except Problem as problem:
        print(problem)
store.close()
"""


@pytest.mark.parametrize("before", ["an empty folder", "a history", "a history of someone else"])
def test_a_folder_that_may_not_be_written_is_a_problem_from_every_method(before):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home" / "history.db"
        path.parent.mkdir()
        if before != "an empty folder":
            with Store(path) as store:
                save(store, attempt())
            path.chmod(0o444 if before == "a history" else 0)
        path.parent.chmod(0o555)
        Path(folder).chmod(0o755)
        try:
            told = finished(child(FORBIDDEN, path)).splitlines()
        finally:
            path.parent.chmod(0o755)
    assert len(told) == 5
    assert all(f"may not write {path}." in sentence for sentence in told)


def test_a_folder_in_place_of_the_database_is_a_problem(path):
    path.mkdir(parents=True)
    with Store(path) as store, pytest.raises(Problem, match=r"history\.db could not be read"):
        store.count()


def test_a_store_whose_database_was_migrated_meanwhile_is_a_problem(three, path):
    with Store.open(path) as store:
        with closing(sqlite3.connect(path)) as newer:
            newer.execute("PRAGMA user_version = 99")
        with pytest.raises(Problem, match="newer version"):
            save(store, attempt())


# Fingerprints


def test_one_record_has_one_text_and_one_fingerprint():
    assert canonical({"b": 1, "a": ["é", None, True]}) == canonical({"a": ("é", None, True), "b": 1})
    assert canonical({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))
