"""A migration gives the old form or the new one, never anything between, and leaves a sound copy of the old."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_ratings import keep, rating
from test_store import NOW as SAVED
from test_store import SNAPSHOTS, attempt, draft

from recprep.core.fingerprint import canonical, digest
from recprep.core.models import Attempt, Profile
from recprep.core.problem import Problem
from recprep.core.tally import add_all
from recprep.storage.custody.keeping import Rule
from recprep.storage.custody.retention import dispose, due, hold, write_rule
from recprep.storage.doctor import examine
from recprep.storage.migrations import STEPS, Step, statements
from recprep.storage.profile import read_profile
from recprep.storage.store import Store
from recprep.storage.store.ledger import body_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORIES = "CREATE TABLE story (id TEXT PRIMARY KEY);\nALTER TABLE setting ADD COLUMN note TEXT;\n"
FIRST = STEPS[:1]
SECOND = Step(number=2, name="stories", change=STORIES)


def ask(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def path(tmp_path):
    """Give a database of form 1 with one setting in it."""
    place = tmp_path / "history.db"
    with Store(place, steps=FIRST) as store:
        store.set_setting("interview_date", "2026-04-01", at=NOW)
    return place


@pytest.fixture
def copies(tmp_path):
    return tmp_path / "copies"


def migrated(path: Path, copies: Path, *second: Step) -> str | None:
    with Store(path, backups=copies, steps=(*FIRST, *second)) as store:
        return store.setting("interview_date")


def test_the_steps_are_numbered_from_one_and_named():
    assert [step.number for step in STEPS] == list(range(1, len(STEPS) + 1))
    assert all(step.name for step in STEPS)


def test_a_script_is_taken_apart_into_its_statements():
    script = "CREATE TABLE a (b); -- c; d\nINSERT INTO a\nVALUES (';');\n"
    assert len(list(statements(script))) == 2


def test_a_new_database_goes_through_all_steps_and_needs_no_backup(tmp_path, copies):
    assert migrated(tmp_path / "new.db", copies, SECOND) is None
    assert ask(tmp_path / "new.db", "PRAGMA user_version") == [(2,)]
    assert not copies.exists()


def test_a_script_takes_an_old_database_to_the_new_form_with_its_content(path, copies):
    assert migrated(path, copies, SECOND) == "2026-04-01"
    assert ask(path, "PRAGMA user_version") == [(2,)]
    assert ask(path, "SELECT note FROM setting") == [(None,)]


def test_a_function_can_be_a_step(path, copies):
    def shout(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE setting SET value = upper(value || ' at noon')")

    assert migrated(path, copies, Step(number=2, name="louder", change=shout)) == "2026-04-01 AT NOON"


def test_a_backup_of_the_old_form_is_made_first_complete_and_for_this_user_only(path, copies):
    migrated(path, copies, SECOND)
    (copy,) = copies.iterdir()
    assert copy.name.startswith("history.schema-1-")
    assert ask(copy, "PRAGMA user_version") == [(1,)]
    assert ask(copy, "SELECT value FROM setting") == [("2026-04-01",)]
    assert (copy.stat().st_mode & 0o777, copies.stat().st_mode & 0o777) == (0o600, 0o700)
    with Store(copy, steps=FIRST) as store:
        assert store.setting("interview_date") == "2026-04-01"


def test_a_backup_has_what_is_still_in_the_log(path, copies):
    with Store(path, steps=FIRST) as other:
        other.set_setting("interview_date", "2026-09-09", at=NOW)
        assert path.with_name("history.db-wal").stat().st_size > 0
        migrated(path, copies, SECOND)
    assert ask(next(copies.iterdir()), "SELECT value FROM setting") == [("2026-09-09",)]


def test_a_backup_never_takes_the_place_of_another(path, copies):
    failing = Step(number=2, name="failing", change="CREATE TABLE story (id);\nSELECT nothing;\n")
    for _ in range(2):
        with pytest.raises(Problem):
            migrated(path, copies, failing)
    assert len(list(copies.iterdir())) == 2


def test_a_migrated_database_is_not_migrated_again(path, copies):
    migrated(path, copies, SECOND)
    migrated(path, copies, SECOND)
    assert len(list(copies.iterdir())) == 1


def raising(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM setting")
    message = "a row that the step did not expect"
    raise ValueError(message)


ORPHAN = "INSERT INTO answer VALUES ('nobody', '', '');\n"


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM setting;\nSELECT nothing;\n", raising, ORPHAN],
    ids=["bad SQL", "an error", "an orphan"],
)
def test_a_step_that_fails_leaves_the_old_form_and_says_where_the_copy_is(path, copies, change):
    with pytest.raises(Problem, match=r"step 2, doubtful.*as it was.*copy is .*history.schema-1"):
        migrated(path, copies, Step(number=2, name="doubtful", change=change))
    assert ask(path, "PRAGMA user_version") == [(1,)]
    assert migrated(path, copies) == "2026-04-01"


def test_of_two_steps_the_first_stays_when_the_second_fails(path, copies):
    third = Step(number=3, name="failing", change="SELECT nothing;\n")
    with pytest.raises(Problem, match="step 3"):
        migrated(path, copies, SECOND, third)
    assert ask(path, "PRAGMA user_version") == [(2,)]
    assert len(list(copies.iterdir())) == 1


def test_a_damaged_database_is_not_migrated_because_its_backup_shows_it(path, copies):
    content = bytearray(path.read_bytes())
    root = ask(path, "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_setting_1'")[0][0]
    content[(root - 1) * 4096] = 77
    path.write_bytes(content)
    with pytest.raises(Problem, match=r"not changed.*recprep doctor"):
        migrated(path, copies, SECOND)
    assert ask(path, "PRAGMA user_version") == [(1,)]
    assert [file.suffix for file in copies.iterdir()] == [".part"]


KILLED = """
import os, signal, sys
from pathlib import Path
from recprep.storage.migrations import STEPS, Step
from recprep.storage.store import Store

