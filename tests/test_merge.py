"""Two machines' histories become one: nothing twice, nothing lost, and the same from either side."""

import random
import shutil
import sqlite3
import tempfile
import time
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_backup import lean
from test_ratings import keep, rating
from test_store import NOW, QUESTION, SNAPSHOTS, attempt, child, draft, flip, rows, save
from two_months import two_months

from recprep.core.memory import replay
from recprep.core.problem import Problem
from recprep.core.session import Session
from recprep.core.tally import add_all
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.container import check
from recprep.storage.custody.keeping import Rule
from recprep.storage.custody.merge import merge
from recprep.storage.custody.restore import restore
from recprep.storage.custody.retention import dispose, due, hold, lift, write_rule
from recprep.storage.doctor import examine
from recprep.storage.library import load_bank
from recprep.storage.migrations import STEPS
from recprep.storage.store import Store
from recprep.storage.store.holds import Lifting

ROLE = "records-coordinator"
ROLES, QUESTIONS, CLIENTS = (ROLE, "archivist"), ("retention-01", "ethics-01"), ("tab-1", "tab-2", "tab-3")
SQL = {
    "answers": "SELECT attempt, text, checksum FROM answer ORDER BY attempt",
    "withdrawals": "SELECT attempt, id, body, checksum FROM withdrawal ORDER BY attempt",
    "snapshots": "SELECT hash, text FROM snapshot ORDER BY hash",
    "settings": "SELECT key, value, at FROM setting ORDER BY key",
    "asides": "SELECT role, question, client, body FROM aside ORDER BY role, question, client",
}


def content(store: Store) -> dict[str, object]:
    """Give all that a person would call their history; revisions are numbers of this file alone."""
    return {
        "attempts": store.attempts(withdrawn=True),
        "ratings": [store.ratings(role) for role in ROLES],
        "heads": [replace(one, revision=0) for one in store.drafts()],
        "memories": [store.memories(role, QUESTIONS) for role in ROLES],
        "tallies": [store.tally(role) for role in ROLES],
        "damaged": store.damaged(),
        "decisions": store.decisions(),
        "holds": store.holds(),
        **{name: rows(store.path, sql) for name, sql in SQL.items()},
    }


def lose(store: Store, attempt_id: str) -> None:
    """Take an answer away without asking for holds, and without a record."""
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("DELETE FROM answer WHERE attempt = ?", (attempt_id,))


@pytest.fixture
def there(tmp_path):
    """The history of another machine, open."""
    with Store(tmp_path / "there" / "history.db") as store:
        yield store


@pytest.fixture
def both(store, there):
    """Two histories that share the first of their attempts, as machines do of which one was set up from a backup."""
    save(store, attempt(id="shared"), answer="shared words")
    restore(store.path, into=there.path, now=NOW)
    return store, there


def taken(store: Store, there: Store):
    return merge(there.path, into=store, now=NOW)


# What comes together


def test_what_only_the_other_has_is_added_and_counted(both):
    store, there = both
    save(there, attempt(id="theirs", at=NOW + timedelta(days=1)), answer="their words")
    keep(there, rating(id="their rating"))
    there.withdraw("shared", at=NOW)
    there.set_setting("profile", "{}", at=NOW)
    there.save_draft(draft("a draft", question="ethics-01"), base=0)
    merged = taken(store, there)
    assert [one.id for one in store.attempts(withdrawn=True)] == ["shared", "theirs"]
    assert store.withdrawals() == {"shared"}
    assert store.answer("theirs") == "their words"
    assert [one.id for one in store.ratings(ROLE)] == ["their rating"]
    assert (store.setting("profile"), store.draft(ROLE, "ethics-01").answer) == ("{}", "a draft")
    assert merged.added == {"attempts": 1, "ratings": 1, "snapshots": 1, "answers": 1, "withdrawals": 1,
                            "drafts": 1, "settings": 1}  # fmt: skip
    assert (merged.mended, merged.disposed, merged.left_out) == (0, 0, ())


def test_a_backup_is_made_first_and_undoes_the_merge(both):
    store, there = both
    save(there, attempt())
    before = content(store)
    kept = taken(store, there).kept
    assert kept.name == "recprep-before-merge-20260301T093000Z.recprep"
    assert content(store) != before
    restore(kept, into=store.path, now=NOW)
    assert content(store) == before


