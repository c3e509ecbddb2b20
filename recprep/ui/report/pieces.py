"""What the parts of the report are made of: sections, charts with their words, and tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from recprep.ui.charts import Chart
from recprep.ui.text import paragraphs, plain, table

if TYPE_CHECKING:
    import pandas as pd

SHORT = 16  # letters: a cell that stays in one line
RECENT = 12  # rows of a table that grows from week to week; all are folded below it


def long_day(on: date) -> str:
    """Give a day with its weekday.

    Examples
    --------
    >>> long_day(date(2026, 12, 3))
    'Thursday 3 December 2026'
    """
    return f"{on:%A} {on.day} {on:%B %Y}"


def section(heading: str, *parts: str, kind: str = "plain") -> str:
    """Give a part of the report under its heading."""
    return f'<section class="{kind}"><h2>{plain(heading)}</h2>{"".join(parts)}</section>'


def of_chart(chart: Chart, picture: str = "") -> str:
    """Give a chart with its sentences, a picture, and its table."""
    return f"{_words(chart)}{picture}{of_frame(chart.title, chart.table)}"


def recent(chart: Chart, picture: str = "") -> str:
    """Give a chart whose table may be long: its last rows, and all of them folded."""
    return f"{_words(chart)}{picture}{last_rows(chart.title, chart.table)}"


def last_rows(title: str, frame: pd.DataFrame) -> str:
    """Give the last rows of a table; where there are more, all of them are folded below."""
    if len(frame) <= RECENT:
        return of_frame(title, frame)
    every = folded(f"All {len(frame)} rows", of_frame(f"{title}, all", frame))
    return f"{of_frame(title, frame.tail(RECENT), caption=f'The last {RECENT} of {len(frame)}')}{every}"


def folded(name: str, inside: str) -> str:
    """Fold a part away; it is not printed unless it was opened."""
    return f"<details><summary>{plain(name)}</summary>{inside}</details>"


def of_frame(title: str, frame: pd.DataFrame, *, caption: str = "") -> str:
    """Give a table of a frame's cells; where it is wider than the screen, it can be scrolled by keyboard too."""
    if not len(frame):
        return ""
    rows = ([_cell(plain(cell)) for cell in row] for row in frame.itertuples(index=False))
    body = table([plain(name) for name in frame.columns], rows)
    named = f'<p class="aside">{plain(caption)}</p>' if caption else ""
    return f'{named}<div class="wide" role="group" aria-label="{plain(title)}, as a table" tabindex="0">{body}</div>'


def _cell(words: str) -> str:
    return f'<span class="short">{words}</span>' if " " in words and len(words) <= SHORT else words


def _words(chart: Chart) -> str:
    return f"<h3>{plain(chart.title)}</h3>{paragraphs(chart.sentence)}"
