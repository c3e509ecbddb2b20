"""Finding what there is to import: one order, no links, no waiting, the format recognised or named, errors that mend."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from role_pages import write

from recprep.core.problem import Problem
from recprep.formats import asking, decoding, folder
from recprep.formats.interview_pages import NOT_A_PAGE
from recprep.formats.recognising import FORMATS, find, read, recognise

PAGE = (
    "# Potter Interview Prep\n\nWelcome!\n\n## 🏺 Sample Questions\n\n1. Why clay?\n2. [Go](https://example.org/1_2_3)"
)
LIST = "- Why clay?\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Give a folder with a page two folders deep."""
    folder = tmp_path / "shelf"
    (folder / "Crafts" / "Clay").mkdir(parents=True)
    (folder / "Crafts" / "Clay" / "Potter.md").write_text(PAGE, encoding="utf-8")
    return folder


def places(source: Path, **options: str) -> list[str]:
    return [place for place, _ in find(source, **options).files]


def reasons(source: Path) -> dict[str, str]:
    return {left.place: left.why for left in find(source).left_out}


def test_every_page_of_a_collection_is_found_and_read_in_one_order(tmp_path: Path):
    pages = write(tmp_path / "pages", roles=150)
    found = find(tmp_path / "pages")
    assert (found.format, len(found.files), found.left_out) == ("interview-pages", 151, ())
    imported = list(read(found, schemas={}))
    roles = [role for one in imported for role in one.roles]
    assert sorted(page.place for page in pages) == [role.place for role in sorted(roles, key=lambda role: role.place)]
    assert {role.place: role.name for role in roles} == {page.place: page.name for page in pages}
    assert Counter(left.why for one in imported for left in one.left_out) == {asking.ONLY_A_LINK: 150, NOT_A_PAGE: 1}
    assert find(tmp_path / "pages") == found


