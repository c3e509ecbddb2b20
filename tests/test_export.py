"""What leaves the workbook: every attempt once, as it was; no word where none was wanted; whole files or none."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import signal
import sqlite3
import stat
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st
from test_ratings import keep, rating
from test_store import attempt, child, flip, save

from recprep.core.memory import LONGEST_DAYS
from recprep.core.problem import Problem
from recprep.storage import paths
from recprep.storage.custody import export as custody
from recprep.storage.custody.columns import ATTEMPT_COLUMNS, RATING_COLUMNS, card_id, guarded
from recprep.storage.custody.export import export, stream
from recprep.storage.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(home: Path) -> Path:
    return home / "history.db"


@pytest.fixture
def store(path: Path):
    with Store(path) as opened:
        yield opened


@pytest.fixture
def three(store):
    """Three attempts with answers, the second withdrawn, and a rating, in a database at rest."""
    saved = [attempt(prediction=level, at=NOW + timedelta(microseconds=7)) for level in (None, 3, 5)]
    for number, one in enumerate(saved):
        save(store, one, f"The answer of {one.id}.\nSecond line, number {number}, Größe")
    store.withdraw(saved[1].id, at=NOW)
    keep(store, rating())
    store.close()
    return saved


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def read_lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]]


def cell(store: Store, path: Path, folder: Path, answer: str) -> str:
    one = attempt()
    save(store, one, answer)
    done = export(path, folder, now=NOW)
    return next(row["answer"] for row in read_csv(done.files[0]) if row["attempt"] == one.id)


# What is in the files


def test_a_row_for_each_attempt_in_the_order_of_saving(three, path, folder):
    done = export(path, folder, now=NOW)
    rows = read_csv(done.files[0])
    assert [row["attempt"] for row in rows] == [one.id for one in three]
    assert (done.attempts, done.ratings, done.left_out) == (3, 1, ())
    assert {name: rows[1][name] for name in rows[1] if name != "answer"} == {
        "attempt": three[1].id,
        "sitting": "sitting-1",
        "role": "records-coordinator",
        "at": "2026-11-23T09:30:00Z",
        "zone": "Europe/Berlin",
        "day": "2026-11-23",
        "question": "retention-01",
        "prompt": "How do you apply a schedule?",
        "competency": "retention",
        "kind": "procedure",
        "seniority": "",
        "rater": "self",
        "prediction": "3",
        "percent": "0",
        "band": "relearn",
        "gated": "true",
        "key_points_covered": "1",
        "key_points": "2",
        "aloud": "false",
        "seconds_taken": "0",
        "withdrawn": "true",
        "level_accuracy": "3",
        "level_structure": "",
        "level_evidence": "",
        "level_judgement": "1",
        "level_communication": "",
    }
    assert rows[1]["answer"] == f"The answer of {three[1].id}.\nSecond line, number 1, Größe"


def test_pandas_reads_the_table_with_its_types(three, path, folder):
    frame = pd.read_csv(export(path, folder, now=NOW).files[0], parse_dates=["at", "day"])
    assert list(frame["withdrawn"]) == [False, True, False]
    assert frame["withdrawn"].dtype == "bool"
    assert frame["level_accuracy"].sum() == 9
    assert frame["level_structure"].isna().all()
    assert str(frame["at"].dt.tz) == "UTC"
    assert list(frame["prediction"].dropna()) == [3, 5]


def test_a_line_for_each_attempt_holds_all_of_it(three, path, folder):
    lines = read_lines(export(path, folder, now=NOW, format="jsonl").files[0])
    for number, (line, one) in enumerate(zip(lines, three, strict=True)):
        assert line == {
            **{name: value for name, value in asdict(one).items() if name != "id"},
            "attempt": one.id,
            "at": "2026-11-23T09:30:00.000007+00:00",
            "day": "2026-11-23",
            "key_points": [True, False],
            "prompt": "How do you apply a schedule?",
            "withdrawn": number == 1,
            "answer": f"The answer of {one.id}.\nSecond line, number {number}, Größe",
        }


def test_sample_answers_that_were_scored_are_in_a_file_of_their_own(three, path, folder):
    [row] = read_csv(export(path, folder, now=NOW).files[1])
    assert (row["exemplar"], row["zone"], row["prompt"]) == (
        "retention-01-a",
        "UTC+02:00",
        "How do you apply a schedule?",
    )
    assert [row[f"{kind}_{name}"] for name in ("accuracy", "judgement") for kind in ("level", "reference")] == [
        "4", "2", "1", "1",
    ]  # fmt: skip
    [line] = read_lines(export(path, folder, now=NOW, format="jsonl").files[1])
    assert (line["levels"], line["reference"]) == (
        {"accuracy": 4, "judgement": 1},
        {"accuracy": 2, "judgement": 1},
    )


@pytest.mark.parametrize(("file", "columns"), [(0, ATTEMPT_COLUMNS), (1, RATING_COLUMNS)])
def test_the_columns_are_those_explained(three, path, folder, file, columns):
    header = list(read_csv(export(path, folder, now=NOW).files[file])[0])
    starts = [name.removesuffix("...") for name in columns]
    assert [name for name in starts if name in header or any(one.startswith(name) for one in header)] == starts
    assert all(name in columns or name.startswith(("level_", "reference_")) for name in header)


def test_a_criterion_of_a_bank_has_a_column_after_the_usual_ones(store, path, folder):
    save(store, attempt(levels={"zeal": 4}, weights={"zeal": 100}))
    save(store, attempt(levels={"calm": 2, "accuracy": 1}, weights={"calm": 50, "accuracy": 50}))
    first, second = read_csv(export(path, folder, now=NOW).files[0])
    assert list(first)[-4:] == ["level_communication", "level_calm", "level_zeal", "answer"]
    assert [(row["level_accuracy"], row["level_calm"], row["level_zeal"]) for row in (first, second)] == [
        ("", "", "4"),
        ("1", "2", ""),
    ]


def test_only_one_role_if_wanted(store, path, folder):
    save(store, attempt())
    save(store, attempt(role="archivist"))
    keep(store, rating())
    done = export(path, folder, now=NOW, role="archivist")
    assert [file.name for file in done.files] == ["attempts.csv"]
    assert [row["role"] for row in read_csv(done.files[0])] == ["archivist"]


def test_two_months_come_out_as_they_went_in(two_months_home, path, folder):
    lines = read_lines(export(path, folder, now=NOW, format="jsonl").files[0])
    rows = read_csv(export(path, folder, now=NOW).files[0])
    with Store(path) as store:
        kept = store.attempts()
        answers = [store.answer(one.id) for one in kept]
    assert len(kept) > 80
    assert [(line["attempt"], line["levels"], line["answer"]) for line in lines] == [
        (one.id, one.levels, answer) for one, answer in zip(kept, answers, strict=True)
    ]
    assert [(int(row["percent"]), row["answer"]) for row in rows] == [
        (one.percent, answer) for one, answer in zip(kept, answers, strict=True)
    ]
    assert all(row["prompt"] for row in rows)


# Words


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_without_answers_no_word_of_them_is_in_any_file(store, path, folder, form):
    for words in ("Zebrawood kettledrums", "=quixotic(vermilion)", "line one\nobsidian"):
        save(store, attempt(), words)
    done = export(path, folder, now=NOW, format=form, answers=False)
    out = io.BytesIO()
    stream(path, out, format=form, answers=False)
    content = out.getvalue() + b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for word in (b"Zebrawood", b"kettledrums", b"quixotic", b"vermilion", b"obsidian", b'"answer"'):
        assert word not in content
    assert done.files[0].parent.name == "recprep-export-2026-11-23-without-answers"


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "\0=1",
        "=cmd|'/c calc'!A1",
        '=HYPERLINK("http://x","y")',
        "＝1+1",
    ],
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(store, path, folder, hostile):
    assert cell(store, path, folder, hostile) == f"'{hostile}"


@pytest.mark.parametrize(
    "harmless", ["a = b", "1 - 2", "'quoted'", "", "x;=1+1", 'say "no"', "- no\r\n- yes"[1:], "a\r\nb\rc\nd", "\u2028"]
)
def test_other_answers_stay_as_they_are(store, path, folder, harmless):
    assert cell(store, path, folder, harmless) == harmless


def test_every_text_cell_is_guarded_and_no_number_is(store, path, folder):
    save(store, attempt(question="=q", competency="+c", band="@b", sitting="-s", zone="-05:00", rater="=r"))
    [row] = read_csv(export(path, folder, now=NOW).files[0])
    assert [row[name] for name in ("question", "competency", "band", "sitting", "rater")] == [
        "'=q",
        "'+c",
        "'@b",
        "'-s",
        "'=r",
    ]
    assert (row["zone"], row["percent"]) == ("UTC-05:00", "0")
    [line] = read_lines(export(path, folder, now=NOW, format="jsonl").files[0])
    assert (line["question"], line["zone"]) == ("=q", "-05:00")


def test_texts_are_in_quotes_so_that_no_separator_begins_a_cell_and_numbers_are_not(store, path, folder):
    save(store, attempt(), "x;=1+1")
    [_, row] = export(path, folder, now=NOW).files[0].read_bytes().decode("utf-8-sig").split("\r\n")[:-1]
    assert row.endswith(',1,2,"false",0,"false",3,"","",1,"","x;=1+1"')
    assert ',"records-coordinator",' in row


@given(st.text())
def test_a_guarded_text_is_the_text_and_never_a_formula(text):
    safe = guarded(text)
    assert safe.lstrip()[:1] not in {"=", "+", "-", "@"}
    assert safe in (text, f"'{text}")


def test_excel_is_told_the_encoding_and_programs_are_not(three, path, folder):
    files = [*export(path, folder, now=NOW).files, *export(path, folder, now=NOW, format="jsonl").files]
    log = export(path, folder, now=NOW, content="review-log").files
    out = io.BytesIO()
    stream(path, out)
    marks = [file.read_bytes().startswith(b"\xef\xbb\xbf") for file in (*files, *log)]
    assert marks == [True, True, False, False, False]
    assert not out.getvalue().startswith(b"\xef\xbb\xbf")


def test_a_stream_has_what_the_file_has(three, path, folder):
    out = io.BytesIO()
    done = stream(path, out)
    assert out.getvalue() == export(path, folder, now=NOW).files[0].read_bytes()[3:]
    assert (done.files, out.closed) == ((), False)


def test_an_answer_given_aloud_is_empty_and_one_not_kept_is_null(store, path, folder):
    aloud, gone = attempt(aloud=True), attempt()
    save(store, aloud, "")
    save(store, gone, "Long ago")
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM answer WHERE attempt = ?", (gone.id,))
    done = export(path, folder, now=NOW, format="jsonl")
    assert [line["answer"] for line in read_lines(done.files[0])] == ["", None]
    assert done.left_out == ()


# What is damaged


def test_a_damaged_attempt_is_left_out_and_named(three, path, folder):
    flip(path, f'"id":"{three[0].id}"'.encode(), 8)
    done = export(path, folder, now=NOW)
    assert [row["attempt"] for row in read_csv(done.files[0])] == [one.id for one in three[1:]]
    assert [(one.what, one.id) for one in done.left_out] == [("attempt", three[0].id)]
    assert done.attempts == 2


def test_a_damaged_answer_is_not_passed_off_as_the_persons_words(three, path, folder):
    flip(path, f"The answer of {three[0].id}".encode(), 2)
    done = export(path, folder, now=NOW)
    assert [bool(row["answer"]) for row in read_csv(done.files[0])] == [False, True, True]
    assert [(one.what, one.id) for one in done.left_out] == [("answer", three[0].id)]


def test_a_damaged_page_is_read_around(path, folder):
    with Store(path) as store:
        for number in range(200):
            save(store, attempt(sitting=f"sitting-{number}"))
    content = bytearray(path.read_bytes())
    place = content.index(b'"sitting":"sitting-100"') // 4096 * 4096
    content[place : place + 4096] = bytes(4096)
    path.write_bytes(content)
    done = export(path, folder, now=NOW)
    assert 190 <= len(read_csv(done.files[0])) == done.attempts < 200
    assert done.attempts + len(done.left_out) == 200


def test_when_all_is_damaged_nothing_is_written(store, path, folder):
    one = attempt()
    save(store, one)
    store.close()
    flip(path, f'"id":"{one.id}"'.encode(), 8)
    with pytest.raises(Problem, match=r"all 1 records are damaged.*recprep doctor"):
        export(path, folder, now=NOW)
    assert list(folder.iterdir()) == []


# Whole or not at all


def test_the_folder_is_new_and_nothing_is_overwritten(three, path, folder):
    names = [export(path, folder, now=NOW).files[0].parent.name for _ in range(3)]
    assert names == [f"recprep-export-2026-11-23{end}" for end in ("", "-2", "-3")]


def test_a_name_taken_in_the_meantime_is_not_taken_over(three, path, folder, monkeypatch):
    taken = folder / "recprep-export-2026-11-23"
    rename = Path.rename

    def late(part: Path, name: Path) -> Path:
        if not taken.exists():
            taken.mkdir()
            (taken / "theirs").touch()
        return rename(part, name)

    monkeypatch.setattr(Path, "rename", late)
    assert export(path, folder, now=NOW).files[0].parent.name == "recprep-export-2026-11-23-2"
    assert [file.name for file in taken.iterdir()] == ["theirs"]


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_only_the_owner_may_read(three, path, folder):
    before = os.umask(0)
    try:
        made = export(path, folder, now=NOW).files[0].parent
    finally:
        os.umask(before)
    assert {stat.S_IMODE(one.stat().st_mode) for one in made.iterdir()} == {0o600}
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


KILLED = """
from datetime import UTC, datetime
from recprep.storage.custody.export import export
def say(done, of):
    if done > of / 2:
        print("writing", flush=True)
        sys.stdin.readline()
