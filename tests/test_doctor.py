"""The doctor says what is where and whether it is sound, and touches nothing."""

import os
import shutil
import sqlite3
import tempfile
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from recprep.cli import main
from recprep.core.fingerprint import canonical, digest
from recprep.core.models import Attempt, Draft, Rating
from recprep.storage import paths
from recprep.storage.doctor import examine
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = canonical({"id": "ethics-01"})


def attempt(**changes) -> Attempt:
    fields = {
        "id": str(uuid.uuid4()),
        "sitting": "sitting-1",
        "role": "records-coordinator",
        "question": "ethics-01",
        "kind": "motivation",
        "competency": None,
        "at": NOW,
        "zone": "UTC",
        "rater": "self",
        "prediction": 3,
        "levels": {"structure": 3},
        "weights": {"structure": 100},
        "percent": 50,
        "band": "practise",
        "gated": False,
        "key_points": (),
        "aloud": True,
        "seconds_taken": None,
        "question_hash": digest(TEXT),
        "rubric_hash": digest(TEXT),
    }
    return Attempt(**(fields | changes))


def rating(**changes) -> Rating:
    fields = {
        "id": "rating-1",
        "sitting": "sitting-2",
        "role": "records-coordinator",
        "exemplar": "ethics-01-a",
        "question": "ethics-01",
        "kind": "motivation",
        "competency": None,
        "at": NOW,
        "zone": "UTC",
        "rater": "self",
        "levels": {"structure": 3},
        "reference": {"structure": 4},
        "exemplar_hash": digest(TEXT),
        "question_hash": digest(TEXT),
        "rubric_hash": digest(TEXT),
    }
    return Rating(**(fields | changes))


def draft(client: str) -> Draft:
    return Draft(
        role="archivist",
        question="q-1",
        question_hash="",
        client=client,
        revision=0,
        saved_at=NOW,
        answer=f"words from {client}",
    )


@pytest.fixture
def home(tmp_path):
    """Give a home with two attempts, one of them withdrawn, a rating, a draft and one kept aside."""
    with Store(tmp_path / "home" / "history.db") as store:
        for id_ in ("attempt-1", "attempt-2"):
            store.save_attempt(attempt(id=id_), answer=f"the answer of {id_}", snapshots={digest(TEXT): TEXT})
        store.withdraw("attempt-2", at=NOW, id="withdrawal-1")
        store.save_rating(rating(), snapshots={})
        store.save_draft(draft("tab-1"), base=0)
        store.save_draft(draft("tab-2"), base=0)
    return tmp_path / "home"


def files(home):
    return {file: file.read_bytes() for file in home.rglob("*") if file.is_file() and file.suffix != ".db-shm"}


def faults(home):
    return [finding.what for finding in examine(home) if not finding.sound]


def test_a_home_that_does_not_exist_is_sound_and_is_not_made(tmp_path):
    findings = examine(tmp_path / "none")
    assert [(one.sound, one.mend) for one in findings] == [(True, None)]
    assert "No history yet" in findings[0].what
    assert not (tmp_path / "none").exists()


def test_a_sound_home_is_counted_and_said_to_be_sound(home):
    findings = examine(home)
    said = " | ".join(one.what for one in findings)
    assert all(one.sound for one in findings)
    assert "2 attempts, 1 withdrawals, 2 answers, 1 ratings, 1 snapshots, 1 drafts, 1 drafts kept aside" in said
    assert f"form {STEPS[-1].number}" in said
    assert "Every checksum matches, and every attempt and rating has its snapshots" in said
    assert "The memory of every question agrees with its attempts, and so does the tally of every role" in said
    assert {one.where for one in findings} == {home / "history.db"}


def test_the_places_are_those_of_the_paths(home, monkeypatch):
    monkeypatch.setenv("RECPREP_HOME", str(home))
    monkeypatch.setattr(paths, "shipped", lambda name: home.parent / "program" / name)
    paths.backups().mkdir()
    (paths.backups() / "one.db").write_bytes(b"")
    (paths.workbook() / "notebooks").mkdir(parents=True)
    (paths.workbook() / "notebooks" / "10-practice.ipynb").write_text("{}")
    assert {one.where for one in examine(home)} == {
        paths.database(),
        paths.backups() / "one.db",
        paths.workbook(),
    }


