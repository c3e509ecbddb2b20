"""What every chart is, how it is shown, and what all figures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

if TYPE_CHECKING:
    import pandas as pd

Figure = dict[str, Any]  # as plotly.js takes it: "data" and "layout"

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
MIME = "application/vnd.plotly.v1+json"
BLUE, GREY, AMBER = "#1f6fc4", "#8a8a8a", "#c77700"
PALE_BLUE = "rgba(60,135,220,0.36)"
ROW_HEIGHT, EDGE = 46, 90  # px
STEADY = 0.05  # levels: a smaller difference is none, since it does not show in one decimal


DARK = "rgb(36,36,36)"
AXIS = {"showgrid": False, "showline": True, "zeroline": False, "linecolor": DARK, "ticks": "outside"}
AXIS |= {"title": {"standoff": 15}, "automargin": True, "fixedrange": True}
LOOK = {
    "layout": {"autotypenumbers": "strict", "font": {"color": DARK, "size": 13}, "xaxis": AXIS, "yaxis": AXIS},
    "data": {"bar": [{"type": "bar", "marker": {"line": {"color": "white", "width": 0.5}}}]},
}
SILENT = {"hoverinfo": "skip"}  # all that a mark says stands in the table


@dataclass(frozen=True)
class Chart:
    """A figure with its words.

    `title` names it, `sentence` reads it (an empty line begins a paragraph), `table` holds every number shown;
    `figure` is None when there is nothing to draw yet, or words are wanted.
    """

    title: str
    sentence: str
    table: pd.DataFrame
    figure: Figure | None


def drawn(chart: Chart) -> widgets.Output:
    """Give a widget that shows the figure, in prepared pages and hidden tabs too, and saves nothing in the page."""
    output = widgets.Output()
    if chart.figure is not None:
        shown = {MIME: chart.figure | {"config": CONFIG}, "text/plain": "chart"}
        output.layout.height = f"{chart.figure['layout']['height']}px"  # plotly forgets its own when the window changes
        output.outputs = ({"output_type": "display_data", "data": shown, "metadata": {}},)
    return output


def blank(
    *, height: int, x_title: str = "", y_title: str = "", x_range: list | None = None, y_range: list | None = None
) -> Figure:
    """Give a figure without marks, in the look that all share: it stands on any theme, and nothing in it moves.

    Parameters
    ----------
    height : int
        In px.
    x_title, y_title : str
    x_range, y_range : list, optional
    """
    layout = {
        "template": LOOK,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 30, "b": 40},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "dragmode": False,
        "xaxis": {"title": {"text": x_title}, **({"range": x_range} if x_range else {})},
        "yaxis": {"title": {"text": y_title}, **({"range": y_range} if y_range else {})},
        "annotations": [],
    }
    return {"data": [], "layout": layout}


def blank_rows(names: Sequence[str], *, x_title: str, x_range: list | None = None, room: int = 0) -> Figure:
    """Give a figure with a row for each name, the first on top.

    The name stands above its marks, so that they have the whole width, also of a small screen. `room` px more leave
    space for labels that are turned there.
    """
    figure = blank(height=EDGE + ROW_HEIGHT * len(names) + room, x_title=x_title, x_range=x_range)
    order = list(names)[::-1]  # plotly draws rows from below
    rows = {"categoryorder": "array", "categoryarray": order, "range": [-0.5, len(order) - 0.3]}
    rows |= {"showticklabels": False, "ticks": "", "showline": False, "automargin": False}
    figure["layout"]["yaxis"] |= rows
    for name in names:
        note(figure, name, y=name, yshift=21, x=0, xref="paper", xanchor="left")
    return figure


def note(figure: Figure, text: str, **place: Any) -> None:
    """Put words into a figure, as they are: plotly.js reads tags in a text, and loads what their styles name."""
    figure["layout"]["annotations"].append({"text": escape(text, quote=False), "showarrow": False, **place})


def line(x: list, y: list, *, width: float, dots: int) -> dict[str, Any]:
    """Give a line with a dot at each place."""
    marks = {"line": {"color": BLUE, "width": width}, "marker": {"size": dots, "color": BLUE}}
    return {"type": "scatter", "mode": "lines+markers", "x": x, "y": y, **marks, **SILENT}


def heat_map(cells: list[list], texts: list[list[str]], *, gap: int = 2, **more: Any) -> dict[str, Any]:
    """Give cells with their texts, dark on every shade; `gap` px between rows."""
    words = {"text": texts, "texttemplate": "%{text}", "textfont": {"color": "#111", "size": 12}}
    return {"type": "heatmap", "z": cells, "xgap": 2, "ygap": gap, "showscale": False, **SILENT, **words, **more}


def numbers(values: pd.Series) -> list[float | None]:
    """Give values as plotly takes them; None where one is missing."""
    return [None if missing else float(value) for value, missing in zip(values, values.isna(), strict=True)]