def test_the_order_is_that_of_the_names_folder_by_folder(tmp_path: Path):
    for name in ("b/2.md", "b/1.md", "a.md", "c.md", "B.md", "b/a/z.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(LIST)
    assert places(tmp_path) == ["B.md", "a.md", "b/1.md", "b/2.md", "b/a/z.md", "c.md"]


def test_links_are_never_followed(shelf: Path, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(PAGE, encoding="utf-8")
    (shelf / "away").symlink_to(outside)
    (shelf / "secret.md").symlink_to(outside / "secret.md")
    (shelf / "round").symlink_to(shelf)
    (shelf / "broken.md").symlink_to(tmp_path / "nowhere")
    assert places(shelf) == ["Crafts/Clay/Potter.md"]
    assert reasons(shelf) == dict.fromkeys(("away", "broken.md", "round", "secret.md"), folder.A_LINK)


def test_hidden_and_other_files_are_passed_over_and_told(shelf: Path):
    (shelf / ".git").mkdir()
    (shelf / ".git" / "x.md").write_text(PAGE, encoding="utf-8")
    (shelf / "._Potter.md").write_bytes(b"\0\1")
    (shelf / "picture.png").write_bytes(b"\x89PNG")
    assert places(shelf) == ["Crafts/Clay/Potter.md"]
    assert reasons(shelf) == {".git": folder.HIDDEN, "._Potter.md": folder.HIDDEN, "picture.png": folder.ANOTHER_KIND}


def test_a_name_that_begins_with_a_dot_is_a_name(shelf: Path):
    (shelf / ".NET Developer.MD").write_text(PAGE, encoding="utf-8")
    assert places(shelf) == [".NET Developer.MD", "Crafts/Clay/Potter.md"]


def test_what_is_no_ordinary_file_is_never_waited_for(shelf: Path):
    os.mkfifo(shelf / "pipe.md")
    assert reasons(shelf) == {"pipe.md": folder.ANOTHER_KIND}
    with pytest.raises(Problem, match=r"pipe\.md is neither a file nor a folder\. Give a file"):
        find(shelf / "pipe.md")


def test_a_file_that_went_away_grew_or_became_a_folder_is_told(shelf: Path):
    found = find(shelf)
    page = shelf / "Crafts" / "Clay" / "Potter.md"
    page.unlink()
    [gone] = read(found, schemas={})
    page.write_bytes(b"a" * (decoding.MOST_BYTES + 1))
    [grown] = read(found, schemas={})
    assert folder.content(page) == decoding.TOO_LARGE.format(2)
    page.unlink()
    page.mkdir()
    [became] = read(found, schemas={})
    assert [one.left_out[0].why for one in (gone, grown, became)] == [
        "it cannot be read: No such file or directory",
        decoding.TOO_LARGE.format(2),
        "it cannot be read: Is a directory",
    ]


def test_a_name_that_is_no_unicode_can_be_shown(shelf: Path):
    (Path(os.fsdecode(os.fsencode(shelf) + b"/caf\xe9.md"))).write_text(PAGE, encoding="utf-8")
    [name] = [place for place in places(shelf) if place.startswith("caf")]
    assert name.encode() == "caf\ufffd.md".encode()
    assert sum(len(one.roles) for one in read(find(shelf), schemas={})) == 2


def test_folders_nested_without_end_are_left_alone(tmp_path: Path):
    deep = tmp_path.joinpath(*["d"] * 25)
    deep.mkdir(parents=True)
    (deep / "x.md").write_text(LIST)
    (tmp_path / "y.md").write_text(LIST)
    assert places(tmp_path) == ["y.md"]
    assert list(reasons(tmp_path).values()) == [folder.TOO_DEEP]


def test_one_page_makes_a_folder_of_pages(shelf: Path):
    (shelf / "A list.md").write_text(LIST)
    found = find(shelf)
    assert found.format == "interview-pages"
    assert [(len(one.roles), [left.why for left in one.left_out]) for one in read(found, schemas={})] == [
        (0, [NOT_A_PAGE]),
        (1, [asking.ONLY_A_LINK]),
    ]


def test_a_format_can_be_named(shelf: Path):
    (shelf / "A list.md").write_text(LIST)
    (shelf / "notes.txt").write_text(LIST)
    assert [len(one.roles) for one in read(find(shelf, format="markdown-lists"), schemas={})] == [1, 1, 1]
    assert places(shelf, format="interview-pages") == ["A list.md", "Crafts/Clay/Potter.md"]


def test_a_single_file_is_recognised_whatever_its_ending(tmp_path: Path):
    (tmp_path / "Potter.page").write_text(PAGE, encoding="utf-8")
    (tmp_path / "list").write_text(LIST)
    assert find(tmp_path / "Potter.page").format == "interview-pages"
    assert find(tmp_path / "list").format == "markdown-lists"
    assert places(tmp_path / "list") == ["list"]


ENDINGS = ", ".join(sorted({end for one in FORMATS.values() for end in one.ENDINGS}))
FORMATS_HERE = ", ".join(["yaml-bank", *FORMATS])


def test_errors_say_what_where_and_how_to_mend_it(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0")
    for source, options, words in [
        (tmp_path / "none", {}, f"{tmp_path}/none is not there: look at the spelling. Give a file with questions, or a folder of such files."),
        (tmp_path / "empty", {}, f"No file in {tmp_path}/empty can be imported: such files end in {ENDINGS}."),
        (tmp_path / "picture.png", {}, f"{tmp_path}/picture.png is in no format that can be imported. Formats here: {FORMATS_HERE}."),
        (tmp_path, {"format": "docx"}, f"There is no format 'docx'. Formats here: {FORMATS_HERE}."),
    ]:  # fmt: skip
        with pytest.raises(Problem) as caught:
            find(source, **options)
        assert str(caught.value) == words


def test_every_format_has_the_same_shape():
    for name, one in FORMATS.items():
        assert name == one.NAME
        assert one.ABOUT
        assert all(ending.startswith(".") and ending == ending.lower() for ending in one.ENDINGS)
        assert one.read(b"\0", place="x").left_out[0].why
        assert one.recognises(b"\0") is False


def test_only_so_many_files_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("recprep.formats.recognising.LOOKED_AT", 2)
    files = [tmp_path / name for name in "abc"]
    for file, text in zip(files, (LIST, LIST, PAGE), strict=True):
        file.write_text(text, encoding="utf-8")
    assert recognise(files) == "markdown-lists"
    assert recognise(reversed(files)) == "interview-pages"
