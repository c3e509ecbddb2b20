"""The dashboard: weak areas with a way to practise them, charts with words, and past answers."""

import json

import pytest
from ipywidgets import Button, Output

from recprep import workbook
from recprep.storage import paths
from recprep.ui.forms.progress import ProgressForm


@pytest.fixture(autouse=True)
def _closed_afterwards():
    """Let go of the store of this test."""
    yield
    workbook._store(paths.database()).close()
    workbook._store.cache_clear()


@pytest.fixture
def progress(two_months_home) -> ProgressForm:
    return workbook.progress()


def inside(widget) -> list:
    return [widget, *(part for child in getattr(widget, "children", ()) for part in inside(child))]


def test_an_empty_history_says_what_to_do():
    form = workbook.progress()
    assert form._head.heading == "Nothing to show yet"
    assert "Answer a question on the practice page" in form._head.body
    assert not any(isinstance(part, Output) for part in inside(form))


def test_every_chart_has_a_heading_a_sentence_and_a_table(progress):
    titles = []
    for panel in progress._charts.children:
        words, picture, table = panel.children
        titles.append(words.heading)
        assert words.body.startswith("<p>")
        assert picture.outputs
        assert "The same as a table" in table.body
        assert '<th scope="col">' in table.body
    assert titles == ["Level by competency", "Trend", "Criteria", "Coverage", "Days of practice"]


def test_a_button_under_each_weak_area_opens_practice_in_place(progress):
    buttons = [part for part in inside(progress._weak) if isinstance(part, Button)]
    assert 1 <= len(buttons) <= 3
    buttons[0].click()
    (form,) = progress._place.children
    assert f"Practise {form.session.bank.competency_by_id[form.question.competency].name}" == buttons[0].description


def test_past_answers_can_be_read_again_with_levels_and_guide(progress):
    newest, older = progress._past.options[0][1], progress._past.options[5][1]
    assert progress._past.value == newest
    progress._past.value = older
    attempt = next(one for one in workbook._store(paths.database()).attempts() if one.id == older)
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
