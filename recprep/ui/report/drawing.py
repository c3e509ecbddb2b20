"""Small drawings as inline SVG: they keep the size of their words on any width, and say in words what they show.

Places are in percent of the width, so that a drawing needs neither a script nor an even scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from recprep.ui.text import plain

ROW, FOOT, EDGE = 34, 26, 2  # px, px, percent
PANEL = 84  # px
WIDEST = 7  # percent: a bar
DIAMOND = '<path class="own" d="M0 -7 L7 0 L0 7 L-7 0 Z"/>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a drawing: its name above, and marks on it, each left out where it is None."""

    name: str
    note: str = ""
    target: float | None = None
    own: float | None = None
    estimate: float | None = None
    likely: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What a drawing's width stands for, and the words below it by their place."""

    low: float
    high: float
    ticks: Mapping[float, str] = field(default_factory=dict)

    def at(self, value: float) -> str:
        """Give a place, kept within the drawing."""
        share = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return f"{EDGE + (100 - 2 * EDGE) * share:.2f}%"


def rows(name: str, lines: Sequence[Row], scale: Scale, *, says: str, legend: Iterable[str]) -> str:
    """Draw a row for each name: a bar for what is likely, a dot for the estimate, and what else it has.

    Parameters
    ----------
    name : str
        What the drawing shows.
    lines : sequence of Row
    scale : Scale
    says : str
        How to read it.
    legend : iterable of str
        Which of the marks are named below: "estimate", "own", "target".
    """
    height = ROW * len(lines) + FOOT
    parts = [_grid(scale, height - FOOT)]
    parts += [_row(line, scale, ROW * place) for place, line in enumerate(lines)]
    return f"<figure>{_svg(name, says, height, parts)}{_legend(legend)}</figure>"


def panels(lines: Iterable[tuple[str, str]]) -> str:
    """Set small drawings with their names beside each other, as many as there is room for."""
    inside = "".join(f"<figure><figcaption>{plain(name)}</figcaption>{svg}</figure>" for name, svg in lines)
    return f'<div class="panels">{inside}</div>'


def line(
    name: str,
    places: Sequence[float],
    levels: Sequence[float],
    *,
    says: str,
    ends: tuple[str, str],
    likely: Sequence[tuple[float, float]] = (),
    target: float | None = None,
) -> str:
    """Draw levels, 1 to 5, over time, with what is likely around them and the target.

    Parameters
    ----------
    name : str
    places : sequence of float
        0 to 1: when each level was.
    levels : sequence of float
    says : str
        What it shows, in words.
    ends : (str, str)
        The words for 0 and 1.
    likely : sequence of (float, float), optional
    target : float, optional
    """
    down = [_down(level) for level in levels]
    around = [(x, _down(high)) for x, (_, high) in zip(places, likely, strict=bool(likely))]
    around += [(x, _down(low)) for x, (low, _) in reversed(list(zip(places, likely, strict=bool(likely))))]
    curve = [_shape("polygon", "likely", around)] * bool(around)
    curve += [_shape("polyline", "curve", zip(places, down, strict=True))]
    parts = [_level_line(level, "grid") + _level_word(level) for level in (1, 3, 5)]
    parts += [] if target is None else [_level_line(target, "target")]
    parts.append(
        f'<svg x="8%" width="90%" y="8" height="{PANEL - 16}" viewBox="0 0 1 1" preserveAspectRatio="none" '
        f'overflow="visible">{"".join(curve)}</svg>'
    )
    parts += [f'<circle class="estimate" cx="{8 + 90 * places[-1]:.2f}%" cy="{_px(levels[-1]):.1f}" r="4"/>']
    parts += [_word("8%", PANEL + 14, ends[0], "start"), _word("98%", PANEL + 14, ends[1], "end")]
    return _svg(name, says, PANEL + 22, parts)


