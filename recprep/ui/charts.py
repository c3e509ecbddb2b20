"""Charts: each is a figure, one sentence that reads it in words, and a table that says all it says."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
MIME = "application/vnd.plotly.v1+json"
BLUE, GREY, AMBER = "#1f6fc4", "#8a8a8a", "#c77700"
LEVEL_SCALE = [[0, "#e8a33d"], [0.5, "#f5efe0"], [1, "#7fb2ea"]]  # dark words stay readable on every shade
DAY_SCALE = [[0, "rgba(128,128,128,0.15)"], [0.01, "#d5e6fa"], [1, "#7fb2ea"]]
LABEL_WIDTH = 19  # characters
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
STEADY = 0.05  # levels: a smaller change is none
ROW_HEIGHT, EDGE = 40, 90  # px


@dataclass(frozen=True)
class Chart:
    """A figure with its words.

    `title` names it, `sentence` reads it, `table` holds every number shown; `figure` is None when there is
    nothing to draw yet.
    """

    title: str
    sentence: str
    table: pd.DataFrame
    figure: go.Figure | None


def drawn(chart: Chart) -> widgets.Output:
    """Give a widget that shows the figure, in prepared pages and hidden tabs too, and saves nothing in the page."""
    output = widgets.Output()
    if chart.figure is not None:
        content: dict[str, Any] = chart.figure.to_plotly_json() | {"config": CONFIG}
        shown = {MIME: _plain(content), "text/plain": "chart"}
        output.outputs = ({"output_type": "display_data", "data": shown, "metadata": {}},)
    return output


def _plain(content: dict) -> dict:
    import json

    from plotly.utils import PlotlyJSONEncoder

    return json.loads(json.dumps(content, cls=PlotlyJSONEncoder))


def competency_levels(estimates: pd.DataFrame) -> Chart:
    """Draw the level in each competency against its target.

    Parameters
    ----------
    estimates : pandas.DataFrame
        As `recprep.core.analysis.estimate_levels` gives it.
    """
    known = estimates.dropna(subset="level")
    levels = _numbers(estimates["level"])
    shown = [_too_few(n) if v is None else f"{v:.1f}" for v, n in zip(levels, estimates["answers"], strict=True)]
    table = estimates.assign(level=shown)[["name", "level", "target", "answers"]]
    table = table.set_axis(["Competency", "Level", "Target", "Answers"], axis=1)
    figure = _bars_and_targets(estimates, levels) if len(known) else None
    return Chart("Level by competency", _levels_sentence(estimates, known), table, figure)


def _bars_and_targets(estimates: pd.DataFrame, levels: list[float | None]) -> go.Figure:
    import plotly.graph_objects as go

    names = [_label(name) for name in estimates["name"]]
    bars = go.Bar(
        y=names,
        x=[None if level is None else level - 1 for level in levels],
        base=1,
        orientation="h",
        name="your level",
        marker_color=BLUE,
        text=["" if level is None else f"{level:.1f}" for level in levels],
        textposition="inside",
        textangle=0,
        insidetextanchor="end",
        textfont_color="white",
        hoverinfo="skip",
    )
    mark = {"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": AMBER}}
    targets = go.Scatter(y=names, x=list(estimates["target"]), mode="markers", name="target", marker=mark)
    figure = _figure(rows=len(names), x_title="Level", x_range=[1, 5.1], from_the_top=names)
    figure.add_traces([bars, targets.update(hoverinfo="skip")])
    for name, level in zip(names, levels, strict=True):
        if level is None:
            figure.add_annotation(y=name, x=1.05, text="too few answers", showarrow=False, xanchor="left")
    return figure


def _levels_sentence(estimates: pd.DataFrame, known: pd.DataFrame) -> str:
    few = len(estimates) - len(known)
    if not len(known):
        return "There are too few answers to say anything about a competency yet. Three answers in one are enough."
    below = known[known["shortfall"] > 0].sort_values("shortfall", ascending=False)
    if len(below):
        row = below.iloc[0]
        first = (
            f"Furthest below its target is {row['name']}: level {row['level']:.1f}, with a target of {row['target']}."
        )
        more = len(below) - 1
        rest = f" {_number(more)} more {'are' if more > 1 else 'is'} below." if more else ""
    else:
        first, rest = "Every competency with enough answers is at its target or above.", ""
    unknown = f" For {_number(few).lower()} there are too few answers to say." if few else ""
    return first + rest + unknown


def _number(count: int) -> str:
    words = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[count] if count < len(words) else str(count)


def _too_few(answers: int) -> str:
    return f"too few answers to say ({answers})"


def weekly_trend(weeks: pd.DataFrame) -> Chart:
    """Draw the mean level of each week's answers, as `recprep.core.analysis.weekly_trend` gives it."""
    import plotly.graph_objects as go

    table = weeks.assign(week=weeks["week"].dt.strftime("%d %b %Y"), level=weeks["level"].map("{:.1f}".format))
    table = table[["week", "level", "answers"]].set_axis(["Week from", "Mean level", "Answers"], axis=1)
    if len(weeks) < 2:
        return Chart("Trend", "A trend needs answers from two weeks or more.", table, None)
    line = go.Scatter(x=list(weeks["week"].dt.strftime("%d %b")), y=list(weeks["level"]), mode="lines+markers")
    line.update(line={"color": BLUE, "width": 3}, marker_size=9, hoverinfo="skip")
    figure = _figure(height=280, y_title="Mean level", y_range=[1, 5.1])
    figure.add_trace(line)
    return Chart("Trend", _trend_sentence(list(weeks["level"])), table, figure)


