"""Charts over time: each estimate with its interval, and the answers week by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import TYPE_CHECKING, Any

from recprep.core.estimates import ENOUGH
from recprep.core.models import Competency
from recprep.ui.charts import canvas
from recprep.ui.charts.canvas import AMBER, PALE_BLUE, SILENT, STEADY, Chart, Figure, blank, note
from recprep.ui.charts.wording import Wording, change, naming

if TYPE_CHECKING:
    import pandas as pd

PANEL, GAP, FOOT = 92, 30, 130  # px
TICKS = 5
LEVELS = {"range": [0.9, 5.1], "tickvals": [1, 3, 5]}


def estimate_trend(trend: pd.DataFrame, areas: Mapping[str, Competency], wording: Wording) -> Chart:
    """Draw how the estimate in each competency moved, with its interval; a small panel each.

    A competency has a panel from the second week on in which there are enough answers; the others are named.

    Parameters
    ----------
    trend : pandas.DataFrame
        As `recprep.core.analysis.estimate_trend` gives it.
    areas : mapping of str to Competency
    wording : Wording
    """
    lines = trend_lines(trend, areas)
    rows = [(areas[name].name, row) for name, line in lines.items() for row in line.itertuples(index=False)]
    return wording.chart(
        "Trend by competency",
        _moves_sentence(lines, areas),
        words={
            "Competency": [areas[name].name for name in lines],
            "Band": [_bands(line, wording) for line in lines.values()],
            "Change": [move_in_words(line) for line in lines.values()],
        },
        numbers={
            "Competency": [name for name, _ in rows],
            "Week from": [f"{row.week:%d %b %Y}" for _, row in rows],
            "Level": [f"{row.level:.1f}" for _, row in rows],
            "Likely between": [f"{row.low:.1f} and {row.high:.1f}" for _, row in rows],
            "Answers so far": [row.answers for _, row in rows],
        },
        draw=(lambda: _panels(lines, areas)) if lines else None,
    )


def trend_lines(trend: pd.DataFrame, areas: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Give the rows of each competency that can be drawn as a line: two weeks or more with enough answers."""
    known = trend[trend["answers"] >= ENOUGH]
    lines = {name: known[known["competency"] == name] for name in areas}
    return {name: line for name, line in lines.items() if len(line) > 1}


def move_in_words(line: pd.DataFrame) -> str:
    """Say whether a line rose or fell for sure."""
    return _MOVES[_move(line)]


def _move(line: pd.DataFrame) -> int:
    """Give 1 or -1 when the first and the last estimate lie outside of each other's interval: surely up or down."""
    first, last = line.iloc[0], line.iloc[-1]
    rose = last["level"] > first["high"] and first["level"] < last["low"]
    fell = last["level"] < first["low"] and first["level"] > last["high"]
    return int(rose) - int(fell)


def _bands(line: pd.DataFrame, wording: Wording) -> str:
    return change(wording.band(line["level"].iloc[0]), wording.band(line["level"].iloc[-1]))


_MOVES = {1: "surely up", -1: "surely down", 0: "no sure change"}


def _moves_sentence(lines: Mapping[str, pd.DataFrame], areas: Mapping[str, Competency]) -> str:
    if not lines:
        return "A trend needs enough answers in a competency, from two weeks or more."
    moved = {way: [areas[name].name for name, line in lines.items() if _move(line) == way] for way in _MOVES}
    told = naming(
        {
            "Surely up": moved[1],
            "Surely down": moved[-1],
            "No sure change": moved[0],
            "Too few answers or weeks to say": [area.name for name, area in areas.items() if name not in lines],
        }
    )
    return f"From the first week with enough answers until now:\n{told}"


