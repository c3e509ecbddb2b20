"""Importing: thousands of pages complete and correct, again without a change, edited without a loss, killed without harm."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import role_pages
from click.testing import CliRunner
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as st

from recprep.cli import main
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.core.problem import Problem
from recprep.exchange import formats, import_from
from recprep.storage import library
from recprep.storage.catalogue import holding
from recprep.storage.catalogue.outcome import Outcome, in_words
from recprep.storage.catalogue.taking_in import A_COPY, take_in

LINK = "it is nothing but a link"
NO_PAGE = "its first heading is not '<Role> Interview Prep'"


def bring_in(source: Path, catalogue: Path, **more) -> Outcome:
    return import_from(source, catalogue=catalogue, now=NOW, **more)


def state(catalogue: Path) -> list[tuple]:
    """Give every role as it is kept, whatever the order in which they came."""
    with closing(sqlite3.connect(catalogue)) as connection:
        rows = connection.execute("SELECT * FROM role").fetchall()
    return sorted((row[1:] for row in rows), key=repr)


def asked(catalogue: Path, role: str) -> dict[str, str]:
    """Give the questions of a role: prompts by their ids, in order."""
    return {question.id: question.prompt for question in holding.find(catalogue, role).questions.asked}


def retired(catalogue: Path, role: str) -> dict[str, str]:
    return {question.id: question.prompt for question in holding.find(catalogue, role).questions.retired}


def page(name: str, *prompts: str, source_id: str | None = None) -> str:
    """Give a page of the usual shape."""
    advert = [f"[More](https://example.org/x/{source_id}?y)"] if source_id else []
    items = "\n".join(f"{n}. {text}" for n, text in enumerate([*prompts, *advert], 1))
    return f"# {name} Interview Prep\n\nWelcome!\n\n## 🎯 Sample Questions\n\n{items}"


def write(folder: Path, **texts: str) -> Path:
    """Write files; `__` in a name stands for a folder."""
    for name, text in texts.items():
        file = folder / f"{name.replace('__', '/')}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


VALVE = "How do you tell a good valve from a bad one?"
ROPE = "Describe how you splice a rope"
STEEL = "Why steel and not iron?"
NIGHT = "Tell me about a night that went wrong."


@pytest.fixture
def catalogue(home: Path) -> Path:
    return home / "catalogue.db"


@pytest.fixture(scope="module")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[role_pages.Page], Path, Outcome]:
    """A folder of 4,460 pages with all their traps, imported once: folder, pages, catalogue, outcome."""
    folder = tmp_path_factory.mktemp("pages")
    pages = role_pages.write(folder)
    catalogue = tmp_path_factory.mktemp("home") / "catalogue.db"
    return folder, pages, catalogue, bring_in(folder, catalogue)


# Thousands of pages


def test_every_role_is_there_with_its_true_name_and_every_question(thousands):
    _, pages, catalogue, done = thousands
    assert len(pages) == len(done.roles) == role_pages.ROLES
    assert (done.new, done.questions) == (role_pages.ROLES, sum(len(one.prompts) for one in pages))
    with closing(sqlite3.connect(catalogue)) as connection:
        kept = {row[0]: row[1:] for row in connection.execute("SELECT source_id, name, description, prompts FROM role")}
    assert kept == {one.source_id: (one.name, one.description, "\n".join(one.prompts)) for one in pages}


def test_a_name_that_stands_in_several_folders_is_several_roles(thousands):
    _, pages, catalogue, _ = thousands
    by_name: dict[str, set[str]] = {}
    for one in holding.listed(catalogue):
        by_name.setdefault(one.name, set()).add(one.id)
    shared = [name for name, ids in by_name.items() if len(ids) > 1]
    assert len(shared) == role_pages.SHARED
    ids = sorted(by_name[shared[0]])
    assert asked(catalogue, ids[0]).values() != asked(catalogue, ids[1]).values()
    assert sum(map(len, by_name.values())) == len(pages)


def test_every_id_says_what_it_names_and_is_one_of_a_bank(thousands):
    _, pages, _, done = thousands
    assert len(set(done.roles)) == len(done.roles)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and len(name) <= 80 for name in done.roles)
    assert {name.rsplit("-", 3)[1:] == one.source_id.split("_") for name, one in zip(done.roles, pages, strict=True)}
    one = next(one for one in pages if one.name == "Maître d'Hôtel")
    assert f"maitre-dhotel-{one.source_id.replace('_', '-')}" in done.roles


def test_the_two_folders_around_a_page_are_its_field_and_specialty(thousands):
    _, pages, catalogue, done = thousands
    where = {one.id: one.place for one in holding.listed(catalogue)}
    for name, one in zip(done.roles, pages, strict=True):
        assert where[name] == " / ".join(one.place.split("/")[:2]).replace("_", " ")


def test_what_is_left_out_is_counted_by_reason_with_a_few_examples(thousands):
    *_, done = thousands
    readme, advert = done.left_out
    assert (readme.why, readme.count, readme.files) == (NO_PAGE, 1, 1)
    assert [one.place for one in readme.examples] == ["README.md"]
    assert (advert.why, advert.count, advert.files, len(advert.examples)) == (LINK, role_pages.ROLES, 0, 5)


def test_it_is_told_in_a_few_lines(thousands):
    *_, done = thousands
    lines = in_words(done)
    assert lines[0] == "4,460 roles from 4,461 files: 4,460 new."
    assert lines[1] == f"{done.questions:,} questions: {done.questions:,} new, 0 reworded."
    assert lines[2:4] == ["Left out:", f"  1 file: {NO_PAGE} (README.md)"]
    assert len(lines) == 5


def test_the_same_again_changes_nothing_and_says_so(thousands):
    folder, _, catalogue, first = thousands
    before = state(catalogue)
    again = bring_in(folder, catalogue)
    assert state(catalogue) == before
    assert (again.unchanged, again.changes, again.roles) == (role_pages.ROLES, False, first.roles)
    assert in_words(again)[0] == "4,460 roles from 4,461 files: 4,460 unchanged."


# Other files


def test_a_file_without_questions_is_said_to_have_none(tmp_path, catalogue):
    write(tmp_path, README=role_pages.readme([]))
    done = bring_in(tmp_path / "README.md", catalogue)
    assert (done.roles, catalogue.exists()) == ((), False)
    assert "no question was found in it" in {one.why for one in done.left_out if one.files}
    assert in_words(done)[0] == "No role with questions was found in 1 file."


def test_every_file_is_a_role_or_is_left_out_with_a_reason(tmp_path, catalogue):
    folder = write(
        tmp_path / "all",
        good=page("Potter", STEEL),
        empty="",
        prose="Just words.",
        other=page("Nobody"),
        a__b=page("X", ROPE),
    )
    (folder / "bytes.md").write_bytes(b"\x00\x01\x02")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "link.md").symlink_to(folder / "good.md")
    (folder / "utf16.md").write_bytes(page("Łódź Driver", STEEL).encode("utf-16"))
    (folder / "latin.md").write_bytes(page("Café Owner", STEEL).encode("cp1252", "replace"))
    done = bring_in(folder, catalogue)
    assert [holding.find(catalogue, name).name for name in done.roles] == ["X", "Potter", "Café Owner", "Łódź Driver"]
    left = {one.place for reason in done.left_out for one in reason.examples if not one.line}
    assert left == {"bytes.md", "empty.md", "link.md", "other.md", "picture.png", "prose.md"}
    assert [note.split(":")[0] for note in done.notes] == ["latin.md"]


def test_an_answer_that_stands_with_a_question_is_kept_with_it(tmp_path, catalogue):
    text = "# Roping\n\n## Knots\n\n**What is a bight?**\n\nA loop, *not* crossed.\n\n**What is a bend?**\n\nTwo ropes tied.\n"
    done = bring_in(write(tmp_path / "q", knots=text), catalogue)
    [bight, bend] = holding.find(catalogue, done.roles[0]).questions.asked
    assert (bight.prompt, bight.topic, bight.answer) == ("What is a bight?", "Knots", "A loop, *not* crossed.")
    assert bend.answer == "Two ropes tied."


def test_an_unknown_format_and_nothing_at_all_are_problems(tmp_path, catalogue):
    with pytest.raises(Problem, match="There is no format 'docx'"):
        bring_in(write(tmp_path, a=page("X", STEEL)), catalogue, format="docx")
    with pytest.raises(Problem, match="is not there"):
        bring_in(tmp_path / "nowhere", catalogue)
    assert {"yaml-bank", "interview-pages", "csv", "anki", "markdown-lists"} <= formats().keys()


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path, catalogue):
    write(tmp_path / "p", a=page("Potter", STEEL), b=page("Roper", ROPE))
    tried = bring_in(tmp_path / "p", catalogue, dry_run=True)
    assert not catalogue.parent.exists()
    done = bring_in(tmp_path / "p", catalogue)
    assert (tried.roles, tried.new, tried.added) == (done.roles, done.new, done.added)
    write(tmp_path / "p", a=page("Potter", STEEL, VALVE))
    before = catalogue.read_bytes()
    tried = bring_in(tmp_path / "p", catalogue, dry_run=True)
    assert (tried.dry_run, tried.updated, tried.unchanged, tried.added) == (True, 1, 1, 1)
    assert catalogue.read_bytes() == before


def test_progress_is_told_file_by_file(tmp_path, catalogue):
    told = []
    write(tmp_path / "p", a=page("Potter", STEEL), b=page("Roper", ROPE))
    bring_in(tmp_path / "p", catalogue, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


# A role again


@pytest.fixture
def potter(tmp_path, catalogue):
    """A page with an id of its author's, imported: its folder, and the role's id."""
    folder = write(tmp_path / "pages", Crafts__Clay__Potter=page("Potter", VALVE, ROPE, STEEL, source_id="18_3_1"))
    [name] = bring_in(folder, catalogue).roles
    assert name == "potter-18-3-1"
    return folder, name


def change(folder: Path, *prompts: str, name: str = "Potter", place: str = "Crafts__Clay__Potter") -> Path:
    return write(folder, **{place: page(name, *prompts, source_id="18_3_1")})


def test_an_edited_wording_keeps_its_id(potter, catalogue):
    folder, role = potter
    before = asked(catalogue, role)
    edited = ("How would you tell a good valve from a poor one?", f"{ROPE}.", "Why did you choose steel and not iron?")
    done = bring_in(change(folder, *edited), catalogue)
    assert asked(catalogue, role) == dict(zip(before, edited, strict=True))
    assert (done.updated, done.reworded, done.added, done.retired) == (1, 3, 0, 0)


def test_a_question_that_moved_keeps_its_id_wherever_it_stands(potter, catalogue):
    folder, role = potter
    before = {prompt: name for name, prompt in asked(catalogue, role).items()}
    bring_in(change(folder, NIGHT, STEEL, VALVE, ROPE), catalogue)
    after = {prompt: name for name, prompt in asked(catalogue, role).items()}
    assert list(after) == [NIGHT, STEEL, VALVE, ROPE]
    assert {prompt: after[prompt] for prompt in before} == before


def test_a_question_that_asks_for_something_else_is_a_new_one(potter, catalogue):
    folder, role = potter
    old = asked(catalogue, role)
    done = bring_in(change(folder, VALVE, ROPE, "Which glaze holds at stoneware heat?"), catalogue)
    assert (done.added, done.reworded, done.retired) == (1, 0, 1)
    assert list(retired(catalogue, role).values()) == [STEEL]
    assert next(iter(retired(catalogue, role))) not in asked(catalogue, role)
    assert list(asked(catalogue, role))[:2] == list(old)[:2]
    assert in_words(done)[1] == (
        "3 questions: 1 new, 0 reworded. 1 vanished: they are not asked any more, and what you answered stays."
    )


def test_a_question_that_comes_back_has_its_old_id_and_no_other_ever_gets_it(potter, catalogue):
    folder, role = potter
    before = asked(catalogue, role)
    bring_in(change(folder, VALVE), catalogue)
    bring_in(change(folder, VALVE, NIGHT), catalogue)
    bring_in(change(folder, NIGHT, STEEL, ROPE, VALVE), catalogue)
    after = asked(catalogue, role)
    assert before.items() <= after.items()
    assert retired(catalogue, role) == {}


def test_a_new_question_never_gets_the_id_of_one_that_was_reworded_away_from_it(potter, catalogue):
    folder, role = potter
    [first, *_] = asked(catalogue, role)
    reworded = "How do you tell a good relief valve from a bad one at sea?"
    bring_in(change(folder, reworded), catalogue)
    bring_in(change(folder, reworded, NIGHT, "Which knots hold?", VALVE), catalogue)
    after = asked(catalogue, role)
    assert after[first] == reworded
    assert len(after) == 4


def test_a_page_under_another_name_is_the_same_role(potter, catalogue):
    folder, role = potter
    done = bring_in(change(folder, VALVE, ROPE, STEEL, name="Master Potter (Raku)"), catalogue)
    assert (done.roles, done.updated) == ((role,), 1)
    assert holding.find(catalogue, role).name == "Master Potter (Raku)"


def test_a_page_with_an_id_is_the_same_role_in_any_folder(potter, tmp_path, catalogue):
    _, role = potter
    before = asked(catalogue, role)
    done = bring_in(change(tmp_path / "other", VALVE, ROPE, STEEL, place="x__Art__Pots__P"), catalogue)
    assert (done.roles, done.unchanged) == ((role,), 1)
    assert (holding.listed(catalogue)[0].place, asked(catalogue, role)) == ("Art / Pots", before)


def test_a_file_by_itself_is_the_role_that_it_was_in_its_folder(tmp_path, catalogue):
    folder = write(tmp_path / "pages", Crafts__Clay__Potter=page("Potter", VALVE, ROPE))
    whole = bring_in(folder, catalogue)
    alone = bring_in(folder / "Crafts" / "Clay" / "Potter.md", catalogue)
    assert (alone.roles, alone.unchanged) == (whole.roles, 1)
    assert holding.listed(catalogue)[0].place == "Crafts / Clay"


def test_a_folder_that_moved_doubles_nothing(tmp_path, catalogue):
    first = bring_in(write(tmp_path / "a", one=page("Potter", VALVE, ROPE), two=page("Roper", ROPE, NIGHT)), catalogue)
    (tmp_path / "a").rename(tmp_path / "b")
    again = bring_in(tmp_path / "b", catalogue)
    assert (again.roles, again.unchanged) == (first.roles, 2)


def test_files_of_one_name_in_two_folders_are_two_roles(tmp_path, catalogue):
    first = bring_in(write(tmp_path / "a", x=page("Potter", VALVE, ROPE)), catalogue)
    other = bring_in(write(tmp_path / "b", x=page("Potter", STEEL, NIGHT)), catalogue)
    assert (first.new, other.new, len({*first.roles, *other.roles})) == (1, 1, 2)
    assert list(asked(catalogue, first.roles[0]).values()) == [VALVE, ROPE]
    assert bring_in(tmp_path / "a", catalogue).roles == first.roles
    assert bring_in(tmp_path / "b", catalogue).roles == other.roles


def test_two_pages_that_carry_one_id_are_two_roles_and_keep_apart(tmp_path, catalogue):
    pages = {"a": page("Potter", VALVE, source_id="1_1_1"), "b": page("Roper", ROPE, source_id="1_1_1")}
    done = bring_in(write(tmp_path / "p", **pages), catalogue)
    assert [holding.find(catalogue, name).name for name in done.roles] == ["Potter", "Roper"]
    again = bring_in(write(tmp_path / "p", a0=page("Baker", NIGHT, source_id="1_1_1")), catalogue)
    assert (again.new, again.unchanged) == (1, 2)
    assert asked(catalogue, done.roles[0]) == {"how-do-you-tell-a-good-valve-from-a-bad-9f84e5": VALVE}


def test_a_copy_of_a_page_is_left_out_and_named(tmp_path, catalogue):
    text = page("Potter", VALVE, source_id="1_1_1")
    done = bring_in(write(tmp_path / "p", a=text, b__c=text), catalogue)
    assert len(done.roles) == 1
    assert [(one.why, one.count, one.examples[0].place) for one in done.left_out if one.files] == [
        (A_COPY, 1, "b/c.md")
    ]


def test_a_shipped_id_is_never_given(tmp_path, catalogue):
    read = [Imported((ImportedRole("Records", "x.md", (ImportedQuestion(STEEL, 1),), source_id="coordinator"),))]
    source = write(tmp_path / "p", x="")
    done = take_in(read, catalogue=catalogue, source=source, format="", reserved=library.reserved(), now=NOW)
    [name] = done.roles
    assert name.startswith("records-")
    assert name not in library.reserved() == {"general", "records-coordinator"}


def test_a_role_that_was_removed_comes_back_as_it_was(potter, catalogue):
    folder, role = potter
    before = asked(catalogue, role)
    assert holding.remove(catalogue, role, now=NOW)
    assert holding.listed(catalogue) == []
    done = bring_in(folder, catalogue)
    assert (done.brought_back, done.new, done.roles) == (1, 0, (role,))
    assert asked(catalogue, role) == before
    assert [one.id for one in holding.listed(catalogue)] == [role]


def test_what_is_not_in_the_source_any_more_stays(potter, tmp_path, catalogue):
    _, role = potter
    bring_in(write(tmp_path / "other", x=page("Roper", ROPE)), catalogue)
    assert role in {one.id for one in holding.listed(catalogue)}


def test_every_import_that_was_done_is_noted(potter, catalogue):
    folder, _ = potter
    import_from(folder, catalogue=catalogue, now=NOW + timedelta(days=1))
    with closing(sqlite3.connect(catalogue)) as connection:
        rows = connection.execute("SELECT at, source, counts FROM import").fetchall()
    assert [row[:2] for row in rows] == [(f"2026-11-{day}T09:30:00+00:00", str(folder)) for day in (23, 24)]
    assert json.loads(rows[1][2]) == {"questions": 3, "unchanged": 1}


# Whatever comes in

WORDS = ["valve", "rope", "steel", "night", "glaze", "kiln", "wheel", "clay", "tide", "knot", "harbour", "sail"]
PROMPTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda words: f"What of {' and '.join(words)}?")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cc"]), min_size=1, max_size=40)
QUESTIONS = st.lists(st.one_of(PROMPTS, ANY_TEXT), min_size=1, max_size=6, unique=True).flatmap(
    lambda prompts: st.tuples(
        *(
            st.builds(ImportedQuestion, st.just(one), st.just(1), *[st.none() | ANY_TEXT] * 2, st.none())
            for one in prompts
        )
    )
)
ROLES = st.lists(
    st.builds(
        ImportedRole,
        st.sampled_from(["Potter", "Pötter", "C#", "Roper (Night)", "護士"]) | ANY_TEXT,
        st.sampled_from(["a.md", "b.md", "Crafts/Clay/a.md", "x/y/z/a.md"]),
        QUESTIONS,
        st.none() | ANY_TEXT,
        st.sampled_from([None, None, "1_1_1", "1_1_2"]),
        st.none(),
    ),
    min_size=1,
    max_size=6,
)


def take(roles: list[ImportedRole], catalogue: Path) -> Outcome:
    read = [Imported((role,)) for role in roles]
    return take_in(read, catalogue=catalogue, source=catalogue.parent, format="", now=NOW)


@given(ROLES, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_same_twice_or_in_any_order_is_the_same(tmp_path_factory, roles, rng):
    folder = tmp_path_factory.mktemp("any")
    first = take(roles, folder / "one.db")
    before = state(folder / "one.db")
    again = take(rng.sample(roles, len(roles)), folder / "one.db")
    assert state(folder / "one.db") == before
    assert (again.roles, again.changes) == (first.roles, False)
    take(rng.sample(roles, len(roles)), folder / "two.db")
    assert state(folder / "two.db") == before
    assert len(set(first.roles)) == len(first.roles) == first.new


NO_TWO_ALIKE = ROLES.map(
    lambda roles: list({role.questions: role for role in {(r.place, r.name): r for r in roles}.values()}.values())
)


@given(NO_TWO_ALIKE, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_no_edit_doubles_a_role_or_gives_an_id_twice(tmp_path_factory, roles, rng):
    catalogue = tmp_path_factory.mktemp("any") / "c.db"
    first = take(roles, catalogue)
    ids = {name: {*asked(catalogue, name), *retired(catalogue, name)} for name in first.roles}
    edited = [
        role._replace(questions=tuple(rng.sample(role.questions, rng.randint(1, len(role.questions)))))
        for role in roles
    ]
    again = take(edited, catalogue)
    assert set(again.roles) <= set(first.roles)
    for name in first.roles:
        assert {*asked(catalogue, name), *retired(catalogue, name)} == ids[name]


# What goes wrong

KILLED = """
import os, random, signal, sqlite3, sys, time
from datetime import datetime, UTC
from pathlib import Path
from recprep.exchange import import_from