def _trend_sentence(levels: list[float]) -> str:
    first, last = levels[0], levels[-1]
    if abs(last - first) < STEADY:
        return f"Over {len(levels)} weeks the mean level of your answers stayed at {last:.1f}."
    change = "rose" if last > first else "fell"
    return f"Over {len(levels)} weeks the mean level of your answers {change} from {first:.1f} to {last:.1f}."


def criterion_levels(levels: pd.DataFrame, names: dict[str, str]) -> Chart:
    """Draw the mean level on each criterion within each competency as a heat map.

    Parameters
    ----------
    levels : pandas.DataFrame
        As `recprep.core.analysis.criterion_levels` gives it.
    names : dict of str to str
        The competencies' names.
    """
    columns = [column.capitalize() for column in levels.columns]
    rows = [names[index] for index in levels.index]
    cells = [_numbers(levels.loc[index]) for index in levels.index]
    texts = [["" if value is None else f"{value:.1f}" for value in row] for row in cells]
    table = _table(texts, rows, columns)
    means = levels.mean().dropna()
    if means.empty:
        return Chart("Criteria", "No criterion is scored yet.", table, None)
    figure = _figure(rows=len(rows))
    scale = {"zmin": 1, "zmax": 5, "colorscale": LEVEL_SCALE, "colorbar": {"title": "Level", "thickness": 14}}
    labels = [_label(row) for row in rows[::-1]]
    figure.add_trace(_heat_map(cells[::-1], texts[::-1], x=columns, y=labels, **scale))
    low, high = str(means.idxmin()), str(means.idxmax())
    lowest = f"Your lowest criterion is {low.capitalize()}, at {means[low]:.1f} on average"
    return Chart("Criteria", f"{lowest}; your highest is {high.capitalize()}, at {means[high]:.1f}.", table, figure)


def coverage(met: pd.DataFrame) -> Chart:
    """Draw how many of the bank's questions were answered, as `recprep.core.analysis.coverage` gives it."""
    import plotly.graph_objects as go

    table = met[["name", "answered", "questions"]].set_axis(["Competency", "Answered", "In the bank"], axis=1)
    names, left = [_label(name) for name in met["name"]], met["questions"] - met["answered"]
    figure = _figure(rows=len(met), x_title="Questions", from_the_top=names)
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    for label, counts, color in (("answered", met["answered"], BLUE), ("not yet", left, GREY)):
        texts = [str(count) if count else "" for count in counts]
        bars = go.Bar(y=names, x=list(counts), orientation="h", name=label, marker_color=color, text=texts)
        figure.add_trace(bars.update(textposition="inside", textfont_color="white", hoverinfo="skip"))
    untouched = int((met["answered"] == 0).sum())
    rest = (
        f" {_number(untouched)} competenc{'y is' if untouched == 1 else 'ies are'} still untouched."
        if untouched
        else ""
    )
    answered, total = int(met["answered"].sum()), int(met["questions"].sum())
    sentence = f"You have answered {answered} of {total} questions that probe a competency.{rest}"
    return Chart("Coverage", sentence, table, figure)


