"""Each chart by its data, its words and its table; in numbers, and in words without a number."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import plotly.graph_objects as go
import pytest
from two_months import two_months

from recprep.core import analysis, calibration
from recprep.core.calibration import CriterionBias
from recprep.core.estimates import Estimate
from recprep.core.history import evidence, rating_evidence
from recprep.core.models import Rating
from recprep.core.session import Session
from recprep.storage.library import load_bank
from recprep.storage.store import Store
from recprep.ui import charts
from recprep.ui.charts import CONFIG, MIME, Chart, Wording
from recprep.ui.forms.guide import EXPECTATIONS

OF_LEVELS = ["levels", "estimates", "bias", "sets", "predictions", "trend", "criteria"]
NAMES = [*OF_LEVELS, "coverage", "days"]
MONDAY = datetime(2026, 11, 2, 18, tzinfo=UTC)
UNKNOWN = CriterionBias(criterion="overall", ratings=0, bias=0.0, sd=0.5, spread=None, agreement=None)
LENIENT = CriterionBias(criterion="overall", ratings=18, bias=0.5, sd=0.1, spread=None, agreement=None)
FAIR = CriterionBias(criterion="overall", ratings=18, bias=0.1, sd=0.1, spread=None, agreement=None)


def drawn_from(attempts: list, ratings: list, bank, *, words_only: bool = False) -> dict[str, Chart]:
    told = evidence(attempts)
    answers, wording = analysis.answer_levels(told), Wording(bank.rubric, words_only=words_only)
    names = {area.id: area.name for area in bank.competency_by_id.values()}
    criteria = {row.id: row.name for row in bank.rubric.criteria}
    estimated = analysis.estimate_levels(answers, bank, ratings)
    return {
        "levels": charts.competency_levels(analysis.estimate_frame(estimated, bank), wording, overall=LENIENT),
        "estimates": charts.estimate_trend(
            analysis.estimate_trend(answers, bank, ratings), bank.competency_by_id, wording
        ),
        "bias": charts.bias(calibration.measure(ratings, list(criteria)), criteria, wording),
        "sets": charts.bias_by_set(analysis.bias_by_set(rating_evidence(ratings)), wording),
        "predictions": charts.predictions(analysis.predictions(answers), wording, expectations=EXPECTATIONS),
        "trend": charts.weekly_trend(analysis.weekly_trend(answers), wording),
        "criteria": charts.criterion_levels(analysis.criterion_levels(told, bank), names, wording),
        "coverage": charts.coverage(analysis.coverage(answers, bank)),
        "days": charts.practice_days(analysis.practice_days(answers)),
    }


def plotly_of(chart: Chart) -> go.Figure:
    """Give the figure as plotly's own package takes it: it refuses what plotly.js does not know."""
    json.dumps(chart.figure, allow_nan=False)
    return go.Figure(chart.figure)


@pytest.fixture(scope="module")
def bank_of_charts():
    return load_bank()


@pytest.fixture(scope="module")
def history(tmp_path_factory, bank_of_charts) -> tuple[list, list]:
    """Give attempts and ratings of two months that end on 22 November."""
    with Store(tmp_path_factory.mktemp("two months") / "history.db") as store:
        two_months(bank_of_charts, store)
        return store.attempts(), store.ratings(bank_of_charts.role)


@pytest.fixture(scope="module")
def full(history, bank_of_charts) -> dict[str, Chart]:
    return drawn_from(*history, bank_of_charts)


@pytest.fixture(scope="module")
def in_words(history, bank_of_charts) -> dict[str, Chart]:
    return drawn_from(*history, bank_of_charts, words_only=True)


def saved_three_times(bank, store, clock, new_id, question: str, **levels: int) -> None:
    session = Session(
        bank, [bank.question_by_id[question]] * 3, keeper=store, clock=clock, new_id=new_id, zone="+00:00"
    )
    for _ in range(3):
        session.say_aloud(True)
        session.reveal()
        session.give({row.id: 3 for row in session.criteria} | levels)
        session.save()
        session.next()


# All of them


