"""Charts of how the person scores: against the reference, from set to set, and against what they predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import TYPE_CHECKING

from recprep.core.calibration import CriterionBias, about, in_words
from recprep.core.normal import EIGHTY
from recprep.ui.charts.canvas import BLUE, GREY, SILENT, Chart, Figure, blank, blank_rows, line, note
from recprep.ui.charts.wording import Wording
from recprep.ui.text import counted

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_PREDICTIONS = 3
PREDICTION_SD = 0.8  # levels: one prediction beside what is then given
OFF_SD = 0.3  # levels: one sample answer beside another, in how far its scores are from the reference


def bias(measured: Sequence[CriterionBias], names: Mapping[str, str], wording: Wording) -> Chart:
    """Draw how much too high the person scores each criterion, around zero.

    Parameters
    ----------
    measured : sequence of CriterionBias
        As `recprep.core.calibration.measure` gives it.
    names : mapping of str to str
        The criteria's names.
    wording : Wording
    """
    rows = [row for row in measured if row.ratings]
    told = in_words(measured, names)
    legend = wording.pick(numbers=_LEGEND, words="")
    hint = f"\n\n{legend}" if rows else " The page 20-calibrate has sample answers to score."
    return wording.chart(
        "How strictly you score",
        told + hint,
        words={
            "Criterion": [names[row.criterion] for row in rows],
            "You score": [_in_words(row) for row in rows],
        },
        numbers={
            "Criterion": [names[row.criterion] for row in rows],
            "You score (levels)": [f"{row.bias:+.1f}" for row in rows],
            "Likely between": [f"{row.low:+.1f} and {row.high:+.1f}" for row in rows],
            "Spread": [_or_nothing(row.spread) for row in rows],
            "Agreement": [_or_nothing(row.agreement) for row in rows],
            "Scores": [row.ratings for row in rows],
        },
        draw=(lambda: _around_zero(rows, names)) if rows else None,
    )


_LEGEND = (
    "Zero is the reference. In the table, spread says how much your scores jump about; agreement is 1 when you always "
    "say the same as the reference, and 0 when chance would do as well."
)


def _in_words(row: CriterionBias) -> str:
    return f"{about(row.bias)} {'high' if row.bias > 0 else 'low'}" if row.sure else "within noise"


def _or_nothing(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _around_zero(rows: Sequence[CriterionBias], names: Mapping[str, str]) -> Figure:
    places = [names[row.criterion] for row in rows]
    reach = max(1.0, ceil(2 * max(max(abs(row.low), abs(row.high)) for row in rows)) / 2)
    interval = {
        "type": "data",
        "array": [row.high - row.bias for row in rows],
        "thickness": 3,
        "width": 0,
        "color": BLUE,
    }
    figure = blank_rows(places, x_title="Levels", x_range=[-1.1 * reach, 1.1 * reach])
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "y domain", "line": {"color": GREY, "width": 2}}
    figure["layout"]["shapes"] = [zero]
    dots = {"type": "scatter", "mode": "markers", "y": places, "x": [row.bias for row in rows], "error_x": interval}
    figure["data"].append({**dots, "marker": {"size": 12, "color": BLUE}, "showlegend": False, **SILENT})
    for text, x in (("← low", 0), ("high →", 1)):
        note(figure, text, x=x, xref="paper", xanchor=("left", "right")[x], y=1, yref="paper", yanchor="bottom")
    figure["layout"]["xaxis"] |= {"tickvals": [-reach, 0, reach], "ticktext": [f"{-reach:+.1f}", "0", f"{reach:+.1f}"]}
    return figure


def bias_by_set(sets: pd.DataFrame, wording: Wording) -> Chart:
    """Draw how far the scores of each set of sample answers were from the reference.

    Parameters
    ----------
    sets : pandas.DataFrame
        As `recprep.core.analysis.bias_by_set` gives it.
    wording : Wording
    """
    days = [f"{at.to_pydatetime().astimezone():%d %b %Y}" for at in sets["at"]]
    return wording.chart(
        "Does calibrating help?",
        _sets_sentence(sets, wording),
        words={"Set of": days, "Away from the reference": [about(off) for off in sets["off"]]},
        numbers={
            "Set of": days,
            "Away from the reference (levels)": [f"{off:.1f}" for off in sets["off"]],
            "High or low (levels)": [f"{gap:+.1f}" for gap in sets["gap"]],
            "Sample answers": list(sets["exemplars"]),
        },
        draw=(lambda: _sets(sets, days)) if len(sets) > 1 else None,
    )


def _sets_sentence(sets: pd.DataFrame, wording: Wording) -> str:
    if len(sets) < 2:
        return "Whether calibrating helps can be said after two sets of sample answers."
    first, last = sets.iloc[0], sets.iloc[-1]
    noise = EIGHTY * OFF_SD * sqrt(1 / first["exemplars"] + 1 / last["exemplars"])
    nearer = first["off"] - last["off"]
    far = [wording.pick(numbers=f"{off:.1f} levels", words=about(off)) for off in (first["off"], last["off"])]
    told = f"In your first set, your scores were {far[0]} from the reference on average; in the latest, {far[1]}."
    if abs(nearer) < noise:
        return f"{told} So small a difference between two sets can be chance."
    return f"{told} {'That is nearer' if nearer > 0 else 'That is further'}, as far as two sets can say."


def _sets(sets: pd.DataFrame, days: list[str]) -> Figure:
    places = [f"{number}<br>{day[:-5]}" for number, day in enumerate(days, start=1)]
    top = max(1.0, 1.1 * float(sets["off"].max()))
    figure = blank(height=260, x_title="Set", y_title="Levels away", y_range=[0, top])
    figure["data"].append(line(places, list(sets["off"]), width=3, dots=9))
    figure["layout"]["xaxis"]["type"] = "category"
    return figure


def predictions(told: pd.DataFrame, wording: Wording, *, expectations: Sequence[str]) -> Chart:
    """Draw what the answers came to, by the level that was predicted for them.

    Parameters
    ----------
    told : pandas.DataFrame
        As `recprep.core.analysis.predictions` gives it.
    wording : Wording
    expectations : sequence of str
        The words that the form offers for the levels 1 to 5 of a prediction.
    """
    enough = told["answers"].sum() >= ENOUGH_PREDICTIONS
    return wording.chart(
        "Predicted and given",
        _predictions_sentence(told, wording) if enough else _TOO_FEW,
        words={
            "You predicted": [expectations[level - 1] for level in told.index],
            "You then gave, on average": [wording.band(level) for level in told["level"]],
        },
        numbers={
            "You predicted": list(told.index),
            "You then gave, on average": [f"{level:.1f}" for level in told["level"]],
            "Answers": list(told["answers"]),
        },
        draw=(lambda: _beside_equality(told)) if enough else None,
    )


_TOO_FEW = (
    "There are too few predictions to say anything yet. You may make one after each answer, before the guide opens."
)


def _predictions_sentence(told: pd.DataFrame, wording: Wording) -> str:
    count = int(told["answers"].sum())
    gap = float(((told.index - told["level"]) * told["answers"]).sum() / count)
    over = wording.pick(numbers=f" That is from {counted(count, 'prediction')}.", words="")
    if abs(gap) < EIGHTY * PREDICTION_SD / sqrt(count):
        return f"On average, you give yourself about what you predicted.{over}"
    more = "more" if gap > 0 else "less"
    return f"You predict {about(gap)} {more} than you then give yourself.{over}"


def _beside_equality(told: pd.DataFrame) -> Figure:
    figure = blank(height=320, x_title="Level predicted", y_title="Level given", x_range=[0.7, 5.3], y_range=[0.7, 5.3])
    equal = {"type": "scatter", "mode": "lines", "name": "as predicted", "x": [1, 5], "y": [1, 5], **SILENT}
    dots = {"type": "scatter", "mode": "markers+text", "name": "given, and how many times", **SILENT}
    dots |= {"x": [int(level) for level in told.index], "y": list(told["level"])}
    dots |= {"text": [str(count) for count in told["answers"]], "textposition": "bottom center"}
    figure["data"] += [
        equal | {"line": {"color": GREY, "width": 2, "dash": "dash"}},
        dots | {"marker": {"size": 12, "color": BLUE}},
    ]
    for axis in ("xaxis", "yaxis"):
        figure["layout"][axis]["tickvals"] = [1, 2, 3, 4, 5]
    return figure
