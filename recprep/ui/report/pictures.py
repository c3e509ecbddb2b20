"""The drawings of the report: what each chart of the workbook shows, as SVG that needs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from recprep.core.calibration import CriterionBias
from recprep.core.models import LEVELS, Competency
from recprep.ui import charts
from recprep.ui.charts import Chart
from recprep.ui.report import drawing
from recprep.ui.report.drawing import Row, Scale
from recprep.ui.report.pieces import folded, of_chart, of_frame

if TYPE_CHECKING:
    import pandas as pd

LEVEL_SCALE = Scale(low=1, high=5, ticks={level: str(level) for level in LEVELS})


def levels(estimates: pd.DataFrame) -> str:
    """Draw `recprep.core.analysis.estimate_frame`: estimate with its interval, own scores and target."""
    known = estimates.sort_values("enough", ascending=False, kind="stable")
    lines = [_level(row) for row in known.itertuples(index=False)]
    says = "levels from 1 to 5, one competency a row; the table below holds the numbers"
    return drawing.rows("Level by competency", lines, LEVEL_SCALE, says=says, legend=("estimate", "own", "target"))


def _level(row: tuple) -> Row:
    if not row.enough:
        return Row(name=row.name, note="too few answers", target=row.target)
    return Row(name=row.name, target=row.target, own=row.raw, estimate=row.level, likely=(row.low, row.high))


def bias(measured: Sequence[CriterionBias], names: Mapping[str, str]) -> str:
    """Draw how much too high each criterion is scored, around zero."""
    rated = [row for row in measured if row.ratings]
    reach = max(1.0, ceil(2 * max(max(abs(row.low), abs(row.high)) for row in rated)) / 2)
    ticks = {-reach: f"{-reach:+.1f} (low)", 0: "0", reach: f"{reach:+.1f} (high)"}
    lines = [Row(name=names[row.criterion], estimate=row.bias, likely=(row.low, row.high)) for row in rated]
    says = "levels too low or too high, one criterion a row; the table below holds the numbers"
    scale = Scale(low=-1.3 * reach, high=1.3 * reach, ticks=ticks)
    return drawing.rows("How strictly you score", lines, scale, says=says, legend=("estimate",))


def trend(chart: Chart, trend: pd.DataFrame, areas: Mapping[str, Competency]) -> str:
    """Give the chart of how the estimates moved: a small drawing each, the first and last of them, and all folded."""
    if chart.figure is None:
        return of_chart(chart)
    lines = charts.trend_lines(trend, areas)
    weeks = [week for line in lines.values() for week in line["week"]]
    first, last = min(weeks), max(weeks)
    drawn = [(areas[name].name, _moved(line, areas[name], first, last)) for name, line in lines.items()]
    every = folded("Week by week", of_frame(f"{chart.title}, week by week", chart.table))
    ends = _first_and_last(lines, areas)
    return f"{of_chart(Chart(chart.title, chart.sentence, ends, None), drawing.panels(drawn))}{every}"


def _moved(line: pd.DataFrame, area: Competency, first: pd.Timestamp, last: pd.Timestamp) -> str:
    begin, end = line.iloc[0], line.iloc[-1]
    says = f"level {begin.level:.1f} from {begin.week:%d %b %Y}, {end.level:.1f} now; target {area.target}"
    return drawing.line(
        area.name,
        _places(line["week"], first, last),
        list(line["level"]),
        says=says,
        ends=(f"{first:%d %b %Y}", f"{last:%d %b %Y}"),
        likely=list(zip(line["low"], line["high"], strict=True)),
        target=area.target,
    )


def _first_and_last(lines: Mapping[str, pd.DataFrame], areas: Mapping[str, Competency]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "Competency": areas[name].name,
            "Week from": f"{line['week'].iloc[0]:%d %b %Y}",
            "Level then": _with_interval(line.iloc[0]),
            "Level now": _with_interval(line.iloc[-1]),
            "Target": areas[name].target,
            "Change": charts.move_in_words(line),
        }
        for name, line in lines.items()
    ]
    return pd.DataFrame(rows)


def _with_interval(row: pd.Series) -> str:
    return f"{row.level:.1f} ({row.low:.1f} to {row.high:.1f})"


def weekly(weeks: pd.DataFrame) -> str:
    """Draw the mean level of each week's answers."""
    first, last = weeks["week"].min(), weeks["week"].max()
    says = "mean level of each week's answers, from 1 to 5; the table below holds the numbers"
    drawn = drawing.line(
        "Answers by week",
        _places(weeks["week"], first, last),
        list(weeks["level"]),
        says=says,
        ends=(f"{first:%d %b %Y}", f"{last:%d %b %Y}"),
    )
    return f"<figure>{drawn}</figure>"


def with_days(chart: Chart, weeks: pd.DataFrame) -> Chart:
    """Give the chart of the answers by week with the days and answers of each week in its table, in words too."""
    counts = {"Answers": list(weeks["answers"]), "Days of practice": list(weeks["days"])}
    return replace(chart, table=chart.table.assign(**counts))


def practice(chart: Chart, weeks: pd.DataFrame) -> str:
    """Give the chart of the days of practice, by week: a bar for each."""
    first, last = weeks["week"].min(), weeks["week"].max()
    places, ends = _places(weeks["week"], first, last), (f"{first:%d %b %Y}", f"{last:%d %b %Y}")
    says = "answers in each week; the table above holds the numbers"
    drawn = drawing.bars("Practice by week", places, list(weeks["answers"]), says=says, ends=ends)
    return of_chart(Chart(chart.title, chart.sentence, chart.table.iloc[:0], None), drawn)


def _places(weeks: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> list[float]:
    """Give when each week was, 0 to 1."""
    whole = (last - first).days or 1
    return [(week - first).days / whole for week in weeks]