FIRST = STEPS[:1]

def dying(connection):
    connection.execute("CREATE TABLE story (id)")
    connection.execute("DELETE FROM setting")
    os.kill(os.getpid(), signal.SIGKILL)

Store(Path(sys.argv[1]), backups=Path(sys.argv[2]), steps=(*FIRST, Step(number=2, name="dying", change=dying))).count()
"""


def test_a_kill_in_the_middle_of_a_step_leaves_the_old_form(path, copies):
    root = str(Path(__file__).parent.parent)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, path, copies], env={**os.environ, "PYTHONPATH": root}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert ask(path, "PRAGMA user_version") == [(1,)]
    assert migrated(path, copies, SECOND) == "2026-04-01"


MIGRATING = """
import sys
from pathlib import Path
from recprep.storage.migrations import STEPS, Step
from recprep.storage.store import Store

FIRST = STEPS[:1]
second = Step(number=2, name="once", change="UPDATE setting SET value = value || '!';\\n")
with Store(Path(sys.argv[1]), backups=Path(sys.argv[2]), steps=(*FIRST, second)) as store:
    print(store.setting("interview_date"))
"""


def test_processes_that_start_at_once_migrate_once(path, copies):
    command = [sys.executable, "-c", MIGRATING, path, copies]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    started = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(4)]
    assert {process.communicate(timeout=60)[0] for process in started} == {b"2026-04-01!\n"}
    assert len(list(copies.iterdir())) == 1


# Form 1: what the first version of recprep left behind


OLD = [attempt(id=f"attempt-{number}", percent=20 * number, at=SAVED.replace(day=number)) for number in (1, 2, 3)]
OLD_TABLES = ("home", "snapshot", "attempt", "answer", "withdrawal", "draft", "aside", "setting")
OLD_MEMORY = canonical({"question": "retention-01", "competency": "retention", "count": 2, "level_sum": 5.0})
OLD_PROFILE = '{"interview_on": "2026-04-01", "seniority": "senior", "jurisdiction": "uk", "minutes_a_day": 20}'


def put_as_form_1_did(connection: sqlite3.Connection, one: Attempt) -> None:
    """Write an attempt without the fields that came later."""
    body = json.loads(body_of(one))
    del body["seniority"]
    text, answer = canonical(body), f"the answer of {one.id}"
    connection.execute(
        "INSERT INTO attempt (id, role, question, body, checksum) VALUES (?, ?, ?, ?, ?)",
        (one.id, one.role, one.question, text, digest(text)),
    )
    connection.execute("INSERT INTO answer VALUES (?, ?, ?)", (one.id, answer, digest(one.id + answer)))


@pytest.fixture
def old_home(tmp_path):
    """Give a home of form 1: three attempts, one of them withdrawn, drafts, a profile, and a memory of the old form."""
    place = tmp_path / "old" / "history.db"
    with Store(place, steps=FIRST) as store:
        store.save_draft(draft("the words of a draft"), base=0)
        store.save_draft(draft("other words", client="tab-2"), base=0)
        store.set_setting("profile", OLD_PROFILE, at=NOW)
    withdrawal = canonical({"id": "withdrawal-1", "attempt": "attempt-2", "at": NOW.isoformat(timespec="microseconds")})
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.executemany("INSERT INTO snapshot VALUES (?, ?)", SNAPSHOTS.items())
        for one in OLD:
            put_as_form_1_did(connection, one)
        connection.execute(
            "INSERT INTO withdrawal (id, attempt, body, checksum) VALUES ('withdrawal-1', 'attempt-2', ?, ?)",
            (withdrawal, digest(withdrawal)),
        )
        role, question = OLD[0].role, OLD[0].question
        connection.execute("INSERT INTO memory VALUES (?, ?, 3, ?)", (role, question, OLD_MEMORY))
    return place


def everything(path: Path, tables: tuple[str, ...] = OLD_TABLES) -> dict[str, list[tuple]]:
    return {table: ask(path, f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def test_a_home_of_form_1_opens_with_everything_in_it(old_home):
    with Store(old_home) as store:
        assert store.attempts() == [OLD[0], OLD[2]]
        assert store.attempts(withdrawn=True) == OLD
        assert [one.seniority for one in store.attempts()] == [None, None]
        assert store.withdrawals() == {"attempt-2"}
        assert [store.answer(one.id) for one in OLD] == [f"the answer of attempt-{number}" for number in (1, 2, 3)]
        assert {hash_: store.snapshot(hash_) for hash_ in SNAPSHOTS} == SNAPSHOTS
        assert store.draft(OLD[0].role, OLD[0].question).answer == "the words of a draft"
        assert [one.answer for one in store.aside(OLD[0].role, OLD[0].question)] == ["other words"]
        assert read_profile(store) == Profile(
            interview_on=datetime(2026, 4, 1, tzinfo=UTC).date(),
            seniority="senior",
            jurisdiction="uk",
            minutes_a_day=20,
        )
        assert (store.count(), store.damaged(), store.notice) == (2, [], None)


def test_what_form_1_kept_is_byte_for_byte_as_it_was_and_a_copy_is_beside_it(old_home):
    before = everything(old_home)
    Store.open(old_home).close()
    assert ask(old_home, "PRAGMA user_version") == [(STEPS[-1].number,)]
    assert everything(old_home) == before
    (copy,) = (old_home.parent / "backups").iterdir()
    assert copy.name.startswith("history.schema-1-")
    assert everything(copy) == before


def test_what_was_cached_in_form_1_is_folded_anew(old_home):
    with Store(old_home) as store:
        memory = store.memories(OLD[0].role, [OLD[0].question])[OLD[0].question]
        assert (memory.count, memory.day) == (2, OLD[2].at.date())
        assert store.tally(OLD[0].role) == add_all([OLD[0], OLD[2]])
    assert ask(old_home, "SELECT count(*) FROM memory WHERE body LIKE '%level_sum%'") == [(0,)]


def test_the_doctor_finds_nothing_to_mend_in_a_home_that_came_from_form_1(old_home):
    assert [one.mend for one in examine(old_home.parent) if not one.sound] == ["Open recprep once, and it is migrated."]
    Store.open(old_home).close()
    assert [one.what for one in examine(old_home.parent) if not one.sound] == []


def test_a_home_of_form_1_goes_on_in_the_newest_form(old_home):
    one = replace(OLD[0], id="attempt-4", seniority="senior", at=NOW)
    with Store(old_home) as store:
        assert store.save_attempt(one, answer="", snapshots={}) == 3
        assert store.withdraw("attempt-3", at=NOW) == 2
        assert store.attempts() == [OLD[0], one]


# Form 2: what was kept before there were holds and records of disposal


FORM_2_TABLES = (*OLD_TABLES, "rating", "memory", "tally")


@pytest.fixture
def home_of_form_2(tmp_path):
    """Give a home of form 2 with one of everything, its caches folded."""
    place = tmp_path / "second" / "history.db"
    with Store(place, steps=STEPS[:2]) as store:
        for one in OLD:
            store.save_attempt(one, answer=f"the answer of {one.id}", snapshots=SNAPSHOTS)
        store.withdraw("attempt-2", at=NOW, id="withdrawal-1")
        keep(store, rating())
        store.save_draft(draft("the words of a draft"), base=0)
        store.save_draft(draft("other words", client="tab-2"), base=0)
        store.set_setting("profile", OLD_PROFILE, at=NOW)
        store.memories(OLD[0].role, [OLD[0].question])
        store.tally(OLD[0].role)
    return place


def test_what_form_2_kept_is_byte_for_byte_as_it_was_its_caches_too_and_a_copy_is_beside_it(home_of_form_2):
    before = everything(home_of_form_2, FORM_2_TABLES)
    assert all(before.values())
    Store.open(home_of_form_2).close()
    assert ask(home_of_form_2, "PRAGMA user_version") == [(STEPS[-1].number,)]
    assert everything(home_of_form_2, FORM_2_TABLES) == before
    (copy,) = (home_of_form_2.parent / "backups").iterdir()
    assert copy.name.startswith("history.schema-2-")
    assert everything(copy, FORM_2_TABLES) == before


@pytest.mark.parametrize("form", ["old_home", "home_of_form_2"])
def test_in_an_older_home_nothing_is_held_disposed_of_or_due(form, request):
    path = request.getfixturevalue(form)
    with Store(path) as store:
        assert (store.holds(), store.decisions(), store.wipe()) == ([], [], True)
        assert due(store, now=NOW.replace(year=2099)).count == 0
        hold(store, now=NOW)
        assert len(store.holds()) == 1
    assert [one.what for one in examine(path.parent, now=NOW) if not one.sound] == []


def test_a_home_of_form_2_disposes_of_its_answers_like_any_other(home_of_form_2):
    with Store(home_of_form_2) as store:
        write_rule(store, Rule(days=1), at=NOW)
        done = dispose(store, due(store, now=NOW.replace(year=2099)), now=NOW.replace(year=2099))
        assert done.record.texts == 3
        assert [store.answer(one.id) for one in OLD] == [None] * 3
        assert store.attempts() == [OLD[0], OLD[2]]
        assert [path.name[:17] for path in done.copies.lasting] == ["history.schema-2-"]