def test_the_other_history_is_only_read(both):
    store, there = both
    save(there, attempt())
    there.close()
    before = there.path.read_bytes()
    taken(store, there)
    assert there.path.read_bytes() == before


def test_a_backup_of_an_older_form_is_taken_in(store, tmp_path):
    with Store(tmp_path / "old" / "history.db", steps=STEPS[:1]) as old:
        old.save_draft(draft("old words"), base=0)
    merge(back_up(old, now=NOW).path, into=store, now=NOW)
    assert store.draft(ROLE, "retention-01").answer == "old words"
    assert rows(old.path, "PRAGMA user_version") == [(1,)]


def test_attempts_of_both_come_in_the_order_of_their_times_and_are_folded_in_it(store, there):
    days = [attempt(at=NOW + timedelta(days=day), percent=20 + 9 * day) for day in range(8)]
    for one in days[::2]:
        save(store, one)
    for one in days[1::2]:
        save(there, one)
    seen = store.memories(ROLE, ["retention-01"]), store.tally(ROLE), store.version()
    taken(store, there)
    assert store.attempts() == days
    assert store.memories(ROLE, ["retention-01"]) == {"retention-01": replay(days)} != seen[0]
    assert store.tally(ROLE) == add_all(days) != seen[1]
    assert store.version() != seen[2]


def test_attempts_that_stand_where_they_belong_keep_their_numbers(store, there):
    first, second, third = (attempt(at=NOW + timedelta(days=day)) for day in range(3))
    for one in (first, third):
        save(store, one)
    save(there, second)
    taken(store, there)
    assert rows(store.path, "SELECT seq, id FROM attempt ORDER BY seq") == [
        (1, first.id),
        (3, second.id),
        (4, third.id),
    ]
    assert rows(store.path, "SELECT seq FROM sqlite_sequence WHERE name = 'attempt'") == [(4,)]
    save(store, attempt())
    assert rows(store.path, "SELECT max(seq) FROM attempt") == [(5,)]


def test_a_page_that_is_open_sees_that_something_came_before_what_it_knows(store, there):
    save(store, attempt(at=NOW))
    save(there, attempt(at=NOW - timedelta(days=5)))
    before = store.version()
    taken(store, there)
    assert store.version() != before


def test_what_was_withdrawn_in_either_is_withdrawn_and_the_earlier_withdrawal_stays(both):
    store, there = both
    store.withdraw("shared", at=NOW + timedelta(days=2), id="later")
    there.withdraw("shared", at=NOW + timedelta(days=1), id="earlier")
    for one, other in ((store, there), (there, store)):
        taken(one, other)
        assert one.count() == 0
        assert rows(one.path, "SELECT id FROM withdrawal") == [("earlier",)]


def test_an_answer_that_was_disposed_of_in_either_does_not_come_back(both):
    store, there = both
    lose(there, "shared")
    assert taken(there, store).added.get("answers", 0) == 0
    assert there.answer("shared") is None
    assert taken(store, there).disposed == 1
    assert store.answer("shared") is None
    assert [one.id for one in store.attempts()] == ["shared"]


@pytest.mark.parametrize("newer", ["here", "there"])
def test_of_two_values_of_a_setting_the_newer_stays(store, there, newer):
    store.set_setting("profile", "here", at=NOW + timedelta(seconds=newer == "here"))
    there.set_setting("profile", "there", at=NOW + timedelta(seconds=newer == "there"))
    taken(store, there)
    assert store.setting("profile") == newer


def test_both_homes_keep_their_own_names(both, tmp_path):
    store, _ = both
    with Store(tmp_path / "third" / "history.db") as third:
        save(third, attempt())
        name = store.home_id
        taken(store, third)
        assert store.home_id == name != third.home_id


# Drafts


def at(minutes: int):
    return NOW + timedelta(minutes=minutes)


def heads_and_asides(store: Store) -> tuple[list[str], list[str]]:
    return [one.answer for one in store.drafts()], [one.answer for one in store.aside(ROLE, "retention-01")]