def _panels(lines: Mapping[str, pd.DataFrame], areas: Mapping[str, Competency]) -> Figure:
    count, inner = len(lines), PANEL * len(lines)
    gap = min(GAP / inner, 0.9 / max(1, count - 1))
    high = (1 - gap * (count - 1)) / count
    figure = blank(height=inner + FOOT)
    weeks = _weeks({f"{week:%Y-%m-%d}" for line in lines.values() for week in line["week"]})
    layout = figure["layout"]
    for number, (name, line) in enumerate(lines.items(), start=1):
        top, end = 1 - (number - 1) * (high + gap), "" if number == 1 else str(number)
        shared = {"anchor": f"y{end}", "matches": f"x{count}", "showticklabels": False} if number < count else {}
        layout[f"xaxis{end}"] = {"anchor": f"y{end}", **weeks, **shared}
        layout[f"yaxis{end}"] = {"anchor": f"x{end}", "domain": [max(0, top - high), top]} | LEVELS
        note(figure, areas[name].name, x=0, xanchor="left", xref="paper", y=top, yanchor="bottom", yref="paper")
        marks = _marks(line, areas[name].target, named=number == 1)
        figure["data"] += [mark | {"xaxis": f"x{end}", "yaxis": f"y{end}"} for mark in marks]
    layout["margin"]["t"] = 80
    layout["legend"] |= {"y": 1, "yref": "container", "yanchor": "top"}
    return figure


def _marks(line: pd.DataFrame, target: int, *, named: bool) -> list[dict[str, Any]]:
    """Give interval, line and target of one panel; the legend names those of the first."""
    weeks = [f"{week:%Y-%m-%d}" for week in line["week"]]
    around = {"mode": "none", "x": weeks + weeks[::-1], "y": [*line["high"], *line["low"][::-1]]}
    aim = {"mode": "lines", "x": [weeks[0], weeks[-1]], "y": [target, target]}
    marks = {
        "80 % interval": around | {"fill": "toself", "fillcolor": PALE_BLUE},
        "estimate": canvas.line(weeks, list(line["level"]), width=2.5, dots=6),
        "target": aim | {"line": {"color": AMBER, "width": 2, "dash": "dash"}},
    }
    return [{"type": "scatter", "name": name, "showlegend": named, **mark, **SILENT} for name, mark in marks.items()]


def weekly_trend(weeks: pd.DataFrame, wording: Wording) -> Chart:
    """Draw the mean level of each week's answers, as `recprep.core.analysis.weekly_trend` gives it."""
    days, levels = [f"{week:%d %b %Y}" for week in weeks["week"]], [wording.level(level) for level in weeks["level"]]
    table = {"Week from": days, wording.pick(numbers="Mean level", words="Band"): levels}
    return wording.chart(
        "Answers by week",
        _weeks_sentence(list(weeks["level"]), wording),
        words=table,
        numbers=table | {"Answers": list(weeks["answers"])},
        draw=(lambda: _line(weeks)) if len(weeks) > 1 else None,
    )


def _weeks_sentence(levels: list[float], wording: Wording) -> str:
    if len(levels) < 2:
        return "A trend needs answers from two weeks or more."
    first, last = levels[0], levels[-1]
    over = wording.pick(
        numbers=f"Over {len(levels)} weeks the mean level of your answers", words="Over the weeks your answers"
    )
    if abs(last - first) < STEADY or wording.level(first) == wording.level(last):
        return f"{over} stayed at {wording.level(last)}, by your own scores."
    change = "rose" if last > first else "fell"
    return f"{over} {change} from {wording.level(first)} to {wording.level(last)}, by your own scores."


def _line(weeks: pd.DataFrame) -> Figure:
    days = [f"{week:%Y-%m-%d}" for week in weeks["week"]]
    figure = blank(height=280, y_title="Mean level", y_range=[1, 5.1])
    figure["data"].append(canvas.line(days, list(weeks["level"]), width=3, dots=9))
    figure["layout"]["xaxis"] |= _weeks(days)
    return figure


def _weeks(days: Iterable[str]) -> dict[str, Any]:
    """Give an axis of weeks that names a few of them, in two lines: room on a small screen."""
    weeks = sorted(days)
    named = weeks[:: -max(1, ceil(len(weeks) / TICKS))]
    return {"type": "date", "tickvals": named[::-1], "tickformat": "%d<br>%b", "tickangle": 0}