@pytest.mark.parametrize("words_only", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_an_empty_history_has_words_and_no_crash(bank_of_charts, name, words_only):
    chart = drawn_from([], [], bank_of_charts, words_only=words_only)[name]
    assert chart.sentence.endswith(".")
    assert chart.figure is None or name == "coverage"
    assert charts.drawn(chart).outputs == () or name == "coverage"


@pytest.mark.parametrize("name", NAMES)
def test_a_full_history_is_drawn_without_a_mode_bar_and_on_any_theme(full, name):
    output = charts.drawn(full[name]).outputs[0]
    figure = output["data"][MIME]
    assert plotly_of(full[name]).data
    assert output["data"]["text/plain"] == "chart"
    assert figure["config"] == CONFIG == {"displayModeBar": False, "displaylogo": False, "responsive": True}
    assert figure["layout"]["paper_bgcolor"] == figure["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert full[name].title
    assert len(full[name].table) > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_has_its_height_outside_of_the_figure_too(full, name):
    """Plotly forgets a figure's height when the window changes, and takes that of what is around it."""
    assert charts.drawn(full[name]).layout.height == f"{plotly_of(full[name]).layout.height}px"


@pytest.mark.parametrize("name", OF_LEVELS)
def test_in_words_there_is_no_figure_and_no_number_but_in_a_date(in_words, name):
    chart = in_words[name]
    assert chart.figure is None
    assert not re.search(r"\d|%", chart.sentence)
    assert len(chart.table) > 0
    cells = chart.table.drop(columns=["Week from", "Set of"], errors="ignore")
    assert not re.search(r"\d|%", cells.to_csv(index=False))


@pytest.mark.parametrize("name", OF_LEVELS)
def test_words_and_numbers_speak_of_the_same(full, in_words, name):
    assert in_words[name].title == full[name].title
    first = full[name].table.columns[0]
    expected = dict.fromkeys(map(str, full[name].table[first]))  # a trend has several rows for each
    assert len(in_words[name].table) == len(expected)


# Level by competency


def levels_of(bank, *, wording: Wording | None = None, overall: CriterionBias = LENIENT, **known: tuple) -> Chart:
    """Draw a level, a deviation and a number of answers for each competency of the small bank (targets 4 and 3)."""
    estimated = {
        area.id: Estimate(
            competency=area.id,
            answers=known[area.id][2],
            level=known[area.id][0],
            sd=known[area.id][1],
            raw=known[area.id][0] + 0.5,
            target=area.target,
            weight=area.weight,
        )
        for area in bank.competency_by_id.values()
    }
    frame = analysis.estimate_frame(estimated, bank)
    return charts.competency_levels(frame, wording or Wording(bank.rubric), overall=overall)


def test_levels_show_estimate_interval_target_and_own_scores_each_in_a_shape_of_its_own(bank):
    figure = plotly_of(levels_of(bank, flying=(2.9, 0.2, 12), landing=(3.2, 0.3, 9)))
    target, own, estimate = figure.data
    assert [mark.name for mark in figure.data] == ["target", "your own scores", "estimate, 80 % interval"]
    assert len({mark.marker.symbol for mark in figure.data}) == 3
    assert (list(target.x), list(own.x), list(estimate.x)) == ([4, 3], [3.4, 3.7], [2.9, 3.2])
    assert estimate.error_x.array == pytest.approx([0.2563, 0.3845], abs=1e-3)
    assert estimate.error_x.arrayminus == pytest.approx([0.2563, 0.3845], abs=1e-3)


def test_levels_come_weakest_first_from_the_top(bank):
    chart = levels_of(bank, flying=(4.5, 0.2, 12), landing=(2.0, 0.2, 9))
    assert chart.table["Competency"].tolist() == ["Landing", "Flying"]
    assert list(plotly_of(chart).layout.yaxis.categoryarray) == ["Flying", "Landing"]  # drawn from below
    assert [note.text for note in plotly_of(chart).layout.annotations] == ["Landing", "Flying"]


def test_levels_hold_every_number_in_the_table(bank):
    chart = levels_of(bank, flying=(2.9, 0.2, 12), landing=(3.2, 0.3, 9))
    assert chart.table.iloc[0].to_dict() == {
        "Competency": "Flying",
        "Level": "2.9",
        "Likely between": "2.6 and 3.2",
        "By your own scores": "3.4",
        "Target": 4,
        "Chance to be below it": "99 %",
        "Answers": 12,
    }


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (2.9, "Surely below target: Landing."),
        (2.99, "Likely below: Landing."),
        (3.0, "Cannot be told yet: Landing."),
        (3.01, "Likely at or above: Landing."),
        (3.1, "At or above: Landing."),
    ],
)
def test_levels_say_what_is_sure_what_is_likely_and_what_cannot_be_told(bank, level, said):
    chart = levels_of(bank, flying=(3.0, 0.1, 1), landing=(level, 0.02, 9))
    assert said in chart.sentence
    assert "For one competency there are too few answers to say: Flying." in chart.sentence


