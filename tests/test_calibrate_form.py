"""The calibration form: score, compare, see the gap in words and what the scores say so far."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from recprep import workbook
from recprep.core.models import Profile
from recprep.core.problem import Problem
from recprep.storage import paths
from recprep.storage.profile import write_profile
from recprep.ui.forms.calibrate import CalibrateForm, _reason, said_so_far
from recprep.ui.text import inline


@pytest.fixture
def form() -> CalibrateForm:
    return workbook.calibrate()


def shown(part) -> bool:
    return part.layout.display != "none"


def buttons(form) -> list[str]:
    return [button.description for button in form._buttons.values() if shown(button)]


def score(form, gap: int = 0) -> None:
    form.scores = {name: min(5, max(1, level + gap)) for name, level in form.exemplar.levels.items()}


def finish(form, gap: int = 0) -> None:
    while form.exemplar:
        score(form, gap)
        form.compare()
        form.next()


def test_a_sample_answer_is_shown_without_its_reference(form):
    assert form._heading.heading == form.calibration.question.prompt
    assert "Sample answer 1 of 6." in form._heading.body
    assert form.exemplar.answer.split()[0] in form._sample.body
    assert "What the interviewer listens for" in form._sample.body
    page = form._sample.body + json.dumps(form._grid.groups)
    assert not any(reason in page for reason in form.exemplar.reasons.values())
    assert (shown(form._compared), form._grid.chosen, buttons(form)) == (False, {}, ["Compare", "Skip"])


def test_the_grid_is_that_of_the_practice_form(form):
    assert [group["legend"] for group in form._grid.groups] == [row.name for row in form.calibration.criteria]
    assert {group["type"] for group in form._grid.groups} == {"radio"}


def test_compare_shows_both_with_the_gap_in_words_and_the_reason(form):
    score(form, gap=1)
    focused = form._compared.focused
    form.compare()
    body = form._compared.body
    for criterion, level in form.exemplar.levels.items():
        words = "the same" if level == 5 else "one level high"
        row = re.search(rf'<th scope="row">{criterion.capitalize()}</th>(.*?)</tr>', body)[1]
        assert f"You {min(5, level + 1)}, the reference {level}: <strong>{words}</strong>." in row
        assert inline(form.exemplar.reasons[criterion]) in row
    assert form._compared.focused == focused + 1
    assert form.notices.said["status"] == "Saved. You have scored 1 sample answer in all."
    assert (form._grid.locked, buttons(form)) == (True, ["Next sample answer"])


def test_compare_with_a_level_missing_says_so_and_opens_nothing(form):
    form.scores = {"accuracy": 3} if "accuracy" in form.exemplar.levels else {"structure": 3}
    form._buttons["compare"].click()
    assert form.notices.said["alert"].startswith("Choose a level for")
    assert not shown(form._compared)
    with pytest.raises(Problem):
        form.compare()


def test_after_six_it_says_how_close_the_scores_were_and_what_they_say(form):
    finish(form, gap=1)
    assert form._heading.heading == "This set is done"
    assert re.search(r"Of \d+ scores in 6 sample answers, \d+ (was|were) the same as the reference", form._heading.body)
    assert "You score " in form._so_far.body
    assert " high" in form._so_far.body
    assert buttons(form) == ["Score another set"]
    form.another_set()
    assert "Sample answer 1 of 6." in form._heading.body


def test_exact_scores_are_said_to_be_within_noise(form):
    finish(form)
    assert "Nothing in your scores is further from the reference than noise would be." in form._so_far.body
    scores, same, near = map(int, re.findall(r"\d+", form._heading.body.replace("6 sample", "")))
    assert scores == same == near


def test_who_wants_words_sees_no_numbers_but_the_place_in_the_set(form, clock):
    write_profile(workbook._store(paths.database()), Profile(words_only=True), at=clock())
    form = workbook.calibrate()
    assert {option["label"] for group in form._grid.groups for option in group["options"]} == {""}
    score(form, gap=1)
    form.compare()
    body = unescape(form._compared.body)
    assert "One level high" in body
    assert not re.search(r"(?i)levels? \d|you \d|reference \d", body)  # a reason may quote a figure of the answer
    assert not re.search(r"\d", form._so_far.body)


def test_a_page_that_was_begun_follows_the_wish_for_words(form, clock):
    score(form)
    form.compare()
    assert "the reference" in form._compared.body
    write_profile(workbook._store(paths.database()), Profile(words_only=True), at=clock())
    form.look()
    assert not re.search(r"You \d", form._compared.body)


def test_a_reason_calls_levels_by_their_place_where_they_have_no_number():
    assert _reason("So not level 4, though level 5 comes.", words_only=True) == (
        "So not the fourth description, though the fifth description comes."
    )
    assert _reason("So not level 4.", words_only=False) == "So not level 4."


def test_names_from_a_bank_are_shown_as_text(form):
    score(form, gap=1)
    form.compare()
    bank, hostile = form.calibration.bank, "<img src=x onerror=alert(1)>"
    criteria = tuple(replace(row, name=hostile) for row in bank.rubric.criteria)
    changed = replace(bank, rubric=replace(bank.rubric, criteria=criteria))
    ratings = form.calibration.ratings * 9
    assert "<img" not in said_so_far(changed, ratings, words_only=False)
    assert "&lt;img" in said_so_far(changed, ratings, words_only=True)


def test_levels_chosen_on_the_page_are_kept_at_once(form):
    group, option = form._grid.groups[0], 4
    form._grid._choose({"id": group["id"], "value": option, "page": "v", "number": 1})
    assert form.scores == {group["id"]: option}
    assert workbook.calibrate().scores == {group["id"]: option}


def test_a_page_on_which_nothing_was_begun_follows_another(form):
    other = workbook.calibrate()
    score(other)
    other.compare()
    other.next()
    form.look()
    assert "Sample answer 2 of 6." in form._heading.body


def test_nothing_personal_is_in_the_text_form(form):
    score(form)
    assert form._repr_mimebundle_()["text/plain"].startswith("<CalibrateForm: choose Run")
