"""Every page in all its states, for people who do not see, hear, move or read as most do.

The rules of axe in light and dark; 390 px, and 200 % on a small screen; a focus that is seen, in forced colours too;
targets large enough to hit; headings without a gap; a way in and out by Tab; nothing that moves where that is not
wanted. What only a person can judge, such as whether it reads well aloud, is in none of these.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import axe_core_python
import pytest
from playwright.sync_api import Page, expect
from two_months import lay_two_months

from browser.conftest import NARROW, WIDE, Visit
from browser.desk import CRITERIA, Desk, Form
from browser.test_browse import (  # noqa: F401 - a fixture among them
    BROWSE,
    HEADING,
    found,
    open_salary,
    open_the_form_of_its_guide,
    roles,
    search,
)
from browser.test_pages import COUNTS

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TWICE = {"width": 640, "height": 450}  # what 200 % leave of 1280 by 900
SMALLEST = 24  # px, WCAG 2.2, 2.5.8
MOST_STOPS = 150
THEMES = ("JupyterLab Dark", "JupyterLab Light")


@pytest.fixture
def everyone(desk: Desk) -> Iterator[Desk]:
    """Give a desk whose home has two months of practice; the tab is as before when it is given back."""
    lay_two_months(desk.home / "history.db", until=datetime.now(UTC) - timedelta(days=365))
    if desk.page.get_by_role("region", name="File Browser Section").is_visible():
        desk.command("application:toggle-left-area")
    yield desk
    desk.page.set_viewport_size(WIDE)
    desk.page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    desk.command("apputils:change-theme", theme=THEMES[-1])


def wrong(desk: Desk, form: Form) -> dict[str, list]:
    """Give what is wrong with the state that a form is in, by what it was looked at for; nothing if all is well."""
    page, seen = desk.page, {}
    for theme in THEMES:
        desk.command("apputils:change-theme", theme=theme)
        page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")
        seen[theme] = faults(form)
    for name, size in (("390 px", NARROW), ("200 %", TWICE)):
        page.set_viewport_size(size)
        seen[name] = sticking_out(form)
    page.set_viewport_size(WIDE)
    page.emulate_media(reduced_motion="reduce")
    for name, look in (("headings", _GAPS), ("targets", _SMALL), ("focus", _UNSEEN), ("motion", _MOVING)):
        seen[name] = form.root.evaluate(look)
    page.emulate_media(forced_colors="active")
    seen["focus in forced colours"] = form.root.evaluate(_UNSEEN)
    seen["edges in forced colours"] = form.root.evaluate(_WITHOUT_EDGES)
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    seen["Tab"] = trapped(desk, form)
    return {name: found for name, found in seen.items() if found}


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


def trapped(desk: Desk, form: Form) -> list[str]:
    """Press Tab from the head of a form until the focus has left it."""
    form.root.get_by_role("heading", level=2).first.evaluate("heading => heading.focus()")
    for _ in range(MOST_STOPS):
        desk.page.keyboard.press("Tab")
        if not form.root.evaluate("form => form.contains(document.activeElement)"):
            return []
    return [f"the focus is still within after {MOST_STOPS} times Tab"]


def test_practice(everyone: Desk) -> None:
    form = everyone.practise("recprep.practice(questions=2)")
    seen = {"answering": wrong(everyone, form)}
    form.button("Show the guide").click()
    expect(form.alert("Answer first")).to_be_visible()
    form.root.get_by_text("A frame that fits").click()
    form.write("I would ask who may see it.")
    seen["written"] = wrong(everyone, form)
    form.open_guide()
    form.score()
    expect(form.root.get_by_text("60 %: practise.")).to_be_visible()
    seen["scored"] = wrong(everyone, form)
    form.button("Save and next").click()
    form.wait_for_question()
    form.button("Skip").click()
    expect(form.heading("This set is done")).to_be_focused()
    seen["finished"] = wrong(everyone, form)
    assert not any(seen.values()), seen


def test_two_texts_offered(everyone: Desk) -> None:
    first, second = everyone.lay_out(), everyone.lay_out(kernel=everyone.new_kernel())
    everyone.open(first)
    everyone.open(second).level("Prediction", 2).check()
    everyone.show(first)
    form = Form(everyone.page)
    form.write("First.")
    everyone.show(second)
    form.write("Second.")
    expect(form.button("Show the other words")).to_be_visible()
    assert wrong(everyone, form) == {}
    everyone.open_other(everyone.lay_out("recprep.start()"), heading="Begun and not finished")
    assert wrong(everyone, form) == {}


def test_a_small_screen_from_the_first_to_the_last_click(desk: Desk, visit: Visit) -> None:
    narrow = visit(desk.address(desk.lay_out(), way="doc/tree"), viewport=NARROW)
    fold_side_bar(narrow)
    desk.run_all(narrow)
    form = Form(narrow)
    form.write("I would ask.")
    assert sticking_out(form) == []
    form.open_guide()
    empty = form.result_height()
    form.score(2)
    expect(form.root.get_by_text("essential key point")).to_be_visible()
    assert form.result_height() == empty, "the buttons stay where they are"
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


def test_calibration(everyone: Desk) -> None:
    everyone.open_other(everyone.lay_out("recprep.calibrate()"), heading="The sample answer")
    form = Form(everyone.page)
    seen = {"scoring": wrong(everyone, form)}
    form.score(3)
    form.button("Compare").click()
    expect(form.heading("You and the reference")).to_be_focused()
    seen["compared"] = wrong(everyone, form)
    assert not any(seen.values()), seen


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        ("recprep.start()", "Today"),
        ("recprep.progress()", "Your progress"),
        ("recprep.your_records()", "What is kept"),
    ],
)
def test_pages_to_look_at(everyone: Desk, source: str, heading: str) -> None:
    everyone.open_other(everyone.lay_out(source), heading=heading)
    form = Form(everyone.page)
    seen = {"opened": wrong(everyone, form)}
    if source == "recprep.progress()":
        left, right = form.heading("Earlier: "), form.heading("Later: ")
        everyone.page.set_viewport_size(NARROW)
        assert left.bounding_box()["y"] < right.bounding_box()["y"], "one below the other"
        form.root.locator("summary", has_text="The same as a table").first.click()
        form.root.get_by_label("Show words instead of numbers").check()
        expect(form.root.locator(".js-plotly-plot")).to_have_count(COUNTS)
        seen["in words"] = wrong(everyone, form)
    if source == "recprep.your_records()":
        form.root.get_by_label("Keep answers").select_option("6 months")
        form.button("Dispose of them").click()
        form.button("Erase everything").click()
        expect(form.heading("Erase all of this?")).to_be_focused()
        seen["asked"] = wrong(everyone, form)
    assert not any(seen.values()), seen


def test_question_bank(everyone: Desk, roles: list) -> None:  # noqa: F811
    everyone.open_other(everyone.lay_out(BROWSE), heading=HEADING)
    form = Form(everyone.page)
    open_salary(form)
    open_the_form_of_its_guide(form)
    search(form, roles[0].name[:4], name="Search roles")
    expect(found(form, "Roles").first).to_be_visible()
    assert wrong(everyone, form) == {}


_STOPS = """
  const seen = (part) => part.checkVisibility({visibilityProperty: true});
  const told = (part) => part.outerHTML.slice(0, 120);
  const stops = [...form.querySelectorAll("button, input, select, textarea, summary, a[href], [tabindex='0']")].filter(
    (part) => seen(part) && !part.disabled);