def test_backups_files_kept_aside_and_working_copies_are_listed(home):
    (home / "backups").mkdir()
    sound, broken = home / "backups" / "a.db", home / "backups" / "b.db"
    sound.write_bytes((home / "history.db").read_bytes())
    broken.write_bytes(sound.read_bytes()[:5000])
    rotten = bytearray(sound.read_bytes())
    rotten[-4096:] = b"\x0a\xff" * 2048
    (home / "backups" / "c.db").write_bytes(rotten)
    (home / "history.damaged-20260101T000000Z.db").write_bytes(b"ruin")
    (home / "workbook" / "notebooks" / ".ipynb_checkpoints").mkdir(parents=True)
    (home / "workbook" / "notebooks" / "10-practice.ipynb").write_text("{}")
    (home / "workbook" / "notebooks" / ".ipynb_checkpoints" / "10-practice.ipynb").write_text("{}")
    found = {one.where.name: one for one in examine(home)}
    assert [found[name].sound for name in ("a.db", "b.db", "c.db")] == [True, False, False]
    assert found["history.damaged-20260101T000000Z.db"].mend is not None
    assert found["workbook"].what == "1 working copies of the notebooks"


DAMAGES = {
    "attempt attempt-1 at 'ethics-01'": b'"sitting":"sitting-1"',
    "answer attempt-1 at 'ethics-01'": b"the answer of attempt-1",
    "withdrawal attempt-2 at 'ethics-01'": b'"id":"withdrawal-1"',
    "rating rating-1 at 'ethics-01'": b'"sitting":"sitting-2"',
    f"snapshot {digest(TEXT)}": TEXT.encode(),
    "draft archivist at 'q-1'": b"words from tab-1",
    "draft kept aside archivist at 'q-1'": b"words from tab-2",
}


@pytest.mark.parametrize(("named", "near"), DAMAGES.items(), ids=[name.split(" a")[0] for name in DAMAGES])
def test_every_kind_of_damage_is_named(home, named, near):
    content = bytearray((home / "history.db").read_bytes())
    place = content.rindex(near) if named.startswith("attempt") else content.index(near)
    content[place + 9] ^= 2
    (home / "history.db").write_bytes(content)
    (said,) = faults(home)
    assert said.startswith(f"Left out: {named}, because ")


def test_a_memory_that_is_not_what_the_attempts_come_to_is_named_and_can_be_rebuilt(home):
    with Store(home / "history.db") as store:
        store.memories("records-coordinator", ["ethics-01"])
    assert faults(home) == []
    with closing(sqlite3.connect(home / "history.db")) as connection:
        connection.execute("UPDATE memory SET body = replace(body, '\"count\":1', '\"count\":9')")
        connection.commit()
    assert faults(home) == ["The memory of 1 question is not what the attempts come to: ethics-01"]
    with Store(home / "history.db") as store:
        store.forget_memories()
    assert faults(home) == []


def test_a_tally_that_is_not_what_the_attempts_add_up_to_is_named_and_can_be_rebuilt(home):
    with Store(home / "history.db") as store:
        for day in range(2):
            one = attempt(competency="ethics", at=NOW + timedelta(days=day))
            store.save_attempt(one, answer="", snapshots={digest(TEXT): TEXT})
        store.tally("records-coordinator")
        store.tally("archivist")
    assert faults(home) == []
    with closing(sqlite3.connect(home / "history.db")) as connection:
        connection.execute("UPDATE tally SET body = replace(body, '[1,3.0,9.0]', '[1,3.001,9.0]')")
        connection.commit()
    assert faults(home) == ["The tally of 1 role is not what the attempts add up to: records-coordinator"]
    assert CliRunner().invoke(main, ["doctor", "--rebuild"], env={"RECPREP_HOME": str(home)}).exit_code == 0
    assert faults(home) == []


