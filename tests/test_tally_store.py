"""What the store promises for tallies: always what the attempts that stand add up to, without reading them again."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import NOW, attempt, child, finished, flip, save

from recprep.core import sums
from recprep.core.models import Attempt
from recprep.core.problem import Problem
from recprep.core.tally import Tally, add_all
from recprep.storage.store import Store, ledger, tallies
from recprep.storage.store.attempts import LEDGER

ROLE = "records-coordinator"


def on(day: int, **changes) -> Attempt:
    """Give an attempt of a day, counted from the first."""
    return attempt(at=NOW + timedelta(days=day), zone="+00:00", **changes)


def anew(store: Store, role: str = ROLE) -> Tally:
    return add_all(store.attempts(role=role))


def agrees(store: Store, role: str = ROLE) -> bool:
    """Say whether the tally is what the attempts that stand add up to, but for rounding."""
    one, other = store.tally(role), anew(store, role)
    whole = [(t.before, t.day, t.at, t.set_back, t.answers) for t in (one, other)]
    cells = [t.past | t.today for t in (one, other)]
    return (
        whole[0] == whole[1]
        and cells[0] == {name: pytest.approx(sums, rel=1e-9) for name, sums in cells[1].items()}
        and outdated(store) == []
    )


def outdated(store: Store) -> list[str]:
    with store._transaction() as connection:
        return tallies.outdated(connection)


def change(store: Store, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(store.path)) as connection, connection:
        assert connection.execute(sql, values).rowcount == 1


def kept(store: Store) -> str:
    with closing(sqlite3.connect(store.path)) as connection:
        return connection.execute("SELECT body FROM tally").fetchone()[0]


def forge(store: Store) -> None:
    """Make the kept tally one that nobody could fold, so that it shows where it goes on."""
    change(store, """UPDATE tally SET body = replace(body, '"before":0', '"before":1000')""")


# What it is


def test_a_tally_is_what_the_attempts_of_a_role_add_up_to(store):
    for day, level in [(0, 1), (0, 3), (2, 4), (9, 5)]:
        save(store, on(day, levels={"accuracy": level}, seniority="senior"))
        assert store.tally(ROLE) == anew(store)
    assert (store.tally(ROLE).answers, store.tally(ROLE).day) == (4, (NOW + timedelta(days=9)).date())


def test_without_attempts_there_is_nothing_to_add_up(store):
    assert store.tally(ROLE) == Tally()
    save(store, on(0, role="archivist"))
    assert store.tally(ROLE) == Tally()


def test_roles_do_not_mix(store):
    for day in range(6):
        save(store, on(day, role=("archivist", ROLE)[day % 2]))
        store.tally(ROLE)
    assert [one.role for one in store.attempts(role=ROLE)] == [ROLE] * 3
    assert (store.tally(ROLE), store.tally("archivist")) == (anew(store), anew(store, "archivist"))


def test_attempts_without_a_competency_and_those_scored_by_others_add_nothing(store):
    counted = on(0)
    for one in (on(0, competency=None, kind="motivation"), counted, on(1, rater="coach"), on(2, competency=None)):
        save(store, one)
    assert store.tally(ROLE) == add_all([counted])
    store.withdraw(store.attempts()[0].id, at=NOW)
    assert store.tally(ROLE) == add_all([counted])


def test_it_is_folded_on_and_not_from_the_start(store):
    save(store, on(0))
    store.tally(ROLE)
    forge(store)
    save(store, on(0))
    assert store.tally(ROLE).answers == 1002


def test_an_attempt_of_another_process_is_folded_on_too(store):
    save(store, on(0))
    store.tally(ROLE)
    finished(child("from test_tally_store import *\nsave(Store(Path(sys.argv[1])), on(1))", store.path))
    assert store.tally(ROLE).answers == 2


def test_looking_twice_writes_nothing(store):
    save(store, on(0))
    store.tally(ROLE)
    before = store._connection.total_changes
    store.tally(ROLE)
    assert store._connection.total_changes == before


def test_looking_does_not_wait_for_others_that_write_when_there_is_nothing_new(store):
    save(store, on(0))
    store.tally(ROLE)
    with Store(store.path, patience=0) as second, closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert second.tally(ROLE).answers == 1


def test_what_another_process_takes_back_while_a_tally_is_added_up_does_not_come_back(store):
    one, other = on(0), on(0)
    save(store, one)
    save(store, other)
    with store._transaction() as connection:
        look = tallies.look(connection, ROLE)
    with Store(store.path) as second:
        second.withdraw(one.id, at=NOW)
    with store._transaction(writing=True) as connection:
        tallies.keep(connection, look)
    assert agrees(store)


def test_tallies_can_be_dropped_and_come_back_the_same(store):
    for day in range(3):
        save(store, on(day))
    before = store.tally(ROLE)
    forge(store)
    store.forget_memories()
    assert store.tally(ROLE) == before


# Taking back


def saved(store: Store, *attempts: Attempt) -> list[str]:
    for one in attempts:
        save(store, one)
    store.tally(ROLE)
    return [one.id for one in attempts]


def test_an_attempt_taken_back_on_its_day_is_taken_out_without_folding_anew(store):
    *_, last = saved(store, on(0), on(0), on(0, levels={"accuracy": 5}))
    forge(store)
    store.withdraw(last, at=NOW)
    assert store.tally(ROLE).answers == 1002


def test_the_only_attempt_of_a_day_is_taken_out_without_folding_anew(store):
    """Answer one question, undo: the most common undo of all."""
    _, last = saved(store, on(0), on(3))
    store.withdraw(last, at=NOW)
    assert agrees(store)
    forge(store)
    save(store, on(3))
    assert store.tally(ROLE).answers == 1002


@pytest.mark.parametrize("which", range(5))
def test_whichever_attempt_is_taken_back_the_tally_is_as_if_it_had_never_been(store, which):
    ids = saved(store, *(on(day, levels={"accuracy": 1 + n}) for n, day in enumerate((0, 0, 1, 4, 4))))
    store.withdraw(ids[which], at=NOW)
    assert agrees(store)
    save(store, on(4))
    assert agrees(store)


def test_an_attempt_that_was_never_folded_in_is_never_folded_in(store):
    saved(store, on(0))
    late = on(1)
    save(store, late)
    store.withdraw(late.id, at=NOW)
    forge(store)
    assert store.tally(ROLE).answers == 1001


def test_taking_back_twice_takes_out_once(store):
    *_, third = saved(store, on(0), on(0), on(0))
    store.withdraw(third, at=NOW)
    store.withdraw(third, at=NOW)
    assert agrees(store)
    assert store.tally(ROLE).answers == 2


def test_taking_back_in_one_role_leaves_the_others_alone(store):
    one, other = on(0), on(0, role="archivist")
    saved(store, one, other)
    store.tally("archivist")
    store.withdraw(one.id, at=NOW)
    assert agrees(store)
    assert agrees(store, "archivist")
    assert store.tally("archivist").answers == 1


def test_a_damaged_attempt_taken_back_is_out_of_the_tally(store):
    _, second = saved(store, on(0, sitting="sitting-8"), on(0, sitting="sitting-9"))
    store.close()
    flip(store.path, b'"sitting":"sitting-9"', 12)
    assert outdated(store) == [ROLE]
    store.withdraw(second, at=NOW)
    assert agrees(store)


# Clocks


def test_a_clock_set_back_counts_with_the_last_day(store):
    saved(store, on(5), on(2), on(3), on(5), on(6))
    assert agrees(store)
    assert store.tally(ROLE).before == 4


def test_when_the_attempt_that_made_the_day_is_taken_back_those_of_earlier_days_move_to_their_own(store):
    _, ahead, _ = saved(store, on(0), on(9), on(0))
    store.withdraw(ahead, at=NOW)
    assert agrees(store)
    assert store.tally(ROLE).day == NOW.date()


def test_when_the_last_day_is_left_empty_the_day_before_goes_on(store):
    *_, one, other = saved(store, on(0), on(0), on(9), on(9))
    store.withdraw(one, at=NOW)
    store.withdraw(other, at=NOW)
    assert agrees(store)
    save(store, on(0))
    assert agrees(store)
    assert store.tally(ROLE).before == 0


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("save"),
            st.integers(-3, 1),
            st.sampled_from(["retention", "ethics", None]),
            st.integers(1, 5),
        ),
        st.tuples(st.just("undo"), st.integers(1, 4)),
        st.tuples(st.just("look")),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=60)
@given(steps)
def test_whatever_is_saved_and_taken_back_the_tally_is_what_stands(steps):
    """Days go on, or a clock is set back; what is taken back is mostly new, and sometimes old."""
    role, day, ids = f"role-{SHARED.version()}", 0, []
    for step, *how in steps:
        if step == "save":
            forward, competency, level = how
            day += forward
            one = on(day, role=role, competency=competency, levels={"accuracy": level})
            save(SHARED, one)
            save(SHARED, replace(one, id=f"{one.id}-other", role=f"{role}-other"))
            ids.append(one.id)
        elif step == "undo" and ids:
            SHARED.withdraw(ids.pop(-min(how[0], len(ids))), at=NOW)
        else:
            assert agrees(SHARED, role)
    assert agrees(SHARED, role)
    assert agrees(SHARED, f"{role}-other")
    SHARED.forget_memories()


@pytest.fixture(scope="module", autouse=True)
def _shared_store(tmp_path_factory):
    global SHARED
    with Store(tmp_path_factory.mktemp("shared") / "history.db") as SHARED:
        yield


# How much is read


def instructions(store: Store, work: Callable[[], object]) -> int:
    """Count the instructions that SQLite carries out: each row touched takes some, whatever the machine."""
    count = 0

    def one_more() -> None:
        nonlocal count
        count += 1

    store._connection.set_progress_handler(one_more, 1)
    work()
    store._connection.set_progress_handler(None, 1)
    return count


def filled(store: Store, number: int) -> None:
    with store._transaction(writing=True) as connection:
        for n in range(number):
            ledger.append(connection, LEDGER, on(n // 20, id=f"attempt-{number}-{n}"))
    store.tally(ROLE)


def looked_at(store: Store, role: str, *, undo: bool = False) -> int:
    one = on(5_000, role=role)
    save(store, one)
    if undo:
        store.tally(ROLE)
        return instructions(store, lambda: (store.withdraw(one.id, at=NOW), store.tally(ROLE)))
    return instructions(store, lambda: store.tally(ROLE))


@pytest.fixture
def short(tmp_path):
    with Store(tmp_path / "short.db") as store:
        filled(store, 20)
        yield store


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("long") / "history.db") as store:
        filled(store, 20_000)
        yield store


@pytest.mark.parametrize("role", [ROLE, "archivist"])
def test_one_attempt_more_among_twenty_thousand_costs_what_it_costs_among_twenty(short, long, role):
    assert looked_at(long, role) == pytest.approx(looked_at(short, role), rel=0.1)


def test_one_attempt_taken_back_among_twenty_thousand_does_not_read_the_others(short, long):
    """The count of what is left is read from an index; it takes SQLite one instruction."""
    assert looked_at(long, ROLE, undo=True) == pytest.approx(looked_at(short, ROLE, undo=True), rel=0.1)


def test_newer_attempts_are_found_by_their_numbers(short):
    asked: list[str] = []
    save(short, on(1))
    short._connection.set_trace_callback(asked.append)
    short.tally(ROLE)
    short._connection.set_trace_callback(None)
    (look_up,) = [sql for sql in asked if "FROM attempt AS one" in sql]
    plan = [row[3] for row in short._connection.execute(f"EXPLAIN QUERY PLAN {look_up}")]
    assert plan == [b"SEARCH one USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]


# Damage

WRONG = {
    "no JSON": lambda body: "nonsense",
    "half of it": lambda body: body[: len(body) // 2],
    "not UTF-8": lambda body: b"\xff" + body.encode(),
    "nothing": lambda body: "null",
    "a list": lambda body: "[]",
    "a number": lambda body: "7",
    "no sums": lambda body: changed(body, past={"retention/procedure": []}),
    "sums of another number": lambda body: changed(body, today={"retention/procedure": [1, 2.0, 3.0, 4.0]}),
    "words for sums": lambda body: changed(body, today={"retention/procedure": ["1", "2", "3"]}),
    "a number beyond all numbers": lambda body: body.replace('"at":0.0', '"at":9e999'),
    "a number of many digits": lambda body: changed(body, at=int("9" * 400)),
    "a list for the sums": lambda body: changed(body, past=[1]),
    "no day": lambda body: changed(body, day="yesterday"),
    "half a count": lambda body: changed(body, before=0.5),
    "a field too many": lambda body: changed(body, colour="red"),
    "a field too few": lambda body: body.replace('"set_back"', '"set_bakk"'),
    "damage in what was earlier": lambda body: changed(body, earlier={"before": 0}),
}


def changed(body: str, **changes: object) -> str:
    found = json.loads(body)
    found["tally"] |= changes
    return json.dumps(found)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_damaged_tally_is_named_and_folded_anew(store, wrong):
    saved(store, on(0), on(1))
    broken = wrong(kept(store))
    assert broken != kept(store)
    change(store, "UPDATE tally SET body = ?", broken)
    assert outdated(store) == [ROLE]
    save(store, on(2))
    assert agrees(store)


@pytest.mark.parametrize("seq", ["x", 99])
def test_a_tally_up_to_a_number_that_no_attempt_has_is_folded_anew(store, seq):
    saved(store, on(0))
    change(store, "UPDATE tally SET seq = ?", seq)
    save(store, on(1))
    assert agrees(store)


def test_a_damaged_tally_does_not_stand_in_the_way_of_an_undo(store):
    _, second = saved(store, on(0), on(0))
    change(store, "UPDATE tally SET body = 'nonsense'")
    assert store.withdraw(second, at=NOW) == 1
    assert agrees(store)


@pytest.mark.parametrize("field", ["past", "today"])
def test_a_sum_that_differs_by_a_thousandth_is_named(store, field):
    saved(store, on(0), on(1))
    whole = kept(store)
    ((name, sums),) = json.loads(whole)["tally"][field].items()
    for place in range(len(sums)):
        other = [*sums[:place], sums[place] + 0.001, *sums[place + 1 :]]
        change(store, "UPDATE tally SET body = ?", changed(whole, **{field: {name: other}}))
        assert outdated(store) == [ROLE]


EMPTY = {"before": 0, "day": None, "at": 0.0, "past": {}, "today": {}, "set_back": False, "earlier": None}
DIFFERENT = {
    "before": 7,
    "day": "2026-03-09",
    "at": 0.001,
    "past": {},
    "today": {"ethics/procedure": [1, 2.0, 4.0]},
    "set_back": True,
    "earlier": EMPTY,
}


@pytest.mark.parametrize(("field", "value"), DIFFERENT.items(), ids=DIFFERENT.keys())
def test_whatever_differs_in_a_tally_is_named(store, field, value):
    saved(store, on(0), on(1))
    change(store, "UPDATE tally SET body = ?", changed(kept(store), **{field: value}))
    assert outdated(store) == [ROLE]


def test_what_was_earlier_is_kept_while_a_day_has_one_answer_and_no_longer(store):
    saved(store, on(0), on(1))
    assert store.tally(ROLE).earlier == replace(add_all(store.attempts()[:1]), earlier=None)
    save(store, on(1))
    assert store.tally(ROLE).earlier is None
    assert outdated(store) == []


CONSTANTS = {"HALF_LIFE": 80.0, "ENDS": (0.5, 5.5), "SENIORITY_SHIFT": {"entry": -0.2}, "SCORE_SD": 0.4}


@pytest.mark.parametrize(("name", "value"), CONSTANTS.items(), ids=CONSTANTS.keys())
def test_a_tally_of_another_model_is_folded_anew_and_is_no_fault(store, monkeypatch, name, value):
    saved(store, on(0))
    forge(store)
    assert store.tally(ROLE).answers == 1001
    monkeypatch.setattr(sums, name, value)
    assert outdated(store) == []
    assert store.tally(ROLE).answers == 1


def test_a_damaged_attempt_is_left_out_and_the_others_count(store):
    saved(store, on(0, sitting="sitting-8"), on(1), on(2))
    store.close()
    flip(store.path, b'"sitting":"sitting-8"', 12)
    assert outdated(store) == [ROLE]
    store.forget_memories()
    assert agrees(store)
    assert store.tally(ROLE).answers == 2


def page_of(path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]


def test_a_damaged_page_of_attempts_is_read_around(store):
    for number in range(60):
        save(store, on(number // 9, sitting=f"sitting-{number}"))
    store.close()
    content = bytearray(store.path.read_bytes())
    place = content.index(b'"sitting":"sitting-30"') // 4096 * 4096
    content[place : place + 4096] = bytes(4096)
    store.path.write_bytes(content)
    for _ in range(2):
        assert 50 <= store.tally(ROLE).answers == len(store.attempts()) < 60
    save(store, on(9))
    assert store.tally(ROLE) == anew(store)


def test_when_it_cannot_be_read_what_was_taken_back_that_is_a_problem_and_no_number(store):
    first, _ = saved(store, on(0), on(1))
    store.withdraw(first, at=NOW)
    store.forget_memories()
    store.close()
    content = bytearray(store.path.read_bytes())
    page = page_of(store.path, "sqlite_autoindex_withdrawal_2")
    content[(page - 1) * 4096 : page * 4096] = b"\x0a\xff" * 2048
    store.path.write_bytes(content)
    with pytest.raises(Problem, match="recprep doctor"):
        store.tally(ROLE)