def test_too_few_answers_are_said_in_their_row(bank):
    chart = levels_of(bank, flying=(3.0, 0.3, 2), landing=(2.0, 0.2, 9))
    assert chart.table["Level"].tolist() == ["2.0", "too few answers to say"]
    assert chart.table["Answers"].tolist() == [9, 2]
    assert plotly_of(chart).data[2].y == ("Landing",)
    (note,) = [note for note in plotly_of(chart).layout.annotations if note.text == "too few answers"]
    assert note.y == "Flying"


def test_too_few_answers_in_all_are_said_and_not_drawn(bank):
    chart = levels_of(bank, flying=(3.0, 0.3, 2), landing=(3.0, 0.3, 0))
    assert chart.figure is None
    assert chart.table["Level"].tolist() == ["too few answers to say"] * 2
    assert chart.sentence.startswith("There are too few answers to say anything about a competency yet. Three answers")


@pytest.mark.parametrize(
    ("overall", "why"),
    [
        (
            UNKNOWN,
            "You have not scored a sample answer yet, so nobody knows how strictly you score. So the estimates lean",
        ),
        (LENIENT, "about half a level high. That is from 18 sample answers. The estimates are corrected for it"),
        (FAIR, "That is from 18 sample answers. So the estimates stay close to your own scores."),
    ],
)
def test_levels_say_why_estimates_and_own_scores_differ(bank, overall, why):
    assert why in levels_of(bank, flying=(3.0, 0.3, 9), landing=(3.0, 0.3, 9), overall=overall).sentence


def test_levels_in_words_are_bands_and_how_sure_they_are(bank):
    wording = Wording(bank.rubric, words_only=True)
    chart = levels_of(bank, wording=wording, flying=(2.9, 0.2, 12), landing=(2.4, 0.2, 2))
    assert chart.table.values.tolist() == [
        ["Flying", "practise", "surely below"],
        ["Landing", "too few answers to say", ""],
    ]
    other = levels_of(bank, wording=wording, flying=(3.3, 0.2, 12), landing=(2.4, 0.2, 2))
    assert other.table["Band"][0] == "practise (nearly by your own scores)"


def test_a_weak_area_in_a_sentence(bank):
    rows = analysis.estimate_frame(
        {"flying": Estimate(competency="flying", answers=9, level=2.9, sd=0.2, raw=3.4, target=4, weight=2)}, bank
    )
    (row,) = rows.itertuples()
    numbers, words = Wording(bank.rubric), Wording(bank.rubric, words_only=True)
    assert charts.standing(row.name, row, numbers) == (
        "Flying is at level 2.9, likely between 2.6 and 3.2: surely below its target of 4."
    )
    assert charts.standing(row.name, row, words) == "Flying is in the band practise, surely below its target."


# Trend by competency


def trend_of(bank, *levels: float, answers: int = 9, wording: Wording | None = None) -> Chart:
    """Draw the estimates of flying, a week each, with intervals of 0.2 to each side."""
    weeks = [pd.Timestamp("2026-11-02") + pd.Timedelta(weeks=n) for n in range(len(levels))]
    rows = [
        (week, "flying", answers, level, level - 0.2, level + 0.2) for week, level in zip(weeks, levels, strict=True)
    ]
    trend = pd.DataFrame(rows, columns=["week", "competency", "answers", "level", "low", "high"])
    return charts.estimate_trend(trend, bank.competency_by_id, wording or Wording(bank.rubric))


def test_an_estimate_has_a_panel_with_its_interval_and_its_target(bank):
    figure = plotly_of(trend_of(bank, 2.5, 2.6, 3.0))
    interval, line, target = figure.data
    assert [mark.name for mark in figure.data] == ["80 % interval", "estimate", "target"]
    assert list(line.y) == [2.5, 2.6, 3.0]
    assert interval.y == pytest.approx([2.7, 2.8, 3.2, 2.8, 2.4, 2.3])
    assert set(target.y) == {4}
    assert [note.text for note in figure.layout.annotations] == ["Flying"]


def test_tags_in_a_name_are_words_since_plotly_would_load_what_their_styles_name(bank):
    name = '<b style="mask:url(http://example.org)">R&D</b>'
    areas = {area.id: replace(area, name=name) for area in bank.competency_by_id.values()}
    odd = replace(bank, competency_by_id=areas)
    for chart in (levels_of(odd, flying=(2.9, 0.2, 12), landing=(3.2, 0.3, 9)), trend_of(odd, 2.5, 2.6)):
        texts = {note.text for note in plotly_of(chart).layout.annotations}
        assert texts == {'&lt;b style="mask:url(http://example.org)"&gt;R&amp;D&lt;/b&gt;'}
        assert name in set(chart.table["Competency"])


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ((2.5, 2.6, 3.0), "Surely up: Flying."),
        ((3.0, 2.6, 2.5), "Surely down: Flying."),
        ((2.5, 3.0, 2.65), "No sure change: Flying."),
    ],
)
def test_a_trend_says_what_moved_by_more_than_its_interval(bank, levels, said):
    assert said in trend_of(bank, *levels).sentence


