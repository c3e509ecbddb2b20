"""Any bytes given to any reader end in roles or in sentences with a place: never in a traceback."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile

import pytest
from any_bank import small_bank
from hypothesis import given, settings
from hypothesis import strategies as st

from recprep.core.imported import Imported
from recprep.formats import recognising, writing, yaml_bank
from recprep.storage.library import schemas

READERS = list(recognising.FORMATS.values())
readers = pytest.mark.parametrize("form", READERS, ids=lambda form: form.NAME)
SEEDS = {name: module.write(small_bank()) for name, module in writing.FORMATS.items()}
GROWTH, FLOOR = 30, 30_000_000  # bytes of memory for each byte of a file, and what any reader may use


def read(form, content: bytes) -> Imported:
    imported = form.read(content, place="any.file")
    assert isinstance(imported, Imported)
    for left in imported.left_out:
        assert left.why
        assert left.place == "any.file"
    assert imported.roles or imported.left_out
    return imported


def seed(form) -> bytes:
    return SEEDS.get(form.NAME, b"# Pilot Interview Prep\n\n## Sample Questions\n\n1. Why so?\n2. How so?\n")


@readers
@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_any_bytes(form, content):
    read(form, content)
    form.recognises(content)


@readers
@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_any_text_with_lone_surrogates_too(form, text):
    read(form, text.encode("utf-8", "surrogatepass"))
    read(form, text.encode("utf-16-le", "surrogatepass"))


@readers
def test_damaged_files(form):
    dice = random.Random(form.NAME)
    whole = seed(form)
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(dice.choice((1, 3, 30))):
            at = dice.randrange(len(content))
            if dice.random() < 0.5:
                content[at] = dice.randrange(256)
            else:
                content[at : at + dice.randrange(40)] = dice.randbytes(dice.randrange(40))
        read(form, bytes(content))
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        read(form, whole[:at])


@readers
@pytest.mark.parametrize(
    "piece", [b"[", b"{", b"<a>", b"(", b"> ", b"- ", b"::", b"{=", b"\n", b'"', b",", b"&", b"\\", b"#### "]
)
def test_the_same_piece_many_times(form, piece):
    read(form, piece * (200_000 // len(piece)))
    read(form, seed(form)[:200] + piece * (100_000 // len(piece)))


@readers
def test_memory_stays_within_a_few_times_the_file(form):
    whole = seed(form)
    content = whole if whole[:2] == b"PK" else whole * (1_000_000 // len(whole))
    form.read(content, place="any.file")  # what is loaded once is not counted
    tracemalloc.start()
    form.read(content, place="any.file")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < FLOOR + GROWTH * len(content)


def bomb(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(200_000_000))
    return out.getvalue()


@pytest.mark.parametrize("name", ["xl/workbook.xml", "collection.anki2", "collection.anki21b", "../../escape"])
@pytest.mark.parametrize("form", ["xlsx", "anki"])
def test_a_zip_bomb_is_not_unpacked(form, name):
    content = bomb(name)
    tracemalloc.start()
    imported = read(recognising.FORMATS[form], content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert imported.roles == ()
    assert peak < FLOOR


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from(["bank.yml", "rubric.yml", "questions/x.yml", "odd.yml"]), st.binary(max_size=200))
)
def test_any_files_of_a_bank(files):
    imported = yaml_bank.read(files, place="any", schemas=schemas())
    assert imported.left_out
    assert not imported.roles


def test_a_damaged_bank_is_read_or_refused():
    dice = random.Random(8)
    whole = {name: text.encode() for name, text in yaml_bank.texts(small_bank()).items()}
    for _ in range(100):
        name = dice.choice(list(whole))
        content = bytearray(whole[name])
        at = dice.randrange(len(content))
        content[at : at + dice.randrange(20)] = dice.randbytes(dice.randrange(20))
        imported = yaml_bank.read({**whole, name: bytes(content)}, place="any", schemas=schemas())
        assert imported.roles or imported.left_out
