"""Words go only after the person was asked, by the rule they set, never under a hold, and with a record of it."""

import csv
import random
import shutil
import signal
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from test_backup import killed_midway
from test_merge import lose
from test_store import attempt, child, draft, finished, flip, rows, save

from recprep.core.problem import Problem
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.container import check
from recprep.storage.custody.decisions import amount, sentences
from recprep.storage.custody.export import export
from recprep.storage.custody.keeping import Rule
from recprep.storage.custody.merge import merge
from recprep.storage.custody.restore import restore
from recprep.storage.custody.retention import (
    Due,
    decisions,
    disposals,
    dispose,
    due,
    hold,
    lift,
    read_rule,
    write_rule,
)
from recprep.storage.custody.rotation import back_up_daily
from recprep.storage.doctor import examine
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store
from recprep.storage.store.disposals import RULE
from recprep.storage.store.holds import Hold

ROLE = "records-coordinator"
HERE = timezone(timedelta(hours=1))
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=HERE)
YEAR = Rule(months=12)
OLD = datetime(2025, 2, 28, 18, tzinfo=UTC)  # its last day was 28 February 2026: yesterday
MARK = "the words of Ms Okonjo"


def given(store: Store, at: datetime = OLD, words: str = MARK, **changes) -> str:
    """Save an attempt with an answer, and give its id."""
    one = attempt(at=at, zone="+01:00", **changes)
    save(store, one, answer=words)
    return one.id


def ruled(store: Store, rule: Rule | None = YEAR) -> Store:
    write_rule(store, rule, at=NOW)
    return store


def looked(store: Store, now: datetime = NOW) -> Due:
    return due(store, now=now)


def disposed(store: Store, now: datetime = NOW, **changes):
    return dispose(store, looked(store, now), now=now, **changes)


def kept(store: Store) -> set[str]:
    return {attempt for (attempt,) in rows(store.path, "SELECT attempt FROM answer")}


def said_by_the_doctor(store: Store, now: datetime | None = NOW) -> dict[str, str | None]:
    return {one.what: one.mend for one in examine(store.path.parent, now=now)}


