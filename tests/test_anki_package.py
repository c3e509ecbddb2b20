"""Anki packages: what Anki itself makes of ours, what we read of its own, and what is refused."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import zstandard
from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageRequest
from bank_files import bank_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recprep.core.bank import Bank, build, read_entries
from recprep.core.carried import said_of
from recprep.core.imported import Imported, ImportedQuestion
from recprep.core.models import KINDS, SENIORITIES, KeyPoint, Question
from recprep.core.problem import Problem
from recprep.formats import anki_collection, anki_package, asking, table
from recprep.storage.library import load_bank, schemas

PLACE = "mine/Nurse interview questions.apkg"
SECONDS = 1_790_000_000
ODD = "What is <b>{{Prompt}}</b> [sound:x.mp3] [latex]x[/latex] &amp; {{c1::a, b::c}} in  C++ < 3?"

Row = tuple[object, ...]


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """Give an empty collection of Anki's own."""
    opened = Collection(str(tmp_path / "own.anki2"))
    yield opened
    opened.close()


@pytest.fixture
def odd_bank(bank: Bank) -> Bank:
    """Give the small bank with a question full of what HTML and Anki act on."""
    first, *_ = bank.question_by_id.values()
    changed = replace(
        first,
        prompt=ODD,
        competency="landing",
        strong_answer="One.\n\n  <script>two</script>\n[sound:y.mp3]\n[anki:play:q:0] &nbsp; {{FrontSide}} \\(x\\)",
        key_points=(KeyPoint(text="A<br>b,\nc :: d", essential=True), KeyPoint(text="[essential] e")),
        weak_answer="",
        pitfalls=("- One.\n• Two.",),
    )
    return replace(bank, question_by_id={**bank.question_by_id, changed.id: changed})


def read(content: bytes) -> Imported:
    return anki_package.read(content, place=PLACE)


def told(question: ImportedQuestion) -> dict[str, object]:
    return {"prompt": question.prompt, **(question.said or {})}


def told_by(bank: Bank) -> list[dict[str, object]]:
    return [said_of(one) for one in bank.question_by_id.values()]


def reasons(imported: Imported) -> list[str]:
    return [left.why for left in imported.left_out]


def imports(collection: Collection, content: bytes, folder: Path) -> object:
    """Import a package with the options that a person has who has changed none."""
    file = folder / "given.apkg"
    file.write_bytes(content)
    options = collection._backend.get_import_anki_package_presets()
    return collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(file), options=options)).log


def exported(collection: Collection, folder: Path, *, legacy: bool) -> bytes:
    file = folder / "exported.apkg"
    options = ExportAnkiPackageOptions(legacy=legacy, with_media=True, with_scheduling=True)
    collection.export_anki_package(out_path=str(file), options=options, limit=None)
    return file.read_bytes()


def notes_of(collection: Collection) -> list[dict[str, str]]:
    return [dict(collection.get_note(number).items()) for number in collection.find_notes("")]


