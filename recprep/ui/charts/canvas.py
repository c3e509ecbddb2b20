"""What every chart is, how it is shown, and what all figures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}
MIME = "application/vnd.plotly.v1+json"
BLUE, GREY, AMBER = "#1f6fc4", "#8a8a8a", "#c77700"
PALE_BLUE = "rgba(60,135,220,0.36)"
ROW_HEIGHT, EDGE = 46, 90  # px
STEADY = 0.05  # levels: a smaller difference is none, since it does not show in one decimal


@dataclass(frozen=True)
class Chart:
    """A figure with its words.

    `title` names it, `sentence` reads it (an empty line begins a paragraph), `table` holds every number shown;
    `figure` is None when there is nothing to draw yet, or words are wanted.
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
        output.layout.height = f"{chart.figure.layout.height}px"  # plotly forgets its own when the window changes
        output.outputs = ({"output_type": "display_data", "data": shown, "metadata": {}},)
    return output


def _plain(content: dict) -> dict:
    import json

    from plotly.utils import PlotlyJSONEncoder

    return json.loads(json.dumps(content, cls=PlotlyJSONEncoder))


def blank(
    *,
    height: int,
    x_title: str = "",
    y_title: str = "",
    x_range: list | None = None,
    y_range: list | None = None,
) -> go.Figure:
    """Give a figure without marks, in the look that all share.

    Parameters
    ----------
    height : int
        In px.
    x_title, y_title : str
    x_range, y_range : list, optional
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    dress(figure, height=height)
    figure.update_xaxes(title=x_title, range=x_range)
    figure.update_yaxes(title=y_title, range=y_range)
    return figure


def blank_rows(names: Sequence[str], *, x_title: str, x_range: list | None = None, room: int = 0) -> go.Figure:
    """Give a figure with a row for each name, the first on top.

    The name stands above its marks, so that they have the whole width, also of a small screen. `room` px more leave
    space for labels that are turned there.
    """
    figure = blank(height=EDGE + ROW_HEIGHT * len(names) + room, x_title=x_title, x_range=x_range)
    order = list(names)[::-1]  # plotly draws rows from below
    figure.update_yaxes(categoryorder="array", categoryarray=order, range=[-0.5, len(order) - 0.3])
    figure.update_yaxes(showticklabels=False, ticks="", showline=False, automargin=False)
    for name in names:
        figure.add_annotation(text=name, y=name, yshift=21, x=0, xref="paper", xanchor="left", showarrow=False)
    return figure


def dress(figure: go.Figure, *, height: int) -> None:
    """Give a figure the look that all share: it stands on any theme, and nothing in it moves."""
    figure.update_layout(
        template="simple_white",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=height,
        margin={"l": 10, "r": 10, "t": 30, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        font_size=13,
        dragmode=False,
    )
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)


def heat_map(cells: list[list], texts: list[list[str]], *, gap: int = 2, **more: Any) -> go.Heatmap:
    """Give cells with their texts, dark on every shade; `gap` px between rows."""
    import plotly.graph_objects as go

    words = {"text": texts, "texttemplate": "%{text}", "textfont": {"color": "#111", "size": 12}, "hoverinfo": "skip"}
    return go.Heatmap(z=cells, xgap=2, ygap=gap, showscale=False, **words, **more)


def numbers(values: pd.Series) -> list[float | None]:
    """Give values as plotly takes them; None where one is missing."""
    return [None if missing else float(value) for value, missing in zip(values, values.isna(), strict=True)]