def home_bytes(store: Store) -> bytes:
    """Give all bytes of the history and of what SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in sorted(store.path.parent.glob("history.db*")))


@pytest.fixture
def there(tmp_path):
    """The history of another machine, open."""
    with Store(tmp_path / "there" / "history.db") as store:
        yield store


# The rule


def test_at_first_everything_is_kept_until_the_person_erases_it(store):
    given(store, at=datetime(1990, 1, 1, tzinfo=UTC))
    assert read_rule(store) is None
    assert (looked(store).rule, looked(store).count) == (None, 0)
    assert disposed(store).record is None


def test_a_rule_is_kept_and_can_be_taken_back(store):
    assert read_rule(ruled(store, Rule(days=90))) == Rule(days=90)
    assert read_rule(ruled(store, None)) is None


@pytest.mark.parametrize("value", ["12m", "soon", "1 months", '{"months": 12}', "-1 months"])
def test_a_rule_that_was_not_written_by_the_workbook_disposes_of_nothing(store, value):
    given(store)
    store.set_setting(RULE, value, at=NOW)
    assert read_rule(store) is None
    assert looked(store).count == 0


def test_setting_a_rule_disposes_of_nothing(store):
    one = given(store)
    ruled(store)
    assert store.answer(one) == MARK
    assert disposals(store) == []


# What is due


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (datetime(2026, 2, 28, 23, 59, tzinfo=HERE), 0),
        (datetime(2026, 3, 1, 0, 1, tzinfo=HERE), 1),
        (datetime(2026, 2, 28, 23, 30, tzinfo=UTC), 0),  # where it is still the 28th
        (datetime(2020, 1, 1, tzinfo=HERE), 0),  # the clock was set back
    ],
)
def test_an_answer_is_due_from_the_day_after_its_last_day_by_the_persons_calendar(store, now, count):
    given(ruled(store))
    assert looked(store, now).count == count


def test_the_day_of_an_answer_is_that_of_the_place_where_it_was_given(store):
    ruled(store)
    late = datetime(2025, 2, 28, 22, 30, tzinfo=UTC)
    save(store, attempt(at=late, zone="-05:00"), answer="in the afternoon of the 28th")
    save(store, attempt(at=late, zone="+05:00"), answer="after midnight, on 1 March")
    (one,) = looked(store).texts
    assert one.day == date(2025, 2, 28)


def test_the_person_is_asked_with_how_many_of_when_and_where(store):
    ruled(store)
    given(store, words="four")
    given(store, at=OLD - timedelta(days=40), words="twelve chars", question="ethics-01")
    given(store, at=OLD - timedelta(days=9), words="seven!!", role="archivist")
    given(store, at=OLD + timedelta(days=1))
    found = looked(store)
    assert (found.rule, found.at, found.count, found.characters) == (YEAR, NOW, 3, 23)
    assert (found.oldest, found.newest) == (date(2025, 1, 19), date(2025, 2, 28))
    assert found.roles == {ROLE: 2, "archivist": 1}
    assert found.questions == {
        (ROLE, "retention-01"): 1,
        (ROLE, "ethics-01"): 1,
        ("archivist", "retention-01"): 1,
    }
    assert MARK not in repr(found)


def test_with_nothing_due_there_are_no_days_to_name(store):
    found = looked(ruled(store))
    assert (found.count, found.characters, found.oldest, found.newest, found.roles) == (0, 0, None, None, {})


def test_asking_changes_nothing(store):
    given(ruled(store))
    store.close()
    before = store.path.read_bytes()
    looked(store)
    store.close()
    assert store.path.read_bytes() == before


def test_drafts_stay_and_an_answer_given_aloud_has_no_words_to_go(store):
    ruled(store)
    store.save_draft(draft("an old draft", question="ethics-01", saved_at=OLD), base=0)
    aloud = given(store, words="")
    assert looked(store).count == 0
    given(store)
    disposed(store)
    assert store.draft(ROLE, "ethics-01").answer == "an old draft"
    assert store.answer(aloud) == ""


def test_the_words_of_a_withdrawn_attempt_go_too(store):
    one = given(ruled(store))
    store.withdraw(one, at=NOW)
    assert disposed(store).record.texts == 1
    assert (store.answer(one), store.withdrawals()) == (None, {one})


def test_an_answer_whose_day_cannot_be_read_stays_and_is_counted(store):
    broken, whole = given(ruled(store), sitting="sitting-9"), given(store, question="ethics-01")
    store.close()
    flip(store.path, b'"sitting":"sitting-9"', 12)
    assert (looked(store).count, looked(store).unread) == (1, 1)
    disposed(store)
    assert kept(store) == {broken}
    assert store.answer(whole) is None


def test_damaged_words_go_like_any_others(store):
    given(ruled(store))
    store.close()
    flip(store.path, MARK.encode(), 4)
    assert disposed(store).record.texts == 1
    assert (kept(store), store.damaged()) == (set(), [])


def test_progress_is_told_while_looking_and_while_disposing(store):
    ruled(store)
    for _ in range(3):
        given(store)
    told = []
    found = due(store, now=NOW, progress=lambda *step: told.append(step))
    assert told == [(3, 3)]
    dispose(store, found, now=NOW, progress=lambda *step: told.append(step))
    assert told[-1] == (6, 6)


def test_progress_is_told_midway_of_long_work(store, monkeypatch):
    monkeypatch.setattr("recprep.storage.store.disposals.OFTEN", 2)
    ruled(store)
    for _ in range(5):
        given(store)
    told = []
    found = due(store, now=NOW, progress=lambda *step: told.append(step))
    dispose(store, found, now=NOW, progress=lambda *step: told.append(step))
    assert told == [(2, 5), (4, 5), (5, 5), (2, 10), (4, 10), (10, 10)]


# Holds


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({}, 0),
        ({"role": ROLE}, 1),
        ({"role": ROLE, "question": "ethics-01"}, 2),
        ({"role": "archivist", "question": "ethics-01"}, 3),
    ],
)
def test_a_hold_keeps_all_answers_or_those_of_a_role_or_to_a_question(store, scope, left):
    ruled(store)
    given(store)
    given(store, question="ethics-01")
    given(store, role="archivist")
    placed = hold(store, now=NOW, why="  a talk with my coach  ", **scope)
    found = looked(store)
    assert (found.count, found.held, found.holds) == (left, 3 - left, (placed,))
    assert (placed.why, placed.at, placed.zone) == ("a talk with my coach", NOW, "+01:00")
    assert (disposed(store).record is None) == (left == 0)
    assert len(kept(store)) == 3 - left


def test_a_hold_on_a_question_says_of_which_role(store):
    with pytest.raises(Problem, match=r"'ethics-01', say of which role.*Nothing was changed"):
        hold(store, now=NOW, question="ethics-01")


def test_a_hold_placed_after_the_person_was_asked_stops_the_disposal(store):
    one, other = given(ruled(store)), given(store, question="ethics-01")
    found = looked(store)
    with Store(store.path) as page:
        hold(page, now=NOW, role=ROLE, question="ethics-01")
    done = dispose(store, found, now=NOW)
    assert (done.record.texts, done.spared) == (1, 1)
    assert (store.answer(one), store.answer(other)) == (None, MARK)


def test_a_hold_that_was_lifted_holds_no_more_and_both_stay_in_the_record(store):
    given(ruled(store))
    placed = hold(store, now=NOW)
    later = NOW + timedelta(days=3)
    lift(store, placed.id, now=later)
    lift(store, placed.id, now=later + timedelta(days=1))
    assert store.holds() == []
    assert looked(store, later).count == 1
    first, second = decisions(store)
    assert (first, second.hold, second.at) == (placed, placed.id, later)


def test_the_same_hold_twice_is_one_and_another_reason_is_another(store):
    first = hold(store, now=NOW)
    assert hold(store, now=NOW + timedelta(days=1)) == first
    hold(store, now=NOW, why="for my coach")
    assert len(store.holds()) == 2
    lift(store, first.id, now=NOW)
    assert hold(store, now=NOW) != first


def test_a_hold_that_was_never_placed_cannot_be_lifted(store):
    with pytest.raises(Problem, match=r"no hold none-such.*Nothing was changed"):
        lift(store, "none-such", now=NOW)


def test_a_damaged_hold_covers_everything_until_it_is_lifted(store):
    given(ruled(store))
    placed = hold(store, now=NOW, role="archivist", why="a talk")
    assert looked(store).count == 1
    store.close()
    flip(store.path, b"a talk", 1)
    (standing,) = store.holds()
    assert (standing.id, standing.at, standing.scope) == (placed.id, None, "all answers")
    assert (looked(store).count, looked(store).held) == (0, 1)
    assert [(one.what, one.id) for one in store.damaged()] == [("hold", placed.id)]
    lift(store, placed.id, now=NOW)
    assert looked(store).count == 1


def test_a_damaged_lifting_lifts_nothing(store):
    given(ruled(store))
    lift(store, hold(store, now=NOW).id, now=NOW)
    assert looked(store).held == 0
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE lifting SET body = replace(body, '+01:00', '+02:00')")
    assert looked(store).held == 1


def test_a_hold_says_in_words_what_it_covers():
    one = Hold(id="", at=NOW, zone="")
    assert one.scope == "all answers"
    assert replace(one, role=ROLE).scope == "the answers of 'records-coordinator'"
    both = replace(one, role=ROLE, question="ethics-01")
    assert both.scope == "the answers to 'ethics-01' of 'records-coordinator'"


# Disposal


def test_the_words_go_and_the_scores_stay(store, tmp_path):
    one = given(ruled(store))
    newer = given(store, at=OLD + timedelta(days=1))
    before = store.attempts(), store.memories(ROLE, ["retention-01"]), store.tally(ROLE), store.count(), store.version()
    disposed(store)
    assert (store.answer(one), store.answer(newer)) == (None, MARK)
    after = store.attempts(), store.memories(ROLE, ["retention-01"]), store.tally(ROLE), store.count(), store.version()
    assert after == before
    assert all(finding.sound for finding in examine(store.path.parent, now=NOW))
    made = export(store.path, tmp_path, now=NOW)
    with made.files[0].open(encoding="utf-8-sig", newline="") as file:
        assert [row["answer"] for row in csv.DictReader(file)] == ["", MARK]
    assert made.left_out == ()


def test_the_record_says_what_when_how_much_and_by_which_rule_and_nothing_of_the_content(store):
    ruled(store)
    given(store, words=MARK)
    given(store, at=OLD - timedelta(days=40), words="twelve chars", role="archivist")
    record = disposed(store, by="the person, by command").record
    assert {field.name: getattr(record, field.name) for field in fields(record) if field.name != "id"} == {
        "at": NOW,
        "zone": "+01:00",
        "rule": "1 year",
        "texts": 2,
        "characters": len(MARK) + 12,
        "oldest": date(2025, 1, 19),
        "newest": date(2025, 2, 28),
        "roles": {ROLE: 1, "archivist": 1},
        "by": "the person, by command",
    }
    assert disposals(store) == [record]
    (body,) = rows(store.path, "SELECT body FROM disposal")[0]
    assert not [word for word in ("Okonjo", "twelve", "retention-01") if word in body]


def test_every_decision_is_told_in_a_sentence_without_a_word_of_an_answer(store):
    ruled(store)
    given(store, words="four")
    given(store, at=OLD - timedelta(days=40), words="twelve chars", role="archivist")
    lift(store, hold(store, now=NOW, role=ROLE, why="for my coach").id, now=NOW + timedelta(minutes=1))
    assert amount(looked(store).count, looked(store)) == (
        "2 answers of 16 letters in all, given from 2025-01-19 to 2025-02-28 (archivist: 1, records-coordinator: 1)"
    )
    disposed(store, now=datetime(2026, 3, 1, 23, 30, tzinfo=timezone(-timedelta(hours=5))))
    given(store, words="four")
    disposed(store, now=NOW + timedelta(days=9), by="the person, by command")
    assert sentences(decisions(store)) == [
        "2026-03-01: hold placed on the answers of 'records-coordinator': for my coach.",
        "2026-03-01: hold lifted on the answers of 'records-coordinator', placed 2026-03-01.",
        "2026-03-01: disposed of 2 answers of 16 letters in all, given from 2025-01-19 to 2025-02-28 "
        "(archivist: 1, records-coordinator: 1), because answers are kept for 1 year; asked for by the person.",
        "2026-03-10: disposed of 1 answer of 4 letters in all, given on 2025-02-28 (records-coordinator: 1), "
        "because answers are kept for 1 year; asked for by the person, by command.",
    ]


def test_the_lifting_of_a_hold_that_cannot_be_read_is_told_too(store):
    lift(store, hold(store, now=NOW, why="a talk").id, now=NOW)
    store.close()
    flip(store.path, b"a talk", 1)
    assert sentences(decisions(store)) == ["2026-03-01: hold lifted."]


def test_a_second_disposal_has_nothing_to_do_and_leaves_no_record(store):
    given(ruled(store))
    found = looked(store)
    assert dispose(store, found, now=NOW).record
    again = dispose(store, found, now=NOW)
    assert (again.record, again.spared, again.notices) == (None, 1, ())
    assert len(disposals(store)) == 1


def test_no_more_goes_than_was_shown(store):
    one = given(ruled(store))
    found = looked(store)
    late = given(store, at=OLD - timedelta(days=1))
    dispose(store, found, now=NOW + timedelta(days=400))
    assert kept(store) == {late}
    assert store.answer(one) is None


def test_an_answer_that_is_another_one_by_now_stays(store):
    one = given(ruled(store), words="damaged, and then mended by a merge")
    found = looked(store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE answer SET text = 'as it was written', checksum = 'of that'")
    done = dispose(store, found, now=NOW)
    assert (done.record, done.spared, kept(store)) == (None, 1, {one})


def test_what_is_not_past_by_a_clock_that_was_set_back_stays(store):
    given(ruled(store))
    found = looked(store)
    done = dispose(store, found, now=NOW - timedelta(days=1))
    assert (done.record, done.spared) == (None, 1)


def test_a_rule_that_was_changed_after_the_person_was_asked_disposes_of_nothing(store):
    one = given(ruled(store))
    found = looked(store)
    for rule in (Rule(months=24), None):
        with Store(store.path) as page:
            ruled(page, rule)
        with pytest.raises(Problem, match=r"kept for 1 year, and the rule is another one.*Nothing was disposed of"):
            dispose(store, found, now=NOW)
    assert (store.answer(one), disposals(store)) == (MARK, [])


def test_two_that_dispose_at_once_do_it_once(store):
    given(ruled(store))
    found = looked(store)
    with Store(store.path) as page:
        assert dispose(page, looked(page), now=NOW).record.texts == 1
    assert dispose(store, found, now=NOW).record is None


def test_a_damaged_record_is_named_and_the_others_stay(store):
    given(ruled(store))
    disposed(store)
    given(store, question="ethics-01")
    second = disposed(store, now=NOW + timedelta(days=1)).record
    store.close()
    flip(store.path, b'"by":"the person"', 9)
    assert [one.what for one in store.damaged()] == ["disposal"]
    assert len(disposals(store)) == 1
    assert second.texts == 1


# Nothing left in the file


def test_the_words_are_in_no_byte_of_the_history_and_its_side_files(store):
    """Drafts as they were typed, answers in many sizes, and rows that moved from page to page."""
    chance = random.Random(3)
    ruled(store)
    for number in range(120):
        mark, question = f"<{'old' if number % 2 else 'new'} words {number}> ", f"question-{number % 7}"
        words = mark
        for _ in range(3):
            words += mark * chance.randint(1, 90)
            store.save_draft(draft(words, question=question), base=0)
        given(store, at=OLD if number % 2 else NOW, words=words, question=question)
    assert b"<old words" in home_bytes(store)
    done = disposed(store)
    assert (done.record.texts, done.notices) == (60, ())
    found = home_bytes(store)
    assert b"<old words" not in found
    assert b"<new words" in found


def moved_without_care(store: Store, one: str) -> None:
    """Leave a copy of an answer's words in an unused part, as SQLite may when it moves a row."""
    with closing(sqlite3.connect(store.path)) as connection, connection:
        text = connection.execute("SELECT text FROM answer WHERE attempt = ?", (one,)).fetchone()[0]
        connection.execute("UPDATE answer SET text = '' WHERE attempt = ?", (one,))
        connection.execute("INSERT INTO snapshot VALUES ('filler', ?)", ("x" * 5_000,))
        connection.execute("UPDATE answer SET text = ? WHERE attempt = ?", (text[:-1] + "!", one))
        connection.execute("UPDATE answer SET text = ? WHERE attempt = ?", (text, one))
        connection.execute("DELETE FROM snapshot WHERE hash = 'filler'")


