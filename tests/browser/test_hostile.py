"""Texts are untrusted: nothing in them runs, and no request leaves this machine."""

import importlib
import random
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
import yaml
from lab_process import LabProcess
from playwright.sync_api import Browser, Page, expect

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


LET_THROUGH = """
import markdown_it, nh3
from recprep.ui import text
nh3.clean, text.escape = lambda html, **_: html, str
text._markdown = lambda: markdown_it.MarkdownIt("commonmark", {"html": True})
text.render.cache_clear()
"""


@pytest.fixture
def injecting(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return importlib.import_module("tortures.injecting")


def test_some_payloads_are_only_text_in_every_field_of_every_page(
    injecting: ModuleType, browser: Browser, lab: LabProcess, tmp_path: Path
) -> None:
    """`benchmarks/torture.py` does it with all of them."""
    dice = random.Random(1)
    told = injecting.inject(browser, lab, tmp_path, injecting.payloads(0.02, dice), dice)
    assert "none ran" in told


def test_a_payload_that_is_let_through_is_found_and_named(
    injecting: ModuleType, browser: Browser, lab: LabProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(injecting, "LET_THROUGH", LET_THROUGH)
    dice = random.Random(1)
    with pytest.raises(AssertionError, match=r"start: .*payload \d+, "):
        injecting.inject(browser, lab, tmp_path, injecting.payloads(0.02, dice), dice)


@pytest.mark.parametrize(
    ("number", "found"), [(1, "it ran: payload 1,"), (2, r"asked for http://evil\.example/2: payload 2,")]
)
def test_a_payload_in_a_page_without_any_care_does_run(
    injecting: ModuleType, browser: Browser, number: int, found: str
) -> None:
    known = injecting.payloads(0.02, random.Random(1))
    with browser.new_context() as context:
        page, watch = context.new_page(), injecting.Watch(context, known)
        page.set_content("<p>" + known[number].text.replace("![x](", "<img src=").replace(")", ">"))
        page.wait_for_load_state("networkidle")
        with pytest.raises(AssertionError, match=found):
            watch.look(page, "a page", "body")
