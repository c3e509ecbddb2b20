"""What the store promises for ratings of exemplars: kept for good, once, with the texts they rest on; damage is named."""

import sqlite3
import threading
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from test_store import NOW, QUESTION, RUBRIC, attempt, child, draft, finished, flip, rows, save

from recprep.core.fingerprint import canonical, digest
from recprep.core.models import Rating
from recprep.core.problem import Problem
from recprep.storage.store import Store

ROLE = "records-coordinator"
EXEMPLAR = canonical({"id": "retention-01-a", "answer": "I would look it up."})
TEXTS = {digest(text): text for text in (EXEMPLAR, QUESTION, RUBRIC)}


def rating(**changes) -> Rating:
    first = Rating(
        id=str(uuid.uuid4()),
        sitting="sitting-1",
        role=ROLE,
        exemplar="retention-01-a",
        question="retention-01",
        kind="procedure",
        competency="retention",
        at=NOW,
        zone="+02:00",
        rater="self",
        levels={"accuracy": 4, "judgement": 1},
        reference={"accuracy": 2, "judgement": 1},
        exemplar_hash=digest(EXEMPLAR),
        question_hash=digest(QUESTION),
        rubric_hash=digest(RUBRIC),
    )
    return replace(first, **changes)


def keep(store: Store, one: Rating) -> int:
    return store.save_rating(one, snapshots=TEXTS)


@pytest.fixture
def path(home):
    return home / "history.db"


@pytest.fixture
def three(store):
    """Three ratings in a database that is closed, and so whole in its one file."""
    saved = [rating(), rating(), rating()]
    for one in saved:
        keep(store, one)
    store.close()
    return saved


# What is saved


def test_a_rating_comes_back_as_it_was_saved(store):
    one = rating()
    assert keep(store, one) == 1
    assert store.ratings(ROLE) == [one]


def test_the_texts_that_a_rating_rests_on_are_kept_once(store, path):
    save(store, attempt())
    for number in range(3):
        assert keep(store, rating()) == number + 1
    assert [store.snapshot(hash_) for hash_ in TEXTS] == [EXEMPLAR, QUESTION, RUBRIC]
    store.close()
    assert rows(path, "SELECT count(*) FROM snapshot") == [(3,)]


def test_a_text_that_is_not_what_its_hash_says_is_refused_with_the_whole_save(store):
    with pytest.raises(ValueError, match="hash"):
        store.save_rating(rating(), snapshots={digest("this"): "that"})
    assert store.ratings(ROLE) == []


def test_ratings_come_in_the_order_of_saving_not_of_their_times(store):
    later, earlier = rating(at=NOW), rating(at=NOW - timedelta(days=9))
    keep(store, later)
    keep(store, earlier)
    assert store.ratings(ROLE) == [later, earlier]


def test_ratings_of_roles_do_not_mix_and_are_counted_apart(store):
    assert keep(store, rating(role="archivist")) == 1
    assert keep(store, rating()) == 1
    assert keep(store, rating(role="archivist")) == 2
    assert [one.role for one in store.ratings("archivist")] == ["archivist", "archivist"]
    assert store.ratings("nobody") == []


def test_a_time_in_another_zone_is_kept_in_utc(store):
    keep(store, rating(at=NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))))
    (one,) = store.ratings(ROLE)
    assert (one.at, one.at.utcoffset()) == (NOW, timedelta(0))


def test_a_time_without_a_zone_is_refused_and_nothing_is_saved(store):
    with pytest.raises(ValueError, match="no time zone"):
        keep(store, rating(at=NOW.replace(tzinfo=None)))
    assert store.ratings(ROLE) == []


def test_saving_the_same_rating_twice_is_a_problem_and_keeps_one(store):
    one = rating()
    keep(store, one)
    with pytest.raises(Problem, match=r"rating at 'retention-01' was saved before.*Go on"):
        keep(store, replace(one, levels={"accuracy": 5}))
    assert store.ratings(ROLE) == [one]


def test_a_rating_cannot_be_withdrawn(store):
    one = rating()
    keep(store, one)
    with pytest.raises(Problem, match="no attempt"):
        store.withdraw(one.id, at=NOW)
    assert store.ratings(ROLE) == [one]


def test_a_rating_leaves_attempts_and_the_draft_of_its_question_alone(store):
    one = attempt()
    save(store, one)
    head = store.save_draft(draft(), base=0)
    keep(store, rating())
    assert (store.attempts(), store.draft(ROLE, "retention-01"), store.count()) == ([one], head, 1)


def test_the_version_changes_with_every_rating(store):
    seen = [store.version()]
    save(store, attempt())
    seen.append(store.version())
    keep(store, rating())
    seen.append(store.version())
    keep(store, rating(role="archivist"))
    seen.append(store.version())
    assert len(set(seen)) == 4
    assert all(len(numbers) == 3 for numbers in seen)