@pytest.mark.parametrize("newer", ["mine", "theirs"])
def test_the_newer_draft_goes_on_and_the_other_is_kept_aside(store, there, newer):
    store.save_draft(draft("mine", saved_at=at(newer == "mine")), base=0)
    there.save_draft(draft("theirs", client="tab-9", saved_at=at(newer == "theirs")), base=0)
    taken(store, there)
    older = {"mine": "theirs", "theirs": "mine"}[newer]
    assert heads_and_asides(store) == ([newer], [older])
    assert store.damaged() == []


def test_a_page_that_is_open_does_not_overwrite_a_draft_that_came(store, there):
    mine = store.save_draft(draft("mine", saved_at=at(0)), base=0)
    there.save_draft(draft("theirs", client="tab-9", saved_at=at(1)), base=0)
    taken(store, there)
    assert store.draft(ROLE, "retention-01").revision > mine.revision
    assert store.save_draft(draft("mine, gone on", saved_at=at(2)), base=mine.revision) is None
    assert heads_and_asides(store) == (["theirs"], ["mine, gone on"])


def test_a_page_that_is_open_goes_on_when_its_draft_is_the_newer(store, there):
    mine = store.save_draft(draft("mine", saved_at=at(1)), base=0)
    there.save_draft(draft("theirs", client="tab-9", saved_at=at(0)), base=0)
    taken(store, there)
    assert store.draft(ROLE, "retention-01") == mine


def test_a_draft_that_is_the_beginning_of_the_newer_is_not_kept_beside_it(store, there):
    store.save_draft(draft("First I read", saved_at=at(0)), base=0)
    there.save_draft(draft("First I read the schedule", client="tab-9", saved_at=at(1)), base=0)
    taken(store, there)
    assert heads_and_asides(store) == (["First I read the schedule"], [])


def test_an_earlier_draft_of_the_same_page_is_not_kept_beside_its_later_one(store, there):
    store.save_draft(draft("struck out", saved_at=at(0)), base=0)
    there.save_draft(draft("written anew", saved_at=at(1)), base=0)
    taken(store, there)
    assert heads_and_asides(store) == (["written anew"], [])


def test_what_is_aside_in_either_is_aside_and_the_newer_of_one_page(store, there):
    for one, minute in ((store, 0), (there, 1)):
        one.set_aside(draft(f"of both, minute {minute}", client="tab-7", saved_at=at(minute)))
    there.set_aside(draft("only there", client="tab-8"))
    taken(store, there)
    assert sorted(heads_and_asides(store)[1]) == ["of both, minute 1", "only there"]


@pytest.mark.parametrize("side", ["here", "there"])
def test_a_draft_that_became_an_attempt_on_the_other_machine_is_no_draft_any_more(store, there, side):
    begun, saved = (store, there) if side == "here" else (there, store)
    begun.save_draft(draft("First I read", saved_at=at(0)), base=0)
    save(saved, attempt(at=at(1)), answer="First I read the schedule.")
    taken(store, there)
    assert heads_and_asides(store) == ([], [])


def test_a_draft_with_other_words_than_the_attempt_stays(store, there):
    there.save_draft(draft("Something else", saved_at=at(0)), base=0)
    save(store, attempt(at=at(1)), answer="First I read the schedule.")
    taken(store, there)
    assert heads_and_asides(store) == (["Something else"], [])


def test_a_draft_begun_after_the_attempt_stays_even_with_the_same_first_words(store, there):
    there.save_draft(draft("First", saved_at=at(5)), base=0)
    save(store, attempt(at=at(1)), answer="First I read the schedule.")
    taken(store, there)
    assert heads_and_asides(store) == (["First"], [])


# Damage


def test_a_damaged_attempt_there_is_left_out_and_named(both):
    store, there = both
    save(there, attempt(id="whole"))
    save(there, attempt(id="broken", sitting="sitting-9"))
    there.close()
    flip(there.path, b'"sitting":"sitting-9"', 12)
    merged = taken(store, there)
    assert [one.id for one in store.attempts()] == ["shared", "whole"]
    assert [(one.what, one.id) for one in merged.left_out] == [("attempt", "broken")]
    assert store.damaged() == []
    assert [one.what for one in examine(store.path.parent) if not one.sound] == []