def test_a_rebuild_drops_memories_and_tallies(home):
    with Store(home / "history.db") as store:
        store.memories("records-coordinator", ["ethics-01"])
        store.tally("records-coordinator")
    CliRunner().invoke(main, ["doctor", "--rebuild"], env={"RECPREP_HOME": str(home)})
    with closing(sqlite3.connect(home / "history.db")) as connection:
        left = "SELECT (SELECT count(*) FROM memory), (SELECT count(*) FROM tally)"
        assert connection.execute(left).fetchone() == (0, 0)


@pytest.mark.parametrize("without", ["exemplar_hash", "question_hash", "rubric_hash"])
def test_a_rating_without_a_snapshot_is_named(home, without):
    with Store(home / "history.db") as store:
        store.save_rating(rating(id="rating-2", **{without: "0" * 64}), snapshots={})
    assert faults(home) == [
        "Left out: rating rating-2 at 'ethics-01', because the text of its exemplar, question or rubric is not kept"
    ]


def test_an_attempt_without_its_snapshot_is_named(home):
    with Store(home / "history.db") as store:
        store.save_attempt(attempt(id="attempt-3", rubric_hash="0" * 64), answer="", snapshots={})
    (said,) = faults(home)
    assert "attempt-3" in said
    assert "not kept" in said


def test_rows_that_belong_to_nothing_are_named(home):
    with closing(sqlite3.connect(home / "history.db")) as connection, connection:
        connection.execute("INSERT INTO answer VALUES ('nobody', 'words', ?)", (digest("nobodywords"),))
    (said,) = faults(home)
    assert said == "1 rows belong to an attempt that is not there"


def test_a_damaged_structure_is_named_and_what_can_be_read_is_still_counted(home):
    with closing(sqlite3.connect(home / "history.db")) as connection:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_setting_1'"
        place = (connection.execute(sql).fetchone()[0] - 1) * 4096
    content = bytearray((home / "history.db").read_bytes())
    content[place : place + 4096] = b"\x0a\xff" * 2048
    (home / "history.db").write_bytes(content)
    findings = examine(home)
    assert "structure is damaged" in findings[1].what
    assert any(one.what.startswith("2 attempts") for one in findings)


@pytest.mark.parametrize("content", [b"no database", b"", bytes(9000)], ids=["text", "nothing", "zeros"])
def test_a_ruin_is_reported_and_left_where_it_is(home, content):
    (home / "history.db").write_bytes(content)
    before = files(home)
    assert len(faults(home)) == 1
    assert files(home) == before


@pytest.mark.parametrize("form", [0, 1, 2, STEPS[-1].number + 1])
def test_another_form_is_reported_and_not_migrated(home, form):
    with closing(sqlite3.connect(home / "history.db")) as connection:
        connection.execute(f"PRAGMA user_version = {form}")
    before = files(home)
    (finding,) = [one for one in examine(home) if not one.sound]
    assert finding.mend is not None
    assert files(home).items() >= before.items()


def test_examining_changes_no_byte_of_what_is_kept(home):
    before = files(home)
    examine(home)
    assert files(home).items() >= before.items()


def test_what_a_killed_program_left_in_the_log_stays_there(home, tmp_path):
    with Store(home / "history.db") as store:
        store.save_attempt(attempt(), answer="", snapshots={})
        shutil.copytree(home, tmp_path / "killed")
    before = files(tmp_path / "killed")
    assert any(one.what.startswith("3 attempts") for one in examine(tmp_path / "killed"))
    assert files(tmp_path / "killed") == before


def test_a_home_in_use_is_examined_with_its_newest_attempts(home):
    with Store(home / "history.db") as store:
        store.save_attempt(attempt(), answer="", snapshots={})
        assert any(one.what.startswith("3 attempts") for one in examine(home))


def test_a_home_that_may_only_be_read_is_examined(home):
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        (copy / "history.db").chmod(0o444)
        copy.chmod(0o555)
        Path(folder).chmod(0o755)
        try:
            assert faults_seen_by_another_user(copy) == 0
        finally:
            copy.chmod(0o755)


def faults_seen_by_another_user(home) -> int:
    """Count the faults in a process without the rights of root, who may write everywhere."""
    process = os.fork()
    if process == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os._exit(len(faults(home)))
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
