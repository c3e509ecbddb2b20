"""The browser gets an address that works once, and no other user can read the real one."""

import http.client
import shutil
import urllib.parse
import webbrowser
from pathlib import Path
from queue import Queue

import pytest
from lab_process import BUTTON, open_lab, write_page

from recprep.launch.browser import show

SECRET = "http://127.0.0.1:1/lab?token=secret"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue: Queue[str] = Queue()
    monkeypatch.setattr(webbrowser, "open", queue.put)
    return queue


def visit(address: str) -> tuple[int, str | None]:
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


def test_the_browser_is_led_to_the_address_without_being_told_it(opened: Queue) -> None:
    waiting = show(SECRET)
    first = opened.get(timeout=10)
    assert "secret" not in first
    assert visit(first) == (302, SECRET)
    waiting.join(10)
    assert not waiting.is_alive()


def test_the_way_in_works_once(opened: Queue) -> None:
    waiting = show(SECRET)
    first = opened.get(timeout=10)
    visit(first)
    waiting.join(10)
    with pytest.raises(ConnectionRefusedError):
        visit(first)


def test_a_guess_leads_nowhere_and_does_not_close_the_way(opened: Queue) -> None:
    waiting = show(SECRET)
    first = opened.get(timeout=10)
    assert visit(first + "x") == (404, None)
    assert visit(first) == (302, SECRET)
    waiting.join(10)


def test_a_browser_that_never_comes_is_not_waited_for(opened: Queue) -> None:
    waiting = show(SECRET, seconds=0)
    waiting.join(10)
    assert not waiting.is_alive()


@pytest.mark.browser
def test_the_first_page_is_alive_when_it_is_first_seen(tmp_path: Path) -> None:
    """No Run All: the button that the kernel drew before answers a click."""
    from playwright.sync_api import expect, sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium on this machine")
    pages = tmp_path / "program" / "notebooks"
    alive = "button = _\nbutton.on_click(lambda _: setattr(button, 'description', 'Begun'))"
    write_page(pages / "00-start-here.ipynb", BUTTON, alive)
    options = {"executable_path": chromium, "args": ["--no-sandbox", "--disable-gpu", "--no-first-run"]}
    with open_lab(tmp_path / "home", pages) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(lab.address())
        page.get_by_role("button", name="Begin").click(timeout=60_000)
        expect(page.get_by_role("button", name="Begun")).to_be_visible()
        assert not page.get_by_text("official Jupyter news").is_visible()
        browser.close()
        assert lab.end() == 0
    outside = [url for url in asked if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))]
    assert outside == []