def test_what_is_damaged_here_and_sound_there_is_mended(both):
    store, there = both
    store.close()
    flip(store.path, b'"sitting":"sitting-1"', 12)
    flip(store.path, b"shared words", 2)
    flip(store.path, QUESTION.encode(), 9)
    assert len(store.damaged()) == 3
    before = store.version()
    merged = taken(store, there)
    assert (merged.mended, merged.left_out, store.damaged()) == (3, (), [])
    assert store.answer("shared") == "shared words"
    assert store.attempts() == there.attempts()
    assert store.version() != before


def test_what_is_sound_here_and_damaged_there_stays(both):
    store, there = both
    there.close()
    flip(there.path, b'"sitting":"sitting-1"', 12)
    flip(there.path, b"shared words", 2)
    flip(there.path, QUESTION.encode(), 9)
    before = content(store)
    taken(store, there)
    assert content(store) == before


def test_a_damaged_withdrawal_there_still_takes_back_and_is_named(both):
    store, there = both
    there.withdraw("shared", at=NOW, id="withdrawal-1")
    there.close()
    flip(there.path, b'"id":"withdrawal-1"', 10)
    assert [one.what for one in taken(store, there).left_out] == ["withdrawal"]
    assert store.count() == 0


def test_two_attempts_that_share_an_id_are_named_and_the_one_here_stays(both):
    store, there = both
    with Store(there.path.parent / "forged.db") as forged:
        save(forged, attempt(id="shared", percent=100))
        merged = taken(store, forged)
    assert [(one.what, one.id) for one in merged.left_out] == [("attempt", "shared")]
    assert store.attempts()[0].percent == 0


def test_a_history_whose_structure_is_damaged_is_not_merged_into(both):
    store, there = both
    save(there, attempt())
    store.close()
    raw = bytearray(store.path.read_bytes())
    root = rows(store.path, "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_setting_1'")[0][0]
    raw[(root - 1) * 4096] = 77
    store.path.write_bytes(raw)
    with pytest.raises(Problem, match="not backed up, because it is damaged"):
        taken(store, there)
    assert [one.id for one in store.attempts()] == ["shared"]


@pytest.mark.parametrize("raw", [b"", b"Dear diary" * 99, b"PK\x03\x04 and no more"])
def test_what_is_no_history_is_a_problem_and_nothing_changes(both, tmp_path, raw):
    store, _ = both
    before = content(store)
    foreign = tmp_path / "foreign.recprep"
    foreign.write_bytes(raw)
    with pytest.raises(Problem, match="Nothing was changed"):
        merge(foreign, into=store, now=NOW)
    assert content(store) == before