def bars(name: str, places: Sequence[float], counts: Sequence[int], *, says: str, ends: tuple[str, str]) -> str:
    """Draw counts over time as bars.

    Parameters
    ----------
    name : str
    places : sequence of float
        0 to 1: when each began.
    counts : sequence of int
    says : str
        What it shows, in words.
    ends : (str, str)
        The words for the first and the last.
    """
    most, step = max(counts), min((b - a for a, b in pairwise(places)), default=1.0)
    whole = 1 + step
    parts = [_level_line(1, "grid"), _word("0%", 14, str(most), "start"), _word("0%", PANEL - 4, "0", "start")]
    for place, count in zip(places, counts, strict=True):
        height = (PANEL - 16) * count / most
        width = min(WIDEST, 90 * step * 0.8 / whole)
        parts.append(
            f'<rect class="bar" x="{8 + 90 * place / whole:.2f}%" width="{width:.2f}%" '
            f'y="{PANEL - 8 - height:.1f}" height="{height:.1f}"/>'
        )
    parts += [_word("8%", PANEL + 14, ends[0], "start"), _word("98%", PANEL + 14, ends[1], "end")]
    return f"<figure>{_svg(name, says, PANEL + 22, parts)}</figure>"


def _svg(name: str, says: str, height: int, parts: Iterable[str]) -> str:
    words = f"<title>{plain(name)}</title><desc>{plain(says)}</desc>"
    label = f'role="img" aria-label="{plain(name)}: {plain(says)}"'
    return f'<svg {label} width="100%" height="{height}">{words}{"".join(parts)}</svg>'


def _grid(scale: Scale, bottom: int) -> str:
    lines = (
        f'<line class="grid" x1="{scale.at(value)}" x2="{scale.at(value)}" y1="16" y2="{bottom}"/>'
        f"{_word(scale.at(value), bottom + 18, word, 'middle')}"
        for value, word in scale.ticks.items()
    )
    return "".join(lines)


def _row(row: Row, scale: Scale, top: int) -> str:
    y = top + 24
    parts = [_word("0%", top + 12, row.name, "start"), _word("100%", top + 12, row.note, "end")]
    if row.target is not None:
        at = scale.at(row.target)
        parts.append(f'<line class="target" x1="{at}" x2="{at}" y1="{y - 8}" y2="{y + 8}"/>')
    if row.likely is not None:
        low, high = map(scale.at, row.likely)
        parts.append(f'<line class="span" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>')
    if row.own is not None:
        parts.append(f'<svg x="{scale.at(row.own)}" y="{y}" overflow="visible">{DIAMOND}</svg>')
    if row.estimate is not None:
        parts.append(f'<circle class="estimate" cx="{scale.at(row.estimate)}" cy="{y}" r="6"/>')
    return "".join(parts)


def _legend(wanted: Iterable[str]) -> str:
    items = "".join(
        f'<li><svg aria-hidden="true" width="34" height="18">{_MARKS[name]}</svg> {_NAMES[name]}</li>'
        for name in wanted
    )
    return f'<ul class="legend">{items}</ul>' if items else ""


_NAMES = {"estimate": "estimate, 80 % interval", "own": "your own scores", "target": "target"}
_MARKS = {
    "estimate": '<line class="span" x1="0" x2="34" y1="9" y2="9"/><circle class="estimate" cx="17" cy="9" r="6"/>',
    "own": f'<svg x="17" y="9" overflow="visible">{DIAMOND}</svg>',
    "target": '<line class="target" x1="17" x2="17" y1="0" y2="18"/>',
}


def _word(x: str, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{plain(words)}</text>' if words else ""


def _down(level: float) -> float:
    """Give how far below the top a level lies, 0 to 1."""
    return (5 - level) / 4


def _px(level: float) -> float:
    return 8 + (PANEL - 16) * _down(level)


def _level_line(level: float, kind: str) -> str:
    return f'<line class="{kind}" x1="8%" x2="98%" y1="{_px(level):.1f}" y2="{_px(level):.1f}"/>'


def _level_word(level: int) -> str:
    return _word("0%", _px(level) + 4, str(level), "start")


def _shape(tag: str, kind: str, points: Iterable[tuple[float, float]]) -> str:
    inside = " ".join(f"{x:.4f},{y:.4f}" for x, y in points)
    return f'<{tag} class="{kind}" points="{inside}" vector-effect="non-scaling-stroke"/>'