catalogue, old, new = map(Path, sys.argv[1:4])
now, rng = datetime(2026, 11, 23, tzinfo=UTC), random.Random(7)

def state():
    connection = sqlite3.connect(f"file:{catalogue}?mode=rw", uri=True)
    rows = connection.execute("SELECT id, prompts FROM role ORDER BY id").fetchall()
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    return rows

def imported(folder):
    begun = time.perf_counter()
    import_from(folder, catalogue=catalogue, now=now)
    return state(), time.perf_counter() - begun

before, _ = imported(old)
after, seconds = imported(new)
imported(old)
assert before == state() != after
came_through = 0
for _ in range(8):
    child = os.fork()
    if not child:
        import_from(new, catalogue=catalogue, now=now)
        os._exit(0)
    time.sleep(seconds * rng.uniform(0.3, 1.1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = state()
    assert found in (before, after), "neither the old state nor the new one"
    came_through += found == after
    imported(old)
print(came_through)
"""

AT_ONCE = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from recprep.exchange import import_from

catalogue, *folders = map(Path, sys.argv[1:])
children = []
for folder in folders:
    child = os.fork()
    if not child:
        import_from(folder, catalogue=catalogue, now=datetime(2026, 11, 23, tzinfo=UTC))
        os._exit(0)
    children.append(child)
print([os.waitpid(child, 0)[1] for child in children])
"""

ON_A_FULL_DISK = """
import resource, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from recprep.core.problem import Problem
from recprep.exchange import import_from

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    import_from(Path(sys.argv[2]), catalogue=Path(sys.argv[1]), now=datetime(2026, 11, 23, tzinfo=UTC))
except Problem as problem:
    print(problem)
"""


def child(code: str, *arguments: Path) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.strip()


def test_killed_at_any_moment_the_catalogue_is_as_before_or_as_after(tmp_path, catalogue):
    pages = role_pages.write(tmp_path / "old", roles=250)
    for one in pages:
        edited = one.text.replace("How do you", "How would you").replace("## ", "## A ")
        write(tmp_path / "new", **{one.place.removesuffix(".md"): edited.replace("deal with", "handle")})
    assert 0 <= int(child(KILLED, catalogue, tmp_path / "old", tmp_path / "new")) <= 8


def test_several_imports_at_once_wait_for_each_other(tmp_path, catalogue):
    for seed in (1, 2):
        role_pages.write(tmp_path / str(seed), seed=seed, roles=60)
    folders = [tmp_path / "1", tmp_path / "2", tmp_path / "1"]
    assert child(AT_ONCE, catalogue, *folders) == "[0, 0, 0]"
    shared = tmp_path / "both.db"
    expected = {*bring_in(folders[0], shared).roles, *bring_in(folders[1], shared).roles}
    assert {one.id for one in holding.listed(catalogue)} == expected


def test_a_full_disk_is_said_calmly_and_nothing_has_changed(tmp_path, catalogue):
    bring_in(write(tmp_path / "few", x=page("Potter", VALVE)), catalogue)
    before = state(catalogue)
    role_pages.write(tmp_path / "many", roles=60)
    told = child(ON_A_FULL_DISK, catalogue, tmp_path / "many")
    assert "could not be read or written" in told or "disk is full" in told
    assert state(catalogue) == before


def test_what_is_left_out_by_many_reasons_is_told_shortly():
    from recprep.storage.catalogue.outcome import Tallied

    tallied = Tallied()
    for reason in range(9):
        tallied.leave_out(LeftOut(f"f\x1b[31m{n}.md", 0, f"reason {reason}") for n in range(9 - reason))
    tallied.note(f"f{n}.md: odd." for n in range(7))
    told = in_words(
        Outcome(
            source=Path(),
            format="",
            files=45,
            left_out=tallied.by_count(),
            notes=tuple(tallied.notes),
            count_of_notes=7,
        )
    )
    assert told[2] == "  9 files: reason 0 (f\ufffd[31m0.md, f\ufffd[31m1.md, ...)"
    assert told[8] == "  6 more, for 3 other reasons"
    assert (told[9], told[-1]) == ("Worth a look:", "  and 2 more files")


# The commands


def run(*arguments: str | Path):
    return CliRunner().invoke(main, [str(one) for one in arguments], prog_name="recprep")


def test_import_says_what_it_did_and_how_to_go_on(tmp_path, catalogue):
    file = write(tmp_path / "p", Potter=page("Potter", VALVE, STEEL, source_id="18_3_1")) / "Potter.md"
    shown = run("import", "--dry-run", file)
    assert (shown.exit_code, catalogue.exists()) == (0, False)
    assert shown.output.startswith("Nothing was changed. Without --dry-run:\n1 role from 1 file: 1 new.\n")
    shown = run("import", file)
    assert shown.exit_code == 0
    assert shown.output.endswith('To practise it: recprep.practice(role="potter-18-3-1")\n')
    assert run("import", file).output.startswith("1 role from 1 file: 1 unchanged.\n")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "expected"),
    [
        (["import", "nowhere.md"], 2, "does not exist"),
        (
            ["import", "--format", "docx", "README.md"],
            2,
            "There is no format 'docx'. Formats: yaml-bank, interview-pages",
        ),
        (["import", "README.md"], 1, "No role with questions was found in 1 file."),
        (["import"], 2, "Missing argument 'SOURCE'"),
        (["roles", "nurse", "--remove", "x"], 2, "do not go together"),
        (["roles", "qqqqq"], 1, "No role is called like 'qqqqq'"),
        (["roles", "--remove", "records-coordinator", "--yes"], 1, "came with the workbook"),
        (["roles", "--remove", "nobody", "--yes"], 1, "There is no role 'nobody'."),
        (["roles", "--write", "nobody", "."], 1, "There is no role 'nobody'."),
        (["roles", "--write", "records-coordinator", "nowhere"], 1, "There is no folder nowhere."),
    ],
)
def test_what_cannot_be_done_is_said_with_the_right_exit_code(tmp_path, monkeypatch, arguments, exit_code, expected):
    monkeypatch.chdir(write(tmp_path, README="# Nothing\n\nNo question here.\n"))
    shown = run(*arguments)
    assert (shown.exit_code, expected in shown.output) == (exit_code, True), shown.output


