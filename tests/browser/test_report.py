"""The report and the sheet in a browser and on paper: nothing runs or loads, nothing sticks out, one page is one page."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from playwright.sync_api import Page, expect
from two_months import two_months

from browser.conftest import NARROW, Visit
from browser.test_for_everyone import AXE
from recprep.core.bank import Bank
from recprep.core.models import Profile
from recprep.core.session import Session
from recprep.storage import paths
from recprep.storage.library import load_bank
from recprep.storage.profile import write_profile
from recprep.storage.store import Store
from recprep.ui.report import report, sheet

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DOCUMENTS = ("report", "sheet", "empty-report", "empty-sheet")
SHEETS = ("sheet", "empty-sheet")


class Opened(NamedTuple):
    """A document in a tab, with what it asked for and what the console said."""

    page: Page
    asked: list[str]
    said: list[str]


HOSTILE = (
    "<script>hacked=1</script>",
    "<img src=x onerror=hacked=2>",
    "![x](http://evil.example/x)",
    "[go](javascript:hacked=3)",
    "<style>b{left:0}</style>",
)


ROOM = dict.fromkeys(("prompt", "asks", "words", "anchors", "text", "pitfalls", "follow_ups"), 120)
ROOM |= dict.fromkeys(("listening_for", "strong_answer", "weak_answer", "why_weak"))


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


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with both documents, of two months with a hostile bank and hostile answers, and of nothing yet."""
    folder = tmp_path_factory.mktemp("documents")
    bank = hostile_bank(folder)
    with Store(folder / "full" / "history.db") as full, Store(folder / "empty" / "history.db") as empty:
        two_months(bank, full, until=NOW - timedelta(days=1))
        answer_all(bank, full, " ".join(HOSTILE))
        write_profile(full, Profile(interview_on=NOW.date()), at=NOW)
        for name, store in (("", full), ("empty-", empty)):
            for kind, made in (("report", report(bank, store, now=NOW)), ("sheet", sheet(bank, store, now=NOW))):
                (folder / f"{name}{kind}.html").write_text(made, encoding="utf-8")
    return folder


def hostile_bank(folder: Path) -> Bank:
    """Give the shipped bank with hostile words in every sentence."""
    data = folder / "program" / "data"
    shutil.copytree(paths.shipped("data"), data)
    for file in data.glob("banks/records-coordinator/**/*.yml"):
        poison(file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(paths, "shipped", lambda name: data.parent / name)
        return load_bank()


def answer_all(bank: Bank, store: Store, words: str) -> None:
    """Answer every question that could be a story, as well as can be."""
    questions = [one for one in bank.question_by_id.values() if one.kind in ("behavioural", "background")]
    ids = (f"00000000-0000-4000-8000-{number:012}" for number in iter(range(1000)))
    session = Session(bank, questions, keeper=store, clock=lambda: NOW, new_id=lambda: next(ids), zone="+00:00")
    while session.question:
        session.write(words)
        session.reveal()
        session.give({row.id: 5 for row in session.criteria})
        session.save()
        session.next()


@pytest.fixture
def opened(written: Path, visit: Visit) -> Callable[..., Opened]:
    """Give a way to open a document and to hear what it asks for and complains of."""

    def look(name: str, **options: object) -> Opened:
        page = visit("about:blank", **options)
        document = Opened(page, [], [])
        page.on("request", lambda request: document.asked.append(request.url))
        page.on("console", lambda message: document.said.append(message.text))
        page.on("pageerror", lambda error: document.said.append(str(error)))
        page.goto((written / f"{name}.html").as_uri())
        return document

    return look


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_asked_for_nothing_runs_and_nothing_complains(opened: Callable[..., Opened], name: str) -> None:
    document = opened(name)
    expect(document.page.get_by_role("heading", level=1)).to_be_visible()
    assert [url.rsplit("/", 1)[1] for url in document.asked] == [f"{name}.html"]
    assert document.said == []
    assert document.page.evaluate("() => globalThis.hacked") is None
    expect(document.page.locator(":is(script, img, iframe, link, object, form)")).to_have_count(0)


def test_the_hostile_words_are_there_as_words(opened: Callable[..., Opened]) -> None:
    for name in ("report", "sheet"):
        expect(opened(name).page.locator("main")).to_contain_text("<script>hacked=1</script>")


def test_even_what_would_get_into_the_page_could_neither_run_nor_load(opened: Callable[..., Opened]) -> None:
    document, refused = opened("report"), []
    document.page.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
    document.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "globalThis.hacked = 4";
          const picture = document.createElement("img");
          picture.src = "http://evil.example/x";
          document.body.append(script, picture);
          return new Promise((done) => { picture.onerror = done; });
        }"""
    )
    assert document.page.evaluate("() => globalThis.hacked") is None
    assert refused == [("http://evil.example/x", "csp")]
    assert all("Content Security Policy" in words for words in document.said)
    assert document.said


@pytest.mark.parametrize(
    ("name", "scheme"), [*((name, "light") for name in DOCUMENTS), ("report", "dark"), ("sheet", "dark")]
)
def test_axe_finds_nothing(opened: Callable[..., Opened], name: str, scheme: str) -> None:
    page = opened(name, color_scheme=scheme).page
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run()")
    assert found["passes"], "axe saw nothing at all"
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_at_390_pixels_nothing_sticks_out(opened: Callable[..., Opened], name: str) -> None:
    page = opened(name, viewport=NARROW).page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", SHEETS)
def test_the_sheet_is_one_page(opened: Callable[..., Opened], name: str, paper: str) -> None:
    assert pages(opened(name).page, paper) == 1


def test_the_report_is_a_few_pages(opened: Callable[..., Opened]) -> None:
    assert 6 <= pages(opened("report").page, "A4") <= 30


def pages(page: Page, paper: str) -> int:
    """Print a page, and count the sheets of paper."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


@pytest.fixture
def printed(opened: Callable[..., Opened]) -> Iterator[Page]:
    """Give the report as it is printed from a dark screen."""
    page = opened("report", color_scheme="dark").page
    assert colours(page) == ["rgb(23, 24, 26)", "rgb(232, 232, 230)"]
    page.emulate_media(media="print")
    yield page
    page.emulate_media(media="null")


def colours(page: Page) -> list[str]:
    return page.evaluate("() => ['backgroundColor', 'color'].map((name) => getComputedStyle(document.body)[name])")


def test_a_dark_screen_prints_dark_on_white_and_leaves_folded_parts_out(printed: Page) -> None:
    assert colours(printed) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    expect(printed.get_by_text("Week by week")).to_be_hidden()