def test_copies_of_the_words_in_unused_parts_of_the_file_go_too(store):
    one = given(ruled(store), words=f"{MARK}. " * 30)
    moved_without_care(store, one)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("CREATE TABLE copy AS SELECT * FROM answer")
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DROP TABLE copy")
    disposed(store)
    assert MARK.encode() not in home_bytes(store)


def reading(path: Path) -> sqlite3.Connection:
    """Give a connection that is in the middle of reading, as an export is."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM answer").fetchone()
    return connection


@pytest.fixture
def impatient(home):
    with Store(home / "history.db", patience=0.2) as store:
        yield store


def test_while_another_program_reads_the_rest_is_left_for_the_next_time(impatient):
    one = given(ruled(impatient))
    with closing(reading(impatient.path)):
        (notice,) = disposed(impatient).notices
        assert "another program is using it" in notice
        assert "The answers are removed" in notice
        assert impatient.answer(one) is None
        assert MARK.encode() in home_bytes(impatient)
        assert any("unused parts" in what for what in said_by_the_doctor(impatient))
        assert not impatient.wipe()
    assert impatient.wipe()
    assert MARK.encode() not in home_bytes(impatient)
    assert not any("unused parts" in what for what in said_by_the_doctor(impatient))


def test_nobody_is_kept_from_writing_for_long_because_another_program_reads(home, monkeypatch):
    monkeypatch.setattr("recprep.storage.store.database.BRIEFLY", 0.1)
    with Store(home / "history.db", patience=300) as patient:
        given(ruled(patient))
        with closing(reading(patient.path)):
            assert disposed(patient).notices
        assert patient._connection.execute("PRAGMA busy_timeout").fetchone() == (300_000,)


def test_the_next_daily_backup_is_a_next_time(impatient):
    given(ruled(impatient))
    with closing(reading(impatient.path)):
        disposed(impatient)
    back_up_daily(impatient, now=NOW)
    assert MARK.encode() not in home_bytes(impatient)


def test_a_backup_made_in_between_has_none_of_the_words(impatient, tmp_path):
    one = given(ruled(impatient), words=f"{MARK}. " * 30)
    with closing(reading(impatient.path)):
        disposed(impatient)
        moved = impatient._connection
        moved.execute("PRAGMA secure_delete = OFF")
        moved.execute("CREATE TABLE copy (text)")
        moved.execute("INSERT INTO copy VALUES (?)", (f"{MARK}. " * 900,))
        moved.execute("DROP TABLE copy")
        made = back_up(impatient, now=NOW).path
    with zipfile.ZipFile(made) as box:
        assert MARK.encode() not in box.read("history.db")
    assert check(made).counts["answers"] == 0
    assert impatient.answer(one) is None


def test_wiping_does_nothing_where_nothing_is_left(store, monkeypatch):
    given(ruled(store))
    disposed(store)
    monkeypatch.setattr("recprep.storage.store.disposals.rewrite", lambda _: pytest.fail("written anew"))
    assert store.wipe()


def test_what_is_disposed_of_while_the_file_is_written_anew_is_wiped_the_next_time(store, monkeypatch):
    given(ruled(store))
    given(store, question="ethics-01")
    first, second = ([one] for one in looked(store).texts)
    emptied = Store._empty_log

    def meanwhile(self, connection):
        done = emptied(self, connection)
        with Store(store.path) as page:
            page.dispose(second, rule="1 year", at=NOW, zone="+01:00", by="", progress=lambda *_: None)
        return done

    store.dispose(first, rule="1 year", at=NOW, zone="+01:00", by="", progress=lambda *_: None)
    monkeypatch.setattr(Store, "_empty_log", meanwhile)
    store.wipe()
    assert len(rows(store.path, "SELECT * FROM unwiped")) == 1


# Two machines


@pytest.fixture
def both(store, there):
    """Two histories with one old answer in both."""
    given(ruled(store), id="shared")
    restore(store.path, into=there.path, now=NOW)
    return store, there


def taken(store: Store, there: Store):
    return merge(there.path, into=store, now=NOW)


def test_the_records_of_two_machines_come_together_in_either_order(both):
    store, there = both
    for one, at in ((store, NOW), (there, NOW + timedelta(hours=1))):
        given(one)
        lift(one, hold(one, now=at, role="archivist", why=str(at)).id, now=at)
        disposed(one, now=at)
    taken(store, there)
    taken(there, store)
    assert decisions(store) == decisions(there)
    assert len(disposals(store)) == len(store.decisions()) / 3 == 2
    merged = taken(store, there)
    assert not {"holds", "liftings", "disposals"} & merged.added.keys()


def test_what_was_disposed_of_on_one_machine_goes_on_the_other_to_the_last_byte_and_does_not_come_back(both):
    store, there = both
    disposed(there)
    merged = taken(store, there)
    assert (merged.disposed, merged.added["disposals"]) == (1, 1)
    assert store.answer("shared") is None
    assert MARK.encode() not in home_bytes(store)
    taken(there, store)
    assert there.answer("shared") is None


@pytest.mark.parametrize("side", ["here", "there"])
def test_a_hold_of_one_machine_stands_on_both_and_what_one_still_has_is_kept_in_both(both, side):
    store, there = both
    holding, without = (store, there) if side == "here" else (there, store)
    placed = hold(holding, now=NOW)
    disposed(without)
    for one, other in ((store, there), (there, store)):
        assert taken(one, other).disposed == 0
        assert one.holds() == [placed]
        assert one.answer("shared") == MARK
        assert looked(one).count == 0


def test_a_hold_on_something_else_does_not_keep_what_the_other_machine_disposed_of(both):
    store, there = both
    hold(store, now=NOW, role="archivist")
    disposed(there)
    assert taken(store, there).disposed == 1
    assert store.answer("shared") is None


def test_a_hold_that_was_lifted_on_one_machine_is_lifted_on_both(both):
    store, there = both
    placed = hold(store, now=NOW)
    taken(there, store)
    assert there.holds() == [placed]
    lift(there, placed.id, now=NOW)
    taken(store, there)
    assert store.holds() == []


def test_a_hold_that_is_damaged_there_is_named_and_one_damaged_here_is_mended(both):
    store, there = both
    placed = hold(there, now=NOW, why="a talk")
    taken(store, there)
    hold(store, now=NOW, why="another")
    store.close()
    flip(store.path, b"a talk", 1)
    flip(store.path, b"another", 1)
    assert [one.what for one in taken(there, store).left_out] == ["hold"]
    assert there.holds() == [placed]
    assert taken(store, there).mended == 1
    assert placed in store.holds()


def test_disposal_on_one_machine_and_an_old_backup_merged_on_it_stays_disposed_of(store):
    given(ruled(store), id="shared")
    made = back_up(store, now=NOW).path
    disposed(store)
    merge(made, into=store, now=NOW)
    assert store.answer("shared") is None
    assert MARK.encode() not in home_bytes(store)


# Restoring


def test_restoring_an_older_backup_keeps_the_hold_and_the_records_and_brings_the_words_back(store):
    one = given(ruled(store))
    made = back_up(store, now=NOW).path
    record = disposed(store).record
    placed = hold(store, now=NOW)
    restore(made, into=store.path, now=NOW)
    assert store.answer(one) == MARK
    assert (store.holds(), disposals(store)) == ([placed], [record])
    assert looked(store).held == 1
    lift(store, placed.id, now=NOW)
    assert looked(store).count == 1


def test_a_hold_placed_while_a_restore_is_made_is_kept(store, there, monkeypatch):
    given(there)
    given(store)
    kept_before = restore.__globals__["_replace"]
    times = []

    def late(path, copy, watch, seen):
        if not times:
            times.append(1)
            with Store(path) as page:
                hold(page, now=NOW)
        kept_before(path, copy, watch, seen)

    monkeypatch.setitem(restore.__globals__, "_replace", late)
    restore(there.path, into=store.path, now=NOW)
    assert len(store.holds()) == 1


# The doctor, and older forms


def test_the_doctor_tells_calmly_what_is_due_and_what_is_held(store):
    given(ruled(store))
    assert said_by_the_doctor(store)["1 answer older than 1 year, which is how long you want to keep them"] == (
        "Open Your records: you are asked before they go."
    )
    assert not any("older than" in what for what in said_by_the_doctor(store, now=None))
    hold(store, now=NOW, role=ROLE)
    said = said_by_the_doctor(store)
    assert not any("older than" in what for what in said)
    assert said["On hold until you lift it, since 2026-03-01: the answers of 'records-coordinator'"] is None
    assert all(one.sound for one in examine(store.path.parent, now=NOW))


@pytest.mark.parametrize("table", ["hold", "lifting", "disposal"])
def test_the_doctor_verifies_every_decision(store, table):
    given(ruled(store))
    lift(store, hold(store, now=NOW).id, now=NOW)
    disposed(store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute(f"UPDATE {table} SET body = replace(body, '+01:00', '+02:00')")
    (said,) = [one.what for one in examine(store.path.parent) if not one.sound]
    assert said.startswith(f"Left out: {table} ")


def test_a_new_decision_is_something_to_back_up(store):
    states = [store.state()]
    placed = hold(store, now=NOW)
    states.append(store.state())
    lift(store, placed.id, now=NOW)
    states.append(store.state())
    assert len(set(states)) == 3


@pytest.mark.parametrize("form", [1, 2])
def test_a_backup_of_an_older_form_is_restored_and_merged_under_a_rule(store, tmp_path, form):
    given(ruled(store))
    disposed(store)
    with Store(tmp_path / "old" / "history.db", steps=STEPS[:form]) as old:
        old.set_setting("profile", "{}", at=NOW)
        if form == 2:
            given(old, id="of old")
    made = back_up(old, now=NOW)
    assert (made.schema, made.counts["disposals"]) == (form, 0)
    merge(made.path, into=store, now=NOW)
    assert looked(store).count == form - 1
    restore(made.path, into=store.path, now=NOW)
    assert (store.setting("profile"), len(disposals(store))) == ("{}", 1)


# Interrupted, and trouble with the disk


def old_answers(store: Store, number: int, words: str = "w " * 2_000) -> set[str]:
    return {given(store, at=OLD - timedelta(hours=hour), words=words) for hour in range(number)}


DISPOSING = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from recprep.storage.custody.retention import dispose, due
from recprep.storage.store import Store
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
with Store(Path(sys.argv[1])) as store:
    found = due(store, now=NOW)
    print("ready", flush=True)
    dispose(store, found, now=NOW)
    print("done", flush=True)
"""