"""
_GAPS = """(form) => {
  const levels = [...form.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((part) => part.checkVisibility());
  const wrong = levels.filter((part, at) => at && Number(part.tagName[1]) > Number(levels[at - 1].tagName[1]) + 1);
  return wrong.map((part) => part.outerHTML);
}"""
_SMALL = f"""(form) => {{{_STOPS}
  const target = (part) => part.closest("label") ?? part;
  const inline = (part) => part.matches("p a, li a, td a");
  const small = (part) => {{
    const {{width, height}} = target(part).getBoundingClientRect();
    return !inline(part) && Math.min(width, height) < {SMALLEST} - 0.5;
  }};
  return stops.filter(small).map((part) => [told(part), Math.round(target(part).getBoundingClientRect().height)]);
}}"""
_UNSEEN = f"""(form) => {{{_STOPS}
  const outlined = (part) => getComputedStyle(part).outlineStyle !== "none" && getComputedStyle(part).outlineWidth !== "0px";
  return stops.filter((part) => {{
    part.blur();
    part.focus({{focusVisible: true, preventScroll: true}});
    return !outlined(part) && !(part.closest("label") && outlined(part.closest("label")));
  }}).map(told);
}}"""
_MOVING = """(form) => form.getAnimations({subtree: true}).map((one) => one.effect.target.outerHTML.slice(0, 120))"""
_WITHOUT_EDGES = f"""(form) => {{{_STOPS}
  const edged = (part) => ["Top", "Bottom"].some((side) => getComputedStyle(part)[`border${{side}}Style`] !== "none");
  const native = (part) => part.matches("summary, a, [type=radio], [type=checkbox], [tabindex='0']:not(button)");
  return stops.filter((part) => !native(part) && !edged(part)).map(told);
}}"""