def test_a_trend_begins_when_there_are_enough_answers_for_two_weeks(bank):
    assert trend_of(bank, 2.5, 3.0, answers=2).figure is None
    assert trend_of(bank, 2.5).figure is None
    assert trend_of(bank, 2.5).sentence == "A trend needs enough answers in a competency, from two weeks or more."
    assert "Too few answers or weeks to say: Landing." in trend_of(bank, 2.5, 3.0).sentence


def test_a_trend_holds_every_week_in_the_table_and_in_words_the_bands(bank):
    table = trend_of(bank, 2.5, 3.6).table
    assert table.values.tolist() == [
        ["Flying", "02 Nov 2026", "2.5", "2.3 and 2.7", 9],
        ["Flying", "09 Nov 2026", "3.6", "3.4 and 3.8", 9],
    ]
    words = trend_of(bank, 2.5, 3.6, wording=Wording(bank.rubric, words_only=True)).table
    assert words.values.tolist() == [["Flying", "practise, then nearly", "surely up"]]


def test_the_weeks_of_an_axis_are_mondays_with_answers(full):
    axis = plotly_of(full["trend"]).layout.xaxis
    assert 2 <= len(axis.tickvals) <= 5
    assert set(axis.tickvals) <= set(plotly_of(full["trend"]).data[0].x)


# How strictly you score


def rating(number: int, *, days: int = 0, off: int = 0, **levels: int) -> Rating:
    """Give a rating in a set of its day, each criterion `off` levels above its reference."""
    reference = levels or {"accuracy": 2, "structure": 3}
    return Rating(
        id=f"r{days}-{number}", sitting=f"s{days}", role="pilot", exemplar=f"e{number}", question="flying-up", kind="knowledge",
        competency="flying", at=MONDAY + timedelta(days=days, minutes=number), zone="+00:00", rater="self",
        levels={name: level + off for name, level in reference.items()}, reference=reference,
        exemplar_hash="", question_hash="", rubric_hash="",
    )  # fmt: skip


def test_bias_stands_around_a_zero_line_between_low_and_high(bank):
    names = {row.id: row.name for row in bank.rubric.criteria}
    ratings = [rating(n, off=1) for n in range(9)]
    chart = charts.bias(calibration.measure(ratings, list(names)), names, Wording(bank.rubric))
    (dots,) = plotly_of(chart).data
    assert list(dots.y) == chart.table["Criterion"].tolist() == ["Accuracy", "Structure"]
    assert all(0.4 < bias < 1 for bias in dots.x)
    assert plotly_of(chart).layout.xaxis.range[0] == -plotly_of(chart).layout.xaxis.range[1]
    assert plotly_of(chart).layout.xaxis.tickvals[1] == plotly_of(chart).layout.shapes[0].x0 == 0
    assert {"← low", "high →"} <= {note.text for note in plotly_of(chart).layout.annotations}
    assert chart.sentence.startswith("You score Accuracy and Structure about ")
    assert chart.table["Scores"].tolist() == [9, 9]
    assert list(chart.table.columns[-3:-1]) == ["Spread", "Agreement"]


def test_without_ratings_there_is_a_sentence_and_a_hint(bank):
    names = {row.id: row.name for row in bank.rubric.criteria}
    chart = charts.bias(calibration.measure([], list(names)), names, Wording(bank.rubric))
    assert chart.figure is None
    assert chart.table.empty
    assert chart.sentence == (
        "You have not scored a sample answer yet, so nobody knows how strictly you score. "
        "The page 20-calibrate has sample answers to score."
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (
            1,
            0,
            "In your first set, your scores were 1.0 levels from the reference on average; in the latest, 0.0 levels. That is nearer,",
        ),
        (0, 1, "That is further, as far as two sets can say."),
        (1, 1, "So small a difference between two sets can be chance."),
    ],
)
def test_whether_calibrating_helps_is_said_with_care(bank, first, last, said):
    ratings = [rating(n, off=first) for n in range(6)] + [rating(n, days=9, off=last) for n in range(6)]
    chart = charts.bias_by_set(analysis.bias_by_set(rating_evidence(ratings)), Wording(bank.rubric))
    assert said in chart.sentence
    assert list(plotly_of(chart).data[0].y) == [first, last]
    assert chart.table["Sample answers"].tolist() == [6, 6]
    assert chart.table["Set of"].tolist() == ["02 Nov 2026", "11 Nov 2026"]


