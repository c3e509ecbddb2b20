"""Charts of the practice itself: how much of the bank was met, and on which days. They judge nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recprep.ui.charts.canvas import BLUE, SILENT, Chart, Figure, blank, blank_rows, heat_map
from recprep.ui.charts.wording import count_in_words
from recprep.ui.text import counted

if TYPE_CHECKING:
    import pandas as pd

DARK_GREY = "#6b6b6b"  # white words stay readable on it
DAY_SCALE = [[0, "rgba(128,128,128,0.15)"], [0.01, "#d5e6fa"], [1, "#7fb2ea"]]
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def coverage(met: pd.DataFrame) -> Chart:
    """Draw how many of the bank's questions were answered, as `recprep.core.analysis.coverage` gives it."""
    table = met[["name", "answered", "questions"]].set_axis(["Competency", "Answered", "In the bank"], axis=1)
    answered, total = int(met["answered"].sum()), int(met["questions"].sum())
    sentence = f"You have answered {answered} of {total} questions that probe a competency."
    return Chart("Coverage", sentence + _untouched(int((met["answered"] == 0).sum())), table, _stacked(met))


def _untouched(count: int) -> str:
    if not count:
        return ""
    return f" {count_in_words(count).capitalize()} competenc{'y is' if count == 1 else 'ies are'} still untouched."


def _stacked(met: pd.DataFrame) -> Figure:
    names, left = list(met["name"]), met["questions"] - met["answered"]
    figure = blank_rows(names, x_title="Questions")
    figure["layout"]["barmode"] = "stack"
    inside = {"textposition": "inside", "textangle": 0, "textfont": {"color": "white"}}
    for part, counts, color in (("answered", met["answered"], BLUE), ("not yet", left, DARK_GREY)):
        bars = {"type": "bar", "orientation": "h", "name": part, "y": names, "x": [int(count) for count in counts]}
        texts = [str(count) if count else "" for count in counts]
        figure["data"].append({**bars, "width": 0.42, "marker": {"color": color}, "text": texts, **inside, **SILENT})
    return figure


def practice_days(days: pd.DataFrame) -> Chart:
    """Draw the days of practice as a calendar: weeks from left to right, Monday on top."""
    table = days.assign(day=days["day"].dt.strftime("%a %d %b %Y"))[["day", "answers"]]
    table = table.set_axis(["Day", "Answers"], axis=1).iloc[::-1]
    if days.empty:
        return Chart("Days of practice", "No answers yet.", table, None)
    on = f"{counted(len(days), 'day')}, the last time on {days['day'].max():%d %B}"
    sentence = f"You practised on {on}, with {counted(days['answers'].sum(), 'answer')} in all."
    return Chart("Days of practice", sentence, table, _calendar(days))


def _calendar(days: pd.DataFrame) -> Figure:
    weeks, cells = _by_weekday(days)
    texts = [[str(count) if count else "" for count in row] for row in cells]
    figure = blank(height=300)
    figure["data"].append(heat_map(cells, texts, x=weeks, y=WEEKDAYS, zmin=0, colorscale=DAY_SCALE))
    figure["layout"]["yaxis"]["autorange"] = "reversed"
    return figure


def _by_weekday(days: pd.DataFrame) -> tuple[list[str], list[list[int | None]]]:
    """Give the weeks, and for each weekday the answers in each week; None outside the first and last day."""
    import pandas as pd

    monday = days["day"].min() - pd.Timedelta(days=int(days["day"].min().day_of_week))
    every = pd.date_range(monday, days["day"].max(), freq="D")
    counts = days.set_index("day")["answers"].reindex(every, fill_value=0)
    cells = [[int(count) for count in counts.iloc[weekday::7]] for weekday in range(7)]
    weeks = [f"{week:%d %b}" for week in every[::7]]
    return weeks, [[*row, *[None] * (len(weeks) - len(row))] for row in cells]
