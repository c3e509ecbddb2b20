"""Readable in light and dark, wide and narrow, and without a fault that axe can find."""

from pathlib import Path

import axe_core_python
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NARROW, Visit
from browser.desk import CRITERIA, Desk, Form

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def faults(form: Form) -> list[str]:
    """Give what axe finds wrong in the form, colours included."""
    form.page.evaluate(AXE)
    found = form.page.evaluate("() => axe.run('.recprep-form')")
    assert found["passes"], "axe saw nothing at all"
    return [
        f"{fault['id']}: {node['html']} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


@pytest.fixture(params=["JupyterLab Light", "JupyterLab Dark"])
def themed(desk: Desk, request: pytest.FixtureRequest) -> Desk:
    desk.command("apputils:change-theme", theme=request.param)
    desk.page.locator(f"body[data-jp-theme-name='{request.param}']").wait_for(state="attached")
    yield desk
    desk.command("apputils:change-theme", theme="JupyterLab Light")


def test_axe_finds_nothing_in_any_state(themed: Desk) -> None:
    """Answering, alert, written, guide open, scored, next, finished."""
    form = themed.practise("recprep.practice(questions=2)")
    seen = {"answering": faults(form)}
    form.button("Show the guide").click()
    expect(form.alert("Answer first")).to_be_visible()
    seen["alert"] = faults(form)
    form.root.get_by_text("A frame that fits").click()
    form.level("Prediction", 3).check()
    form.write("I would ask who may see it.")
    seen["written"] = faults(form)
    form.open_guide()
    seen["guide"] = faults(form)
    form.score()
    expect(form.root.get_by_text("60 %: practise.")).to_be_visible()
    seen["scored"] = faults(form)
    form.button("Save and next").click()
    expect(form.status).to_contain_text("Attempt saved")
    seen["next"] = faults(form)
    form.button("Skip").click()
    expect(form.heading("This set is done")).to_be_focused()
    seen["finished"] = faults(form)
    assert seen == {state: [] for state in seen}


def test_axe_finds_nothing_where_two_texts_are_offered_or_on_the_start_page(themed: Desk) -> None:
    first, second = themed.lay_out(), themed.lay_out(kernel=themed.new_kernel())
    themed.open(first)
    themed.open(second).level("Prediction", 2).check()
    themed.show(first)
    form = Form(themed.page)
    form.write("First.")
    themed.show(second)
    form.write("Second.")
    expect(form.button("Show the other words")).to_be_visible()
    assert faults(form) == []
    themed.open_other(themed.lay_out("recprep.start()"), heading="Begun and not finished")
    assert faults(form) == []


def test_at_390_pixels_everything_fits_and_can_be_reached(desk: Desk, visit: Visit) -> None:
    narrow = visit(desk.address(desk.lay_out(), way="doc/tree"), viewport=NARROW)
    fold_side_bar(narrow)
    desk.run_all(narrow)
    form = Form(narrow)
    form.write("I would ask.")
    assert sticking_out(form) == []
    form.open_guide()
    form.score()
    assert sticking_out(form) == []
    for name in CRITERIA:
        cards = form.group(name).locator("label").all()
        tops = [card.bounding_box()["y"] for card in cards]
        assert tops == sorted(set(tops)), f"the cards of {name} stand one below the other"
    form.button("Save and next").click()
    expect(form.heading("This set is done")).to_be_focused()
    assert sticking_out(form) == []


def fold_side_bar(page: Page) -> None:
    """Fold JupyterLab's side bar away, as one does on a small screen."""
    page.get_by_role("heading", name="A page").wait_for(state="attached")
    if (bar := page.get_by_role("region", name="File Browser Section")).is_visible():
        page.get_by_role("tab", name="File Browser").click()
        expect(bar).to_be_hidden()


def sticking_out(form: Form) -> list:
    """Give what in the form sticks out to the right of what the person sees."""
    return form.root.evaluate(
        """(form) => {
          const edge = Math.min(innerWidth, form.closest(".jp-WindowedPanel-outer").getBoundingClientRect().right);
          const parts = [form, ...form.querySelectorAll("h2, h3, p, li, td, label, input, button, textarea")];
          const seen = parts.filter((part) => part.checkVisibility());
          return seen.map((part) => [part.outerHTML.slice(0, 80), part.getBoundingClientRect().right, edge]).filter(([, right]) => right > edge + 1);
        }"""
    )