def test_half_a_surrogate_pair_becomes_a_replacement_sign(store):
    keep(store, rating(zone="Zone\ud800"))
    assert store.ratings(ROLE)[0].zone == "Zone\ufffd"
    assert store.damaged() == []


# Damage


def test_every_flipped_bit_in_a_rating_is_caught_and_named_and_the_others_are_read(three, path):
    sound = path.read_bytes()
    body = next(text for id_, text in rows(path, "SELECT id, body FROM rating") if id_ == three[1].id).encode()
    start = sound.index(body)
    for offset in range(0, len(body), 5):
        content = bytearray(sound)
        content[start + offset] ^= 1 << (offset % 8)
        path.write_bytes(content)
        with Store(path) as store:
            assert store.ratings(ROLE) == [three[0], three[2]]
            assert [(one.what, one.id, one.question) for one in store.damaged()] == [
                ("rating", three[1].id, "retention-01")
            ]


@pytest.mark.parametrize("column", ["id", "role", "exemplar", "question", "checksum"])
def test_a_column_that_differs_from_the_rating_is_caught(three, path, column):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE rating SET {column} = 'x' || substr({column}, 2) WHERE seq = 2")
    with Store(path) as store:
        assert store.ratings(ROLE) == [three[0], three[2]]
        (named,) = store.damaged()
        assert named.what == "rating"
        assert named.why == (
            "its content differs from its checksum" if column == "checksum" else "its columns differ from its content"
        )


def test_a_damaged_rating_is_still_counted_when_the_next_is_saved(three, path):
    flip(path, b'"sitting":"sitting-1"', 12)
    with Store(path) as store:
        assert keep(store, rating()) == 4
        assert len(store.ratings(ROLE)) == 3


def test_a_damaged_page_is_read_around(store, path):
    saved = [rating(sitting=f"sitting-{number}") for number in range(100)]
    for one in saved:
        keep(store, one)
    store.close()
    content = bytearray(path.read_bytes())
    place = content.index(b'"sitting":"sitting-50"') // 4096 * 4096
    content[place : place + 4096] = bytes(4096)
    path.write_bytes(content)
    left = store.ratings(ROLE)
    assert 90 <= len(left) < 100
    assert left == [one for one in saved if one in left]
    lost = [one for one in store.damaged() if one.what == "rating"]
    assert len(left) + len(lost) == 100
    assert "cannot be read" in lost[0].why


def test_a_damaged_attempt_does_not_hide_the_ratings_nor_the_other_way_round(store, path):
    one, other = attempt(sitting="sitting-9"), rating()
    save(store, one)
    keep(store, other)
    store.close()
    flip(path, b'"sitting":"sitting-9"', 12)
    assert (store.attempts(), store.ratings(ROLE)) == ([], [other])
    assert [damage.what for damage in store.damaged()] == ["attempt"]


# Others at the same time


def test_a_rating_that_was_reported_as_saved_survives_a_kill(path):
    script = "from test_ratings import *\nkeep(Store(Path(sys.argv[1])), rating(id='r-1'))\nprint('saved', flush=True)\ninput()"
    process = child(script, path)
    assert process.stdout.readline() == "saved\n"
    process.kill()
    process.communicate()
    with Store(path) as store:
        assert [one.id for one in store.ratings(ROLE)] == ["r-1"]
        assert store.damaged() == []


BUSY = """
from test_ratings import *
path, name = Path(sys.argv[1]), sys.argv[2]
with Store(path) as store:
    for number in range(20):
        assert keep(store, rating(id=f"{name}-{number}")) > number
        save(store, attempt())
        assert store.tally(ROLE).answers > number
"""


def test_processes_that_save_at_once_lose_and_double_nothing(path):
    names = [f"process-{number}" for number in range(4)]
    for process in [child(BUSY, path, name) for name in names]:
        finished(process)
    with Store(path) as store:
        ids = [one.id for one in store.ratings(ROLE)]
        assert sorted(ids) == sorted(f"{name}-{number}" for name in names for number in range(20))
        assert store.tally(ROLE).answers == store.count() == 80
        assert store.damaged() == []


def test_threads_may_share_a_store(store):
    def work():
        for _ in range(15):
            keep(store, rating())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.ratings(ROLE)) == 60


def test_a_rating_that_could_not_be_written_can_be_saved_again(path):
    one = rating()
    with Store(path, patience=0.05) as store:
        keep(store, rating())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Problem, match="in use by another program"):
                keep(store, one)
            assert len(store.ratings(ROLE)) == 1
        assert keep(store, one) == 2