def test_one_set_says_nothing_of_calibrating_yet(bank):
    sets = analysis.bias_by_set(rating_evidence([rating(n, off=1) for n in range(6)]))
    chart = charts.bias_by_set(sets, Wording(bank.rubric))
    assert chart.figure is None
    assert chart.sentence == "Whether calibrating helps can be said after two sets of sample answers."


# Predicted and given


def predicted(bank, **given: tuple[int, float]) -> Chart:
    """Draw how many answers came to which mean level, by what was predicted (`p4=(12, 3.4)`)."""
    index = pd.Index([int(name[1:]) for name in given], name="prediction", dtype="Int64")
    told = pd.DataFrame(list(given.values()), columns=["answers", "level"], index=index)
    return charts.predictions(told, Wording(bank.rubric), expectations=EXPECTATIONS)


def test_predictions_stand_beside_a_line_of_equality(bank):
    chart = predicted(bank, p3=(20, 2.6), p4=(30, 3.4))
    equal, given = plotly_of(chart).data
    assert list(equal.x) == list(equal.y) == [1, 5]
    assert (list(given.x), list(given.y), list(given.text)) == ([3, 4], [2.6, 3.4], ["20", "30"])
    assert (
        chart.sentence
        == "You predict about half a level more than you then give yourself. That is from 50 predictions."
    )
    assert chart.table.values.tolist() == [[3, "2.6", 20], [4, "3.4", 30]]


def test_predictions_too_low_and_predictions_within_chance(bank):
    assert "about half a level less than" in predicted(bank, p3=(50, 3.5)).sentence
    assert predicted(bank, p3=(4, 3.3)).sentence.startswith("On average, you give yourself about what you predicted.")


def test_below_three_predictions_nothing_is_drawn(bank):
    chart = predicted(bank, p3=(2, 3.0))
    assert chart.figure is None
    assert chart.sentence.startswith("There are too few predictions to say anything yet.")


def test_predictions_in_words_are_those_that_the_form_offers(in_words):
    assert set(in_words["predictions"].table["You predicted"]) <= set(EXPECTATIONS)


# Answers by week, criteria, coverage, days


def test_the_weeks_say_where_the_answers_went(full):
    line = plotly_of(full["trend"]).data[0]
    first, last = f"{line.y[0]:.1f}", f"{line.y[-1]:.1f}"
    assert f"rose from {first} to {last}, by your own scores." in full["trend"].sentence
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
    assert list(plotly_of(chart).data[0].y) == list(chart.table["Competency"])
    assert chart.sentence.startswith("By your own scores, your lowest criterion is ")


def test_criteria_in_words_are_gathered_by_band(bank, store, clock, new_id):
    saved_three_times(bank, store, clock, new_id, "flying-up", judgement=2)
    chart = drawn_from(store.attempts(), [], bank, words_only=True)["criteria"]
    table = chart.table
    assert table.values.tolist() == [
        ["Flying", "relearn: Judgement; practise: Accuracy, Structure, Communication"],
        ["Landing", ""],
    ]
    assert "lowest criterion is Judgement, and your highest is Accuracy." in chart.sentence


def test_criteria_that_are_all_the_same_have_no_lowest(bank, store, clock, new_id):
    saved_three_times(bank, store, clock, new_id, "flying-up")
    chart = drawn_from(store.attempts(), [], bank)["criteria"]
    assert chart.sentence == "By your own scores, every criterion is at 3.0 on average."


def test_coverage_adds_up(full, bank_of_charts):
    answered, left = plotly_of(full["coverage"]).data
    table = full["coverage"].table
    assert list(answered.x) == table["Answered"].tolist()
    assert [a + b for a, b in zip(answered.x, left.x, strict=True)] == table["In the bank"].tolist()
    total = bank_of_charts.competencies["questions"].sum()
    assert f"of {total} questions" in full["coverage"].sentence


def test_coverage_counts_what_is_untouched(bank):
    chart = charts.coverage(analysis.coverage(analysis.answer_levels(evidence([])), bank))
    assert chart.sentence.endswith(" Two competencies are still untouched.")


def test_the_calendar_holds_every_answer_on_its_weekday(full):
    cells = plotly_of(full["days"]).data[0]
    assert list(cells.y) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert sum(n for row in cells.z for n in row if n) == full["days"].table["Answers"].sum()
    assert full["days"].sentence.startswith(
        f"You practised on {len(full['days'].table)} days, the last time on 22 November"
    )
