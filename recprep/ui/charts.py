"""Charts: each is a figure, one sentence that reads it in words, and a table that says all it says."""

from __future__ import annotations

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
ROW_HEIGHT, EDGE = 34, 90  # px


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
    import plotly.graph_objects as go

    known = estimates.dropna(subset="level")
    figure = None
    if len(known):
        names = _reversed(estimates["name"])
        figure = _figure(rows=len(estimates), x_title="Level", x_range=[1, 5.1])
        figure.update_yaxes(categoryorder="array", categoryarray=names)
        figure.add_trace(
            go.Bar(
                y=list(estimates["name"]), x=[None if v is None else v - 1 for v in _numbers(estimates["level"])], base=1,
                orientation="h", marker_color=BLUE, name="your level",
                text=["" if v is None else f"{v:.1f}" for v in _numbers(estimates["level"])], textposition="inside",
                insidetextanchor="end", textfont_color="white", hoverinfo="skip",
            )
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                y=list(estimates["name"]), x=list(estimates["target"]), mode="markers", name="target", hoverinfo="skip",
                marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": AMBER}},
            )
        )  # fmt: skip
        for name in estimates.index.difference(known.index):
            row = estimates.loc[name]
            figure.add_annotation(y=row["name"], x=1.05, text=_too_few(row["answers"]), showarrow=False, xanchor="left")
    table = estimates.assign(level=[_too_few(n) if v is None else f"{v:.1f}" for v, n in
                                    zip(_numbers(estimates["level"]), estimates["answers"], strict=True)])  # fmt: skip
    table = table[["name", "level", "target", "answers"]].set_axis(["Competency", "Level", "Target", "Answers"], axis=1)
    return Chart("Level by competency", _levels_sentence(estimates, known), table, figure)


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
    figure = _figure(height=280, y_title="Mean level", y_range=[1, 5.1])
    figure.add_trace(
        go.Scatter(x=list(weeks["week"].dt.strftime("%d %b")), y=list(weeks["level"]), mode="lines+markers",
                   line={"color": BLUE, "width": 3}, marker_size=9, hoverinfo="skip")
    )  # fmt: skip
    first, last = weeks["level"].iloc[0], weeks["level"].iloc[-1]
    change = "rose" if last - first >= 0.05 else "fell" if first - last >= 0.05 else "stayed"
    to = f"from {first:.1f} to {last:.1f}" if change != "stayed" else f"at {last:.1f}"
    return Chart("Trend", f"Over {len(weeks)} weeks the mean level of your answers {change} {to}.", table, figure)


def criterion_levels(levels: pd.DataFrame, names: dict[str, str]) -> Chart:
    """Draw the mean level on each criterion within each competency as a heat map."""
    import plotly.graph_objects as go

    columns = [column.capitalize() for column in levels.columns]
    rows = [names[index] for index in levels.index]
    cells = [_numbers(levels.loc[index]) for index in levels.index]
    texts = [["" if value is None else f"{value:.1f}" for value in row] for row in cells]
    table = _table(texts, rows, columns)
    means = levels.mean().dropna()
    if means.empty:
        return Chart("Criteria", "No criterion is scored yet.", table, None)
    figure = _figure(rows=len(rows))
    figure.add_trace(
        go.Heatmap(z=cells[::-1], x=columns, y=rows[::-1], text=texts[::-1], texttemplate="%{text}", textfont_color="#111",
                   zmin=1, zmax=5, colorscale=LEVEL_SCALE, colorbar_title="Level", hoverinfo="skip", xgap=2, ygap=2)
    )  # fmt: skip
    low, high = str(means.idxmin()), str(means.idxmax())
    sentence = f"Your lowest criterion is {low.capitalize()}, at {means[low]:.1f} on average; your highest is {high.capitalize()}, at {means[high]:.1f}."
    return Chart("Criteria", sentence, table, figure)


