"""A Chromium, a running workbook, and somebody in front of it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_process import LabProcess
from playwright.sync_api import Browser, Page, expect, sync_playwright

from browser.desk import Desk

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECONDS = 60  # a tab loads all that its kernel has, and machines are shared

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give a Chromium of this machine; without one, say so."""
    chromium = os.environ.get("RECPREP_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not chromium:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(CHROMIUMS)}, and RECPREP_CHROMIUM names none")
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Give a way to open an address in a browser of its own, as another person on another machine would."""
    contexts = []

    def open_page(address: str, **options: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": WIDE} | options))
        page = contexts[-1].new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def start_lab(home: Path, *options: str) -> LabProcess:
    """Start `recprep lab`; its pages can be asked what their cells hold."""
    command = [sys.executable, "-m", "recprep", "lab", "--no-browser", *options]
    command += ["--", "--LabApp.expose_app_in_browser=True"]
    settings = home / "settings"
    plugin = settings / "@jupyterlab" / "docmanager-extension" / "plugin.jupyterlab-settings"
    plugin.parent.mkdir(parents=True, exist_ok=True)
    plugin.write_text('{"autosave": false}')  # a page that a test throws away is not to be saved minutes later
    return LabProcess(command, home, JUPYTERLAB_SETTINGS_DIR=str(settings))


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    """Give a workbook that the tests share; each makes its own page on it, with a personal home of its own."""
    with start_lab(tmp_path_factory.mktemp("shared") / "home") as lab:
        lab.address()
        yield lab
        lab.end()


@pytest.fixture(scope="module")
def shared_page(browser: Browser, lab: LabProcess) -> Iterator[Page]:
    """Give a tab with JupyterLab that stays open for the tests of a file: opening it takes seconds, and it grows."""
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    page.goto(lab.address())
    page.locator(".recprep-form h2").first.wait_for()
    yield page
    context.close()


@pytest.fixture
def desk(shared_page: Page, lab: LabProcess, tmp_path: Path) -> Iterator[Desk]:
    """Give the shared JupyterLab with nothing open in it."""
    desk = Desk(shared_page, lab, tmp_path)
    desk.clear()
    yield desk
    desk.clear()
