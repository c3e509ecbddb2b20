"""Working copies of the notebooks: what the person changed is never lost."""

import json
from datetime import date
from pathlib import Path

import pytest
from lab_process import write_page

from recprep.launch import pages

TODAY = date(2026, 11, 23)
ASIDE = "10-practice (yours, 2026-11-23).ipynb"


class Folders:
    """The shipped pages, and the person's."""

    def __init__(self, folder: Path) -> None:
        self.shipped, self.working, self.manifest = folder / "shipped", folder / "mine", folder / "pages.json"
        self.ship("one = 1")

    def ship(self, *sources: str, name: str = "10-practice.ipynb") -> None:
        """Put a page into the program."""
        write_page(self.shipped / name, *sources)

    def edit(self, *sources: str, name: str = "10-practice.ipynb") -> None:
        """Do what a person does to a copy."""
        write_page(self.working / name, *sources)

    def refresh(self) -> list[str]:
        """Bring the copies up to date."""
        return pages.refresh(self.shipped, self.working, manifest=self.manifest, today=TODAY)

    def mine(self, name: str = "10-practice.ipynb") -> list[str]:
        """Give the code of a copy."""
        cells = json.loads((self.working / name).read_text())["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

    def names(self) -> list[str]:
        """Name the copies."""
        return sorted(page.name for page in self.working.iterdir())


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    folders.refresh()
    return folders


def test_shipped_pages_are_copied(folders: Folders) -> None:
    assert folders.mine() == ["one = 1"]
    assert folders.names() == ["10-practice.ipynb"]


def test_a_page_nobody_edited_is_replaced_by_a_newer_one(folders: Folders) -> None:
    folders.ship("two = 2")
    assert folders.refresh() == []
    assert folders.mine() == ["two = 2"]
    assert folders.names() == ["10-practice.ipynb"]


def test_outputs_do_not_count_as_an_edit(folders: Folders) -> None:
    copy = folders.working / "10-practice.ipynb"
    saved = json.loads(copy.read_text())
    saved["cells"][1] |= {"execution_count": 7, "source": ["one ", "= 1"]}
    saved["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "typed"}]
    copy.write_text(json.dumps(saved))
    folders.ship("two = 2")
    assert folders.refresh() == []
    assert folders.mine() == ["two = 2"]


def test_an_edited_page_stays_while_the_shipped_one_does_not_change(folders: Folders) -> None:
    folders.edit("mine = 1")
    assert folders.refresh() == []
    assert folders.mine() == ["mine = 1"]


def test_when_both_changed_the_persons_page_is_kept_beside_the_new_one(folders: Folders) -> None:
    folders.edit("mine = 1")
    folders.ship("two = 2")
    said = folders.refresh()
    assert said == [f'The page 10-practice is newer in this version. The one you changed is kept as "{ASIDE}".']
    assert folders.mine() == ["two = 2"]
    assert folders.mine(ASIDE) == ["mine = 1"]


def test_a_page_kept_earlier_is_never_overwritten(folders: Folders) -> None:
    for number in (1, 2, 3):
        folders.edit(f"mine = {number}")
        folders.ship(f"shipped = {number}")
        folders.refresh()
    assert folders.mine(ASIDE) == ["mine = 1"]
    assert folders.mine(ASIDE.replace(")", ", 2)")) == ["mine = 2"]
    assert folders.mine(ASIDE.replace(")", ", 3)")) == ["mine = 3"]


def test_the_same_edit_as_in_the_new_version_is_no_conflict(folders: Folders) -> None:
    folders.edit("two = 2")
    folders.ship("two = 2")
    assert folders.refresh() == []
    assert folders.names() == ["10-practice.ipynb"]


def test_a_cell_turned_to_another_type_counts_as_an_edit(folders: Folders) -> None:
    copy = folders.working / "10-practice.ipynb"
    copy.write_text(copy.read_text().replace('"cell_type": "markdown"', '"cell_type": "raw"'))
    folders.ship("two = 2")
    assert len(folders.refresh()) == 1


def test_new_pages_arrive_and_deleted_ones_come_back(folders: Folders) -> None:
    (folders.working / "10-practice.ipynb").unlink()
    folders.ship("new = 1", name="20-calibrate.ipynb")
    folders.refresh()
    assert folders.names() == ["10-practice.ipynb", "20-calibrate.ipynb"]


def test_a_page_no_longer_shipped_goes_unless_it_was_edited(folders: Folders) -> None:
    folders.ship("new = 1", name="20-calibrate.ipynb")
    folders.ship("new = 1", name="30-progress.ipynb")
    folders.refresh()
    folders.edit("mine = 1", name="30-progress.ipynb")
    for name in ("20-calibrate.ipynb", "30-progress.ipynb"):
        (folders.shipped / name).unlink()
    folders.refresh()
    assert folders.names() == ["10-practice.ipynb", "30-progress.ipynb"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00\xff"])
def test_a_damaged_page_is_kept_beside_a_fresh_one(folders: Folders, text: str) -> None:
    (folders.working / "10-practice.ipynb").write_bytes(text.encode("latin-1"))
    beside = "10-practice (damaged, 2026-11-23).ipynb"
    said = folders.refresh()
    assert said == [f'Your page 10-practice could not be read. It is kept as "{beside}", beside a fresh one.']
    assert (folders.working / beside).read_bytes() == text.encode("latin-1")
    assert folders.mine() == ["one = 1"]


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_without_a_manifest_nothing_edited_is_lost(folders: Folders, text: str) -> None:
    folders.edit("mine = 1")
    folders.manifest.write_text(text)
    assert len(folders.refresh()) == 1
    assert folders.mine(ASIDE) == ["mine = 1"]


def test_the_persons_own_pages_are_left_alone(folders: Folders) -> None:
    folders.edit("mine = 1", name="My notes.ipynb")
    folders.refresh()
    assert folders.mine("My notes.ipynb") == ["mine = 1"]


def test_a_write_that_fails_leaves_the_old_page(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    folders.ship("two = 2")
    monkeypatch.setattr(pages.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        folders.refresh()
    assert folders.mine() == ["one = 1"]
    assert folders.names() == ["10-practice.ipynb"]