def test_help_names_the_formats():
    assert "interview-pages" in run("import", "--help").output


def test_roles_are_found_by_what_one_types(tmp_path):
    pages = {f"Crafts__Clay__p{n}": page(f"Potter {n}", f"{VALVE[:-1]} {n}?") for n in range(25)}
    run("import", write(tmp_path / "p", Food__Wine__n=page("Maître d'Hôtel", NIGHT), **pages))
    [line] = run("roles", "maitre", "dhotel").output.splitlines()
    assert re.fullmatch(r"  maitre-dhotel-[0-9a-f]{6}  Maître d'Hôtel  Food / Wine  1 question", line)
    lines = run("roles", "poter").output.splitlines()
    assert (len(lines), lines[-1]) == (21, "... and 5 more. Add a word to see fewer.")
    lines = run("roles").output.splitlines()
    assert lines[0].startswith("  records-coordinator  Records Coordinator  ")
    assert lines[1:] == ["Imported: 26 roles. You practised none of them yet.", "To search them: recprep roles TEXT"]


def test_a_role_is_removed_after_a_question(tmp_path, catalogue):
    run("import", write(tmp_path / "p", a=page("Potter", VALVE, source_id="1_2_3")))
    shown = run("roles", "--remove", "potter-1-2-3")
    assert (shown.exit_code, "There is nobody to ask" in shown.output) == (2, True)
    assert len(holding.listed(catalogue)) == 1
    shown = run("roles", "--remove", "potter-1-2-3", "--yes")
    assert (shown.exit_code, shown.output.splitlines()) == (
        0,
        [
            "Potter (potter-1-2-3) goes off the list. What you answered in it is kept, and counts as before.",
            "Removed. If you import it again, it is as it was.",
        ],
    )
    assert holding.listed(catalogue) == []