def coverage(met: pd.DataFrame) -> Chart:
    """Draw how many of the bank's questions were answered at least once, per competency."""
    import plotly.graph_objects as go

    table = met[["name", "answered", "questions"]].set_axis(["Competency", "Answered", "In the bank"], axis=1)
    figure = _figure(rows=len(met), x_title="Questions")
    figure.update_layout(barmode="stack")
    names = _reversed(met["name"])
    figure.update_yaxes(categoryorder="array", categoryarray=names)
    left = met["questions"] - met["answered"]
    for label, values, color in (("answered", met["answered"], BLUE), ("not yet", left, GREY)):
        texts = [str(value) if value else "" for value in values]
        figure.add_trace(go.Bar(y=list(met["name"]), x=list(values), orientation="h", name=label, marker_color=color,
                                text=texts, textposition="inside", textfont_color="white", hoverinfo="skip"))  # fmt: skip
    answered, total = int(met["answered"].sum()), int(met["questions"].sum())
    untouched = int((met["answered"] == 0).sum())
    rest = f" {untouched} competenc{'y is' if untouched == 1 else 'ies are'} still untouched." if untouched else ""
    return Chart(
        "Coverage", f"You have answered {answered} of {total} questions that probe a competency.{rest}", table, figure
    )


def practice_days(days: pd.DataFrame) -> Chart:
    """Draw the days of practice as a calendar: weeks from left to right, Monday on top."""
    import pandas as pd
    import plotly.graph_objects as go

    table = days.assign(day=days["day"].dt.strftime("%a %d %b %Y"))[["day", "answers"]]
    table = table.set_axis(["Day", "Answers"], axis=1).iloc[::-1]
    if days.empty:
        return Chart("Days of practice", "No answers yet.", table, None)
    first = days["day"].min() - pd.Timedelta(days=int(days["day"].min().day_of_week))
    every = pd.date_range(first, days["day"].max(), freq="D")
    counts = days.set_index("day")["answers"].reindex(every, fill_value=0)
    weeks = sorted({day - pd.Timedelta(days=int(day.day_of_week)) for day in every})
    cell = {(day - pd.Timedelta(days=int(day.day_of_week)), day.day_of_week): int(n) for day, n in counts.items()}
    rows = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    z = [[cell.get((week, weekday)) for week in weeks] for weekday in range(7)]
    texts = [["" if not value else str(value) for value in row] for row in z]
    figure = _figure(height=300)
    figure.add_trace(
        go.Heatmap(z=z, x=[f"{week:%d %b}" for week in weeks], y=rows, text=texts, texttemplate="%{text}", textfont_color="#111",
                   zmin=0, colorscale=DAY_SCALE, showscale=False, hoverinfo="skip", xgap=3, ygap=3)
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    last = days["day"].max()
    sentence = f"You practised on {len(days)} day{'s' if len(days) > 1 else ''}, the last time on {last:%d %B}, with {int(days['answers'].sum())} answers in all."
    return Chart("Days of practice", sentence, table, figure)


def _figure(
    *, rows: int | None = None, height: int | None = None, x_title: str = "", y_title: str = "",
    x_range: list | None = None, y_range: list | None = None,
) -> go.Figure:  # fmt: skip
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        template="simple_white", paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        height=height or EDGE + ROW_HEIGHT * rows, margin={"l": 10, "r": 10, "t": 30, "b": 40},
        legend={"orientation": "h", "y": 1.12, "x": 0}, font_size=13, dragmode=False,
    )  # fmt: skip
    figure.update_xaxes(title=x_title, range=x_range, fixedrange=True, automargin=True)
    figure.update_yaxes(title=y_title, range=y_range, fixedrange=True, automargin=True)
    return figure


def _numbers(values: pd.Series) -> list[float | None]:
    return [
        None if value != value or value is None else float(value)
        for value in values.astype("object").where(values.notna(), None)
    ]


def _reversed(names: pd.Series) -> list[str]:
    """Horizontal bars are drawn from below; the first competency belongs on top."""
    return list(names)[::-1]


def _table(texts: list[list[str]], rows: list[str], columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(texts, columns=columns)
    frame.insert(0, "Competency", rows)
    return frame
