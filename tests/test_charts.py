"""Each chart by its data, its words and its table."""

import pytest

from recprep.core import analysis
from recprep.core.history import evidence
from recprep.storage.library import load_bank
from recprep.storage.store import Store
from recprep.ui import charts
from recprep.ui.charts import CONFIG, MIME, Chart

NAMES = ["levels", "trend", "criteria", "coverage", "days"]


def drawn_from(attempts: list, bank) -> dict[str, Chart]:
    told = evidence(attempts)
    names = {competency.id: competency.name for competency in bank.competency_by_id.values()}
    return {
        "levels": charts.competency_levels(analysis.estimate_levels(told, bank)),
        "trend": charts.weekly_trend(analysis.weekly_trend(told)),
        "criteria": charts.criterion_levels(analysis.criterion_levels(told, bank), names),
        "coverage": charts.coverage(analysis.coverage(told, bank)),
        "days": charts.practice_days(analysis.practice_days(told)),
    }


@pytest.fixture(scope="module")
def bank_of_charts():
    return load_bank()


@pytest.fixture
def full(two_months_home, bank_of_charts) -> dict[str, Chart]:
    with Store(two_months_home / "history.db") as store:
        return drawn_from(store.attempts(), bank_of_charts)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_history_has_words_and_no_crash(bank_of_charts, name):
    chart = drawn_from([], bank_of_charts)[name]
    assert chart.sentence.endswith(".")
    assert chart.figure is None or name == "coverage"
    assert charts.drawn(chart).outputs == () or name == "coverage"


@pytest.mark.parametrize("name", NAMES)
def test_a_full_history_is_drawn_without_a_mode_bar_and_on_any_theme(full, name):
    output = charts.drawn(full[name]).outputs[0]
    figure = output["data"][MIME]
    assert output["data"]["text/plain"] == "chart"
    assert figure["config"] == CONFIG == {"displayModeBar": False, "displaylogo": False, "responsive": True}
    assert figure["layout"]["paper_bgcolor"] == figure["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert full[name].title
    assert len(full[name].table) > 0


def test_levels_name_the_area_that_is_furthest_below(full):
    chart = full["levels"]
    bars = chart.figure.data[0]
    shown = {
        name.replace("<br>", " "): round(1 + x, 1) for name, x in zip(bars.y, bars.x, strict=True) if x is not None
    }
    table = dict(zip(chart.table["Competency"], chart.table["Level"], strict=True))
    assert {name: f"{level:.1f}" for name, level in shown.items()} == {k: v for k, v in table.items() if k in shown}
    lowest = min(
        shown,
        key=lambda name: shown[name] - dict(zip(chart.table["Competency"], chart.table["Target"], strict=True))[name],
    )
    assert chart.sentence.startswith(f"Furthest below its target is {lowest}: level {shown[lowest]}, with a target of")


def test_too_few_answers_are_said_and_not_drawn(bank, store, clock, new_id):
    from recprep.core.session import Session

    session = Session(bank, [bank.question_by_id["flying-up"]], keeper=store, clock=clock, new_id=new_id, zone="+00:00")
    session.say_aloud(True)
    session.reveal()
    session.give({row.id: 3 for row in session.criteria})
    session.save()
    chart = drawn_from(store.attempts(), bank)["levels"]
    assert chart.figure is None
    assert chart.table["Level"].tolist() == ["too few answers to say (1)", "too few answers to say (0)"]
    assert chart.sentence.startswith("There are too few answers to say anything about a competency yet.")


def test_the_trend_says_where_it_went(full):
    line = full["trend"].figure.data[0]
    first, last = f"{line.y[0]:.1f}", f"{line.y[-1]:.1f}"
    assert f"rose from {first} to {last}." in full["trend"].sentence
    assert list(full["trend"].table["Mean level"]) == [f"{level:.1f}" for level in line.y]


def test_criteria_name_the_lowest_and_the_highest(full):
    chart = full["criteria"]
    assert list(chart.table.columns) == [
        "Competency",
        "Accuracy",
        "Structure",
        "Evidence",
        "Judgement",
        "Communication",
    ]
    labels = [label.replace("<br>", " ") for label in chart.figure.data[0].y]
    assert labels == list(chart.table["Competency"])[::-1]
    assert chart.sentence.startswith("Your lowest criterion is ")


def test_coverage_adds_up(full, bank_of_charts):
    answered, left = full["coverage"].figure.data
    table = full["coverage"].table
    assert list(answered.x) == table["Answered"].tolist()
    assert [a + b for a, b in zip(answered.x, left.x, strict=True)] == table["In the bank"].tolist()
    total = bank_of_charts.competencies["questions"].sum()
    assert f"of {total} questions" in full["coverage"].sentence


def test_the_calendar_holds_every_answer_on_its_weekday(full):
    cells = full["days"].figure.data[0]
    assert list(cells.y) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert sum(n for row in cells.z for n in row if n) == full["days"].table["Answers"].sum()
    assert full["days"].sentence.startswith(
        f"You practised on {len(full['days'].table)} days, the last time on 22 November"
    )
