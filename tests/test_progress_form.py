"""The dashboard: weak areas with a way to practise them, charts with their words, past answers, and the switch to words."""

import json
import re
import shutil
import sqlite3
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ipywidgets import Button, Output
from two_months import two_months

from recprep import workbook
from recprep.core.models import Attempt
from recprep.storage import paths
from recprep.storage.library import load_bank
from recprep.storage.profile import read_profile
from recprep.storage.store import Store
from recprep.ui.forms.progress import ProgressForm

TITLES = [
    "Level by competency",
    "Trend by competency",
    "How strictly you score",
    "Does calibrating help?",
    "Predicted and given",
    "Answers by week",
    "Criteria",
    "Coverage",
    "Days of practice",
]
COUNTED = {"Coverage", "Days of practice"}


@pytest.fixture(scope="module")
def two_months_kept(tmp_path_factory) -> Path:
    """Give a home with two months of history, made once."""
    folder = tmp_path_factory.mktemp("two months")
    with Store(folder / "history.db") as store:
        two_months(load_bank(), store)
    return folder


@pytest.fixture
def progress(two_months_kept, home) -> ProgressForm:
    shutil.copytree(two_months_kept, home)
    return workbook.progress()


def inside(widget) -> list:
    return [widget, *(part for child in getattr(widget, "children", ()) for part in inside(child))]


def kept() -> list[Attempt]:
    return workbook._store(paths.database()).attempts()


class Words(HTMLParser):
    """The text of some HTML, without the days in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)
        self.text = re.sub(r"\d{2} \w{3} \d{4}(, \d{2}:\d{2})?", "", self.text)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_empty_history_says_what_to_do():
    form = workbook.progress()
    assert form._head.heading == "Nothing to show yet"
    assert "Answer a question on the practice page" in form._head.body
    assert not any(isinstance(part, Output) for part in inside(form))
    assert form._twice.layout.display == "none"


def test_every_chart_has_a_heading_a_sentence_and_a_table(progress):
    titles = []
    for panel in progress._charts.children:
        words, picture, table = panel.children
        titles.append(words.heading)
        assert words.body.startswith("<p>")
        assert picture.outputs
        assert "The same as a table" in table.body
        assert f'aria-label="{words.heading}, as a table" tabindex="0"' in table.body
        assert '<th scope="col">' in table.body
        assert '<th scope="row">' in table.body
    assert titles == TITLES


def test_without_sample_answers_the_page_says_where_they_are():
    form = workbook.practice("ethics", questions=1)
    form.aloud = True
    form.reveal()
    form.scores = {row.id: 3 for row in form.session.criteria}
    form.save()
    panels = {panel.children[0].heading: panel for panel in workbook.progress()._charts.children}
    assert "Does calibrating help?" not in panels
    words, *_ = panels["How strictly you score"].children
    assert "The page 20-calibrate has sample answers to score." in words.body
    assert (
        "There are too few answers to say anything about a competency yet."
        in panels["Level by competency"].children[0].body
    )


def test_a_button_under_each_weak_area_opens_practice_in_place(progress):
    buttons = [part for part in inside(progress._weak) if isinstance(part, Button)]
    assert 1 <= len(buttons) <= 3
    buttons[0].click()
    (form,) = progress._place.children
    assert f"Practise {form.session.bank.competency_by_id[form.question.competency].name}" == buttons[0].description


def test_a_weak_area_is_named_with_level_interval_and_how_sure_that_is(progress):
    sentence, button = progress._weak.children[1].children
    name = button.description.removeprefix("Practise ")
    assert re.fullmatch(
        rf"<p>{name} is at level \d\.\d, likely between \d\.\d and \d\.\d: surely below its target of \d\.</p>",
        sentence.body,
    )


def test_past_answers_can_be_read_again_with_levels_and_guide(progress):
    newest, older = progress._past.options[0][1], progress._past.options[5][1]
    assert progress._past.value == newest
    progress._past.value = older
    attempt = next(one for one in kept() if one.id == older)
    body = progress._answer.body
    assert "My answer of day" in body
    assert f"{attempt.percent} %: {attempt.band}." in body
    assert "A strong answer" in body


def test_it_draws_anew_only_when_the_history_changed(progress):
    before = progress._charts.children
    progress.look()
    assert progress._charts.children is before
    form = progress.practise("ethics")
    form.aloud = True
    form.reveal()
    form.scores = {row.id: 5 for row in form.session.criteria}
    form.save()
    assert progress._charts.children is before  # practice goes first; the charts follow at the next look
    progress.look()
    assert progress._charts.children is not before


def test_nothing_personal_is_in_the_text_form(progress):
    assert "My answer" not in json.dumps(progress._repr_mimebundle_())


# Words, not numbers


def test_the_switch_is_kept_in_the_profile_and_said(progress):
    progress._words.value = True
    assert read_profile(workbook._store(paths.database())).words_only
    assert progress.notices.said["status"] == "Shown in words."
    assert workbook.progress()._words.value is True
    progress.words_only = False
    assert progress._words.value is False
    assert progress.notices.said["status"] == "Shown in numbers."
    assert workbook.progress()._words.value is False


def test_the_switch_keeps_the_rest_of_the_profile_and_every_attempt(progress):
    before, attempts = read_profile(workbook._store(paths.database())), kept()
    progress._words.value = True
    assert read_profile(workbook._store(paths.database())) == replace(before, words_only=True)
    assert kept() == attempts


def test_in_words_nothing_on_the_page_is_a_level_a_percent_or_a_chart_of_levels(progress):
    progress._words.value = True
    panels = {panel.children[0].heading: panel for panel in progress._charts.children}
    assert list(panels) == TITLES
    for title, panel in panels.items():
        if title in COUNTED:
            continue
        assert not any(isinstance(part, Output) for part in panel.children)
        for part in panel.children:
            assert not re.search(r"\d|%", Words(part.body).text), part.body
            assert "<details>" not in part.body
    for part in inside(progress._weak):
        assert not re.search(r"\d", getattr(part, "body", ""))
    numbers = r"\d %|\blevel \d|<td>\d"
    shown = [progress._twice.shown.body, progress._answer.body, *(label for label, _ in progress._past.options)]
    assert not [text for text in shown if re.search(numbers, text)]
    assert not [label for label, _ in progress._twice.earlier.options if "%" in label]


def test_back_in_numbers_everything_is_drawn_again(progress):
    progress._words.value = True
    progress._words.value = False
    assert all(panel.children[1].outputs for panel in progress._charts.children)


def test_a_choice_made_on_another_page_is_followed_at_the_next_look(progress):
    workbook.progress()._words.value = True
    progress.look()
    assert progress._words.value is True
    assert not any(isinstance(part, Output) for part in inside(progress._charts.children[0]))


def test_a_choice_that_cannot_be_kept_is_said_and_taken_back(progress, monkeypatch):
    def full(*_arguments, **_more):
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr("recprep.ui.forms.progress.write_profile", full)
    progress._words.value = True
    assert "disk full" in progress.notices.said["alert"]
    assert progress._words.value is False