def test_a_history_is_not_merged_with_itself_nor_with_one_of_a_newer_version(both):
    store, there = both
    with pytest.raises(Problem, match="this history itself"):
        merge(store.path, into=store, now=NOW)
    there.close()
    with closing(sqlite3.connect(there.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(Problem, match="made by a newer version of recprep"):
        taken(store, there)


# Whatever two people do


MOMENTS = st.integers(0, 40).map(lambda hours: NOW + timedelta(hours=3 * hours))
PLACES = {"role": st.sampled_from(ROLES), "question": st.sampled_from(QUESTIONS)}
STEP = st.one_of(
    st.fixed_dictionaries(
        {"do": st.just("save"), "at": MOMENTS, "percent": st.integers(0, 100), "level": st.integers(1, 5), **PLACES}
    ),
    st.fixed_dictionaries({"do": st.just("withdraw"), "which": st.integers(0, 9), "at": MOMENTS}),
    st.fixed_dictionaries({"do": st.just("lose"), "which": st.integers(0, 9)}),
    st.fixed_dictionaries({"do": st.just("dispose"), "at": MOMENTS}),
    st.fixed_dictionaries({"do": st.just("hold"), "at": MOMENTS, "role": st.sampled_from((None, *ROLES))}),
    st.fixed_dictionaries({"do": st.just("lift"), "which": st.integers(0, 9), "at": MOMENTS}),
    st.fixed_dictionaries({"do": st.just("rate"), "at": MOMENTS, "role": st.sampled_from(ROLES)}),
    st.fixed_dictionaries(
        {
            "do": st.sampled_from(["draft", "aside"]),
            "answer": st.sampled_from(["", "First", "First I read", "Something else"]),
            "client": st.sampled_from(CLIENTS),
            "at": MOMENTS,
            **PLACES,
        }
    ),
    st.fixed_dictionaries(
        {"do": st.just("set"), "key": st.sampled_from("ab"), "value": st.sampled_from("xy"), "at": MOMENTS}
    ),
)
STEPS_TAKEN = st.lists(STEP, max_size=9)


def take(store: Store, steps: list[dict], chance: random.Random) -> None:
    """Do in a history what a list of steps says; ids come from `chance`."""
    for step in steps:
        known = store.attempts(withdrawn=True)
        match step:
            case {"do": "save", "at": moment, "percent": percent, "level": level, **place}:
                id_ = str(uuid.UUID(int=chance.getrandbits(128)))
                levels = {"accuracy": level, "judgement": 3}
                one = attempt(id=id_, at=moment, percent=percent, levels=levels, gated=False, zone="+00:00", **place)
                save(store, one, answer=chance.choice(["First I read the schedule.", "Something else", ""]))
            case {"do": "withdraw", "which": which, "at": moment} if known:
                id_ = str(uuid.UUID(int=chance.getrandbits(128)))
                store.withdraw(known[which % len(known)].id, at=moment, id=id_)
            case {"do": "lose", "which": which} if known:
                lose(store, known[which % len(known)].id)
            case {"do": "dispose", "at": moment}:
                write_rule(store, Rule(days=1), at=NOW)
                dispose(store, due(store, now=moment), now=moment)
            case {"do": "hold", "at": moment, "role": role}:
                hold(store, now=moment, role=role)
            case {"do": "lift", "which": which, "at": moment} if standing := store.holds():
                lift(store, standing[which % len(standing)].id, now=moment)
            case {"do": "rate", "at": moment, "role": role}:
                keep(store, rating(id=str(uuid.UUID(int=chance.getrandbits(128))), at=moment, role=role))
            case {"do": "draft" | "aside" as do, "answer": words, "client": client, "at": moment, **place}:
                one = draft(words, client=client, saved_at=moment, **place)
                store.save_draft(one, base=0) if do == "draft" else store.set_aside(one)
            case {"do": "set", "key": key, "value": value, "at": moment}:
                store.set_setting(key, value, at=moment)


class Histories:
    """A base, and histories that went on from it, each in a home of its own."""

    def __init__(self, folder: str, base: list[dict], *later: list[dict]) -> None:
        self.folder = Path(folder)
        chance = random.Random(3)
        with Store(self.folder / "base.db") as store:
            store.count()
            take(store, base, chance)
        for number, steps in enumerate(later):
            with self.of(self.copy("base", str(number))) as store:
                take(store, steps, chance)

    def of(self, name: str) -> Store:
        return Store(self.folder / f"{name}.db")

    def copy(self, name: str, to: str) -> str:
        shutil.copy(self.folder / f"{name}.db", self.folder / f"{to}.db")
        return to

    def merged(self, into: str, *names: str) -> str:
        """Merge histories into a copy of one, and name that."""
        target = self.copy(into, "+".join((into, *names)))
        with self.of(target) as store:
            for name in names:
                with self.of(name) as other:
                    store.unite(other)
        return target

    def content(self, name: str) -> dict[str, object]:
        with self.of(name) as store:
            return content(store)


@settings(max_examples=25)
@given(base=STEPS_TAKEN, mine=STEPS_TAKEN, theirs=STEPS_TAKEN)
def test_either_order_gives_the_same_and_a_second_time_changes_nothing(base, mine, theirs):
    with tempfile.TemporaryDirectory() as folder:
        histories = Histories(folder, base, mine, theirs)
        one, other = histories.merged("0", "1"), histories.merged("1", "0")
        content = histories.content(one)
        assert content == histories.content(other)
        assert content == histories.content(histories.merged(one, "1"))
        assert content == histories.content(histories.merged(one, "0"))
        assert content == histories.content(histories.merged(one, other))


@settings(max_examples=20)
@given(base=STEPS_TAKEN, mine=STEPS_TAKEN, theirs=STEPS_TAKEN)
def test_nothing_is_doubled_or_lost(base, mine, theirs):
    with tempfile.TemporaryDirectory() as folder:
        histories = Histories(folder, base, mine, theirs)
        before = [histories.content("0"), histories.content("1")]
        after = histories.content(histories.merged("0", "1"))
    ids = [one.id for one in after["attempts"]]
    assert len(ids) == len(set(ids))
    known = {one.id: one for content in before for one in content["attempts"]}
    assert {one.id: one for one in after["attempts"]} == known
    assert {row[0] for row in after["withdrawals"]} == {row[0] for one in before for row in one["withdrawals"]}
    for place in range(len(ROLES)):
        rated = [one.id for one in after["ratings"][place]]
        assert sorted(rated) == sorted({one.id for content in before for one in content["ratings"][place]})
    assert {row[0] for row in after["snapshots"]} == {row[0] for one in before for row in one["snapshots"]}
    assert [one.at for one in after["attempts"]] == sorted(one.at for one in after["attempts"])
    assert {one.id for one in after["decisions"]} == {one.id for content in before for one in content["decisions"]}
    answered = [{row[0] for row in one["answers"]} for one in before]
    disposed = [
        {one.id for one in content["attempts"]} - words for content, words in zip(before, answered, strict=True)
    ]
    gone = disposed[0] | disposed[1]
    held = {id_ for id_, one in known.items() if any(hold.covers(one.role, one.question) for hold in after["holds"])}
    assert {row[0] for row in after["answers"]} == (answered[0] | answered[1]) - (gone - held)


@settings(max_examples=20)
@given(base=STEPS_TAKEN, mine=STEPS_TAKEN, theirs=STEPS_TAKEN)
def test_a_hold_stands_after_a_merge_unless_it_was_lifted_and_no_held_words_are_lost(base, mine, theirs):
    with tempfile.TemporaryDirectory() as folder:
        histories = Histories(folder, base, mine, theirs)
        before = [histories.content("0"), histories.content("1")]
        after = histories.content(histories.merged("0", "1"))
    lifted = {one.hold for content in before for one in content["decisions"] if isinstance(one, Lifting)}
    assert {one.id for one in after["holds"]} == {one.id for content in before for one in content["holds"]} - lifted
    kept = {row[0] for content in before for row in content["answers"]}
    for one in after["attempts"]:
        if any(hold.covers(one.role, one.question) for hold in after["holds"]) and one.id in kept:
            assert one.id in {row[0] for row in after["answers"]}


@settings(max_examples=12)
@given(base=STEPS_TAKEN, first=STEPS_TAKEN, second=STEPS_TAKEN, third=STEPS_TAKEN)
def test_of_three_machines_it_does_not_matter_which_two_meet_first(base, first, second, third):
    """All but drafts: which of three is offered beside the newest may depend on who met whom."""
    with tempfile.TemporaryDirectory() as folder:
        histories = Histories(folder, base, first, second, third)
        one = histories.content(histories.merged("0", "1", "2"))
        other = histories.content(histories.merged("2", histories.merged("1", "0")))
    for content in (one, other):
        del content["heads"], content["asides"]
    assert one == other


@settings(max_examples=15)
@given(base=STEPS_TAKEN, mine=STEPS_TAKEN, theirs=STEPS_TAKEN)
def test_what_is_cached_is_what_the_attempts_come_to(base, mine, theirs):
    with tempfile.TemporaryDirectory() as folder:
        histories = Histories(folder, base, mine, theirs)
        with histories.of(histories.merged("0", "1")) as store:
            for role in ROLES:
                standing = store.attempts(role=role)
                assert store.tally(role) == add_all(standing)
                for question, memory in store.memories(role, QUESTIONS).items():
                    assert memory == replay([one for one in standing if one.question == question])


def test_two_evenings_on_two_machines_by_real_sessions_are_one_history(bank, store, there, new_id, clock):
    questions = list(bank.question_by_id.values())[:3]
    for keeper in (store, there, store):
        session = Session(bank, questions, keeper=keeper, clock=clock, new_id=new_id, zone="+00:00")
        while session.question:
            clock.pass_seconds(60)
            session.look()
            session.write("What I did, and how it ended.")
            session.reveal()
            session.give({row.id: 4 for row in session.criteria})
            session.save()
            session.next()
        clock.pass_seconds(86_400)
    assert taken(store, there).added["attempts"] == 3
    assert taken(there, store).added["attempts"] == 6
    ids = [question.id for question in questions]
    assert [one.question for one in store.attempts()] == ids * 3
    assert store.attempts() == there.attempts()
    assert store.memories(bank.role, ids) == there.memories(bank.role, ids)
    assert all(memory.count == 3 for memory in store.memories(bank.role, ids).values())
    assert store.tally(bank.role) == there.tally(bank.role)


def test_two_times_two_months_are_one_history_with_nothing_for_the_doctor_to_mend(store, there):
    two_months(load_bank(), store, until=NOW)
    two_months(load_bank(), there, until=NOW, seed=8)
    made = back_up(store, now=NOW).path
    counts = store.count(), there.count()
    merge(there.path, into=store, now=NOW)
    merge(made, into=there, now=NOW)
    assert store.count() == there.count() == sum(counts)
    assert store.attempts() == there.attempts()
    assert store.ratings(ROLE) == there.ratings(ROLE)
    assert store.tally(ROLE) == there.tally(ROLE)
    assert all(one.sound for one in examine(store.path.parent))


# Interrupted


MERGING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from recprep.storage.custody.merge import merge
from recprep.storage.store import Store
NOW = datetime(2026, 3, 1, tzinfo=UTC)
with Store(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    merge(Path(sys.argv[2]), into=store, now=NOW)
"""


def test_a_merge_killed_at_any_moment_leaves_the_old_history_or_the_whole_new_one(store, there):
    for name, one, shift in (("mine", store, 0), ("theirs", there, 30)):
        for number in range(60):
            save(one, attempt(id=f"{name}-{number}", at=NOW + timedelta(minutes=number + shift)), answer="w " * 9_000)
    made, was = back_up(there, now=NOW).path, back_up(store, now=NOW).path
    old = content(store)
    store.unite(there)
    new = content(store)
    restore(was, into=store.path, now=NOW)
    chance, seen = random.Random(5), set()
    for _ in range(10):
        process = lean(MERGING, store.path, made)
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        process.communicate()
        found = content(store)
        assert found in (old, new)
        seen.add(found == new)
        if found == new:
            restore(was, into=store.path, now=NOW)
    assert all(check(kept) for kept in (store.path.parent / "backups").glob("*.recprep"))
    merge(made, into=store, now=NOW)
    assert content(store) == new


@pytest.mark.parametrize("step", ["_arrange", "_answers", "_withdrawals", "_settings", "reconcile_drafts"])
def test_a_merge_killed_in_the_middle_leaves_the_old_history(both, step):
    store, there = both
    save(there, attempt(at=NOW - timedelta(days=1)))
    before = content(store)
    lines = f"""
import signal
from recprep.storage.custody.merge import merge
from recprep.storage.store import union
union.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
merge(Path(sys.argv[2]), into=Store(Path(sys.argv[1])), now=NOW)
"""
    process = child(lines, store.path, there.path)
    process.communicate()
    assert process.returncode == -9
    assert content(store) == before
    taken(store, there)
    assert store.count() == 2


def test_a_disk_that_is_full_in_the_middle_leaves_the_old_history(both):
    store, there = both
    for number in range(30):
        save(there, attempt(at=NOW + timedelta(minutes=number)), answer="x" * 50_000)
    before = content(store)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(Problem, match=r"The disk is full: .*history\.db could not be written"):
        taken(store, there)
    assert content(store) == before
    store._connection.execute("PRAGMA max_page_count = 1000000")
    assert taken(store, there).added["attempts"] == 30


def test_an_attempt_saved_while_a_merge_is_made_ready_is_kept(both, monkeypatch):
    store, there = both
    save(there, attempt(id="theirs", at=NOW + timedelta(days=1)))
    united = Store.unite

    def late(into, other):
        with Store(into.path) as page:
            save(page, attempt(id="late", at=NOW + timedelta(days=2)))
        return united(into, other)

    monkeypatch.setattr(Store, "unite", late)
    taken(store, there)
    assert [one.id for one in store.attempts()] == ["shared", "theirs", "late"]
    assert SNAPSHOTS.keys() <= {row[0] for row in rows(store.path, "SELECT hash FROM snapshot")}
