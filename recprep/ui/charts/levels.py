"""Charts of levels: each competency against its target, and the criteria within each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recprep.core.calibration import CriterionBias, in_words
from recprep.core.estimates import ENOUGH, Estimate
from recprep.ui.charts.canvas import (
    AMBER,
    BLUE,
    GREY,
    ROW_HEIGHT,
    SILENT,
    STEADY,
    Chart,
    Figure,
    blank_rows,
    heat_map,
    note,
    numbers,
)
from recprep.ui.charts.wording import Wording, count_in_words, how_sure, naming
from recprep.ui.text import counted

if TYPE_CHECKING:
    import pandas as pd

LEVEL_SCALE = [[0, "#e8a33d"], [0.5, "#f5efe0"], [1, "#7fb2ea"]]  # dark words stay readable on every shade


def competency_levels(estimates: pd.DataFrame, wording: Wording, *, overall: CriterionBias) -> Chart:
    """Draw the level in each competency with its interval, the person's own scores, and the target.

    Parameters
    ----------
    estimates : pandas.DataFrame
        As `recprep.core.analysis.estimate_frame` gives it.
    wording : Wording
    overall : CriterionBias
        How much too high the person scores a whole answer.
    """
    rows = list(estimates.sort_values("enough", ascending=False, kind="stable").itertuples(index=False))
    known = [row for row in rows if row.enough]
    few = [row for row in rows if not row.enough]
    return wording.chart(
        "Level by competency",
        _levels_sentence(known, few, wording, overall),
        words={
            "Competency": [row.name for row in rows],
            "Band": [_bands(row, wording) if row.enough else "too few answers to say" for row in rows],
            "Against its target": [how_sure(row.below) if row.enough else "" for row in rows],
        },
        numbers={
            "Competency": [row.name for row in rows],
            "Level": [f"{row.level:.1f}" if row.enough else "too few answers to say" for row in rows],
            "Likely between": [f"{row.low:.1f} and {row.high:.1f}" if row.enough else "" for row in rows],
            "By your own scores": [f"{row.raw:.1f}" if row.enough else "" for row in rows],
            "Target": [row.target for row in rows],
            "Chance to be below it": [_percent(row.below) if row.enough else "" for row in rows],
            "Answers": [row.answers for row in rows],
        },
        draw=(lambda: _dots_and_targets(rows)) if known else None,
    )


def standing(name: str, one: Estimate, wording: Wording) -> str:
    """Say where one competency stands, and how sure that is.

    Parameters
    ----------
    name : str
        How the sentence calls the competency.
    one : Estimate
        Or a row of `recprep.core.analysis.estimate_frame`, which says the same.
    wording : Wording
    """
    against = _AGAINST[how_sure(one.below)]
    return wording.pick(
        numbers=f"{name} is at level {one.level:.1f}, likely between {one.low:.1f} and {one.high:.1f}: "
        f"{against} of {one.target}.",
        words=f"{name} is in the band {wording.band(one.level)}, {against}.",
    )


_AGAINST = {
    "surely below": "surely below its target",
    "likely below": "likely below its target",
    "cannot be told yet": "perhaps below its target, perhaps not",
    "likely at or above": "likely at or above its target",
    "at or above": "at or above its target",
}


def _bands(row: tuple, wording: Wording) -> str:
    """Give the band of the estimate, and that of the person's own scores where it is another one."""
    corrected, own = wording.band(row.level), wording.band(row.raw)
    return corrected if corrected == own else f"{corrected} ({own} by your own scores)"


def _percent(probability: float) -> str:
    """Give a probability in percent; never 0 or 100, since nothing here is certain."""
    return f"{min(99, max(1, round(100 * probability)))} %"


def _levels_sentence(known: list, few: list, wording: Wording, overall: CriterionBias) -> str:
    if not known:
        enough = count_in_words(ENOUGH).capitalize()
        return f"There are too few answers to say anything about a competency yet. {enough} answers in one are enough."
    by_certainty = {sure: [row.name for row in known if how_sure(row.below) == sure] for sure in _AGAINST}
    told = naming({_GROUPS[sure]: names for sure, names in by_certainty.items()})
    return "\n\n".join([f"{told}\n{_too_few(few)}".strip(), _ORDER, _why_they_differ(wording, overall)])


_GROUPS = {
    "surely below": "Surely below target",
    "likely below": "Likely below",
    "cannot be told yet": "Cannot be told yet",
    "likely at or above": "Likely at or above",
    "at or above": "At or above",
}
_ORDER = "The order is by how likely an area is below its target, times its weight in the job."


def _too_few(few: list) -> str:
    if not few:
        return ""
    names = "; ".join(row.name for row in few)
    areas = f"{count_in_words(len(few))} competenc{'y' if len(few) == 1 else 'ies'}"
    return f"For {areas} there are too few answers to say: {names}."


