"""Texts are untrusted: nothing in them runs, and no request leaves this machine."""

import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect

from browser.desk import Desk, Form
from recprep.storage import paths

HOSTILE = (
    "<script>hacked=1</script>",
    "<img src=x onerror=hacked=2>",
    "![x](http://evil.example/x)",
    "[go](javascript:hacked=3)",
    "<style>b{left:0}</style>",
)


ROOM = dict.fromkeys(("prompt", "asks", "words", "anchors", "text", "pitfalls", "follow_ups"), 120)
ROOM |= dict.fromkeys(("listening_for", "strong_answer", "weak_answer", "why_weak"))


@pytest.fixture
def asked(shared_page: Page) -> Iterator[list[str]]:
    """Collect the hosts that the tab asks for anything."""
    hosts: list[str] = []

    def listen(request: object) -> None:
        hosts.append(urlsplit(request.url).hostname)

    shared_page.on("request", listen)
    yield hosts
    shared_page.remove_listener("request", listen)


def expect_harmless(page: Page, asked: list[str]) -> None:
    assert page.evaluate("() => globalThis.hacked") is None
    expect(page.locator(".recprep-form :is(img, script, iframe, style)")).to_have_count(0)
    assert set(asked) <= {"127.0.0.1", None}


def test_a_hostile_answer_is_only_text(desk: Desk, asked: list[str]) -> None:
    form = desk.practise("recprep.practice(questions=1)")
    form.answer.focus()
    desk.page.keyboard.insert_text(" ".join(HOSTILE))
    desk.wait_for_draft("</style>")
    desk.open_other(desk.lay_out("recprep.start()"), heading="Begun and not finished")
    expect(desk.page.locator(".recprep-form em").filter(has_text="<script>")).to_be_visible()
    expect_harmless(desk.page, asked)


def test_a_hostile_bank_is_only_text(desk: Desk, asked: list[str], tmp_path: Path) -> None:
    """Every sentence of the bank, in the form with its guide, on the start page and at the end of the set."""
    data = tmp_path / "program" / "data"
    shutil.copytree(paths.shipped("data"), data)
    for file in data.glob("banks/records-coordinator/**/*.yml"):
        poison(file)
    elsewhere = (
        "from pathlib import Path\nfrom recprep.storage import paths\n"
        f"real, paths.shipped = paths.shipped, lambda name: Path({str(data.parent)!r}) / name"
    )
    form = desk.practise(elsewhere, 'recprep.practice("ethics", questions=1)')
    try:
        _walk_through(desk, form, asked)
    finally:
        desk.execute("paths.shipped = real")


def _walk_through(desk: Desk, form: Form, asked: list[str]) -> None:
    expect(form.root.get_by_role("heading", level=2)).to_contain_text("hacked")
    form.write("Fine.")
    form.open_guide()
    for words in ("<script>", "<img src=x", "(javascript:", "<style>"):
        expect(form.root).to_contain_text(words)
    form.score()
    expect(form.heading("Your result")).to_be_visible()  # it moves the button
    form.button("Save and next").click()
    expect(form.heading("This set is done")).to_be_focused()
    expect_harmless(desk.page, asked)
    desk.open_other(desk.lay_out("recprep.start()"), heading="Where you stand")
    expect_harmless(desk.page, asked)


def poison(file: Path) -> None:
    """Put hostile texts into every sentence of a bank's file, as far as its schema has room."""

    def poisoned(part: object, key: str = "") -> object:
        if isinstance(part, dict):
            return {name: poisoned(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [poisoned(value, key) for value in part]
        return f"{part[: ROOM.get(key)]} {next(hostile)}" if key in ROOM else part

    hostile = cycle(HOSTILE)
    entries = yaml.load(file.read_text(encoding="utf-8"), yaml.CBaseLoader)
    file.write_text(yaml.safe_dump(poisoned(entries), allow_unicode=True), encoding="utf-8")