export(Path(sys.argv[1]), Path(sys.argv[2]), now=datetime(2026, 11, 23, tzinfo=UTC), progress=say)
"""


def test_an_export_that_is_killed_leaves_no_half_file_under_the_final_name(store, path, folder):
    for _ in range(custody.OFTEN + 10):
        save(store, attempt())
    store.close()
    process = child(KILLED, path, folder)
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    [left] = folder.iterdir()
    assert ".unfinished" in left.name
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    done = export(path, folder, now=NOW)
    assert done.files[0].parent.name == "recprep-export-2026-11-23"
    assert len(read_csv(done.files[0])) == custody.OFTEN + 10


def test_an_export_that_is_stopped_cleans_up(three, path, folder):
    def stop(done: int, of: int) -> None:
        if done == of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(path, folder, now=NOW, progress=stop)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, r"The disk is full, and nothing was exported to .*mine\. Free some space"),
        (errno.EROFS, r"may not write in .*mine, and nothing was exported\. Allow"),
        (errno.EIO, r"Nothing was exported to .*mine \(.*\)\. Check that disk"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_trouble_with_the_disk_is_a_calm_sentence_and_leaves_nothing(
    three, path, folder, monkeypatch, code, sentence, call
):
    real = getattr(os, call)

    def fail(target: object, *given: object, **named: object) -> object:
        if call == "fsync" or str(target).endswith(".csv"):
            raise OSError(code, os.strerror(code))
        return real(target, *given, **named)

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Problem, match=sentence):
        export(path, folder, now=NOW)
    monkeypatch.undo()
    assert list(folder.iterdir()) == []


def test_a_stream_that_is_full_is_a_calm_sentence(three, path):
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(Problem, match=r"stopped midway.*not complete"),
    ):
        stream(path, full)


def test_a_reader_that_goes_away_is_no_trouble_of_the_history(three, path):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as out, pytest.raises(BrokenPipeError):
        stream(path, out)


def test_without_a_folder_or_with_the_workbooks_own_nothing_is_written(three, path, tmp_path):
    with pytest.raises(Problem, match=r"There is no folder .*nowhere\. Make it first"):
        export(path, tmp_path / "nowhere", now=NOW)
    with pytest.raises(Problem, match="belongs to the workbook itself"):
        export(path, paths.shipped("data"), now=NOW)


@pytest.mark.parametrize("role", [None, "archivist"])
def test_an_empty_home_has_nothing_to_export_and_stays_empty(home, path, folder, role):
    with pytest.raises(Problem, match="Nothing to export yet"):
        export(path, folder, now=NOW, role=role)
    assert not home.exists()


def test_a_role_without_attempts_has_nothing_to_export(three, path, folder):
    with pytest.raises(Problem, match="Nothing to export yet for the role 'archivist'"):
        export(path, folder, now=NOW, role="archivist")
    assert list(folder.iterdir()) == []


def test_progress_runs_up_to_the_end(three, path, folder):
    told = []
    export(path, folder, now=NOW, progress=lambda done, of: told.append((done, of)))
    assert told == [(3, 6), (6, 6)]


# The review log


def log(path: Path, folder: Path) -> list[dict[str, str]]:
    return read_csv(export(path, folder, now=NOW, content="review-log").files[0])


def test_the_review_log_replayed_by_fsrs_gives_our_memories(two_months_home, path, folder):
    """A file in the open layout, folded by py-fsrs alone, comes to what the workbook remembers."""
    with Store(path) as store:
        [first, *_] = store.attempts()
        for days in (70, 70.1, 80, 95):
            again = attempt(
                role=first.role,
                question=first.question,
                at=NOW + timedelta(days=days),
                percent=60 + int(days) % 40,
                gated=days == 80,
            )
            save(store, again)
        ours = store.memories(first.role, {one.question for one in store.attempts()})
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=LONGEST_DAYS)
    cards: dict[str, Card] = {}
    for row in log(path, folder):
        at = datetime.fromtimestamp(int(row["review_time"]) / 1000, UTC)
        card = cards.get(row["card_id"], Card(card_id=int(row["card_id"]), due=at))
        cards[row["card_id"]], _ = scheduler.review_card(card, Rating(int(row["review_rating"])), at)
    assert len(ours) == len(cards) > 40
    for question, memory in ours.items():
        card = cards[str(card_id(first.role, question))]
        assert (card.stability, card.difficulty) == (memory.strength.stability, memory.strength.difficulty)
        assert abs(card.due - memory.strength.due) < timedelta(milliseconds=1)


def test_one_row_for_each_question_and_day(store, path, folder):
    def again(hours: float, percent: int, **given: object) -> None:
        save(store, attempt(at=NOW + timedelta(hours=hours), percent=percent, zone="+00:00", **given))

    again(0, 40, gated=False, seconds_taken=90)
    again(1, 80, gated=False, seconds_taken=None)
    again(30, 95, gated=True, seconds_taken=None)
    again(60, 90, gated=False, seconds_taken=10)
    again(60, 20, gated=False, question="retention-02")
    again(0.5, 60, gated=False, question="retention-03")
    start = int(NOW.timestamp() * 1000)
    known, other, third = (card_id("records-coordinator", f"retention-0{number}") for number in (1, 2, 3))
    rows = [tuple(map(int, row.values())) for row in log(path, folder)]
    hour = 3_600_000
    assert rows == [
        (third, start + hour // 2, 2, 0, 0),
        (known, start + hour, 2, 0, 90_000),
        (known, start + 30 * hour, 1, 2, 0),
        *sorted([(known, start + 60 * hour, 4, 2, 10_000), (other, start + 60 * hour, 1, 0, 0)]),
    ]


def test_a_withdrawn_attempt_is_no_review(three, path, folder):
    assert export(path, folder, now=NOW, content="review-log").reviews == 1
    with Store(path) as store:
        for one in three:
            store.withdraw(one.id, at=NOW)
    assert log(path, folder) == []


def test_the_review_log_is_in_the_open_layout(three, path, folder):
    done = export(path, folder, now=NOW, content="review-log")
    assert done.files[0].name == "revlog.csv"
    header = done.files[0].read_bytes().split(b"\n")[0]
    assert header == b"card_id,review_time,review_rating,review_state,review_duration"


def test_a_card_keeps_its_number():
    """Those who kept a log of ours may add to it: the numbers below are promised."""
    assert card_id("records-coordinator", "retention-invoice-date") == 41491705471139
    assert len({card_id("a", "bc"), card_id("ab", "c"), card_id("archivist", "bc")}) == 3
