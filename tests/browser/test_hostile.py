"""Texts are untrusted: nothing in them runs, and no request leaves this machine."""

import importlib
import random
from pathlib import Path
from types import ModuleType

import pytest
from lab_process import LabProcess
from playwright.sync_api import Browser

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