def test_a_disposal_killed_at_any_moment_leaves_all_words_or_none_and_one_record(store, tmp_path):
    old = old_answers(ruled(store), 250)
    newer = given(store, at=NOW)
    store.close()
    shutil.copy(store.path, tmp_path / "before.db")
    for _ in killed_midway(DISPOSING, store.path, rounds=16, seed=13):
        assert rows(store.path, "PRAGMA integrity_check") == [("ok",)]
        state = (kept(store), len(disposals(store)))
        assert state in ((old | {newer}, 0), ({newer}, 1))
        assert store.damaged() == []
        if state[1]:
            assert store.wipe()
            assert b"w w w w" not in home_bytes(store)
            assert disposals(store)[0].texts == 250
        store.close()
        for path in store.path.parent.glob("history.db*"):
            path.unlink()
        shutil.copy(tmp_path / "before.db", store.path)


DYING = """
import signal
from datetime import timezone
from recprep.storage.custody.retention import dispose, due
from recprep.storage.store import disposals
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
disposals.{step} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
with Store(Path(sys.argv[1])) as store:
    dispose(store, due(store, now=NOW), now=NOW)
"""


@pytest.mark.parametrize(
    ("step", "records"), [("remove", 0), ("record", 0), ("mark", 0), ("rewrite", 1), ("unmark", 1)]
)
def test_a_disposal_killed_in_the_middle_is_made_whole_or_not_at_all(store, step, records):
    old = old_answers(ruled(store), 3, MARK)
    process = child(DYING.format(step=step), store.path)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (kept(store), len(disposals(store))) == (set() if records else old, records)
    disposed(store)
    store.wipe()
    assert (kept(store), len(disposals(store))) == (set(), 1)
    assert MARK.encode() not in home_bytes(store)