def _why_they_differ(wording: Wording, overall: CriterionBias) -> str:
    """Say why the estimates are not simply the person's own scores."""
    bias = in_words([overall], {overall.criterion: "your answers"})
    scored = wording.pick(numbers=counted(overall.ratings, "sample answer"), words="sample answers")
    if not overall.ratings:
        return f"{bias} {wording.pick(numbers=_INTERVALS_ALLOW, words=_WORDS_ALLOW)}"
    if overall.sure:
        return f"{bias} That is from {scored}. The estimates are corrected for it; your own scores stand beside them."
    return f"{bias} That is from {scored}. So the estimates stay close to your own scores."


_INTERVALS_ALLOW = (
    "So the estimates lean from your own scores towards the middle, and their intervals are wider; the page "
    "20-calibrate can change both."
)
_WORDS_ALLOW = "So what is said here leans towards the middle, and is less sure; the page 20-calibrate can change both."


def _dots_and_targets(rows: list) -> Figure:
    names, known = [row.name for row in rows], [row for row in rows if row.enough]
    places = [row.name for row in known]
    figure = blank_rows(names, x_title="Level", x_range=[0.9, 5.1])
    figure["layout"]["xaxis"]["tickvals"] = [1, 2, 3, 4, 5]
    interval = {
        "type": "data",
        "array": [row.high - row.level for row in known],
        "arrayminus": [row.level - row.low for row in known],
        "thickness": 3,
        "width": 0,
        "color": BLUE,
    }
    marks = [
        ("target", names, [row.target for row in rows], _tick(AMBER), {}),
        ("your own scores", places, [row.raw for row in known], _hollow(GREY), {}),
        ("estimate, 80 % interval", places, [row.level for row in known], {"size": 12, "color": BLUE}, interval),
    ]
    for name, y, x, marker, error in marks:
        dots = {"type": "scatter", "mode": "markers", "name": name, "y": y, "x": x, "marker": marker, **SILENT}
        figure["data"].append(dots | ({"error_x": error} if error else {}))
    for row in rows:
        if not row.enough:
            note(figure, "too few answers", y=row.name, x=0, xref="paper", xanchor="left")
    return figure


def _tick(color: str) -> dict:
    return {"symbol": "line-ns", "size": 10, "color": color, "line": {"width": 3, "color": color}}


def _hollow(color: str) -> dict:
    return {"symbol": "diamond-open", "size": 14, "color": color, "line": {"width": 2, "color": color}}


def criterion_levels(levels: pd.DataFrame, names: dict[str, str], wording: Wording) -> Chart:
    """Draw the mean level on each criterion within each competency as a heat map.

    Parameters
    ----------
    levels : pandas.DataFrame
        As `recprep.core.analysis.criterion_levels` gives it.
    names : dict of str to str
        The competencies' names.
    wording : Wording
    """
    columns = [column.capitalize() for column in levels.columns]
    rows = [names[index] for index in levels.index]
    cells = [numbers(levels.loc[index]) for index in levels.index]
    texts = [["" if value is None else wording.level(value) for value in row] for row in cells]
    means = levels.mean().dropna()
    return wording.chart(
        "Criteria",
        _criteria_sentence(means, wording),
        words={"Competency": rows, "Criteria": [_by_band(row, columns, wording) for row in texts]},
        numbers={"Competency": rows} | {name: [row[n] for row in texts] for n, name in enumerate(columns)},
        draw=None if means.empty else lambda: _levels_map(cells, texts, rows, columns),
    )


def _by_band(words: list[str], criteria: list[str], wording: Wording) -> str:
    """Give the criteria of one competency by their band, the lowest first."""
    said = list(zip(words, criteria, strict=True))
    groups = {band.id: [name for word, name in said if word == band.id] for band in wording.rubric.bands}
    return "; ".join(f"{band}: {', '.join(names)}" for band, names in groups.items() if names)


def _criteria_sentence(means: pd.Series, wording: Wording) -> str:
    if means.empty:
        return "No criterion is scored yet."
    low, high = str(means.idxmin()), str(means.idxmax())
    lowest, highest = low.capitalize(), high.capitalize()
    if means[high] - means[low] < STEADY:
        return f"By your own scores, every criterion is at {wording.level(means[low])} on average."
    return wording.pick(
        numbers=f"By your own scores, your lowest criterion is {lowest}, at {means[low]:.1f} on average; your highest "
        f"is {highest}, at {means[high]:.1f}.",
        words=f"By your own scores, your lowest criterion is {lowest}, and your highest is {highest}.",
    )


def _levels_map(cells: list[list], texts: list[list[str]], rows: list[str], columns: list[str]) -> Figure:
    figure = blank_rows(rows, x_title="", room=45)
    figure["layout"]["xaxis"]["autotickangles"] = [0, 90]
    scale = {"zmin": 1, "zmax": 5, "colorscale": LEVEL_SCALE}
    figure["data"].append(heat_map(cells, texts, gap=ROW_HEIGHT // 2, x=columns, y=rows, **scale))
    return figure
