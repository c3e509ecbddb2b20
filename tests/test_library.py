"""Bank files on disk: found, read as UTF-8, checked as a whole, and read again when they change."""

import os
from pathlib import Path

import pytest
from bank_files import FLYING, bank_texts, question

from recprep.core.problem import Problem
from recprep.storage import library, paths


def write(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shipped(tmp_path, monkeypatch) -> Path:
    """A data folder with the small bank in it, in the place of the one that is shipped."""
    program = tmp_path / "program"  # apart from the home, which may not lie inside it
    data = program / "data"
    write(data / "banks" / "pilot", bank_texts())
    (data / "schema").symlink_to(paths.shipped("data") / "schema")
    monkeypatch.setattr(paths, "shipped", lambda name: program / name)
    return data / "banks" / "pilot"


def test_a_role_is_loaded_by_its_folder(shipped):
    assert library.roles() == ["pilot"]
    assert library.load_bank("pilot").name == "Test Pilot"


def test_a_bank_is_read_once_and_again_when_a_file_changed(shipped):
    first = library.load_bank("pilot")
    assert library.load_bank("pilot") is first
    changed = shipped / "questions" / "flying.yml"
    changed.write_text(FLYING.replace("What is flying-up?", "What is up?"), encoding="utf-8")
    os.utime(changed, ns=(1, 1))
    assert library.load_bank("pilot").question_by_id["flying-up"].prompt == "What is up?"


def test_a_broken_bank_is_one_calm_report_of_all_its_faults(shipped):
    (shipped / "questions" / "flying.yml").write_text(
        "questions:\n" + question("flying-up", minutes="soon", sources="[nope]"), encoding="utf-8"
    )
    with pytest.raises(Problem) as caught:
        library.load_bank("pilot")
    lines = str(caught.value).splitlines()
    assert lines[0] == f"The bank in {shipped} has 2 faults to mend:"
    assert "questions/flying.yml:7: flying-up: minutes: not a whole number: 1 to 10" in lines
    assert "questions/flying.yml:19: flying-up: sources: 'nope' is not known: one of manual" in lines


def test_many_faults_are_counted_and_the_first_are_shown(shipped):
    many = "questions:\n" + "".join(question(f"flying-{n}", minutes="soon") for n in range(30))
    (shipped / "questions" / "flying.yml").write_text(many, encoding="utf-8")
    with pytest.raises(Problem, match=r"\.\.\. and \d+ more: `recprep check"):
        library.load_bank("pilot")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (FLYING.encode("utf-16"), "questions/flying.yml:1: not UTF-8 text: save the file with the encoding UTF-8"),
        ("questions:\n- prompt: caf\xe9".encode("latin-1"), "questions/flying.yml:2: not UTF-8 text"),
        (b"", "questions/flying.yml:1: the file is empty"),
        (b"\x00\x00", "questions/flying.yml:1: a character that YAML does not allow"),
        (b"questions: " + b"[" * 100_000, "questions/flying.yml:1: nested more than 12 deep"),
        (b"a" * 8_000_001, "questions/flying.yml:1: larger than 8 MB: split it into several files"),
        (b"a: &a [x, x]\nb: [*a, *a]\n", "questions/flying.yml:1: an anchor or alias"),
        (b"\x89PNG\r\n\x1a\n", "questions/flying.yml:1: not UTF-8 text"),
    ],
    ids=["utf-16", "latin-1", "empty", "zeros", "deep", "huge", "bomb", "picture"],
)
def test_a_file_that_is_something_else_is_named(shipped, content, expected):
    (shipped / "questions" / "flying.yml").write_bytes(content)
    findings = [str(finding).removeprefix(f"{shipped}/") for finding in library.check(shipped)]
    assert any(finding.startswith(expected) for finding in findings), findings


def test_a_byte_order_mark_is_welcome(shipped):
    file = shipped / "questions" / "flying.yml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert library.check(shipped) == []


def test_a_folder_of_banks_is_checked_as_a_whole(shipped):
    write(shipped.parent / "copilot", bank_texts(rubric="criteria: []\n"))
    files = {Path(finding.file).parent.name for finding in library.check(shipped.parent)}
    assert files == {"copilot"}


def test_where_there_is_no_bank_it_is_said(tmp_path):
    with pytest.raises(Problem, match=r"There is no bank in .*: a bank is a folder with a bank.yml in it"):
        library.check(tmp_path)


@pytest.mark.parametrize("name", ["", ".", "..", "../pilot", "pilot/../pilot", "/etc", "PILOT", "pilot\0"])
def test_a_role_is_never_a_path(shipped, name):
    with pytest.raises(Problem, match="There is no role"):
        library.load_bank(name)