LIMITED = """
import resource
from datetime import timezone
from recprep.storage.custody.retention import dispose, due
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
with Store(Path(sys.argv[1])) as store:
    found = due(store, now=NOW)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        print("disposed", *dispose(store, found, now=NOW).notices)
    except Problem as problem:
        print(problem)
"""


@pytest.mark.parametrize("most", [0, 3_000, 30_000, 100_000, 300_000, 3_000_000])
def test_a_file_that_may_not_grow_leaves_all_words_or_none(store, most):
    old = old_answers(ruled(store), 30)
    for number in range(200):
        given(store, at=NOW, words="x " * 2_000, question=f"question-{number}")
    store.close()
    said = finished(child(LIMITED, store.path, most))
    gone = said.startswith("disposed")
    assert (old & kept(store), len(disposals(store))) == (set() if gone else old, int(gone))
    assert ("disk" in said) == (most < 3_000_000)
    assert rows(store.path, "PRAGMA integrity_check") == [("ok",)]
    disposed(store)
    assert store.wipe()
    assert (old & kept(store), len(disposals(store))) == (set(), 1)
    assert b"w w w w" not in home_bytes(store)


def test_a_history_in_use_is_a_problem_and_nothing_goes(impatient):
    one = given(ruled(impatient))
    found = looked(impatient)
    with closing(sqlite3.connect(impatient.path, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem, match=r"in use by another program.*Nothing in it was changed"):
            dispose(impatient, found, now=NOW)
    assert (impatient.answer(one), disposals(impatient)) == (MARK, [])


FORBIDDEN = """
from recprep.storage.custody import retention
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
store = Store(Path(sys.argv[1]))
for act in (retention.due, retention.hold):
    try:
        print(act(store, now=NOW))
    except Problem as problem:
        print(problem)
"""


def test_a_home_that_may_not_be_written_is_a_problem():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home" / "history.db"
        with Store(path) as store:
            given(ruled(store))
        path.chmod(0o444)
        path.parent.chmod(0o555)
        Path(folder).chmod(0o755)
        try:
            said = finished(child(FORBIDDEN, path)).splitlines()
        finally:
            path.parent.chmod(0o755)
    assert len(said) == 2
    assert all("recprep may not write" in sentence for sentence in said)


def test_a_history_of_a_newer_version_is_a_problem(store):
    given(ruled(store))
    found = looked(store)
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(Problem, match="newer version of recprep"):
        dispose(store, found, now=NOW)


def test_a_part_of_the_file_that_is_damaged_is_a_problem_or_left_alone_and_nothing_is_half_done(store):
    old = old_answers(ruled(store), 40)
    store.close()
    raw = bytearray(store.path.read_bytes())
    root = rows(store.path, "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_answer_1'")[0][0]
    raw[(root - 1) * 4096 : root * 4096] = b"\x0a\xff" * 2048
    store.path.write_bytes(raw)
    found = looked(store)
    assert (found.count, found.unread) == (0, len(old))
    assert dispose(store, found, now=NOW).record is None


def test_there_is_nothing_of_a_lost_answer_to_dispose_of(store):
    lose(store, given(ruled(store)))
    assert looked(store).count == 0