def add(collection: Collection, note_type: str, deck: str, **fields: str) -> None:
    note = collection.new_note(collection.models.by_name(note_type))
    for name, value in fields.items():
        note[name.replace("_", " ")] = value
    collection.add_note(note, collection.decks.id(deck))


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def changed_by(content: bytes, *statements: str, values: Row = ()) -> bytes:
    """Give a package of ours after SQL statements on its database; the last one takes the values."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(files_of(content)["collection.anki2"])
        for statement in statements[:-1]:
            connection.execute(statement)
        connection.execute(statements[-1], values)
        connection.commit()
        return package({"collection.anki2": connection.serialize(), "media": b"{}"})


def without_rules(name: str) -> tuple[str, ...]:
    """Give statements after which a table takes values of any kind."""
    return (f"CREATE TABLE odd AS SELECT * FROM {name}", f"DROP TABLE {name}", f"ALTER TABLE odd RENAME TO {name}")


# What Anki makes of ours


def test_anki_has_every_field_of_every_question(odd_bank: Bank, collection: Collection, tmp_path: Path):
    log = imports(collection, anki_package.write(odd_bank), tmp_path)
    assert len(log.new) == len(odd_bank.question_by_id)
    found = {unescape(note["Id"]): note for note in notes_of(collection)}
    for question in odd_bank.question_by_id.values():
        row = dict(zip(table.COLUMNS, table.row(said_of(question), role=odd_bank.name), strict=True))
        note = {name: unescape(html.replace("<br>", "\n")) for name, html in found[question.id].items()}
        assert note == {name.replace("_", " ").capitalize(): text for name, text in row.items()}


def test_a_deck_for_each_competency_and_tags_for_the_rest(bank: Bank, collection: Collection, tmp_path: Path):
    imports(collection, anki_package.write(bank), tmp_path)
    assert {one.name for one in collection.decks.all_names_and_ids()} == {
        "Default",
        "Test Pilot",
        "Test Pilot::Flying",
        "Test Pilot::Landing",
    }
    note = collection.get_note(collection.find_notes("id:flying-on")[0])
    assert set(note.tags) == {"behavioural", "senior", "flying"}
    assert {card.due for card in map(collection.get_card, collection.find_cards(""))} == {1, 2, 3, 4}


def test_colons_in_names_make_no_decks(bank: Bank, collection: Collection, tmp_path: Path):
    content = anki_package.write(replace(bank, name="Pilot::Tester:"))
    imports(collection, content, tmp_path)
    assert "Pilot:Tester::Flying" in {one.name for one in collection.decks.all_names_and_ids()}
    assert [role.name for role in read(content).roles] == ["Pilot::Tester:"]


def test_a_card_shows_texts_as_they_are(odd_bank: Bank, collection: Collection, tmp_path: Path):
    imports(collection, anki_package.write(odd_bank), tmp_path)
    first = next(iter(odd_bank.question_by_id))
    card = collection.get_card(collection.find_cards(f"id:{first}")[0])
    assert ODD in unescape(card.question())
    assert "2 min" in card.question()
    assert not card.question_av_tags()
    assert not card.answer_av_tags()
    assert "<script>" not in card.answer()
    assert "<h2>Key points</h2>" in card.answer()
    assert "<h2>A weak answer</h2>" not in card.answer(), "it has none"


def test_a_second_import_adds_nothing(bank: Bank, collection: Collection, tmp_path: Path):
    for seconds in (SECONDS, SECONDS, SECONDS + 60):
        imports(collection, anki_package.write(bank, seconds=seconds), tmp_path)
    assert collection.note_count() == collection.card_count() == len(bank.question_by_id)
    assert sum(one["name"].startswith("Interview question") for one in collection.models.all()) == 1


def test_an_edited_bank_updates_its_notes(bank: Bank, collection: Collection, tmp_path: Path):
    imports(collection, anki_package.write(bank, seconds=SECONDS), tmp_path)
    edited = replace(bank.question_by_id["flying-up"], prompt="What is up, now?")
    changed = replace(bank, question_by_id={**bank.question_by_id, edited.id: edited})
    log = imports(collection, anki_package.write(changed, seconds=SECONDS + 1), tmp_path)
    assert not log.new
    assert {note["Prompt"] for note in notes_of(collection)} == {one["prompt"] for one in told_by(changed)}


def test_two_roles_with_the_same_ids_do_not_meet(bank: Bank, collection: Collection, tmp_path: Path):
    for role in (bank, replace(bank, role="copilot", name="Copilot")):
        imports(collection, anki_package.write(role, seconds=SECONDS), tmp_path)
    assert collection.note_count() == 2 * len(bank.question_by_id)


def test_the_same_bank_at_the_same_time_is_the_same_package(bank: Bank):
    assert anki_package.write(bank, seconds=SECONDS) == anki_package.write(bank, seconds=SECONDS)


def test_writing_leaves_no_files_behind(bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read(anki_package.write(bank))
    assert list(tmp_path.iterdir()) == []


def test_the_card_loads_nothing_from_outside():
    shown = anki_package.CSS + anki_package._front() + anki_package._back()
    assert not any(word in shown for word in ("http", "url(", "@import", "src=", "#fff", "black"))


# What comes back


@pytest.mark.parametrize("legacy", [False, True], ids=["zstd", "legacy"])
def test_what_anki_exports_is_read_back(odd_bank: Bank, collection: Collection, tmp_path: Path, legacy: bool):
    imports(collection, anki_package.write(odd_bank), tmp_path)
    content = exported(collection, tmp_path, legacy=legacy)
    assert "collection.anki2" in files_of(content), "the decoy stands beside it"
    assert anki_package.recognises(content)
    imported = read(content)
    (role,) = imported.roles
    assert role.name == odd_bank.name
    assert [told(one) for one in role.questions] == told_by(odd_bank)
    assert imported.left_out == imported.notes == ()


def test_the_shipped_bank_comes_back_in_its_order():
    bank = load_bank()
    (role,) = read(anki_package.write(bank)).roles
    assert (role.name, role.place) == (bank.name, PLACE)
    assert [told(one) for one in role.questions] == told_by(bank)


def test_a_bank_without_questions_says_so(bank: Bank):
    imported = read(anki_package.write(replace(bank, question_by_id={})))
    assert (imported.roles, reasons(imported)) == ((), [asking.NO_QUESTIONS])


ACTED_ON = (
    "<b>",
    "<br>",
    "</div>",
    "<!--",
    "{{Prompt}}",
    "{{c1::x}}",
    "[sound:x]",
    "[LaTeX]",
    "&nbsp;",
    "&#91;",
    "&amp",
)
MARKS = ("- ", "• ", "1. ", "[essential] ", "\\", "'", ",", "::", "  ", "\u00a0", "e\u0301", "\u2028", "?")


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    pieces = st.sampled_from([*ACTED_ON, *MARKS])
    letters = st.characters(exclude_categories=("Cc", "Cs"))
    lines = st.lists(pieces | st.text(letters, max_size=5), max_size=6).map(lambda parts: "".join(parts).strip())
    line = lines.filter(bool)
    texts = st.lists(lines, min_size=1, max_size=3).map(lambda parts: "\n".join(parts).strip())
    points = st.builds(KeyPoint, text=texts.filter(bool), essential=st.booleans())
    listed = st.lists(texts.filter(bool), max_size=3).map(tuple)
    question = st.builds(
        Question,
        id=st.just(""),
        prompt=line,
        kind=st.sampled_from(KINDS),
        minutes=st.integers(1, 10),
        seniority=st.none() | st.sampled_from(SENIORITIES),
        competency=st.sampled_from([None, "flying", "landing", "unknown"]),
        listening_for=texts,
        strong_answer=texts,
        key_points=st.lists(points, max_size=3).map(tuple),
        pitfalls=listed,
        follow_ups=listed,
        material=texts.map(lambda text: text or None),
    )
    several = draw(st.lists(question, min_size=1, max_size=4, unique_by=lambda one: tuple(one.prompt.split())))
    held = {f"q-{n}": replace(one, id=f"q-{n}") for n, one in enumerate(several)}
    entries, _ = read_entries(bank_texts(), schemas())
    return replace(build(entries), name=draw(line), question_by_id=held)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(banks())
def test_every_bank_comes_back(bank: Bank):
    imported = read(anki_package.write(bank))
    assert [role.name for role in imported.roles] == [bank.name]
    assert [told(one) for one in imported.roles[0].questions] == told_by(bank)
    assert imported.left_out == ()


# Decks of other people


@pytest.fixture(params=[False, True], ids=["zstd", "legacy"])
def other_people(request: pytest.FixtureRequest, collection: Collection, tmp_path: Path) -> Callable[[], Imported]:
    return lambda: read(exported(collection, tmp_path, legacy=request.param))


def test_basic_notes_are_questions_with_material(collection: Collection, other_people: Callable[[], Imported]):
    add(
        collection,
        "Basic",
        "Nurse::Care::Wards",
        Front="<div>What&nbsp;is a <b>ward</b>?</div>",
        Back="A room<div>with <i>beds</i>,<br></div><div><br></div><ul><li>one</li><li>two &lt; 3</li></ul>[sound:a.mp3]",
    )
    add(collection, "Basic", "Nurse", Front='Why nursing?<img src="a.png">', Back="")
    (role,) = other_people().roles
    assert role.name == "Nurse"
    ward, why = role.questions
    assert (ward.prompt, ward.topic) == ("What is a ward?", "Wards")
    assert ward.said == {"material": "A room\nwith beds,\n\none\ntwo < 3"}
    assert (why.prompt, why.topic, why.said) == ("Why nursing?", None, None)


def test_each_first_part_of_a_deck_is_a_role(collection: Collection, other_people: Callable[[], Imported]):
    add(collection, "Basic", "Nurse::Wards", Front="What is a ward?")
    add(collection, "Basic", "Cook", Front="What is a roux?")
    add(collection, "Basic", "Default", Front="Why this job?")
    assert [role.name for role in other_people().roles] == ["Nurse", "Cook", "Nurse"], "the last by the file's name"


def test_gaps_and_other_kinds_of_notes_are_left_out(collection: Collection, other_people: Callable[[], Imported]):
    add(collection, "Basic", "Cook", Front="What is a roux?")
    add(collection, "Cloze", "Cook", Text="A {{c1::roux}} is flour and {{c2::fat}}.")
    made = collection.models.new("Words")
    for name in ("Word", "Meaning"):
        collection.models.add_field(made, collection.models.new_field(name))
    template = collection.models.new_template("Card 1")
    template["qfmt"], template["afmt"] = "{{Word}}", "{{Meaning}}"
    collection.models.add_template(made, template)
    collection.models.add(made)
    add(collection, "Words", "Cook", Word="roux", Meaning="a paste")
    add(collection, "Words", "Cook", Word="stock", Meaning="a broth")
    imported = other_people()
    assert [one.prompt for one in imported.roles[0].questions] == ["What is a roux?"]
    assert [(left.line, left.why, left.begins) for left in imported.left_out] == [
        (2, anki_package.GAPS, "Cloze"),
        (3, anki_package.NO_FIELD, "Words"),
    ]


def test_what_asks_nothing_or_stands_there_twice_is_left_out(
    collection: Collection, other_people: Callable[[], Imported]
):
    for front in ("What is a roux?", "What is a <b>roux</b>?", "roux", '<img src="a.png">'):
        add(collection, "Basic", "Cook", Front=front)
    assert reasons(other_people()) == [asking.TWICE, asking.NOT_ASKED, table.EMPTY_ROW]


def test_fields_that_are_not_read_are_named(collection: Collection, other_people: Callable[[], Imported]):
    made = collection.models.copy(collection.models.by_name("Basic"))
    collection.models.add_field(made, collection.models.new_field("Hint"))
    collection.models.update_dict(made)
    add(collection, made["name"], "Cook", Front="What is a roux?", Hint="Flour.")
    assert other_people().notes == (table.NOT_READ.format(place=PLACE, columns="Hint"),)


# What is refused


def test_only_a_package_is_recognised(bank: Bank):
    assert anki_package.recognises(anki_package.write(bank))
    assert not anki_package.recognises(package({"xl/workbook.xml": b""}))
    assert not anki_package.recognises(b"What is collection.anki2?")


def test_a_decoy_alone_is_refused(collection: Collection, tmp_path: Path):
    add(collection, "Basic", "Cook", Front="What is a roux?")
    files = files_of(exported(collection, tmp_path, legacy=False))
    del files["collection.anki21b"]
    assert reasons(read(package(files))) == [anki_collection.ONLY_A_DECOY]
    del files["meta"]
    assert reasons(read(package(files))) == [anki_collection.ONLY_A_DECOY]


@pytest.mark.parametrize("meta", [b"\x08\x04", b"\x08\x7f", b"", b"\x08", b"?"])
def test_a_form_that_is_not_known_is_refused(bank: Bank, meta: bytes):
    files = files_of(anki_package.write(bank))
    assert reasons(read(package({**files, "meta": meta}))) == [anki_collection.TOO_NEW]


def test_a_package_that_unpacks_to_too_much_is_refused():
    zeros = bytes(100_000_000)
    packed = zstandard.compress(zeros)
    assert reasons(read(package({"collection.anki2": zeros}))) == [anki_collection.TOO_LARGE]
    assert reasons(read(package({"collection.anki21b": packed}))) == [anki_collection.TOO_LARGE]
    assert reasons(read(package({"collection.anki2": b""}, method=zipfile.ZIP_BZIP2))) == [anki_collection.NOT_ANKI]


def test_a_size_that_is_a_lie_is_refused():
    content = package({"collection.anki2": bytes(30_000_000)})
    lie = content.replace((30_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert reasons(read(lie)) == [anki_collection.NOT_ANKI]


def test_names_that_lead_elsewhere_lead_nowhere(bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    evil = {"../evil": b"x", "/evil": b"x", "..\\evil": b"x", "media/../../evil": b"x"}
    imported = read(package({**files_of(anki_package.write(bank)), **evil}))
    assert len(imported.roles[0].questions) == len(bank.question_by_id)
    assert list(tmp_path.rglob("*")) == []
    assert reasons(read(package({"../collection.anki2": b"x"}))) == [anki_collection.NOT_ANKI]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"collection.anki2": b""},
        {"collection.anki2": b"SQLite format 3\x00" + bytes(200)},
        {"collection.anki21b": b"not zstd"},
        {"collection.anki21b": zstandard.compress(b"not SQLite")},
    ],
    ids=["empty zip", "empty file", "only a head", "not zstd", "not SQLite"],
)
def test_what_is_no_collection_is_refused(files: dict[str, bytes]):
    assert reasons(read(package(files))) == [anki_collection.NOT_ANKI]


def test_a_package_that_was_cut_off_is_refused(bank: Bank):
    content = anki_package.write(bank)
    for kept in (0, 4, 100, len(content) // 2, len(content) - 1):
        assert reasons(read(content[:kept])) == [anki_collection.NOT_ANKI]


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, i AS mid, 'a' AS flds FROM n"


@pytest.mark.parametrize("name", ["notes", "cards", "col"])
def test_views_instead_of_tables_are_refused(bank: Bank, name: str):
    hostile = changed_by(anki_package.write(bank), f"DROP TABLE {name}", f"CREATE VIEW {name} AS {ENDLESS}")
    assert reasons(read(hostile)) == [anki_collection.NOT_ANKI]


def test_virtual_tables_are_refused(bank: Bank):
    hostile = changed_by(
        anki_package.write(bank), "DROP TABLE notes", "CREATE VIRTUAL TABLE notes USING fts5(id, mid, flds)"
    )
    assert reasons(read(hostile)) == [anki_collection.NOT_ANKI]


def test_columns_that_compute_are_refused(bank: Bank):
    hostile = changed_by(
        anki_package.write(bank),
        "DROP TABLE notes",
        "CREATE TABLE notes (id, mid, flds AS (printf('%.*c', 2000000, 'x')))",
        "INSERT INTO notes (id, mid) VALUES (1, 1)",
    )
    assert reasons(read(hostile)) == [anki_collection.NOT_ANKI]


def test_queries_that_do_not_end_are_stopped(bank: Bank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(anki_collection, "STEPS", 5)
    monkeypatch.setattr(anki_collection, "MOST_CALLS", 10)
    assert reasons(read(anki_package.write(bank))) == [anki_collection.NOT_ANKI]


def test_too_many_notes_are_refused(bank: Bank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(anki_collection, "MOST_NOTES", 3)
    assert reasons(read(anki_package.write(bank))) == [anki_collection.TOO_MANY_NOTES]


def test_triggers_never_run(bank: Bank):
    trigger = "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM notes; END"
    imported = read(changed_by(anki_package.write(bank), trigger))
    assert [told(one) for one in imported.roles[0].questions] == told_by(bank)


@pytest.mark.parametrize("value", [7, 1.5, None, b"\xff\xfe", "x"], ids=repr)
@pytest.mark.parametrize("column", ["notes.mid", "notes.flds", "notes.id", "cards.did", "cards.nid", "cards.odid"])
def test_values_of_a_wrong_kind_leave_a_reason(bank: Bank, column: str, value: object):
    name, column = column.split(".")
    statements = (*without_rules(name), f"UPDATE {name} SET {column} = ?")
    imported = read(changed_by(anki_package.write(bank), *statements, values=(value,)))
    assert imported.roles or imported.left_out


@pytest.mark.parametrize("column", ["models", "decks"])
@pytest.mark.parametrize(
    "value", ["[]", "{}", '{"1": 2}', '{"x": {}}', "[" * 100_000, "", None, 7, '{"1": {"flds": 1}}']
)
def test_a_collection_of_a_wrong_kind_leaves_a_reason(bank: Bank, column: str, value: object):
    statements = (*without_rules("col"), f"UPDATE col SET {column} = ?")
    imported = read(changed_by(anki_package.write(bank), *statements, values=(value,)))
    assert imported.roles or imported.left_out


def test_half_characters_and_control_characters_are_taken_out(bank: Bank):
    content = anki_package.write(replace(bank, question_by_id={}))
    models = {"5": {"name": "Odd", "flds": [{"name": "Front"}, {"name": "B\ud800"}]}}
    decks = {"6": {"name": "Co\ud800ok\x07::St\x00ock"}}
    content = changed_by(
        content, "UPDATE col SET models = ?, decks = ?", values=(json.dumps(models), json.dumps(decks))
    )
    content = changed_by(
        content,
        "INSERT INTO cards VALUES (1, 9, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '')",
        "INSERT INTO notes VALUES (9, '', 5, 0, 0, '', ?, '', 0, 0, '')",
        values=("What is\x07 a &#xd800; stock&#1;?",),
    )
    imported = read(content)
    (role,) = imported.roles
    assert role.name == "Co\ufffdok"
    assert (role.questions[0].prompt, role.questions[0].topic) == ("What is a \ufffd stock?", "Stock")
    assert imported.notes == (table.NOT_READ.format(place=PLACE, columns="B\ufffd"),)


def test_long_fields_of_open_tags_are_read_in_time():
    for piece in ("<", "<br", "<div ", "<style>", "[sound:", "<!--", "&", " ", "<div> "):
        anki_package._text(piece * 50_000)


def test_a_missing_library_is_named(collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    add(collection, "Basic", "Cook", Front="What is a roux?")
    content = exported(collection, tmp_path, legacy=False)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(Problem, match="zstandard"):
        read(content)


FLIPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=8)


def flipped(content: bytes, flips: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for at, by in flips:
        changed[at % len(changed)] ^= by
    return bytes(changed)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give a database of each form, and a whole package under an empty name."""
    folder = tmp_path_factory.mktemp("fuzz")
    opened = Collection(str(folder / "own.anki2"))
    add(opened, "Basic", "Cook::Stock", Front="What is a roux?", Back="Flour.")
    newest = exported(opened, folder, legacy=False)
    older = exported(opened, folder, legacy=True)
    opened.close()
    packed = files_of(newest)["collection.anki21b"]
    with zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        database = stream.read()
    return {"": newest, "collection.anki21b": database, "collection.anki21": files_of(older)["collection.anki21"]}


@settings(max_examples=60)
@given(name=st.sampled_from(["", "collection.anki21b", "collection.anki21"]), flips=FLIPS)
def test_flipped_bytes_never_raise(databases: dict[str, bytes], name: str, flips: list[tuple[int, int]]):
    content = flipped(databases[name], flips)
    if name:
        content = package({name: zstandard.compress(content) if name.endswith("b") else content})
    imported = read(content)
    assert imported.roles or imported.left_out
