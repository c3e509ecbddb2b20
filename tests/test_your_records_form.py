"""The records page, driven from Python: what a person presses, without a browser."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from two_months import lay_two_months

import recprep
from recprep.core.problem import Problem
from recprep.storage.custody import retention
from recprep.storage.custody.keeping import Rule
from recprep.storage.store import Store
from recprep.ui.forms.section import named_folder
from recprep.ui.forms.your_records import YourRecordsForm

LONG_AGO = timedelta(days=400)


@pytest.fixture
def form(home, folder) -> YourRecordsForm:
    """Give the page of somebody who practised for two months, more than a year ago."""
    lay_two_months(home / "history.db", until=datetime.now(UTC) - LONG_AGO)
    form = recprep.your_records()
    form.taking_out.folder.value = str(folder)
    return form


def said(form) -> str:
    return form.notices.said["status"]


def click(form, name: str) -> None:
    """Press the button of this name, wherever it is on the page."""
    _find(form, name).click()


def _find(part, name: str):
    if getattr(part, "description", None) == name and hasattr(part, "click"):
        return part
    return next(filter(None, (_find(child, name) for child in getattr(part, "children", ()))), None)


def test_it_says_what_is_kept_where_and_since_when(form, home):
    body = form._kept.body
    assert "In your history: 107 attempts, 18 scored sample answers, the words of 107 answers." in body
    assert str(home) in body


def test_on_an_empty_home_it_says_so_and_makes_nothing(home):
    form = recprep.your_records()
    assert "Nothing is kept yet" in form._kept.body
    click(form, "Write it")
    assert form.notices.said["alert"] or said(form).startswith("Written")
    click(form, "Restore")
    assert form.notices.said["alert"] == "Choose a backup, or name its file."


@pytest.mark.parametrize(
    ("what", "file"), [("csv", "attempts.csv"), ("jsonl", "attempts.jsonl"), ("review-log", "revlog.csv")]
)
def test_a_copy_is_taken_out(form, what, file):
    form.taking_out.what.value = what
    files = form.taking_out.take_out()
    assert file in {path.name for path in files}
    assert said(form).startswith("Written: 107 ")
    assert form.taking_out.gauge.label == ""


def test_a_copy_for_a_coach_has_no_words(form):
    form.taking_out.what.value = "csv"
    form.taking_out.answers.value = False
    with form.taking_out.take_out()[0].open(encoding="utf-8-sig", newline="") as file:
        assert "answer" not in next(csv.reader(file))


@pytest.mark.parametrize("what", ["report", "sheet"])
def test_a_document_is_written_and_opened(form, what, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    form.taking_out.what.value = what
    (path,) = form.taking_out.take_out()
    click(form, "Open it")
    assert opened == [path.as_uri()]
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_where_nothing_can_be_opened_the_file_is_named(form, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    form.taking_out.what.value = "sheet"
    (path,) = form.taking_out.take_out()
    click(form, "Open it")
    assert said(form) == f"It could not be opened from here. Open it yourself: {path}"


def test_a_folder_may_be_named_from_the_persons_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert named_folder(" ~/Documents ") == tmp_path / "Documents"
    with pytest.raises(Problem, match="Name a folder first"):
        named_folder("  ")


def test_a_backup_is_offered_at_once_and_restored_after_one_question(form, home):
    made = form.bringing_back.back_up()
    assert form.bringing_back.backup == made.path
    retention.write_rule(Store(home / "history.db"), Rule(months=6), at=datetime.now(UTC))
    form.refresh()
    assert form.letting_go.rule.value == "6 months"
    click(form, "Restore")
    assert form.bringing_back.asking._question.heading == "Replace the history that is here?"
    click(form.bringing_back, "No, keep everything as it is")
    assert said(form) == "Nothing was changed."
    click(form, "Restore")
    click(form, "Yes, restore")
    assert said(form).startswith("Restored: 107 attempts, 18 ratings. What was here before is kept: ")
    assert form.letting_go.rule.value == "until I erase them"


def test_a_backup_under_a_name_of_the_persons_own_is_the_one_to_restore_next(form, folder):
    form.bringing_back.folder.value = str(folder / "tuesday")
    made = form.bringing_back.back_up()
    assert made.path == folder / "tuesday.recprep"
    assert form.bringing_back.backup == made.path


def test_a_damaged_backup_is_refused_before_anything_is_asked(form):
    made = form.bringing_back.back_up()
    content = bytearray(made.path.read_bytes())
    content[len(content) // 2] ^= 255
    made.path.write_bytes(content)
    click(form, "Restore")
    assert "damaged" in form.notices.said["alert"]
    assert form.bringing_back.asking.layout.display == "none"


def test_another_history_is_merged_from_a_named_file(form, tmp_path):
    other = tmp_path / "stick" / "history.db"
    lay_two_months(other, until=datetime.now(UTC) - LONG_AGO, seed=8)
    form.bringing_back.chosen.value = ""
    form.bringing_back.file.value = str(other)
    done = form.bringing_back.merge()
    assert done.added["attempts"] > 50
    assert f"{107 + done.added['attempts']} attempts" in form._kept.body


def test_nothing_goes_without_a_rule_and_nothing_before_it_is_asked(form):
    assert form.letting_go._dispose.layout.display == "none"
    form.letting_go.rule.value = "1 year"
    assert form.letting_go._past.heading == "107 answers past the time you set"
    click(form, "Dispose of them")
    assert "the words of 107 answers" in form._kept.body
    click(form, "Yes, dispose of them")
    assert said(form).startswith("Disposed of the words of 107 answers.")
    assert "the words of" not in form._kept.body
    assert "because answers are kept for 1 year; asked for by the person." in form.letting_go._record.body


def test_a_hold_stops_disposal_until_it_is_lifted(form):
    form.letting_go.rule.value = "1 year"
    form.letting_go.why.value = "<b>A dispute</b>"
    form.letting_go.hold()
    assert "A hold on all answers stands" in form.letting_go._past.body
    assert "&lt;b&gt;A dispute&lt;/b&gt;" in form.letting_go._past.body
    assert form.letting_go._dispose.layout.display == "none"
    form.letting_go.lift()
    assert form.letting_go._dispose.layout.display is None


def test_with_their_backups_the_words_go_from_all_but_what_the_person_asked_for(form):
    asked = form.bringing_back.back_up()
    automatic = form.bringing_back.restore(asked.path).kept
    form.letting_go.rule.value = "1 year"
    assert automatic.exists()
    assert asked.path.name in form.letting_go._past.body
    form.letting_go.backups.value = True
    form.letting_go.dispose()
    assert said(form).endswith(f"A new backup was made, and 1 older one removed. Still in 1 backup: {asked.path.name}.")
    assert not automatic.exists()


def test_everything_is_erased_after_one_question(form, home):
    form.bringing_back.back_up()
    click(form, "Erase everything")
    assert form.erasing.asking._question.heading == "Erase all of this?"
    click(form, "Yes, erase everything")
    assert said(form) == "Erased."
    assert "Out of reach of this program" in form.erasing._outcome.body
    assert "Nothing is kept yet" in form._kept.body
    assert len(recprep.attempts()) == 0
    assert not any(home.glob("backups/*"))


def test_the_widget_says_nothing_personal_in_a_saved_page(form):
    assert repr(form) == "<YourRecordsForm: choose Run > Run All Cells to see it>"


def test_a_bar_says_what_is_at_work_and_how_far_it_is_once_that_is_known(form):
    gauge, seen = form.taking_out.gauge, []
    gauge.observe(lambda _change: seen.append((gauge.label, gauge.percent)), names=["label", "percent"])
    with gauge.at_work("Writing") as progress:
        assert (gauge.label, gauge.percent) == ("Writing", -1)
        progress(1, 4)
        progress(9, 4)
        progress(0, 0)
    assert seen == [("Writing", -1), ("Writing", 25), ("Writing", 100), ("", 100)]
