"""A migration gives the old form or the new one, never anything between, and leaves a sound copy of the old."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recprep.core.problem import Problem
from recprep.storage.migrations import STEPS, Step, statements
from recprep.storage.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORIES = "CREATE TABLE story (id TEXT PRIMARY KEY);\nALTER TABLE setting ADD COLUMN note TEXT;\n"
SECOND = Step(number=2, name="stories", change=STORIES)


def ask(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def path(tmp_path):
    """Give a database of form 1 with one setting in it."""
    place = tmp_path / "history.db"
    with Store(place) as store:
        store.set_setting("interview_date", "2026-04-01", at=NOW)
    return place


@pytest.fixture
def copies(tmp_path):
    return tmp_path / "copies"


def migrated(path: Path, copies: Path, *second: Step) -> str | None:
    with Store(path, backups=copies, steps=(*STEPS, *second)) as store:
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
    with Store(copy) as store:
        assert store.setting("interview_date") == "2026-04-01"


def test_a_backup_has_what_is_still_in_the_log(path, copies):
    with Store(path) as other:
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

def dying(connection):
    connection.execute("CREATE TABLE story (id)")
    connection.execute("DELETE FROM setting")
    os.kill(os.getpid(), signal.SIGKILL)

Store(Path(sys.argv[1]), backups=Path(sys.argv[2]), steps=(*STEPS, Step(number=2, name="dying", change=dying))).count()
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

second = Step(number=2, name="once", change="UPDATE setting SET value = value || '!';\\n")
with Store(Path(sys.argv[1]), backups=Path(sys.argv[2]), steps=(*STEPS, second)) as store:
    print(store.setting("interview_date"))
"""


def test_processes_that_start_at_once_migrate_once(path, copies):
    command = [sys.executable, "-c", MIGRATING, path, copies]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    started = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(4)]
    assert {process.communicate(timeout=60)[0] for process in started} == {b"2026-04-01!\n"}
    assert len(list(copies.iterdir())) == 1