def test_a_role_is_written_as_a_bank_that_is_sound(tmp_path, home):
    run("import", write(tmp_path / "p", a=page("Potter", VALVE, NIGHT, STEEL, source_id="1_2_3")))
    shown = run("roles", "--write", "potter-1-2-3", tmp_path)
    assert (shown.exit_code, shown.output) == (0, f"Written:\n{tmp_path / 'potter-1-2-3'}\n")
    assert run("check", tmp_path / "potter-1-2-3").output == "No mistakes found.\n"
    again = run("roles", "--write", "potter-1-2-3", tmp_path)
    assert again.output == f"Written:\n{tmp_path / 'potter-1-2-3-2'}\n"


def test_random_edits_of_real_looking_pages_are_seldom_taken_for_new_questions(tmp_path, catalogue):
    """One small edit in each of 40 pages: a word added, an ending changed, another way of asking."""
    pages, rng = role_pages.write(tmp_path / "p", roles=40), random.Random(3)
    bring_in(tmp_path / "p", catalogue)
    edits = [("How do you", "How would you"), ("the end of", "the very end of"), ("What would you do", "What do you do"),
             ("why does it matter", "why should it matter"), ("who has never seen one", "who never saw one"),
             ("Tell me", "Please tell me"), ("experience do you have", "experiences have you had")]  # fmt: skip
    for one in pages:
        text = one.text
        for old, new in rng.sample(edits, len(edits)):
            text = text.replace(old, new, 1) if text.count(old) else text
        (tmp_path / "p" / one.place).write_bytes(text.encode())
    done = bring_in(tmp_path / "p", catalogue)
    assert done.reworded > 100
    assert (done.added, done.retired) == (0, 0)