def practice_days(days: pd.DataFrame) -> Chart:
    """Draw the days of practice as a calendar: weeks from left to right, Monday on top."""
    table = days.assign(day=days["day"].dt.strftime("%a %d %b %Y"))[["day", "answers"]]
    table = table.set_axis(["Day", "Answers"], axis=1).iloc[::-1]
    if days.empty:
        return Chart("Days of practice", "No answers yet.", table, None)
    weeks, cells = _calendar(days)
    texts = [[str(count) if count else "" for count in row] for row in cells]
    figure = _figure(height=300)
    scale = {"zmin": 0, "colorscale": DAY_SCALE, "showscale": False}
    figure.add_trace(_heat_map(cells, texts, x=weeks, y=WEEKDAYS, **scale))
    figure.update_yaxes(autorange="reversed")
    on = f"{len(days)} day{'s' if len(days) > 1 else ''}, the last time on {days['day'].max():%d %B}"
    return Chart(
        "Days of practice", f"You practised on {on}, with {days['answers'].sum()} answers in all.", table, figure
    )


def _calendar(days: pd.DataFrame) -> tuple[list[str], list[list[int | None]]]:
    """Give the weeks, and for each weekday the answers in each week; None outside the first and last day."""
    import pandas as pd

    monday = days["day"].min() - pd.Timedelta(days=int(days["day"].min().day_of_week))
    every = pd.date_range(monday, days["day"].max(), freq="D")
    counts = days.set_index("day")["answers"].reindex(every, fill_value=0)
    cells = [[int(count) for count in counts.iloc[weekday::7]] for weekday in range(7)]
    weeks = [f"{week:%d %b}" for week in every[::7]]
    return weeks, [[*row, *[None] * (len(weeks) - len(row))] for row in cells]


def _heat_map(cells: list[list], texts: list[list[str]], **more: Any) -> go.Heatmap:
    import plotly.graph_objects as go

    words = {"text": texts, "texttemplate": "%{text}", "textfont_color": "#111", "hoverinfo": "skip"}
    return go.Heatmap(z=cells, xgap=2, ygap=2, **words, **more)


def _figure(
    *,
    rows: int | None = None,
    height: int | None = None,
    x_title: str = "",
    y_title: str = "",
    x_range: list | None = None,
    y_range: list | None = None,
    from_the_top: list[str] | None = None,
) -> go.Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        template="simple_white",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=height or EDGE + ROW_HEIGHT * rows,
        margin={"l": 10, "r": 10, "t": 30, "b": 40},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        font_size=13,
        dragmode=False,
    )
    figure.update_xaxes(title=x_title, range=x_range, fixedrange=True, automargin=True)
    figure.update_yaxes(title=y_title, range=y_range, fixedrange=True, automargin=True)
    if from_the_top:  # horizontal bars are drawn from below
        figure.update_yaxes(categoryorder="array", categoryarray=from_the_top[::-1])
    return figure


def _label(name: str) -> str:
    """Break a long name in two lines, so that the chart keeps its room on a small screen."""
    return "<br>".join(textwrap.wrap(name, LABEL_WIDTH))


def _numbers(values: pd.Series) -> list[float | None]:
    return [None if missing else float(value) for value, missing in zip(values, values.isna(), strict=True)]


def _table(texts: list[list[str]], rows: list[str], columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(texts, columns=columns)
    frame.insert(0, "Competency", rows)
    return frame
